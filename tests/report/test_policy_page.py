"""The page on a policy: moves with their readers, claims, findings with intervals, and what a switch changes."""

import pytest

from sim import registry
from sim.report import policy_page
from sim.report.policy_page import Effect, effects_of, write_pages

ROWS = registry.rows("policies")
NAMES = [row["name"] for row in ROWS]


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_every_shipped_policy_has_a_page_with_findings(row):
    text = policy_page.policy_page(row, NAMES)
    assert text.startswith(f"# {row['title']}\n")
    if not row["moves"]:
        assert "moves nothing" in text
        return
    for move in row["moves"]:
        assert f"| {move} |" in text
    assert all(claim in text for claim in row["claims"])
    found = effects_of(row["name"])
    assert found, "run python -m experiments.catalogue"
    assert all(one.low <= one.difference <= one.high for one in found)
    assert "exploited_people" in {one.metric for one in found}
    assert f"{found[0].seeds} paired seeds" in text
    assert f"labyrinth compare {row['name']}" in text


def test_signs_are_told_only_where_the_interval_leaves_zero():
    def sign(low, high):
        return Effect("deaths", 1.0, (low + high) / 2, low, high, 4, "none").sign

    assert [sign(1, 2), sign(-1, 1), sign(-2, -1)] == ["+", "?", "\N{MINUS SIGN}"]


def test_signs_by_switch_are_on_the_page_of_their_policy():
    tighter = next(row for row in ROWS if row["name"] == "tighter_borders")
    text = policy_page.policy_page(tighter, NAMES)
    assert "## Where the sign depends on a mechanism" in text
    assert "pricing=target_return" in text
    raids = next(row for row in ROWS if row["name"] == "search_and_rescue")
    assert "Where the sign depends" not in policy_page.policy_page(raids, NAMES)


def test_a_policy_that_nobody_has_run_says_so(tmp_path):
    own = dict(ROWS[-1], name="mine", title="Mine")
    assert "Nobody has run it yet" in policy_page.policy_page(own, ["mine"])
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "gone.md").write_text("old")
    written = write_pages(tmp_path, [own])
    assert sorted(path.name for path in (tmp_path / "policies").iterdir()) == ["README.md", "mine.md"]
    assert len(written) == 2
    assert "[mine](mine.md)" in written[0].read_text(encoding="utf-8")
