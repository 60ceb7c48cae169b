"""Requests that are composed without Hydra say what Hydra would have made of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.ground.shipped import configs_dir
from sim.scenario.by_hydra import composed
from sim.scenario.folders import Folders
from sim.scenario.plainly import merged
from sim.scenario.words import folder_words, read_words, searched

CONFIGS = configs_dir()
SHIPPED = [
    f"{group}={path.stem}"
    for group in ("world", "scenario", "study")
    for path in sorted((CONFIGS / group).glob("*.yaml"))
]
POLICIES = sorted(path.stem for path in (CONFIGS / "policy").glob("*.yaml"))


def both(words: list[str]) -> tuple[object, object]:
    """What is made of words here and by Hydra, with the order of everything in it."""
    folders = Folders.of(*searched(words))
    read = read_words(words, folders)
    plain, hydras = merged(read, folders), composed(read, folders)
    return None if plain is None else json.dumps(plain, default=str), json.dumps(hydras, default=str)


@pytest.mark.slow
@pytest.mark.parametrize("word", SHIPPED)
def test_what_is_shipped_is_composed_as_hydra_does(word: str) -> None:
    plain, hydras = both([word])
    # two scenarios build on choices of their own
    assert plain == (None if word in ("scenario=lesson", "scenario=compounds") else hydras)


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        [],
        *([f"policy={','.join(part)}"] if len(part) == 1 else [f"policy=[{','.join(part)}]"] for part in (
            ["none"], *(POLICIES[at : at + 12] for at in range(0, len(POLICIES), 12))
        )),
        ["policy=null", "people.size=300", "time.years=2.5", "name=mine"],
        ["policy=raids", "policy.raids.dose=0.5", "policy.dose=2", "mechanisms.rerouting=off", "visa.wait='90 days'"],
        ["world=csv", "world.regions=a,b é.csv", "world.legs='~/a b.csv'", "world.name=here"],
        ["world=corridor", "study=headline", "people.size=700", "people.size=800"],
        ["policy=raids", 'policy.raids.levers=[{"lever": "x.y", "where": {"region": "a b"}, "op": "add", "value": 2}]'],
    ],
)  # fmt: skip
def test_words_mean_what_they_mean_to_hydra(words: list[str]) -> None:
    plain, hydras = both(words)
    assert plain is not None
    assert plain == hydras


@pytest.mark.parametrize(
    "words",
    [
        ["policy=raids", "policy.raids.levers.0.value=2"],
        ["policy=raids", "policy.raids.dose=${people.scale}"],
        ["policy=raids", "policy=none"],
        ["policy=raids", "policy@policy.more=raids"],
        ["policy.raids.dose=2"],
    ],
)
def test_what_is_not_plain_is_left_to_hydra(words: list[str]) -> None:
    folders = Folders.of()
    assert merged(read_words(words, folders), folders) is None


def test_files_of_a_users_own(tmp_path: Path) -> None:
    policy = "intent: x\nclaims: [C4-P21]\nlevers: [{lever: visa.wait, op: scale, value: 0.5}]\n"
    for name, more in (("simple", "name: a\n"), ("referring", "name: b\nstart: ${time.burn_in_weeks}\n")):
        path = tmp_path / "policy" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"# @package policy.{name}\n{more}{policy}", encoding="utf-8")
    plain, hydras = both([*folder_words(tmp_path), "policy=[simple,raids]"])
    assert plain == hydras
    assert both([*folder_words(tmp_path), "policy=referring"])[0] is None
