"""Figures of one run: the values of the model are what is drawn."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from sim.declared.measures.catalogue import METRICS
from sim.face.model import Model
from sim.face.space import SITUATIONS
from sim.ground.errors import RequestError
from sim.report import one_run
from sim.scenario.scenario import Scenario

SMALL = {"people.size": 400, "time.years": 16 / 52, "time.burn_in_weeks": 8}


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(Scenario.of(["world=corridor", "policy=tighter_borders"], **SMALL), seed=3).run(20)


def panel(figure: Figure, position: int = 0) -> dict[str, list[float]]:
    """What is drawn in a panel, by label."""
    return {line.get_label(): list(line.get_ydata()) for line in figure.axes[position].lines}


def test_a_model_draws_its_weeks(model: Model) -> None:
    figure = model.plot("irregular_departures", "provider_share")
    assert isinstance(figure, Figure)
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert panel(figure)["in truth"] == model.truth["irregular_departures"].tolist()
    np.testing.assert_array_equal(panel(figure, 1)["in truth"], 100 * model.truth["provider_share"])
    assert [axes.get_title(loc="left") for axes in figure.axes] == [METRICS[n].title for n in model_names(figure)]


def model_names(figure: Figure) -> list[str]:
    titles = {metric.title: name for name, metric in METRICS.items()}
    return [titles[axes.get_title(loc="left")] for axes in figure.axes]


def test_records_stand_beside_what_is_true(model: Model) -> None:
    drawn = panel(model.plot("interceptions"))
    assert drawn["border guard: interceptions"] == model.records["border guard", "interceptions"].tolist()
    assert drawn["in truth"] == model.truth["interceptions"].tolist()
    assert one_run.records_of("identified")[0] == "recorded_identified"
    for name in METRICS:
        assert all(METRICS[record].unit == METRICS[name].unit for record in one_run.records_of(name))
    alone = panel(model.plot("recorded_interceptions"))
    assert alone["border guard: interceptions"] == model.records["border guard", "interceptions"].tolist()


def test_a_few_metrics_are_drawn_unless_some_are_named(model: Model) -> None:
    assert model_names(model.plot()) == list(one_run.FIRST)
    assert model_names(model.plot("deaths", "deaths")) == ["deaths"]


def test_long_runs_are_drawn_with_a_running_mean(monkeypatch: pytest.MonkeyPatch, model: Model) -> None:
    monkeypatch.setattr(one_run, "LONG", 10)
    figure = model.plot("irregular_departures")
    (faint, strong, *_) = figure.axes[0].lines
    truth = model.truth["irregular_departures"]
    assert list(faint.get_ydata()) == truth.tolist()
    assert list(strong.get_ydata()) == pytest.approx(truth.rolling(13, center=True, min_periods=1).mean().tolist())
    assert "means of 13 weeks" in figure.get_suptitle()


def test_burn_in_and_the_start_of_policies_are_marked(model: Model) -> None:
    figure = model.plot("deaths")
    assert "start of Tighter borders" in figure.get_suptitle()
    (start,) = (line for line in figure.axes[0].lines if len(line.get_xdata()) == 2)
    assert list(start.get_xdata()) == [model.setup.policies[0].start] * 2
    assert figure.axes[0].patches[0].get_extents()


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["deths"], "there is no metric 'deths'.*did you mean 'deaths'"),
        (list(METRICS)[:13], "at most 12 metrics, not 13"),
    ],
)
def test_what_cannot_be_drawn_is_said(model: Model, names: list[str], message: str) -> None:
    with pytest.raises(RequestError, match=message):
        model.plot(*names)


def test_a_model_that_has_not_run_has_nothing_to_draw() -> None:
    with pytest.raises(RequestError, match=r"no week has been run yet.*model\.run\(\)"):
        Model(Scenario.of("corridor", **SMALL)).plot()


# --- places -----------------------------------------------------------------------------------------------------


def dots(figure: Figure) -> list[int]:
    return [len(found.get_offsets()) for found in figure.axes[0].collections if isinstance(found, PathCollection)]


def test_each_person_is_a_dot_in_a_small_world(model: Model) -> None:
    figure = model.space.plot()
    totals = model.space.people().sum()
    assert dots(figure) == totals.tolist()
    assert "Each dot is one person" in figure.get_suptitle()
    assert len(one_run.MARKS) == len(SITUATIONS) == len(set(one_run.MARKS))
    key = [text.get_text() for text in figure.legends[0].get_texts()]
    assert key == [f"{name}: {one_run.thousands(count)}" for name, count in totals.items()]


def test_dots_of_a_large_world_stand_for_many(monkeypatch: pytest.MonkeyPatch, model: Model) -> None:
    monkeypatch.setattr(one_run, "MOST_DOTS", 50)
    figure = model.space.plot()
    people = model.space.people().to_numpy()
    assert dots(figure) == np.rint(people / 10).sum(axis=0).tolist()
    assert "Each dot stands for about 10 people" in figure.get_suptitle()


@pytest.mark.parametrize(("people", "each"), [(0, 1), (1500, 1), (1501, 2), (3001, 5), (1_000_000, 1000)])
def test_a_dot_stands_for_a_round_number(people: int, each: int) -> None:
    assert one_run.people_a_dot(people) == each


def test_regions_do_not_cover_one_another() -> None:
    space = Model(Scenario.of(None, **SMALL)).space
    counts = space.people().to_numpy().sum(axis=1)
    at, size = one_run._layout(space, counts)
    reach = size * (np.sqrt(counts) + 1.2)
    apart = np.linalg.norm(at[:, None] - at[None], axis=2)
    assert all(apart[i, j] > reach[i] + reach[j] for i in range(len(at)) for j in range(i))


@pytest.mark.slow
def test_plotting_is_loaded_when_it_is_asked_for() -> None:
    code = (
        "import sys, sim; model = sim.Model('corridor', people__size=100, time__years=0.1, time__burn_in_weeks=0);"
        "assert 'matplotlib' not in sys.modules; model.space.plot();"
        "assert 'matplotlib' in sys.modules and 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
