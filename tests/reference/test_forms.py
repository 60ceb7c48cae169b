"""The forms that journals ask for: current, complete, and made from what is declared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.declared.switches import SWITCHES
from sim.ground.draws import Stream
from sim.reference.forms import declared, source
from sim.reference.forms.write import FORMS, form
from sim.reference.registry import SIZES, rows
from sim.reference.tables import TABLES
from sim.week.plan import PHASES

RETIRED = {"PLACE_PRIORITY", "RESALE"}  # streams that no rule draws from any more; numbers are never reused
ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TITLES = {
    "odd": ("Purpose", "Entities, state variables and scales", "Process overview and scheduling",
            "Theoretical and empirical background", "Individual decision-making", "Learning", "Individual sensing",
            "Individual prediction", "Interaction", "Collectives", "Heterogeneity", "Stochasticity", "Observation",
            "Implementation", "Initialisation", "Input data", "Submodels"),
    "trace": ("Problem formulation", "Model description", "Data evaluation", "Conceptual model evaluation",
              "Implementation verification", "Output verification", "Model analysis", "Model output corroboration"),
    "stress_abs": ("1.1 ", "1.2 ", "1.3 ", "2.1 ", "2.2 ", "2.3 ", "2.4 ", "2.5 ", "3.1 ", "3.2 ", "3.3 ", "3.4 ",
                   "4.1 ", "4.2 ", "4.3 ", "5.1 ", "5.2 ", "5.3 ", "5.4 ", "6.1 "),
}  # fmt: skip


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {name: form(name) for name in FORMS}


@pytest.mark.parametrize("name", FORMS)
def test_committed_forms_are_current_and_answer_everything(name: str, pages: dict[str, str]) -> None:
    page = pages[name]
    assert (DOCS / f"{name}.md").read_text(encoding="utf-8") == page, "run sim.reference.dictionaries.document('docs')"
    mark = r"\*\*" if name == "stress_abs" else "#+ [IVXivx0-9.]* "
    assert all(re.search(f"^{mark}{re.escape(title)}", page, re.MULTILINE) for title in TITLES[name])


@pytest.mark.parametrize("name", FORMS)
def test_links_of_forms_lead_somewhere(name: str, pages: dict[str, str]) -> None:
    for target, anchor in re.findall(r"\]\(([^)#:]*)(#[^)]*)?\)", pages[name]):
        text = pages.get(name if not target else Path(target).stem) or (DOCS / target).read_text(encoding="utf-8")
        heads = {
            re.sub(r"[^\w -]", "", head).lower().replace(" ", "-")
            for head in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        }
        assert not anchor or anchor[1:] in heads, (target, anchor)


def test_what_is_declared_stands_in_the_description(pages: dict[str, str]) -> None:
    page = pages["odd"]
    for name, table in TABLES.items():
        assert f"### Variables of {name}\n" in page
        assert all(f"| `{column.name}` | {column.meaning} |" in page for column in table.columns)
    assert all(f"| {place} | {phase.name} |" in page for place, phase in enumerate(PHASES, 1))
    assert all(f"| `{name}` | {switch.meaning} |" in page for name, switch in SWITCHES.items())


def test_a_phase_names_what_it_calls_also_through_functions_beside_it() -> None:
    calls = {phase.name: source.called(phase.run) for phase in PHASES}
    assert calls["use channels"] == ["rules/moving/channels"]
    assert {"rules/moving/search", "rules/moving/smuggling"} <= set(calls["contract"])  # by meet_enterprises
    assert all(calls.values())


def test_every_stream_of_draws_is_drawn_from_somewhere() -> None:
    found = source.drawn_in()
    assert set(found) == {stream.name for stream in Stream}
    assert {name for name, files in found.items() if not files} == RETIRED


def test_mechanisms_on_and_off_are_all_mechanisms() -> None:
    on, off = declared.mechanisms(on=True), declared.mechanisms(on=False)
    assert all((f"| `{name}` |" in on) != (f"| `{name}` |" in off) for name in SWITCHES)
    assert "| `households` |" in off


def test_sizes_are_counted_apart_from_the_evidence_for_the_mechanism(pages: dict[str, str]) -> None:
    every = rows("parameters")
    counts = {size: sum(row["size"] == size for row in every) for size in SIZES}
    assert sum(counts.values()) == len(every)
    assert counts["a definition"] == sum(row["plausible"] is None for row in every)
    assert [declared.size(size) for size in SIZES] == [str(count) for count in counts.values()]
    told = " | ".join(["**all**", *map(str, counts.values()), str(len(every))])
    assert all(f"| {told} |" in pages[name] for name in ("trace", "stress_abs"))
    assert f"{counts['from a source']} come from a source, {counts['assumed']} are assumed" in pages["odd"]


def test_a_plausible_range_is_said_of_those_that_have_one(pages: dict[str, str]) -> None:
    some = sum(row["low"] is not None and row["plausible"] is not None for row in rows("parameters"))
    assert f"and {some} of them also have a plausible range" in pages["trace"]


@pytest.mark.parametrize("name", FORMS)
def test_files_and_folders_that_forms_name_are_there(name: str, pages: dict[str, str]) -> None:
    named = re.findall(r"`((?:sim|tests|experiments|configs)/[\w./]*)`", pages[name])
    assert [each for each in named if not any((ROOT / f"{each}{end}").exists() for end in ("", ".py"))] == []
