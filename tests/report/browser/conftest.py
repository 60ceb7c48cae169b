"""Pages on disk, and in a browser; what is tested here is skipped where there is no browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sim.declared.measures.catalogue import METRICS
from sim.report import figures, page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SHOWN = ("glance", "risks", "course", "pairing")
Opened = Callable[..., "Page"]


@pytest.fixture(scope="session")
def written(
    tmp_path_factory: pytest.TempPathFactory, made_up: Callable[..., Any], made_up_study: Callable[..., Any]
) -> dict[str, Path]:
    """Pages on disk by name, with their details: four policies in two settings, many arms, and a run alone."""
    folder = tmp_path_factory.mktemp("pages")
    with pytest.MonkeyPatch.context() as patch:  # all figures are drawn where figures are tested
        patch.setattr(figures, "FIGURES", {name: figures.FIGURES[name] for name in SHOWN})
        _write(folder, made_up, made_up_study)
    return {path.stem: path for path in sorted(folder.glob("*.html"))}


def _write(folder: Path, made_up: Callable[..., Any], made_up_study: Callable[..., Any]) -> None:
    arms = {"tighter <borders>": 0.3, "a policy with a name of some length": -0.3, "third": 0.02, "fourth": 1.0}
    turned = {name: -shift for name, shift in arms.items()}
    study = made_up_study(
        {"archetypes": arms, "subregions": turned},
        metrics=tuple(METRICS),
        title="Borders & more",
        question="What then?",
    )
    page.write_study_page(folder / "study.html", study)
    many = made_up({f"arm {n}": n / 10 for n in range(12)}, metrics=list(METRICS)[:30])
    page.write_page(folder / "many.html", [("corridor", many)])
    page.write_page(folder / "alone.html", [("corridor", made_up({}, seeds=1))])


@pytest.fixture
def opened(browser: Browser, written: dict[str, Path]) -> Iterator[Opened]:
    """``opened(name, width=1300, **context)``: a page in the browser; whatever it says on its console is an error."""
    contexts = []

    def opening(name: str, width: int = 1300, *, height: int = 900, **more: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **more)
        contexts.append(context)
        shown = context.new_page()
        shown.on("console", lambda message: pytest.fail(message.text))
        shown.on("request", lambda asked: asked.url.startswith(("file:", "blob:")) or pytest.fail(asked.url))
        shown.goto(written[name].as_uri())
        return shown

    yield opening
    for context in contexts:
        context.close()
