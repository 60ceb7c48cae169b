"""Words with which ``labyrinth run`` repeats one run of a study.

An arm of a study is made of more than the command ``run`` takes: of a study's file, of a scenario in memory, of the
name of a folder that holds all runs together. So the words of an arm are tried, and where they do not make its scenario
they are written out from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from sim.declared.parameters import HOW_TO_RUN
from sim.ground.errors import RequestError
from sim.policies.policy import FIELDS
from sim.policies.shocks import draft_of
from sim.results.run import RunResult, reproducer, written
from sim.scenario.drafts import TEXTS, draft
from sim.scenario.names import WORLD_KEYS, key_of
from sim.scenario.scenario import Scenario
from sim.scenario.words import folder_words

_OF_A_STUDY = ("study", "name", "seed", "seeds", "luck", "lucks")  # a run has one seed and a folder of its own


def told_with_its_line(result: RunResult, scenario: Scenario, words: Sequence[str]) -> RunResult:
    """A run that failed, with a line that repeats it.

    Parameters
    ----------
    result : a run with a failure.
    scenario, words : of the run, and the overrides that made it.
    """
    assert result.failure is not None  # noqa: S101 - the caller asks for no other
    line = reproducer(scenario, result.seed, words_that_repeat(scenario, tuple(words)))
    return replace(result, failure=replace(result.failure, reproducer=line))


@lru_cache(maxsize=64)
def words_that_repeat(scenario: Scenario, words: tuple[str, ...]) -> tuple[str, ...]:
    """Words that make ``scenario``: those given as far as a run takes them, or else all that it departs in.

    Words as they were given where neither makes it, as with a world that exists in memory alone.
    """
    given = tuple(word for word in words if key_of(word) not in _OF_A_STUDY)
    if given and _make(given, scenario):
        return given
    try:
        written = tuple(_written_out(scenario, words))
    except RequestError:
        return given
    return written if _make(written, scenario) else given


def _make(words: Sequence[str], scenario: Scenario) -> bool:
    try:
        return Scenario.compose(words).key == scenario.key
    except RequestError:
        return False


def _written_out(scenario: Scenario, words: Sequence[str]) -> Iterator[str]:
    """Everything in which a scenario departs from its world and its policies as their files have them."""
    chosen = folder_words(scenario.folders)
    # where its files are not known, words say what there is to say
    told = ("world",) if scenario.tables else ("world", *(f"world.{key}" for key in WORLD_KEYS))
    chosen += [word for word in words if key_of(word) in told] or [f"world={scenario['world']}"]
    chosen += [f"world.{key}={scenario.tables[key]}" for key in scenario.own_tables]
    if scenario.policies:
        chosen.append(f"policy=[{','.join(scenario['policy'])}]")
    plain = Scenario.compose(chosen)
    yield from chosen
    for name, value in scenario.values.items():
        if name not in HOW_TO_RUN and value != plain.values[name]:
            yield f"{name}={value}"
    for name, option in scenario.mechanisms.items():
        if option != plain.mechanisms[name]:
            yield f"mechanisms.{name}={option}"
    if scenario.dose != 1:
        yield f"policy.dose={scenario.dose}"
    for policy, usual in zip(scenario.policies, plain.policies, strict=True):
        fields = draft(policy, scenario.own_doses[policy.key])
        as_filed = draft(usual, plain.own_doses[usual.key])
        for name in FIELDS:
            if name not in TEXTS and fields[name] != as_filed[name]:
                yield f"policy.{policy.key}.{name}={written(fields[name])}"
    if scenario.shocks:
        yield f"shocks={json.dumps([draft_of(shock) for shock in scenario.shocks])}"
