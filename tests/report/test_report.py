"""Figures, drawn from a small comparison."""

from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex

import sim
from sim.ground.errors import RequestError
from sim.report import figures, gains, network, style
from sim.report.pictures import inline
from sim.results.comparison import Comparison
from sim.results.risk_groups import OUTCOMES

SMALL = ["world=corridor", "people.size=400", "time.years=0.5", "time.burn_in_weeks=8"]
EVERY = (
    "glance",
    "effects",
    "risks",
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


def with_seeds(comparison, seeds):
    """The same comparison as if only these seeds had been run."""
    arms = comparison.every_arm
    ran = [*arms, comparison.placebo]
    runs = {run.key: run for arm in ran for run in comparison.runs_of(arm) if run.seed in seeds}
    return Comparison(arms, seeds, runs)


# --- figures ----------------------------------------------------------------------------------------------------


def test_every_figure_is_there(comparison):
    assert (
        comparison.figures
        == EVERY
        == tuple(name for name in figures.FIGURES if name not in ("ways", "groups", "shocks"))
    )


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


@pytest.mark.parametrize(
    "name",
    [name if name in ("glance", "effects", "flows") else pytest.param(name, marks=pytest.mark.slow) for name in EVERY],
)
def test_figure_draws_and_leaves_no_trace(comparison, name):
    before = dict(mpl.rcParams)
    figure = comparison.figure(name)
    assert figure.axes
    assert all(axes.has_data() or axes.texts for axes in figure.axes if axes.get_visible())
    assert dict(mpl.rcParams) == before
    source = inline(figure, "Title", "What it shows", "here")
    assert source == inline(comparison.figure(name), "Title", "What it shows", "here")
    drawing = ET.fromstring(source)  # noqa: S314 - our own drawing
    assert drawing.tag.endswith("svg")
    assert [drawing[0].text, drawing[1].text] == ["Title", "What it shows"]


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
    inline(figure, "", "", "here")
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


def test_every_outcome_of_risks_has_a_name_and_a_direction(comparison):
    assert set(gains.RISK) == set(OUTCOMES)
    for outcome, (_, better) in OUTCOMES.items():
        row = {"outcome": outcome, "verdict": "rises"}
        assert gains.direction(row) == {1: gains.BETTER, -1: gains.WORSE, 0: gains.ACTIVITY}[better]
        assert gains.direction(row | {"verdict": "undecided"}) == gains.UNDECIDED
    assert gains.first_outcome(comparison.risks) in OUTCOMES
    assert gains.rows_of(comparison.risks, "nothing", "exploitation") == []


def test_names_on_a_map_do_not_cover_one_another():
    place = np.zeros((6, 2))
    names = ["somewhere"] * 6
    offsets = network._room(place, names, 6.0)
    half, height = 0.28 * 6.0 * len(names[0]), 7.5
    boxes = [(x - half, x + half, y - height / 2, y + height / 2) for x, y in offsets]
    assert not any(network._overlap(one, other) for i, one in enumerate(boxes) for other in boxes[:i])


def test_one_seed_has_no_figure_of_pairing(comparison):
    assert "pairing" not in with_seeds(comparison, [1]).figures


@pytest.mark.slow
def test_a_comparison_of_few_metrics_has_few_figures(comparison):
    arms, runs = comparison.every_arm, {run.key: run for arm in comparison.every_arm for run in comparison.runs_of(arm)}
    few = Comparison(arms, comparison.seeds, runs, metrics=["route_entropy"])
    assert "channels" not in few.figures
    assert "course" not in few.figures
