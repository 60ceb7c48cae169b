"""Every switch and every lever changes something, and not what it must not change."""

from dataclasses import replace

import numpy as np
import pytest

from sim.agents.agencies import KINDS, AgencyKind
from sim.agents.people import NEVER, Channel, Legal, Stage
from sim.conditions.enacted import deterred_from_work
from sim.conditions.encounters import TIP
from sim.declared.levers import LEVERS
from sim.declared.switches import SWITCHES
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ledger.counters import COUNTER_INDEX, C
from sim.policies.policy import Move, Policy
from sim.rules.control.complaints import complains
from sim.rules.justice.identification import chance_of_back_pay
from sim.rules.moving.smuggling import best_quote
from sim.week.hold import BEFORE, copy_held
from sim.week.week import Week
from sim.world.world import Mode
from tests.behaviour.held_together import HELD_TOGETHER
from tests.behaviour.off_as_declared import SETTINGS, SHOWN
from tests.behaviour.shown import total, with_move, with_moves
from tests.samples import one_in

# --- switches ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("switch", sorted(SWITCHES))
def test_every_switch_matters(switch, lively, lively_baseline, tools):
    other = next(option for option in SWITCHES[switch].options if option != SWITCHES[switch].default)
    if switch in ("demand_displacement", "type_observable"):
        # buyers move when a penalty drives them; few people are handed over where few are modelled
        lively = with_move(
            lively.replace({"people.size": 20_000}), "demand.buyer_penalty", "set", 5.0, ("region", "near_destination")
        )
        lively_baseline = tools.run(lively)
    if switch == "portfolio":  # which few enterprises review in a year, and few of them change their mind
        lively = lively.replace({"people.size": 30_000})
        lively_baseline = tools.run(lively)
    if switch == "certainty_over_severity":  # which weighs what is added to usual penalties
        lively = with_move(lively, "justice.penalty_exploitation", "scale", 5.0)
        lively_baseline = tools.run(lively)
    if switch == "government_reaction":  # which looks back on a second year
        lively = lively.replace({"time.years": 3.0})
        lively_baseline = tools.run(lively)
    if switch == "stories_adapt":  # to what campaigns make known
        lively = with_move(lively, "origin.information_campaign", "set", 1.0)
        lively_baseline = tools.run(lively)
    if switch == "free_movement_substitution":
        lively = with_move(lively, "free_movement", "set", 1.0)
        lively_baseline = tools.run(lively)
    if switch in SETTINGS:
        words, moves = SETTINGS[switch]
        lively = with_moves(lively.replace(words), *moves) if moves else lively.replace(words)
        lively_baseline = tools.run(lively)
    week = tools.run(lively.replace({f"mechanisms.{switch}": other, "checks": True}))
    assert not np.array_equal(week.counters, lively_baseline.counters, equal_nan=True)
    assert tools.metric(week, "deaths_per_crossing", 52) >= 0


def test_where_pay_does_not_answer_it_stays(base, baseline, tools):
    week = tools.run(base.replace({"mechanisms.pay_answers": "off"}))
    assert np.all(week.state.regions["wage_index"] == 1.0)
    assert np.any(baseline.state.regions["wage_index"] != 1.0)


def test_without_entry_and_exit_the_enterprises_stay(base, tools):
    week = tools.run(base.replace({"mechanisms.entry_exit": "off"}))
    assert total(week, "entries", 0) == total(week, "exits", 0) == 0
    assert len(np.unique(week.counters[:, C.ENTERPRISES_LONER])) == 1


def test_without_saving_nobody_saves(base, tools):
    assert total(tools.run(base), "savers") > 0
    assert total(tools.run(base.replace({"mechanisms.can_save_first": "off"})), "savers") == 0


def test_without_learning_beliefs_stay(base, tools):
    week = tools.run(base.replace({"mechanisms.belief_learning": "off"}))
    assert len(np.unique(np.round(week.counters[:, C.BELIEVED_VISA_CHANCE], 12))) == 1
    checked = week.state.legs["mode"] != Mode.FREE_MOVEMENT
    assert np.array_equal(week.state.legs["believed_control"][checked], week.state.legs["start_control"][checked])


def test_without_market_power_fees_are_lower(base, tools):
    """Where nobody hands people over: what that brings lowers fees by more, and another way in each run."""
    plain = base.replace({"smuggling.exploiter_share": 0.0, "mechanisms.portfolio": "off"})
    on, off = tools.run(plain), tools.run(plain.replace({"mechanisms.market_power": "off"}))
    assert tools.metric(off, "mean_fee", 52) < tools.metric(on, "mean_fee", 52)


def test_without_rerouting_an_enterprise_keeps_its_route(base):
    moved = with_move(base, "border.control", "add", 0.4).replace({"mechanisms.rerouting": "off"})
    week = Week(moved, 1)
    routes = {}
    for _ in range(moved["time.burn_in_weeks"] + 40):
        week.advance()
        t = week.traffickers
        for j in np.flatnonzero(t["active"]):
            key = (j, int(t["generation"][j]))
            now = t["route"][j][t["route"][j] >= 0].tolist()
            assert routes.setdefault(key, now)[: len(now)] == now


