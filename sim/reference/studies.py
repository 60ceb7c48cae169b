"""The studies and scenarios that a request can name, as rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from sim.ground.shipped import shown
from sim.scenario.composition import compose_words
from sim.scenario.folders import Folders
from sim.scenario.names import leaves
from sim.scenario.settle import settle
from sim.scenario.studies import Study

Row = dict[str, Any]


def study_row(name: str, folders: Folders) -> Row:
    """A study as its file describes it, with the number of its runs. RequestError if the file is wrong."""
    parts = settle(compose_words([f"study={name}"], folders.all[1:]))
    study, seeds = parts.study, int(parts.values["seeds"])
    settings, arms = _size(study)
    return {
        "name": name,
        "title": study.title or name.replace("_", " "),
        "question": study.question,
        "settings": _labelled(study.settings) or [f"world={parts.world['name']}"],
        "arms": _labelled(study.arms),
        "baseline": study.baseline,
        "dose": _dose(study),
        "samples": _samples(study),
        "metrics": study.metrics or [],
        "until": study.until,
        "seeds": seeds,
        "runs": settings * (arms + bool(parts.values["placebo"])) * seeds * int(parts.values["lucks"]),
        "file": shown(folders.path("study", name)),
    }


def scenario_row(name: str, folders: Folders) -> Row:
    """A scenario as its file describes it. RequestError if the file is wrong."""
    path = folders.path("scenario", name)
    settle(compose_words([f"scenario={name}"], folders.all[1:]))
    text = path.read_text(encoding="utf-8-sig")
    content = dict(yaml.safe_load(text) or {})
    chosen = [
        f"{str(group).removeprefix('override').strip().lstrip('/')}={_plain(option)}"
        for entry in content.pop("defaults", None) or ()
        if isinstance(entry, Mapping)
        for group, option in entry.items()
    ]
    return {
        "name": name,
        "meaning": _comment(text),
        "settings": chosen + [f"{key}={_plain(value)}" for key, value in leaves(content)],
        "file": shown(path),
    }


def _size(study: Study) -> tuple[int, int]:
    """Settings, and arms in each of them, as ``sim.studies.design.of_study`` makes them."""
    doses = {study.dose.over: len(study.dose.values)} if study.dose else {}
    draws = study.samples.count if study.samples else 1
    treated = len(set(study.arms) - {study.baseline})
    return max(len(study.settings), 1) * doses.get("settings", 1) * draws, 1 + treated * doses.get("arms", 1)


def _labelled(words: Mapping[str, list[str]]) -> list[str]:
    """Each label with its words: ``both: policy=[tighter_borders,regular_channels]``."""
    return [f"{label}: {' '.join(own)}" if own else label for label, own in words.items()]


def _dose(study: Study) -> str | None:
    if study.dose is None:
        return None
    values = ", ".join(f"{value:g}" for value in study.dose.values)
    return f"{study.dose.label}: {values} ({study.dose.key}, in every one of the {study.dose.over})"


def _samples(study: Study) -> str | None:
    if study.samples is None:
        return None
    ranges = ", ".join(f"{name} from {low:g} to {high:g}" for name, (low, high) in study.samples.ranges.items())
    return f"{study.samples.count} draws of {ranges}"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list | tuple):
        return f"[{','.join(_plain(item) for item in value)}]"
    return "null" if value is None else str(value)


def _comment(text: str) -> str:
    """What the first lines of a file say about it, without the line that gives its content its place."""
    said = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        words = line.lstrip("# ").strip()
        if not words.startswith("@package"):
            said.append(words)
    return " ".join(said)
