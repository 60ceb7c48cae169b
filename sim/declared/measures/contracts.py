"""Metrics of status that people foresee, of contracts for work abroad, and of debts to workplaces."""

from __future__ import annotations

from functools import partial

from sim.declared.measures.metrics import EXPLOITATION, MORE, Metric

M = partial(Metric, topic=EXPLOITATION)

# fmt: off
CONTRACT_METRICS: tuple[Metric, ...] = (
    Metric("believed_status", "level", "/year",
           "yearly chance that people at home believe a life without papers has to end in a status",
           ("believed_status",), label="Status that people hope for"),
    Metric("believed_asylum", "level", "share",
           "chance of protection in which people at home who need it believe", ("believed_asylum",),
           label="Protection that people hope for"),
    Metric("contract_offers", "flow", "people/year", "people to whom a job abroad was offered on a contract",
           ("contract_offers",), tag="output", label="Offered a contract abroad"),
    Metric("contract_arrivals", "flow", "people/year", "people who arrived on a contract", ("contract_arrivals",),
           label="Arrived on a contract"),
    M("contract_fee", "ratio", "US$", "mean fee that recruiters ask for a contract abroad", ("contract_fee_sum",),
      ("contract_taken",), label="Fee for a contract abroad", worsens=MORE),
    M("contract_scouts_share", "ratio", "share", "contracts that a scout below the licence brought about",
      ("contract_scouts",), ("contract_taken",), label="Contracts by scouts below the licence"),
    M("employer_paid_share", "ratio", "share", "contracts whose cost the employer pays", ("contract_employer_paid",),
      ("contract_taken",), label="Contracts that employers pay for"),
    M("contract_compliant_share", "ratio", "share", "people on a contract whose employer keeps to going terms",
      ("contract_compliant",), ("contract_arrivals",), label="Contracts with places that keep to going terms"),
    M("contract_broken_share", "ratio", "share",
      "people on a contract who are put to work on worse terms than it says", ("contract_broken",),
      ("contract_arrivals",), label="Contracts that are broken", worsens=MORE),
    M("contract_no_job_share", "ratio", "share", "people on a contract whose job is not there when they arrive",
      ("contract_no_job",), ("contract_arrivals",), label="Contracts without a job", worsens=MORE),
    M("contract_debt", "ratio", "US$", "mean debt to the employer with which people on a contract begin",
      ("contract_lent_sum",), ("contract_arrivals",), label="Debt on arrival with a contract", worsens=MORE),
    M("kept_tied_status", "flow", "people/year",
      "people who lost a job to which their status was tied, and kept the status", ("kept_tied_status",),
      label="Kept a tied status without the job"),
    M("owing_workplace", "stock", "people", "people who owe to the place where they work", ("owing_workplace",),
      label="Owe to the place where they work"),
    Metric("bonded_people", "stock", "people",
           "people who owe to the place where they work and whose weekly payment does not bring the debt down",
           ("bonded",), tag="impact", label="In debt bondage to the place where they work"),
    M("charges", "flow", "US$/year", "what workplaces charge those who owe to them", ("charges_sum",),
      label="Charged by workplaces to those who owe", worsens=MORE),
)
# fmt: on
