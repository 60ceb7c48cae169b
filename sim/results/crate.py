"""A study as an RO-Crate: what its folder holds and what made it, in terms that archives and catalogues read.

The file ``ro-crate-metadata.json`` follows RO-Crate 1.1 and the profile for the run of one program (Process Run Crate).
Nothing is fetched, and nobody is named: whoever publishes a study adds authors and, if theirs differs, the licence.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.results.naming import CONFIGS, CRATE, DAMAGED, MANIFEST, RECORD, REQUEST, WORLDS
from sim.results.survey import JOURNAL

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
SPECIFICATION = "https://w3id.org/ro/crate/1.1"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
LICENCE = "https://spdx.org/licenses/Apache-2.0"
SOFTWARE, ACTION = "#labyrinth", "#run"
PARQUET = "application/vnd.apache.parquet"
FORMATS = {".parquet": PARQUET, ".yaml": "application/yaml", ".json": "application/json", ".html": "text/html"}
CONTENT = {
    "summary.parquet": "Every metric of every run over the weeks after burn-in: arm, seed, luck, metric, value",
    "series.parquet": "Every metric of every run in blocks of four weeks: arm, seed, week, one column a metric",
    "effects.parquet": "Paired effects of each arm on each metric, with intervals",
    "risks.parquet": "Change of risk by groups known in week 0, how unequal it is, and how many gain and lose",
    "groups.parquet": "Metrics of every run by group of people: arm, seed, luck, by, group, metric, value",
    "group_effects.parquet": "Paired effects by group of people, and what goes beyond a group's share of the whole",
    "events.parquet": "What happened to persons, event by event",
    "panel.parquet": "Truth and records of every week by region and agency",
    "captures.parquet": "On which lists of agencies people stand, by year, beside who is exploited",
    "report.html": "The report, self-contained: the answer, policy by policy",
    "details.html": "Every figure and number of the report, self-contained",
    "scenario.yaml": "Every setting of the baseline, and the overrides of each arm",
    "study.json": "What was asked: every arm and scenario as plain data, fingerprints of the files kept",
    "manifest.json": "Versions, platform, hash of the source, seeds, content keys, seconds, failures, fingerprints",
    "runs": "What each run left, in Parquet; the tables are made from it",
    "events": "What happened to persons in each run, event by event, in Parquet",
    "panels": "Truth and records of each run by week, region and agency, in Parquet",
    "captures": "On which lists people stand in each run, by year, in Parquet",
    "world": "The tables of the worlds that the user brought",
    "config": "The user's own configuration files that took part",
}
INPUTS = (REQUEST, RECORD, f"{WORLDS}/", f"{CONFIGS}/")
INSIDE = {**dict.fromkeys(("runs", "events", "panels", "captures"), PARQUET), WORLDS: "text/csv", CONFIGS: "application/yaml"}
PASSING = (JOURNAL, DAMAGED)  # emptied into runs/ when a study ends; of no use to others
STATUS = {
    "complete": "http://schema.org/CompletedActionStatus",
    "running": "http://schema.org/ActiveActionStatus",
    "incomplete": "http://schema.org/FailedActionStatus",
}
Entity = dict[str, Any]


def crate(folder: Path, manifest: Mapping[str, Any], *, question: str | None = None) -> dict[str, Any]:
    """The content of ``ro-crate-metadata.json`` for a study, as plain data.

    Parameters
    ----------
    folder : holds the files of the study; those that are there now are described, hidden ones and journals are not.
    manifest : as ``provenance.manifest`` makes it.
    question : what the study asks, for its description; None means a sentence on what was compared.
    """
    parts = [_part(path) for path in _content(folder)]
    root: Entity = {
        "@id": "./",
        "@type": "Dataset",
        "conformsTo": _to(PROFILE),
        "name": str(manifest.get("name") or folder.name),
        "description": question or _description(manifest),
        "datePublished": manifest["written"],
        "license": _to(LICENCE),
        "hasPart": [_to(part["@id"]) for part in parts],
        "mentions": _to(ACTION),
    }
    about: Entity = {
        "@id": CRATE,
        "@type": "CreativeWork",
        "conformsTo": _to(SPECIFICATION),
        "about": _to("./"),
    }
    profile: Entity = {"@id": PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"}
    licence: Entity = {
        "@id": LICENCE,
        "@type": "CreativeWork",
        "name": "Apache License 2.0",
        "description": "The licence of the software and of its settings",
    }
    names = [part["@id"] for part in parts]
    return {
        "@context": CONTEXT,
        "@graph": [about, root, *parts, _software(manifest), _action(manifest, names), licence, profile],
    }


def _content(folder: Path) -> list[Path]:
    """Files and folders of a study that others would keep, the known ones first."""
    order = {name: position for position, name in enumerate(CONTENT)}
    found = [path for path in folder.iterdir() if not path.name.startswith(".") and path.name not in {*PASSING, CRATE}]
    return sorted(found, key=lambda path: (order.get(path.name, len(order)), path.name))


def _part(path: Path) -> Entity:
    if path.is_dir():
        part: Entity = {"@id": f"{path.name}/", "@type": "Dataset", "name": path.name}
    else:
        part = {"@id": path.name, "@type": "File", "name": path.name}
        kind = FORMATS.get(path.suffix) or mimetypes.guess_type(path.name)[0]
        if kind:
            part["encodingFormat"] = kind
    if path.name in CONTENT:
        part["description"] = CONTENT[path.name]
    # what lies in a folder of ours: the names there mean nothing to a reader
    if path.is_dir() and path.name in INSIDE:
        part["encodingFormat"] = INSIDE[path.name]
    return part


def _software(manifest: Mapping[str, Any]) -> Entity:
    """The program with its version, the hash of its source and the packages that results depend on."""
    versions = dict(manifest["versions"])
    return {
        "@id": SOFTWARE,
        "@type": "SoftwareApplication",
        "name": "Labyrinth",
        "description": "Agent-based simulation of the markets in which people are smuggled and trafficked",
        "softwareVersion": versions.pop("labyrinth", "unknown"),
        "identifier": f"sha256:{manifest['source']}",
        "softwareRequirements": [f"{package} {version}" for package, version in versions.items()],
        "license": _to(LICENCE),
    }


def _action(manifest: Mapping[str, Any], names: Sequence[str]) -> Entity:
    """What the program did: from the request to every other file."""
    action: Entity = {
        "@id": ACTION,
        "@type": "CreateAction",
        "name": "Simulation of every arm with every seed",
        "description": f"On {manifest['platform']}" if manifest.get("platform") else "On an unknown machine",
        "instrument": _to(SOFTWARE),
        "object": [_to(name) for name in names if name in INPUTS],
        "result": [_to(name) for name in names if name not in {*INPUTS, MANIFEST}],
        "endTime": manifest["written"],
        "actionStatus": _to(STATUS[manifest["status"]]),
    }
    if manifest["status"] == "incomplete":
        failed = len(manifest.get("failures", ()))
        action["error"] = f"Not every run was done; {failed} failed, and {MANIFEST} says why"
    return action


def _description(manifest: Mapping[str, Any]) -> str:
    arms, seeds = manifest["arms"], len(manifest["seeds"])
    world = arms[0]["world"]
    times = f"with {seeds} {'seed' if seeds == 1 else 'seeds'}"
    if manifest["lucks"] > 1:
        times += f" and {manifest['lucks']} lucks of each"
    others = [arm["label"] for arm in arms[1:]]
    if not others:
        return f"Simulation of {arms[0]['label']} in the world {world} {times}"
    return f"Comparison of {', '.join(others)} with {manifest['baseline']} in the world {world} {times}, paired by seed"


def _to(identifier: str) -> dict[str, str]:
    return {"@id": identifier}