def test_without_crowding_transport_costs_what_is_usual(base):
    week, crowded = Week(base.replace({"mechanisms.crowding": "off"}), 1), Week(base, 1)
    most = 1.0
    for _ in range(base["time.burn_in_weeks"] + 40):
        week.advance()
        crowded.advance()
        assert (week.state.legs["transport"] == week.state.legs["transport_usual"]).all()
        most = max(most, crowded.state.legs["crowded"].max())
    assert most > 1.0


def test_without_experience_no_crossing_teaches(base, tools):
    """Skill alone decides: with experience fewer guided crossings are stopped."""
    larger = base.replace({"people.size": 30_000})
    learned = tools.run(larger)
    unlearned = tools.run(larger.replace({"mechanisms.experience": "off"}))
    assert tools.metric(unlearned, "stopped_per_crossing", 52) > tools.metric(learned, "stopped_per_crossing", 52)


def test_without_debt_finance_nobody_borrows(base, baseline, tools):
    week = tools.run(base.replace({"mechanisms.debt_finance": "off"}))
    assert total(baseline, "contracts_credit") > 0 == total(week, "contracts_credit")
    assert total(week, "contracts") > 0


def test_without_own_experience_nothing_of_ones_own_weighs(base, tools):
    off = base.replace({"mechanisms.own_experience": "off"})
    week = tools.run(off)
    assert (week.migrants["own_tries"] > 0).any()  # people remember, and go by what others say
    other = tools.run(off.replace({"experience.weight": 50.0}))
    assert np.array_equal(week.counters, other.counters, equal_nan=True)
    weighs = tools.run(base.replace({"experience.weight": 50.0}))
    assert not np.array_equal(week.counters, weighs.counters, equal_nan=True)


def test_without_stigma_on_return_nobody_bears_any(base, baseline, tools):
    week = tools.run(base.replace({"mechanisms.return_stigma": "off"}))
    assert (baseline.migrants["stigma"] > 0).any()
    assert not (week.migrants["stigma"] > 0).any()


def test_target_return_lets_people_go_and_profit_max_does_not(base, baseline, tools):
    week = tools.run(base.replace({"mechanisms.pricing": "target_return"}))
    assert total(week, "exit_released") > 0 == total(baseline, "exit_released")
    assert tools.metric(week, "spell_length", 52) < tools.metric(baseline, "spell_length", 52)


def test_without_control_capacity_attention_has_no_price(lively, tools):
    strained = lively.replace({"work.control_room": 0.02})
    assert (tools.run(strained).venues["shadow"] > 0).any()
    week = tools.run(strained.replace({"mechanisms.control_capacity": "off"}))
    assert not (week.venues["shadow"] > 0).any()


@kernel
def hazards_of_complaints(s, p, rows, hazards):
    for position in range(len(rows)):
        i = rows[position]
        hazards[position] = complains(s, p, i, s.people.here[i], 0.0, 0.0)


def test_without_fear_people_complain_more(base, baseline, tools):
    """For the same pay; controllers know it, and pay those who could complain more."""

    def hazards(week, legal):
        rows = np.flatnonzero((week.migrants["stage"] == Stage.WORKING) & (week.migrants["legal"] == legal))
        found = np.zeros(len(rows))
        hazards_of_complaints(week.state.s, week.state.p, rows, found)
        return found.mean()

    fearless = tools.run(base.replace({"mechanisms.deportation_fear": "off"}))
    assert hazards(fearless, Legal.IRREGULAR) > 1.1 * hazards(baseline, Legal.IRREGULAR)
    assert hazards(fearless, Legal.CITIZEN) == pytest.approx(hazards(baseline, Legal.CITIZEN), rel=0.05)
    assert not np.array_equal(fearless.counters, baseline.counters)


def test_without_client_tips_clients_say_nothing(lively, lively_baseline, tools):
    assert total(lively_baseline, "client_tips") > 0
    assert total(tools.run(lively.replace({"mechanisms.client_tips": "off"})), "client_tips") == 0


def test_raids_drive_venues_into_private_only_where_they_choose(base, tools):
    raided = with_move(base.replace({"people.size": 20_000}), "police.raids", "set", 1.0)
    free, fixed = tools.run(raided), tools.run(raided.replace({"mechanisms.private_venues": "off"}))
    share = [
        week.counters[-52:, C.VENUES_PRIVATE].sum() / week.counters[-52:, C.VENUES].sum() for week in (free, fixed)
    ]
    before = free.counters[40:52, C.VENUES_PRIVATE].sum() / free.counters[40:52, C.VENUES].sum()
    assert share[0] > before
    assert share[0] > share[1]


def test_buyers_move_next_door_only_with_displacement(base, tools):
    from dataclasses import replace

    where = (("region", "near_destination"), ("sector", "commercial_sex"))
    policy = Policy("here", "Here", "test", (Move("demand.buyer_penalty", "set", 1.0, where),))
    demand = {}
    for option in ("on", "off"):
        plain = base.replace({"mechanisms.demand_displacement": option})
        moved = tools.run(replace(plain, policies=(policy,)))
        start = moved.state.cells["demand_start"].reshape(5, 2)
        demand[option] = moved.state.cells["demand"].reshape(5, 2)[4, 1] / start[4, 1]
        assert moved.state.cells["demand"].reshape(5, 2)[3, 1] < 0.7 * start[3, 1]
    assert demand["on"] > 1.02 * demand["off"]


