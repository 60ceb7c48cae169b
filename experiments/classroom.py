"""A classroom in a browser: every lesson from beginning to end by keyboard alone, what pages wait for, ten pupils.

    python -m experiments.classroom [LESSON ...] [--pictures FOLDER] [--pupils 10]

It opens a classroom with real workers and Chromium, and prints a line a lesson: seconds until the model is there, until
both worlds have been run to their end, from a slider to the first frame, for the band; what axe finds, in the light and
in the dark, wide and narrow; and whether anything is wider than the screen. ``--pictures`` keeps what was seen. Then
several pupils ask for runs of their own at once. Exit code 1 if axe finds anything.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.classroom.reading import LESSONS, read_lesson

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from sim.classroom.lesson import Lesson
    from sim.classroom.serving import Open

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FOCUSED = "selector => document.activeElement !== null && document.activeElement.matches(selector)"
WIDE = "document.documentElement.scrollWidth <= innerWidth"
# the course of the new run has begun, and has not come to week 0 yet
FIRST_FRAME = "/week -/.test(document.querySelector('#charts svg').getAttribute('aria-label'))"
LOOKS = (("light", 1300), ("dark", 1300), ("light", 390), ("dark", 390))
PATIENCE = 300.0  # seconds that a page may wait on a machine that does much else


def check(holds: object, what: str) -> None:
    """AssertionError unless something holds."""
    if not holds:
        raise AssertionError(f"it should be so that {what}")


def until(shown: Page, expression: str, seconds: float = PATIENCE) -> float:
    """Wait until something holds, and return the seconds; the page's policy forbids the browser to evaluate text."""
    begin = time.monotonic()
    while not shown.evaluate(expression):
        if time.monotonic() > begin + seconds:
            raise AssertionError(expression)
        shown.wait_for_timeout(20)
    return time.monotonic() - begin


def reach(shown: Page, selector: str, key: str = "") -> None:
    """Press Tab until an element has the focus, then a key."""
    for _ in range(200):
        if shown.evaluate(FOCUSED, selector):
            break
        shown.keyboard.press("Tab")
    else:
        raise AssertionError(f"{selector} is not reached by keyboard")
    if key:
        shown.keyboard.press(key)


def expect_something(shown: Page, lesson: Lesson) -> None:
    """Fill in the first form by keyboard and send it."""
    for outcome in lesson.outcomes:
        reach(shown, f"[name=direction-{outcome.metric}]", "Space")
        reach(shown, f"[name=size-{outcome.metric}]", "ArrowRight")
        reach(shown, f"[name=sure-{outcome.metric}]", "r")
    for number in range(len(lesson.statements)):
        reach(shown, f"[name=before-{number}]", "Space")
        reach(shown, f"[name=before-sure-{number}]", "r")
    reach(shown, "#commit", "Enter")
    shown.wait_for_selector("#run:not([hidden])")


def walk(shown: Page, lesson: Lesson) -> dict[str, float]:
    """The whole lesson by keyboard; returns seconds of what was waited for."""
    took: dict[str, float] = {}
    expect_something(shown, lesson)
    check(shown.evaluate("document.activeElement.id") == "run-title", "the title of the run has the focus")
    reach(shown, "#jump", "Enter")
    took["run"] = until(shown, "!document.getElementById('to-compare').disabled")
    reach_back(shown, "#lever-0")
    shown.keyboard.press("ArrowLeft")
    took["slider"] = until(shown, FIRST_FRAME)
    words = lesson.levers[0].stops[lesson.levers[0].start - 1].words
    check(shown.get_attribute("#lever-0", "aria-valuetext") == words, f"the lever says {words!r}")
    reach(shown, "#jump", "Enter")
    until(shown, "document.getElementById('progress').textContent.includes('come to their end')")
    reach(shown, "#to-compare", "Enter")
    took["band"] = until(shown, "document.getElementById('score').textContent.includes('Your score is')")
    reach(shown, "#to-explain", "Enter")
    reach(shown, "[name=mechanism]", "Space")
    reach(shown, "#mechanisms button", "Enter")
    shown.wait_for_selector("#reply p")
    if lesson.switches:
        reach(shown, "[data-switch]", "Enter")
        shown.wait_for_selector("#switched table", timeout=1000 * PATIENCE)
    reach(shown, "#to-records", "Enter")
    shown.wait_for_selector("#beside table")
    reach(shown, "#tell", "Enter")
    shown.wait_for_selector("#lives section", timeout=1000 * PATIENCE)
    if shown.query_selector("#to-worlds"):
        reach(shown, "#to-worlds", "Enter")
        check(shown.query_selector("#spreads svg"), "every outcome is drawn over worlds that fit")
    reach(shown, "#to-after", "Enter")
    for number in range(len(lesson.statements)):
        reach(shown, f"[name=after-{number}]", "Space")
        reach(shown, f"[name=after-sure-{number}]", "r")
    reach(shown, "#again button", "Enter")
    shown.wait_for_selector("#debrief:not([hidden])")
    return took


