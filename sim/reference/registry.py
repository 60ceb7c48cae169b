"""Everything a request can name, as tables, from worlds and parameters to studies and scenarios.

Each table exists as plain rows (for JSON and the terminal) and as a DataFrame (``sim.declared.parameters()``). The
dictionaries in ``docs/`` are written from the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.declared.parameters import PARAMETERS
from sim.declared.switches import SWITCHES
from sim.ground.errors import Faults, RequestError

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.folders import Folders

Row = dict[str, Any]


def _parameters() -> list[Row]:
    return [
        {
            "name": item.name,
            "default": item.default,
            "unit": item.unit,
            "low": None if item.options or isinstance(item.default, bool) else item.low,
            "high": None if item.options or isinstance(item.default, bool) else item.high,
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
        }
        for item in METRICS.values()
    ]


def _policy(key: str, folders: Folders) -> Row:
    from sim.ground.shipped import shown  # noqa: PLC0415
    from sim.policies.policy import policy_from  # noqa: PLC0415
    from sim.reference.families import family_of  # noqa: PLC0415
    from sim.reference.moves import move_words  # noqa: PLC0415
    from sim.report.answers.doses import dose_in_words  # noqa: PLC0415
    from sim.scenario.composition import policy_content  # noqa: PLC0415

    path = folders.path("policy", key)
    policy = policy_from(key, policy_content(path), shown(path))
    row: Row = {"name": key, "title": policy.name, "family": family_of(move.lever for move in policy.levers)}
    row |= {field: value for field, value in asdict(policy).items() if field not in ("key", "name", "levers")}
    row |= {"claims": list(policy.claims), "disputed": list(policy.disputed)}
    moves = {"moves": [move_words(move) for move in policy.levers], "does": [dose_in_words(m) for m in policy.levers]}
    return row | moves | {"file": shown(path)}


def _world(name: str, folders: Folders) -> Row:
    from sim.scenario.scenario import Scenario  # noqa: PLC0415 - Hydra
    from sim.world.load import describe_worlds  # noqa: PLC0415 - reads files

    shipped = next((row for row in describe_worlds() if row["name"] == name), None)
    if shipped is not None:
        return shipped
    world = Scenario.compose([f"world={name}"], config_dir=folders.all[1:]).world
    sizes = {"regions": len(world.regions.name), "legs": len(world.legs.tail), "pairs": len(world.pairs.start)}
    return {"name": name, "meaning": "your own", **sizes}


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


# what is declared in the code, and what has a file of its own: its group of configuration files and how one is read
DECLARED: dict[str, Callable[[], list[Row]]] = {
    "parameters": _parameters,
    "switches": _switches,
    "levers": _levers,
    "metrics": _metrics,
}
IN_FILES: dict[str, tuple[str, Callable[[str, Folders], Row]]] = {
    "policies": ("policy", _policy),
    "worlds": ("world", _world),
    "studies": ("study", _study),
    "scenarios": ("scenario", _scenario),
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
}


def listing(kind: str, own: Sequence[str | Path] = ()) -> tuple[list[Row], dict[str, RequestError]]:
    """A table as plain rows, and what is wrong with what could not be read and is left out: ``policy mine`` to error.

    Raises
    ------
    RequestError : there is no such table, or no such folder among ``own``.
    """
    if kind in DECLARED:
        return DECLARED[kind](), {}
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
    every = rows(kind)
    for item in every:
        if name in (item["name"], item.get("key")):
            return item
    raise RequestError(f"there is no {ROWS[kind]} {name!r}", given=name, allowed=[item["name"] for item in every])


def _frame(kind: str) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - loaded when first used

    return pd.DataFrame(rows(kind))


def worlds() -> pd.DataFrame:
    """The worlds that can be chosen, one row each."""
    return _frame("worlds")


def parameters() -> pd.DataFrame:
    """Every declared parameter: name, default, unit, range or options, meaning, evidence, grade, contested."""
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


def levers() -> pd.DataFrame:
    """Everything that a policy can move, with the functions that read it, also ``through`` fields of tables."""
    return _frame("levers")


def policies() -> pd.DataFrame:
    """The shipped policies: what each moves, what the literature claims and disputes, timing and dose."""
    return _frame("policies")


def metrics() -> pd.DataFrame:
    """Every metric that a run reports."""
    return _frame("metrics")


# --- the dictionaries in docs/ ----------------------------------------------------------------------------------

_EVIDENCE = """
The [bibliography](bibliography.md) says what each evidence id stands for: `Cn-Mxx` a mechanism, `Cn-Qxx` a quantity,
`Cn-Pxx` a policy, `Cn-Sxx` and `Cn-Fxx` patterns from chapter n of the book, `EC x` a source outside it. Grades: E
data, Q interviews or cases, T theory, A argued, - assumed.
*Contested* marks what the literature disagrees on.
"""
_PARAMETERS = f"""
Set one with `labyrinth run people.size=2000`, or in a scenario file. A number may carry its unit (`"90 days"`,
`"US$ 2000"`); a bare number is in the unit shown.
{_EVIDENCE}"""
_SWITCHES = f"""
Mechanisms that can be turned off or set to a named variant: `labyrinth run mechanisms.rerouting=off`. *Interface* is
what the rest of the model reads from the mechanism, and what `off` holds still.

