"""Worlds, runs and folders of results that several tests share."""

import gc
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from experiments import classroom
from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.metrics import over_period, weekly
from sim.declared.measures.panels import ALL, PANEL, Kept
from sim.ground import threads
from sim.ledger.counters import COUNTER_INDEX, C
from sim.report import figures
from sim.results.run import RunResult, run_one
from sim.scenario.scenario import Scenario
from sim.studies import conduct, pool, speed
from sim.studies.first_start import warm_up
from sim.studies.pool import Job
from sim.week.frames import panel_frame
from sim.week.week import Week
from sim.world.assemble import make_world

# every pass is shared out, however short it is: what is tried with several threads is to run on them
threads.WORTH_SHARING = threads.NOT_WORTH_IT = 0.0
# no test may hang on how fast a machine is
settings.register_profile("labyrinth", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("labyrinth")

REGION = {
    "bloc": "a",
    "population": 1e6,
    "inequality": 0.0,
    "conflict": 0.0,
    "employment": 1.0,
    "outside_profit": 0.0,
    "deportation_effort": 0.0,
    "asylum_access": 0.0,
    "visa_slots_low": 0.0,
    "visa_slots_high": 0.0,
    "refugee_access": 0.0,
    "rule_of_law": 0.5,
    "local_demand": 0.0,
    "latitude": 0.0,
    "longitude": 0.0,
}
LEG = {
    "mode": "land",
    "hours": 24,
    "base_cost": 500.0,
    "danger": 0.0,
    "control": 0.0,
    "document_check": 0.0,
    "screening": 0.0,
    "loss": 0.0,
}
# nobody is abroad at the start, everyone can pay, nobody uses papers or goes alone, one kind of provider
DEGENERATE = {
    "people.abroad_share": 0,
    "people.settled_share": 0,
    "people.settled_skilled_share": 0,
    "people.kin_share": 0,
    "people.skilled_share": 0,
    "people.domestic_share": 0,
    "choice.exploitation_loss": 0,
    "smuggling.exploiter_share": 0,
    "work.opportunistic_share": 0,
    "work.predatory_share": 0,
    "work.tightness": 0,
    "work.turnover": 0,
    "enforcement.inspection": 0,  # which removes people
    "work.spare": 1.0,  # work for everyone who arrives
    "mechanisms.debt_finance": "off",
    "people.cash_weeks": 1000,
    "people.cash_spread": 0,
    "papers.forged_price": 1e6,
    "papers.genuine_price": 1e6,
    "journey.alone_cost": 20,
    "smuggling.cells": 0,
    "smuggling.organisations": 0,
    "smuggling.skill_spread": 0,
    "smuggling.active_at_start": 1,
    "smuggling.capacity_scale": 1000,
    "smuggling.fixed_scale": 0,
    "time.burn_in_weeks": 0,
    "mechanisms.entry_exit": "off",
    "mechanisms.experience": "off",
    "network.needs": 0,
    "police.node_random": 0,
}


def pytest_configure(config):
    """Compile once, with two processes, before the workers start; each would compile everything for itself."""
    if not hasattr(config, "workerinput") and config.getoption("numprocesses", 0) and not config.option.collectonly:
        warm_up(Scenario.compose(["world=corridor"]))


def pytest_collection_finish():
    """What tests are made of stays for as long as they run: Python need not look through it for unused memory."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(autouse=True, scope="session")
def _own_memory_of_speed(tmp_path_factory):
    """What tests take is no measure of this machine, and plans in tests do not hang on what it did before."""
    path = tmp_path_factory.mktemp("speed") / "seconds.json"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(speed, "file", lambda: path)
        yield


@pytest.fixture(scope="session")
def browser():
    """Chromium, started once a process, which allows no second; what needs it is skipped where there is none."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with ExitStack() as stack:
        try:
            chromium = stack.enter_context(classroom.browser())
        except RuntimeError as error:
            pytest.skip(str(error))
        yield chromium


@pytest.fixture
def few_figures(monkeypatch):
    """Pages with two figures a comparison: all of them are drawn where figures are tested."""
    monkeypatch.setattr(figures, "FIGURES", {name: figures.FIGURES[name] for name in ("effects", "course")})


@pytest.fixture
def line_scenario():
    """A scenario on one origin, one destination and one leg, ``DEGENERATE`` unless told otherwise."""

    def make(leg=None, origin=None, destination=None, **settings):
        regions = [
            REGION
            | {"region": "origin", "role": "origin", "wage_regular": 100.0, "wage_irregular": 90.0}
            | (origin or {}),
            REGION
            | {"region": "there", "role": "destination", "wage_regular": 900.0, "wage_irregular": 800.0}
            | (destination or {}),
        ]
        world = make_world("line", regions, [LEG | {"origin": "origin", "destination": "there"} | (leg or {})])
        base = replace(Scenario.compose(["world=corridor"]), world=world)
        changes = DEGENERATE | {name.replace("__", "."): value for name, value in settings.items()}
        return base.replace(changes)

    return make


@pytest.fixture(scope="session")
def corridor():
    """The corridor with a few people and years, checked in every week."""
    return Scenario.compose(
        ["world=corridor", "people.size=3000", "time.years=2", "time.burn_in_weeks=52", "checks=true"]
    )


# so much happens to people and offenders that a few thousand people show it
LIVELY = {
    "mechanisms.corruption": "off",
    "agency.meetings": 100.0,
    "agency.knowledge": 0.85,
    "agency.authority": 1.0,
    "agency.goodwill": 0.95,
    "agency.mandate": 0.9,
    "police.cases": 20.0,
    "police.finds": 40.0,
    "police.border_case": 0.3,
    "police.financial": 0.5,
    "protection.scope": 0.9,
    "protection.places": 50.0,
    "protection.outreach": 0.3,
    "protection.reflection_days": 45.0,
    "protection.permit": 0.6,
    "telling.rate": 0.03,
    "enforcement.raids": 0.2,
    "justice.trial_weeks": 10,
    "justice.asset_freeze": 0.7,
    "justice.legal_aid": 0.6,
    "justice.recant": 0.05,
}
JUSTICE_GROUPS = ("police", "intel", "coop", "budget", "agency", "justice", "protection", "return")
_LIVELY_RUNS = {}


def lively(scenario):
    """``scenario`` with :data:`LIVELY`."""
    return scenario.replace(LIVELY)


def lively_baseline(words):
    """The lively run without a policy, done once."""
    key = tuple(words)
    if key not in _LIVELY_RUNS:
        _LIVELY_RUNS[key] = run(lively(Scenario.compose([*words, "people.size=12000"])))
    return _LIVELY_RUNS[key]


def about_justice(policy):
    """Whether a shipped policy moves what agencies, courts or helpers do."""
    moves = Scenario.compose(["world=corridor", f"policy={policy}"]).policies[0].levers
    return any(move.lever.split(".")[0] in JUSTICE_GROUPS for move in moves)


def run(scenario, seed=1):
    """A finished week of ``scenario``."""
    return Week(scenario, seed).run()


def metric(week, name, first=0, last=None):
    """A metric of a run over weeks of the run (burn-in included)."""
    return over_period(METRICS[name], week.counters[first:last], COUNTER_INDEX)


def panel_adds_up(week):
    """Truth and records of all regions are the weekly metrics, each that is both; agencies are parts of all."""
    frame = panel_frame(week.panel())
    totals = frame.groupby(["metric", "agency", "week"], observed=True)[["truth", "record"]].sum(min_count=1)
    for row in PANEL:
        found = totals.loc[row.metric, row.agency]
        if row.agency == ALL:
            np.testing.assert_array_equal(found["truth"], weekly(METRICS[row.truth], week.counters, COUNTER_INDEX))
        if row.records:
            recorded = sum(weekly(METRICS[name], week.counters, COUNTER_INDEX) for name in row.records)
            np.testing.assert_array_equal(found["record"], recorded)
        assert found["record"].isna().all() == (row.kept is Kept.NOTHING)
    wide = frame.pivot_table("truth", ["metric", "week", "region"], "agency", aggfunc="sum", observed=True)
    parts = wide.drop(columns=ALL).sum(axis=1)
    split = [row.metric for row in PANEL if row.agency != ALL]
    np.testing.assert_array_equal(wide.loc[split, ALL], parts.loc[split])


def captures_add_up(week):
    """Weeks of exploitation and entries of all people are those that metrics count."""
    found = week.captures()
    assert found["weeks"].sum() == week.counters[week.burn_in :, C.EXPLOITED].sum()
    assert not (found["exploited"] & found["copy"]).any()
    real = ~found["copy"]
    assert len(set(zip(found["person"][real], found["year"][real], strict=True))) == real.sum()
    if week.burn_in == 0:  # otherwise records of these weeks hold entries of people met before
        police = sum(found[f"entries_{name}"].sum() for name in ("police", "border_guard", "immigration"))
        assert police == week.counters[:, [C.RECORDED_POLICE_SEX, C.RECORDED_POLICE_OTHER]].sum()
        assert found["entries_services"].sum() == week.counters[:, C.RECORDED_SERVICES].sum()


def fingerprint(week):
    """Every counter and every column of a run: what must not change by a bit."""
    columns = [table[name] for table in week.tables.values() for name in table]
    return hash((week.counters.tobytes(), *(np.ascontiguousarray(column).tobytes() for column in columns)))


def alike(one, other, weeks):
    """Whether two runs counted the same in their first weeks; cohorts are written two years later."""
    columns = [column for name, column in COUNTER_INDEX.items() if not name.startswith("cohort_")]
    return np.array_equal(one.counters[:weeks, columns], other.counters[:weeks, columns], equal_nan=True)


def alike_but_records(one, other, weeks):
    """Whether two runs counted the same events in their first weeks, whatever agencies have entered."""
    apart = ("cohort_", "recorded_")
    columns = [column for name, column in COUNTER_INDEX.items() if not name.startswith(apart)]
    return np.array_equal(one.counters[:weeks, columns], other.counters[:weeks, columns], equal_nan=True)


@pytest.fixture(scope="session")
def tools():
    """``run``, ``metric``, ``fingerprint`` and others for tests, which cannot import from here."""

    class Tools:
        pass

    Tools.run, Tools.metric, Tools.fingerprint = staticmethod(run), staticmethod(metric), staticmethod(fingerprint)
    Tools.alike, Tools.alike_but_records = staticmethod(alike), staticmethod(alike_but_records)
    Tools.lively, Tools.lively_baseline = staticmethod(lively), staticmethod(lively_baseline)
    Tools.about_justice = staticmethod(about_justice)
    Tools.panel_adds_up, Tools.captures_add_up = staticmethod(panel_adds_up), staticmethod(captures_add_up)
    return Tools


# --- folders of results -----------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``results`` below an empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "results"


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Seeds of the runs that are really done."""
    done: list[int] = []

    def counted(
        scenario: Scenario, seed: int | None = None, words: tuple[str, ...] = (), *, knows_people: bool = False
    ) -> RunResult:
        done.append(-1 if seed is None else seed)
        return run_one(scenario, seed, words, knows_people=knows_people)

    monkeypatch.setattr(pool, "run_one", counted)
    return done


def _pretend(key: str, seed: int) -> RunResult:
    """A run that nobody has simulated: its figures hang on its key, every metric and a few persons are there."""
    generator = np.random.default_rng(int(key[:12], 16))
    return RunResult(
        key=key,
        seed=seed,
        metrics={name: float(value) for name, value in zip(METRICS, generator.random(len(METRICS)), strict=True)},
        weeks=np.arange(-4, 8, 4, dtype=np.int32),
        series={name: generator.random(3, np.float32) for name in METRICS},
        outcomes={
            "row": np.arange(20, dtype=np.int32),
            "generation": np.zeros(20, np.int32),
            "path": generator.integers(0, 2, 20).astype(np.uint16),
        },
        flows={},
        seconds=0.25,
        phases={"consider": 0.1},
    )


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Studies whose runs are made up in no time; gives the seeds of the runs that were done."""
    done: list[int] = []

    def run_many(
        jobs: Sequence[Job], *, on_result: Callable[[RunResult], RunResult] | None = None, **_: object
    ) -> dict[str, RunResult]:
        results = {}
        for job in jobs:
            done.append(job.seed)
            result = _pretend(job.key, job.seed)
            results[job.key] = on_result(result) if on_result else result
        return results

    monkeypatch.setattr(conduct, "run_many", run_many)
    return done
