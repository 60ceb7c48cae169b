"""Figures and the page, drawn from a small comparison."""

import re
from base64 import b64decode
from dataclasses import replace
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex

import sim
from sim.ground.errors import RequestError
from sim.report import figures, network, page, people, style
from sim.results.comparison import Comparison
from sim.results.run import Failure, RunResult
from sim.results.transitions import MEASURES

SMALL = ["world=corridor", "people.size=400", "time.years=0.5", "time.burn_in_weeks=8"]
EVERY = (
    "glance",
    "effects",
    "otherwise",
    "journeys",
    "where",
    "ways_out",
    "paths",
    "funnel",
    "cases",
    "events",
    "demand",
    "officials",
    "networks",
    "trade",
    "course",
    "channels",
    "flows",
    "pairing",
)


@pytest.fixture(scope="module")
def comparison():
    return sim.compare(["tighter_borders", "regular_channels"], base=[*SMALL, "placebo=true"], seeds=3, workers=1)


@pytest.fixture(scope="module")
def html(comparison):
    return page.page([("Corridor", comparison)], question="What <b>then</b>?")


@pytest.fixture
def few_figures(monkeypatch):
    """Pages with two figures: what is tested is the page around them."""
    monkeypatch.setattr(figures, "FIGURES", {name: figures.FIGURES[name] for name in ("effects", "course")})


def with_seeds(comparison, seeds):
    """The same comparison as if only these seeds had been run."""
    arms = comparison.every_arm
    ran = [*arms, comparison.placebo]
    runs = {run.key: run for arm in ran for run in comparison.runs_of(arm) if run.seed in seeds}
    return Comparison(arms, seeds, runs)


def text_of(markup):
    return " ".join(re.sub(r"<(style|svg)[\s\S]*?</\1>|<[^>]+>", " ", markup).split())


# --- figures ----------------------------------------------------------------------------------------------------


def test_every_figure_is_there(comparison):
    assert comparison.figures == EVERY == tuple(name for name in figures.FIGURES if name != "ways")


@pytest.mark.slow
def test_many_arms_have_room_beside_one_another(comparison):
    """Titles and words in panels do not squeeze the panels of a forest plot away."""
    arms = ["licensed_safe_harbour", "demand_criminalisation", "tied_visas", "carrier_sanctions", "mission"]
    found = sim.compare(arms, base=SMALL, seeds=2, workers=1, report=False)
    figure = found.figure("effects")
    figure.draw_without_rendering()  # a warning, which is an error here, says that a panel has no room
    widths = [axes.get_position().width for axes in figure.axes]
    assert min(widths) > 0.1


def test_ways_are_drawn_where_anyone_took_them():
    found = sim.compare(["tied_visas"], base=[*SMALL, "people.size=3000", "time.years=1.5"], seeds=2, workers=1)
    assert "ways" in found.figures
    titles = " ".join(axes.get_title(loc="left") for axes in found.figure("ways").axes)
    assert "tied" in titles
    assert "sent back" not in titles


@pytest.mark.parametrize("name", EVERY)
def test_figure_draws_and_leaves_no_trace(comparison, name):
    before = dict(mpl.rcParams)
    figure = comparison.figure(name)
    assert figure.axes
    assert all(axes.has_data() or axes.texts for axes in figure.axes if axes.get_visible())
    assert dict(mpl.rcParams) == before
    source = page.image(figure)
    assert source == page.image(comparison.figure(name))
    drawing = ET.fromstring(b64decode(source.partition(",")[2]))  # noqa: S314 - our own drawing
    assert drawing.tag.endswith("svg")


@pytest.mark.parametrize("name", ["effects", "flows", "where"])
def test_the_page_lays_a_figure_out_once_and_draws_it_once(comparison, name, monkeypatch):
    done = []

    def counted(owner, method):
        plain = getattr(owner, method)
        monkeypatch.setattr(owner, method, lambda *args, **more: done.append(method) or plain(*args, **more))

    figure = comparison.figure(name)
    counted(style.Drawing, "draw")
    counted(type(figure.get_layout_engine()), "execute")
    monkeypatch.setattr(style.Drawing, "savefig", None)
    page.image(figure)
    assert done == ["execute", "draw"]


def test_unknown_figure(comparison):
    with pytest.raises(RequestError, match="did you mean 'effects'"):
        comparison.figure("efects")


def test_activity_has_its_own_ground(comparison):
    axes = comparison.figure("effects").axes
    shaded = [panel for panel in axes if to_hex(panel.get_facecolor()) == style.SHADE]
    assert len(shaded) == len(comparison.arms)
    labels = {label.get_text() for label in shaded[0].get_yticklabels()}
    assert {"Crossings stopped", "Removals", "Convictions, any charge"} <= labels


def test_each_arm_keeps_its_colour(comparison):
    colour = style.colours(comparison)
    assert colour["none"] == style.BASELINE
    assert len(set(colour.values())) == 3


def test_the_two_ways_follow_the_measure(comparison):
    assert set(people.SIDES) == {name for name, *_ in MEASURES}
    table = comparison.transitions
    for measure, having in (("death", "died"), ("safety", "reached safety")):
        with_it, without_it = people.two_ways(table, "tighter_borders", "all", measure)
        assert (with_it["to_class"], without_it["from_class"]) == (having, having)
        net = people.balance(table, "tighter_borders", "all", measure)
        assert net["people"] == with_it["people"] - without_it["people"]
    assert people.two_ways(table, "nothing", "all", "death") is None
    assert people.balance(table, "nothing", "all", "death") is None


