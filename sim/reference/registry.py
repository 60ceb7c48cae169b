"""Everything a request can name, as tables, from worlds and parameters to studies and scenarios.

Each table exists as plain rows (for JSON and the terminal) and as a DataFrame (``sim.declared.parameters()``). The
dictionaries in ``docs/`` are written from the same rows (`sim.reference.dictionaries`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.declared.parameters import PARAMETERS
from sim.declared.plausible import Plausible, plausible
from sim.declared.switches import SWITCHES
from sim.ground.errors import Faults, RequestError

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.folders import Folders

Row = dict[str, Any]
# what is known of the size of a parameter, which is another thing than the evidence for the mechanism it stands in
SOURCED, ASSUMED, DEFINED = "from a source", "assumed", "a definition"
SIZES = (SOURCED, ASSUMED, DEFINED)


def size_of(it: Plausible) -> str:
    """Where the size of a parameter comes from, one of ``SIZES``, as the basis of its plausible range says."""
    if not it.uncertain:
        return DEFINED
    return ASSUMED if ASSUMED in it.basis else SOURCED


def _parameters() -> list[Row]:
    ranges = plausible()
    return [
        {
            "name": item.name,
            "default": item.default,
            "unit": item.unit,
            "low": None if item.options or isinstance(item.default, bool) else item.low,
            "high": None if item.options or isinstance(item.default, bool) else item.high,
            "plausible": ranges[item.name].words or None,
            "basis": ranges[item.name].basis,
            "size": size_of(ranges[item.name]),
            "options": list(item.options) or (["on", "off"] if isinstance(item.default, bool) else []),
            "meaning": item.meaning,
            "evidence": item.evidence,
            "grade": item.grade,
            "contested": item.contested,
        }
        for item in PARAMETERS.values()
    ]


def _switches() -> list[Row]:
    return [
        {
            "name": item.name,
            "key": f"mechanisms.{item.name}",
            "default": item.default,
            "options": list(item.options),
            "meaning": item.meaning,
            "interface": item.interface,
            "evidence": item.evidence,
            "grade": item.grade,
            "contested": item.contested,
        }
        for item in SWITCHES.values()
    ]


def _levers() -> list[Row]:
    from sim.declared.levers import LEVERS  # noqa: PLC0415 - numpy
    from sim.reference.readers import readings  # noqa: PLC0415 - reads the source

    found = readings()
    return [
        asdict(lever)
        | {
            "reader": list(found[name].direct),
            "through": [f"{field}: {', '.join(functions)}" for field, functions in found[name].through.items()],
        }
        for name, lever in LEVERS.items()
    ]


def _metrics() -> list[Row]:
    from sim.declared.measures.catalogue import METRICS  # noqa: PLC0415 - numpy
    from sim.declared.measures.groups import dimensions_of  # noqa: PLC0415

    return [
        {
            "name": item.name,
            "unit": item.unit,
            "meaning": item.meaning,
            "kind": item.kind,
            "tag": item.tag,
            "layer": item.layer,
            "worse": item.worse,
            "counterpart": item.counterpart,
            "headline": item.headline,
            "per_100k": item.per_100k,
            "counters": list(item.top),
            "per": list(item.bottom),
            "by": list(dimensions_of(item.name)),
        }
        for item in METRICS.values()
    ]


def _ensembles(own: Sequence[str | Path]) -> tuple[list[Row], dict[str, RequestError]]:
    """Ensembles of worlds that fit, and what is wrong with those that cannot be read."""
    from sim.scenario.ensembles import names, read_ensemble  # noqa: PLC0415
    from sim.scenario.folders import Folders  # noqa: PLC0415

    folders = Folders.of(*own)
    found: list[Row] = []
    faults: dict[str, RequestError] = {}
    for name in names(folders):
        try:
            found.append(read_ensemble(name, folders).row)
        except RequestError as error:
            faults[f"ensemble {name}"] = error
    return found, faults


def _coverage() -> list[Row]:
    from sim.reference.coverage import coverage  # noqa: PLC0415 - reads a file

    return [
        {"name": it.id, "chapter": it.chapter, "kind": it.kind, "state": it.state, "meaning": it.says}
        | {"by": list(it.by), "note": it.note}
        for it in coverage()
    ]


def _policy(name: str, folders: Folders) -> Row:
    from sim.reference.policy_rows import policy_row  # noqa: PLC0415 - numpy

    return policy_row(name, folders)


def _world(name: str, folders: Folders) -> Row:
    from sim.reference.worlds import world_row  # noqa: PLC0415 - Hydra

    return world_row(name, folders)


def world_tables(name: str, own: Sequence[str | Path] = ()) -> dict[str, list[Row]]:
    """Regions, legs, sectors and blocs of a world as rows; nothing of one whose files are still to be named."""
    from sim.scenario.scenario import Scenario  # noqa: PLC0415 - Hydra
    from sim.world.describe import world_rows  # noqa: PLC0415

    return {} if name == "csv" else world_rows(Scenario.compose([f"world={name}"], config_dir=own).world)


def _study(name: str, folders: Folders) -> Row:
    from sim.reference.studies import study_row  # noqa: PLC0415 - Hydra

    return study_row(name, folders)


def _scenario(name: str, folders: Folders) -> Row:
    from sim.reference.studies import scenario_row  # noqa: PLC0415 - Hydra

    return scenario_row(name, folders)


def _shocks(name: str, folders: Folders) -> Row:
    from sim.reference.shocks import shock_row  # noqa: PLC0415 - numpy

    return shock_row(name, folders)


# what is declared in the code, and what has a file of its own: its group of configuration files and how one is read
DECLARED: dict[str, Callable[[], list[Row]]] = {
    "parameters": _parameters,
    "switches": _switches,
    "levers": _levers,
    "metrics": _metrics,
    "coverage": _coverage,
}
IN_FILES: dict[str, tuple[str, Callable[[str, Folders], Row]]] = {
    "policies": ("policy", _policy),
    "worlds": ("world", _world),
    "studies": ("study", _study),
    "scenarios": ("scenario", _scenario),
    "shocks": ("shocks", _shocks),
}
# each table with the word for one of its rows
ROWS = {
    "worlds": "world",
    "parameters": "parameter",
    "switches": "switch",
    "levers": "lever",
    "policies": "policy",
    "metrics": "metric",
    "studies": "study",
    "scenarios": "scenario",
    "shocks": "file of shocks",
    "ensembles": "ensemble",
    "coverage": "evidence id",
}


def listing(kind: str, own: Sequence[str | Path] = ()) -> tuple[list[Row], dict[str, RequestError]]:
    """A table as plain rows, and what is wrong with what could not be read and is left out: ``policy mine`` to error.

    Raises
    ------
    RequestError : there is no such table, or no such folder among ``own``.
    """
    if kind in DECLARED:
        return DECLARED[kind](), {}
    if kind == "ensembles":
        return _ensembles(own)
    if kind not in IN_FILES:
        raise RequestError(f"there is no table {kind!r}", given=kind, allowed=ROWS)
    from sim.scenario.folders import Folders  # noqa: PLC0415

    group, read = IN_FILES[kind]
    folders = Folders.of(*own)
    found: list[Row] = []
    faults: dict[str, RequestError] = {}
    for name in folders.options(group):
        try:
            found.append(read(name, folders))
        except RequestError as error:
            faults[f"{ROWS[kind]} {name}"] = error
    return found, faults


def rows(kind: str, own: Sequence[str | Path] = ()) -> list[Row]:
    """A table as plain rows, each with at least ``name``; ``own`` are folders of the user's configuration files.

    Raises
    ------
    RequestError : there is no such table, or configuration files are wrong: all faults are told.
    """
    found, wrong = listing(kind, own)
    faults = Faults(kind)
    for fault in wrong.values():
        faults.add(fault)
    faults.tell()
    return found


def row(kind: str, name: str, own: Sequence[str | Path] = ()) -> Row:
    """One row of a table, a world with its ``tables`` of regions, legs, sectors and blocs.

    RequestError names what there is, or says what is wrong with the file of what is asked for.
    """
    if kind in IN_FILES:
        from sim.scenario.folders import Folders  # noqa: PLC0415

        group, read = IN_FILES[kind]
        folders = Folders.of(*own)
        folders.path(group, name)
        found = read(name, folders)
        return found | {"tables": world_tables(name, own)} if kind == "worlds" else found
    every = rows(kind, own)
    for item in every:
        if name in (item["name"], item.get("key")):
            return item
    raise RequestError(f"there is no {ROWS[kind]} {name!r}", given=name, allowed=[item["name"] for item in every])


def _frame(kind: str) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - loaded when first used

    found = rows(kind)
    return pd.DataFrame(found, columns=None if found else ["name"])


def worlds() -> pd.DataFrame:
    """The worlds that can be chosen, one row each."""
    return _frame("worlds")


def parameters() -> pd.DataFrame:
    """Every declared parameter: name, default, unit, range or options, plausible range, what it rests on and where the
    size comes from, meaning, evidence for the mechanism with its grade, contested.
    """
    return _frame("parameters")


def switches() -> pd.DataFrame:
    """Every mechanism that can be turned off or set to a variant."""
    return _frame("switches")


def studies() -> pd.DataFrame:
    """The studies that can be carried out by name: question, settings, arms, seeds, planned runs."""
    return _frame("studies")


def scenarios() -> pd.DataFrame:
    """The scenarios that can be chosen, with what they set."""
    return _frame("scenarios")


def shocks() -> pd.DataFrame:
    """What can happen in the world of a scenario, by file: its story, when it happens, and what it moves."""
    return _frame("shocks")


def levers() -> pd.DataFrame:
    """Everything that a policy can move, with the functions that read it, also ``through`` fields of tables."""
    return _frame("levers")


def policies() -> pd.DataFrame:
    """The shipped policies: what each moves, what the literature claims and disputes, timing and dose."""
    return _frame("policies")


def ensembles() -> pd.DataFrame:
    """The ensembles of worlds that fit: of which world each is, how many sets it has, and in what they differ."""
    return _frame("ensembles")


def coverage() -> pd.DataFrame:
    """Every evidence id of the book: what it says, whether it works, works partly or is absent, and by what."""
    return _frame("coverage")


def metrics() -> pd.DataFrame:
    """Every metric that a run reports."""
    return _frame("metrics")


def words(value: Any) -> str:
    """A value as a person would write it."""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, list | tuple):
        return ", ".join(words(item) for item in value)
    return number(value) if isinstance(value, int | float) else "" if value is None else str(value)


def number(value: float) -> str:
    """A number as a request may hold it, thousands marked: 50_000."""
    if isinstance(value, int) or (abs(value) < 1e15 and value == int(value)):
        return f"{int(value):_}"
    return f"{value:.6g}"
