"""What figures promise readers: text that can be found, colours that can be told apart, room for each word."""

from __future__ import annotations

import dataclasses
import itertools
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text

from sim.declared.measures.catalogue import METRICS
from sim.report import bars, between, corruption, figures, glance, heat, justice, style
from sim.report.pictures import inline
from sim.report.said import MOST
from sim.results.asked import Design, Setting
from sim.results.comparison import Comparison
from sim.results.findings import Findings
from sim.results.signs import names_a_sign
from sim.results.statistics import t_interval
from tests.report.seen import contrast, distance, on_one_another, seen, struck_through
from tests.samples import one_in

SVG = "{http://www.w3.org/2000/svg}"
# of the same persons in two worlds, of groups and of shocks: they are drawn and tested elsewhere
OTHERS = ("otherwise", "journeys", "groups", "shocks")
NAMES = tuple(name for name in figures.FIGURES if name not in OTHERS)
LONG = "Regular channels and a long reflection period"
ARMS = {
    "one": {"tighter_borders": 0.4},
    "four": {"Tighter borders": 0.5, "Demand criminalisation": -0.3, "Reflection period": 0.0, "Regular channels": 1.0},
    "six": {f"{LONG} {number}": number / 5 - 0.4 for number in range(6)},
}


@pytest.fixture(scope="module", params=["one", "six"])
def comparison(request, made_up):
    """Comparisons with one arm and with six, of names that are too long."""
    return made_up(ARMS[request.param], seeds=6)


@pytest.fixture(scope="module")
def four(made_up):
    return made_up(ARMS["four"], seeds=6)


@pytest.fixture(scope="module")
def study(made_up_study):
    return made_up_study(
        {"archetypes": ARMS["four"], "subregions": {name: -shift for name, shift in ARMS["four"].items()}}
    )


