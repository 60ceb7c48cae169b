"""Metrics of officials and bribes: who sells, what is bought, who pays."""

from __future__ import annotations

from functools import partial

from sim.declared.measures.metrics import CORRUPTION, MOVEMENT, Metric

M = partial(Metric, topic=CORRUPTION)
SUMS = ("bribes_border_sum", "bribes_retainers_sum", "bribes_alone_sum", "bribes_papers_sum", "bribes_places_sum",
        "bribes_custody_sum", "bribes_court_sum", "bribes_transit_sum")  # fmt: skip

# one metric reads like a row of a table: name, kind, unit, meaning, counters
# fmt: off
CORRUPTION_METRICS: tuple[Metric, ...] = (
    M("captured_posts", "ratio", "share", "officials who sell, among those whose post has something to sell",
      ("officials_selling",), ("officials",), headline=True, label="Officials who sell", short="all officials"),
    M("captured_border_posts", "ratio", "share", "line officers at borders who sell", ("line_border_selling",),
      ("line_border",), label="Border officers who sell", short="border officers"),
    M("captured_chiefs", "ratio", "share", "chiefs of units who look away and share", ("chiefs_selling",), ("chiefs",),
      label="Chiefs who look away", short="chiefs of units"),
    M("bribes", "flow", "US$/year", "bribes paid, at every post", SUMS, headline=True, label="Bribes paid"),
    M("bribes_border", "flow", "US$/year", "bribes paid by providers at borders", ("bribes_border_sum",),
      label="Bribes paid at borders", short="providers, at borders: in fees and debts"),
    M("officers_retained", "stock", "people", "border officers on the books of one enterprise", ("retainers",),
      topic=MOVEMENT),
    M("bribes_retainers", "flow", "US$/year", "what enterprises pay border officers on their books",
      ("bribes_retainers_sum",), short="providers, to officers on their books", topic=MOVEMENT),
    M("retained_passes", "ratio", "share", "guided crossings let through by such officers, among those detected",
      ("retained_passes",), ("guided_detected",), topic=MOVEMENT),
    M("bribes_alone", "flow", "US$/year", "what people without a provider pay to officers at borders",
      ("bribes_alone_sum",), tag="impact", short="people without a provider, at borders", topic=MOVEMENT),
    M("bribes_in_kind", "flow", "events/year",
      "sales to places in commercial sex that are paid in services of those who work there", ("bribes_in_kind",),
      tag="impact", topic=MOVEMENT),
    M("bribes_places", "flow", "US$/year", "bribes paid by workplaces to police, inspectors and missions",
      ("bribes_places_sum",), label="Bribes paid by workplaces",
      short="workplaces, to police, inspectors and missions"),
    M("captured_mission_posts", "ratio", "share", "line officers of missions who sell", ("line_mission_selling",),
      ("line_mission",), label="Members of missions who sell", topic=MOVEMENT),
    M("bribes_mission", "flow", "US$/year", "of what workplaces pay, bribes to members of missions",
      ("bribes_mission_sum",), label="Bribes paid to members of missions", topic=MOVEMENT),
    M("bribes_papers", "flow", "US$/year", "what consular officers take for papers", ("bribes_papers_sum",),
      label="Bribes paid for papers", short="people, for papers"),
    M("bribes_custody", "flow", "US$/year", "bribes paid by workplaces for people in custody", ("bribes_custody_sum",),
      label="Bribes paid for people in custody", short="workplaces, for people in custody"),
    M("bribes_transit", "flow", "US$/year",
      "what families pay officials of transit states for people whom these detain", ("bribes_transit_sum",),
      label="Bribes paid for people detained in transit",
      short="families, for people detained in transit"),
    M("bribes_court", "flow", "US$/year", "bribes paid to courts by those who are charged", ("bribes_court_sum",),
      label="Bribes paid to courts", short="those charged, to courts"),
    M("bribes_per_crossing", "ratio", "US$", "bribes per crossing of a border",
      ("bribes_border_sum", "bribes_retainers_sum", "bribes_alone_sum"), ("crossings",), label="Bribes per crossing"),
    M("bribe_price", "ratio", "US$", "mean bribe at a border", ("bribes_border_sum",), ("bribes_border",),
      label="Mean bribe at a border"),
    M("let_through_share", "ratio", "share", "guided crossings let through for a bribe, among those detected",
      ("bribes_border",), ("guided_detected",), label="Detected crossings let through"),
    M("bribes_in_fees", "ratio", "share", "bribes at borders over what providers take: what clients pay in the end",
      ("bribes_border_sum", "bribes_retainers_sum"), ("provider_receipts",), label="Bribes over what providers take"),
    M("bought_off", "flow", "events/year", "raids, inspections, tips and complaints of one person bought off",
      ("bribes_places",), label="Raids, inspections, tips, complaints bought off"),
    M("betrayed", "flow", "people/year", "people who complained and whom police left where they were, for a bribe",
      ("betrayed",), tag="impact", label="Complaints betrayed by police", topic=MOVEMENT),
    M("sold_in_custody", "flow", "people/year", "people in custody whom officials sold to a workplace",
      ("sold_in_custody",), tag="impact", label="People sold in custody", topic=MOVEMENT),
    M("cases_bought", "flow", "cases/year", "cases dropped for a bribe", ("bribes_court",),
      label="Cases dropped for a bribe"),
    M("papers_sold_by_officials", "ratio", "share", "papers from consular officers who sell, among genuine papers",
      ("bribes_papers",), ("papers_genuine",), label="Papers sold by officials"),
    M("officials_turned", "flow", "people/year", "officials who began to sell", ("officials_turned",),
      label="Officials who began to sell"),
    M("officials_caught", "flow", "people/year", "officials found out and dismissed", ("officials_caught",),
      tag="activity", label="Officials found out", topic=MOVEMENT),
    M("officials_named", "flow", "statements/year", "statements about officials", ("officials_named",), tag="activity",
      label="Statements about officials", topic=MOVEMENT),
)
# fmt: on
