"""The same money for every package: which doses are run so that any amount can be told from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sim.decisions.request import COST, POLICY_COST, Budget, Decision
from sim.ground.errors import Faults, RequestError
from sim.ground.quantities import brief, to_unit
from sim.scenario.requests import Where, mapping

if TYPE_CHECKING:
    from sim.results.arms import Arm

MOST_AMOUNTS, MOST_DOSES = 8, 6
DOSE = "policy.dose"  # the word that multiplies the doses of all policies of a package
AS_IT_STANDS = 1.0
EVERY = ""  # the doses of every package that is no plan, until packages are known


def budget_from(value: Any, where: Where) -> Budget:
    """The budget of a decision's file; doses that hold for all packages stand under ``EVERY``.

    Raises
    ------
    RequestError : everything that is wrong with it.
    """
    found = mapping(value, "budget", {"amounts": True, "doses": True}, where)
    faults = Faults("budget")
    amounts: tuple[float, ...] = ()
    doses: dict[str, tuple[float, ...]] = {}
    with faults.gathered():
        amounts = _rising(found["amounts"], "budget.amounts", "[0.1, 0.2, 0.4]", MOST_AMOUNTS, where("budget.amounts"))
    said = found["doses"]
    of_each = said if isinstance(said, Mapping) else {EVERY: said}
    if not of_each:
        faults.add("budget.doses needs a package", where=where("budget.doses"))
    for name, own in of_each.items():
        part = f"budget.doses.{name}" if name else "budget.doses"
        with faults.gathered():
            further = _rising(own, part, "[0.25, 0.5, 2]", MOST_DOSES, where(part))
            doses[str(name)] = tuple(sorted({*further, AS_IT_STANDS}))
    faults.tell()
    return Budget(amounts, doses)


def _rising(value: Any, name: str, example: str, most: int, where: str) -> tuple[float, ...]:
    """Different numbers above 0, in rising order. RequestError otherwise."""
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        raise RequestError(f"{name} must be a list of 1 to {most} numbers, such as {example}, not {brief(value)}",
                           where=where)  # fmt: skip
    numbers = [to_unit(item, "", name, where) for item in value]
    if min(numbers) <= 0 or len(set(numbers)) < len(numbers):
        raise RequestError(f"{name} must be different numbers above 0", where=where)
    return tuple(sorted(numbers))


def with_packages(decision: Decision, where: Where) -> Decision:
    """The decision with the doses of each package of its budget. RequestError for packages that there are not."""
    if decision.budget is None:
        return decision
    if all(outcome.metric == POLICY_COST for outcome in decision.outcomes):
        raise RequestError("a budget needs an outcome besides policy_cost, which money could buy",
                           where=where("budget"))  # fmt: skip
    asked = decision.budget.doses
    if EVERY in asked:
        doses = {name: asked[EVERY] for name in decision.packages if name not in decision.plans}
    else:
        faults = Faults("budget.doses")
        for name in asked:
            if name not in decision.packages:
                faults.add(f"there is no package {name!r}", where=where(f"budget.doses.{name}"), given=name,
                           allowed=decision.packages)  # fmt: skip
        faults.tell()
        doses = dict(asked)
    return replace(decision, budget=replace(decision.budget, doses=doses))


def labels(package: str, doses: Sequence[float]) -> dict[str, float]:
    """What a package is called at each of its doses, and the dose; as it stands it keeps its name."""
    return {package if dose == AS_IT_STANDS else f"{package} at dose {dose:g}": dose for dose in doses}


def dosed(decision: Decision) -> dict[str, tuple[str, ...]]:
    """The words of packages at the doses of the budget other than 1, by label; none without a budget."""
    if decision.budget is None:
        return {}
    return {
        label: _at_dose(decision.packages[package], dose)
        for package, doses in decision.budget.doses.items()
        for label, dose in labels(package, doses).items()
        if dose != AS_IT_STANDS
    }


def _at_dose(words: Sequence[str], dose: float) -> tuple[str, ...]:
    """The words of a package with all its doses multiplied."""
    own, kept = AS_IT_STANDS, []
    for word in words:
        name, _, value = word.lstrip("+").partition("=")
        if name == DOSE:
            own = to_unit(value, "", DOSE, word)
        else:
            kept.append(word)
    return (*kept, f"{DOSE}={own * dose:.12g}")


def check_unit_costs(decision: Decision, base: Sequence[Arm], faults: Faults) -> None:
    """Note packages of the budget of which nothing says what they cost, or that may cost nothing."""
    if decision.budget is None:
        return
    costs = decision.worlds.costs
    for arm in base:
        if arm.label not in decision.budget.doses:
            continue
        for policy in arm.scenario.policies:
            at = f"worlds.costs.{policy.key}"
            if policy.key in costs and costs[policy.key][0] <= 0:
                faults.add(f"the unit cost of {policy.key} may be 0, for which any amount would buy everything; let "
                           f"its range, {COST}{policy.key}, begin above 0", where=at)  # fmt: skip
            elif policy.levers and not policy.cost and policy.key not in costs:
                faults.add(f"a budget needs to know what {policy.key} costs, and nothing says it; give its range",
                           where=at)  # fmt: skip
