"""What users write is text wherever it stands: in figures, pages, Markdown and terminals, whatever signs are in it."""

from __future__ import annotations

import html
import io
import re
import warnings
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from sim.cli import terminal
from sim.report import figures, page, texts
from sim.report.markdown import document
from sim.report.pictures import inline
from sim.results.findings import Findings

MARKS = ("$\\frac{$", "$a_$", "[/b]", "[red]z", "a|b", "a`b``c", "<b>x</b>", "{{ x }}", "_hidden", "# x", "- x",
         "a\nb", "setting", "arm", "metric", "\N{SNOWMAN}\u6f22", "\u202eevil", "x" * 9000, "&amp;", "1e3",
         "%s %d")  # fmt: skip
LABELS = st.one_of(st.sampled_from(MARKS), st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30))
PATIENT = partial(settings, deadline=None, suppress_health_check=list(HealthCheck))


def shown_in_terminal(found: Findings) -> str:
    out = io.StringIO()
    terminal.show_findings(found, Console(file=out, width=4000))
    return out.getvalue()


# --- one text ---------------------------------------------------------------------------------------------------


@given(LABELS, st.integers(2, 80))
@PATIENT(max_examples=50)
def test_a_short_text_is_one_line_and_no_longer_than_asked(text: str, most: int) -> None:
    cut = texts.short(text, most)
    assert len(cut) <= most
    assert "\n" not in cut
    assert cut == texts.one_line(text) or cut.endswith(texts.ELLIPSIS)


@given(LABELS)
@PATIENT(max_examples=50)
def test_a_text_in_a_cell_of_markdown_stays_in_its_cell(text: str) -> None:
    cell = texts.in_markdown(text)
    assert "\n" not in cell
    assert not re.search(r"(?<!\\)(\\\\)*[|<>`]", cell)
    assert re.sub(r"\\([\\`*<>|\[\]~$&_#+=-])", r"\1", cell) == texts.one_line(text)


@given(LABELS)
@PATIENT(max_examples=50)
def test_a_code_span_ends_where_it_should(text: str) -> None:
    code = texts.as_code(text)
    fence = re.match("`+", code)
    assert fence is not None
    inside = code[len(fence[0]) : -len(fence[0])]
    assert inside.strip() == texts.one_line(text)
    assert fence[0] not in inside


def test_figures_use_signs_that_their_font_has() -> None:
    assert texts.in_figure("a\u6f22b") == f"a{texts.MISSING}b"
    assert not texts.in_figure("_x").startswith("_")  # legends leave such names out
    assert texts.in_figure("Größe") == "Größe"


def test_a_long_text_on_a_page_is_whole_where_it_is_pointed_at() -> None:
    assert texts.in_page("short & sweet") == "short &amp; sweet"
    long = texts.in_page('"' + "x" * 500)
    assert len(html.unescape(re.sub("<[^>]+>", "", long))) <= texts.IN_TABLE
    assert "x" * 500 in long
    assert long.count('"') == 2


# --- everywhere -------------------------------------------------------------------------------------------------


def everywhere(made_up_study, label: str, other: str) -> dict[str, str]:
    """A study whose arms and settings go by these names, as it is shown; a warning would be an error."""
    arms = {label: 1.0, other: 0.5}
    found = made_up_study({label: arms, other: arms}, metrics=("deaths", "departures"), title=label, question=other)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        inline(found.figure("settings"), label, other, "one")
        inline(found.figure("effects", label), label, other, "two")
        return {
            "terminal": shown_in_terminal(found),
            "markdown": document(found.manifest | {"question": other}, found.summary, found.effects, found.risks),
        }


@pytest.mark.parametrize("label", ["$\\frac{$ [/b] <i>|`_x` {{ 7*7 }}", "_" + "x" * 9000])
def test_labels_are_text_in_tables_and_figures(made_up_study, label: str) -> None:
    said = everywhere(made_up_study, label, "[red]metric")
    assert texts.short(label) in said["terminal"]
    assert "[red]metric" in said["terminal"]
    assert texts.in_markdown(label) in said["markdown"]
    rows = [line for line in said["markdown"].split("\n") if line.startswith("| Deaths")]
    assert all(
        len(re.findall(r"(?<!\\)\|", row)) == 6 for row in rows
    )  # four edges and inner bars, whatever is in them
    assert rows


@pytest.mark.slow
@given(st.data())
@PATIENT(max_examples=25)
def test_any_labels_are_text_everywhere(made_up_study, data: st.DataObject) -> None:
    label, other = data.draw(st.lists(LABELS, min_size=2, max_size=2, unique=True))
    said = everywhere(made_up_study, label, other)
    assert said["markdown"].startswith("# ")
    assert texts.short(label).strip() in said["terminal"]


@pytest.fixture
def one_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "FIGURES", {"channels": figures.FIGURES["channels"]})


@pytest.mark.usefixtures("one_figure")
def test_labels_are_text_on_a_page(made_up_study) -> None:
    label, other = "<script>alert('$\\frac{$')</script>", '"><img src=x onerror=y>'
    arms = {label: 1.0, other: 0.5}
    metrics = tuple(figures.CHANNEL_METRICS)
    found = made_up_study({label: arms, other: arms}, metrics=metrics, title=label, question=other)
    for markup in page.study_pages(found):
        assert "<script" not in markup
        assert "<img src=x" not in markup
        assert html.escape(label) in markup.replace("&#39;", "&#x27;").replace("&#34;", "&quot;")
    for notebook in (found._repr_html_(), next(iter(found.comparisons.values()))._repr_html_()):
        assert "<script" not in notebook
        assert "<img src=x" not in notebook


# --- many arms --------------------------------------------------------------------------------------------------


def test_a_figure_draws_the_first_of_many_arms_and_says_so(made_up) -> None:
    many = {f"arm {number}": number / 10 for number in range(40)}
    found = made_up(many, seeds=2, metrics=list(figures.CHANNEL_METRICS))
    figure = found.figure("channels")
    # a remark is the title of the key where one stands above the panels
    remark = figure.legends[0].get_title().get_text()
    assert "The first 24 of 40 arms are shown" in remark
    assert "2 seeds: no verdict" in remark
    assert len(figure.axes[0].get_yticks()) == 25
    assert len(found.effects["arm"].unique()) == 40
    few = found.first(3)
    assert [arm.label for arm in few.arms] == ["arm 0", "arm 1", "arm 2"]
    assert few.effects["q_value"].equals(found.effects["q_value"][: len(few.effects)])


@pytest.mark.usefixtures("one_figure")
def test_a_page_shows_the_first_of_many_arms_and_says_so(made_up) -> None:
    many = {f"arm {number}": number / 10 for number in range(30)}
    made = page.pages([("Many", made_up(many, seeds=2, metrics=["deaths", "departures"]))])
    assert "The first 24 of 30 arms are shown; the tables hold all" in made.details
    for markup in made:
        shown, _, _ = markup.partition('<section id="provenance"')
        assert "arm 23</th>" in shown
        assert "arm 29</th>" not in shown


def test_a_notebook_shows_a_figure(made_up) -> None:
    figure = made_up({"$\\frac{$": 1.0}, seeds=2, metrics=list(figures.CHANNEL_METRICS)).figure("channels")
    assert figure._repr_png_().startswith(b"\x89PNG")