def test_rescued_peoples_places_are_ordered_only_with_the_switch(lively, lively_baseline, tools):
    def never_ordered(week):
        v = week.venues
        return ((v["active"] == 1) & (v["filled"] < v["slots"]) & (v["vacant_since"] == NEVER)).sum()

    assert never_ordered(lively_baseline) == 0
    assert never_ordered(tools.run(lively.replace({"mechanisms.rescue_vacancy": "off", "people.size": 20_000}))) > 0


def test_promotion_makes_offenders_of_exploited_people(lively, tools):
    lively = lively.replace({"people.size": 24_000})
    watched, seen = Week(lively, 1), 0
    while watched.done < watched.weeks_total and not seen:
        watched.advance()
        promoted = watched.offenders["person"] >= 0
        seen = promoted.sum()
    assert seen
    assert (watched.offenders["status"][promoted] == 1).all()
    person = watched.offenders["person"][promoted]
    assert np.array_equal(watched.migrants["generation"][person], watched.offenders["generation"][promoted])
    week = tools.run(lively.replace({"mechanisms.promotion": "off"}))
    assert total(week, "promoted") == 0
    assert not (week.offenders["person"] >= 0).any()


def test_an_enterprise_is_as_large_as_its_free_offenders(lively_baseline):
    t, o = lively_baseline.traffickers, lively_baseline.offenders
    free = np.bincount(o["unit"], o["status"] == 1, minlength=len(t))
    active = t["active"] == 1
    assert np.array_equal(free[active], t["members"][active])
    assert not free[~active].any()


def test_enterprises_take_up_what_pays_and_give_up_what_does_not(base, tools):
    """Where handing over is known to bring much more than usual nearly all take it up; where it brings nothing, few."""
    from sim.rules.networks.change import review_portfolio

    portfolio_gain, settled = base["smuggling.portfolio_gain"], base["network.settled_weeks"]
    shares = {}
    for worth in (0.0, 0.2, 1.0, 100.0):
        week = Week(base.replace({"people.size": 20_000, "smuggling.exploiter_share": 0.3}), 1)
        t, counters = week.traffickers, np.zeros(len(COUNTER_INDEX))
        pairs, rules = week.state.s.pairs, week.state.p.change
        pairs["exploiting_brings"] = worth * portfolio_gain
        t["pair"][:] = 0
        there = np.flatnonzero(t["active"] == 1)
        for j in there:
            review_portfolio(t.view, pairs, rules, j, counters, -52 + settled - 1)  # too early for anyone
        assert not counters.any()
        for j in there:
            review_portfolio(t.view, pairs, rules, j, counters, -52 + settled)
        shares[worth] = (t["kappa"][there] > 0).mean()
        assert np.all((t["kappa"] == 0) | (t["kappa"] == t["able"]))
        moved = counters[C.TOOK_UP_EXPLOITATION] + counters[C.GAVE_UP_EXPLOITATION]
        assert (moved > 0) == (worth != 1.0)  # at the usual gain they are what they entered as
    assert shares[0.0] == 0 < shares[0.2] < shares[1.0] < shares[100.0]
    assert abs(shares[1.0] - 0.3) < 0.15


def test_scruples_that_are_spread_wider_keep_more_of_them_at_a_small_gain(base):
    from sim.rules.networks.change import review_portfolio

    left, settled = [], base["network.settled_weeks"]
    for spread in (0.5, 5.0):
        week = Week(base.replace({"people.size": 20_000, "smuggling.portfolio_spread": spread}), 1)
        t, rules, counters = week.traffickers, week.state.p.change, np.zeros(len(COUNTER_INDEX))
        pairs = week.state.s.pairs
        pairs["exploiting_brings"] = 0.2 * base["smuggling.portfolio_gain"]
        t["pair"][:] = 0
        for j in np.flatnonzero(t["active"] == 1):
            review_portfolio(t.view, pairs, rules, j, counters, -52 + settled)
        left.append((t["kappa"][t["active"] == 1] > 0).mean())
    assert left[0] < left[1]


def test_without_a_portfolio_enterprises_stay_what_they_were(base, tools):
    larger = base.replace({"people.size": 20_000})
    moved, fixed = tools.run(larger), tools.run(larger.replace({"mechanisms.portfolio": "off"}))
    assert total(moved, "took_up_exploitation", 0) + total(moved, "gave_up_exploitation", 0) > 0
    assert total(fixed, "took_up_exploitation", 0) == total(fixed, "gave_up_exploitation", 0) == 0
    t = fixed.traffickers
    assert np.array_equal(t["kappa"] > 0, t["scruple"] < 0)


def test_without_extortion_nobody_pays_twice(base, baseline, tools):
    week = tools.run(base.replace({"mechanisms.transit_extortion": "off"}))
    assert total(baseline, "extorted") > 0 == total(week, "extorted") == total(week, "exploited_travelling")


def test_without_claim_enforcement_nobody_stops_paying_or_is_gone_after(base, tools):
    lending = base.replace({"people.size": 20_000, "smuggling.exploiter_share": 1.0, "mechanisms.portfolio": "off"})
    on, off = tools.run(lending), tools.run(lending.replace({"mechanisms.claim_enforcement": "off"}))
    for name in ("in_arrears", "stopped_paying", "claims_pressed", "claims_kept"):
        assert total(on, name, 0) > 0 == total(off, name, 0)
    assert total(off, "handovers", 0) > 0 == total(off, "claims_enforced", 0)


