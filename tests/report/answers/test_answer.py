"""Answers in words, on cases whose truth is known: what they say, and what they must never say."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.declared.measures.catalogue import METRICS
from sim.report import words
from sim.report.answers import KINDS, Answer, answer, answer_of, arm_sentences
from sim.report.answers.answer import NO_SUCCESS
from sim.report.answers.basis import Basis
from sim.report.answers.outcomes import ACTIVITIES, HARMS, MARGIN, OTHERS, chosen
from sim.report.answers.sizes import natural
from sim.results.comparison import Comparison
from sim.results.findings import Findings
from sim.results.runs import Held
from sim.results.signs import FALLS, LEAST_SEEDS, LEVEL, RISES
from tests.report.answers.conftest import LEVELS

NOISE = np.array([0.3, -0.2, 0.1, -0.3, 0.2, 0.0, -0.1, 0.05])
# words that say more than a paired comparison of made-up worlds can, or that rank
TOO_STRONG = (
    r"\bcauses?\b|\bcaused\b|leads? to|due to|because of|proves?\b|\bworks?\b|\bbest\b|\bworst\b|effective|"
    r"significant|\brank(?:s|ed|ing)? (?:first|of)|\bscore|optimal|recommend"
)
ABOUT = re.compile(r"about ([\d\xa0.]+)\xa0% (more|fewer)")
ANYTHING = re.compile(r"anything from ([\d.]+)\xa0% (more|fewer) to ([\d.]+)\xa0% (more|fewer)")


def moved(by: float, noise: float = 1.0, seeds: int = 8) -> list[float]:
    """Differences by seed around a mean."""
    sample = NOISE[:seeds] - NOISE[:seeds].mean()
    return [float(by + noise * value) for value in sample]


def of(comparison: Comparison) -> Answer:
    return answer([(comparison.title, comparison)])


def said(found: Answer, kind: str) -> str:
    return " ".join(each.text for each in found.sentences if each.kind == kind)


def check(found: Answer) -> None:
    """What holds of every answer."""
    assert 3 <= len(found.sentences) <= 5
    for each in found.sentences:
        assert each.kind in KINDS
        assert each.text.endswith(".")
        assert not re.search(r"\bnan\b|\binf\b|\bNone\b|  |\( |;;|\.\.", each.text), each.text
        assert not re.search(TOO_STRONG, each.text), each.text
        assert each.text[0].isupper()
    assert found.cannot.startswith("What this cannot say: ")


# --- what is found ----------------------------------------------------------------------------------------------


def test_a_policy_that_spares_people_is_said_with_its_size_its_interval_and_its_level(case) -> None:
    found = of(case({"a": {"exploited_people": moved(-4.0)}}))
    check(found)
    text = said(found, "effect")
    row = case({"a": {"exploited_people": moved(-4.0)}}).effects.iloc[0]
    assert row["verdict"] == FALLS
    assert text.startswith(
        "Better with a: about 9.6\xa0% fewer people are exploited at any time (9.2 to 10.0\xa0% fewer)"
    )
    assert f"without a policy it is about {natural(250 * 41.8)} of every 100\xa0000 people at risk" in text


def test_mixed_changes_come_worse_first_and_harm_before_everything_else(case) -> None:
    found = of(
        case(
            {
                "soft": {"deaths": moved(-1.0), "exploited_people": moved(0.0, 30), "interceptions": moved(9)},
                "hard": {"deaths": moved(1.0), "exploited_people": moved(5.0), "interceptions": moved(12)},
            }
        )
    )
    check(found)
    first, *_ = found.sentences
    assert first.kind == "effect"
    assert re.match(
        r"Worse with hard: about 24\xa0% more people die on journeys in a year \(.*\); better with soft:", first.text
    )
    assert "exploited at any time with soft" in said(found, "unknown")
    activity = said(found, "activity")
    assert activity.startswith(NO_SUCCESS)
    assert "crossings are stopped" in activity
    assert "better" not in activity
    assert "worse" not in activity


def test_a_null_policy_changes_nothing_and_that_is_all(case) -> None:
    comparison = case({"idle": {name: [0.0] * 8 for name in ("deaths", "exploited_people", "safety_reached")}})
    found = of(comparison)
    check(found)
    assert found.sentences[0].text == (
        "Nothing changes with idle: all 3 figures are the same with and without in each of eight seeds."
    )
    assert not ABOUT.search(found.text)
    assert [each.kind for each in arm_sentences(comparison, comparison.arms[0])] == ["effect"]


def test_a_policy_that_is_still_building_up_when_the_run_ends_says_so(case) -> None:
    words = ["policy.tighter_borders.start=20", "policy.tighter_borders.ramp=90"]
    comparison = case({"late": {"deaths": [0.0] * 8}}, words=words)
    texts = [of(comparison).sentences[0].text, arm_sentences(comparison, comparison.arms[0])[0].text]
    assert all("It starts in week 20 and builds up over 90 weeks, and the run ends after" in text for text in texts)


def test_no_change_to_speak_of_needs_the_whole_interval_within_the_margin(case) -> None:
    near = case({"a": {"exploited_people": moved(0.0, 2.0)}})
    row = near.effects.iloc[0]
    assert max(abs(row["low"]), abs(row["high"])) < MARGIN * row["baseline"]
    bound = float(re.search(r"no change to speak of .* \(less than ([\d.]+)\xa0% either way\)", of(near).text)[1])
    assert 100 * max(abs(row["low"]), abs(row["high"])) / row["baseline"] <= bound < 100 * MARGIN
    wide = of(case({"a": {"exploited_people": moved(0.2, 12)}}))
    assert "no change to speak of" not in wide.text
    assert "anything from" in wide.text


def test_an_interval_alone_names_no_sign_where_the_study_has_many_effects(case) -> None:
    changes = {f"arm {number}": {"deaths": moved(0.0, 40 + number)} for number in range(20)}
    changes["leaning"] = {"deaths": moved(0.35, 2.0)}
    comparison = case(changes)
    row = comparison.effects.set_index("arm").loc["leaning"]
    assert row["low"] > 0
    assert row["q_value"] > 1 - LEVEL
    assert "leaning:" not in of(comparison).text
    arm = next(arm for arm in comparison.arms if arm.label == "leaning")
    text = " ".join(each.text for each in arm_sentences(comparison, arm))
    assert "would name a sign, but among all effects of the study that may be chance, q = " in text
    assert not re.search(r"(?:Worse|Better|worse|better):", text)


# --- what depends on something ----------------------------------------------------------------------------------


def test_contradictory_settings_are_said_to_be_so(study) -> None:
    found = answer_of(study({"open": {"a": {"deaths": moved(1.0)}}, "closed": {"a": {"deaths": moved(-1.0)}}}))
    check(found)
    assert "Worse with a: about" in said(found, "effect")
    assert "better with a: about" in said(found, "effect")
    assert said(found, "assumption") == (
        "It depends on the setting: with a there are more deaths on journeys in open and fewer in closed."
    )
    assert found.figure == "settings"


def test_settings_that_agree_are_told_together_and_partly_known_signs_are_told_apart(study) -> None:
    agree = study({"one": {"a": {"deaths": moved(-1.0)}}, "two": {"a": {"deaths": moved(-2.0)}}})
    text = said(answer_of(agree), "effect")
    assert "about 24 to 48\xa0% fewer people die on journeys in a year in both settings (all intervals: 20 to 5" in text
    assert "No sign of these outcomes surely turns around between the 2 settings (one and two)" in answer_of(agree).text
    partly = answer_of(study({"one": {"a": {"deaths": moved(-1.0)}}, "two": {"a": {"deaths": moved(-0.1, 9)}}}))
    check(partly)
    assert "die on journeys in a year in one (" in said(partly, "effect")
    assert "deaths on journeys with a in two" in said(partly, "unknown")
    assert "yet with a some are known in part of them only" in said(partly, "assumption")


def test_doses_are_told_at_their_ends_and_where_they_turn(study) -> None:
    doses = {f"days {day}": {"a": {"deaths": moved(0.5 * day - 0.9)}} for day in range(4)}
    values = {label: {"days": float(label.split()[1])} for label in doses}
    found = answer_of(study(doses, values=values, dose="days"))
    check(found)
    text = said(found, "effect")
    assert re.search(r"% more people die on journeys in a year at days 3 \(", text)
    assert re.search(r"% fewer at days 0 \(.*\) and about .*% fewer at days 1 \(", text)
    assert said(found, "assumption").startswith(
        "It depends on the days: with a there are more deaths on journeys at days"
    )
    assert found.figure == "dose_response"


def test_a_sampled_study_counts_draws_and_names_the_parameter_that_matters(study) -> None:
    draws = {f"draw {number}": {"a": {"deaths": moved(-1.0 - 0.1 * number)}} for number in range(1, 11)}
    values = {label: {"choice.noise": float(label.split()[1])} for label in draws}
    found = answer_of(study(draws, values=values, sampled=("choice.noise",)))
    check(found)
    assert "in all 10 draws of the parameters" in said(found, "effect")
    assert "what matters most is choice.noise: the change in deaths on journeys with a goes down with it" in found.text
    assert found.figure == "spread"


# --- what is not known ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seeds", [1, 2, LEAST_SEEDS - 1])
def test_from_few_seeds_no_sign_is_known_however_large_the_changes(case, seeds: int) -> None:
    comparison = case({"a": {"deaths": moved(3.0, 0.1, seeds), "exploited_people": moved(-20.0, 0.1, seeds)}})
    found = of(comparison)
    check(found)
    assert found.sentences[0].text.startswith("No sign is known: there ")
    assert not ABOUT.search(found.text)
    assert not re.search("[Ww]orse with|[Bb]etter with", found.text)
    for each in arm_sentences(comparison, comparison.arms[0]):
        assert not ABOUT.search(each.text)


def test_failed_runs_are_counted_and_an_arm_without_pairs_has_no_value(case) -> None:
    found = of(
        case({"a": {"deaths": moved(1.0)}, "b": {"deaths": moved(1.0)}}, failed=[("b", seed) for seed in range(1, 9)])
    )
    check(found)
    assert "eight runs of 24 failed and are missing" in said(found, "unknown")
    assert "deaths on journeys with b (no run has a value)" in said(found, "unknown")
    few = of(case({"a": {"deaths": moved(1.0)}}, failed=[("a", seed) for seed in range(1, 5)]))
    assert "from fewer than 6 pairs of runs no sign is named" in said(few, "unknown")
    assert not ABOUT.search(said(few, "effect"))


def test_runs_without_arms_tell_levels_and_that_nothing_was_compared(case) -> None:
    found = of(case({}))
    check(found)
    assert found.question == "What happens in this world?"
    assert said(found, "effect").count("people at risk there are about") == 3
    assert "nothing is known of any policy" in said(found, "unknown")
    assert found.figure == "course"


def test_runs_with_a_policy_name_it_and_seeds_count_once(case) -> None:
    comparison = case({"raids": {"deaths": [0.0] * 8}}, policy="raids")
    alone = Comparison(comparison.arms, comparison.seeds, comparison._runs, metrics=["deaths"])
    text = said(of(alone), "unknown")
    assert "from eight runs in one world with Raids in force nothing is known of what that changes" in text
    nothing = case({"a": {"deaths": [-LEVELS["deaths"] * (1 + 0.01 * seed) for seed in range(1, 9)]}})
    alone = Comparison(nothing.arms, nothing.seeds, nothing._runs, metrics=["deaths"])
    assert of(alone).sentences[0].text == "Of every 100\xa0000 people at risk there are no deaths on journeys a year."


def test_levels_that_differ_within_a_setting_are_not_said_to_differ_by_setting(case) -> None:
    changes = {"a": {"deaths": moved(1.0)}, "b": {"deaths": moved(1.5)}}
    text = of(case(changes, failed=[("b", 1), ("b", 2)])).text
    assert "of every 100\xa0000 people at risk, by the runs that each can be paired with" in text
    assert "by setting" not in text


def test_settings_with_and_without_a_level_are_told_apart(study) -> None:
    gone = [-LEVELS["deaths"] * (1 + 0.01 * seed) for seed in range(1, 9)]
    found = study({"some": {"a": {"deaths": moved(1.0, 0.2)}}, "none": {"a": {"deaths": moved(0.5, 0.2)}}})
    empty = found.comparisons["none"]
    runs = {run.key: replace(run, metrics={"deaths": run.metrics["deaths"] + change})
            for arm in empty.every_arm for run, change in zip(empty.runs_of(arm), gone, strict=True)}  # fmt: skip
    other = found.comparisons["some"]
    runs |= {run.key: run for arm in other.every_arm for run in other.runs_of(arm)}
    text = said(answer_of(Findings(found.design, found.seeds, Held(runs))), "effect")
    assert re.search(r"about [\d.]+\xa0% more people die .* in some \(.*\) and about [\d.]+ more in none \(", text)


def test_the_widest_of_several_intervals_is_said_to_be_the_widest(study) -> None:
    both = {"here": {"a": {"deaths": moved(0.0, 9)}}, "there": {"a": {"deaths": moved(0.0, 30)}}}
    assert "By the widest interval of each, deaths on journeys could be" in answer_of(study(both)).text


def test_everything_failed_still_makes_an_answer(case) -> None:
    every = [(label, seed) for label in ("none", "a") for seed in range(1, 9)]
    found = of(case({"a": {"deaths": moved(1.0)}}, failed=every))
    assert "16 runs of 16 failed and are missing" in found.text
    assert all(each.text.endswith(".") for each in found.sentences)


# --- many arms --------------------------------------------------------------------------------------------------


def test_of_many_arms_the_largest_is_named_with_a_word_on_what_is_largest_of_many(case) -> None:
    by = {f"arm {number}": moved(0.4 * number - 2.0) for number in range(12)}
    found = of(case({label: {"deaths": values} for label, values in by.items()}))
    check(found)
    text = said(found, "effect")
    assert re.search(r"Worse with \d of 12 policies, most of all with arm 11: about \d+\xa0% more people die", text)
    assert re.search(r"better with \d of 12 policies, most of all with arm 0: about \d+\xa0% fewer", text)
    assert "of so many changes the largest are on average overstated" in found.cannot
    assert max(len(each.text) for each in found.sentences) < 900


def test_six_arms_have_a_sentence_that_can_be_read(case) -> None:
    metrics = ("deaths", "exploited_people", "safety_reached")
    found = of(case({f"arm {k}": {name: moved((k - 2) * 0.6) for name in metrics} for k in range(6)}))
    check(found)
    assert max(len(each.text.split()) for each in found.sentences) < 200


# --- what holds of every answer ---------------------------------------------------------------------------------

DIFFERENCES = st.lists(st.floats(-20, 20, allow_nan=False).map(lambda value: round(value, 3)), min_size=2, max_size=9)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=DIFFERENCES, centre=st.sampled_from([-15.0, -5.0, 0.0, 5.0, 15.0]), scale=st.sampled_from([0.01, 0.2, 1]))
def test_numbers_in_sentences_are_those_of_the_table(case, values: list[float], centre: float, scale: float) -> None:
    comparison = case({"alpha": {"exploited_people": [centre + scale * value for value in values]}})
    row = comparison.effects.iloc[0]
    found = of(comparison)
    text = " ".join([found.text, *(each.text for each in arm_sentences(comparison, comparison.arms[0]))])
    effects = ABOUT.findall(text)
    if row["verdict"] in (RISES, FALLS):
        assert row["q_value"] < 1 - LEVEL
        if abs(row["percent"]) < 100:
            assert effects
        for number, way in effects:
            assert (way == "more") == (row["difference"] > 0)
            assert rounds_to(number, abs(row["percent"]))
        assert ("Worse" in text) == (row["difference"] > 0)
        assert ("Better" in text) == (row["difference"] < 0)
    else:
        assert not effects
        assert not re.search("[Ww]orse with|[Bb]etter with|[Ww]orse:|[Bb]etter:", text)
    for low, below, high, above in ANYTHING.findall(text):
        ends = [100 * row[name] / abs(row["baseline"]) for name in ("low", "high")]
        assert row["low"] <= 0 <= row["high"]
        assert (below, above) == ("fewer", "more")
        assert rounds_to(low, -ends[0])
        assert rounds_to(high, ends[1])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["alpha", "beta", "gamma"]),
        st.fixed_dictionaries({"deaths": st.floats(-3, 3), "safety_reached": st.floats(-3, 3)}),
        min_size=1,
    ),
    st.sampled_from([0.1, 1.0, 6.0]),
)
def test_every_arm_has_its_own_number_and_none_without_a_sign(
    case, means: Mapping[str, Mapping[str, float]], noise: float
) -> None:
    changes = {arm: {name: moved(mean, noise) for name, mean in own.items()} for arm, own in means.items()}
    comparison = case(changes)
    found = of(comparison)
    check(found)
    for each in found.sentences:
        if each.kind != "effect":
            assert not ABOUT.search(each.text)
            continue
        for part in re.split(r"; ", each.text):
            for arm, number, way in re.findall(r"with (\w+):? about ([\d\xa0.]+)\xa0% (more|fewer)", part):
                rows = comparison.effects[comparison.effects["arm"] == arm]
                named = rows[rows["verdict"].isin([RISES, FALLS]) & (rows["q_value"] < 1 - LEVEL)]
                same = [row for row in named.to_dict("records") if rounds_to(number, abs(row["percent"]))]
                assert any((row["difference"] > 0) == (way == "more") for row in same), each.text


def rounds_to(text: str, value: float) -> bool:
    """Whether a number as it is written is a value, rounded to the decimals that are written."""
    plain = text.replace("\xa0", "")
    places = len(plain.partition(".")[2])
    return math.isclose(float(plain), value, abs_tol=0.5 * 10**-places + 1e-9)


# --- what is declared -------------------------------------------------------------------------------------------


def test_every_harm_is_an_outcome_and_every_impact_has_a_direction() -> None:
    assert all(METRICS[name].worse for name in HARMS)
    assert all(METRICS[name].is_activity for name in ACTIVITIES)
    assert not any(METRICS[name].worse or METRICS[name].is_activity for name in OTHERS)
    for metric in METRICS.values():
        assert metric.worsens in ("", "more", "fewer")
        assert bool(metric.worse) >= (metric.tag == "impact" and metric.layer == "truth")
        assert not (metric.is_activity and metric.worse)


def test_outcomes_stand_in_the_declared_order_whatever_was_asked_first() -> None:
    found = chosen(["identified", "mean_fee", "exploited_people", "deaths"])
    assert found.harms == ("deaths", "exploited_people")
    assert found.asked == ("mean_fee",)
    assert found.activities == ("identified",)
    everything = chosen(METRICS)
    assert everything.harms == tuple(HARMS)
    assert everything.asked == tuple(OTHERS)


@pytest.mark.parametrize(
    ("metric", "verdict", "direction"),
    [
        ("deaths", RISES, "worse"),
        ("deaths", FALLS, "better"),
        ("safety_reached", RISES, "better"),
        ("safety_reached_persons", FALLS, "worse"),
        ("identified", RISES, "activity"),
        ("removals", FALLS, "activity"),
        ("recorded_deaths", RISES, "activity"),
        ("departures", RISES, "neither"),
        ("deaths", "undecided", "open"),
    ],
)
def test_direction(metric: str, verdict: str, direction: str) -> None:
    assert words.direction(metric, verdict) == direction


def test_policies_of_long_titles_stay_apart(case) -> None:
    long = "tighter_borders_everywhere_and_for_a_very_long_time_with_more_of_everything_"
    comparison = case({f"{long}{end}": {"deaths": [size] * 8} for end, size in (("one", -1.0), ("two", 2.0))})
    lines = Basis(((comparison.title, comparison),)).lines
    assert [len(line.cells) for line in lines] == [1, 1]
    assert [line.whole for line in lines] == [arm.title for arm in comparison.arms]
    for arm, line in zip(comparison.arms, lines, strict=True):
        (only,) = Basis(((comparison.title, comparison),)).only(arm.title).lines
        assert only.whole == line.whole
