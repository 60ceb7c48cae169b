"""Every evidence id that stands anywhere in the project resolves, once, to a source with a place and a statement."""

from pathlib import Path

import pytest
import yaml

from sim.reference.coverage import coverage
from sim.report import evidence as module
from sim.report.evidence import ID, evidence, ids_in

ROOT = Path(__file__).parents[2]
TEXTS = ("sim/**/*.py", "configs/**/*.yaml", "experiments/**/*.py", "experiments/**/*.yaml", "experiments/**/*.md",
         "docs/**/*.md", "results/README.md", "*.md", "tests/**/*.py")  # fmt: skip


def used():
    """Every id with a file in which it stands."""
    found = {}
    for pattern in TEXTS:
        for path in ROOT.glob(pattern):
            if path == Path(__file__):
                continue
            found |= dict.fromkeys(ids_in(path.read_text(encoding="utf-8")), path.relative_to(ROOT))
    return found


def test_every_id_in_the_tree_resolves():
    # the table of what the book says tells of every id itself
    known = evidence().keys() | {row.id for row in coverage()}
    unknown = {name: str(path) for name, path in used().items() if name not in known}
    assert not unknown


def test_every_declared_id_is_used_or_carries_one_that_is():
    names = set(used())
    carried = {one.rests_on for one in evidence().values()}
    assert not set(evidence()) - names - carried


def test_every_pattern_is_evidence_of_its_kind():
    content = yaml.safe_load((ROOT / "experiments" / "patterns.yaml").read_text(encoding="utf-8"))
    for pattern in [*content["patterns"], *content["not_in_this_version"]]:
        assert not ID.fullmatch(pattern["id"]) or pattern["id"] in evidence()


def test_every_entry_has_a_place_and_a_statement_of_its_own():
    sources = (ROOT / "docs" / "bibliography.md").read_text(encoding="utf-8")
    for one in evidence().values():
        assert one.statement.endswith(".")
        if one.source == "Friesendorf 2009":
            assert one.part
            assert one.pages
            assert one.rests_on == "" or one.rests_on in evidence()
        for name in one.source.replace(" and others", "").replace(" and ", ", ").split(";"):
            first = name.split(",")[0].rsplit(" ", 1)[0].strip()
            assert first.lower() in sources.lower(), one.id
    statements = [one.statement for one in evidence().values()]
    assert len(set(statements)) == len(statements)


def test_an_id_declared_twice_is_refused(tmp_path, monkeypatch):
    line = "C1-M02,mechanism,Friesendorf 2009,introduction,27,,Something.\n"
    (tmp_path / "evidence.csv").write_text("id,kind,source,part,pages,rests_on,statement\n" + 2 * line)
    monkeypatch.setattr(module, "configs_dir", lambda: tmp_path)
    with pytest.raises(ValueError, match="C1-M02 is declared twice"):
        evidence.__wrapped__()


def test_an_id_says_where_its_evidence_is():
    assert evidence()["C4-P01"].place.startswith("Friesendorf 2009, chapter 4, ")
