"""Two lives of one person: what is told happened, all of it is labelled, nobody is picked by what became of her."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.agents.people import Control, Paid, Stage
from sim.cli.words import DIARY_AMONG
from sim.face.diary import AMONG, LABEL, Diary, Entry, Moment, _apart, _considered, _entries, diary
from sim.face.lived_words import AFTER, HELD_BY, NOW, PAID, SENTENCES, Happened, Seen, held, introduced, thought, told
from sim.face.model import Model
from sim.ground.errors import RequestError
from sim.ledger.events import Cause
from sim.rules.control.ways_out import Exit
from sim.rules.people.consider import ACT_NOTHING, ACT_SEEK, ACT_VISA
from sim.scenario.scenario import Scenario
from sim.week.week import Week

ROOT = Path(__file__).parents[2]
WEEKS = 52
SMALL = ["world=corridor", "people.size=600", f"time.years={WEEKS / 52:g}", "time.burn_in_weeks=8"]
POLICY = [*SMALL, "policy=deportation_drive"]
PERSON = Seen(
    stage=Stage.WORKING, here="There", home="Here", intended="There", sector="farm work", female=True, exploited=False,
    recognised=False, control=Control.NONE, paid=Paid.LENT, debt=0.0,
)  # fmt: skip


@pytest.fixture(scope="module")
def found() -> Diary:
    return diary(POLICY, among="abroad without status", seed=2)


@pytest.fixture(scope="module")
def events():
    """Events of a run without a policy, from week 0 on."""
    frame = Model(SMALL, seed=2, events=True).run().events
    return frame[frame["week"] >= 0]


def made(left: str = "She sets out.", right: str = "She stays.") -> Diary:
    return Diary(7, "A woman.", "Raids", (Entry(3, left), Entry(9, "She arrives.")), (Entry(3, right),), 52, 3)


# --- what is told -----------------------------------------------------------------------------------------------


def test_every_event_of_the_person_is_told_in_its_week(events) -> None:
    busiest = int(events["person"].value_counts().index[0])
    found = diary(POLICY, person=busiest, seed=2)
    own = events[(events["person"] == busiest) & (events["generation"] == events["generation"].min())]
    weeks = dict(found.without)
    assert len(own) > 2
    for week, cause in zip(own["week"], own["cause"], strict=True):
        sentence = SENTENCES[Cause[cause.upper().replace(" ", "_")]]
        fixed = max(re.split(r"\{\w+\}", sentence), key=len).strip()
        assert fixed in weeks[week], (week, cause)


def test_a_policy_that_does_nothing_leaves_the_life_as_it_was() -> None:
    found = diary([*POLICY, "policy.dose=0"], among="abroad without status", seed=2)
    assert found.without == found.with_policy
    assert found.apart is None
    assert found.rows == [(entry.week, entry.text, entry.text) for entry in found.without]


def test_both_lives_begin_alike_and_are_told_from_week_0(found: Diary) -> None:
    assert found.weeks == WEEKS
    assert all(0 <= entry.week < WEEKS for entry in found.without + found.with_policy)
    before = [[entry for entry in life if found.apart is None or entry.week < found.apart]
              for life in (found.without, found.with_policy)]  # fmt: skip
    assert before[0] == before[1]
    weeks = [week for week, _, _ in found.rows]
    assert weeks == sorted(set(weeks))


def test_the_same_person_is_picked_again(found: Diary) -> None:
    again = diary(POLICY, among="abroad without status", seed=2)
    assert again == found
    named = diary(POLICY, person=found.person, seed=2)
    assert named == found
    assert sim.diary(POLICY, seed=2).person != found.person


def test_the_diary_of_whoever_leaves_the_age_at_risk_ends(events) -> None:
    leavers = events[events["cause"] == "next generation"]["person"]
    found = diary(POLICY, person=int(leavers.iloc[0]), seed=2)
    assert found.without[-1].text.endswith("The diary ends.")


# --- sentences --------------------------------------------------------------------------------------------------


def test_every_cause_that_rules_note_has_a_sentence_and_no_other() -> None:
    noted = set()
    for path in [*(ROOT / "sim/rules").rglob("*.py"), *(ROOT / "sim/week").rglob("*.py")]:
        noted |= {Cause[name] for name in re.findall(r"\bCause\.([A-Z_]+)\b", path.read_text(encoding="utf-8"))}
    assert noted - {Cause.NOTHING} == set(SENTENCES)
    assert set(PAID) == set(Paid) - {Paid.NOTHING}
    assert set(HELD_BY) == set(Control) - {Control.NONE}
    assert set(NOW) == set(Stage)
    assert set(AFTER) <= set(Exit)


@pytest.mark.parametrize("female", [True, False])
@pytest.mark.parametrize("cause", SENTENCES, ids=lambda cause: cause.name)
def test_sentences_are_whole_and_dignified(cause: Cause, female: bool) -> None:
    person = PERSON._replace(female=female)
    for counterparty in (-1, Exit.RAID, Exit.CLOSED):
        (text,) = told(person, person, [Happened(cause, counterparty, person.stage)])
        assert text[0].isupper()
        assert text.endswith(".")
        assert not re.search(r"[{}]|\b(victims?|illegals?|aliens?|prostitut\w+|whores?)\b|  ", text)
        assert not re.search(r"\b(he|his|him)\b" if female else r"\b(she|her)\b", text, flags=re.IGNORECASE)


def test_columns_tell_what_events_do_not() -> None:
    exploited = PERSON._replace(exploited=True, control=Control.THREAT, debt=1200.0)
    assert told(PERSON, exploited, []) == [
        "She is exploited from now on (farm work).", "She is in debt, with US$ 1\N{NARROW NO-BREAK SPACE}200.",
    ]  # fmt: skip
    free = PERSON._replace(stage=Stage.ARRIVED, recognised=True)
    assert told(exploited, free, []) == [
        "She is identified as a person who has been exploited.",
        "She is not exploited any more.",
        "She looks for work in There.",
        "She does not owe anything any more.",
    ]
    assert told(PERSON, PERSON, []) == []
    assert held(exploited) == "She is held at work by threats."
    assert held(PERSON) == ""
    begun = [Happened(Cause.EXPLOITATION_BEGAN, 3, Stage.WORKING)]
    assert told(PERSON, exploited._replace(debt=0.0), begun) == ["She is exploited from now on (farm work)."]
    died = [Happened(Cause.DIED_AT_WORK, 3, Stage.DEAD)]
    assert told(exploited, PERSON._replace(stage=Stage.DEAD), died) == ["She dies at work."]


def test_a_person_is_introduced_by_what_is_known_in_week_0() -> None:
    said = introduced(PERSON._replace(here="Here"), minor=False, need=True, status="with status")
    assert said == "A woman who lives at home in Here. She needs protection from what happens at home."
    abroad = PERSON._replace(female=False, exploited=True, control=Control.VIOLENCE, debt=5.0)
    assert introduced(abroad, minor=True, need=False, status="without status") == (
        "A boy who lives in There, without status, away from home. He is exploited at work (farm work). "
        "He is held at work by violence. He owes US$ 5."
    )
    assert introduced(PERSON._replace(stage=Stage.TRAVELLING), minor=False, need=False, status="").startswith(
        "A woman on the way to another region."
    )


def test_only_who_considers_is_told_to_consider() -> None:
    """Not who goes on looking for work, or whose application is decided."""
    week = Week(Scenario.compose(["world=corridor", "people.size=2000", "time.burn_in_weeks=0"]), 1)
    seen = {True: 0, False: 0}
    for _ in range(30):
        week.advance()
        stages = week.agenda.considered.before
        for place, row in enumerate(week.agenda.due.these):
            act = week.agenda.considered.acts[place]
            if act in (ACT_SEEK, ACT_VISA):
                assert not _considered(week, row)
                seen[False] += 1
            elif stages[place] == Stage.HOME and act == ACT_NOTHING:
                assert _considered(week, row)
                seen[True] += 1
    assert min(seen.values()) > 50


def test_idle_thoughts_are_told_together_but_never_across_the_parting_of_the_lives() -> None:
    idle = [Moment(week, "", PERSON) for week in (1, 5, 9)]
    assert _entries(idle, None) == (Entry(1, thought(3, PERSON)),)
    assert "considers three times" in thought(3, PERSON)
    assert "considers twice" in thought(2, PERSON)
    longer = [*idle[:2], Moment(9, "Her job ends.", PERSON)]
    assert _apart(idle, longer) == 9
    assert _entries(idle, 9)[0] == _entries(longer, 9)[0] == Entry(1, thought(2, PERSON))
    assert _apart(idle, idle) is None
    assert _apart(idle, idle[:2]) == 9


# --- who is picked ----------------------------------------------------------------------------------------------


def test_groups_are_of_week_0_and_are_those_of_the_command() -> None:
    assert tuple(AMONG) == DIARY_AMONG
    people = Model(SMALL, seed=2).run(8)._week.migrants
    for among, members in AMONG.items():
        rows = np.flatnonzero(members(people))
        if len(rows):
            assert diary(POLICY, among=among, seed=2).person in rows


@pytest.mark.parametrize(
    ("words", "how", "part"),
    [
        (SMALL, {}, "choose a policy"),
        (POLICY, {"among": "abroad with stats"}, "did you mean 'abroad with status'"),
        (POLICY, {"person": 600}, "outside its range 0 to 599"),
        (POLICY, {"person": True}, "number of a row"),
        ([*POLICY, "people.minor_share=0", "mechanisms.debt_finance=off", "time.burn_in_weeks=0",
          "work.opportunistic_share=0", "work.predatory_share=0"], {"among": "exploited"}, "nobody in week 0"),
    ],
    ids=["no policy", "no group", "no row", "no number", "nobody"],
)  # fmt: skip
def test_wrong_requests_are_told(words: list[str], how: dict[str, object], part: str) -> None:
    with pytest.raises(RequestError, match=part):
        diary(words, **how)


# --- how it is shown --------------------------------------------------------------------------------------------


class Outline(HTMLParser):
    """Tags that are open at the end, and all text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, _: object) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_label_stands_on_everything_before_any_life_is_told() -> None:
    assert "illustration" in LABEL
    assert "no evidence of what the policy does" in LABEL
    found = made()
    for shown in (found.text(), str(found), found.markdown(), found.html(), found._repr_html_()):
        flat = " ".join(shown.replace("**", "").split())
        assert 0 < flat.index(LABEL) < flat.index("She sets out.")
    nothing = replace(found, without=(), with_policy=(), apart=None)
    assert LABEL in " ".join(nothing.text().split())
    assert "Nothing that the model keeps" in nothing.html()


def test_two_columns_stand_side_by_side() -> None:
    long = " ".join(["She sets out again."] * 5)
    lines = made(long).text(70).splitlines()
    assert max(map(len, lines)) <= 70
    head = next(line for line in lines if line.startswith("Week"))
    second = head.index("With the policy")
    rows = lines[lines.index(head) + 2 :]
    assert rows[0].startswith("   3  She sets out again.")
    assert rows[0][second:] == "She stays."
    assert all(line[:second].strip() for line in rows)
    assert rows[-1].startswith("   9  She arrives.")
    with pytest.raises(RequestError, match="too narrow"):
        made().text(30)


def test_markdown_and_html_take_no_text_for_markup() -> None:
    wild = made("A | b <i>*c*</i> & d")
    assert "A \\| b \\<i\\>\\*c\\*\\</i\\> & d" in wild.markdown()
    table = [line for line in wild.markdown().splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in table} == {4}
    outline = Outline()
    outline.feed(wild.html())
    assert outline.open == []
    assert "A | b <i>*c*</i> & d" in outline.text
    assert wild.html().count('scope="col"') == 3
    assert wild.html().count('scope="row"') == 2
    assert "<caption>" in wild.html()