def texts_of(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - our own drawing


# --- text is text -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", one_in(2, NAMES))
def test_every_word_of_a_figure_can_be_found_in_it(four, name):
    figure = four.figure(name)
    svg = inline(figure, "A title", "What is found", "here")
    found = texts_of(svg)
    for axes in figure.axes:
        if axes.get_visible():
            wanted = [
                axes.get_title(loc="left"),
                axes.get_xlabel(),
                *(text.get_text() for text in axes.texts if not text.get_clip_on()),
            ]
            for line in (line for text in wanted for line in text.split("\n") if line.strip()):
                assert line in found
    assert "<image" not in svg
    assert len(svg.encode()) < 75_000


@pytest.mark.slow
def test_all_figures_of_a_page_of_four_policies_in_two_worlds_are_light(study):
    total = sum(len(inline(between.draw(study, name), "", "", "x")) for name in between.names(study))
    for comparison in study.comparisons.values():
        total += sum(len(inline(comparison.figure(name), "", "", "x").encode()) for name in comparison.figures)
    assert total < 1_100_000


def test_a_figure_has_a_name_a_text_and_ids_of_its_own(four):
    drawn = [
        inline(four.figure(name), f"<{name}>", "1 < 2 & so on", f"world-1-{name}") for name in ("channels", "glance")
    ]
    trees = [ET.fromstring(svg) for svg in drawn]  # noqa: S314 - our own drawing
    ids = [element.get("id") for tree in trees for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for tree, name in zip(trees, ("channels", "glance"), strict=True):
        assert tree.get("role") == "img"
        title, desc = (next(e for e in tree if e.get("id") == each) for each in tree.get("aria-labelledby").split())
        assert (title.text, desc.text) == (f"<{name}>", "1 < 2 & so on")
        assert tree.get("viewBox")
        assert tree.get("width") == "100%"
    for svg in drawn:
        for wanted in re.findall(r"url\(#([^)]+)\)", svg):
            assert f'id="{wanted}"' in svg
    assert "url(#" in drawn[0]  # patterns of the bars


@pytest.mark.parametrize("ident", ["", "1st", 'a"b', "a b", "é"])
def test_what_cannot_be_an_id_is_refused(four, ident):
    with pytest.raises(ValueError, match="id of a figure"):
        inline(four.figure("channels"), "", "", ident)


def test_nothing_of_a_drawing_loads_before_it_is_asked_for():
    code = "import sim, sys; print(sorted(name for name in ('matplotlib', 'sim.report.style') if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- room for each word -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", one_in(2, NAMES))
def test_no_text_covers_another_leaves_the_figure_or_is_struck_through(comparison, name, monkeypatch):
    found = seen(comparison.figure(name), monkeypatch)
    assert found.texts
    assert on_one_another(found.texts) == []
    for text, box in found.texts:
        assert box.x0 > -1, text
        assert box.x1 < found.width + 1, text
        assert box.y0 > -1, text
        assert box.y1 < found.height + 1, text
    if name not in ("trade", "flows", "paths", "course"):  # whose lines are no intervals
        assert struck_through(found) == []


@pytest.mark.parametrize("draw", [between.settings, between.settings_narrow])
def test_a_figure_of_several_settings_has_room_for_each_word(study, draw, monkeypatch):
    with style.theme():
        found = seen(draw(study), monkeypatch)
    assert on_one_another(found.texts) == []
    assert struck_through(found) == []


@pytest.mark.slow
def test_texts_are_measured_with_a_font_that_is_wider_than_what_readers_have(four):
    """So that nothing runs into anything else in another font; Helvetica is as wide as Arial and Liberation Sans."""
    folder = Path(mpl.get_data_path()) / "fonts" / "pdfcorefonts"
    for weight, file in (("normal", "Helvetica.afm"), ("bold", "Helvetica-Bold.afm")):
        rows = re.findall(r"^C (\d+) ; WX (\d+) ;", (folder / file).read_text(), re.MULTILINE)
        width = {chr(int(code)): int(units) / 1000 for code, units in rows}
        figure = four.figure("effects")
        renderer = FigureCanvasAgg(figure).get_renderer()
        prop = FontProperties(family="DejaVu Sans", size=10, weight=weight)
        for text in {line for found in figure.findobj(Text) for line in found.get_text().split("\n")}:
            line = text.encode("ascii", "replace").decode()
            ours = renderer.get_text_width_height_descent(line, prop, ismath=False)[0] * 72 / figure.dpi
            assert sum(10 * width[sign] for sign in line) <= ours + 1


def test_lines_of_text_are_anchored_where_they_are_aligned(four):
    svg = inline(four.figure("where"), "", "", "x")
    root = ET.fromstring(svg)  # noqa: S314 - our own drawing
    parents = {child: parent for parent in root.iter() for child in parent}
    (held,) = {parents[e].get("text-anchor") for e in root.iter(f"{SVG}text") if e.text == "debt, status"}
    assert held == "middle"


# --- the figure of the first screen -----------------------------------------------------------------------------


def test_the_first_figure_shows_harm_first_and_all_arms(comparison):
    chosen = glance.outcomes(comparison.metrics)
    assert chosen == list(glance.OUTCOMES)
    assert len(chosen) <= glance.MOST
    assert chosen[0] == "deaths"
    figure = comparison.figure("glance")
    panels = [axes for axes in figure.axes if axes.get_visible()]
    assert len(panels) == len(chosen)
    rows = {(row["metric"], row["arm"]): row for row in comparison.effects.to_dict("records")}
    for axes, metric in zip(panels, chosen, strict=True):
        marks = [line for line in axes.lines if line.get_marker() not in ("None", None, "")]
        assert len(marks) == len(comparison.arms)
        for mark, arm in zip(marks, comparison.arms, strict=True):
            filled = mark.get_markerfacecolor() != style.PAPER
            assert filled == names_a_sign(rows[metric, arm.label]["verdict"])


def test_the_first_figure_says_better_and_worse_in_words_and_shapes(four):
    figure = four.figure("glance")
    rows = {(row["metric"], row["arm"]): row for row in four.effects.to_dict("records")}
    assert names_a_sign(rows["deaths", "Regular channels"]["verdict"])
    deaths = figure.axes[0]
    written = [text.get_text() for text in deaths.texts]
    assert any(text.endswith(" worse") for text in written)
    assert "less is better" in written
    shapes = {line.get_marker() for line in deaths.lines} - {"None"}
    assert "s" in shapes
    safety = figure.axes[glance.OUTCOMES.index("safety_reached")]
    assert any(text.get_text().endswith(" better") for text in safety.texts)


def test_on_a_telephone_the_first_figure_is_narrow_and_its_letters_are_large(comparison):
    figure = figures.narrow(comparison, "glance")
    svg = inline(figure, "", "", "x")
    wide = float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1])
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', svg)]
    screen = 390 - 32  # what margins leave
    assert min(sizes) * screen / wide > 10
    assert figures.narrow(comparison, "effects") is None


