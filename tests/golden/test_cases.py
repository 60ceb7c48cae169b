"""The stored runs reach nearly every event, so that a change of nearly every rule would be seen in them."""

from __future__ import annotations

import pytest

from experiments import golden
from sim.ledger.counters import COUNTERS

OUT_OF_REACH = {  # what is too rare for runs of this size, or is asked for by no policy of a case
    "arrests_leaked_more",
    "cases_dropped",
    "charged_documents",
    "leads_lost",
    "policy_cost",
    "tried_documents",
    "upheld_documents",
    "visa_backlog",
}


@pytest.mark.slow
def test_nearly_every_counter_moves_in_some_case() -> None:
    _, stored = golden.stored()
    zero = golden.digest_of_nothing(next(iter(golden.cases()))[1])
    still = {
        counter.name
        for counter in COUNTERS
        if all(digests[f"counter {counter.name}"] == zero for digests in stored.values())
    }
    assert still == OUT_OF_REACH
