"""Results that are there, shown again: as a page, as Markdown, as CSV or Parquet tables.

Markdown and tables are made from the files of the folder alone. The page also needs the runs, and with them the same
source: figures of another version's runs would carry this version's words.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from sim._cache import source_hash
from sim.errors import RequestError
from sim.report.markdown import document
from sim.report.page import write_study_page, write_whole
from sim.scenario import Scenario
from sim.studies import provenance
from sim.studies.design import Design, Setting
from sim.studies.findings import Findings
from sim.studies.plan import Arm
from sim.studies.runs import Kept
from sim.studies.store import Store

TABLES = ("summary", "effects", "transitions", "points", "series")


def write_again(folder: Path, kind: str, output: Path | None, own: Sequence[str] = ()) -> list[Path]:
    """Write what ``folder`` holds as ``html``, ``md``, ``csv`` or ``parquet``; returns the files written.

    Parameters
    ----------
    output : a file for html and md, a folder for csv and parquet; None means inside ``folder``.
    own : folders of the user's configuration files that the study was made with.

    Raises
    ------
    RequestError : the folder holds no results, or the page cannot be made again.
    """
    manifest = _manifest(folder)
    if kind == "html":
        return [write_study_page(output or folder / "report.html", findings(folder, own))]
    if kind == "md":
        target = output or folder / "report.md"
        return [write_whole(target, document(manifest, *(_table(folder, name) for name in TABLES[:3])))]
    target = output or folder / kind
    return _export(folder, kind, target)


def findings(folder: Path, own: Sequence[str] = ()) -> Findings:
    """The findings whose results ``folder`` holds, from its runs.

    Raises
    ------
    RequestError : the folder holds no results, or the source or a configuration file has changed since.
    """
    manifest = _manifest(folder)
    if manifest["source"] != source_hash():
        raise RequestError(
            f"{folder} was made by another version of the code, whose page lies there as report.html; "
            "--format md and csv need no runs",
            where=str(folder),
        )
    settings: dict[str, list[Arm]] = {}
    for arm in manifest["arms"]:
        scenario = Scenario.compose(arm["overrides"], config_dir=list(own) or None)
        if scenario.key != arm["scenario_key"]:
            raise RequestError(
                f"arm {arm['label']} is not what its words make now; a configuration file has changed, or the study "
                "was asked for from Python with a Scenario",
                where=str(folder),
            )
        settings.setdefault(arm.get("setting", ""), []).append(Arm(arm["label"], tuple(arm["overrides"]), scenario))
    request = yaml.safe_load((folder / "scenario.yaml").read_text(encoding="utf-8"))
    design = _with_points(
        Design(
            tuple(Setting(label, tuple(arms)) for label, arms in settings.items()),
            tuple(request["metrics"]),
            title=request.get("title"),
            question=request.get("question"),
            dose=request.get("dose"),
            sampled=tuple(request.get("sampled", ())),
        ),
        folder,
    )
    store = Store(folder, provenance.study_key(design.settings))
    store.open()
    seeds = manifest["seeds"]
    keys = [arm.scenario.run_key(seed) for arm in design.to_run for seed in seeds]
    return Findings(
        design, seeds, Kept(store, keys, {}), interval=manifest.get("interval", "t"), timings=manifest["seconds"]
    )


def _with_points(design: Design, folder: Path) -> Design:
    """With what was varied to make each arm, as ``points.parquet`` says."""
    if not (folder / "points.parquet").exists():
        return design
    rows = pd.read_parquet(folder / "points.parquet").to_dict("records")
    about = {
        (row.pop("setting"), row.pop("arm")): {
            str(name).replace("policy arm", "arm"): value for name, value in row.items() if not pd.isna(value)
        }
        for row in rows
    }
    settings = []
    for setting in design.settings:
        arms = tuple(replace(arm, values=tuple(about[setting.label, arm.label].items())) for arm in setting.arms)
        first = dict(arms[0].values)
        shared = {
            name: value
            for name, value in first.items()
            if name != "arm" and all(dict(arm.values).get(name) == value for arm in arms)
        }
        own = tuple(replace(arm, values=tuple(pair for pair in arm.values if pair[0] not in shared)) for arm in arms)
        settings.append(replace(setting, arms=own, values=tuple(shared.items())))
    return replace(design, settings=tuple(settings))


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    if not path.is_file():
        inside = sorted(entry.parent.name for entry in folder.glob("*/manifest.json")) if folder.is_dir() else []
        hint = f"; it holds {', '.join(inside)}" if inside else ""
        raise RequestError(f"{folder} holds no results{hint}", where=str(folder))
    found = json.loads(path.read_text(encoding="utf-8"))
    if found.get("status") == "running":
        raise RequestError(f"{folder} is not finished; the command that began it goes on from there", where=str(folder))
    return dict(found)


def _table(folder: Path, name: str) -> pd.DataFrame:
    path = folder / f"{name}.parquet"
    return pd.read_parquet(path) if path.exists() else pd.DataFrame()


def _export(folder: Path, kind: str, target: Path) -> list[Path]:
    written = []
    target.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        source = folder / f"{name}.parquet"
        if not source.exists():
            continue
        path = target / f"{name}.{kind}"
        part = path.with_name(f".{path.name}.part")
        if kind == "csv":
            pd.read_parquet(source).to_csv(part, index=False)
        else:
            shutil.copyfile(source, part)
        os.replace(part, path)
        written.append(path)
    return written
