"""Declared parameters of status that people foresee, of contracts for work abroad, and of weekly charges."""

from __future__ import annotations

from sim.ground.quantities import Parameter

P = Parameter

# one declaration reads like a row of a table
# fmt: off
CONTRACT_PARAMETERS: tuple[Parameter, ...] = (
    # status that people foresee
    P("status.announced_credence", 0.5, "ratio", 0, 5,
      "how far people take an announced change of status law at its word, over what it says; above 1 rumour adds to it",
      "C9-M28", "A", True),
    # contracts for work abroad
    P("contract.contacts", 2.0, "count", 0, 100,
      "people whom recruiters ask for each vacancy and round that is offered abroad on a contract"),
    P("contract.cost", 6.0, "weeks of pay", 0, 104,
      "what recruiting somebody on a contract costs the recruiter, in pay of the job", "C7-M37", "A"),
    P("contract.fee_most", 20.0, "weeks of pay", 0, 104,
      "most that other recruiters let one ask where no law caps the fee, in pay of the job", "C1-M13", "A"),
    P("contract.fee_steps", 20, "count", 1, 200, "steps of the fee that recruiters look at, from no fee on"),
    P("contract.overseen", 0.1, "share", 0, 1,
      "chance that a fee above the cap comes to light where recruiters need no licence", "C7-P32", "A"),
    P("contract.fee_penalty", 3.0, "ratio", 0, 100,
      "what a recruiter pays for a fee above the cap that comes to light, over what was taken beyond it",
      "C7-P32", "A"),
    P("contract.scout_cut", 0.3, "share", 0, 1, "share of the fee that a scout keeps who works below the licence",
      "C3-M13", "Q"),
    P("contract.scout_reached", 0.2, "share", 0, 1,
      "how far oversight of recruiters reaches a scout, over how far it reaches the one who holds the licence",
      "C3-M13", "Q"),
    P("contract.scout_story", 0.3, "ratio", 0, 10,
      "by how much a scout, who answers for nothing, overstates the pay of a job", "C3-M12, C3-M13", "Q"),
    P("contract.tied", 0.8, "share", 0, 1,
      "share of people on a contract whose status holds as long as the job does", "C9-M47", "A"),
    P("contract.employer_most", 20.0, "weeks of pay", 0, 520,
      "most that an employer pays for a recruit from abroad, in pay of the job"),
    P("work.fee_cap", 20.0, "weeks of pay", 0, 20,
      "start value of the lever work.fee_cap; 20 is no limit", "C3-P11, C7-P32", "A"),
    # weekly charges
    P("charge.share", 0.3, "share", 0, 1,
      "what a place charges for housing, food and transport in a week those who owe to it, over their going pay",
      "C4-M05, C9-M47", "A"),
)
# fmt: on