def test_names_on_a_map_do_not_cover_one_another():
    place = np.zeros((6, 2))
    names = ["somewhere"] * 6
    offsets = network._room(place, names, 6.0)
    half, height = 0.28 * 6.0 * len(names[0]), 7.5
    boxes = [(x - half, x + half, y - height / 2, y + height / 2) for x, y in offsets]
    assert not any(network._overlap(one, other) for i, one in enumerate(boxes) for other in boxes[:i])


def test_one_seed_has_no_intervals_and_says_so(comparison, monkeypatch):
    lonely = with_seeds(comparison, [1])
    assert "pairing" not in lonely.figures
    monkeypatch.setattr(figures, "FIGURES", {"effects": figures.FIGURES["effects"]})
    markup = page.page([("Corridor", lonely)])
    assert "With one seed there are no intervals" in text_of(markup)
    assert "no interval" in markup


@pytest.mark.slow
def test_a_comparison_of_few_metrics_has_few_figures(comparison):
    arms, runs = comparison.every_arm, {run.key: run for arm in comparison.every_arm for run in comparison.runs_of(arm)}
    few = Comparison(arms, comparison.seeds, runs, metrics=["route_entropy"])
    assert "channels" not in few.figures
    assert "course" not in few.figures
    assert page.page([("Corridor", few)])


# --- the page ---------------------------------------------------------------------------------------------------


def test_page_holds_every_figure_and_fetches_nothing(comparison, html):
    for name in comparison.figures:
        assert f'id="world-1-{name}"' in html
    sources = re.findall(r'(?:src|href)="([^"]*)"', html)
    assert len(sources) > len(EVERY)
    assert all(source.startswith(("data:image/svg+xml;base64,", "#")) for source in sources)
    assert not re.search(r"https?:|@import|url\(|<script|<link", html)
    assert html.count("<img") == html.count('alt="') == len(EVERY)


def test_page_has_its_sections(html):
    words = text_of(html)
    for heading in (
        "What was run",
        "At a glance",
        "Effects",
        "The same people in two worlds",
        "Exploitation by sex, age, need and status",
        "3 seeds: no verdict (at least 6 are needed)",
        "What this cannot say",
        "Provenance",
        "activity, not an outcome",
    ):
        assert heading in words
    assert "Tighter borders" in words
    assert "border.control" in words
    assert "exploited" in words  # what the model leaves out is said


def test_anchors_lead_somewhere(html):
    for anchor in re.findall(r'href="#([^"]+)"', html):
        assert f'id="{anchor}"' in html


def test_what_users_write_is_escaped(html):
    assert "What &lt;b&gt;then&lt;/b&gt;?" in html


@pytest.mark.usefixtures("few_figures")
def test_failures_are_shown(comparison):
    arm = comparison.arms[0]
    runs = {run.key: run for each in comparison.every_arm for run in comparison.runs_of(each)}
    key = arm.scenario.run_key(3)
    runs[key] = RunResult(key, 3, failure=Failure("week 7", "ValueError: no", "labyrinth run seed=3"))
    markup = text_of(page.page([("Corridor", Comparison(comparison.every_arm, comparison.seeds, runs))]))
    assert "1 run failed" in markup
    assert "labyrinth run seed=3" in markup


@pytest.mark.slow
@pytest.mark.usefixtures("few_figures")
def test_several_worlds_on_one_page(comparison):
    markup = page.page([("One", comparison), ("Two", with_seeds(comparison, [1, 2]))], title="Both")
    assert 'id="world-1"' in markup
    assert 'id="world-2"' in markup
    assert "<title>Both</title>" in markup


def test_a_single_run_has_a_page_too(comparison):
    arm = comparison.baseline
    alone = Comparison([arm], [1], {run.key: run for run in comparison.runs_of(arm)})
    markup = page.page([("Corridor", alone)])
    assert "What the runs gave" in text_of(markup)
    assert 'id="world-1-course"' in markup
    assert 'id="world-1-effects"' not in markup


@pytest.mark.slow
@pytest.mark.usefixtures("few_figures")
def test_writing_replaces_in_one_piece(comparison, tmp_path, monkeypatch):
    target = tmp_path / "new" / "report.html"
    assert comparison.report(target) == target
    old = target.read_text(encoding="utf-8")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        comparison.report(target)
    assert target.read_text(encoding="utf-8") == old
    assert [path.name for path in target.parent.iterdir()] == ["report.html"]


def test_notebook_table(comparison):
    table = comparison._repr_html_()
    assert "Tighter borders" in table
    assert "<img" not in table


@pytest.mark.slow
@pytest.mark.usefixtures("few_figures")
def test_own_titles_are_used_for_arms(comparison):
    arm = replace(comparison.arms[0], label="<my> arm")
    runs = {run.key: run for each in comparison.every_arm for run in comparison.runs_of(each)}
    markup = page.page([("Corridor", Comparison([comparison.baseline, arm], comparison.seeds, runs))])
    assert "&lt;my&gt; arm" in markup
    assert "<my> arm" not in markup


def test_what_should_be_known_of_a_run_stands_on_its_page(comparison, html):
    (note,) = comparison.baseline.scenario.notes()
    assert "400" in note
    assert html.count(note[1:]) == 1
