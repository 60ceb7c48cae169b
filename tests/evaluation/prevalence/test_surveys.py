"""Surveys on worlds made by hand, whose answers are known without a simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import sparse

from sim.agents.people import Control
from sim.agents.venues import Visibility
from sim.evaluation.estimate import NotPossibleError
from sim.evaluation.prevalence import samples, surveys, ties
from sim.evaluation.prevalence.fieldwork import Fieldwork
from sim.evaluation.prevalence.watching import PERSON, VENUE, Moment
from sim.ground.errors import RequestError

PERFECT = Fieldwork(
    interviews=600, takes_part=1, takes_part_held=1, takes_part_confined=1, discloses=1, degree_error=0, knows=1,
    barrier=0, frame_open=1, frame_discreet=1, frame_private=1, households=2_000, tells_herself=1, told_of_absent=1,
    shame=0,
)  # fmt: skip
PLACES, EACH = 400, 5


def world(exploited: float = 0.2, *, mixing: bool = True, seed: int = 1) -> Moment:
    """2000 people at work in 400 workplaces; who has worked with whom is random if ``mixing``, else one's workplace."""
    rng = np.random.default_rng(seed)
    people = np.zeros(PLACES * EACH, PERSON)
    people["venue"] = np.repeat(np.arange(PLACES), EACH)
    people["now"] = people["year"] = rng.random(len(people)) < exploited
    people["here"] = 1
    venues = np.zeros(PLACES, VENUE)
    venues["filled"] = EACH
    venues["sector"] = np.arange(PLACES) % 2
    if mixing:
        pairs = rng.integers(len(people), size=(2, 6 * len(people)))
        near = sparse.coo_matrix((np.ones(pairs.shape[1]), pairs), shape=(len(people),) * 2)
    else:
        near = sparse.block_diag([np.ones((EACH, EACH))] * PLACES)
    lil = sparse.lil_matrix(near + near.T)
    lil.setdiag(0)
    found = lil.tocsr()
    found.eliminate_zeros()
    return Moment(0, people, venues, np.arange(len(people)), found.astype(bool))


def all_of(moment: Moment) -> np.ndarray:
    return np.ones(len(moment.workers), bool)


def mean_of(method, number: int = 20, **changes: float) -> float:
    """Mean over ``number`` worlds and samples of an estimate over the truth."""
    field = Fieldwork(**(PERFECT.as_dict() | changes))
    found = []
    for seed in range(number):
        moment = world(seed=seed)
        found.append(method(moment, field, np.random.default_rng([seed, 9])).estimate / moment.at_work["now"].sum())
    return float(np.mean(found))


def test_chains_weigh_by_ties_and_hit_the_truth_where_their_assumptions_hold() -> None:
    said = mean_of(lambda m, f, rng: ties.chain_share(samples.along_ties(m, f, rng), all_of(m)))
    assert said == pytest.approx(1, abs=0.05)


def test_what_is_not_disclosed_is_missing_in_proportion() -> None:
    said = mean_of(lambda m, f, rng: ties.chain_share(samples.along_ties(m, f, rng), all_of(m)), discloses=0.5)
    assert said == pytest.approx(0.5, abs=0.04)


def test_scale_up_is_right_with_full_knowledge_and_short_by_what_is_not_known() -> None:
    def method(m, f, rng):
        return ties.scale_up(samples.about_others(m, f, rng), all_of(m))

    assert mean_of(method) == pytest.approx(1, abs=0.03)
    assert mean_of(method, knows=0.4) == pytest.approx(0.4, abs=0.03)
    by_person = mean_of(lambda m, f, rng: ties.scale_up_by_person(samples.about_others(m, f, rng), all_of(m)))
    assert by_person == pytest.approx(1, abs=0.03)


@pytest.mark.slow
def test_the_generalised_scale_up_makes_up_for_what_is_not_known() -> None:
    said = mean_of(lambda m, f, rng: ties.scale_up_generalised(samples.about_others(m, f, rng), all_of(m)), knows=0.4)
    assert said == pytest.approx(1, abs=0.1)


