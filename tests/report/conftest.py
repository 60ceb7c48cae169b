"""Comparisons of made-up runs: nothing is simulated, so that figures and pages can be tried with anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import numpy as np
import pytest

from sim.agents.facilitators import Function
from sim.agents.forms import Form
from sim.agents.officials import Post
from sim.agents.people import Control, Path
from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.exploitation import WAYS_OUT
from sim.results.arms import Arm
from sim.results.asked import Design, Setting
from sim.results.comparison import Comparison
from sim.results.findings import Findings
from sim.results.pairs import placebo_of, with_lucks
from sim.results.risk_groups import VALUES
from sim.results.run import RunResult
from sim.results.runs import Held
from sim.scenario.scenario import Scenario

BASE = ("world=corridor", "people.size=400", "time.years=0.5", "time.burn_in_weeks=8")


@cache
def scenario(policy: str = "none", *more: str) -> Scenario:
    """A scenario of a small world; composing takes longer than all that is made up about it."""
    return Scenario.compose([*BASE, f"policy={policy}", *more])


def known(people: int, seed: int) -> dict[str, np.ndarray]:
    """Who the people of a seed might be."""
    rng = np.random.default_rng([seed, 1])
    columns = {name: rng.integers(values, size=people).astype(np.uint8) for name, values in VALUES.items()}
    return {"row": np.arange(people, dtype=np.int32), "generation": np.zeros(people, np.int32), **columns}


def run(world: Scenario, seed: int, shift: float = 0.0) -> RunResult:
    """What a run might have left: noise that seeds share, and ``shift`` standard deviations more of everything.

    It is the same whatever the version of the code, so that a page is as long as it was.
    """
    luck = int(world.values["luck"])
    shared = np.random.default_rng([seed, luck])
    own = np.random.default_rng([seed, luck, int(world.content[:8], 16)])
    level = {name: 10.0 + shared.normal() + 0.2 * own.normal() + shift for name in METRICS}
    shares = {name: 0.3 + 0.01 * level[name] for name, metric in METRICS.items() if metric.unit == "share"}
    weeks = np.arange(-8, 26, 4, dtype=np.int32)
    people = int(world.values["people.size"])
    regions, sectors = len(world.world.regions.name), len(world.world.sectors.name)
    sizes = {
        **dict.fromkeys(("crossings", "stops"), len(world.world.legs.tail)),
        **dict.fromkeys(("arrivals", "departures", "irregular_departures", "provider_departures"),
                        len(world.world.pairs.start)),
        "exploited_cells": regions * sectors * len(Control) * 4,
        "exits_by_cause": len(WAYS_OUT),
        "ties_by_form": len(Form) * len(Function),
        "enterprises_by_form": len(Form),
        **dict.fromkeys(("facilitators_free", "facilitators_held"), len(Function)),
        **dict.fromkeys(("posts", "posts_selling"), len(Post)),
    }  # fmt: skip
    bits = shared.choice([0, Path.LEFT, Path.LEFT | Path.ARRIVED_IRREGULAR, Path.DIED], people)
    bits[shared.random(people) < 0.3] = Path.EXPLOITED
    bits[own.random(people) < 0.05 * max(shift, 0.0)] = Path.EXPLOITED
    return RunResult(
        key=world.run_key(seed),
        seed=seed,
        metrics=level | shares,
        weeks=weeks,
        series={name: np.full(len(weeks), value, np.float32) for name, value in (level | shares).items()},
        outcomes={
            "row": np.arange(people, dtype=np.int32),
            "generation": np.zeros(people, np.int32),
            "path": bits.astype(np.uint16),
        },
        luck=luck,
        known=known(people, seed),
        flows={name: 5.0 + own.random(size) + shift for name, size in sizes.items()},
    )


@pytest.fixture(scope="session")
def made_up() -> Callable[..., Comparison]:
    """``made_up({label: shift}, seeds=8, lucks=1, placebo=False)``: a comparison with arms of these labels."""

    def make(
        arms: Mapping[str, float],
        *,
        seeds: int = 8,
        placebo: bool = False,
        lucks: int = 1,
        words: Mapping[str, Sequence[str]] | None = None,
        change: Callable[[RunResult, str], RunResult] = lambda found, _: found,
        **more: object,
    ) -> Comparison:
        first = scenario("none", *(["placebo=true"] if placebo else []), f"lucks={lucks}")
        made = [Arm("none", (), first)]
        for number, label in enumerate(arms):
            own = list((words or {}).get(label, ()))
            policy = "none" if any(word.startswith("policy=") for word in own) else "tighter_borders"
            unlike = "choice.noise" if policy == "none" else f"policy.{policy}.implementation"  # all others
            changes = dict(word.split("=") for word in own) | {unlike: 0.2 + number / 1e4}
            world = scenario(policy).replace(changes)
            made.append(Arm(label, tuple(own), world))
        ran = [*made, *filter(None, [placebo_of(made)])]
        shifts = {"none": 0.0, **arms}
        runs = {}
        for arm in with_lucks(ran):
            for seed in range(1, seeds + 1):
                found = change(run(arm.scenario, seed, shifts.get(arm.label, 0.0)), arm.label)
                runs[found.key] = found
        return Comparison(made, list(range(1, seeds + 1)), runs, **more)  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def made_up_study(made_up: Callable[..., Comparison]) -> Callable[..., Findings]:
    """``made_up_study({setting: {label: shift}}, seeds=8, dose=None)``: the same in several settings."""

    def make(
        settings: Mapping[str, Mapping[str, float]],
        *,
        seeds: int = 8,
        values: Mapping[str, float] | None = None,
        **about: object,
    ) -> Findings:
        runs, made = {}, []
        for number, (label, arms) in enumerate(settings.items()):
            alone = made_up(arms, seeds=seeds)
            here = [
                replace(arm, scenario=arm.scenario.replace({"journey.alone_cost": 1.0 + number}))
                for arm in alone.every_arm
            ]
            for arm, shift in zip(here, (0.0, *arms.values()), strict=True):
                for seed in range(1, seeds + 1):
                    found = run(arm.scenario, seed, shift)
                    runs[found.key] = found
            varied = () if values is None else ((str(about["dose"]), values[label]),)
            made.append(Setting(label, tuple(here), (), varied))
        return Findings(Design(tuple(made), **about), list(range(1, seeds + 1)), Held(runs))  # type: ignore[arg-type]

    return make


# --- pages --------------------------------------------------------------------------------------------------------

VOID = {"meta", "br"}


class Element:
    """A piece of a page: its tag, its attributes, what is in it, and the piece that it is in."""

    def __init__(self, tag: str, attributes: Mapping[str, str | None], parent: Element | None) -> None:
        self.tag, self.attributes, self.parent = tag, dict(attributes), parent
        self.inside: list[Element | str] = []

    def all(self, *tags: str, **attributes: str) -> list[Element]:
        """Every piece below this one with one of these tags and these attributes, in the order of the page."""
        found = []
        for one in self.inside:
            if isinstance(one, Element):
                fits = (not tags or one.tag in tags) and all(
                    one.attributes.get(key) == value for key, value in attributes.items()
                )
                found += [*([one] if fits else []), *one.all(*tags, **attributes)]
        return found

    @property
    def text(self) -> str:
        """What is written in it, with single blanks."""
        parts = (one.text if isinstance(one, Element) else one for one in self.inside)
        return re.sub(r"[ \t\n]+", " ", " ".join(parts)).strip()

    @property
    def above(self) -> list[str]:
        """The tags of what it is in, from the inside."""
        return [] if self.parent is None else [self.parent.tag, *self.parent.above]


class Reader(HTMLParser):
    """Reads a page; whatever is not closed, or closed twice, is an error."""

    def __init__(self) -> None:
        super().__init__()
        self.root = self.here = Element("page", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{tag} says something twice: {names}"
        found = Element(tag, dict(attrs), self.here)
        self.here.inside.append(found)
        if tag not in VOID:
            self.here = found

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.inside.append(Element(tag, dict(attrs), self.here))

    def handle_endtag(self, tag: str) -> None:
        assert self.here.tag == tag, f"</{tag}> stands in <{self.here.tag}>"
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.inside.append(data)


@pytest.fixture(scope="session")
def read() -> Callable[[str], Element]:
    """``read(html)``: the page as pieces."""

    def reading(markup: str) -> Element:
        reader = Reader()
        reader.feed(markup)
        reader.close()
        assert reader.here is reader.root, f"<{reader.here.tag}> is not closed"
        return reader.root

    return reading
