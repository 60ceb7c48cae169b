"""The page on a policy: moves with their readers, claims, findings with intervals, and what a switch changes."""

import json

import pytest

from sim.declared.levers import LEVERS
from sim.declared.measures.catalogue import METRICS
from sim.declared.parameters import PARAMETERS
from sim.declared.switches import SWITCHES
from sim.reference import policy_page, registry
from sim.reference.policy_page import Effect, effects_of, pages, write_pages
from sim.report import disputed

ROWS = registry.rows("policies")
NAMES = [row["name"] for row in ROWS]
ORIGIN = {
    "part": "catalogue-a-c", "version": "1.2.3", "source": "0123456789", "date": "2030-01-02", "worlds": ["archetypes"],
    "people": [50_000], "years": [5.0], "burn_in_weeks": [156], "seeds": [6],
}  # fmt: skip
HEADER = "policy,beside,metric,baseline,difference,low,high,seeds,p_value,q_value,verdict,pair\n"


@pytest.fixture
def findings(tmp_path):
    """A folder with findings on one policy in the catalogue and under a switch."""
    rows = (
        "raids,none,exploited_people,200,-20,-30,-10,6,0.001,0.01,falls,a\n"
        "raids,none,deaths,10,1,0.5,1.5,6,0.03,0.2,undecided,a\n"
        "raids,none,interceptions,0,5,4,6,6,0.001,0.01,rises,a\n"
    )
    (tmp_path / "catalogue-a-c.csv").write_text(HEADER + rows, encoding="utf-8")
    (tmp_path / "catalogue-a-c.json").write_text(json.dumps(ORIGIN), encoding="utf-8")
    signs = (
        HEADER.replace("beside", "setting")
        + "raids,private_venues=off,exploited_people,200,4,-1,9,6,0.1,0.2,undecided,b\n"
    )
    (tmp_path / "signs.csv").write_text(signs, encoding="utf-8")
    (tmp_path / "signs.json").write_text(json.dumps(ORIGIN | {"part": "signs"}), encoding="utf-8")
    return tmp_path


def test_what_is_the_same_in_every_seed_is_said_to_be(findings):
    path = findings / "catalogue-a-c.csv"
    same = "{},none,exploited_people,200,0,nan,nan,6,nan,nan,the same difference in every seed,a\n"
    path.write_text(HEADER + same.format("agency_training") + same.format("mission_command"), encoding="utf-8")
    rows = {row["name"]: row for row in ROWS if row["name"] in ("agency_training", "mission_command")}
    made = pages(list(rows.values()), findings)
    assert "nan" not in made["README.md"].replace("financial", "")
    assert "+0.0 % (the same in every seed)" in made["README.md"]
    assert "| no mission to act on |" in made["README.md"]
    reason = "there was no mission in that world, so that there was nothing for the policy to act on"
    assert f"**Nothing differed in any seed: {reason}." in made["mission_command.md"]
    for name in set(rows) - {"mission_command"}:
        assert "**Nothing differed in any seed. " in made[f"{name}.md"]


