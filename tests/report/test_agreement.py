"""A figure that is shown in two places is the same in both, and a sign is named in all of them or in none."""

from __future__ import annotations

import html
import io
import json
import math
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from rich.console import Console

from sim.cli import terminal
from sim.declared.measures.catalogue import METRICS
from sim.report import bars, between, details, figures, first, gains, page, tables, words
from sim.report import practice as practice_of
from sim.report.markdown import document
from sim.report.texts import in_markdown
from sim.results.comparison import Comparison
from sim.results.signs import LEAST_SEEDS, names_a_sign


def test_the_terminal_and_markdown_say_the_sentences_of_the_answer_before_any_table(made_up_study) -> None:
    study = made_up_study(
        {"here": {"up": 1.0, "down": -1.0}, "there": {"up": -1.0, "down": -1.0}}, metrics=tuple(SHOWN)
    )
    out = io.StringIO()
    terminal.show_findings(study, Console(file=out, width=20_000))
    text = document(study.manifest | {"name": "x"}, study.summary, study.effects, study.risks)
    assert len(study.answer.sentences) >= 3
    for each in study.answer.sentences:
        assert each.text in out.getvalue()
        assert in_markdown(each.text) in text
        assert out.getvalue().index(each.text) < out.getvalue().index("setting  ")
        assert text.index(in_markdown(each.text)) < text.index("|---")
    assert study.manifest["answer"] == study.answer.plain
    assert in_markdown(study.answer.policies[0][1]) in text
    json.dumps(study.manifest["answer"])


def test_numbered_draws_have_a_table_of_their_values(made_up_study) -> None:
    values = {f"draw {number}": float(number) for number in (1, 2)}
    study = made_up_study({label: {"up": 1.0} for label in values}, values=values, dose="choice.noise")
    out = io.StringIO()
    terminal.show_findings(study, Console(file=out, width=400))
    text = document(study.manifest | {"name": "x"}, study.summary, study.effects, study.risks)
    assert "draw 2: choice.noise 2" in out.getvalue()
    assert "## Draws and points" in text
    assert "| draw 2 | 2.00 |" in text


SHOWN = ["deaths", "departures", "provider_share", "exploited_people", "identified", "mean_fee"]


