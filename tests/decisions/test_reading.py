"""Files of decisions: what is wrong is told at once, and all that are shipped can be composed."""

from __future__ import annotations

import pytest

from sim.decisions.budgets import dosed
from sim.decisions.reading import DECISIONS, read_decision
from sim.decisions.request import Worlds
from sim.decisions.worlds import attribution_design, design_of, draws
from sim.ground.errors import RequestError


@pytest.mark.parametrize("name", DECISIONS.names())
def test_shipped_decisions_can_be_composed(name):
    decision = read_decision(DECISIONS.find(name))
    design = design_of(decision)
    assert len(design.settings) == decision.worlds.count
    assert {arm.label for arm in design.arms} == {"none", *decision.packages, *dosed(decision)}
    if decision.attribution is not None:
        assert "all work" in [setting.label for setting in attribution_design(decision).settings]


def read(text, folder):
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return read_decision(path)


def test_every_fault_is_told_at_once(text, folder):
    wrong = (
        text.replace("choice.noise: [0.1, 0.4]", "choice.nois: [0.1, 0.4]")
        .replace('rerouting: ["on", "off"]', 'rerouting: ["on", "of"]')
        .replace("exploitation_weeks: {better: less, threshold: -10%}", "exploitation_week: {better: less}")
        .replace("raids: [policy=raids]", "raids: [people.size=3]")
        .replace("count: 12", "count: 3")
        .replace("seeds: 4", "seeds: 1")
        .replace("judge: {resamples: 10}", "judge: {resamples: 10, levl: 0.1}")
    )
    with pytest.raises(RequestError) as caught:
        read(wrong, folder)
    said = str(caught.value)
    for part in ("did you mean 'choice.noise'", "rerouting cannot be 'of'", "did you mean 'exploitation_weeks'",
                 "has no policy", "worlds.count must be a whole number from 10", "attribution.seeds",
                 "did you mean 'level'", "line"):  # fmt: skip
        assert part in said


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("package: raids", "package: raid", "there is no package 'raid'"),
        ("outcome: exploitation_weeks", "outcome: removals", "is no outcome of this decision"),
        ("  raids: [policy=raids]", "  none: [policy=raids]", "no policy is always among the packages"),
        ("choice.noise: [0.1, 0.4]", "choice.noise: [0.4, 0.1]", "must rise"),
        ("better: less}", "better: lower}", "cannot be 'lower'"),
        ("after: [1 year]", "after: [-1 year]", "different times above 0"),
        ("model: [world", "model: [policy=raids, world", "policies belong into packages"),
        ("to: inspections", "to: raids", "the two packages of a plan are the same"),
        ("to: inspections", "to: inspection", "did you mean 'inspections'"),
        ("watchful: {", "raids: {", "the name of a package already"),
        ("record: recorded_removals", "record: removals", "did you mean 'recorded_removals'"),
        ("to: inspections", "to: inspections, then: raids", "has no key 'then'"),
        ("mechanisms: [rerouting,", "mechanisms: [pricing,", "there is no mechanism 'pricing'"),
    ],
)
def test_faults_in_words(text, folder, before, after, said):
    assert before in text
    with pytest.raises(RequestError, match=said):
        read(text.replace(before, after), folder)


def test_costs_that_nothing_says(text, folder):
    decision = read(text.replace(", labour_inspection: [1, 3]}", "}"), folder)
    with pytest.raises(RequestError, match="nothing says what labour_inspection costs"):
        design_of(decision)
    decision = read(text.replace("costs: {raids", "costs: {pushbacks: [1, 2], raids"), folder)
    with pytest.raises(RequestError, match="no package has the policy 'pushbacks'"):
        design_of(decision)


def test_draws_fill_every_range_and_every_option():
    worlds = Worlds(40, 2, {"choice.noise": (0.1, 0.4)}, {"rerouting": ("on", "off")}, {"raids": (1.0, 3.0)})
    drawn = draws(worlds)
    assert drawn == draws(worlds)
    assert sum(each["mechanisms.rerouting"] == "on" for each in drawn) == 20
    cells = sorted(int((each["choice.noise"] - 0.1) / 0.3 * 40) for each in drawn)
    assert len(set(cells)) >= 39  # one in each fortieth, but for rounding
    assert all(1 <= each["cost of raids"] <= 3 for each in drawn)
    assert drawn != draws(Worlds(40, 3, worlds.parameters, worlds.switches, worlds.costs))


def test_costs_reach_the_policies_of_an_arm(text, folder):
    design = design_of(read(text, folder))
    for setting in design.settings[:3]:
        drawn = dict(setting.values)
        raids = next(arm for arm in setting.arms if arm.label == "raids").scenario
        assert raids.policies[0].cost == drawn["cost of raids"]
        assert raids.policies[0].funded == 1
        assert raids["choice.noise"] == drawn["choice.noise"]
        assert raids.mechanisms["rerouting"] == drawn["mechanisms.rerouting"]


def test_a_held_mechanism_leaves_the_world_without_a_policy_as_it_is(text, folder):
    design = attribution_design(read(text, folder))
    none = {setting.arms[0].scenario.key for setting in design.settings}
    assert len(none) == 1  # one run serves all
    assert len({setting.arms[1].scenario.key for setting in design.settings}) == 4


def test_worlds_may_be_the_sets_of_an_ensemble(text, folder):
    (folder / "own" / "ensemble").mkdir(parents=True)
    rows = [f"{number},{0.2 + number / 20:g}" for number in range(1, 13)]
    (folder / "own" / "ensemble" / "corridor.csv").write_text("\n".join(["set,debt.markup", *rows]), encoding="utf-8")
    (folder / "own" / "ensemble" / "corridor.json").write_text('{"world": "corridor"}', encoding="utf-8")
    text = text.replace("people.size=300,", f"people.size=300, 'hydra.searchpath=[file://{folder / 'own'}]',")
    ranges = "  parameters: {choice.noise: [0.1, 0.4], work.tightness: [0.1, 0.4]}\n"
    fits = text.replace("  count: 12\n", "  ensemble: calibrated\n").replace(ranges, "")
    worlds = read(fits, folder).worlds
    assert (worlds.count, worlds.of_sets) == (12, ("debt.markup",))
    made = draws(worlds)
    assert [one["debt.markup"] for one in made] == pytest.approx([0.2 + number / 20 for number in range(1, 13)])
    assert {one["mechanisms.rerouting"] for one in made} == {"on", "off"}
    design = design_of(read(fits, folder))
    assert design.settings[2].arms[1].scenario["debt.markup"] == pytest.approx(0.35)
    with pytest.raises(RequestError, match="from an ensemble or from ranges"):
        read(text.replace("  count: 12\n", "  ensemble: calibrated\n"), folder)
    with pytest.raises(RequestError, match=r"debt\.markup is set"):
        design_of(read(fits.replace("seeds=3", "seeds=3, debt.markup=0.5"), folder))
