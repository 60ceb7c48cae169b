"""A calibration in words: the same text for the page, for Markdown and for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.calibration import tables
from sim.calibration.tables import Table, names_of, number, says, share
from sim.calibration.told import Told

TOLD = ("targets", "waves", "chance", "parameters", "combinations", "worth", "outcomes", "held_out", "conflicts")
CONFLICTS = (
    "The least total relaxation of bands that leaves a set which fits, by a linear programme on the emulators. "
    "Which mechanism stands in the way is to be looked for there."
)
CHANCE = (
    "The standard deviation between seeds on the scale of each target (logarithms where a target goes by factors), by "
    "a line through the logarithms of variances. Acceptance counts one number for all; where sets that fit differ, "
    "that is too strict for the noisy ones and too lax for the others."
)
HELD_OUT = "Nothing was fitted to these; they were looked at when everything else was over."
PARAMETERS = (
    "The spread in the ensemble over that of the plausible range: 1 is as wide as before. The target is the one "
    "without which the parameter would be known least, by the line through the ensemble. The rows that are not shown "
    "here are in parameters.parquet."
)
WORTH = (
    "By how much the spread of what is left open would fall if a target's band and errors were half as wide, by the "
    "line through the ensemble."
)
GROUPS = (
    "How far targets and outcomes move when all parameters of a group go through their plausible ranges together, in "
    "half bands of a target, or in three tenths of an outcome."
)


def answer(told: Told) -> str:
    """The sentence above everything."""
    about = told.about
    tried, fitted, goal = int(about["tried"]), int(about["accepted"]), int(about["asked_sets"])
    if not told.fits:
        best, count = int(about["most_met"]), len(told.targets)
        return (
            f"No set of parameters meets all {count} targets: of {tried} that were tried in the waves, the best meet "
            f"{best}."
        )
    more = "" if fitted >= goal else f" {goal} were asked for."
    return f"{fitted} of {tried} sets that were tried in the waves meet all {len(told.targets)} targets.{more}"


def why(told: Told) -> list[str]:
    """What stands behind the answer, a sentence each."""
    if not told.fits:
        return [_what_gives(told)]
    about = told.about
    first = (
        f"Of {int(about['parameters'])} uncertain parameters, {len(told.parameters)} were calibrated: those that move "
        "targets and outcomes most."
    )
    found = [f"{first} {_narrowed(told)}"]
    if len(told.combinations):
        found.append(f"Combinations of parameters that are known better than their parts: {len(told.combinations)}.")
    if len(told.held_out):
        found.append(_held_out(told))
    if len(told.worth):
        found.append(_worth_most(told))
    return found


def _narrowed(told: Told) -> str:
    """Of how many parameters the evidence says something."""
    sets = int(told.about["ensemble"])
    if sets < 2:
        return "One set does not show what the evidence narrows."
    least = f", none to less than {share(told.narrowed['ratio'].min())} of 100 of its plausible range,"
    return (
        f"The evidence narrows {len(told.narrowed)} of these{least if len(told.narrowed) else ''} and says nothing on "
        f"{len(told.untouched)} that {sets} sets could show."
    )


def _held_out(told: Told) -> str:
    """How many sets also meet what was held out, of those whose runs tell all of it."""
    count, known, sets = len(told.held_out), int(told.about["held_out_told"]), int(told.about["ensemble"])
    if not known:
        return f"In no set that fits do runs tell all targets that were held out, of which there are {count}."
    every = float(told.about["held_out_met"]["all"])
    return (
        f"In {known} of {sets} sets that fit, runs tell all targets that were held out, of which there are "
        f"{count}. Of 100 of these sets, {share(every)} meet every one of them."
    )


def _what_gives(told: Told) -> str:
    """Which targets conflict, where nothing fits."""
    missing = _not_emulated(told)
    others = (
        f" No emulator tells of {names_of(missing)}, so that these may stand in the way as well." if missing else ""
    )
    if not told.about["conflicts_known"]:
        return f"Which targets stand in the way of one another cannot be told by the emulators.{others}"
    if not len(told.conflicts):
        which = "every target that has an emulator" if missing else "every target"
        return f"By the emulators there are sets that meet {which}; runs have not found one yet.{others}"
    gives = [
        f"{says(told, row['target'])} ({number(row['standard_deviations'])} standard deviations)"
        for row in told.conflicts.to_dict("records")
    ]
    return f"The least that would have to give, by the emulators: {names_of(gives)}.{others}"


def _worth_most(told: Told) -> str:
    """The measurement that would narrow an outcome most."""
    first = told.worth.iloc[0]
    outcome = says(told, first["outcome"]) or "the outcomes"
    return (
        f"The measurement that is worth most: {says(told, first['target'])}. Known twice as well, it would narrow what "
        f"is left open of {outcome} by {share(first['outcome_narrowed'])} of 100."
    )


def on_hidden(told: Told) -> str:
    """The self-test in sentences; empty where there was none."""
    if not len(told.hidden):
        return ""
    count, survived = len(told.hidden), int(told.hidden["survives"].sum())
    covered, usual, closer = (told.hidden[name].mean() for name in ("covered", "usual", "closer"))
    some = "In the parameters that the evidence narrows" if len(told.narrowed) else "In all parameters together"
    return (
        f"A known set was hidden {count} times and looked for by its outputs alone, on emulators with their errors. It "
        f"was not ruled out {survived} times. Of 100 of its parameters, {share(covered)} lay in the middle nine tenths "
        f"of the sets that were found, where about {share(usual)} would be right for so few sets. {some}, "
        f"these sets lay {number(closer, 2)} times as far from it as sets drawn from anywhere.{_in_runs(told)}"
    )


def _in_runs(told: Told) -> str:
    """The self-test in runs, in sentences."""
    found = told.about["hidden_in_runs"]
    if not found["proposed"]:
        return " None was looked for in runs, since no set that was drawn for it has a value of every target."
    survived = "met" if found["survives"] else "did not meet"
    close = f", {number(found['closer'], 2)} times as far from it as sets from anywhere" if found["accepted"] else ""
    return (
        f" In runs: targets were made of what a set gives with seeds of its own. With the seeds of the waves the set "
        f"{survived} them, and so did {int(found['accepted'])} of {int(found['proposed'])} sets that were looked for"
        f"{close}."
    )


def asked(told: Told) -> list[str]:
    """What was asked, in sentences."""
    about = told.about
    settings, plan = about["settings"], about["plan"]
    world = (
        f"World {about['world']}, {number(settings['people.size'])} modelled people, {number(settings['time.years'])} "
        f"years after {number(settings['time.burn_in_weeks'])} weeks of burn-in."
    )
    accepted = (
        f"A set is accepted when each of {plan['final_seeds']} runs has a value of every target and their mean meets "
        "it: it lies in the band, or outside it by no more than two standard deviations of observation, of the model's "
        "discrepancy and of chance together."
    )
    runs = (
        f"{number(about['runs'])} runs were done, of which {number(about['failed'])} failed. Parameters that were not "
        "calibrated stand at their declared values."
    )
    seeds = f"Everything that was drawn comes from seed {plan['seed']}, and runs from seed {plan['first_seed']} on."
    return [world, accepted, runs, seeds]


def markdown(told: Told) -> str:
    """The calibration as Markdown."""
    about = told.about
    lines = [f"# {about['title']}", "", str(about["question"]), "", f"**{answer(told)}**", ""]
    lines += [*(f"{line}\n" for line in why(told))]
    for title, table, note in sections(told):
        lines += [f"## {title}", "", *([note, ""] if note else []), *_lines(table), ""]
    if told.fits:
        lines += ["## What the evidence says nothing on", "", nothing(told), ""]
    if len(told.hidden):
        lines += ["## Would the procedure find what it is meant to find?", "", on_hidden(told), ""]
    lines += ["## What was asked", "", *(f"- {line}" for line in asked(told)), ""]
    return "\n".join(lines)


def sections(told: Told) -> list[tuple[str, Table, str]]:
    """Titles, tables and what to know of each, in the order in which they are read."""
    found = [("Targets", tables.targets_table(told), _on_targets(told))]
    if len(told.conflicts):
        found.append(("What would have to give", tables.conflicts_table(told), CONFLICTS))
    if len(told.held_out):
        found.append(("Targets that were held out", tables.held_out_table(told), HELD_OUT))
    found.append(("Waves", tables.waves_table(told), _on_emulators(told)))
    found.append(("Does chance differ between sets?", tables.chance_table(told), CHANCE))
    if told.fits:
        first = told.parameters.head(tables.MOST_ROWS)
        found.append(("Parameters that the evidence narrows most", tables.parameters_table(told, first), PARAMETERS))
        if len(told.combinations):
            found.append(("Combinations that are known better than their parts", tables.combinations_table(told), ""))
        found.append(("What is left open of outcomes", tables.outcomes_table(told), ""))
        if len(told.worth):
            found.append(("What a better measurement would be worth", tables.worth_table(told), WORTH))
    found.append(("Groups of parameters by what they move", tables.groups_table(told), GROUPS))
    return found


def _on_targets(told: Told) -> str:
    if not told.fits:
        return "In place of an ensemble: the sets that meet most targets."
    return (
        "The declared set is the one that runs have when nothing is set. Of 100 sets of the ensemble, "
        f"{share(float(told.about['inside']))} lie inside every bare band; others need what errors and chance allow."
    )


def _on_emulators(told: Told) -> str:
    """Which targets no emulator tells; proposals do not aim at them, and sets still have to meet them."""
    missing = _not_emulated(told)
    if not missing:
        return "Every target has an emulator that tells of sets which it has not seen."
    return (
        f"No emulator tells more than the mean of: {names_of(missing)}. Proposals do not aim at these, what moves them "
        "is not told below, and sets have to meet them all the same."
    )


def _not_emulated(told: Told) -> list[str]:
    return [says(told, name) for name in told.about["not_emulated"]]


def nothing(told: Told) -> str:
    """The parameters that were calibrated and that the evidence does not touch, and those that were not calibrated."""
    names = list(told.untouched["name"])
    others = int(told.about["parameters"]) - len(told.parameters)
    first = (
        "One set does not show what the evidence narrows."
        if int(told.about["ensemble"]) < 2
        else "These move a target or an outcome, and sets that fit have them about as far apart as their plausible "
        f"ranges go, as far as so many sets show: {names_of(names)}."
        if names
        else "Of every parameter that was calibrated the evidence says something."
    )
    return (
        f"{first} The other {others} uncertain parameters move targets and outcomes less than those that were "
        "calibrated, or not at all; the evidence was not asked about them."
    )


def as_json(told: Told) -> Mapping[str, Any]:
    """Everything as one object."""
    found = {name: getattr(told, name).to_dict("records") for name in TOLD}
    return {"fits": told.fits, "answer": answer(told), "why": why(told), "asked": dict(told.about), **found}


def _lines(made: Table) -> list[str]:
    head, rows = made
    cells = [[str(cell).replace("|", "\\|") for cell in row] for row in rows]
    return [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *(f"| {' | '.join(row)} |" for row in cells)]