def test_what_was_asked_for_is_shown_where_harm_was_not(made_up):
    chosen = ["mean_fee", "provider_share", "interceptions", "deaths"]
    assert glance.outcomes(chosen) == ["deaths", "mean_fee", "provider_share"]
    assert glance.outcomes(["interceptions"]) == ["interceptions"]
    assert made_up({"a": 1.0}, metrics=chosen).figure("glance").axes


# --- colours ----------------------------------------------------------------------------------------------------

PAGES = {"light": {colour: colour for colour in style.DARK}, "dark": style.DARK}


@pytest.mark.parametrize("page", PAGES)
def test_contrast_is_enough_on_light_and_on_dark_pages(page):
    on = PAGES[page]
    for ground in (style.PAPER, style.SHADE):
        for text in (style.INK, style.QUIET):
            assert contrast(on[text], on[ground]) >= 4.5
    parts = [colour for colour, _ in (*style.PARTS, style.REST)]
    for mark in (*style.ARMS, *parts, style.BASELINE, style.BETTER, style.WORSE, style.MORE, style.LESS, style.ORIGIN):
        assert contrast(on[mark], on[style.PAPER]) >= 3, mark


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("colours", "least"),
    [
        ((style.BASELINE, *style.ARMS[:4]), 15),  # as many as most studies have
        ((style.BASELINE, *style.ARMS), 10),
        (tuple(colour for colour, _ in (*style.PARTS, style.REST)), 10),
        ((style.BETTER, style.WORSE, style.QUIET), 20),
        ((style.MORE, style.LESS, style.QUIET), 20),
    ],
)
def test_colours_stay_apart_for_colour_blind_readers(page, colours, least):
    for one, other in itertools.combinations(colours, 2):
        assert distance(PAGES[page][one], PAGES[page][other]) >= least, (one, other)


def test_what_a_colour_says_is_said_a_second_time():
    marks = [style.mark_of(number) for number in range(24)]
    assert len({(mark.colour, mark.shape) for mark in marks}) == 24
    assert len({(mark.colour, mark.dashes) for mark in marks}) == 24
    assert len({mark.shape for mark in marks[:8]}) == len({mark.dashes for mark in marks[:8]}) == 8
    assert len({hatch for _, hatch in style.PARTS}) == len(style.PARTS)


@pytest.mark.parametrize("scale", heat.SCALES)
def test_words_on_cells_can_be_read(scale):
    from matplotlib.colors import to_hex

    colours = heat.scale(scale)
    for value in np.linspace(0, 1, 41):
        ground = to_hex(colours(value))
        letters = style.ON_LIGHT if heat.is_light(colours(value)) else style.ON_DARK
        assert contrast(letters, ground) >= 4.5


def test_colours_of_a_drawing_follow_the_page(four):
    svg = inline(four.figure("glance"), "", "", "x")
    assert "@media screen and (prefers-color-scheme:dark)" in svg
    light, dark = re.search(r"#x\{([^}]+)\}@media[^{]+\{#x\{([^}]+)\}\}", svg).groups()
    names = re.findall(r"--(\w+):", light)
    assert names == re.findall(r"--(\w+):", dark)
    assert set(re.findall(r"var\(--(\w+)\)", svg)) == set(names)
    body = svg[svg.index("</style>") :]
    assert not re.findall(r"#[0-9a-f]{6}", body)
    assert "white" not in body