def test_seekers_avoid_whom_they_see_through(base):
    """Between two quotes that differ in nothing but who would hand her over, a seeker who sees it takes the other."""
    week = Week(base, 1)
    for _ in range(10):
        week.advance()
    t, m, state = week.traffickers, week.migrants, week.state
    pair, k = state.fixed.offer_pair[t["home"][0], 0], 0
    two = np.array([0, 1])
    for name, value in (("taken", 0), ("capacity", 100), ("throughput", 1), ("known_bad", 0), ("known_all", 0)):
        t[name][two] = value
    t["fee"][two, k], t["kappa"][two] = 1_000.0, [0.8, 0.0]
    i = int(np.flatnonzero(m["here"] == t["home"][0])[0])
    m["channel"][i], m["cash"][i], m["stake"][i] = Channel.PROVIDER, 1e6, 20_000.0
    state.pairs["handover_harm"] = 500.0
    counters = np.zeros(len(COUNTER_INDEX))
    for seen, taken in ((0, 0), (1, 1)):
        market = state.p.market._replace(quotes=2, observable=seen)
        assert best_quote(state.s, state.p._replace(market=market), i, pair, two, counters, Now(0, 1, 1)) == taken


def test_symptoms_keep_people_silent(just, just_baseline, tools):
    silent, free = just_baseline, tools.run(just.replace({"mechanisms.trauma_weight": "off"}))
    assert tools.metric(free, "telling_share", 52) > tools.metric(silent, "telling_share", 52)


def test_lawlessness_at_home_lowers_trust_abroad_only_with_the_switch(lively, lively_baseline, tools):
    origins = lively_baseline.world.regions.rule_of_law < 0.3
    distrust = lively_baseline.state.s.law["distrust"]
    assert (distrust[origins] > distrust[~origins].max()).all()
    off, on = Week(lively.replace({"mechanisms.origin_trust": "off"}), 1), Week(lively, 1)
    off.advance()
    on.advance()
    assert not off.state.s.law["distrust"].any()
    assert np.array_equal(off.state.s.law["trust"], on.state.s.law["trust"])


# --- levers -----------------------------------------------------------------------------------------------------

