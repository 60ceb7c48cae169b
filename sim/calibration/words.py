"""A calibration in words: the same text for the page, for Markdown and for a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sim.calibration.request import GRADES
from sim.calibration.told import Told
from sim.declared.parameters import PARAMETERS

Table = tuple[list[str], list[list[str]]]
MOST_ROWS = 25  # of a table on the page; the others are in its file
OPEN = "open"


def number(value: float, digits: int = 3) -> str:
    """A number as people write it: few digits, no exponent where it can be helped."""
    if value is None or not math.isfinite(value):
        return OPEN if value is not None and math.isinf(value) else "—"
    if value == 0:
        return "0"
    if abs(value) >= 10_000:
        return f"{value:,.0f}".replace(",", "\N{NO-BREAK SPACE}")
    text = f"{value:.{digits}g}"
    return f"{float(text):.6f}".rstrip("0").rstrip(".") if "e" in text else text


def share(value: float) -> str:
    """A share as a number of a hundred."""
    return "—" if value is None or not math.isfinite(value) else f"{100 * value:.0f}"


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
    about, found = told.about, []
    if told.fits:
        narrowed, untouched = len(told.narrowed), len(told.untouched)
        found.append(
            f"Of {int(about['parameters'])} uncertain parameters, {len(told.parameters)} move a target or an outcome and "
            f"were calibrated. The evidence narrows {narrowed} of these clearly, and says nothing on {untouched}."
        )
        if len(told.combinations):
            found.append(f"It knows {len(told.combinations)} combinations of parameters, of which it does not know the "
                         "parts.")  # fmt: skip
        if len(told.held_out):
            all_of_them = float(about["held_out_met"].get("all", math.nan))
            found.append(f"Targets that were held out: {share(all_of_them)} of 100 sets meet all "
                         f"{len(told.held_out)} of them.")  # fmt: skip
    elif len(told.conflicts):
        names = _names([f"{_says(told, row.target)} ({number(row.standard_deviations)} standard deviations)"
                        for row in told.conflicts.itertuples()])  # fmt: skip
        found.append(f"The least that would have to give, by the emulators: {names}.")
    else:
        found.append("By the emulators there are sets that meet every target; runs have not found one yet.")
    if len(told.worth) and told.fits:
        first = told.worth.iloc[0]
        found.append(
            f"The measurement that is worth most: {_says(told, first['target'])}, known twice as well, would narrow what "
            f"is left open of {_says(told, first['outcome']) or 'every outcome'} by {share(first['outcome_narrowed'])} of "
            f"100, and {first['parameter']} by {share(first['parameter_narrowed'])}."
        )
    return found


def targets_table(told: Told) -> Table:
    """Targets with their bands and what the ensemble gives."""
    head = ["target", "band", "kind of evidence", "sources", "as declared", "in the ensemble (of 100 sets, 90 lie between)",
            "sets inside the bare band, of 100"]  # fmt: skip
    rows = [
        [
            str(row.says), f"{number(row.low)} to {number(row.high)}", GRADES.get(str(row.grade), ""), str(row.source),
            number(row.declared), f"{number(row.ensemble_low)} to {number(row.ensemble_high)}, middle {number(row.median)}",
            share(row.inside),
        ]
        for row in told.targets.itertuples()
    ]  # fmt: skip
    return head, rows


def held_out_table(told: Told) -> Table:
    """Targets that were held out."""
    head = ["held out", "band", "in the ensemble (of 100 sets, 90 lie between)", "sets that meet it, of 100"]
    rows = [
        [str(row.says), f"{number(row.low)} to {number(row.high)}",
         f"{number(row.ensemble_low)} to {number(row.ensemble_high)}, middle {number(row.median)}", share(row.met)]
        for row in told.held_out.itertuples()
    ]  # fmt: skip
    return head, rows


def waves_table(told: Told) -> Table:
    """What came of each wave."""
    head = ["wave", "sets", "that fit", "of 100", "targets met, mean", "targets met, most", "of the whole not ruled out, of 100"]
    rows = [
        [number(row.wave), number(row.proposed), number(row.accepted), share(row.accepted / row.proposed),
         number(row.targets_met), number(row.most_met), share(row.not_ruled_out)]
        for row in told.waves.itertuples()
    ]  # fmt: skip
    return head, rows


def parameters_table(told: Told, rows: pd.DataFrame) -> Table:
    """Parameters with what the ensemble says of them."""
    head = ["parameter", "what it is", "plausible", "declared", "in the ensemble (of 100 sets, 90 lie between)",
            "spread over that before", "told by"]  # fmt: skip
    made = [
        [
            str(row.name), PARAMETERS[str(row.name)].meaning, f"{number(row.low)} to {number(row.high)}", number(row.declared),
            f"{number(row.ensemble_low)} to {number(row.ensemble_high)}, middle {number(row.median)}",
            f"{number(row.ratio, 2)} ± {number(row.error, 1)}", _says(told, row.target) or "no single target",
        ]
        for row in rows.itertuples(index=False)
    ]  # fmt: skip
    return head, made


def combinations_table(told: Told) -> Table:
    """Combinations that alone are known."""
    head = ["combination", "spread over that before", "told by"]
    rows = [[_combination(str(row.parts)), number(row.ratio, 2), _says(told, row.target)]
            for row in told.combinations.itertuples()]  # fmt: skip
    return head, rows


def _combination(parts: str) -> str:
    """``a +0.8; b -0.5`` as words: what goes up with what, and against what."""
    pairs = [part.rsplit(" ", 1) for part in parts.split("; ")]
    up = [name for name, sign in pairs if sign.startswith("+")]
    down = [name for name, sign in pairs if sign.startswith("-")]
    if not down:
        return f"{_names(up)} together: what one has more, the others have less"
    return f"{_names(up)} against {_names(down)}: they rise and fall together"


def worth_table(told: Told) -> Table:
    """What a better measurement would narrow."""
    head = ["measured twice as well", "narrows most of the outcomes", "by, of 100", "narrows most of the parameters", "by, of 100"]
    rows = [
        [_says(told, row.target), _says(told, row.outcome) or "—", share(row.outcome_narrowed), str(row.parameter),
         share(row.parameter_narrowed)]
        for row in told.worth.itertuples()
    ]  # fmt: skip
    return head, rows


def outcomes_table(told: Told) -> Table:
    """What is left open of outcomes."""
    head = ["outcome", "in the ensemble (of 100 sets, 90 lie between)", "of which chance, standard deviation",
            "parameter that moves it most"]  # fmt: skip
    rows = [
        [_says(told, row.outcome), f"{number(row.low)} to {number(row.high)}, middle {number(row.median)}", number(row.chance),
         str(row.moved_by) or "—"]
        for row in told.outcomes.itertuples()
    ]  # fmt: skip
    return head, rows


def conflicts_table(told: Told) -> Table:
    """What would have to give."""
    head = ["target", "by, in standard deviations", "the model is"]
    return head, [[_says(told, row.target), number(row.standard_deviations), str(row.bound)] for row in told.conflicts.itertuples()]


def groups_table(told: Told) -> Table:
    """Groups of parameters by what they move."""
    head = ["group", "uncertain parameters", "moves most", "by, in half bands"]
    rows = [[str(row.group), number(row.parameters), _says(told, row.moves), number(row.effect)]
            for row in told.groups.sort_values("effect", ascending=False).itertuples()]  # fmt: skip
    return head, rows[:MOST_ROWS]


def on_hidden(told: Told) -> str:
    """The self-test in a sentence; empty where there was none."""
    if not len(told.hidden):
        return ""
    count = len(told.hidden)
    survived = int(told.hidden["survives"].sum())
    return (
        f"A known set was hidden {count} times and looked for by its outputs alone, on emulators with their errors. It was "
        f"not ruled out {survived} times. {share(told.hidden['covered'].mean())} of 100 of its parameters lay in the middle "
        f"ninety of a hundred sets that were found (about 90 would be right), and in what the evidence tells these lay "
        f"{number(told.hidden['closer'].mean(), 2)} times as far from it as sets drawn from anywhere."
    )


def asked(told: Told) -> list[str]:
    """What was asked, in sentences."""
    about = told.about
    settings, plan = about["settings"], about["plan"]
    return [
        f"World {about['world']}, {number(settings['people.size'])} modelled people, {number(settings['time.years'])} years "
        f"after {number(settings['time.burn_in_weeks'])} weeks of burn-in.",
        f"A set is accepted when the mean of {plan['final_seeds']} runs meets every target: it lies in the band, or outside "
        "it by no more than two standard deviations of observation, of the model's discrepancy and of chance together.",
        f"{number(about['runs'])} runs were done, of which {number(about['failed'])} failed. Parameters that were not "
        "calibrated stand at their declared values.",
        f"Everything that was drawn comes from seed {plan['seed']}, and runs from seed {plan['first_seed']} on.",
    ]


def markdown(told: Told) -> str:
    """The calibration as Markdown."""
    about = told.about
    lines = [f"# {about['title']}", "", str(about["question"]), "", f"**{answer(told)}**", ""]
    lines += [*(f"{line}\n" for line in why(told))]
    for title, table, note in sections(told):
        lines += [f"## {title}", "", *([note, ""] if note else []), *_lines(table), ""]
    if told.about.get("untouched"):
        lines += ["## What the evidence says nothing on", "", nothing(told), ""]
    lines += ["## What was asked", "", *(f"- {line}" for line in asked(told)), ""]
    return "\n".join(lines)


def sections(told: Told) -> list[tuple[str, Table, str]]:
    """Titles, tables and what to know of each, in the order in which they are read."""
    found = [("Targets", targets_table(told), _on_targets(told))]
    if len(told.conflicts):
        found.append(("What would have to give", conflicts_table(told),
                      "The least total relaxation of bands that leaves a set which fits, by a linear programme on the "
                      "emulators. Which mechanism stands in the way is to be looked for there."))  # fmt: skip
    if len(told.held_out):
        found.append(("Targets that were held out", held_out_table(told),
                      "Nothing was fitted to these; they were looked at when everything else was over."))  # fmt: skip
    found.append(("Waves", waves_table(told), _on_emulators(told)))
    if told.fits:
        found += [
            ("Parameters that the evidence narrows", parameters_table(told, told.parameters.head(MOST_ROWS)),
             "The spread in the ensemble over that of the plausible range: 1 is as wide as before. The target is the one "
             "without which the parameter would be known least, by the line through the ensemble."),
            ("What is left open of outcomes", outcomes_table(told), ""),
            ("What a better measurement would be worth", worth_table(told),
             "By how much the spread of what is left open would fall if a target's band and errors were half as wide, by "
             "the line through the ensemble."),
        ]  # fmt: skip
        if len(told.combinations):
            found.insert(-2, ("Combinations that alone are known", combinations_table(told), ""))
    found.append(("Groups of parameters by what they move", groups_table(told),
                  "One after another moved through their plausible ranges, all parameters of a group together."))  # fmt: skip
    return found


def _on_targets(told: Told) -> str:
    return (
        "The declared set is the one that runs have when nothing is set." if told.fits
        else "In place of an ensemble: the sets that meet most targets."
    )  # fmt: skip


def _on_emulators(told: Told) -> str:
    """Which targets no emulator tells; proposals do not aim at them, and sets still have to meet them."""
    missing = [_says(told, name) for name in told.about["not_emulated"]]
    if not missing:
        return "Every target has an emulator that tells of sets which it has not seen."
    return (
        f"No emulator tells more than the mean of: {_names(missing)}. Proposals do not aim at these, what moves them is not "
        "told below, and sets have to meet them all the same."
    )


def nothing(told: Told) -> str:
    """The parameters that were calibrated and that the evidence does not touch."""
    names = list(told.untouched["name"])
    if not names:
        return "There is no parameter among those that were calibrated of which the evidence says nothing."
    return (
        f"These move a target or an outcome, and sets that fit have them anywhere in their plausible ranges: {_names(names)}. "
        f"A further {int(told.about['parameters']) - len(told.parameters)} uncertain parameters move nothing here by enough "
        "to be told from chance, so the evidence cannot say anything on them either."
    )


def _says(told: Told, name: Any) -> str:
    """What a target or an outcome is, in words; the name itself where nobody says."""
    return str(told.about["says"].get(str(name), name or ""))


def _lines(made: Table) -> list[str]:
    head, rows = made
    cells = [[str(cell).replace("|", "\\|") for cell in row] for row in rows]
    return [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *(f"| {' | '.join(row)} |" for row in cells)]


def _names(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "nothing"


def as_json(told: Told) -> Mapping[str, Any]:
    """Everything as one object."""
    tables = {name: getattr(told, name).to_dict("records")
              for name in ("targets", "waves", "parameters", "combinations", "worth", "outcomes", "held_out", "conflicts")}  # fmt: skip
    return {"fits": told.fits, "answer": answer(told), "why": why(told), "asked": dict(told.about), **tables}
