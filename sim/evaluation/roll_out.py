"""A roll-out as policies: one copy of the policy for each region, with a start of its own."""

from __future__ import annotations

from sim.evaluation.request import Evaluation
from sim.ground.quantities import shortest
from sim.results.arms import Arm
from sim.results.asked import Design, single
from sim.scenario.scenario import Scenario
from sim.studies.ensembles import over_worlds
from sim.studies.plan import compose

NOTHING = "none"
PANELS = "panels=region"  # the setting that keeps truth and records of every region and week


def design_of(evaluation: Evaluation) -> Design:
    """The runs that an evaluation needs: the world without the policy, and with it at every dose above 0.

    Dose 0 needs no run of its own: a policy at dose 0 leaves every bit alone, so that its world is that without it.

    Raises
    ------
    RequestError : the policy cannot be rolled out so.
    """
    model = evaluation.model
    words = roll_out_words(evaluation)
    arms = {NOTHING: ["policy=none"]} | {
        label_of(dose): [*words, f"policy.dose={shortest(dose)}"] for dose in model.doses if dose > 0
    }
    made: list[Arm] = compose(arms, [*model.words, PANELS], NOTHING)
    return over_worlds(single(made, title=evaluation.title, question=evaluation.question), model.ensemble)


def label_of(dose: float) -> str:
    """What the world with the policy at a dose is called among the arms."""
    return f"dose {shortest(dose)}" if dose else NOTHING


def roll_out_words(evaluation: Evaluation) -> list[str]:
    """The settings that bring the policy to its regions when it begins there."""
    model = evaluation.model
    chosen = Scenario.compose([*model.words, f"policy={model.policy}"])
    (policy,) = chosen.policies
    if not model.start:
        return [f"policy={model.policy}", *_times(model.policy, model.begins, policy.start, policy.end)]
    words = ["policy=none"]
    for region, week in model.start.items():
        name = f"{model.policy}_in_{region}"
        words.append(f"policy@policy.{name}={model.policy}")
        words += _times(name, week, policy.start, policy.end)
        words += [f"policy.{name}.levers.{number}.where.region={region}" for number in range(len(policy.levers))]
    return words


def _times(name: str, week: int, start: float, end: float | None) -> list[str]:
    """The start, and the end as long after it as the policy's file has it."""
    words = [f"policy.{name}.start={week}"]
    return words if end is None else [*words, f"policy.{name}.end={shortest(week + end - start)}"]