# lever: (move, counter, direction) of the first thing that it must move
FIRST_EFFECTS = {
    "integrity.pay": (("set", 10.0), "officials_selling", -1),
    "integrity.monitoring": (("set", 1.0), "officials_selling", -1),
    "integrity.rotation": (("set", 6.0), "officials_selling", -1),
    "integrity.whistleblower": (("set", 1.0), "officials_selling", -1),
    "integrity.external_inspection": (("set", 1.0), "officials_caught", +1),
    "integrity.media_freedom": (("set", 1.0), "officials_selling", -1),
    "integrity.visa_transparency": (("set", 1.0), "bribes_papers", -1),
    "integrity.reach": (("set", 1.0), "chiefs_selling", -1),
    "integrity.ask_about_officials": (("set", 1.0), "officials_named", +1),
    "border.control": (("add", 0.3), "interceptions", +1),
    "border.screening": (("set", 1.0), "need_stopped", -1),
    "border.document_check": (("set", 1.0), "arrivals_papers", -1),
    "border.search_and_rescue": (("set", 1.0), "deaths", -1),
    "visa.slots_low": (("scale", 4.0), "visas_granted", +1),
    "visa.slots_high": (("scale", 0.0), "visas_granted", -1),
    "visa.wait": (("scale", 0.2), "visa_applications", +1),
    "visa.complexity": (("set", 0.0), "visas_brokered", -1),
    "visa.price": (("set", 20_000.0), "visas_granted", -1),
    "visa.refugee_access": (("set", 1.0), "departures_need_regular", +1),
    "asylum.access": (("set", 1.0), "safety_reached", +1),
    "status.deportation_effort": (("scale", 4.0), "removals", +1),
    "origin.danger_publicity": (("set", 10.0), "departures_provider", -1),
    "status.regularisation": (("set", 2.0), "regularised", +1),
    "status.firewall": (("set", 1.0), "misidentified_removed", -1),
    "work.inspection": (("set", 1.0), "exit_inspection", +1),
    "work.employer_penalty": (("scale", 20.0), "penalties", +1),
    "work.back_pay": (("set", 1.0), "back_pay", +1),
    "police.raids": (("set", 1.0), "exit_raid", +1),
    "demand.buyer_penalty": (("set", 2.0), "slots", -1),
    "protection.reflection_days": (("set", 180.0), "stock_protected", +1),
    "protection.conditional": (("set", 0.0), "removed_silent", -1),
    "protection.permit": (("set", 1.0), "permits", +1),
    "protection.places": (("set", 0.0), "reflection_granted", -1),
    "protection.hotline": (("set", 1.0), "exit_hotline", +1),
    "protection.outreach": (("set", 1.0), "exit_outreach", +1),
    "agency.knowledge": (("set", 0.0), "recognised", -1),
    "agency.authority": (("set", 0.0), "recognised", -1),
    "agency.goodwill": (("set", 0.0), "recognised", -1),
    "justice.penalty_exploitation": (("set", 1000.0), "controlled", -1),
    "return.reintegration": (("set", 1.0), "reintegrated", +1),
    "return.screening": (("set", 1.0), "identified_on_return", +1),
    "return.safe": (("set", 1.0), "returned_safely", +1),
    "return.speed": (("set", 1.0), "stock_detained", -1),
    "status.punish_entry": (("set", 0.0), "punished", -1),
    "police.reactive": (("set", 0.0), "leads", -1),
    "police.proactive": (("set", 1.0), "leads_proactive", +1),
    "police.disruptive": (("set", 1.0), "disruptions", +1),
    "police.financial": (("set", 1.0), "financial_weeks", +1),
    "police.community": (("set", 1.0), "exit_neighbour", +1),
    "police.metric": (("set", 1.0), "case_weeks", -1),
    "police.node_random": (("set", 1.0), "arrests_facilitators", +1),
    "police.node_connected": (("set", 1.0), "arrests_facilitators", +1),
    "police.node_bridge": (("set", 1.0), "arrests_facilitators", +1),
    "police.node_broker": (("set", 1.0), "arrests_facilitators", +1),
    "police.node_leader": (("set", 1.0), "beheaded", +1),
    "police.node_scarcest": (("set", 1.0), "arrests_facilitators", +1),
    "police.watch": (("set", 52.0), "operations", -1),
    "police.operation_size": (("set", 10.0), "arrests_facilitators", +1),
    "coop.vetting": (("set", 1.0), "operations_leaked", -1),
    "intel.cells": (("set", 1.0), "leads_proactive", +1),
    "coop.joint_teams": (("set", 1.0), "joint_cases", +1),
    "coop.formal_speed": (("set", 1.0), "joint_cases", +1),
    "coop.sharing": (("set", 1.0), "leads_shared", +1),
    "budget.other_crime": (("set", 1.0), "case_weeks", -1),
    "agency.staff": (("set", 0.0), "recognised", -1),
    "agency.mandate": (("set", 0.0), "recognised", -1),
    "agency.priority": (("set", 0.0), "recognised", -1),
    "justice.penalty_smuggling": (("set", 1000.0), "contracts", -1),
    "justice.capacity": (("set", 0.0), "trials", -1),
    "justice.means_required": (("set", 0.0), "charged_exploitation", +1),
    "justice.early_deposition": (("set", 1.0), "depositions", +1),
    "justice.non_punishment": (("set", 1.0), "told", 0),
    "justice.witness_protection": (("set", 1.0), "recanted", -1),
    "justice.family_protection": (("set", 1.0), "recanted", 0),
    "justice.asset_freeze": (("set", 1.0), "frozen", +1),
    "justice.confiscation": (("set", 0.0), "seized", -1),
    "justice.compensation": (("set", 1.0), "compensation", +1),
    "justice.compel": (("set", 1.0), "witnesses_compelled", +1),
    "justice.legal_aid": (("set", 1.0), "claims", +1),
    "protection.permit_conditional": (("set", 1.0), "permits", -1),
    "protection.permit_cap": (("set", 0.0), "permits", -1),
    "protection.assist_rule": (("set", 1.0), "reflection_granted", -1),
    "protection.quality": (("set", 1.0), "statements", +1),
    "protection.needs_first": (("set", 1.0), "statements", +1),
    "protection.scope": (("set", 0.0), "recognised", 0),
    "protection.rights_information": (("set", 1.0), "told", 0),
    "protection.referral": (("set", 1.0), "not_referred", -1),
    "protection.independence": (("set", 0.0), "told", 0),
    "border.carrier_liability": (("set", 1.0), "carrier_refusals", +1),
    "border.pushback": (("set", 1.0), "pushbacks", +1),
    "coop.extradition": (("set", 1.0), "extradited", +1),
    "visa.staff": (("set", 0.05), "visa_backlog", +1),
    "visa.tied_to_employer": (("set", 1.0), "arrivals_tied", +1),
    "free_movement": (("set", 1.0), "moved_freely", +1),
    "region.outside_profit": (("scale", 5.0), "contracts", -1),
    "work.informal_coverage": (("set", 1.0), "exit_inspection", +1),
    "work.recruiter_licensing": (("set", 1.0), "offers_deceptive", -1),
    "work.contract_corridors": (("set", 1.0), "back_pay", +1),
    "work.supply_chain_audit": (("set", 1.0), "slots_audited", +1),
    "demand.seller_penalty": (("set", 20.0), "workers_sex", 0),
    "demand.licensing": (("set", 1.0), "demand_licensed", +1),
    "demand.campaign": (("set", 1.0), "demand", -1),
    "demand.client_reporting": (("set", 1.0), "client_tips", +1),
    "demand.boycott": (("set", 1.0), "demand", 0),
    "mission.size": (("set", 50.0), "demand_mission", +1),
    "mission.conduct": (("set", 1.0), "demand_mission", -1),
    "mission.immunity": (("set", 0.0), "client_tips", 0),
    "mission.patrols": (("set", -1.0), "demand_mission", +1),
    "origin.development": (("set", 3.0), "departures_provider", 0),
    "origin.fear_campaign": (("set", 1.0), "departures_provider", 0),
    "origin.information_campaign": (("set", 1.0), "visas_brokered", -1),
    "origin.information_centre": (("set", 1.0), "believed_visa_chance", -1),
    "origin.travel_limits_women": (("set", 1.0), "departures_women_regular", -1),
    "society.awareness": (("set", 1.0), "exit_neighbour", +1),
    "society.community_engagement": (("set", 1.0), "exit_neighbour", +1),
    "society.stigma": (("set", 0.0), "told", 0),
    "society.xenophobia": (("set", 1.0), "recognised", -1),
    "protection.guardians": (("set", 1.0), "guardians", +1),
    "protection.child_places": (("set", 50.0), "children_in_care", +1),
    "protection.age_assessment": (("set", 1.0), "children_recognised", +1),
    "protection.child_outreach": (("set", 1.0), "children_met", +1),
    "protection.child_registration": (("set", 1.0), "children_registered", +1),
    "status.transit_detention": (("set", 1.0), "transit_held", +1),
    "status.dispersal": (("set", 1.0), "dispersed", +1),
    "return.consular_visits": (("set", 1.0), "found_by_consul", +1),
    "justice.seized_for_care": (("set", 1.0), "care_from_assets", +1),
    "justice.inquiry_limit": (("set", 8.0), "cases_dropped", +1),
    "integrity.accounts": (("set", 1.0), "officials_caught", +1),
    "region.conflict": (("set", 1.0), "fell_into_need", +1),
    "region.income": (("scale", 0.5), "remittances", -1),
    "region.employment": (("set", 0.2), "departures_provider", 0),
    "region.rule_of_law": (("set", 0.0), "interceptions", -1),
    "work.offers_believed": (("set", 1.0), "offers_deceptive", +1),
    "demand.level": (("scale", 0.5), "demand", -1),
    "border.closed": (("set", 1.0), "crossings", -1),
}
# so much happens there that the levers of these groups show in some thousand people
SHOWN_IN = {
    **dict.fromkeys(("border", "visa", "asylum", "origin", "region", "free_movement"), "base"),
    **dict.fromkeys(("police", "intel", "coop", "budget", "agency", "justice", "protection", "return"), "just"),
    "integrity": "sold",
    "mission": "hosting",
    "status.deportation_effort": "base",
    "society.awareness": "seen",
    "society.community_engagement": "seen",
    "society.stigma": "just",
    "society.xenophobia": "just",
    **dict.fromkeys(("work.informal_coverage", "work.recruiter_licensing", "work.supply_chain_audit"), "seen"),
    "work.inspection": "seen",
    **dict.fromkeys(("demand.seller_penalty", "demand.client_reporting", "demand.boycott"), "seen"),
    "mission.size": "lively",
}


