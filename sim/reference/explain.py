"""Why this number: from what a policy moves, through mechanisms, to a metric, with the evidence of each step."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.declared.levers import LEVERS
from sim.declared.measures.catalogue import METRICS
from sim.declared.switches import SWITCHES
from sim.ground.errors import RequestError
from sim.reference.paths import GRADES, Step, grade_in_words, path
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

NO_WAY = (
    "The code shows no short way from here to the metric: what people and enterprises choose lies between. Whether "
    "anything goes this way can be told by runs alone."
)

HOW = ("name=", "workers=")  # begin words that say where results go and how they are run, and nothing of a world


@dataclass(frozen=True)
class Way:
    """One lever of a policy, what is done to it in words, and the steps from it to the metric (none: no short way)."""

    lever: str
    moved: str
    evidence: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Explanation:
    """Why a metric is what it is under a policy: ``print`` it, or read its parts.

    Attributes
    ----------
    metric, meaning : the metric, and what it is in a sentence.
    policy : what is in force, in words.
    measured : what was measured, a sentence for each place; empty without results.
    parts : how much of the effect goes through which mechanism, where results hold that.
    ways : every lever that is moved, with the steps from it to the metric.
    commands : lines that give the number again, switch a mechanism off, and tell two lives.
    scenario : what is explained, such as ``sim.diary`` takes it.
    """

    metric: str
    meaning: str
    policy: str
    ways: tuple[Way, ...]
    measured: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    commands: dict[str, str] = field(default_factory=dict)
    scenario: Scenario | None = None

    @property
    def weakest(self) -> str:
        """The weakest grade of evidence on the ways, in words; empty without a way."""
        order = list(GRADES)
        found = [grade for way in self.ways for step in way.steps for grade in step.grades]
        return GRADES[max(found, key=order.index)] if found else ""

    def text(self) -> str:
        """All of it as Markdown."""
        lines = [f"# Why {METRICS[self.metric].title[:1].lower()}{METRICS[self.metric].title[1:]} is what it is", ""]
        lines += [self.meaning, "", f"In force: {self.policy}", ""]
        for title, told in (("What was measured", self.measured), ("Through which mechanisms", self.parts)):
            if told:
                lines += [f"## {title}", "", *(f"- {line}" for line in told), ""]
        lines += ["## From levers to the metric", "", _note(self.weakest), ""]
        for way in self.ways:
            lines += [f"### {way.lever}", "", f"{way.moved} Evidence that this is done: {way.evidence}.", ""]
            lines += [f"{number}. {_told(step)}" for number, step in enumerate(way.steps, 1)] or [NO_WAY]
            lines.append("")
        lines += ["## Again, and otherwise", "", *(f"- {what}: `{line}`" for what, line in self.commands.items())]
        return "\n".join(lines) + "\n"

    def __str__(self) -> str:
        return self.text()

    def plain(self) -> dict[str, Any]:
        """All of it as plain data."""
        ways = [
            {**vars(way), "steps": [{**step._asdict(), "grades": step.grades} for step in way.steps]}
            for way in self.ways
        ]
        own = {name: value for name, value in vars(self).items() if name != "scenario"}
        return {**own, "ways": ways, "weakest": self.weakest}


def explain(
    what: str | Path | Scenario | Iterable[str], metric: str = "exploitation_weeks", *, arm: str | None = None
) -> Explanation:
    """Why a metric is what it is.

    Parameters
    ----------
    what : a folder of results, or a scenario, or the words of one such as ``["policy=raids", "world=corridor"]``.
    metric : its name.
    arm : which arm of results; the first that moves a lever, unless you say otherwise.

    Raises
    ------
    RequestError : there is no such metric, arm or folder, or nothing is moved.
    """
    if metric not in METRICS:
        raise RequestError(f"there is no metric {metric!r}", where="explain", given=metric, allowed=METRICS)
    if isinstance(what, Scenario):
        return _of(what, metric, ())
    if isinstance(what, Path) or (isinstance(what, str) and Path(what).is_dir()):
        return _of_results(Path(what), metric, arm)
    words = (what,) if isinstance(what, str) else tuple(what)
    return _of(Scenario.of(list(words)), metric, words)


def _of(scenario: Scenario, metric: str, words: Sequence[str], place: str = "this world", **more: Any) -> Explanation:
    from sim.report.answers.doses import dose_in_words  # noqa: PLC0415 - what is only described needs no figures
    from sim.results.run import reproducer  # noqa: PLC0415

    moving = [policy for policy in scenario.policies if policy.levers]
    if not moving:
        raise RequestError("no policy moves anything, so that there is nothing to follow", where="explain")
    ways, seen = [], set()
    for policy in moving:
        for move in policy.levers:
            if move.lever not in seen:
                seen.add(move.lever)
                lever = LEVERS[move.lever]
                steps = path(move.lever, metric, scenario.mechanisms)
                ways.append(Way(move.lever, dose_in_words(move), lever.evidence or "assumed", steps))
    about = METRICS[metric]
    of = " + ".join(f"`{name}`" for name in about.top)
    counted = f", from what is counted as {of}" + (f" over `{'`, `'.join(about.bottom)}`" if about.bottom else "")
    layer = " It is what authorities record, not what is true." if about.layer == "record" else ""
    activity = " It is activity of the state, not an outcome." if about.tag == "activity" else ""
    meaning = f"`{metric}`: {about.meaning}, in {about.unit}{counted}.{layer}{activity}"
    words = [word for word in words if not word.lstrip("+").startswith(HOW)]
    run = reproducer(scenario, int(scenario["seed"]), words)
    without = _compared(scenario, words)
    switches = dict.fromkeys(name for way in ways for step in way.steps for name in step.switches)
    commands = {f"{place}, once": run, "against the same world without a policy": without}
    for name in switches:
        if "off" in SWITCHES[name].options and scenario.mechanisms[name] != "off":
            commands[f"without the mechanism {name.replace('_', ' ')}"] = f"{without} mechanisms.{name}=off"
    commands["two lives of one person, as an illustration"] = run.replace("labyrinth run", "labyrinth diary", 1)
    force = "; ".join(f"{policy.name} ({policy.intent})" for policy in moving)
    return Explanation(metric, meaning, f"{force}.", tuple(ways), commands=commands, scenario=scenario, **more)


def _compared(scenario: Scenario, words: Sequence[str]) -> str:
    """The line that holds the policies of a scenario against the same world without them."""
    arm = "+".join(policy.key for policy in scenario.policies if policy.levers)
    kept = [word for word in words if not word.lstrip("+").startswith(("policy=", "seed=", "name="))]
    return shlex.join(["labyrinth", "compare", arm, *kept])


def _of_results(folder: Path, metric: str, label: str | None) -> Explanation:
    from sim.report.again import Results  # noqa: PLC0415 - results load pandas

    found = Results(folder)
    if found.of_another_source:
        raise RequestError("these results were made by another version of the code, and an explanation follows the "
                           "code that is here; run them again, or explain their settings, as in labyrinth explain "
                           "policy=NAME", where=str(folder))  # fmt: skip
    arms = {arm.label: arm for arm in found.design.arms if any(policy.levers for policy in arm.scenario.policies)}
    if not arms:
        raise RequestError("no arm of these results moves anything", where=str(folder))
    if label is not None and label not in arms:
        raise RequestError(f"there is no arm {label!r} that moves anything", where="arm", given=label, allowed=arms)
    arm = arms[label or next(iter(arms))]
    table = found.table("effects")
    measured = () if table is None else _measured(table.to_pandas(), arm.label, metric)
    worlds = len(found.design.settings)
    place = "this world" if worlds == 1 else f"the first of these {worlds} worlds"
    return _of(arm.scenario, metric, arm.words, place, measured=measured, parts=_parts(folder, arm.label, metric))


def _measured(rows: pd.DataFrame, arm: str, metric: str) -> tuple[str, ...]:
    """The effect of an arm in every place in which it was measured; of many places the span."""
    from sim.decisions.plainly import rows_of  # noqa: PLC0415
    from sim.evaluation.numbers import number  # noqa: PLC0415
    from sim.results.statistics import t_interval  # noqa: PLC0415

    rows = rows[(rows["arm"] == arm) & (rows["metric"] == metric)]
    unit = METRICS[metric].unit
    told = [
        f"{getattr(row, 'setting', '') or 'in this world'}: {number(row.difference, sign=True)} "
        f"({number(row.low, sign=True)} to {number(row.high, sign=True)}) {unit} against {number(row.baseline)} without"
        for row in rows_of(rows)
    ]
    if len(told) <= 5:
        return tuple(told)
    values = rows["difference"].dropna()
    own = t_interval(values.to_numpy(float))
    inside = f" ({number(own.low, sign=True)} to {number(own.high, sign=True)})" if math.isfinite(own.low) else ""
    mean = f"on average over {own.count} worlds: {number(own.mean, sign=True)}{inside} {unit}"
    span = f"{number(values.min(), sign=True)} to {number(values.max(), sign=True)}"
    return (f"{mean}; from {span} in single worlds",)


def _parts(folder: Path, arm: str, metric: str) -> tuple[str, ...]:
    """How much goes through each mechanism, where the folder is that of a decision with an attribution of this."""
    from sim.decisions.conduct import attributed  # noqa: PLC0415

    told = attributed(folder, arm, metric)
    return (told,) if told else ()


def _note(weakest: str) -> str:
    ends = f" The weakest evidence on these ways: {weakest}." if weakest else ""
    return (
        "A way is a shortest one that the code shows, and says how something can come about. It does not say how much "
        f"goes through it.{ends}"
    )


def _told(step: Step) -> str:
    switches = f" Mechanism: {', '.join(name.replace('_', ' ') for name in step.switches)}." if step.switches else ""
    about = (step.about or step.function.rpartition(".")[2].replace("_", " ")).replace("``", "`").partition(": (")[0]
    means = f", {step.means.rstrip('.')}" if step.means else ""
    rests = f"rests on: {grade_in_words(step.grades)}.{switches}"
    by = step.by if " " in step.by else f"`{step.by}`"  # a call or an answer in words, or the name of a field
    return f"{about}. It takes over {by}{means}. In `{step.function}`; {rests}"
