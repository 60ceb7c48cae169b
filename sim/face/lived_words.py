"""What happens to one person in a week, in sentences: from her events and from her columns before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sim.agents.people import Control, Paid, Stage
from sim.ledger.events import Cause
from sim.rules.control.ways_out import Exit

NEVER_SAID = {Cause.NOTHING}
# "{After}" is what came before it, {Her}, {her_} and so on go by sex, {sector} is the kind of work in brackets
SENTENCES: Mapping[Cause, str] = {
    Cause.NEXT_GENERATION: "{She} leaves the age in which people are followed here. The diary ends.",
    Cause.FOUND_WORK: "{She} finds work{sector}.",
    Cause.STATUS_LAPSED: "{Her} papers lapse. {She} is without status from now on.",
    Cause.SETTLED: "{She} settles for good in {here}, with secure status.",
    Cause.DETAINED: "{After}{she} is detained, to be removed.",
    Cause.REMOVED: "{She} is removed to {home}.",
    Cause.WENT_HOME: "{She} goes home to {home}.",
    Cause.REMAINED: "{She} goes no further and stays in {here}, without status.",
    Cause.APPLIED_FOR_A_VISA: "{She} applies for a visa for {intended}.",
    Cause.LEFT_WITH_A_VISA: "{She} leaves for {intended} with a visa.",
    Cause.VISA_REFUSED: "The visa is refused, or {she} cannot pay for it.",
    Cause.LEFT_ON_PAPERS: "{She} leaves for {intended} on papers that {she} has bought.",
    Cause.LEFT_ALONE: "{She} leaves for {intended} alone and without papers.",
    Cause.LEFT_WITH_A_PROVIDER: "{She} leaves for {intended} with a provider{paid}.",
    Cause.TRIED_AGAIN: "{She} sets out again from {here}, where {she} was stopped.",
    Cause.STOPPED: "{She} is stopped on the way, and is in {here}.",
    Cause.ARRIVED: "{She} arrives in {here}.",
    Cause.ADMITTED_FOR_PROTECTION: "{She} asks for protection on the way, and is admitted in {here}.",
    Cause.DIED: "{She} dies on the way.",
    Cause.GAVE_UP: "{She} gives up the journey and goes home to {home}.",
    Cause.FOUND_NO_PROVIDER: "{She} looks for a provider and finds none.",
    Cause.FOUND_NO_PAPERS: "{She} looks for papers and finds none.",
    Cause.JOB_ENDED: "{Her} job ends.",
    Cause.REGULARISED: "{She} is given status in {here}.",
    Cause.TOOK_AN_OFFER: "{She} takes work that a recruiter has offered{sector}.",
    Cause.HANDED_OVER: "On arrival {she} is handed over to a place of work{sector}.",
    Cause.EXPLOITATION_BEGAN: "{She} is exploited from now on{sector}.",
    Cause.DEBT_CLEARED: "{Her} debt is cleared.",
    Cause.DISMISSED: "{She} is dismissed.",
    Cause.ESCAPED_OR_QUIT: "{She} gets away, or quits.",
    Cause.COMPLAINED: "Authorities hear {her} complaint, or close the place, and {she} leaves it.",
    Cause.RELEASED: "{She} is let go.",
    Cause.DIED_AT_WORK: "{She} dies at work.",
    Cause.SOLD_ON: "{She} is sold on to another place of work{sector}.",
    Cause.PROMOTED: "{She} is made to recruit others, and is not counted as exploited any more.",
    Cause.GRANTED_REFLECTION: "{After}{she} is taken into safe accommodation.",
    Cause.TOLD: "{Her} time in protection ends. {She} has told what {she} knows.",
    Cause.REFLECTION_ENDED: "{Her} time in protection ends.",
    Cause.DEMANDED_MORE: "Those who guide {her_} hold {her_} until more is paid.",
    Cause.SOLD_IN_CUSTODY: "Those who hold {her_} in custody sell {her_} to a place of work{sector}.",
    Cause.CLAIM_ENFORCED: "{She} is put to work{sector} for a debt that {she} has not served.",
}
AFTER = {
    Exit.COMPLAINT: "a complaint of {her} own",
    Exit.CLIENT_TIP: "a tip by a client",
    Exit.NEIGHBOUR: "a tip by a neighbour",
    Exit.HOTLINE: "a call to a hotline",
    Exit.OUTREACH: "a visit by outreach workers",
    Exit.RAID: "a raid",
    Exit.INSPECTION: "an inspection",
    Exit.HEALTH: "treatment by a doctor",
    Exit.CLOSED: "the closing of the place where {she} works",
}
PAID = {
    Paid.OWN: ", paid from what {she} has",
    Paid.SAVED: ", paid from what {she} has saved",
    Paid.LENT: ", whose fee {she} owes from now on",
    Paid.WORK: ", on a recruiter's promise of work",
}
HELD_BY = {
    Control.PAPERS: "papers or pay that are kept back",
    Control.THREAT: "threats",
    Control.CONFINEMENT: "confinement",
    Control.VIOLENCE: "violence",
}
NUMBERS = {3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten"}
# where a person is when no event says how she came to be there
NOW = {
    Stage.HOME: "",
    Stage.WAITING: "{She} waits for a visa.",
    Stage.TRAVELLING: "{She} is on the way.",
    Stage.HELD: "{She} is held on the way.",
    Stage.ARRIVED: "{She} looks for work in {here}.",
    Stage.WORKING: "{She} works{sector}.",
    Stage.SETTLED: "{She} has settled in {here}.",
    Stage.DETAINED: "{She} is in custody, to be removed.",
    Stage.RETURNED: "{She} is at home, without work.",
    Stage.DEAD: "{She} is dead.",
    Stage.PROTECTED: "{She} is in safe accommodation.",
}


class Seen(NamedTuple):
    """A person at the end of a week: what her columns say, with names in place of numbers."""

    stage: int
    here: str
    home: str
    intended: str
    sector: str
    female: bool
    exploited: bool
    recognised: bool
    control: int
    paid: int
    debt: float  # US$


class Happened(NamedTuple):
    """An event of the person: its cause, whom or what it came from, and the stage that it led to."""

    cause: int
    counterparty: int
    to: int


def told(before: Seen, after: Seen, events: Sequence[Happened]) -> list[str]:
    """What happened to a person in a week, a sentence each; empty when nothing did but, perhaps, a thought."""
    said = [_event(event, after) for event in events]
    causes = {Cause(event.cause) for event in events}
    if {Cause.DIED, Cause.DIED_AT_WORK, Cause.NEXT_GENERATION} & causes:
        return [text for text in said if text]
    if after.recognised and not before.recognised:
        said.append(_in_words("{She} is identified as a person who has been exploited.", after))
    if after.exploited and not before.exploited and Cause.EXPLOITATION_BEGAN not in causes:
        said.append(_in_words(SENTENCES[Cause.EXPLOITATION_BEGAN], after))
    if before.exploited and not after.exploited and Cause.PROMOTED not in causes:
        said.append(_in_words("{She} is not exploited any more.", after))
    if after.stage != (events[-1].to if events else before.stage):
        said.append(_in_words(NOW[Stage(after.stage)], after))
    if after.debt > 0 and before.debt <= 0:
        said.append(_in_words(f"{{She}} is in debt, with US$ {_amount(after.debt)}.", after))
    if after.debt <= 0 and before.debt > 0 and Cause.DEBT_CLEARED not in causes:
        said.append(_in_words("{She} does not owe anything any more.", after))
    return [text for text in said if text]


def held(person: Seen) -> str:
    """What holds a person at work, in a sentence; empty where nothing does beside pay, status and debt."""
    if person.control not in HELD_BY:
        return ""
    return _in_words(f"{{She}} is held at work by {HELD_BY[Control(person.control)]}.", person)


def thought(times: int, person: Seen) -> str:
    """A consideration, or several in a row, that led to nothing else."""
    if times == 1:
        return _in_words("{She} considers whether to move, and leaves everything as it is.", person)
    often = "twice" if times == 2 else f"{NUMBERS.get(times, times)} times"
    return _in_words(f"From now on {{she}} considers {often} whether to move, and leaves everything as it is.", person)


def introduced(person: Seen, *, minor: bool, need: bool, status: str) -> str:
    """Who she is in week 0, in a sentence or two."""
    who = ("girl" if minor else "woman") if person.female else ("boy" if minor else "man")
    where = f"at home in {person.home}" if person.here == person.home else f"in {person.here}, {status}, away from home"
    if person.stage == Stage.TRAVELLING or person.stage == Stage.HELD:
        where = "on the way to another region"
    parts = [f"A {who} who lives {where}." if "on the way" not in where else f"A {who} {where}."]
    if need:
        parts.append("{She} needs protection from what happens at home.")
    if person.exploited:
        parts.append("{She} is exploited at work{sector}.")
    parts.append(held(person))
    if person.debt > 0:
        parts.append(f"{{She}} owes US$ {_amount(person.debt)}.")
    return _in_words(" ".join(part for part in parts if part), person)


def _event(event: Happened, person: Seen) -> str:
    cause = Cause(event.cause)
    if cause not in SENTENCES:
        return "" if cause in NEVER_SAID else f"{cause.name.capitalize().replace('_', ' ')}."
    after = ""
    if cause in (Cause.DETAINED, Cause.GRANTED_REFLECTION) and event.counterparty in AFTER:
        after = f"after {AFTER[Exit(event.counterparty)]} "
    text = _in_words(SENTENCES[cause].replace("{After}", after), person)
    return text[:1].upper() + text[1:]


def _in_words(template: str, person: Seen) -> str:
    she, her, her_ = ("she", "her", "her") if person.female else ("he", "his", "him")
    words = {
        "She": she.capitalize(),
        "she": she,
        "Her": her.capitalize(),
        "her": her,
        "her_": her_,
        "here": person.here,
        "home": person.home,
        "intended": person.intended or "another region",
        "sector": f" ({person.sector})" if person.sector else "",
        "paid": PAID.get(Paid(person.paid), ""),
    }
    text = template.format(**words)
    return text.format(**words) if "{" in text else text


def _amount(dollars: float) -> str:
    return f"{dollars:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
