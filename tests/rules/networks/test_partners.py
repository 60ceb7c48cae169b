"""Enterprises and their partners in a town of one region: what an arrest costs each form, and for how long.

Enterprises are of one form, of equal size and alone with their facilitators, so that nothing but the form can tell.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.agents.enterprises import Kind, enterprise_columns
from sim.agents.facilitators import FACILITATOR_COLUMNS, FUNCTIONS, Function, Standing
from sim.agents.forms import Form
from sim.agents.offenders import OFFENDER_COLUMNS, Status
from sim.agents.ties import MOST_TIES, TIE_COLUMNS, TIES_OF_ENTERPRISE
from sim.ground.calendar import Now
from sim.ground.table import Table
from sim.ledger.counters import COUNTERS, C
from sim.rules.networks import facilitating, partners
from sim.scenario.scenario import Scenario
from sim.state.families import rules_of
from sim.state.tables import nothing
from sim.world.fields import NODE_COLUMNS, PAIR_COLUMNS, REGION_COLUMNS

BASE = Scenario.compose(["world=corridor"])
SETTLED = 104  # weeks after which everyone has found whom they can find


class Town:
    """``enterprises`` of one form and ``each`` facilitators of every function, all of them at work."""

    def __init__(self, form, enterprises=4, each=8, use=2.0, seed=1, replacement="on", **values):
        scenario = BASE.replace({name.replace("__", "."): value for name, value in values.items()})
        mechanisms = {**scenario.mechanisms, "network_replacement": replacement}
        self.p = rules_of(scenario.values, mechanisms, scenario.world, 1000)
        self.let_in(0)
        self.seed, self.week, self.enterprises = seed, 0, enterprises
        self.t = Table("trafficker", enterprise_columns(1), enterprises)
        self.t["active"][:], self.t["kind"][:], self.t["form"][:] = 1, Kind.CELL, form
        self.t["capacity"][:], self.t["members"][:] = 4.0, 4.0
        self.t["loads"][:, 0] = 13.0 * use
        self.ties = Table("tie", TIE_COLUMNS, enterprises * TIES_OF_ENTERPRISE)
        rows = np.arange(len(self.ties))
        self.ties["unit"][:] = rows // TIES_OF_ENTERPRISE
        self.ties["function"][:] = rows % TIES_OF_ENTERPRISE // MOST_TIES
        self.o = Table("offender", OFFENDER_COLUMNS, 4 * enterprises)
        self.o["status"][:] = Status.FREE
        self.members = 4 * np.arange(enterprises + 1)
        count = each if isinstance(each, dict) else dict.fromkeys(Function, each)
        slots = np.array([count.get(function, 0) for function in Function])
        self.f = Table("facilitator", FACILITATOR_COLUMNS, int(slots.sum()))
        self.f["function"][:] = np.repeat(np.arange(FUNCTIONS), slots)
        self.nodes = Table("node", NODE_COLUMNS, FUNCTIONS)
        regions, pairs = Table("region", REGION_COLUMNS, 1), Table("pair", PAIR_COLUMNS, 1)
        regions["offers"][0, 0] = 0  # the only pair, on which everything is needed where it starts
        self.s = nothing(
            enterprises=self.t.view, ties=self.ties.records, facilitators=self.f.records, nodes=self.nodes.records,
            offenders=self.o.records, regions=regions.records, pairs=pairs.records, offender_first=self.members,
            node_first=np.concatenate([[0], np.cumsum(slots)]),
        )  # fmt: skip
        facilitating.first_facilitators(self.s.facilitators, self.s.nodes, self.p.facilitator, Now(0, seed, seed), 1.0)
        self.counters = np.zeros(len(COUNTERS))

    def let_in(self, entry):
        """Whether others may become facilitators, or stop."""
        self.p = self.p._replace(facilitator=self.p.facilitator._replace(entry=entry))

    def take_out(self, b, weeks):
        """Facilitator b is held for so many weeks."""
        market = self.p.facilitator
        facilitating.take_out(self.s.facilitators, self.s.nodes, market, b, self.week + weeks, self.week)

    def live(self, weeks):
        """Mean throughput of each of the weeks, float (weeks,)."""
        found = []
        for _ in range(weeks):
            s, market, now = self.s, self.p.facilitator, Now(self.week, self.seed, self.seed)
            facilitating.look_around(s.facilitators, s.nodes, market)
            partners.tend_partners(s, self.p, now, self.counters)
            facilitating.review_facilitators(s.facilitators, s.nodes, market, now, self.counters)
            found.append(self.t["throughput"].mean())
            self.week += 1
        return np.array(found)

    def partners_of(self, j, function):
        """Rows of those who do a function for enterprise j."""
        rows = (self.ties["unit"] == j) & (self.ties["function"] == function) & (self.ties["partner"] >= 0)
        return self.ties["partner"][rows]

    def arrest_one_each(self, function, weeks=400):
        """One facilitator of a function whom it works with is taken from every enterprise; returns how many."""
        taken = set()
        for j in range(self.enterprises):
            left = [int(b) for b in self.partners_of(j, function) if b not in taken]
            if left:
                self.take_out(left[0], weeks)
                taken.add(left[0])
        return len(taken)


def loss(form, function=Function.TRANSPORT, weeks=26, seeds=24, **settings_of_town):
    """What arresting one partner of each enterprise costs in the weeks that follow: (share of throughput, arrests)."""
    lost, arrests = [], 0
    for seed in range(1, seeds + 1):
        town, plain = (Town(form, seed=seed, each=12, **settings_of_town) for _ in range(2))
        town.live(SETTLED)
        plain.live(SETTLED)
        arrests += town.arrest_one_each(function)
        lost.append(1.0 - town.live(weeks).mean() / plain.live(weeks).mean())
    return float(np.mean(lost)), arrests


@pytest.mark.slow
def test_bridges_taken_out_cost_a_chain_more_than_a_mesh_and_flux_almost_nothing():
    chain, arrests_chain = loss(Form.CHAIN)
    mesh, arrests_mesh = loss(Form.MESH)
    flux, _ = loss(Form.FLUX)
    assert arrests_chain == pytest.approx(arrests_mesh, rel=0.15)
    assert chain > 0.05
    assert mesh < 0.4 * chain
    assert abs(flux) < 0.05


def test_a_chain_recovers_with_its_refill_time():
    """Half of what was lost is back after about the mean time that finding a partner takes."""
    town = Town(Form.CHAIN, enterprises=60, each=240, network__defection=0.0)
    before = town.live(SETTLED)[-1]
    town.arrest_one_each(Function.TRANSPORT)
    after = town.live(104)
    mean = 1.0 / (town.p.partner.meets[Form.CHAIN] * town.nodes["idle"][Function.TRANSPORT])
    lost = before - after
    assert lost[0] > 0.3
    left = lost[: round(8 * mean)].sum() / lost[0]  # of an exponential decay, the mean time
    assert left == pytest.approx(mean, rel=0.35)
    assert after[-1] > before - 0.05


def test_refill_slows_down_where_many_are_taken_out_at_once():
    few, many = (Town(Form.CHAIN, enterprises=20, each=40, seed=3) for _ in range(2))
    few.live(SETTLED)
    many.live(SETTLED)
    for town, number in ((few, 2), (many, 30)):
        for b in np.flatnonzero(town.f["function"] == Function.TRANSPORT)[:number]:
            town.take_out(b, 200)
    assert many.live(52).mean() < few.live(52).mean() - 0.05


def test_one_supplier_of_documents_is_a_common_point_of_failure():
    each = dict.fromkeys(Function, 8) | {Function.DOCUMENTS: 1}
    town = Town(Form.CHAIN, each=each, use=1.0, network__meeting=10.0)
    town.f["capacity"][town.f["function"] == Function.DOCUMENTS] = 50.0
    town.live(SETTLED)
    supplier = np.flatnonzero(town.f["function"] == Function.DOCUMENTS)[0]
    assert all(town.partners_of(j, Function.DOCUMENTS) == [supplier] for j in range(4))
    before = town.t["throughput"].copy()
    town.take_out(supplier, 20)
    town.live(1)
    missing = 1.0 - town.p.partner.needs[Kind.CELL, Function.DOCUMENTS]
    assert (town.t["throughput"] <= missing + 1e-6).all()
    assert (before > missing + 0.1).all()
    assert town.counters[C.TIES_CUT] == 4
    town.live(60)
    assert (town.t["throughput"] > missing + 0.1).all(), "back from prison, and working again"


def test_without_replacement_an_arrest_is_a_hole_until_the_partner_is_back():
    on, off = (Town(Form.MESH, replacement=word, network__defection=0.0) for word in ("on", "off"))
    for town in (on, off):
        town.live(SETTLED)
        town.arrested = town.partners_of(0, Function.TRANSPORT)
        for b in town.arrested:
            town.take_out(b, 30)
    assert np.array_equal(on.arrested, off.arrested), "nothing else differs before an arrest"
    assert off.live(25).mean() < on.live(25).mean() - 0.05
    assert set(off.partners_of(0, Function.TRANSPORT)) == set(off.arrested)
    assert not set(on.partners_of(0, Function.TRANSPORT)) & set(on.arrested)
    off.live(10)
    assert off.t["throughput"][0] > 0.6


def test_the_scarcest_function_bounds_what_can_be_served():
    each = dict.fromkeys(Function, 12) | {Function.SAFE_HOUSE: 0}
    town = Town(Form.MESH, each=each)
    town.live(SETTLED)
    assert town.t["throughput"] == pytest.approx(1.0 - town.p.partner.needs[Kind.CELL, Function.SAFE_HOUSE])
    unmet = 4 * 2.0 * town.p.partner.needs[Kind.CELL, Function.SAFE_HOUSE]
    assert town.nodes["unmet"][Function.SAFE_HOUSE] == pytest.approx(unmet)


def test_scarcity_raises_prices_and_draws_others_in():
    town = Town(Form.MESH, each=30, use=6.0)
    town.let_in(1)
    transport = np.flatnonzero(town.f["function"] == Function.TRANSPORT)
    for b in transport[3:]:
        town.f["standing"][b] = Standing.LATENT
    first = town.live(1)[0]
    town.live(3 * 52)
    working = town.f["standing"][transport] == Standing.FREE
    assert working.sum() > 6
    assert town.t["throughput"].mean() > first + 0.2
    idle = Town(Form.MESH, each=30, use=0.1)
    idle.let_in(1)
    idle.live(3 * 52)
    assert (idle.f["standing"] == Standing.FREE).sum() < 60
    assert town.nodes["price"][Function.TRANSPORT] > idle.nodes["price"][Function.TRANSPORT]


def test_partners_are_paid_what_clients_cost():
    """Receipts of facilitators equal what an enterprise reckons for each client times the clients of the week."""
    town = Town(Form.CHAIN, each=12)
    town.live(SETTLED)
    town.f["receipts"][:] = 0.0
    town.t["served"][:] = [3.0, 0.0, 1.0, 2.0]
    owed = (town.t["partner_cost"] * town.t["served"]).sum()
    partners.pay_partners(town.s.enterprises, town.s.facilitators, town.s.ties, town.p.partner)
    assert town.f["receipts"].sum() == pytest.approx(owed, rel=1e-5)
    assert not town.t["served"].any()


def test_trust_grows_with_work_and_keeps_partners():
    town = Town(Form.MESH, network__defection=0.02)
    town.live(8)
    young = town.ties["trust"][town.ties["partner"] >= 0].mean()
    town.live(SETTLED)
    old = town.ties["trust"][town.ties["partner"] >= 0].mean()
    assert old > young + 0.2
    assert not Town(Form.FLUX).live(60)[-1] > 1.0
    flux = Town(Form.FLUX)
    flux.live(60)
    assert flux.counters[C.TIE_WEEKS] / flux.counters[C.TIES_ENDED] < 5.0


def test_brokers_bring_partners():
    """Without brokers the form that lives by them finds few, and serves few."""
    with_them, without = Town(Form.BROKER, each=12), Town(Form.BROKER, each=dict.fromkeys(list(Function)[:-1], 12))
    assert with_them.live(26)[-13:].mean() > without.live(26)[-13:].mean() + 0.3


@settings(max_examples=25)
@given(
    form=st.sampled_from(list(Form)), enterprises=st.integers(1, 8), each=st.integers(0, 6), use=st.floats(0.1, 20),
    seed=st.integers(1, 1000), weeks=st.integers(1, 40), cheating=st.floats(0, 1), defection=st.floats(0, 0.5),
)  # fmt: skip
def test_ties_and_shares_stay_in_bounds(form, enterprises, each, use, seed, weeks, cheating, defection):
    town = Town(form, enterprises, each, use, seed, network__cheating=cheating, network__defection=defection)
    throughput = town.live(weeks)
    assert ((throughput >= 0.0) & (throughput <= 1.0 + 1e-6)).all()
    held = town.ties["partner"] >= 0
    assert (town.f["function"][town.ties["partner"][held]] == town.ties["function"][held]).all()
    assert ((town.ties["trust"] >= 0) & (town.ties["trust"] <= 1)).all()
    for j in range(enterprises):
        for function in Function:
            found = town.partners_of(j, function)
            assert len(set(found.tolist())) == len(found), "nobody is found twice"
    usual, function = town.p.facilitator, town.f["function"]
    assert (town.f["price"] >= 0.5 * usual.usual_price[function] - 1e-3).all()
    assert (town.f["capacity"] == usual.usual_capacity[function].astype(np.float32)).all()
    assert ((town.nodes["idle"] >= 0) & (town.nodes["idle"] <= 1)).all()
