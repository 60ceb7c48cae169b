"""What can be taken: freezing of capital, confiscation, what it pays for, and what those who would lose it expect.

An owner's means are frozen when an investigation begins, an enterprise's capital when its members are charged (switch
``frozen_capital``), if somebody takes part in the case where it stands or where it collects its money. What is found is

    frozen = share found · trace · capital

with the trace of its channel for money (:mod:`sim.rules.networks.money`), 1 where channels are not modelled. At the
verdict it is confiscated or goes back; until then it is missing: nobody lends or bribes out of it. Confiscation deters
before it happens (switch ``expected_confiscation``, C5-M52): what a conviction costs grows by

    believed chance that a conviction brings confiscation · share found · what is at stake

where the chance is as on paper until confiscations are seen to follow convictions, or not to. Facilitators expect to
lose what they have kept in proportion to how often their like are arrested (lever ``justice.facilitator_assets``).
Confiscated money pays awards, and places in safe accommodation (lever ``justice.seized_for_care``, C10-M54).
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

from sim.agents.cases import Target
from sim.agents.facilitators import Standing
from sim.declared.sources import CENTS, From, Switched, family
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.draws import Stream, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.rules.justice.evidence import takes_part
from sim.rules.justice.experience import taking
from sim.rules.networks.money import trace_of, where_collected
from sim.rules.networks.partners import REVIEW_WEEKS


@family
class AssetRules(NamedTuple):
    """Parameters of assets."""

    expected: Annotated[int, Switched("expected_confiscation")]
    capital: Annotated[int, Switched("frozen_capital")]
    share_found: Annotated[float, From("justice.share_found")]
    freeze_least: Annotated[float, From("justice.freeze_least")]
    saved: Annotated[float, From("assets.facilitator_saved")]  # years of income
    care_weeks: Annotated[float, From("assets.care_weeks")]
    care_cost: Annotated[float, From("assets.care_cost", times=CENTS)]  # cents a week for a place


def frozen_early(freeze: Any, financial: Any, least: Any) -> Any:
    """Chance that assets are frozen early under the levers ``justice.asset_freeze`` and ``police.financial``."""
    return freeze * (least + (1.0 - least) * financial)


chance_frozen = rule(frozen_early)  # the same inside a kernel


@part
def freeze_capital(s, p, now, n, ledger):
    """On a charge against its members the capital of the enterprise that case n is about is frozen; whole cents."""
    case = s.cases[n]
    if case.kind != Target.ENTERPRISE or case.frozen > 0.0:
        return
    firm = s.enterprises.row[case.target]
    if not (takes_part(case, firm.home) or takes_part(case, where_collected(s, case.target))):
        ledger.counters[C.CAPITAL_OUT_OF_REACH] += 1.0
        return
    local = s.law[case.region]
    u = draw(now.seed, Stream.CAPITAL_FREEZE, case.target, case.target_generation, case.opened, 0)
    if u >= chance_frozen(local.justice_asset_freeze, local.police_financial, p.asset.freeze_least):
        return
    cents = round(p.asset.share_found * trace_of(p.money, firm) * max(firm.capital, 0.0))
    case.frozen = cents
    firm.capital -= cents
    ledger.counters[C.FROZEN] += cents * 0.01
    ledger.counters[C.CAPITAL_FROZEN] += cents * 0.01


@rule
def confiscate(case, region, local, counters):
    """What case n holds is the state's: a part goes to a fund for care, the rest is there for awards."""
    cents = case.frozen
    for_care = round(local.justice_seized_for_care * cents)
    region.care_fund += for_care
    region.seized += cents - for_care
    counters[C.SEIZED] += cents * 0.01
    counters[C.CAPITAL_TAKEN] += cents * 0.01 * (case.kind == Target.ENTERPRISE)
    case.frozen = 0.0


