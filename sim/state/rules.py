"""Every bundle of parameters that the kernels take, made from a scenario's values and switches."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.forms import NEEDS
from sim.agents.migrants import BirthRules, birth_rules
from sim.agents.officials import POSTS_OF_REGION
from sim.agents.traffickers import EntrantRules, entrant_rules
from sim.agents.venues import VenueRules, venue_rules
from sim.rules.control.terms import TermRules
from sim.rules.corruption.capture import OfficialRules
from sim.rules.justice.evidence import CaseRules
from sim.rules.justice.identification import MeetingRules
from sim.rules.justice.records import RecordRules, record_rules
from sim.rules.moving.borders import JourneyRules
from sim.rules.moving.channels import ChannelRules
from sim.rules.moving.entry import BusinessRules
from sim.rules.moving.smuggling import MarketRules
from sim.rules.networks.change import ChangeRules
from sim.rules.networks.facilitating import FacilitatorRules
from sim.rules.networks.operations import OperationRules
from sim.rules.networks.partners import PartnerRules
from sim.rules.people.beliefs import fade
from sim.rules.people.consider import LifeRules
from sim.rules.people.options import ChoiceRules
from sim.rules.people.status import annuity
from sim.rules.work.handover import HandoverRules
from sim.rules.work.jobs import HireRules
from sim.rules.work.labour import VenueMarketRules
from sim.rules.work.recruitment import CONTACTS_BEFORE, RecruitRules
from sim.rules.work.value import ControlRules
from sim.world.world import World

WEEKS = 52.0


class Rules(NamedTuple):
    """Every bundle of parameters that the kernels take."""

    birth: BirthRules
    choice: ChoiceRules
    life: LifeRules
    channel: ChannelRules
    market: MarketRules
    business: BusinessRules
    entrant: EntrantRules
    journey: JourneyRules
    venue: VenueRules
    venue_market: VenueMarketRules
    hire: HireRules
    control: ControlRules
    term: TermRules
    handover: HandoverRules
    recruit: RecruitRules
    meeting: MeetingRules
    case: CaseRules
    record: RecordRules
    official: OfficialRules
    partner: PartnerRules
    facilitator: FacilitatorRules
    change: ChangeRules
    operation: OperationRules


def choice_rules(values: dict[str, Any], mechanisms: dict[str, str]) -> ChoiceRules:
    """The bundle of the choice event from a scenario's values."""
    at_home = float(annuity(values["choice.discount"], 0.0, values["choice.horizon"]))
    plain = values["choice.rule"] == "plain"
    return ChoiceRules(
        plain=int(plain),
        noise=values["choice.wish_scale"] * (1.0 if plain else values["choice.noise"]),
        interval=values["choice.interval"],
        sooner_conflict=values["choice.sooner_conflict"],
        sooner_kin=values["choice.sooner_kin"],
        home_pull=values["choice.home_pull_abroad"],
        deprivation_worth=values["choice.deprivation_weight"] * 52.0 * at_home,
        discount=values["choice.discount"],
        kin_worth=values["choice.kin_worth"],
        life_worth=values["choice.life_worth"],
        harm_at_home=values["choice.harm_at_home"],
        annuity_home=at_home,
        stopped_loss=values["choice.stopped_loss"],
        skill_premium=values["choice.skill_premium"],
        deposit=values["smuggling.deposit"],
        form_cost=values["visa.form_cost"],
        broker_fee=values["visa.broker_fee"],
        can_save=int(mechanisms["can_save_first"] == "on"),
        saver_share=values["people.saver_share"],
        return_cost=values["status.return_cost"],
        can_borrow=int(mechanisms["debt_finance"] != "off"),
        credit_markup=values["debt.markup"],
        exploitation_loss=values["choice.exploitation_loss"],
        credit_risk=values["choice.credit_risk"],
        job_years=values["choice.job_years"],
        campaign_step=values["beliefs.campaign_step"],
    )