@pytest.mark.parametrize("lever", one_in(4, sorted(FIRST_EFFECTS)))
def test_every_lever_moves_what_it_is_for(lever, request, tools):
    (op, value), counter, direction = FIRST_EFFECTS[lever]
    name = SHOWN_IN.get(lever, SHOWN_IN.get(lever.split(".")[0], "lively"))
    base = request.getfixturevalue(name)
    baseline = request.getfixturevalue("baseline" if name == "base" else f"{name}_baseline")
    if lever in ("police.watch", "police.operation_size", "coop.vetting"):
        base = base.replace({"police.node_random": 1.0, "people.size": 40_000})
        if lever == "coop.vetting":  # which matters where somebody sells
            base = base.replace({"mechanisms.corruption": "on", "official.captured_start": 1.0, "official.base": 3.0,
                                 "official.career": 0.2})  # fmt: skip
        baseline = tools.run(base)
    # a few charges a year need more people
    if lever in ("justice.means_required", "justice.compel", "justice.confiscation", "protection.permit_conditional"):
        base, baseline = request.getfixturevalue("just_larger")
    if lever == "demand.boycott":  # which follows what can be seen
        base = base.replace({"work.predatory_share": 0.4})
        baseline = tools.run(base)
    if lever in ("work.contract_corridors", "status.firewall"):  # people on a visa, and people removed unrecognised
        base = base.replace({"people.size": 20_000})
        baseline = tools.run(base)
    if lever == "coop.formal_speed":  # which answers letters, and few are written
        base = base.replace({"coop.asked": 1.0, "police.metric": 0.0, "people.size": 20_000})
        baseline = tools.run(base)
    if lever == "justice.compensation":  # which pays where nothing was seized
        base = base.replace({"justice.asset_freeze": 0.0})
        baseline = tools.run(base)
    moved = with_move(base, lever, op, value)
    week = tools.run(moved)
    before, after = total(baseline, counter), total(week, counter)
    if lever == "police.operation_size":  # which few operations show: three runs
        before += sum(total(tools.run(base, seed), counter) for seed in (2, 3))
        after += sum(total(tools.run(moved, seed), counter) for seed in (2, 3))
    if direction:
        assert direction * (after - before) > 0, (before, after)
    else:  # small in a few thousand people, and of a sign that is not for us to say
        assert not np.array_equal(week.counters, baseline.counters, equal_nan=True)
    assert tools.alike(week, baseline, 52), "moved before it started"


def test_a_penalty_for_those_who_do_such_work_keeps_people_from_looking_there(lively):
    """It acts on whoever looks for work, and on nobody who is made to do it (EC 2.10)."""
    week = Week(lively, 1)
    for _ in range(60):
        week.advance()
    sectors = week.world.sectors
    rows = np.flatnonzero(np.isin(week.migrants["stage"], (Stage.HOME, Stage.ARRIVED)))
    week.state.cells["vacant"] = 10.0  # every kind of work is there to be chosen
    chosen = {}
    for penalty in (0.0, 20.0):
        week.levers.now["demand.seller_penalty"] = np.full((len(week.world.regions.name), len(sectors.name)), penalty)
        week.levers.now["demand.seller_penalty"] *= sectors.commercial_sex
        week.state.cells["deterred"] = deterred_from_work(week.state)
        s, now = week.state.s, Now(week.week, 1, 1)
        turn, cell = np.empty(len(rows)), np.empty(len(rows), np.int64)
        look = week.agenda.passes.look_for_work
        look(s.people, s.cells, s.sectors, week.state.p.hire, now, rows, turn, cell)
        chosen[penalty] = sectors.commercial_sex[cell[cell >= 0] % len(sectors.name)].sum()
    assert 0 < chosen[20.0] < 0.5 * chosen[0.0]


