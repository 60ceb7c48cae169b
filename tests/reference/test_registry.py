"""The tables of what there is, and the pages of the documentation made from them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.agents.agencies import AgencyKind
from sim.agents.facilitators import Standing
from sim.agents.people import Channel, Control, Legal, Stage
from sim.declared.levers import LEVERS
from sim.declared.measures.catalogue import METRICS
from sim.declared.parameters import PARAMETERS
from sim.declared.switches import SWITCHES
from sim.ground.errors import RequestError
from sim.policies.policy import FIELDS, OPERATIONS, WHERE_KEYS, Move
from sim.reference import dictionaries, registry
from sim.reference.glossary import PAGE, enums, glossary
from sim.reference.glossary_words import WORDS
from sim.reference.moves import move_words
from sim.reference.tables import TABLES
from sim.report.evidence import evidence
from sim.rules.control.ways_out import Exit

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("parameters", "switches", "levers", "shipped_policies", "metrics")


@pytest.mark.parametrize("table", registry.ROWS)
def test_every_row_has_a_name_of_its_own(table: str) -> None:
    names = [row["name"] for row in registry.rows(table)]
    assert names or table == "ensembles"  # of which none need be shipped
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("table", registry.ROWS)
def test_frames_hold_the_same_rows_as_the_lists(table: str) -> None:
    frame = getattr(registry, table)()
    assert list(frame["name"]) == [row["name"] for row in registry.rows(table)]


@pytest.mark.parametrize(
    ("table", "declared"),
    [("parameters", PARAMETERS), ("switches", SWITCHES), ("levers", LEVERS), ("metrics", METRICS)],
)
def test_tables_cover_all_declarations(table: str, declared: dict) -> None:
    assert [row["name"] for row in registry.rows(table)] == list(declared)


def test_where_the_size_of_a_parameter_comes_from_is_told_beside_its_grade() -> None:
    sizes = {name: registry.row("parameters", name)["size"] for name in ("threads", "coop.asked", "exit.promotion")}
    assert sizes == {"threads": "a definition", "coop.asked": "from a source", "exit.promotion": "assumed"}
    assert registry.row("parameters", "exit.promotion")["grade"] == "E"  # that it happens, and not how often


def test_one_row_is_found_by_name_or_key_and_the_nearest_is_named() -> None:
    assert registry.row("switches", "mechanisms.rerouting") == registry.row("switches", "rerouting")
    with pytest.raises(RequestError, match=r"did you mean 'people\.size'"):
        registry.row("parameters", "people.sise")
    with pytest.raises(RequestError, match="did you mean 'levers'"):
        registry.rows("lever")


@pytest.mark.parametrize("page", PAGES)
def test_committed_pages_are_current(page: str) -> None:
    committed = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    assert committed == dictionaries.dictionary(page), "run sim.reference.dictionaries.document('docs')"


def test_the_committed_glossary_is_current() -> None:
    assert (DOCS / PAGE).read_text(encoding="utf-8") == glossary(), "run sim.reference.dictionaries.document('docs')"


def test_one_word_stands_for_one_thing() -> None:
    words = [word.word for section in WORDS.values() for word in section]
    assert len(set(words)) == len(words)
    for section in WORDS.values():
        for _, meaning, ids in section:
            assert meaning.endswith((".", ")"))
            assert set(filter(None, ids.split(", "))) <= set(evidence())


def test_the_glossary_finds_every_code_and_column() -> None:
    found = {(enum.name, code.name): code.number for enum in enums() for code in enum.codes}
    assert len(found) > 200
    for enum in (Stage, Legal, Channel, Control, Standing, AgencyKind, Exit):
        assert {code.name: found[enum.__name__, code.name] for code in enum} == {code.name: code.value for code in enum}
    page = glossary()
    for table in TABLES.values():
        assert all(f"| `{column.name}` | {column.meaning} |" in page for column in table.columns)


@pytest.mark.slow
def test_documenting_writes_every_page(tmp_path: Path) -> None:
    written = dictionaries.document(tmp_path)
    assert {path.stem for path in written} >= {*PAGES, "glossary"}
    assert all(path.read_text(encoding="utf-8").startswith("# ") for path in written)


def test_the_page_on_policies_explains_every_field_operation_and_condition() -> None:
    text = (DOCS / "policies.md").read_text(encoding="utf-8")
    assert all(f"\n| `{name}` |" in text for name in (*FIELDS, *OPERATIONS, *WHERE_KEYS))


def test_moves_are_told_in_words() -> None:
    assert move_words(Move("border.control", "add", 0.15)) == "border.control + 0.15"
    scaled = Move("visa.slots_low", "scale", 3.0, (("role", "destination"),))
    assert move_words(scaled) == "visa.slots_low × 3 where role: destination"


@pytest.mark.parametrize("table", registry.ROWS)
def test_tables_are_public_even_where_a_module_has_their_name(table: str) -> None:
    import sim
    import sim.declared.parameters
    import sim.policies.policy

    assert list(getattr(sim, table)()["name"]) == [row["name"] for row in registry.rows(table)]


def test_the_page_says_which_switches_cannot_be_held() -> None:
    page = (Path(__file__).parents[2] / "docs" / "switches.md").read_text(encoding="utf-8")
    words = page[page.index("Switches without `hold`") : page.index("The [bibliography]")]
    named = set(re.findall(r"`([a-z_]+)`", words)) - {"hold"}
    assert named == {name for name, item in SWITCHES.items() if "hold" not in item.options}