def all_rules(values: dict[str, Any], mechanisms: dict[str, str], world: World, people: int) -> Rules:
    """Every bundle from a scenario's values and switches, for so many people in a world."""
    birth = birth_rules(values)
    if values["choice.rule"] == "plain":
        birth = birth._replace(wish_scale=0.0)
    return Rules(
        birth=birth,
        choice=choice_rules(values, mechanisms),
        life=LifeRules(
            values["people.saving_share"],
            values["people.saver_share"],
            values["people.remitted_share"],
            values["status.settle_weeks"],
            round(values["papers.valid"]),
            values["status.detention_weeks"],
            round(100.0 * values["status.return_cost"]),
            values["journey.most_stops"],
            values["work.turnover"],
        ),
        channel=ChannelRules(
            round(100.0 * values["visa.form_cost"]),
            round(100.0 * values["visa.broker_fee"]),
            values["beliefs.report_good"],
            values["beliefs.report_bad"],
            values["status.job_search"],
            round(100.0 * values["status.return_cost"]),
        ),
        market=MarketRules(
            values["smuggling.deposit"],
            values["smuggling.retry"],
            values["smuggling.quotes"],
            values["smuggling.reputation_weight"],
            values["smuggling.experience_half"],
            values["smuggling.scarcity_pace"],
            values["smuggling.scarcity_most"],
            values["smuggling.fee_fall_idle"],
            values["smuggling.fee_fall_busy"],
            int(mechanisms["market_power"] == "on"),
            int(mechanisms["rerouting"] != "off"),
            int(mechanisms["experience"] == "on"),
            int(mechanisms["type_observable"] == "on"),
            values["debt.markup"],
            values["debt.lending"],
            values["official.on_shift"],
        ),
        business=BusinessRules(
            int(mechanisms["entry_exit"] != "off"),
            values["smuggling.looks"],
            fade(values["smuggling.experience_half_life"]),
            values["smuggling.experience_lost"],
            fade(values["beliefs.half_life"]),
        ),
        entrant=entrant_rules(values),
        journey=JourneyRules(
            values["smuggling.retry"],
            values["journey.retry_wait"],
            values["beliefs.report_good"],
            values["beliefs.report_bad"],
            values["records.deaths_found"],
            int(mechanisms["experience"] == "on"),
            values["smuggling.experience_half"],
            int(mechanisms["transit_extortion"] != "off"),
            values["smuggling.handover_reputation"],
            int(mechanisms["debt_finance"] != "off"),
            values["smuggling.held_weeks"],
            values["border.pushback_danger"],
            values["official.reach_alone"],
            values["official.on_shift"],
        ),
        venue=venue_rules(values),
        venue_market=VenueMarketRules(
            values["work.looks"], int(mechanisms["private_venues"] != "off"), values["work.visibility_noise"]
        ),
        hire=hire_rules(values, mechanisms),
        control=control_rules(values),
        term=TermRules(
            values["debt.interest"],
            values["debt.service_share"],
            values["debt.household_share"],
            values["people.saving_share"],
            values["people.remitted_share"],
            values["exit.complaint"] / WEEKS,
            values["exit.dismissal"] / WEEKS,
            values["exit.dismissal_cleared"],
            values["exit.death"] / WEEKS,
            values["exit.promotion"] / WEEKS if mechanisms["promotion"] == "on" else 0.0,
            int(mechanisms["pricing"] == "target_return"),
            values["official.briefed"],
            values["official.in_kind"],
        ),
        handover=HandoverRules(
            values["smuggling.handover_reputation"],
            values["smuggling.handover_force"],
            values["smuggling.handover_asked"],
        ),
        recruit=RecruitRules(
            values["work.order_lag"],
            values["recruit.per_member"],
            values["recruit.unknown"],
            values["recruit.false_cost"],
            values["recruit.licence"],
            values["recruit.contact_cost"],
            values["choice.job_years"],
            values["choice.wish_scale"],
            values["recruit.source_noise"],
            values["recruit.advance"],
            CONTACTS_BEFORE * people / 1000.0,
        ),
        meeting=meeting_rules(values, mechanisms),
        case=case_rules(values),
        record=record_rules(values),
        official=official_rules(values, world),
        partner=partner_rules(values, mechanisms),
        facilitator=facilitator_rules(values, mechanisms),
        change=change_rules(values, mechanisms),
        operation=operation_rules(values),
    )


def hire_rules(values: dict[str, Any], mechanisms: dict[str, str]) -> HireRules:
    """The bundle of hiring."""
    return HireRules(
        values["work.review_weeks"],
        values["work.least_worth"],
        values["work.seen_through"],
        values["work.search_again"],
        values["work.reluctance"],
        values["work.target_return"],
        values["work.hire_cost"],
        int(mechanisms["rescue_vacancy"] == "on"),
        int(mechanisms["control_capacity"] != "off"),
    )


def control_rules(values: dict[str, Any]) -> ControlRules:
    """The bundle of control and of the wish to leave."""
    means = ("papers", "threat", "confinement", "violence")
    return ControlRules(
        values["control.quit_most"],
        values["control.quit_base"],
        values["control.quit_gain"],
        values["control.quit_debt"],
        values["control.quit_fear"],
        values["control.quit_isolation"],
        values["control.quit_kin"],
        values["control.quit_information"],
        np.array([0.0, *(values[f"control.hold_{name}"] for name in means)]),
        np.array([0.0, *(values[f"control.cost_{name}"] for name in means)]),
        values["control.discount"] / WEEKS,
        values["justice.testify_base"],
        values["justice.testify_violence"],
        values["justice.testify_unpaid"],
        values["control.bid_share"],
    )


def meeting_rules(values: dict[str, Any], mechanisms: dict[str, str]) -> MeetingRules:
    """The bundle of meetings with agencies and of telling."""
    return MeetingRules(
        values["status.detention_weeks"],
        values["protection.back_pay_weeks"],
        100.0 * values["telling.punishment"],
        values["telling.rate"],
        values["telling.gain"],
        values["telling.trust"],
        values["telling.fear"],
        values["telling.heavy"] if mechanisms["trauma_weight"] == "on" else 0.0,
        values["telling.first_hearing"],
        values["telling.care_worth"],
        values["telling.award"],
        values["telling.retaliation"],
        values["telling.harm"],
        values["telling.rung_cost"],
        values["telling.stigma"],
        values["telling.permit_years"],
        values["telling.false_rate"],
        values["telling.quality_lost"],
        values["protection.witness_stay"],
        round(100.0 * values["protection.reintegration"]),
        values["protection.reintegration_kept"],
    )