def test_no_lever_without_a_first_effect():
    assert not set(FIRST_EFFECTS) & set(SHOWN)
    assert set(FIRST_EFFECTS) | set(SHOWN) == set(LEVERS)


def test_rescue_and_screening_leave_visas_alone(base, baseline, tools):
    week = tools.run(with_move(base, "border.search_and_rescue", "set", 1.0))
    assert total(week, "deaths") == 0 < total(baseline, "deaths")
    assert np.array_equal(week.levers.now["visa.slots_low"], baseline.levers.now["visa.slots_low"])


def test_an_announced_closing_is_felt_before_it_comes(base, baseline, tools):
    closing = with_move(base, "border.control", "add", 0.4, start=60.0, announce=40.0)
    week = tools.run(closing)
    until_start = slice(52 + 20, 52 + 60)
    assert tools.alike(week, baseline, 52 + 20)
    before = baseline.counters[until_start, C.FEE_SUM].sum() / baseline.counters[until_start, C.CONTRACTS].sum()
    after = week.counters[until_start, C.FEE_SUM].sum() / week.counters[until_start, C.CONTRACTS].sum()
    assert after > before


def test_operations_leave_borders_and_visas_alone(just, just_baseline, tools):
    week = tools.run(with_move(just, "police.node_connected", "set", 1.0))
    for name in ("border.control", "visa.slots_low", "protection.places", "agency.staff"):
        assert np.array_equal(week.levers.now[name], just_baseline.levers.now[name])
    # people at home meet the same luck: what they decide before a market that differs is the same
    assert tools.alike(week, just_baseline, 52)


def test_removal_hazard_is_the_declared_one(base, tools):
    """Removals per person-year without status equal effort times the rate at full effort."""
    week = tools.run(with_move(base.replace({"people.size": 20_000}), "status.deportation_effort", "set", 0.5))
    exposure = week.counters[60:, C.STOCK_IRREGULAR].sum() / 52
    removed = week.counters[64:, C.REMOVALS].sum()
    assert removed / exposure == pytest.approx(0.5 * 0.6, rel=0.1)


# --- hold ---------------------------------------------------------------------------------------------------------

CAN_BE_HELD = sorted(name for name, item in SWITCHES.items() if "hold" in item.options)
HELD = sorted(set(CAN_BE_HELD) - set(HELD_TOGETHER))


def test_holding_without_a_policy_changes_nothing(base, baseline, tools):
    week = tools.run(base.replace({f"mechanisms.{name}": "hold" for name in HELD if name != "government_reaction"}))
    assert tools.fingerprint(week) == tools.fingerprint(baseline)


# what moves each mechanism, and the array that is held
MOVERS = {
    "demand_displacement": ("demand.buyer_penalty", "set", 2.0, lambda week: week.state.cells["demand_next_door"]),
    "government_reaction": ("agency.knowledge", "set", 0.0, lambda week: week.state.governments["staff"]),
    "transit_extortion": ("border.control", "add", 0.3, lambda week: week.state.pairs["onward_fee"]),
    "belief_learning": ("border.control", "add", 0.3, lambda week: week.state.pairs["heard_failure"]),
    "client_tips": ("demand.buyer_penalty", "set", 2.0, lambda week: week.state.cells["hazards"][..., TIP]),
    "control_capacity": ("police.raids", "set", 1.0, lambda week: week.venues["shadow"]),
    "corruption": ("integrity.monitoring", "set", 1.0, lambda week: week.state.units["share"]),
    "crowding": ("border.control", "add", 0.3, lambda week: week.state.legs["crowded"]),
    "debt_finance": ("status.deportation_effort", "scale", 5.0, lambda week: week.state.regions["recoverable"]),
    "deportation_fear": ("status.deportation_effort", "scale", 5.0, lambda week: week.state.regions["fear"]),
    "network_replacement": ("border.control", "add", 0.3, lambda week: week.state.nodes["idle"]),
    "pay_answers": ("status.deportation_effort", "scale", 5.0, lambda week: week.state.regions["wage_index"]),
    "private_venues": ("police.raids", "set", 1.0, lambda week: week.venues["visibility"]),
}


def test_holding_entry_and_exit_keeps_who_is_there(base):
    """Enterprises that were arrested, or joined another, differ; nobody enters because of the policy."""
    moved = with_move(base, "border.control", "add", 0.3)
    free, held, plain = (Week(moved, 1), Week(moved.replace({"mechanisms.entry_exit": "hold"}), 1), Week(base, 1))
    others = {"free": 0, "held": 0}
    for number in range(-52, 60):
        for week in (free, held, plain):
            week.advance()
        named = plain.state.moves > 0
        for name, week in (("free", free), ("held", held)):
            entered = (week.traffickers["entered"] == number) & (week.traffickers["active"] == 1)
            others[name] += (entered & ~named).sum() if number >= 0 else 0
    assert others["held"] == 0 < others["free"]
    assert np.array_equal(held._twin.state.moves, plain.state.moves)


