"""What the shipped evaluations would say, each at the size and with the seeds that its file asks for.

Evaluations of the same length are run together, as they share the worlds without a policy. A row is one design of one
evaluation at the dose that its verdict judges; what is true of the evaluation as a whole stands in each of its rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from experiments.findings.part import Asked, Part, Scale
from sim.evaluation.conduct import Done, about, judged
from sim.evaluation.estimates import estimate_all
from sim.evaluation.reading import EVALUATIONS, read_evaluation
from sim.evaluation.request import Evaluation
from sim.evaluation.roll_out import design_of
from sim.evaluation.verdict import verdict
from sim.evaluation.words import card_of
from sim.results.asked import Design, Setting
from sim.results.findings import Findings
from sim.studies.plan import chosen_seeds

METRICS = ("exploited_people", "new_exploited")  # that tables of the runs hold; the rest is read from their panels
FIGURES = ("truth", "record_effect", "spillover", "estimate", "bias", "design_fault", "measurement_fault", "spread",
           "rmse", "coverage", "power", "right", "false_positives", "not_computed", "least_detectable")  # fmt: skip


def shipped(scale: Scale) -> list[Evaluation]:
    """The evaluations that are shipped, or the first of them where little is asked.

    They keep their time at any size, as policies begin in it.
    """
    added = [word for word in scale.added if not word.startswith("time.years=")]
    names = EVALUATIONS.names()[:1] if scale.tiny else EVALUATIONS.names()
    return [read_evaluation(EVALUATIONS.find(name), added) for name in names]


def ask(scale: Scale) -> list[Asked]:
    """A design for each length and number of seeds, with a setting for every evaluation."""
    together: dict[tuple[int, ...], list[Setting]] = {}
    for evaluation in shipped(scale):
        arms = tuple(design_of(evaluation).arms)
        first = arms[0].scenario
        seeds = chosen_seeds(int(first["seeds"]), int(first["seed"]))
        together.setdefault((round(52 * first["time.years"]), *seeds), []).append(Setting(evaluation.name, arms))
    return [Asked(Design(tuple(settings), METRICS), key[1:]) for key, settings in together.items()]


def answers(found: list[Findings]) -> Iterator[Done]:
    """Every evaluation that was run, judged."""
    asked = {evaluation.name: evaluation for evaluation in shipped(Scale())}
    for one in found:
        for label in one.comparisons:
            alone, evaluation = one.alone(label), asked[label]
            estimates, activity = estimate_all(evaluation, alone)
            said = about(evaluation, alone, estimates)
            judging = evaluation.judging
            assert alone.folder is not None  # noqa: S101 - parts are run in folders
            yield judged(said, estimates, activity, judging.alpha, judging.power, alone.folder)


def find(found: list[Findings]) -> pd.DataFrame:
    """One row for each evaluation and design."""
    rows = [row for done in answers(found) for row in rows_of(done)]
    return pd.DataFrame(rows).sort_values("evaluation", kind="stable", ignore_index=True)


def rows_of(done: Done) -> Iterator[dict[str, Any]]:
    """The rows of one evaluation: what is true of it as a whole, and of each design ``FIGURES`` with their errors."""
    said, found = done.about, verdict(done.about, done.figures)
    whole = {
        "evaluation": said["name"], "title": said["title"], "policy": said["policy_name"], "seeds": said["seeds"],
        "effect": said["inquiry"]["effect"], "dose": found.dose, "clear": found.clear, "state": found.state,
        "sentence": found.sentence, "why": found.why, "change": found.change, "before": said["before"],
    }  # fmt: skip
    for each in found.designs:
        row = {"design": card_of(said, each.label).title, "of_design": each.state, "note": each.note}
        for name in FIGURES:
            row[name], row[f"{name}_error"] = (kept.get(name, math.nan) for kept in (each.figures, each.errors))
        yield whole | row


PARTS = (Part("evaluations", "what the shipped evaluations would say, at their size", 6, ask, find),)
