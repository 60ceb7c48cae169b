"""The dictionaries in ``docs/``: all that is declared, the glossary, what the book says, forms, pages of policies."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from textwrap import fill

from sim.decisions.held import CONSTANTS, NOT_HELD, PERSONS, RULE
from sim.reference.coverage import write_coverage
from sim.reference.forms.write import write_forms
from sim.reference.glossary import write_glossary
from sim.reference.policy_page import write_pages
from sim.reference.registry import Row, number, rows, words

_EVIDENCE = """
The [bibliography](bibliography.md) says what each evidence id stands for: `Cn-Mxx` a mechanism, `Cn-Qxx` a quantity,
`Cn-Pxx` a policy, `Cn-Sxx` and `Cn-Fxx` patterns from chapter n of the book, `EC x` a source outside it. Grades of
the evidence for the mechanism: E data, Q interviews or cases, T theory, A argued, - assumed.
*Contested* marks what the literature disagrees on.
"""
_PARAMETERS = f"""
Set one with `labyrinth run people.size=2000`, or in a scenario file. A number may carry its unit (`"90 days"`,
`"US$ 2000"`); a bare number is in the unit shown.

*Range* gives limits of validity: a value beyond them is refused. *Plausible* is the range that would surprise nobody
who has read the evidence, and *basis* says what it rests on; *by factors* means that half of a value is as likely as
twice the value. What is [fitted](ensembles.md) is drawn from this range. It is empty for definitions, numbers of people
and runs, and settings of what is counted. *Size* says where the value and its plausible range come from: from a source,
or assumed. Most are assumed, also where there is evidence for the mechanism: the book argues from mechanisms and gives
few sizes ([how many](trace.md#3-data-evaluation)).
{_EVIDENCE}"""


def _not_held() -> str:
    """Which switches cannot be held, and why."""
    named = {reason: ", ".join(f"`{name}`" for name in names) for reason, names in NOT_HELD.items()}
    return fill(
        "Switches without `hold` have nothing that could be read so. These rest on constants that no policy moves: "
        f"{named[CONSTANTS]}. These are rules by which each person or enterprise decides: {named[RULE]}. These act on "
        "one person, place or case at a time, by what has happened to each, and without the policy others are in that "
        f"state: {named[PERSONS]}.",
        width=120,
        break_on_hyphens=False,
    )


_SWITCHES = f"""
Mechanisms that can be turned off or set to a named variant: `labyrinth run mechanisms.rerouting=off`. *Interface* is
what the rest of the model reads from the mechanism, and what `off` holds still.

`hold` gives the mechanism what it would have without any policy, read week by week from a twin of the run: the part of
an effect that goes through it is the difference to the run in which it is free. If the mechanism is off as declared,
`hold` first turns it on, also in the twin run. What an enterprise has learned or chosen is held where the same
enterprise is there in both worlds.

{_not_held()}
{_EVIDENCE}"""
_LEVERS = f"""
What a policy can move; see [policies](policies.md). A lever of scope *leg* has a value for every leg between two
regions, *visa* for every pair of origin and destination, *region* for every region, *work* for every sector of every
region, *agency* for every kind of agency in every region. *Read by* names the functions that use the lever, and, where
they only write what follows from it into a field of a table, those that read this field; both are found in the code.
*Needs* is the switch of the mechanism in which alone a lever acts, or several, one of which must be on; these
mechanisms are off as declared.
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
that says what a policy does, *disputed* is what the literature disagrees on, or fears. Any of them may change
course by what is recorded, or wait for it: see [reviews](policies.md#reviews).
"""
_DICTIONARIES = {
    "parameters": (
        _PARAMETERS,
        ("name", "default", "range", "plausible", "unit", "meaning", "evidence", "grade", "size", "basis", "contested"),
    ),
    "switches": (_SWITCHES, ("key", "default", "options", "meaning", "interface", "evidence", "grade", "contested")),
    "levers": (_LEVERS, ("name", "scope", "range", "unit", "meaning", "evidence", "needs", "reader")),
    "shipped_policies": (_POLICIES, ("name", "title", "intent", "moves", "max_dose", "claims", "disputed")),
    "metrics": (_METRICS, ("name", "unit", "kind", "meaning", "tag", "worse", "layer", "counterpart", "headline")),
}


def document(folder: str | Path) -> list[Path]:
    """Write the dictionaries of all that is declared, the glossary, the forms, and a page for each policy."""
    written = []
    for kind in _DICTIONARIES:
        path = Path(folder) / f"{kind}.md"
        path.write_text(dictionary(kind), encoding="utf-8")
        written.append(path)
    written += [write_coverage(folder), write_glossary(folder), *write_forms(folder)]
    return [*written, *write_pages(folder, rows("policies"))]


def dictionary(kind: str) -> str:
    """One dictionary as Markdown."""
    intro, columns = _DICTIONARIES[kind]
    titles = ["read by" if column == "reader" else column for column in columns]
    lines = [f"# {kind.replace('_', ' ').capitalize()}", *intro.rstrip().splitlines(), ""]
    lines += [
        "Written from the declarations by `sim.reference.dictionaries.document`; change those, not this page.",
        "",
    ]
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