# --- what is said for those who cannot see it -------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_says_what_it_shows_in_a_few_words(comparison, name):
    said = figures.alt(comparison, name)
    assert said != figures.caption(name)
    assert 20 < len(said) <= MOST
    assert said.endswith(".")
    assert "nan" not in said
    assert figures.title(name)


def test_effects_are_said_with_policy_outcome_and_size(four):
    said = figures.alt(four, "glance")
    row = four.effects.set_index(["arm", "metric"]).loc[("Regular channels", "deaths")]
    assert names_a_sign(row["verdict"])
    assert "effects are sure" in said
    assert "Regular channels: " in said
    # which changes nothing here: it is named only where chance has made one of its many effects look sure
    others = four.effects[four.effects["arm"] == "Reflection period"]["verdict"]
    assert ("Reflection period" in said.replace("more policies", "")) <= others.map(names_a_sign).any()


def test_no_effect_is_said_to_be_none(made_up):
    assert figures.alt(made_up({"nothing": 0.0}, seeds=6), "glance").startswith("No change is sure: none of 8 effects")
    few = made_up({"much": 9.0}, seeds=3)
    assert figures.alt(few, "glance") == "From 3 seeds the direction of no change can be told."


def test_levels_are_those_of_the_runs(four):
    said = figures.alt(four, "where")
    total = four.flows(four.baseline, "exploited_cells").sum(axis=1).mean() / 52 * 1e5 / four.people
    assert f"Without a policy {figures.words.number(total)} people per 100 000 at risk" in said


def test_a_study_says_where_signs_differ(study):
    said = between.alt(study, "settings")
    assert "up in some settings, down in others" in said
    assert len(said) <= MOST


def test_a_run_without_policies_has_texts_too(made_up):
    alone = made_up({}, seeds=2)
    for name in alone.figures:
        said = figures.alt(alone, name)
        assert 10 < len(said) <= MOST


# --- what figures add up to -------------------------------------------------------------------------------------


def test_the_bill_of_bribes_is_all_of_it(four):
    parts = {counter for name in corruption.BILL for counter in METRICS[name].top}
    assert parts == set(METRICS["bribes"].top)
    figure = four.figure("officials")
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [METRICS[n].short for n in corruption.BILL]
    bill = next(axes for axes in figure.axes if axes.get_title(loc="left") == "Who pays first")
    longest = max(bar.get_x() + bar.get_width() for bar in bill.patches)
    wanted = max(
        sum(bars.values_of(four, arm, name).mean() for name in corruption.BILL) / four.people for arm in four.every_arm
    )
    assert longest == pytest.approx(wanted)


def test_more_parts_than_there_are_looks_are_refused(four):
    axes = four.figure("channels").axes[0]
    with pytest.raises(ValueError, match="zip"):
        bars.stacked(axes, {str(part): np.ones(2) for part in range(len(style.PARTS) + 1)})


def test_of_many_arms_a_drawing_says_how_many_it_shows(made_up):
    six = made_up(ARMS["six"], seeds=6)
    figure = figures.draw(six, "trade")
    assert figure.axes[0].get_title(loc="left") == "No policy"
    assert figure.legends[0].get_title().get_text() == "The baseline and the first 3 of 6 arms are drawn."
    assert not figures.draw(six.first(3), "trade").legends[0].get_title().get_text()


def test_what_starts_from_nothing_is_written_in_the_unit_of_the_tables(made_up):
    def some(run, label):
        return dataclasses.replace(
            run, metrics=run.metrics | {"deaths": 0.0 if label == "none" else 0.4 + run.seed / 1e3}
        )

    found = made_up({"a": 0.5}, seeds=6, change=some, metrics=["deaths", "exploited_people", "safety_reached"])
    level = 1e5 / found.people * found.effects.set_index("metric").loc["deaths", "value"]
    written = [text.get_text() for axes in figures.draw(found, "glance").axes for text in axes.texts]
    assert any(text.startswith(f"{figures.words.number(level)} (from 0)") for text in written)
    assert "counts per 100 000 at risk" in figures.caption("glance")


