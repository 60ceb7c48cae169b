"""Declared parameters of officials and bribes; see :mod:`sim.declared.parameters`."""

from __future__ import annotations

from sim.ground.quantities import Parameter

P = Parameter

# one declaration reads like a row of a table
# fmt: off
CORRUPTION_PARAMETERS: tuple[Parameter, ...] = (
    P("official.posts", 8.0, "per 1000 at risk", 0, 1000, "officials whose post has something to sell", "C2-M06", "A"),
    P("official.integrity_spread", 0.18, "share", 0, 1, "spread of integrity among those of one place"),
    P("official.strained", 0.12, "share", 0.001, 1, "officials with private debts or another personal trigger",
      "C2-M03", "A"),
    P("official.predatory", 0.15, "share", 0, 1, "officials who, when they sell, demand all that it is worth, offered "
      "or not", "C2-M10", "A"),
    P("official.reach_alone", 0.5, "share", 0, 1, "officers who sell to people without a provider, who know nobody, "
      "among those who sell", "C2-M11, C2-M32", "A"),
    P("official.on_shift", 0.6, "share", 0, 1, "crossings that an enterprise can time to the shifts of an officer on "
      "its books; 0: nobody keeps one"),
    P("official.integrity_base", 0.3, "share", 0, 1, "mean integrity of officials where no law holds", "C2-M03", "A"),
    P("official.integrity_law", 0.5, "share", 0, 1, "by how much full rule of law raises mean integrity",
      "C2-M03", "A"),
    P("official.captured_chief", 0.5, "ratio", 0, 10, "chiefs who sell when a run starts, over line officers",
      "C2-M28", "A"),
    P("official.least_there", 0.2, "ratio", 0, 1,
      "officials of a place where hardly anyone is, over the mean of all places"),
    P("official.memory", 0.25, "share", 0.01, 1,
      "weight of the newest four weeks in what is known of a post's events and their worth"),
    P("official.chief_cut", 0.3, "share", 0, 1, "what a chief is given of what a line officer takes", "C5-S35", "A"),
    P("official.line_of_chief", 5.0, "count", 1, 100, "line officers who answer to one chief, however large the unit"),
    P("official.quiet", 0.005, "per officer in 4 weeks", 0, 10,
      "approaches to an officer below which buyers have gone", "C2-M05", "A"),
    P("official.lapse", 0.1, "share", 0, 1, "chance in four weeks that an understanding then ends"),
    P("official.former_kept", 0.95, "share", 0, 1,
      "share of dismissed officials who are still in touch after four weeks", "C2-M07", "A"),
    P("official.whistle_weight", 0.1, "share", 0, 1,
      "chance that a sale comes to light through colleagues where whistle-blowers are fully protected", "C5-P16", "A"),
    P("official.named_found", 0.5, "share", 0, 1, "chance that an official named in a statement is found out",
      "C2-P16", "A"),
    P("official.least_passes", 0.25, "crossings in 4 weeks", 0.01, 100,
      "crossings for which an officer on the books is paid at least"),
    P("official.worth_weeks", 26.0, "weeks", 0, 520,
      "weeks of what is withheld that a controller saves where officials are paid not to meet a person", "C2-M25", "A"),
    P("official.in_kind", 0.1, "share", 0, 1, "sales to places in commercial sex that are paid in services of people "
      "who work there", "C2-M20", "A"),
    P("official.captured_start", 0.25, "share", 0, 1,
      "line officers who sell when a run starts, where no law holds", "C2-M01", "A"),
    P("official.base", -1.0, "ratio", -20, 20, "log odds of a situation in which an official could turn, at no strain "
      "and no integrity", "C2-M03", "A"),
    P("official.approach", 1.0, "ratio", 0, 50, "approaches to an official for each event that could be bought off",
      "C2-M05", "A"),
    P("official.deprivation", 2.0, "ratio", 0, 20, "weight of pay below the cost of living in it", "C2-M04", "A"),
    P("official.peers", 5.0, "ratio", 0, 20, "weight of colleagues who sell unpunished in it", "C2-M04", "A"),
    P("official.honour", 6.0, "ratio", 0, 20, "weight of integrity in it", "C2-M03", "A"),
    P("official.career", 4.0, "years", 0, 60, "years of pay that being found out costs", "C2-M12", "A"),
    P("official.moral", 8.0, "weeks", 0, 520, "weeks of pay that a sale must be worth to someone of full integrity"),
    P("official.bargain", 0.5, "share", 0, 1, "share of what a sale is worth above the least price that goes to the "
      "official", "C2-M12", "A"),
    P("official.discount", 0.7, "ratio", 0, 1, "least price of an official who has sold before, over that of the first "
      "sale: whoever can be blackmailed sells cheaper", "C2-M08, C2-M09", "A"),
    P("official.shield", 0.8, "share", 0, 1, "share of internal control that a chief who sells switches off",
      "C5-S35", "A"),
    P("official.scandal", 0.03, "share", 0, 1, "chance that a free press brings one sale to light, per share of the "
      "unit that sells", "C2-P13", "A"),
    P("official.posting", 5.0, "years", 0.1, 60, "mean years in a post without a policy of rotation"),
    P("official.skill_lost", 0.1, "share", 0, 1, "skill that a unit lacks whose officers change every year",
      "C5-P16", "A"),
    P("official.known", 0.5, "ratio", 0, 20, "approaches made through a dismissed colleague, over those made in the "
      "dark", "C2-M07", "A"),
    P("official.papers", 3.0, "/year", 0, 1000, "genuine papers that a consular officer who sells can issue",
      "C2-M17", "Q"),
    P("official.fronts", 0.4, "share", 0, 1, "share of papers.genuine_supply that needs no official: study, marriage, "
      "work that is not there", "C10-M29", "Q"),
    P("official.briefed", 3.0, "count", 1, 100, "officers who know of a raid before it comes", "C2-M25", "A"),
    # start values of levers
    P("integrity.pay", 1.0, "ratio", 0, 10, "start value of integrity.pay, less where law works badly", "C2-M04", "A"),
    P("integrity.monitoring", 0.06, "share", 0, 1, "start value of integrity.monitoring at full rule of law",
      "C5-P15", "A"),
    P("integrity.rotation", 0.0, "/year", 0, 12, "start value of integrity.rotation", "C5-P16", "A"),
    P("integrity.whistleblower", 0.1, "share", 0, 1, "start value of integrity.whistleblower, likewise", "C5-P16", "A"),
    P("integrity.external_inspection", 0.01, "share", 0, 1, "start value of integrity.external_inspection, likewise",
      "C5-P15", "A"),
    P("integrity.media_freedom", 0.7, "share", 0, 1, "start value of integrity.media_freedom, likewise", "C2-P13", "A"),
    P("integrity.visa_transparency", 0.2, "share", 0, 1, "start value of integrity.visa_transparency, likewise",
      "C2-M21", "A"),
    P("integrity.reach", 0.0, "share", 0, 1, "start value of integrity.reach", "C5-S35", "A"),
    P("integrity.ask_about_officials", 0.1, "share", 0, 1, "start value of integrity.ask_about_officials, likewise",
      "C2-P16", "A"),
)
# fmt: on
