"""People and money balance in every week, whatever the parameters; and the check that says so bites."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.ledger.accounts import Account
from sim.week.week import Week


@given(
    seed=st.integers(0, 2**32 - 1),
    deposit=st.floats(0, 1),
    retry=st.floats(0, 1),
    danger=st.floats(0, 2),
    effort=st.floats(0, 1),
)
@settings(max_examples=12)
def test_every_week_balances_to_the_cent(corridor, seed, deposit, retry, danger, effort):
    changed = corridor.replace(
        {
            "people.size": 600,
            "time.years": 0.5,
            "smuggling.deposit": deposit,
            "smuggling.retry": retry,
            "journey.alone_cost": danger,
            "status.removal_rate": effort,
        }
    )
    week = Week(changed, seed).run()  # checks=true raises if anything is lost
    assert week.state.money() == 0.0
    assert all(column.dtype.kind == "f" for column in (week.migrants["cash"], week.state.accounts))
    assert (week.migrants["cash"] == np.round(week.migrants["cash"])).all()


def test_money_moves_through_every_account(corridor, tools):
    accounts = tools.run(corridor).state.accounts
    unused = [account.name for account in Account if accounts[account] == 0.0]
    assert not unused


@pytest.mark.parametrize(
    ("table", "column", "amount"),
    [("migrants", "cash", 1.0), ("migrants", "cash", -1e12), ("traffickers", "capital", 0.5)],
)
def test_a_planted_fault_is_found(corridor, table, column, amount):
    week = Week(corridor, 3)
    week.advance()
    week.tables[table][column][0] += amount
    with pytest.raises(ArithmeticError, match="cents were made or lost"):
        week.advance()


def test_turnover_replaces_people_but_never_loses_one(corridor, tools):
    week = tools.run(corridor)
    generation = week.migrants["generation"]
    assert generation.max() > 0
    outcomes = week.outcomes()
    keys = set(zip(outcomes["row"].tolist(), outcomes["generation"].tolist(), strict=True))
    assert len(keys) == len(outcomes["row"]), "a person has two outcomes"
    assert (np.bincount(outcomes["row"], minlength=len(generation)) >= 1).all()


def test_the_dead_do_not_act(corridor, tools):
    week = tools.run(corridor.replace({"events": True, "people.size": 4000}))
    events = week.event_frame()
    died = events["cause"] == "died"
    assert died.any()
    assert not np.isin(events["cause"][events["from"] == "dead"], ["next generation"], invert=True).any()