@pytest.mark.slow
def test_successive_sampling_says_how_many_without_knowing_how_many_are_at_work() -> None:
    """Of 2000 people with unequal ties 1200 are drawn one by one; the order of their ties gives their number."""
    rng = np.random.default_rng(5)
    found, held = [], 0
    for seed in range(12):
        degree = rng.lognormal(2, 0.8, 2_000)
        now = rng.random(2_000) < 0.2
        who = np.argsort(rng.exponential(size=2_000) / degree)[:1_200]
        chain = samples.Chain(who, np.zeros(len(who), np.int64), degree[who], now[who])
        said = ties.chain_size(chain, np.ones(2_000, bool), seed)
        found.append(said.estimate / now.sum())
        held += said.low <= now.sum() <= said.high
    assert np.mean(found) == pytest.approx(1, abs=0.1)
    assert held >= 9


def test_successive_sampling_says_nothing_where_the_order_says_nothing() -> None:
    rng = np.random.default_rng(2)
    alike = samples.Chain(
        np.arange(200), np.zeros(200, np.int64), np.sort(rng.lognormal(1, 0.5, 200)), rng.random(200) < 0.2
    )
    with pytest.raises(NotPossibleError, match="ties do not grow fewer"):
        ties.chain_size(alike, np.ones(200, bool))


def test_one_wave_of_links_counts_a_random_network() -> None:
    rng, found = np.random.default_rng(6), []
    for seed in range(20):
        moment = world(0.3, seed=seed)
        exploited = moment.at_work["now"]
        first = rng.permutation(np.flatnonzero(exploited))[:150]
        found.append(ties.link_tracing(first, moment.ties, exploited, 1.0, seed).estimate / exploited.sum())
    assert np.mean(found) == pytest.approx(1, abs=0.06)


def net(people: int, pairs: int, rng: np.random.Generator) -> sparse.csr_matrix:
    """Ties between pairs drawn at random."""
    ends = rng.integers(people, size=(2, pairs))
    ends = ends[:, ends[0] != ends[1]]
    both = np.hstack([ends, ends[::-1]])
    return sparse.csr_matrix((np.ones(both.shape[1], bool), (both[0], both[1])), shape=(people, people))


def test_intervals_of_links_hold_the_truth_as_often_as_they_say() -> None:
    held, rounds = 0, 60
    for seed in range(rounds):
        rng = np.random.default_rng([7, seed])
        first = np.flatnonzero(rng.random(400) < 0.2)
        said = ties.link_tracing(first, net(400, 1_200, rng), np.ones(400, bool), 1.0, seed)
        held += said.low <= 400 <= said.high
    assert held / rounds >= 0.95 - 3 * math.sqrt(0.95 * 0.05 / rounds)


def test_the_jackknife_of_links_is_that_of_estimates_without_one_person_after_another() -> None:
    rng = np.random.default_rng(3)
    near, first = net(200, 700, rng), rng.permutation(200)[:60]
    whole = ties.link_tracing(first, near, np.ones(200, bool), 1.0, 1)
    left = np.log(
        [ties.link_tracing(np.delete(first, k), near, np.ones(200, bool), 1.0, 1).estimate for k in range(60)]
    )
    error = math.sqrt(58 / 120 * ((left - left.mean()) ** 2).sum())
    assert math.log(whole.high / whole.estimate) == pytest.approx(1.96 * error, rel=1e-3)


def test_links_of_one_pair_alone_do_not_say_how_many_there_are_at_most() -> None:
    near = sparse.csr_matrix((np.ones(4, bool), ([0, 1, 2, 9], [1, 0, 9, 2])), shape=(10, 10))
    said = ties.link_tracing(np.arange(6), near, np.ones(10, bool), 1.0, 1)
    assert (said.low, said.high) == (6, math.inf)