@kernel
def pay_for_care(regions, rules, ledger):
    """A week of places in safe accommodation that confiscated money pays for; spread over ``assets.care_weeks``."""
    for region in range(len(regions)):
        row = regions[region]
        cents = min(round(row.care_fund / rules.care_weeks), row.care_fund)
        if row.care_fund < rules.care_cost:
            cents = row.care_fund  # what is left when it hardly pays for a place
        row.care_places = cents / rules.care_cost
        row.care_fund -= cents
        ledger.accounts[Account.STATE] += cents
        ledger.counters[C.CARE_FROM_ASSETS] += cents * 0.01


@kernel
def take_from_facilitators(s, p, now, ledger):
    """What facilitators have kept who were taken out this week is taken with a chance that the lever gives."""
    for b in range(len(s.facilitators)):
        helper = s.facilitators[b]
        if helper.standing != Standing.HELD or helper.since != now.week:
            continue
        chance = s.law[helper.region].justice_facilitator_assets
        if draw(now.seed, Stream.FACILITATOR_ASSETS, b, helper.generation, now.week, 0) >= chance:
            continue
        yearly = helper.income * WEEKS_PER_YEAR / REVIEW_WEEKS
        cents = round(100.0 * p.asset.share_found * p.asset.saved * yearly)
        ledger.accounts[Account.FACILITATORS] -= cents
        for_care = round(s.law[helper.region].justice_seized_for_care * cents)
        s.regions[helper.region].care_fund += for_care
        s.regions[helper.region].seized += cents - for_care
        ledger.counters[C.FACILITATOR_ASSETS] += cents * 0.01


@rule
def owner_expects(regions, p, region):
    """US$ that an owner expects to lose to confiscation if he is convicted."""
    return taking(regions, p.belief, region) * regions[region].owner_stake


@rule
def enterprise_expects(regions, p, region):
    """US$ that an enterprise expects to lose to confiscation if it is convicted for taking people into a region."""
    if p.asset.capital == 0:
        return 0.0
    return taking(regions, p.belief, region) * regions[region].capital_stake


@kernel
def expect_losses(regions, p):
    """What owners, and enterprises by where they take people, expect to lose to confiscation if they are convicted."""
    for region in range(len(regions)):
        regions[region].owner_loss = owner_expects(regions, p, region)
        regions[region].capital_loss = enterprise_expects(regions, p, region)


@kernel
def see_stakes(s, p):
    """Every four weeks: what a confiscation would take from owners of places where people are controlled, and from
    enterprises, by where they take people.
    """
    for region in range(len(s.regions)):
        s.regions[region].owner_stake = stake_of_owners(s, p, region)
        s.regions[region].capital_stake = stake_of_enterprises(s, p, region) if p.asset.capital else 0.0


@kernel
def count_expected(regions, p, counters):
    """What expected confiscation adds to what a conviction costs an owner, US$, in the mean over places."""
    for region in range(len(regions)):
        counters[C.CONFISCATION_EXPECTED] += owner_expects(regions, p, region) / len(regions)


@part
def stake_of_enterprises(s, p, region):
    """US$ that could be found of an enterprise that takes people into a region; those who cross most count most."""
    crossed, held = 0.0, 0.0
    for leg in range(len(s.legs)):
        if s.legs[leg].head != region:
            continue
        for j in range(len(s.enterprises.row)):
            firm = s.enterprises.row[j]
            if firm.active == 1 and s.enterprises.crossings[j, leg] > 0.0:
                crossed += s.enterprises.crossings[j, leg]
                held += s.enterprises.crossings[j, leg] * max(firm.capital, 0.0) * trace_of(p.money, firm)
    return p.asset.share_found * held / crossed / 100.0 if crossed > 0.0 else 0.0


@part
def stake_of_owners(s, p, region):
    """US$ that could be found with an owner of a region who controls people, in the mean."""
    sectors = len(s.sectors)
    number, wealth = 0.0, 0.0
    for k in range(s.cell_first[region * sectors], s.cell_first[(region + 1) * sectors]):
        if s.venues[k].active == 1 and s.venues[k].attention > 0.0:
            number += 1.0
            wealth += max(s.venues[k].wealth, 0.0)
    return p.asset.share_found * wealth / number / 100.0 if number > 0.0 else 0.0