def case_rules(values: dict[str, Any]) -> CaseRules:
    """The bundle of investigation and trial."""
    return CaseRules(
        pace=values["police.evidence"],
        border_case=values["police.border_case"],
        proactive=values["police.finds"],
        trial_weeks=values["justice.trial_weeks"],
        recant=values["justice.recant"],
        served=values["justice.served"],
        sentence_weeks=WEEKS * values["justice.sentence"],
        share_found=values["justice.share_found"],
        lesser=values["justice.lesser"],
    )


def official_rules(values: dict[str, Any], world: World) -> OfficialRules:
    """The bundle of officials."""
    return OfficialRules(
        spread=values["official.integrity_spread"],
        strained=values["official.strained"],
        predatory=values["official.predatory"],
        approach=values["official.approach"],
        base=values["official.base"],
        deprivation=values["official.deprivation"],
        peers=values["official.peers"],
        honour=values["official.honour"],
        moral=values["official.moral"],
        discount=values["official.discount"],
        shield=values["official.shield"],
        scandal=values["official.scandal"],
        posting=4.0 / (WEEKS * values["official.posting"]),
        known=values["official.known"],
        bargain=values["official.bargain"],
        legs=len(world.legs.tail),
        missions=len(world.legs.tail) + len(world.regions.name) * POSTS_OF_REGION,
    )


def needs(values: dict[str, Any]) -> NDArray[np.float64]:
    """Share of clients for whom a function is needed by type of enterprise, float64 (3, functions)."""
    return np.minimum(values["network.needs"] * NEEDS, 1.0)


def partner_rules(values: dict[str, Any], mechanisms: dict[str, str]) -> PartnerRules:
    """The bundle of ties."""
    return PartnerRules(
        needs=needs(values),
        replacement=int(mechanisms["network_replacement"] != "off"),
        meeting=values["network.meeting"],
        defection=values["network.defection"],
        trust_pace=values["network.trust_pace"],
        cheating=values["network.cheating"],
        aid=values["network.aid"],
        leaderless=values["network.leaderless"],
    )


def facilitator_rules(values: dict[str, Any], mechanisms: dict[str, str]) -> FacilitatorRules:
    """The bundle of the market for partners."""
    return FacilitatorRules(
        entry=int(mechanisms["entry_exit"] != "off"),
        threshold=values["facilitator.threshold"],
        spread=values["facilitator.threshold_spread"],
        looks=values["facilitator.looks"],
        dread=values["facilitator.dread"],
        pace=values["facilitator.pace"],
        most=values["facilitator.price_most"],
    )


def change_rules(values: dict[str, Any], mechanisms: dict[str, str]) -> ChangeRules:
    """The bundle of how enterprises change."""
    return ChangeRules(
        needs=needs(values),
        entry_exit=int(mechanisms["entry_exit"] != "off"),
        succession=values["network.succession"],
        fragments=values["network.fragments"],
        learns=values["network.learns"],
        hardens=values["network.hardens"],
        house_share=values["network.house_share"],
        portfolio=int(mechanisms["portfolio"] != "off"),
        portfolio_gain=values["smuggling.portfolio_gain"],
        portfolio_spread=values["smuggling.portfolio_spread"],
        capacity_scale=values["smuggling.capacity_scale"],
    )


def operation_rules(values: dict[str, Any]) -> OperationRules:
    """The bundle of operations against networks."""
    return OperationRules(
        sees=values["operation.sees"],
        mistaken=values["operation.mistaken"],
        briefed=values["official.briefed"],
        trial_weeks=values["justice.trial_weeks"],
        sentence_weeks=WEEKS * values["justice.sentence"] * values["justice.served"],
        border=values["facilitator.border"],
    )


@cache
def _layout(families: tuple[tuple[str, tuple[Any, ...]], ...]) -> np.dtype[Any]:
    """One layout for all runs, by whose identity kernels know it."""
    return np.dtype([(name, np.dtype(list(fields), align=True)) for name, fields in families], align=True)


def as_record(rules: Rules) -> np.void:
    """The same numbers as one record with a record for each family: what kernels take.

    Whole numbers stay whole, so that a kernel is compiled once whatever their values are.
    """
    families = []
    for family, values in rules._asdict().items():
        arrays = {name: np.asarray(value) for name, value in values._asdict().items()}
        families.append(
            (family, tuple((name, "i8" if a.dtype.kind in "bi" else "f8", a.shape) for name, a in arrays.items()))
        )
    record = np.zeros(1, _layout(tuple(families)))
    for family, values in rules._asdict().items():
        for name, value in values._asdict().items():
            record[family][name][0] = value
    return record[0]
