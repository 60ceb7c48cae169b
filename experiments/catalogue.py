"""What every shipped policy does in the model: the figures on the pages in ``docs/policies``.

Each policy is held, at its own dose, against no policy over paired seeds in the default world; one that restrains a
mission against a world with a mission, and one that acts only in mechanisms that are off as declared against a world in
which these are on. Kept are the headline metrics, and of all others those that moved most against
their interval: what carried the effect. Policies go by their first letter into parts of a few minutes each; q-values
allow for everything that was measured in a part.
"""

from __future__ import annotations

import pandas as pd

from experiments.findings.part import EFFECTS, Asked, Part, Scale, asked, effects_of
from sim.declared.levers import by_need
from sim.declared.measures.catalogue import METRICS
from sim.ground.shipped import configs_dir
from sim.policies.policy import policy_from
from sim.results.findings import Findings
from sim.scenario.composition import policy_content
from sim.scenario.folders import Folders
from sim.studies.plan import policy_words

BASE = ["time.years=5", "seeds=6"]
NEEDS = {"mission_zero_tolerance": "mission"}  # policies that mean something only beside another
# a policy that needs them says nothing of what they are: a mission is as large as the policy ``mission`` sends
BESIDE_SWITCHES = {"mission_inside": "mission"}
SWITCHED = "catalogue-switched"
LETTERS = ("a-c", "d-i", "j-n", "o-r", "s-z")
ALONE = "alone"  # the setting of policies that are held against none
MOST_MOVED = 8
TINY_POLICIES = 2


def shipped() -> list[str]:
    """Names of the shipped policies that move something."""
    return [name for name in Folders((configs_dir(),)).options("policy") if name != "none"]


def switches_of(name: str) -> tuple[str, ...]:
    """The switches without which a policy does nothing; none where some of its levers act as the model is declared."""
    path = Folders((configs_dir(),)).path("policy", name)
    needed = by_need(move.lever for move in policy_from(name, policy_content(path), path.name).levers)
    return () if () in needed else tuple(sorted({needs[0] for needs in needed}))


def policies_of(letters: str, scale: Scale) -> list[str]:
    """The policies of a part; the first few where little is asked."""
    first, last = letters.split("-")
    names = [name for name in shipped() if first <= name[0] <= last and not switches_of(name)]
    return [name for k, name in enumerate(names) if not scale.tiny or k < TINY_POLICIES or name in NEEDS]


def ask(letters: str, scale: Scale) -> list[Asked]:
    """Every policy against none; those of ``NEEDS`` beside the other policy."""
    names = policies_of(letters, scale)
    settings: dict[str, dict[str, list[str]]] = {
        ALONE: {"none": ["policy=none"]} | {name: policy_words(name) for name in names if name not in NEEDS}
    }
    baselines = {ALONE: "none"}
    for name in (name for name in names if name in NEEDS):
        beside = NEEDS[name]
        settings[beside] = {beside: policy_words(beside), name: policy_words(f"{beside}+{name}")}
        baselines[beside] = beside
    return [asked(settings, {}, [*BASE, *scale.added], baselines=baselines)]


def ask_switched(scale: Scale) -> list[Asked]:
    """Every policy that does nothing as declared, in the world in which its mechanisms are on, against that world."""
    settings: dict[str, dict[str, list[str]]] = {}
    baselines: dict[str, str] = {}
    for name in shipped():
        switches = switches_of(name)
        beside = next((BESIDE_SWITCHES[each] for each in switches if each in BESIDE_SWITCHES), "none")
        if not switches or (scale.tiny and len(settings) >= TINY_POLICIES):
            continue
        on = [f"mechanisms.{each}=on" for each in switches]
        setting = " + ".join(["on: " + ", ".join(switches), *([beside] if beside != "none" else [])])
        if setting not in settings:
            settings[setting] = {setting: [*policy_words(beside), *on]}
            baselines[setting] = setting
        settings[setting][name] = [*policy_words(name if beside == "none" else f"{beside}+{name}"), *on]
    return [asked(settings, {}, [*BASE, *scale.added], baselines=baselines)]


def find(found: list[Findings]) -> pd.DataFrame:
    """One row for each policy and metric kept, in the units of the metric."""
    effects = effects_of(found[0]).rename(columns={"arm": "policy"})
    effects["beside"] = effects.pop("setting").replace(ALONE, "none")
    parts = [kept(part) for _, part in effects.groupby("policy", sort=True)]
    return pd.concat(parts)[["policy", "beside", "metric", *EFFECTS]]


def kept(effects: pd.DataFrame) -> pd.DataFrame:
    """Of the effects of one policy the headline, and of the others those that are clearest."""
    headline = effects["metric"].map(lambda name: METRICS[name].headline)
    half = (effects["high"] - effects["low"]) / 2
    clear = (effects["difference"].abs() / half.where(half > 0)).fillna(0.0)
    others = effects.assign(clear=clear)[~headline & (clear > 1)].nlargest(MOST_MOVED, "clear")
    return pd.concat([effects[headline], others])


PARTS = (
    *(
        Part(
            f"catalogue-{letters}",
            f"every policy from {letters.replace('-', ' to ')} against none",
            2.5,
            lambda scale, letters=letters: ask(letters, scale),  # type: ignore[misc]
            find,
        )
        for letters in LETTERS
    ),
    Part(SWITCHED, "policies of mechanisms that are off as declared, where these are on", 8.0, ask_switched, find),
)
