"""The pages as a browser shows them: at three widths, light and dark, on paper, by keyboard, and checked by axe."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

NAMES = ("study", "study-details", "many", "many-details", "alone", "alone-details")
UNFOLD = "document.querySelectorAll('details').forEach(one => one.open = true)"
# boxes that hold more than they show and that nobody could scroll, and what stands beyond the edge of the screen
BEYOND = """() => [...document.querySelectorAll('main *')].filter(one => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && box.right > innerWidth + 1 && !one.closest('.scroll');
}).map(one => one.outerHTML.slice(0, 120))"""
# how much of a table can be read beside its first column without scrolling
FIRST_NUMBERS = """() => [
    ...document.querySelectorAll('.policy .scroll:has(table), #arms .scroll:has(table)')
].map(box => {
    const cell = box.querySelector('tbody tr:not(.group) td').getBoundingClientRect();
    return cell.right <= box.getBoundingClientRect().right + 1;
})"""
LEFT = """() => [...document.querySelectorAll('.scroll')].filter(
    box => box.scrollWidth > box.clientWidth + 40
).map(box => {
    box.scrollLeft = 10000;
    const head = box.querySelector('tbody th[scope=row]');
    const moved = head ? head.getBoundingClientRect().left - box.getBoundingClientRect().left : 0;
    box.scrollLeft = 0;
    return moved;
})"""


FOCUSED = """() => {
    const one = document.activeElement, look = getComputedStyle(one);
    one.dataset.reached ??= Math.random();
    return [one.dataset.reached, one.tagName, look.outlineStyle, parseFloat(look.outlineWidth)];
}"""


def sheets(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf))


@pytest.mark.parametrize("name", NAMES)
def test_no_page_is_wider_than_the_screen(opened, name: str) -> None:
    shown = opened(name)
    shown.evaluate(UNFOLD)
    for width in (1300, 800, 390):
        shown.set_viewport_size({"width": width, "height": 900})
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        assert shown.evaluate(BEYOND) == []


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing(opened, name: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    shown = opened(name)
    shown.evaluate(UNFOLD)
    wide, narrow = ("light", 1300), ("dark", 390)
    # each costs seconds, of details many: tables of hundreds of metrics
    for scheme, width in {"study-details": [wide], "many-details": [narrow]}.get(name, [wide, narrow]):
        shown.emulate_media(color_scheme=scheme)
        shown.set_viewport_size({"width": width, "height": 900})
        found = axe.Axe().run(shown).response["violations"]
        assert [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found] == []


@pytest.mark.parametrize("name", ["study", "many"])
def test_on_a_telephone_there_are_numbers_beside_the_names(opened, name: str) -> None:
    shown = opened(name, 390, height=844, is_mobile=True)
    visible = shown.evaluate(FIRST_NUMBERS)
    assert visible
    assert all(visible)


@pytest.mark.parametrize("name", ["study", "many", "study-details"])
def test_first_columns_stay_when_a_table_is_scrolled(opened, name: str) -> None:
    shown = opened(name, 390)
    moved = shown.evaluate(LEFT)
    assert all(abs(one) < 2 for one in moved)
    if name != "study":
        assert moved


def test_tables_of_four_policies_fit_a_laptop(opened) -> None:
    for name in ("study", "study-details"):
        shown = opened(name, 1300)
        shown.evaluate(UNFOLD)
        cut = "[...document.querySelectorAll('.scroll')].filter(one => one.scrollWidth > one.clientWidth + 1).length"
        assert shown.evaluate(cut) == 0


def test_a_dark_screen_gets_a_dark_page(opened) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    assert opened("study", color_scheme="light").evaluate(paper) == "rgb(255, 255, 255)"
    assert opened("study", color_scheme="dark").evaluate(paper) == "rgb(20, 24, 29)"


def test_on_paper_the_summary_is_one_sheet_and_folds_stay_folded(opened) -> None:
    shown = opened("study", color_scheme="dark")
    assert sheets(shown.pdf(prefer_css_page_size=True)) <= 12
    shown.add_style_tag(content="#answer ~ * { display: none !important } footer { display: none }")
    assert sheets(shown.pdf(prefer_css_page_size=True)) == 1
    shown.emulate_media(media="print")
    assert shown.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert shown.evaluate("[...document.querySelectorAll('details')].every(one => one.offsetHeight === 0)")


def test_the_text_of_drawings_can_be_found(opened) -> None:
    shown = opened("study")
    assert shown.evaluate("window.find('less is better')")


# --- keyboard ---------------------------------------------------------------------------------------------------


def test_the_first_key_leads_past_the_head(opened) -> None:
    shown = opened("study")
    shown.keyboard.press("Tab")
    link = "document.activeElement"
    assert shown.evaluate(f"{link}.className") == "skip"
    assert shown.evaluate(f"{link}.getBoundingClientRect().left >= 0")
    shown.keyboard.press("Enter")
    assert shown.evaluate(f"{link}.id") == "main"


@pytest.mark.parametrize("name", ["study", "study-details"])
def test_everything_is_reached_by_keyboard_and_seen_to_be(opened, name: str) -> None:
    shown = opened(name)
    ways = shown.evaluate("document.querySelectorAll('a, summary, [tabindex=\"0\"]').length")
    hidden = shown.evaluate(
        "[...document.querySelectorAll('a, summary, [tabindex=\"0\"]')].filter(one => !one.checkVisibility()).length"
    )
    reached = []
    for _ in range(ways - hidden):
        shown.keyboard.press("Tab")
        reached.append(shown.evaluate(FOCUSED))
    assert len({number for number, *_ in reached}) == ways - hidden
    assert "BODY" not in {tag for _, tag, *_ in reached}
    assert all(style != "none" and wide >= 2 for _, _, style, wide in reached)


def test_a_fold_opens_and_a_box_scrolls_by_keyboard(opened) -> None:
    shown = opened("study", 390)
    shown.locator("summary").first.focus()
    shown.keyboard.press("Enter")
    assert shown.evaluate("document.querySelector('details').open")
    box = shown.locator("details[open] .scroll").first
    box.focus()
    shown.keyboard.press("ArrowRight")
    shown.wait_for_timeout(400)
    assert box.evaluate("one => one.scrollLeft") > 0


def test_a_link_to_a_folded_figure_unfolds_it(opened, written: dict[str, Path]) -> None:
    shown = opened("study-details")
    shown.goto(f"{written['study-details'].as_uri()}#world-1-course-figure")
    shown.wait_for_timeout(200)
    assert shown.evaluate("document.getElementById('world-1-course-figure').checkVisibility()")


def test_both_pages_lead_to_one_another(opened) -> None:
    shown = opened("study")
    shown.click("nav a[href='study-details.html']")
    assert "every figure and number" in shown.title()
    shown.click("header a")
    assert shown.locator("#answer").count() == 1
