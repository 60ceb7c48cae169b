"""The verdict on an evaluation: would it notice, why (not), and the cheapest change that would help."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from sim.declared.measures.catalogue import METRICS
from sim.evaluation.clusters import times
from sim.evaluation.designs.cards import CARDS, OWN
from sim.evaluation.detectable import misleads, widths
from sim.evaluation.numbers import beside, number, signed
from sim.results.signs import LEAST_SEEDS

GOOD, FAIR, BAD, OPEN = "good", "fair", "bad", "open"
LEAST_COVERAGE, MOST_BIAS, MOST_WRONG = 0.85, 0.5, 0.1  # bias as a share of the true effect; bounds are customary
FEW_RECORDS = 2.0  # per place and period, below which there are often none before the policy
MOST_LEFT_OUT = 0.1  # of worlds in which a design cannot be used
BLIND = 0.5  # of what there would be without the policy: records that show no smaller change show nothing
NEXT_TO_NOTHING = 0.05  # of what there would be without the policy
MOST_TIMES = 20  # as many seeds as were run, which may be asked for to make an effect clear
WIDTHS = widths(0.05, 0.8)  # at the level and the power that are usual
ALONE = ("before_after", "interrupted_series", "interrupted_series_with_control")  # errors rest on periods, not places


@dataclass(frozen=True)
class Judged:
    """One design at the dose that is judged: its state, why, and what to do next (never empty where it is bad)."""

    label: str
    state: str
    why: str
    next: str
    figures: Mapping[str, float]
    errors: Mapping[str, float]
    sets: Mapping[str, float]  # worlds that have nothing in common, from which each error is made
    note: str = ""  # why no least detectable effect is told
    misleads: bool = False  # finds an effect too often where there is none

    def apart(self, name: str) -> bool:
        """Whether a figure is told apart from 0 by its Monte-Carlo error."""
        return abs(self.figures.get(name, math.nan)) > times(_whole(self.sets.get(name))) * self.errors.get(name, 0.0)


@dataclass(frozen=True)
class Truth:
    """What the policy does in truth at a dose: its mean, the Monte-Carlo error, and of how many sets that is made."""

    mean: float
    error: float
    sets: int

    @property
    def half(self) -> float:
        """Half of the 95 % interval of the mean; nan where one set leaves it open."""
        return times(self.sets) * self.error

    def clear(self, looks: int) -> bool:
        """Whether it is told apart from nothing, where so many doses are looked at."""
        return self.sets >= LEAST_SEEDS and abs(self.mean) > times(self.sets, looks) * self.error


@dataclass(frozen=True)
class Verdict:
    """The whole evaluation in words: one sentence, why, and the cheapest change."""

    state: str
    sentence: str
    why: str
    change: str
    designs: tuple[Judged, ...]
    dose: float
    clear: bool = True  # whether what the policy does in truth is told apart from nothing


def verdict(about: Mapping[str, Any], figures: pd.DataFrame) -> Verdict:
    """The verdict at full dose (1, or the largest below it), from the figures of all designs.

    Where what the policy does in truth is not clear at that dose, the first larger one at which it is is judged. The
    more doses are looked at, the surer it must be; from fewer than ``LEAST_SEEDS`` worlds nothing is told.
    """
    doses = sorted(dose for dose in about["doses"] if dose > 0)
    usual = max((each for each in doses if each <= 1), default=doses[0])
    looked = {dose: _truth(figures, dose) for dose in doses if dose >= usual}
    judged = [dose for dose, truth in looked.items() if truth.clear(len(looked))]
    dose = judged[0] if judged else usual
    designs = tuple(_judge(about, figures, label, dose) for label in about["designs"])
    if looked[dose].sets < LEAST_SEEDS:
        return _too_few(about, designs, dose, looked[dose])
    if not judged:
        return _unclear(about, designs, dose, looked[dose])
    real, doubt = looked[dose].mean, looked[dose].error
    best = min(designs, key=_worse)
    power = 100 * best.figures.get("right", math.nan)
    title = title_of(about, best.label)
    truth = f"In truth the policy changes {said(about)} by {beside(real, doubt, sign=True)} {unit_of(about)}."
    if dose > usual:
        truth = f"Judged at dose {number(dose)}, as its effect is not clear at dose {number(usual)}. {truth}"
    if best.state == GOOD:
        sentence = f"Yes: {title} finds the effect in {power:.0f} of 100 worlds, and its size is about right."
    elif best.state == FAIR:
        sentence = (
            f"Only in part: the best design, {title}, finds an effect of the right sign in {power:.0f} of 100 worlds."
        )
    else:
        sentence = f"No: none of the designs would tell what the policy does; the best of them is {title}."
    return Verdict(best.state, sentence, f"{truth} {best.why}", best.next, designs, dose)


def _truth(figures: pd.DataFrame, dose: float) -> Truth:
    """What the policy does in truth at a dose, which is the same for all designs."""
    rows = figures[(figures["dose"] == dose) & (figures["figure"] == "truth")]
    if not len(rows):
        return Truth(math.nan, math.nan, 0)
    return Truth(float(rows["value"].iloc[0]), float(rows["error"].iloc[0]), int(rows["sets"].iloc[0]))


def _whole(number: float | None) -> int:
    return 0 if number is None or not math.isfinite(number) else int(number)


def _too_few(about: Mapping[str, Any], designs: tuple[Judged, ...], dose: float, truth: Truth) -> Verdict:
    """Where so few worlds were run that neither the policy nor a design can be judged."""
    one, many = ("world that fits", "worlds that fit") if "ensemble" in about else ("seed", "seeds")
    few = f"{truth.sets} {one} is" if truth.sets == 1 else f"{truth.sets} {many} are"
    sentence = f"Not told yet: {few} too few to tell what the policy does and what a design would find."
    why = f"In the mean the policy changes {said(about)} by {signed(truth.mean)} {unit_of(about)} in truth."
    change = f"Run {LEAST_SEEDS} {many} or more."
    if not truth.sets:
        sentence = "Not told: in no world is there anybody of whom a change could be told in per cent."
        why, change = "What the policy does in truth is therefore not known.", "Ask for the effect in people."
    told = tuple(replace(each, state=OPEN, why=f"It is not judged: {few} too few.", next=change) for each in designs)
    return Verdict(OPEN, sentence, why, change, told, dose, clear=False)


def _unclear(about: Mapping[str, Any], designs: tuple[Judged, ...], dose: float, found: Truth) -> Verdict:
    """Where it is not clear that the policy does anything: what records like these would show of any policy."""
    unit, percent = unit_of(about), about["inquiry"]["effect"] == "percent"
    whole = 100.0 if percent else about["before"]
    real, half = found.mean, found.half
    low, high = (number(end, sign=True) for end in (real - half, real + half))
    truth = f"In truth the policy changes {said(about)} by {signed(real)} {unit} (95 % interval {low} to {high})."
    best, seen = _sees_most(about, designs)
    records = _records_alone(about, best or designs[0])
    truth += records
    if best is None or seen >= BLIND * whole:
        sentence = "No: whatever the policy does, these records would hardly show it."
        why, change = _blind(about, best, seen, whole)
        if records:
            change = f"More records would show what changes in records. {_capital(_survey(about))}"
        return Verdict(BAD, sentence, f"{why} {truth}", change, designs, dose, clear=False)
    why = f"{truth} {_capital(title_of(about, best.label))} would see changes of {number(seen)} {unit} or more."
    if percent and abs(real) + half <= NEXT_TO_NOTHING * whole:
        sentence = "No: the policy does next to nothing here, and an evaluation that finds something would be wrong."
        change = "Evaluate a larger dose, or a longer time after the start."
        return Verdict(BAD, sentence, why, change, designs, dose, clear=False)
    # some more than those with which the interval would just leave out 0
    seeds = about["seeds"] * (1.25 * half / abs(real)) ** 2 if real else math.inf
    seeds = max(seeds, about["seeds"] + 1)
    change = "Ask for a larger dose or a longer time after the start: more seeds alone would hardly tell."
    if seeds <= MOST_TIMES * about["seeds"]:
        change = f"Run some {math.ceil(seeds)} seeds, so that it is; {about['seeds']} were run."
    sentence = "Not told yet: in these worlds it is not clear what the policy itself does."
    return Verdict(OPEN, sentence, why, change, designs, dose, clear=False)


def _records_alone(about: Mapping[str, Any], judged: Judged) -> str:
    """A sentence where records move otherwise than the truth by more than chance; empty where they do not."""
    if not judged.apart("measurement_fault"):
        return ""
    moved = signed(judged.figures.get("record_effect", math.nan))
    return f" The records change by {moved} {unit_of(about)}: that is their own fault, and no design mends it."


def _blind(about: Mapping[str, Any], best: Judged | None, seen: float, whole: float) -> tuple[str, str]:
    """Why records hardly show any change, and what would; ``seen`` is the least one that the design ``best`` sees."""
    period = about["period"].replace("_", " ")
    kept = f"{number(about['before'])} entries are made per place and {period} before the policy"
    why = (
        f"{_capital(kept)}, so that every design fails too often, or finds an effect too often where there is none."
        if best is None
        else f"{_capital(title_of(about, best.label))}, whose estimates vary least, would see changes of "
        f"{number(seen)} {unit_of(about)} or more; {kept}."
    )
    known = best is not None and whole > 0
    more = f"About {number((4 * seen / whole) ** 2)} times as many" if known else "Many more"
    what = f"{more} records, of more or larger places or a longer series, would show a change of a quarter."
    return why, f"{what} Otherwise {_survey(about)}"


def _sees_most(about: Mapping[str, Any], designs: tuple[Judged, ...]) -> tuple[Judged | None, float]:
    """The design that would see the smallest change by how its estimates vary, and that change; None without any."""
    apart = widths(about["alpha"], about["power"])
    sizes = {
        each.label: apart * each.figures.get("spread", math.nan)
        for each in designs
        if each.figures.get("not_computed", 1.0) <= MOST_LEFT_OUT and not each.misleads
    }
    usable = [each for each in designs if sizes.get(each.label, 0.0) > 0]
    best = min(usable, key=lambda each: sizes[each.label], default=None)
    return best, sizes[best.label] if best else math.nan


def _survey(about: Mapping[str, Any]) -> str:
    return (
        f"count {said(about)} directly, by a survey of people before and after in places with and without the policy."
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _worse(judged: Judged) -> tuple[Any, ...]:
    """Order of designs, the best first: state, then root mean square error."""
    rank = {GOOD: 0, FAIR: 1, BAD: 2, OPEN: 3}[judged.state]
    rmse = judged.figures.get("rmse", math.inf)
    return rank, rmse if math.isfinite(rmse) else math.inf


def _judge(about: Mapping[str, Any], figures: pd.DataFrame, label: str, dose: float) -> Judged:
    """One design at one dose."""
    own = figures[figures["design"] == label]
    at = own[own["dose"] == dose]
    zero = own[(own["dose"] == 0) & (own["figure"] == "false_positives")]
    least = own[own["figure"] == "least_detectable"]
    rows = pd.concat([at, zero, least])
    values = dict(zip(rows["figure"], rows["value"].astype(float), strict=True))
    errors = dict(zip(rows["figure"], rows["error"].astype(float), strict=True))
    sets = dict(zip(rows["figure"], rows["sets"].astype(float), strict=True))
    note = str(least["note"].iloc[0]) if len(least) else ""
    misled = bool(len(zero)) and misleads(float(zero["value"].iloc[0]), int(zero["worlds"].iloc[0]), about["alpha"])
    seen = Judged(label, OPEN, "", "", values, errors, sets, note, misled)
    state, why, step = _state(about, seen)
    return replace(seen, state=state, why=why, next=step)


def _state(about: Mapping[str, Any], judged: Judged) -> tuple[str, str, str]:
    """State, reason and next step of a design, from the gravest fault on."""
    card = CARDS.get(about["designs"][judged.label], OWN)
    values = judged.figures

    def get(name: str) -> float:
        return values.get(name, math.nan)

    if not get("not_computed") <= MOST_LEFT_OUT:
        why = f"It cannot be used in {100 * get('not_computed'):.0f} of 100 worlds"
        if about["before"] >= FEW_RECORDS:
            return BAD, f"{why}.", card.instead
        kept = f"{number(about['before'])} entries are made per place and {about['period'].replace('_', ' ')}"
        return BAD, f"{why}: only {kept}.", f"Records of more or larger places, or {_survey(about)}"
    if not math.isfinite(get("bias")):
        why = "Where it can be used, what the policy does in truth is not known in per cent."
        return OPEN, why, "Ask for the effect in people."
    split = _split(about, values, judged.errors)
    biased = judged.apart("bias")  # a few worlds do not tell a bias from chance
    against = _against_bias(about, card.instead, values) if biased else _against_few(about, judged.label)
    if judged.misleads:
        found = 100 * get("false_positives")
        return BAD, f"Where the policy does nothing it finds an effect in {found:.0f} of 100 worlds. {split}", against
    power = f"An effect of the right sign is found in {100 * get('right'):.0f} of 100 worlds."
    if get("wrong_sign") > MOST_WRONG or get("right") < (1 - MOST_WRONG) * get("power"):
        return BAD, f"Effects that it finds often have the wrong sign. {split}", against
    off = abs(get("bias")) > MOST_BIAS * abs(get("truth"))
    if off and biased:
        return BAD, f"{split} {power}", against
    if get("right") < about["power"] / 2:
        return BAD, f"{power} {split}", _against_noise(about, values)
    if off:
        return FAIR, f"{split} {power}", "Run more seeds, which tell whether its estimates are off or chance is."
    if get("right") < about["power"]:
        return FAIR, f"{power} {split}", _against_noise(about, values)
    if get("coverage") < LEAST_COVERAGE:
        return FAIR, f"Only {100 * get('coverage'):.0f} of 100 intervals hold the true effect. {split}", card.instead
    return GOOD, f"{split} {100 * get('coverage'):.0f} of 100 intervals hold the true effect.", "Nothing has to change."


def _split(about: Mapping[str, Any], values: Mapping[str, float], errors: Mapping[str, float]) -> str:
    """By how much estimates are off, and whose fault that is, each with its Monte-Carlo error."""
    whole, design, records = (
        beside(values.get(name, math.nan), errors.get(name, math.nan), sign=True)
        for name in ("bias", "design_fault", "measurement_fault")
    )
    return f"Its estimates are off by {whole} {unit_of(about)}: {design} by the design and {records} by the records."


def _against_few(about: Mapping[str, Any], label: str) -> str:
    """What helps where a design finds what is not there, and not because its estimates are off."""
    if about["designs"][label] in ALONE:
        return (
            f"Its intervals are too narrow for so few periods ({about['periods']}), however much is recorded in each. "
            "Take a longer series before and after the policy."
        )
    places = len(about["treated"]) + len(about["controls"])
    return (
        f"Its intervals are too narrow for so few places ({places}). Take errors that allow for that, such as the wild "
        "bootstrap or the ranks of placebos, or records of more places."
    )


def _against_bias(about: Mapping[str, Any], instead: str, values: Mapping[str, float]) -> str:
    """What helps against a bias: another measurement where the records are at fault, another design otherwise."""
    design, records = abs(values.get("design_fault", 0.0)), abs(values.get("measurement_fault", 0.0))
    spill = values.get("spillover", math.nan)
    if records >= design:
        return (
            f"No design mends what the records do: they change by {signed(values.get('record_effect', math.nan))} "
            f"{unit_of(about)}. {_capital(_survey(about))}"
        )
    if math.isfinite(spill) and abs(spill) > design / 2:
        return (
            f"Places without the policy are touched by it ({signed(spill)} {unit_of(about)} in their records): "
            "compare with places that share few routes and partners with those that have it."
        )
    return instead


def _against_noise(about: Mapping[str, Any], values: Mapping[str, float]) -> str:
    """How much more of everything would make the effect visible."""
    spread, real = values.get("spread", math.nan), abs(values.get("truth", math.nan))
    signal = abs(values.get("estimate", math.nan))
    signal = signal if math.isfinite(signal) and signal > 0 else real
    if not (math.isfinite(spread) and signal > 0):
        return "Run more seeds, so that the spread of the estimate is known."
    wanted = max((widths(about["alpha"], about["power"]) * spread / signal) ** 2, 1.1)
    more = f"{wanted:.1f}" if wanted < 10 else f"{wanted:.0f}"
    period = about["period"].replace("_", " ")
    return (
        f"Chance hides the effect: about {more} times as many records would show it, from more places, or larger "
        f"ones, or a series so much longer; {about['before']:.3g} are kept now per place and {period}."
    )


# --- words that the page shares ---------------------------------------------------------------------------------


def unit_of(about: Mapping[str, Any]) -> str:
    """The unit of effects in words."""
    if about["inquiry"]["effect"] == "percent":
        return "per cent"
    return f"per place and {about['period'].replace('_', ' ')}"


def said(about: Mapping[str, Any]) -> str:
    """What the inquiry is about, in words."""
    name = str(about["inquiry"]["metric"])
    title = METRICS[name].title if name in METRICS else name.replace("_", " ")
    return title[:1].lower() + title[1:]


def title_of(about: Mapping[str, Any], label: str) -> str:
    """A design in words."""
    name = about["designs"][label]
    title = CARDS[name].title if name in CARDS else label
    return f"{title[:1].lower()}{title[1:]}" if name in CARDS and not title.startswith("Callaway") else title