@pytest.mark.parametrize("seeds", [1, 3])
@pytest.mark.parametrize("name", ["glance", "course"])
def test_a_remark_stands_beside_the_key_and_not_over_it(made_up, name, seeds, monkeypatch):
    found = made_up({"a": 0.5, "b": 0.1}, seeds=seeds, metrics=["deaths", "exploited_people", "safety_reached"])
    shown = seen(figures.draw(found, name), monkeypatch)
    assert any("no verdict" in text for text, _ in shown.texts)
    assert on_one_another(shown.texts) == []


def test_ways_of_people_are_said_as_they_are_drawn(four):
    value = dict.fromkeys(justice.NAMES, 0.0)
    value |= {"left_met": 100.0, "taken_in": 50.0, "identified": 30.0, "misidentified_removed": 40.0,
              "removed_silent": 20.0}  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(justice, "_means", lambda *_: value)
        assert "No policy: 100, 50 and 20;" in justice.alt_paths(four)


# --- what is compared with another baseline than no policy --------------------------------------------------------

SAID_OF_BASELINE = (
    "where",
    "ways_out",
    "funnel",
    "events",
    "officials",
    "networks",
    "trade",
    "channels",
    "flows",
    "cases",
)


@pytest.mark.parametrize("name", SAID_OF_BASELINE)
def test_a_baseline_with_a_policy_is_not_called_no_policy(four, name):
    runs = {run.key: run for arm in four.every_arm[1:3] for run in four.runs_of(arm)}
    other = Comparison(four.every_arm[1:3], four.seeds, runs)
    assert "ithout a policy" in figures.alt(four, name)
    said = figures.alt(other, name)
    assert "ithout a policy" not in said
    assert "n the baseline (" in said
    assert "without a policy" not in figures.caption(name)
    assert len(said) <= MOST


def test_first_figures_name_the_baseline_as_what_changes_are_from(four):
    assert four.figure("glance").get_supxlabel() == "change from the baseline, %"


# --- doses ------------------------------------------------------------------------------------------------------


def test_a_seed_counts_once_whatever_its_lucks_and_bands_end_where_values_do(made_up):
    found = made_up({"a": 0.5}, seeds=3, lucks=4, metrics=["deaths", "provider_share"])
    design = Design((Setting("", tuple(found.every_arm)),), ("deaths", "provider_share"), dose="policy.dose")
    study = Findings(design, found.seeds, found._runs)
    table = between.levels(study)
    assert set(table["seeds"]) == {3}
    values = found.summary[(found.summary["arm"] == "a") & (found.summary["metric"] == "deaths")]
    known = t_interval(1e5 / found.people * values.groupby("seed")["value"].mean())
    row = table[(table["line"] == "a") & (table["metric"] == "deaths")].iloc[0]
    assert (row["low"], row["high"]) == pytest.approx((known.low, known.high))
    assert figures.words.bounds(METRICS["provider_share"]) == (0.0, 100.0)
    assert figures.words.bounds(METRICS["deaths"])[0] == 0.0


def test_events_are_never_fewer_than_persons(four):
    from sim.declared.measures.persons import counter_of
    from sim.report import persons

    shown = persons.shown(four)
    assert len(shown) == len(persons.SHOWN)
    assert all(counter_of(name) in four.metrics for name in shown)
    assert len([axes for axes in four.figure("events").axes if axes.get_visible()]) == len(shown)


def test_the_figure_of_cases_shows_joint_cases_and_suspects(four):
    titles = {axes.get_title(loc="left").replace("\n", " ") for axes in four.figure("cases").axes}
    assert {
        "Cases that another region joined",
        "People charged",
        "People charged in a case",
        "People convicted",
    } <= titles