`hold` gives the mechanism what it would have without any policy, read week by week from a twin of the run: the part of
an effect that goes through it is the difference to the run in which it is free. Switches without `hold` have nothing
that could be read so: `promotion`, `trauma_weight` and `origin_trust` rest on constants that no policy moves;
`can_save_first`, `type_observable`, `pricing`, `portfolio`, `claim_enforcement`, `certainty_over_severity`,
`own_experience`, `market_power` and `status_anticipation` name a rule by which each person or enterprise decides; what
`rescue_vacancy`, `experience`, `stories_adapt`, `return_stigma`, `free_movement_substitution`, `job_contracts` and
`weekly_charges` do follows from events of the run.
{_EVIDENCE}"""
_LEVERS = f"""
What a policy can move; see [policies](policies.md). A lever of scope *leg* has a value for every leg between two
regions, *visa* for every pair of origin and destination, *region* for every region, *work* for every sector of every
region, *agency* for every kind of agency in every region. *Read by* names the functions that use the lever, and, where
they only write what follows from it into a field of a table, those that read this field; both are found in the code.
{_EVIDENCE}"""
_METRICS = """
What a run reports, over the weeks after burn-in. A *flow* is given per year, a *stock* and a *level* as the mean over
weeks, a *ratio* as the ratio of sums. *Tag*: `activity` is what the state does, which is never an outcome; `output`,
`outcome` and `impact` as usual in evaluation. *Worse*: whether more or fewer of it are worse for people; empty where
neither can be said. *Layer*: `truth` is what happens, `record` what an agency sees of it. Headline metrics come first
in reports. Flows and stocks are also given per 100 000 persons at risk.
"""
_POLICIES = """
The policies in `configs/policy/`; [policies](policies.md) says how one is written and chosen. *Claims* are the evidence
that says what a policy does, *disputed* is what the literature disagrees on, or fears.
"""
_DICTIONARIES = {
    "parameters": (_PARAMETERS, ("name", "default", "range", "unit", "meaning", "evidence", "grade", "contested")),
    "switches": (_SWITCHES, ("key", "default", "options", "meaning", "interface", "evidence", "grade", "contested")),
    "levers": (_LEVERS, ("name", "scope", "range", "unit", "meaning", "evidence", "reader")),
    "shipped_policies": (_POLICIES, ("name", "title", "intent", "moves", "max_dose", "claims", "disputed")),
    "metrics": (_METRICS, ("name", "unit", "kind", "meaning", "tag", "worse", "layer", "counterpart", "headline")),
}


def document(folder: str | Path) -> list[Path]:
    """Write the dictionaries of all that is declared, the glossary, and a page for each policy."""
    written = []
    for kind in _DICTIONARIES:
        path = Path(folder) / f"{kind}.md"
        path.write_text(dictionary(kind), encoding="utf-8")
        written.append(path)
    from sim.reference.glossary import write_glossary  # noqa: PLC0415 - numpy
    from sim.reference.policy_page import write_pages  # noqa: PLC0415 - numpy

    return [*written, write_glossary(folder), *write_pages(folder, rows("policies"))]


def dictionary(kind: str) -> str:
    """One dictionary as Markdown."""
    intro, columns = _DICTIONARIES[kind]
    titles = ["read by" if column == "reader" else column for column in columns]
    lines = [f"# {kind.replace('_', ' ').capitalize()}", *intro.rstrip().splitlines(), ""]
    lines += ["Written from the declarations by `sim.reference.registry.document`; change those, not this page.", ""]
    section = None
    for item in rows(kind.removeprefix("shipped_")):
        first = str(item["name"]).split(".")[0] if "." in str(item["name"]) else "run"
        if kind in ("parameters", "levers") and first != section:
            section = first
            lines += ["", f"## {section}", ""] if lines[-1] else [f"## {section}", ""]
            lines += _head(titles)
        elif lines[-1] == "" and section is None:
            lines += _head(titles)
        lines.append(f"| {' | '.join(_cell(item, column) for column in columns)} |")
    return "\n".join(lines) + "\n"


def _head(titles: Iterable[str]) -> list[str]:
    titles = list(titles)
    return [f"| {' | '.join(titles)} |", f"|{'---|' * len(titles)}"]


def _cell(item: Row, column: str) -> str:
    if column == "range":
        if item.get("options"):
            return ", ".join(f"`{option}`" for option in item["options"])
        return f"{number(item['low'])} to {number(item['high'])}"
    value = item[column]
    if column == "default" and isinstance(value, bool):
        value = "on" if value else "off"
    if column == "reader":
        from sim.reference.readers import told  # noqa: PLC0415 - reads the source

        return told(item["name"])
    if column in ("name", "key"):
        return f"`{value}`"
    if column == "moves":
        return "<br>".join(value)
    return words(value).replace("|", "\\|")


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