def reach_back(shown: Page, selector: str) -> None:
    """Press Shift and Tab until an element has the focus."""
    for _ in range(200):
        if shown.evaluate(FOCUSED, selector):
            return
        shown.keyboard.press("Shift+Tab")
    raise AssertionError(f"{selector} is not reached by keyboard")


def looked_at(shown: Page, looks: Sequence[tuple[str, int]] = LOOKS, picture: Path | None = None) -> list[Any]:
    """What axe finds on a page with everything unfolded, in each look; what is wider than the screen is found too."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - an optional package

    shown.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found: list[Any] = []
    for scheme, width in looks:
        shown.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        shown.set_viewport_size({"width": width, "height": 900})
        if not shown.evaluate(WIDE):
            found.append((scheme, width, "wider than the screen"))
        found.extend(
            (scheme, width, one["id"], [node["html"][:200] for node in one["nodes"][:3]])
            for one in Axe().run(shown).response["violations"]
        )
        if picture is not None:
            shown.screenshot(path=picture.with_name(f"{picture.name}-{scheme}-{width}.png"), full_page=True)
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium as the machine has it. RuntimeError where there is none."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an optional package

    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise RuntimeError(f"there is no browser: none of {', '.join(BROWSERS)}")
    with sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield chromium
        chromium.close()


@contextmanager
def opened(chosen: dict[str, Lesson]) -> Iterator[Open]:
    """A classroom with real workers, once the first of them has loaded the model."""
    from sim.classroom.serving import Open  # noqa: PLC0415 - loads what only a classroom needs

    with tempfile.TemporaryDirectory() as folder:
        room, ready = Open(chosen, Path(folder)), threading.Event()
        thread = threading.Thread(target=room.run, args=(ready.set,), daemon=True)
        thread.start()
        ready.wait()
        begin = time.monotonic()
        room.room.workers.ready.wait()
        print(f"the model is there after {time.monotonic() - begin:.1f} s", flush=True)
        yield room
        room.close()
        thread.join(20)


def together(room: Open, chromium: Browser, lesson: Lesson, pupils: int) -> list[float]:
    """Several pupils, each in a tab of its own and with another luck, run at once; seconds until each has ended."""
    tabs = []
    for number in range(pupils):
        shown = chromium.new_context().new_page()
        shown.goto(f"{room.address}lesson/{lesson.name}")
        expect_something(shown, lesson)
        shown.select_option("#luck", str(1 + number % lesson.seeds))
        tabs.append(shown)
    begin, waiting, took = time.monotonic(), dict(enumerate(tabs)), []
    for shown in tabs:
        shown.click("#jump")
    while waiting and time.monotonic() < begin + PATIENCE:
        for number, shown in list(waiting.items()):
            if not shown.evaluate("document.getElementById('to-compare').disabled"):
                took.append(time.monotonic() - begin)
                del waiting[number]
        tabs[0].wait_for_timeout(20)
    for shown in tabs:
        shown.context.close()
    return took


def main(arguments: Sequence[str]) -> int:
    """Walk through the lessons that are asked for; 1 if axe finds anything."""
    parser = argparse.ArgumentParser(prog="python -m experiments.classroom", description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", help="names; all without one")
    parser.add_argument("--pictures", type=Path, help="a folder for what was seen")
    parser.add_argument("--pupils", type=int, default=10, help="how many run at once at the end; 0 leaves it out")
    wanted = parser.parse_args(arguments)
    chosen = {name: read_lesson(LESSONS.find(name)) for name in wanted.lessons or LESSONS.names()}
    if wanted.pictures is not None:
        wanted.pictures.mkdir(parents=True, exist_ok=True)
    wrong = 0
    with opened(chosen) as room, browser() as chromium:
        for name, lesson in chosen.items():
            shown = chromium.new_page(viewport={"width": 1300, "height": 900})
            shown.goto(f"{room.address}lesson/{name}")
            took = walk(shown, lesson)
            found = looked_at(shown, picture=wanted.pictures and wanted.pictures / name)
            wrong += len(found)
            waited = ", ".join(f"{key} {value:.2f} s" for key, value in took.items())
            print(f"{name}: {waited}; {found or 'axe finds nothing'}", flush=True)
            shown.close()
        if wanted.pupils:
            ended = together(room, chromium, next(iter(chosen.values())), wanted.pupils)
            print(f"{len(ended)} of {wanted.pupils} pupils at once: {', '.join(f'{each:.1f}' for each in ended)} s")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