def test_a_page_tells_first_what_worlds_that_fit_say_differently(findings):
    row = next(row for row in ROWS if row["name"] == "raids")
    assert "Nobody has asked in how many worlds that fit" in policy_page.policy_page(row, NAMES, findings)
    header = "policy,metric,worlds,seeds,sign,holds,holds_low,holds_high\n"
    rows = "raids,exploited_people,40,2,rises,38,35,40\nraids,deaths,40,2,rises,25,9,37\n"
    (findings / "ensemble.csv").write_text(header + rows, encoding="utf-8")
    (findings / "ensemble.json").write_text(json.dumps(ORIGIN | {"part": "ensemble", "sets": 40}), encoding="utf-8")
    text = policy_page.policy_page(row, NAMES, findings)
    assert "**One way with the declared parameters, the other in most worlds that fit:** `exploited_people`." in text
    assert text.index("One way with") < text.index("| metric | without")
    lines = {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `")}
    assert lines["exploited_people"].endswith("| \N{MINUS SIGN} | higher in 38 of 40 (35 to 40) |")
    assert lines["deaths"].endswith("| ? | open: higher in 9 to 37 of 40 |")
    assert lines["interceptions"].endswith("| + | \N{EN DASH} |")  # not asked in them
    switched = next(line for line in text.splitlines() if line.startswith("| private_venues=off"))
    assert switched.endswith("| \N{EN DASH} |")  # nor under another mechanism
    listed = pages([row], findings)["README.md"]
    assert "| higher in 38 of 40 (35 to 40) |" in listed


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_every_shipped_policy_has_a_page(row):
    text = policy_page.policy_page(row, NAMES)
    assert text.startswith(f"# {row['title']}\n")
    if not row["moves"]:
        assert "moves nothing" in text
        return
    for move in row["moves"]:
        assert f"| {move} |" in text
    assert all(claim in text for claim in row["claims"])
    assert f"labyrinth compare {row['name']}" in text
    for entry in row["disputed"]:
        assert entry in text
        assert ("cannot arise in this version" in disputed.told(entry)) == (entry in disputed.CANNOT)


def test_every_disputed_entry_can_arise_from_something_that_exists_or_says_what_is_missing():
    entries = {entry for row in ROWS for entry in row["disputed"]}
    assert entries == set(disputed.ARISES) | set(disputed.CANNOT)
    assert not set(disputed.ARISES) & set(disputed.CANNOT)
    assert set(disputed.ARISES.values()) <= {*METRICS, *LEVERS, *SWITCHES, *PARAMETERS}
    assert "nobody has said" in disputed.told("something new")


def test_a_page_says_where_its_figures_come_from_and_what_is_told_from_zero(findings):
    row = next(row for row in ROWS if row["name"] == "raids")
    text = policy_page.policy_page(row, NAMES, findings)
    assert "1.2.3" in text
    assert "2030-01-02" in text
    assert "6 paired seeds" in text
    lines = {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `")}
    assert lines["exploited_people"].endswith(
        "| 200 people | \N{MINUS SIGN}10.0 % | \N{MINUS SIGN}15.0 to \N{MINUS SIGN}5.0 | \N{MINUS SIGN} |"
    )
    assert lines["deaths"].endswith("| ? |")  # its interval leaves zero out, its q does not
    assert lines["interceptions"].endswith("| 0 stops/year | +5.0 | +4.0 to +6.0 | + |")
    assert "## Under other mechanisms" in text
    assert "private_venues=off" in text


def test_the_list_of_pages_shows_exploited_people(findings):
    made = pages(ROWS, findings)
    assert set(made) == {"README.md", *(f"{name}.md" for name in NAMES)}
    assert "**\N{MINUS SIGN}10.0 % (\N{MINUS SIGN}15.0 to \N{MINUS SIGN}5.0)**" in made["README.md"]
    assert "Under other mechanisms" not in made["search_and_rescue.md"]


@pytest.mark.parametrize(
    ("verdict", "sign"), [("rises", "+"), ("falls", "\N{MINUS SIGN}"), ("undecided", "?"), ("too few seeds", "?")]
)
def test_a_sign_stands_where_the_verdict_names_one(verdict, sign):
    assert Effect("deaths", 1.0, 1.0, 0.5, 1.5, 6, verdict, "none", "", ORIGIN).sign == sign


def test_a_policy_that_nobody_has_run_says_so(tmp_path):
    own = dict(ROWS[-1], name="mine", title="Mine")
    assert "Nobody has run it" in policy_page.policy_page(own, ["mine"])
    assert effects_of("mine", folder=tmp_path) == []
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "gone.md").write_text("old")
    written = write_pages(tmp_path, [own])
    assert sorted(path.name for path in (tmp_path / "policies").iterdir()) == ["README.md", "mine.md"]
    assert len(written) == 2
    assert "[mine](mine.md)" in written[0].read_text(encoding="utf-8")
