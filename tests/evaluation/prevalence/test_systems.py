"""Multiple systems estimation: published figures, a second implementation, existence, and what intervals hold."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import minimize

from sim.evaluation.estimate import NotPossibleError
from sim.evaluation.prevalence import latent, loglinear, resampling, systems
from sim.evaluation.prevalence.lists import Lists, histories, usable

# Potential victims in the United Kingdom in 2013: Silverman 2014, Home Office, "Modern slavery: an application of
# multiple systems estimation"; the counts as in github.com/bernardsilverman/modslavmse (R/UKdat.R). Lists: LA local
# authorities, NG non-government organisations, PF police forces, GO government organisations, GP general public, NCA
# National Crime Agency.
_PEOPLE = {
    "LA": 54, "NG": 463, "PF": 907, "GO": 695, "GP": 316, "NCA": 57,
    "LA NG": 15, "LA PF": 19, "LA GO": 3, "NG PF": 56, "NG GO": 19, "NG GP": 1, "NG NCA": 3, "PF GO": 69, "PF GP": 10,
    "PF NCA": 31, "GO GP": 8, "GO NCA": 6, "GP NCA": 1,
    "LA NG PF": 1, "LA NG GO": 1, "NG PF GO": 4, "NG PF NCA": 3, "PF GO NCA": 1, "LA NG PF GO": 1,
}  # fmt: skip
UK = Lists.of_histories(
    ("LA", "NG", "PF", "GO", "GP", "NCA"), {tuple(names.split()): people for names, people in _PEOPLE.items()}
)
UK_FIVE = UK.merged(("PF", "NCA"))


def table(names: str, people: str) -> Lists:
    """Lists of one letter each; ``people`` are histories with their counts, such as ``A 52 AB 4``."""
    words = people.split()
    return Lists.of_histories(
        tuple(names), {tuple(one): int(many) for one, many in zip(words[::2], words[1::2], strict=True)}
    )


# Counts and figures as they stand, printed, in the documents of the R package MultipleSystemsEstimation (B. W.
# Silverman, GPL-2 or later; github.com/bernardsilverman/MultipleSystemsEstimation): docs/articles/reproduce-2021.md
# and docs/reference/tidy_lists.md. Lists have no names, for the sake of those who keep them.
# People identified at a site in the west of the United States (Farrell and others 2018)
WEST = table("ABCDE", "A 52 B 90 C 114 D 45 E 21 AC 4 BC 6 AD 2 BD 1 AE 5 DE 3 ACE 1 BCD 1")
# People identified in Greater New Orleans (Bales, Murphy and Silverman 2020); the paper tells of one person less, and
# of 1 184 in all, and its table is not to be had as text
NEW_ORLEANS = table(
    "ABCDEFGH",
    "A 25 B 5 C 70 D 33 E 6 F 6 G 6 H 21 AC 1 AD 2 AE 1 BF 1 CD 2 CE 1 CG 1 DE 2 EH 1 ACG 1 ADE 1",
)


@pytest.mark.parametrize(
    ("lists", "choose", "published"),
    [
        (UK_FIVE, loglinear.independent, 13_444),
        (UK_FIVE, loglinear.by_p_value, 11_313),
        (UK_FIVE, loglinear.by_aic, 11_175),
        (UK_FIVE, loglinear.by_bic, 12_262),
        (UK, loglinear.by_p_value, 11_418),
        (UK, loglinear.by_aic, 11_252),
        (UK, loglinear.by_bic, 12_350),
    ],
)
def test_figures_of_public_data_come_out_to_the_unit(lists: Lists, choose, published: int) -> None:
    assert lists.found == 2_744
    assert round(lists.found + choose(lists).unseen) == published


@pytest.mark.parametrize(
    ("lists", "choose", "printed"),
    [
        (WEST, loglinear.by_p_value, 2483.384),
        (WEST, loglinear.by_bic, 2483.384),
        (NEW_ORLEANS, loglinear.by_p_value, 1110.488),
        (NEW_ORLEANS.merged(("B", "E", "F", "G")), loglinear.by_p_value, 981.4314),
    ],
)
def test_what_the_authors_own_program_prints_comes_out_to_the_last_digit(lists: Lists, choose, printed: float) -> None:
    assert lists.found + choose(lists).unseen == pytest.approx(printed, abs=6e-4)


def test_pairs_are_chosen_by_the_chance_of_as_many_people_on_both() -> None:
    assert loglinear.by_p_value(WEST).pairs == ((0, 4),)  # A and E, as in the paper
    assert loglinear.by_p_value(NEW_ORLEANS).pairs == ((3, 4),)  # D and E
    # one person on B and F, where the model expects 0.03: 1 - exp(-mean)
    plain = loglinear.independent(NEW_ORLEANS)
    on = histories(8)
    mean = plain.expected[on[:, 1] & on[:, 5]].sum()
    assert loglinear.chance(NEW_ORLEANS, plain, (1, 5)) == pytest.approx(1 - math.exp(-mean))
    # nobody on A and B: exp(-mean), the chance of nobody
    mean = plain.expected[on[:, 0] & on[:, 1]].sum()
    assert loglinear.chance(NEW_ORLEANS, plain, (0, 1)) == pytest.approx(math.exp(-mean))


def test_the_published_interval_of_the_united_kingdom_comes_out_to_the_unit() -> None:
    said = systems.given_model(UK_FIVE, loglinear.by_p_value(UK_FIVE))
    assert [round(each) for each in (said.estimate, said.low, said.high)] == [11_313, 9_884, 13_027]


@pytest.mark.parametrize("pairs", [(), ((0, 1),), ((0, 1), (1, 2)), ((2, 3), (0, 4), (0, 1))])
def test_a_second_implementation_by_direct_likelihood_agrees(pairs: tuple[tuple[int, int], ...]) -> None:
    on = histories(5)[1:].astype(float)
    design = np.column_stack([np.ones(31), on, *(on[:, i] * on[:, j] for i, j in pairs)])
    counts = UK_FIVE.counts[1:]
    left = np.ones(31, bool)
    for i, j in pairs:
        both = (on[:, i] > 0) & (on[:, j] > 0)
        assert counts[both].sum() > 0 or (i, j) == (0, 4)
        if counts[both].sum() == 0:
            left &= ~both
    overlaps = [counts[(on[:, i] > 0) & (on[:, j] > 0)].sum() for i, j in pairs]
    finite = [*range(6), *(6 + n for n, overlap in enumerate(overlaps) if overlap)]
    design = design[left][:, finite]

    def loss(terms):
        mean = np.exp(design @ terms)
        return mean.sum() - counts[left] @ (design @ terms), design.T @ (mean - counts[left])

    begin = np.array([8.0, *[-1.0] * (len(finite) - 1)])
    found = minimize(loss, begin, jac=True, method="BFGS", options={"gtol": 1e-7})
    ours = loglinear.fit(UK_FIVE, pairs)
    assert ours is not None
    assert ours.unseen == pytest.approx(math.exp(found.x[0]), rel=1e-4)


def test_statsmodels_agrees_with_fit_and_standard_error() -> None:
    api = pytest.importorskip("statsmodels.api")
    on = histories(5)[1:].astype(float)
    design = np.column_stack([np.ones(31), on, on[:, 0] * on[:, 1]])
    found = api.GLM(UK_FIVE.counts[1:], design, family=api.families.Poisson()).fit(tol=1e-12)
    ours = loglinear.fit(UK_FIVE, [(0, 1)])
    assert ours is not None
    assert ours.unseen == pytest.approx(math.exp(found.params[0]), rel=1e-6)
    assert ours.error == pytest.approx(found.bse[0], rel=1e-5)
    assert ours.likelihood == pytest.approx(found.llf, rel=1e-9)


def test_models_without_an_estimate_and_models_with_several_are_told_apart() -> None:
    # nobody is on A and B, and nobody on all three (the case of Chan, Silverman and Vincent 2021)
    sparse = Lists.of_histories("ABC", {("A",): 30, ("B",): 40, ("C",): 50, ("A", "C"): 3, ("B", "C"): 4})
    assert loglinear.exists(sparse, ())
    assert loglinear.identified(sparse, ())
    every = loglinear.all_pairs(3)
    assert not loglinear.identified(sparse, every)
    # A meets B only in people who are on C too: with all pairs of A and B but one, some cell must be empty
    bare = Lists.of_histories("AB", {("A",): 10, ("B",): 20})
    assert not loglinear.exists(bare, ())
    with pytest.raises(NotPossibleError, match="in common"):
        loglinear.independent(bare)


def test_the_linear_programme_and_newtons_method_agree_about_existence() -> None:
    rng = np.random.default_rng(4)
    for _ in range(12):
        counts = rng.poisson(0.8, 8).astype(float) * (rng.random(8) < 0.7)
        counts[0] = 0
        lists = Lists(("a", "b", "c"), counts)
        if len(lists.without_empty().names) < 3:
            continue
        found = loglinear.fit(lists)
        if found is not None and found.certain:
            assert loglinear.exists(lists, ())


def plain(people: int, chances: tuple[float, ...], rng: np.random.Generator) -> Lists:
    on = rng.random((people, len(chances))) < np.array(chances)
    counts = np.bincount(on @ (1 << np.arange(len(chances))), minlength=2 ** len(chances)).astype(float)
    counts[0] = 0
    return Lists(tuple("abcdef"[: len(chances)]), counts)


@pytest.mark.slow
def test_intervals_of_independent_lists_hold_the_truth_as_often_as_they_say() -> None:
    rng, rounds = np.random.default_rng(11), 60
    held = 0
    for number in range(rounds):
        said = systems.independence(plain(800, (0.3, 0.25, 0.2), rng), draws=80, seed=number)
        held += said.low <= 800 <= said.high
    least = 0.95 - 3 * math.sqrt(0.95 * 0.05 / rounds)
    assert held / rounds >= least


def test_dependence_biases_independence_and_the_chosen_model_much_less() -> None:
    rng = np.random.default_rng(3)
    on = rng.random((20_000, 4)) < np.array([0.3, 0.2, 0.25, 0.2])
    on[:, 1] |= on[:, 0] & (rng.random(20_000) < 0.4)  # the first list sends people to the second
    counts = np.bincount(on @ (1 << np.arange(4)), minlength=16).astype(float)
    counts[0] = 0
    lists = Lists(("police", "services", "c", "d"), counts)
    plainly = lists.found + loglinear.independent(lists).unseen
    chosen = loglinear.by_bic(lists)
    assert plainly < 0.95 * 20_000
    assert (0, 1) in chosen.pairs
    assert lists.found + chosen.unseen == pytest.approx(20_000, rel=0.05)


def test_chapman_chao_and_latent_classes_by_hand() -> None:
    two = Lists.of_histories("ab", {("a",): 40, ("b",): 50, ("a", "b"): 10})
    assert systems.chapman(two, draws=20).estimate == pytest.approx(51 * 61 / 11 - 1)
    assert systems.chao(two, draws=20).estimate == pytest.approx(100 + 0.5 * 90 * 89 / (2 * 11))
    alike = plain(5_000, (0.3, 0.3, 0.3, 0.3), np.random.default_rng(2))
    assert alike.found + latent.unseen(alike) == pytest.approx(5_000, rel=0.05)  # one class is chosen


def two_kinds_of_people(hidden_share: float, seldom: float, often: float) -> Lists:
    """Five lists of 30 000 people, of whom some stand on each list with the lower chance."""
    rng = np.random.default_rng(8)
    hidden = rng.random(30_000) < hidden_share
    on = rng.random((30_000, 5)) < np.where(hidden, seldom, often)[:, None]
    counts = np.bincount(on @ (1 << np.arange(5)), minlength=32).astype(float)
    counts[0] = 0
    return Lists(tuple("abcde"), counts)


def test_latent_classes_find_the_people_whom_independence_misses() -> None:
    lists = two_kinds_of_people(0.6, 0.1, 0.5)
    plainly, classes = lists.found + loglinear.independent(lists).unseen, lists.found + latent.unseen(lists)
    assert plainly < 27_000
    assert classes == pytest.approx(30_000, rel=0.06)


def test_the_likelihood_of_latent_classes_is_followed_to_its_end() -> None:
    """With few people on several lists expectation and maximisation stop at 25 000 where the best fit says 28 550."""
    lists = two_kinds_of_people(0.7, 0.05, 0.3)
    tried = [latent._fitted(lists, 2, apart) for apart in latent.STARTS]
    assert tried[0] == pytest.approx(tried[1], rel=1e-4)  # from wherever one begins
    assert lists.found + latent.unseen(lists) == pytest.approx(28_550, abs=20)
    one, _ = latent._fitted(lists, 1, latent.STARTS[0])
    independent = loglinear.independent(lists)
    assert one == pytest.approx(independent.likelihood, abs=1e-4)  # one class is independence


def test_the_interval_of_all_models_holds_what_each_way_of_choosing_one_says() -> None:
    said = systems.all_models(UK_FIVE, draws=30, seed=1)
    assert UK_FIVE.found < said.low <= said.estimate <= said.high
    for choose in (loglinear.by_p_value, loglinear.by_bic):
        assert said.low <= UK_FIVE.found + choose(UK_FIVE).unseen <= said.high


def test_lists_merge_and_lose_what_is_empty() -> None:
    assert UK_FIVE.names == ("LA", "NG", "PF+NCA", "GO", "GP")
    assert UK_FIVE.found == UK.found
    assert UK_FIVE.sizes[2] == UK.counts[UK.on[:, 2] | UK.on[:, 5]].sum()
    with pytest.raises(NotPossibleError, match="on one list only"):
        usable(Lists.of_histories("ab", {("a",): 4}))


def test_draws_that_give_no_number_leave_the_interval_open() -> None:
    once = Lists.of_histories("ab", {("a",): 30, ("b",): 30, ("a", "b"): 1})
    said = resampling.estimate(once, lambda each: each.found + loglinear.independent(usable(each)).unseen, draws=60)
    assert said.high == math.inf
    assert any("no estimate" in each for each in said.notes)