def test_held_routes_are_those_of_the_twin(base):
    moved = with_move(base, "border.control", "add", 0.3)
    free, held, plain = (Week(moved, 1), Week(moved.replace({"mechanisms.rerouting": "hold"}), 1), Week(base, 1))
    for _ in range(52 + 60):
        for week in (free, held, plain):
            week.advance()
    theirs = plain.traffickers

    def elsewhere(week):
        t = week.traffickers
        same = (t["generation"] == theirs["generation"]) & (t["active"] == 1) & (theirs["active"] == 1)
        same &= t["capacity"] > 0  # one whose people are all held reviews nothing
        return (t["route"][same] != theirs["route"][same]).sum()

    assert elsewhere(held) == 0 < elsewhere(free)


@pytest.mark.parametrize("name", one_in(2, sorted(MOVERS)))
def test_a_held_mechanism_is_that_of_the_twin_without_policies(name, base):
    lever, op, value, array = MOVERS[name]
    if name == "client_tips":
        base = base.replace({"people.size": 20_000, "exit.client_tip": 2.0})
    if name == "control_capacity":
        base = base.replace({"work.control_room": 0.005})  # so that attention has a price
    if name == "corruption":
        base = base.replace({"official.captured_start": 0.8, "official.approach": 5.0})
    if name == "debt_finance":
        # where fees are high what lenders expect to recover decides who may borrow
        base = base.replace({"people.size": 20_000, "smuggling.transport_scale": 3.0, "debt.lending": 10.0})
    if name == "government_reaction":
        # what is recorded in the second year is set against the first
        base = base.replace({"mechanisms.government_reaction": "on", "time.years": 3.0, "agency.meetings": 100.0,
                             "people.size": 20_000, "enforcement.raids": 0.3})  # fmt: skip
    moved = with_move(base, lever, op, value, start=60.0 if name == "government_reaction" else 0.0)
    free, held = Week(moved, 1), Week(moved.replace({f"mechanisms.{name}": "hold"}), 1)
    plain = Week(base, 1)
    weeks = 52 + (110 if name == "government_reaction" else 60)
    for _ in range(weeks):
        for week in (free, held, plain):
            week.advance()
    assert not np.array_equal(array(free), array(plain))
    # arrays that a week starts from are taken over as it starts
    copy_held(held._held, BEFORE, held.state, held._twin.state)
    assert np.array_equal(array(held), array(plain))
    assert not np.array_equal(held.counters, free.counters, equal_nan=True)
    assert np.array_equal(held._twin.counters[:weeks], plain.counters[:weeks], equal_nan=True)


def test_holding_everything_under_a_policy_without_dose_is_the_baseline(base, baseline, tools):
    """The twin is there and everything is read from it: the same run, bit for bit."""
    held = with_move(base, "border.control", "add", 0.3).replace(
        {f"mechanisms.{name}": "hold" for name in HELD if name != "government_reaction"}
    )
    idle = replace(held, policies=tuple(replace(policy, dose=0.0) for policy in held.policies))
    week = tools.run(idle)
    assert week._twin is not None
    assert tools.fingerprint(week) == tools.fingerprint(baseline)


def test_every_switch_that_can_be_held_has_a_test_of_it():
    assert set(HELD) == {*MOVERS, "entry_exit", "rerouting"}
    assert set(HELD_TOGETHER) < set(CAN_BE_HELD)


def test_a_lever_of_agencies_can_reach_one_kind_alone(lively, tools):
    # fewer who are recognised would deter fewer, and more could be
    undeterred = {"justice.penalty_exploitation": 0.0, "enforcement.employer_penalty": 0.0}
    inspected = lively.replace({"enforcement.inspection": 0.5, "people.size": 20_000} | undeterred)
    plain = tools.run(inspected)
    before = plain.state.agencies["knowledge"].reshape(-1, KINDS)
    for kind in (AgencyKind.POLICE, AgencyKind.INSPECTORATE, AgencyKind.SERVICES):
        week = tools.run(with_move(inspected, "agency.knowledge", "set", 0.0, ("agency", kind.name.lower())))
        knowledge = week.state.agencies["knowledge"].reshape(-1, KINDS)
        assert np.all(knowledge[:, kind] == 0.0)
        assert np.all(before[:, kind] > 0.0)
        others = np.arange(KINDS) != kind
        assert np.array_equal(knowledge[:, others], before[:, others])
        assert total(week, "recognised") < total(plain, "recognised"), kind


def test_registered_contracts_bring_back_pay_to_those_who_came_on_a_visa(lively, lively_baseline):
    week = Week(with_move(lively, "work.contract_corridors", "set", 1.0), 1)
    for _ in range(52 + 8):
        week.advance()
    m, s = week.migrants, week.state.s
    chance = np.array([chance_of_back_pay(m.view, s.law, s.contracts, i, m["here"][i]) for i in range(len(m))])
    abroad = (m["stage"] == Stage.WORKING) & (m["here"] != m["home"])
    papers = np.isin(m["legal"], (Legal.REGULAR, Legal.TIED))
    visa = abroad & papers & (m["entered"] == Channel.REGULAR)
    assert visa.any()
    assert np.all(chance[visa] == 1.0)
    others = ~papers
    usual = lively_baseline.state.levers.start["work.back_pay"][m["here"]]
    assert np.array_equal(chance[others], usual[others])
