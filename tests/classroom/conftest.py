"""A small lesson, a classroom that is open, and its pages in a browser."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sim.classroom.lesson import Lesson
from sim.classroom.reading import read_lesson
from sim.ground.shipped import configs_dir

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from sim.classroom.serving import Open

SHIPPED = re.compile(r"world: \[world=corridor, .*\]\nseeds: \d+")
SMALL = "world: [world=corridor, people.size=300, time.years=1, time.burn_in_weeks=8]\nseeds: 4"
PUPIL = "0123456789abcdef"


@pytest.fixture(scope="session")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shipped lesson in a world that takes no time."""
    text = (configs_dir() / "lesson" / "closing_a_visa.yaml").read_text(encoding="utf-8")
    text, times = SHIPPED.subn(SMALL, text)
    assert times == 1
    path = tmp_path_factory.mktemp("lesson") / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def small(small_file: Path) -> Lesson:
    return read_lesson(small_file)


@pytest.fixture(scope="session")
def before(small: Lesson) -> dict[str, Any]:
    """What a pupil expects."""
    return {
        "pupil": PUPIL,
        "part": "before",
        "predictions": [{"direction": "more", "size": 20, "sure": "sure"} for _ in small.outcomes],
        "statements": [{"true": True, "sure": "certain"} for _ in small.statements],
    }


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., Open]]:
    """``serve(lessons, folder, workers)``: a classroom that is open until the end of the tests."""
    pytest.importorskip("starlette", reason="starlette is not installed")
    pytest.importorskip("uvicorn", reason="uvicorn is not installed")
    from sim.classroom.serving import Open

    opened: list[tuple[Open, threading.Thread]] = []

    def serving(lessons: dict[str, Lesson], folder: Path, workers: Any) -> Open:
        room, ready = Open(lessons, folder, workers=workers), threading.Event()
        thread = threading.Thread(target=room.run, args=(ready.set,), daemon=True)
        thread.start()
        assert ready.wait(20)
        opened.append((room, thread))
        return room

    yield serving
    for room, thread in opened:
        room.close()
        thread.join(10)


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Page]]:
    """``opened(address, width=1300, **context)``: a page; what it says on its console, and other hosts, are errors."""
    contexts = []

    def opening(address: str, width: int = 1300, **more: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **more)
        contexts.append(context)
        page = context.new_page()
        own = address.split("/", 3)[:3]
        page.on("console", lambda message: pytest.fail(message.text))
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.on("request", lambda asked: asked.url.split("/", 3)[:3] == own or pytest.fail(asked.url))
        page.goto(address)
        return page

    yield opening
    for context in contexts:
        context.close()
