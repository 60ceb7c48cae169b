"""No number in a rule is an assumption that nobody has declared, but for a list that only becomes shorter."""

from __future__ import annotations

import re
from pathlib import Path

from sim.report.evidence import evidence
from tests.declared.numbers_in_rules import Listed, compared, listed, numbers, unexplained

STRUCTURAL, UNDECLARED = listed("structural.csv"), listed("undeclared.csv")
MOST_UNDECLARED = 0


def test_every_number_in_a_rule_is_structural_or_declared_or_on_the_list() -> None:
    assert compared(unexplained(numbers()), [STRUCTURAL, UNDECLARED]) == []


def test_the_list_of_undeclared_numbers_does_not_grow() -> None:
    assert sum(entry.times for entry in UNDECLARED.values()) <= MOST_UNDECLARED


def test_the_list_says_what_a_number_means() -> None:
    for said in (entry.said for entry in UNDECLARED.values()):
        assert said["meaning"]
        assert said["unit"]
        assert float(said["low"]) <= float(said["high"])
        assert all(re.fullmatch(r"[a-z]+\.[a-z][a-z_0-9]*", each) for each in said["key"].split())
        assert said["evidence"] == "assumed" or set(said["evidence"].split(", ")) <= evidence().keys()


def written(tmp_path: Path, text: str) -> dict[tuple[str, str], list[str]]:
    """What is not explained in a package whose only rule is this text."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "rule.py").write_text(text, encoding="utf-8")
    return unexplained(numbers(tmp_path))


def test_a_coefficient_is_found_wherever_it_stands(tmp_path: Path) -> None:
    found = written(
        tmp_path,
        "FEW = 1.0\n"
        "WEIGHTS = np.array([1.0, 0.4])\n"
        "def rule(x, pace):\n"
        "    y = 1.0 - 0.3 * x\n"
        "    if x > 4 or x < -7.5:\n"
        "        return min(y, 0.9)\n"
        "    return draw(x, 3, 2.5) + pace[x > 6]\n",
    )
    assert sorted(literal for _, literal in found) == ["0.3", "0.4", "0.9", "1.0", "1.0", "2.5", "4", "6", "7.5"]
    assert found["rule", "7.5"] == ["sim/rules/rule.py:5"]


def test_structure_is_no_coefficient(tmp_path: Path) -> None:
    assert written(
        tmp_path,
        "HOME, ABROAD = 1, 2\n"
        "TOP, LOW = range(5, 7)\n"
        "WEEKS = 52\n"
        "class Kind(IntEnum):\n"
        "    A = 3\n"
        "class Rules(NamedTuple):\n"
        '    pace: Annotated[float, From("a.b", per=13)]\n'
        "def rule(x, seed):\n"
        "    y = np.zeros((3, 2)) + x[4] / 52.0 * 1000.0 + 1e-9\n"
        "    x |= 8\n"
        "    x /= 100\n"
        "    return y - draw(seed, 7) - 0.5, x.sum(axis=2), x == 5, x // 2, 0.5**y, 1.0 - y, -1\n",
    ) == {}  # fmt: skip


def test_what_is_listed_and_gone_is_told_and_so_is_one_too_many() -> None:
    places = {("rule", "0.3"): ["sim/rules/rule.py:1", "sim/rules/rule.py:9"]}
    kept, gone = {("rule", "0.3"): Listed(1, {})}, {("rule", "0.4"): Listed(1, {})}
    assert compared(places, [kept, kept]) == []
    assert len(compared(places, [kept])) == len(compared({}, [gone])) == 1
