"""Declared parameters of labels and observation, of what agencies look at, and of what is kept; see the package."""

from __future__ import annotations

from sim.ground.quantities import Parameter

P = Parameter

# one declaration reads like a row of a table
# fmt: off
# of what a run watches beside its metrics
WHAT_IS_KEPT: tuple[Parameter, ...] = (
    P("events", False, "", 0, 1, "keep every event of every person (week, person, from, to, cause, counterparty)"),
    P("panels", "off", "", 0, 1, "keep truth and records of every week: off, or by region and agency",
      options=("off", "region")),
    P("captures", False, "", 0, 1,
      "keep the lists on which people stand, by year: agencies that recognised and entered them, links between lists"),
    P("kept_most", 5_000_000, "count", 1, 10**9,
      "rows of a panel, and people times years of captures, that a run keeps at most; one that has more fails"),
)
OBSERVING_PARAMETERS: tuple[Parameter, ...] = (
    # cut-offs of the model's own labels; agencies have theirs
    P("labels.unpaid", 0.5, "share", 0, 1, "share of the value of work below which pay that is credited counts as "
      "underpaid, and as abuse where an agency meets a person", "C4-M01, C7-M17", "A"),
    P("labels.held", 0.5, "share", 0, 1, "own exits, over those with secure status, no debt and no control, below "
      "which a person counts as held", "C4-M01", "A"),
    P("labels.signs", 2, "count", 1, 6, "signs of six from which on work counts as forced labour", "C7-M17", "A"),
    P("observation.again_weeks", 104, "weeks", 1, 1040, "weeks within which a new spell counts as exploitation again",
      "EC 3.6", "E"),
    P("observation.cohort_weeks", 104, "weeks", 1, 1040, "weeks for which exploited weeks of a cohort of departures "
      "are counted"),
    P("observation.delay_most", 52, "weeks", 0, 520, "weeks after which everything that is entered has been entered"),
    P("observation.window", 26, "weeks", 1, 520, "weeks over which concentration and entropy are measured",
      "C4-S03", "A"),
    P("observation.large", 10, "people", 1, 1000, "members from which on an enterprise counts as large"),
    # ways out of exploitation
    P("exit.lawless", 0.3, "share", 0, 1, "tips by clients and contact with health services where no law holds, over "
      "those at full rule of law"),
    P("exit.promoted_pay", 0.8, "share", 0, 1, "share of the value of work that a promoted person is credited at least",
      "C1-M44", "E"),
    P("exit.promoted_weeks", 52, "weeks", 1, 520, "weeks until the terms of a promoted person are reviewed",
      "C1-M44", "E"),
    P("telling.symptoms_after", 4, "weeks", 0, 520, "weeks of exploitation after which heavy symptoms can be left",
      "C7-M15", "A"),
    P("telling.symptoms_last", 2.0, "years", 0, 20, "years until heavy symptoms clear for those who still have them at "
      "the last point", "C7-M15", "A"),
    P("telling.engaged_trust", 0.3, "ratio", 0, 10, "by how much full work with communities raises trust in "
      "authorities",
      "C7-P09", "A"),
    P("return.recent_weeks", 104, "weeks", 1, 1040, "weeks after exploitation for which people who are removed are "
      "screened and counted as exploited", "EC 3.6", "E"),
    # agencies: whom they meet, what they look at, what they have
    P("agency.complaint_inspectorate", 0.2, "share", 0, 1, "share of complaints that come to the inspectorate where "
      "inspectors do not reach", "C9-M30", "A"),
    P("agency.complaint_inspected", 0.5, "share", 0, 1, "how much more complaints come to the inspectorate where "
      "inspectors reach the whole sector"),
    P("agency.staff_cost", 60_000.0, "US$/year", 0, 1e6, "what a member of an agency costs where pay is that of "
      "agency.staff_cost_wage"),
    P("agency.staff_cost_wage", 600.0, "US$/week", 1, 1e5, "wage with papers at which that cost holds; elsewhere it is "
      "in proportion"),
    P("agency.meetings_kept", 4.0, "weeks", 1, 52, "weeks for which an agency can make up for meetings that it did not "
      "take up"),
    P("budget.least_left", 0.1, "share", 0, 1, "share of an agency's staff that no policy's cost takes from it",
      "C13-X14", "A"),
    P("police.raid_specialised", 0.6, "share", 0, 1, "share of people found in raids and closures whom specialised "
      "police meet first", "C9-M30", "A"),
    P("police.tip_specialised", 0.2, "share", 0, 1, "share of tips, and of complaints to police, that come to "
      "specialised police", "C9-M30", "A"),
    P("police.community_reports", 2.0, "ratio", 0, 50, "by how much full community policing raises tips by neighbours",
      "C5-P12", "A"),
    P("police.upward", 0.5, "ratio", 0, 10, "how strongly what is known of a network leads to those who are least "
      "exposed, over how chance leads to the exposed", "C9-M12", "A"),
    P("police.looks", 16, "count", 1, 16, "venues that an officer looks at for one lead before giving up for the week"),
    P("police.looks_enterprises", 64, "count", 1, 10_000, "enterprises that an officer looks at for one lead before "
      "giving up for the week"),
    P("police.enterprise_seen", 12.0, "clients in 4 weeks", 0.1, 10_000, "capacity at which police who look at an "
      "enterprise without skill see what it does in 63 of 100 looks", "C1-M42, C10-M12", "A"),
    P("police.case_depth", 0.5, "share", 0, 1, "weight of evidence of control in the depth of a case; that of the "
      "network is the rest", "C9-M07", "A"),
    P("police.case_rung", 0.1, "ratio", 0, 1, "worth of each rung of cooperation of the witness in the depth of a case",
      "C9-M16", "A"),
    P("police.case_begun", 0.3, "ratio", 0, 10, "how much sooner a case is worked on that has been begun"),
    P("police.case_noise", 0.3, "ratio", 0, 10, "spread by chance in which cases are worked on"),
    # what is kept of what nobody took, and of what was withheld
    P("protection.places_kept", 13.0, "weeks", 1, 520, "weeks for which a part of a place in safe accommodation that "
      "nobody took is kept"),
    P("protection.permits_kept", 52.0, "weeks", 1, 520, "weeks for which permits that nobody took are kept",
      "C9-M58", "A"),
    P("justice.wealth_kept", 0.98, "share", 0, 1, "share of the means of controllers that can still be found after "
      "four weeks", "C9-M25", "A"),
)
# fmt: on