def test_links_within_workplaces_make_the_number_too_small() -> None:
    moment = world(0.3, mixing=False)
    exploited = moment.at_work["now"]
    together = np.flatnonzero(exploited & (moment.at_work["venue"] < 60))
    said = ties.link_tracing(together, moment.ties, exploited, 1.0, 1)
    assert said.estimate == pytest.approx(len(together))  # nobody names anybody outside the 60 workplaces


def test_workplaces_are_right_with_a_full_list_and_miss_what_is_not_on_it() -> None:
    def method(m, f, rng):
        return surveys.time_location(samples.at_workplaces(m, f, rng), m.venues["filled"], np.ones(PLACES, bool))

    assert mean_of(method) == pytest.approx(1, abs=0.05)
    assert mean_of(method, frame_open=0.5) == pytest.approx(0.5, abs=0.05)


def test_private_workplaces_are_missing_from_the_list() -> None:
    moment = world()
    moment.venues["visibility"][: PLACES // 2] = Visibility.PRIVATE
    field = Fieldwork(**(PERFECT.as_dict() | {"frame_private": 0}))
    visits = samples.at_workplaces(moment, field, np.random.default_rng(1))
    assert visits.frame == PLACES // 2
    assert visits.venues.min() >= PLACES // 2


def test_who_is_confined_does_not_take_part() -> None:
    moment = world()
    moment.people["control"][:] = Control.CONFINEMENT
    field = Fieldwork(**(PERFECT.as_dict() | {"takes_part_confined": 0}))
    rng = np.random.default_rng(1)
    assert len(samples.along_ties(moment, field, rng).who) == 0
    with pytest.raises(NotPossibleError, match="0 respondents"):
        ties.chain_share(samples.along_ties(moment, field, rng), all_of(moment))


def test_chains_end_at_the_door_of_a_workplace_and_begin_anew() -> None:
    chain = samples.along_ties(world(mixing=False), Fieldwork(**(PERFECT.as_dict() | {"interviews": 100})),
                               np.random.default_rng(1))  # fmt: skip
    assert len(chain.who) == 100
    assert len(np.unique(chain.who)) == 100
    assert chain.tree.max() + 1 >= 100 / EACH


def test_a_household_survey_hears_less_of_those_who_are_away() -> None:
    moment = world()
    people = len(moment.people)
    truth = int(moment.people["year"].sum())
    moment.people["home"] = 1  # all are at home
    _, told = samples.at_home(moment, PERFECT, np.random.default_rng(1))
    assert surveys.household(told, people).estimate == truth  # everybody is asked about
    moment.people["home"] = 0
    away = Fieldwork(**(PERFECT.as_dict() | {"told_of_absent": 0.3}))
    _, told = samples.at_home(moment, away, np.random.default_rng(1))
    assert surveys.household(told, people).estimate == pytest.approx(0.3 * truth, rel=0.2)
    moment.people["shamed"] = 1
    _, told = samples.at_home(moment, Fieldwork(**(away.as_dict() | {"shame": 1})), np.random.default_rng(1))
    assert surveys.household(told, people).estimate == 0


@pytest.mark.slow
def test_intervals_of_workplaces_hold_the_truth_as_often_as_they_say() -> None:
    held, rounds = 0, 60
    field = Fieldwork(**(PERFECT.as_dict() | {"interviews": 300}))
    for seed in range(rounds):
        moment = world(seed=seed)
        visits = samples.at_workplaces(moment, field, np.random.default_rng([seed, 1]))
        said = surveys.time_location(visits, moment.venues["filled"], np.ones(PLACES, bool), seed)
        held += said.low <= moment.at_work["now"].sum() <= said.high
    assert held / rounds >= 0.95 - 3 * math.sqrt(0.95 * 0.05 / rounds)


@pytest.mark.parametrize("given", [{"seed": 3}, {"knows": 1.2}, {"interviews": "many"}])
def test_numbers_of_fieldwork_are_checked(given: dict) -> None:
    with pytest.raises(RequestError):
        Fieldwork.of(given)
