"""``study.json``: what was asked, as plain data, so that results can be shown again without the words that made them.

It is written before anything is run. It holds every scenario in full (those after the first as differences from it),
so that neither Hydra nor the user's files are needed to make the same design again, and it vouches for the copies of
own worlds and configuration files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.ground.cache import source_hash
from sim.ground.version import __version__
from sim.ground.errors import RequestError
from sim.policies.policy import policy_from
from sim.policies.shocks import draft_of, shocks_from
from sim.scenario.drafts import Settled, draft
from sim.scenario.scenario import Scenario
from sim.results.asked import Design, OverWorlds, Setting
from sim.results.inputs import configuration_files, files_of, kept_world, own_worlds, place_of
from sim.results.naming import RECORD
from sim.results.places import name_of
from sim.results.arms import Arm
from sim.results.provenance import FORMAT, study_key

if TYPE_CHECKING:
    from sim.results.store import Store
    from sim.world.world import World


def keep_record(store: Store, design: Design, seeds: Sequence[int], interval: str) -> None:
    """Write what is asked, with what it takes from the user, into the folder of results. Raises StoreError."""
    worlds = {arm.scenario.world.key: arm.scenario.world for arm in design.arms}
    own = own_worlds(worlds.values())
    copies: dict[str, Any] = configuration_files((arm.scenario, arm.words) for arm in design.arms)
    for key, world in own.items():
        copies |= files_of(world, key)
    about = {
        key: {"name": world.name, "folder": place_of(world, key) if key in own else None}
        for key, world in worlds.items()
    }
    runs = list(dict.fromkeys(arm.scenario.run_key(seed) for arm in design.to_run for seed in seeds))
    with store.publish() as write:
        kept = {name: write(name, content) for name, content in copies.items()}
        asked = {
            "name": name_of(store.folder),
            "seeds": list(seeds),
            "runs": runs,
            "interval": interval,
            "worlds": about,
            "files": kept,
        }
        write(RECORD, described(design) | asked)


def described(design: Design) -> dict[str, Any]:
    """A design as plain data."""
    first = design.arms[0].scenario
    return {
        "format": FORMAT,
        "version": __version__,
        "study_key": study_key(design.settings),
        "source": source_hash(),
        "title": design.title,
        "question": design.question,
        "metrics": list(design.metrics),
        "dose": design.dose,
        "sampled": list(design.sampled),
        "settings": [
            {
                "label": setting.label,
                "words": list(setting.words),
                "values": [list(pair) for pair in setting.values],
                "arms": [
                    {
                        "label": arm.label,
                        "words": list(arm.words),
                        "values": [list(pair) for pair in arm.values],
                        "scenario": arm.scenario.key,
                    }
                    for arm in setting.arms
                ],
            }
            for setting in design.settings
        ],
        "scenarios": {arm.scenario.key: _content(arm.scenario, first) for arm in reversed(design.arms)},
        "first": first.key,
        **({} if design.ensemble is None else {"ensemble": asdict(design.ensemble)}),
    }


def _content(scenario: Scenario, first: Scenario) -> dict[str, Any]:
    """Everything about a scenario; settings only where they differ from those of the first."""

    def differing(name: str) -> dict[str, Any]:
        ours, theirs = getattr(scenario, name), getattr(first, name)
        if scenario is first:
            return dict(ours)
        return {key: value for key, value in ours.items() if repr(theirs.get(key)) != repr(value)}

    return {
        "world": scenario.world.key,
        "values": differing("values"),
        "mechanisms": differing("mechanisms"),
        "dose": scenario.dose,
        "policies": {policy.key: draft(policy, scenario.own_doses[policy.key]) for policy in scenario.policies},
        "shocks": [draft_of(shock) for shock in scenario.shocks],
        "filed": {key: draft(policy, policy.dose) for key, policy in scenario.filed.items()},
        "tables": dict(scenario.tables),
        "own_tables": list(scenario.own_tables),
    }


def design_of(record: Mapping[str, Any], folder: Path) -> Design:
    """The design that a record describes; the inverse of :func:`described`.

    Raises
    ------
    RequestError : a scenario comes out otherwise now, or the copy of its world is damaged.
    """
    worlds = {
        key: kept_world(folder, about["name"], key, about["folder"], record["files"])
        for key, about in record["worlds"].items()
    }
    contents, first = record["scenarios"], record["scenarios"][record["first"]]
    scenarios = {key: _scenario(content, first, worlds) for key, content in contents.items()}
    for key, scenario in scenarios.items():
        if scenario.key != key:
            raise RequestError(f"a scenario of {folder} is not what it was when the study was run", where=str(folder))
    settings = [
        Setting(
            setting["label"],
            tuple(
                Arm(arm["label"], tuple(arm["words"]), scenarios[arm["scenario"]], _pairs(arm["values"]))
                for arm in setting["arms"]
            ),
            tuple(setting["words"]),
            _pairs(setting["values"]),
        )
        for setting in record["settings"]
    ]
    return Design(
        tuple(settings),
        tuple(record["metrics"]),
        title=record["title"],
        question=record["question"],
        dose=record["dose"],
        sampled=tuple(record["sampled"]),
        ensemble=_ensemble(record.get("ensemble")),
    )


def _ensemble(content: Mapping[str, Any] | None) -> OverWorlds | None:
    return None if content is None else OverWorlds(**{**content, "parameters": tuple(content["parameters"])})


def _scenario(content: Mapping[str, Any], first: Mapping[str, Any], worlds: Mapping[str, World]) -> Scenario:
    drafts = content["policies"]
    return Scenario(
        values=Settled(first["values"] | content["values"]),
        mechanisms=Settled(first["mechanisms"] | content["mechanisms"]),
        world=worlds[content["world"]],
        policies=tuple(policy_from(key, data, f"policy.{key}", content["dose"]) for key, data in drafts.items()),
        own_doses=Settled({key: float(data["dose"]) for key, data in drafts.items()}),
        dose=content["dose"],
        shocks=shocks_from(content.get("shocks", []), lambda key: f"shocks.{key}"),
        filed=Settled({key: policy_from(key, data, f"policy.{key}") for key, data in content.get("filed", {}).items()}),
        tables=Settled(content.get("tables", {})),
        own_tables=tuple(content.get("own_tables", ())),
    )


def _pairs(values: Sequence[Sequence[Any]]) -> tuple[tuple[str, Any], ...]:
    return tuple((str(name), value) for name, value in values)