def text_of(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", markup))


def terminal_of(effects: pd.DataFrame, arms: list[str]) -> str:
    out = io.StringIO()
    terminal.show_effects(effects, arms, Console(file=out, width=400))
    return out.getvalue()


def terminal_of_findings(found: Comparison) -> str:
    out = io.StringIO()
    about = {"seeds": found.seeds, "summary": found.summary, "answer": found.answer}
    design = SimpleNamespace(arms=found.every_arm, numbered={}, ensemble=None)
    findings = SimpleNamespace(several=False, comparisons={"": found}, design=design, **about)
    terminal.show_findings(findings, Console(file=out, width=10**4))
    return out.getvalue()


@pytest.fixture(scope="module")
def found(made_up):
    """Arms of which one moves everything, one nothing for sure."""
    return made_up({"up": 1.0, "open": 0.02, "down": -1.0}, metrics=SHOWN)


def test_the_table_the_page_the_terminal_and_markdown_show_the_same_effects(found) -> None:
    rows = {(row["metric"], row["arm"]): row for row in found.effects.to_dict("records")}
    shown = tables.effects_table(found, SHOWN)
    cells = {row["label"]: row for group in shown["groups"] for row in group["rows"]}
    out = terminal_of(found.effects, ["up", "open", "down"])
    text = document(found.manifest, found.summary, found.effects, found.risks)
    for metric in SHOWN:
        factor = words.per_people(METRICS[metric], found.people)[0]
        line = next(line for line in text.split("\n") if line.startswith(f"| {words.label(metric)} |"))
        typed = next(line for line in out.split("\n") if line.startswith(f"{metric} "))
        for position, arm in enumerate(("up", "open", "down")):
            row, cell = rows[metric, arm], cells[words.label(metric)]["cells"][position]
            assert cell["percent"] == words.percent(row["percent"])
            assert cell["difference"] == words.number(factor * row["difference"], signed=True)
            sure = names_a_sign(row["verdict"])
            assert cell["certain"] == sure
            assert line.split(" | ")[3 + position].strip(" |").startswith("**") == sure
            assert f"{row['percent']:+.1f}".replace("-", words.MINUS) in line.split(" | ")[3 + position]
            interval = f"{terminal.figure(row['difference'], sign=True)} [{terminal.figure(row['low'], sign=True)}, "
            assert interval in typed
            marked = typed[typed.index(interval) :].split("]")[1].startswith(terminal.MARK)
            assert marked == sure
    assert {row["verdict"] for row in rows.values()} >= {"rises", "falls"}


def test_the_forest_plot_shows_the_numbers_of_the_table(found) -> None:
    figure = found.figure("effects")
    rows = {(row["metric"], row["arm"]): row for row in found.effects.to_dict("records")}
    chosen = [name for name in SHOWN if METRICS[name].headline]
    groups = list(words.grouped(chosen).values())
    for position, panel in enumerate(figure.axes):
        members, arm = groups[position // 3], found.arms[position % 3].label
        marks = [line for line in panel.lines if line.get_marker() not in ("None", None, "")]
        assert len(marks) == len(members)
        for mark, metric in zip(marks, members, strict=True):
            row = rows[metric, arm]
            limit = -panel.get_xlim()[0]
            assert float(mark.get_xdata()[0]) == pytest.approx(np.clip(row["percent"], -0.97 * limit, 0.97 * limit))
            filled = to_hex(mark.get_markerfacecolor()) != "#ffffff"
            assert filled == (names_a_sign(row["verdict"]) and not METRICS[metric].is_activity)
        written = [text.get_text() for text in panel.texts]
        assert all(words.percent(rows[metric, arm]["percent"]) in written for metric in members)


def test_bars_and_courses_show_the_means_of_the_table(made_up) -> None:
    found = made_up({"up": 1.0}, metrics=list(dict.fromkeys([*figures.COURSE, *figures.CHANNEL_METRICS])))
    effects = found.effects.set_index("metric")
    for axes, name in zip(found.figure("course").axes, figures.COURSE, strict=False):
        factor = words.per_people(METRICS[name], found.people)[0]
        lines = [line for line in axes.lines if len(line.get_xdata()) > 2]
        for line, column in zip(
            lines, ("baseline", "value"), strict=True
        ):  # of made-up runs every week is like the year
            assert line.get_ydata() == pytest.approx(factor * effects.loc[name, column], rel=1e-5)
    left = found.figure("channels").axes[0]
    widths = [bar.get_width() for bar in left.patches]
    names = list(figures.CHANNEL_METRICS)
    wanted = [1e5 / found.people * effects.loc[name, column] for name in names for column in ("baseline", "value")]
    assert widths == pytest.approx(wanted)


def test_flows_over_legs_and_pairs_are_the_metric(made_up) -> None:
    """The map of departures and the channels speak of the same people."""

    def agree(run, _):
        pairs = len(run.flows["departures"])
        return run.__class__(**{**vars(run), "flows": run.flows | {
            "irregular_departures": np.full(pairs, run.metrics["irregular_departures"] / pairs)}})  # fmt: skip

    found = made_up({"up": 1.0}, change=agree)
    drawn = found.flows(found.baseline, "irregular_departures").sum(axis=1).mean()
    assert drawn == pytest.approx(found.effects.set_index("metric").loc["irregular_departures", "baseline"])
    note = next(text.get_text() for text in found.figure("flows").axes[0].texts if "widest" in text.get_text())
    assert words.number(1e5 / found.people * drawn / len(found.world.pairs.start)) in note


def test_a_study_shows_one_verdict_wherever_an_effect_stands(made_up_study) -> None:
    arms = {"a": 0.08, "b": -0.08}
    found = made_up_study({"one": arms, "two": {"a": -1.0, "b": 1.0}}, metrics=tuple(SHOWN))
    for setting, comparison in found.comparisons.items():
        rows = found.effects[found.effects["setting"] == setting].drop(columns="setting").reset_index(drop=True)
        pd.testing.assert_frame_equal(rows, comparison.effects)
        assert (comparison.paired["q_value"] != comparison.effects["q_value"]).any()
    rows = details.setting_by_setting(found, list(arms), list(found.comparisons))
    cells = {(row["metric"], row["setting"]): row["cells"] for row in rows}
    for setting, comparison in found.comparisons.items():
        for group in tables.effects_table(comparison, SHOWN)["groups"]:
            for row in group["rows"]:
                assert row["cells"] == cells[row["label"], setting]
    flips = {(row["arm"], row["metric"]) for row in found.flips.to_dict("records")}
    by = found.effects.set_index(["setting", "arm", "metric"])["verdict"]
    for arm in arms:
        for metric in SHOWN:
            both = {by["one", arm, metric], by["two", arm, metric]}
            assert ((arm, metric) in flips) == (both == {"rises", "falls"} and METRICS[metric].headline)


def test_from_few_seeds_no_place_names_a_sign(made_up, made_up_study) -> None:
    few = LEAST_SEEDS - 1
    found = made_up({"up": 5.0, "down": -5.0}, seeds=few, metrics=SHOWN)
    assert ((found.effects["low"] > 0) | (found.effects["high"] < 0)).all()
    assert not found.effects["verdict"].map(names_a_sign).any()
    shown = tables.effects_table(found, SHOWN)
    assert not any(cell["certain"] for group in shown["groups"] for row in group["rows"] for cell in row["cells"])
    assert terminal.MARK not in terminal_of(found.effects, ["up", "down"]).split("difference [95")[0]
    text = document(found.manifest, found.summary, found.effects, found.risks)
    assert f"**{few} seeds: no verdict (at least 6 are needed).**" in text
    assert not any("**" in line for line in text.split("\n") if line.startswith("|"))
    marks = [line for axes in found.figure("effects").axes for line in axes.lines if line.get_marker() in ("o", "D")]
    assert marks
    assert all(to_hex(mark.get_markerfacecolor()) == "#ffffff" for mark in marks)
    study = made_up_study({"one": {"a": 5.0}, "two": {"a": -5.0}}, seeds=few, metrics=tuple(SHOWN))
    assert study.flips.empty
    assert not made_up_study({"one": {"a": 5.0}, "two": {"a": -5.0}}, metrics=tuple(SHOWN)).flips.empty


def test_equal_differences_are_said_to_be_equal_everywhere(made_up) -> None:
    def alike(run, label):
        return run.__class__(**{**vars(run), "metrics": run.metrics | {"deaths": 12.0 if label == "a" else 10.0}})

    found = made_up({"a": 1.0}, metrics=SHOWN, change=alike)
    row = found.effects.set_index("metric").loc["deaths"]
    assert (row["difference"], row["method"]) == (2.0, "all 8 differences are equal: no interval")
    assert math.isnan(row["q_value"])
    cell = next(row for group in tables.effects_table(found, ["deaths"])["groups"] for row in group["rows"])["cells"][0]
    assert cell["interval"] == "the same in all 8 seeds: no interval"
    assert not cell["certain"]
    assert "[no interval]" in terminal_of(found.effects, ["a"])
    text = document(found.manifest, found.summary, found.effects, found.risks)
    assert "+20.0 % (the same in all 8 seeds: no interval)" in text
    assert not re.search(r"\bnan\b", text + terminal_of(found.effects, ["a"]))


# --- sizes ------------------------------------------------------------------------------------------------------


def test_arms_of_another_size_are_shown_by_rates_of_their_own(made_up, made_up_study) -> None:
    found = made_up(
        {"large": 0.0}, words={"large": ["people.size=4000"]}, metrics=["people_home", *figures.CHANNEL_METRICS]
    )
    row = found.effects.set_index("metric").loc["people_home"]
    means = found.summary[found.summary["metric"] == "people_home"].groupby("arm")["value"].mean()
    assert (row["baseline"], row["value"]) == pytest.approx((1e5 * means["none"] / 400, 1e5 * means["large"] / 4000))
    cell = next(row for group in tables.effects_table(found, ["people_home"])["groups"] for row in group["rows"])
    assert cell["baseline"] == words.number(row["baseline"])
    assert cell["cells"][0]["difference"] == words.number(row["difference"], signed=True)
    assert cell["unit"].endswith("at risk")
    left = found.figure("channels").axes[0]
    total = sum(bar.get_width() for bar in left.patches[1::2])  # of each part the second bar
    values = found.effects.set_index("metric").loc[list(figures.CHANNEL_METRICS), "value"]
    assert total == pytest.approx(values.sum())
    assert "compared by rates" in terminal_of(found.effects, ["large"])
    assert found.risks.empty  # the people are others


# --- words ------------------------------------------------------------------------------------------------------


def test_who_gains_and_who_loses_is_the_same_in_figure_table_page_and_text(made_up, monkeypatch) -> None:
    monkeypatch.setattr(figures, "FIGURES", {"risks": figures.FIGURES["risks"]})
    found = made_up({"a": 4.0}, placebo=True, lucks=3, metrics=SHOWN)
    row = found.risks.set_index(["group", "outcome"]).loc["all", "exploitation"]
    assert (row["verdict"], row["lucks"], row["populations"]) == ("rises", 3, 8)
    cell = tables.gains_table(found)[0]
    assert (cell["group"], cell["direction"].word) == ("everyone", "worse")
    assert cell["change"] == words.number(1e5 * row["change"], signed=True)
    drawn = found.figure("risks")
    assert cell["change"] in [text.get_text() for axes in drawn.axes for text in axes.texts]
    legend = [text.get_text() for text in drawn.legends[0].get_texts()]
    assert {"risk of exploitation falls: better", "risk of exploitation rises: worse"} < set(legend)
    said = gains.risks_in_words(found)
    assert "risk of exploitation rises most for" in said
    assert f"rises for about {cell['rose']} ({cell['rose_range']})" in said
    assert said.split(". ")[0] in terminal_of_findings(found)
    text = document(found.manifest, found.summary, found.effects, found.risks)
    line = next(line for line in text.split("\n") if line.startswith("| a | everyone |"))
    assert f"**{cell['change']}" in line
    assert line.split(" | ")[5].startswith(cell["rose"])
    markup = text_of("".join(page.pages([("Made up", found)])))
    assert all(cell[name] in markup for name in ("change", "interval", "rose", "fell", "spread", "placebo"))
    assert not re.search(r"\b(harmed|helped|spared)\b", markup + text)


def test_with_one_luck_the_page_says_what_it_cannot_know(made_up, monkeypatch) -> None:
    monkeypatch.setattr(figures, "FIGURES", {"risks": figures.FIGURES["risks"]})
    found = made_up({"a": 0.0}, metrics=SHOWN)
    assert set(found.risks["verdict"]) <= {"undecided", "the same difference in every seed"}
    assert found.risks[["rose", "fell", "spread", "placebo"]].isna().all(axis=None)
    assert "has no sure change in any group" in gains.risks_in_words(found)
    markup = text_of("".join(page.pages([("Made up", found)])))
    assert "needs several lucks of the same people" in markup
    assert "what is found where nothing is done" in markup


@pytest.mark.parametrize(
    ("words_of", "practice", "said"),
    [
        ({"start": 0, "ramp": 0}, "100", ""),
        ({"start": 20, "ramp": 60}, "10", "it has come 10 % of the way by then"),
        (
            {"start": 500, "ramp": 0, "announce": 490},
            "0",
            "starts in week 500 and the run ends after week 25: it does nothing here",
        ),
    ],
)
def test_a_policy_that_the_run_does_not_hold_is_said_not_to_be_there(made_up, words_of, practice, said) -> None:
    own = ["policy=tighter_borders", *(f"policy.tighter_borders.{key}={value}" for key, value in words_of.items())]
    found = made_up({"late": 0.0}, words={"late": own}, seeds=1, metrics=["deaths"])
    if found.arms[0].scenario.policies[0].start != words_of["start"]:
        pytest.fail("the policy is not the one asked for")
    (policy,) = first.policies(found.arms[0])
    assert policy["practice"] == practice
    assert said in policy["note"]
    assert said in " ".join(practice_of.notes(found.arms[0].scenario))
    assert bool(said) == bool(policy["note"])


def test_a_figure_without_data_says_so(made_up) -> None:
    def empty(run, _):
        nothing = dict.fromkeys(("licensed_share", "next_door_share", "mission_share", "demand"), math.nan)
        return run.__class__(**{**vars(run), "metrics": run.metrics | nothing})

    found = made_up({"a": 1.0}, seeds=2, change=empty)
    figure = found.figure("demand")  # a warning is an error here
    written = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert "nobody in any of these runs" in written
    assert "none" in written
    figure.draw_without_rendering()


def test_a_policy_that_starts_after_the_end_leaves_the_course_its_room(made_up) -> None:
    own = ["policy=tighter_borders", "policy.tighter_borders.start=500", "policy.tighter_borders.announce=490"]
    found = made_up({"late": 0.0}, words={"late": own}, seeds=2, metrics=["deaths", "mean_fee"])
    figure = found.figure("course")
    figure.draw_without_rendering()
    assert min(axes.get_position().width for axes in figure.axes if axes.get_visible()) > 0.2
    assert not any("policy starts" in text.get_text() for axes in figure.axes for text in axes.texts)


def test_captions_say_where_there_is_no_interval() -> None:
    for pictures in (figures.FIGURES, between.FIGURES):
        for name, picture in pictures.items():
            if "%" in picture.caption and "interval" in picture.caption:
                assert re.search(r"\bnone\b|no interval", picture.caption), name
    assert bars.REST
