"""Effects by group: the statistics of whole metrics, honest about many, kept and read again, and told where it matters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.cli import main as cli
from sim.ground.errors import RequestError
from sim.report import again, by_group, figures, words
from sim.report.answers.basis import Basis
from sim.report.answers.split import apart
from sim.report.details import details
from sim.report.markdown import document
from sim.results import journal, statistics
from sim.results.by_group import COLUMNS, SUMMARY_COLUMNS
from sim.results.comparison import Comparison
from sim.results.findings import Findings
from sim.results.run import RunResult
from sim.results.runs import one_a_seed
from sim.results.signs import NO_VALUE, RISES, names_a_sign
from sim.results.split import place_of
from sim.studies.plan import compose

SMALL = ["world=corridor", "people.size=400", "time.years=0.5", "time.burn_in_weeks=8"]
SHOWN = ["exploited_people", "deaths", "mean_fee"]
SEEDS = list(range(1, 13))


def made_up(after: tuple[float, float], *, noise: float = 1.0, by: str = "by=sex") -> Comparison:
    """Men and women exploited: 40 and 60 without the policy, ``after`` with it, in twelve seeds with noise."""
    arms = compose(["raids"], [*SMALL, by], "none")
    rng, runs = np.random.default_rng(4), {}
    for seed in SEEDS:
        common = rng.normal(0.0, 5.0, 2)  # pairing takes it away
        for arm, level in zip(arms, ((40.0, 60.0), after), strict=True):
            groups = np.array(level) + common + rng.normal(0.0, noise, 2)
            key = arm.scenario.run_key(seed)
            runs[key] = RunResult(
                key, seed, metrics={"exploited_people": float(groups.sum()), "deaths": 1.0, "mean_fee": 2.0},
                groups={"sex/exploited_people": groups, "sex/deaths": np.array([0.5, 0.5])},
            )  # fmt: skip
    return Comparison(arms, SEEDS, runs, metrics=SHOWN)


def row_of(table: pd.DataFrame, group: str, metric: str = "exploited_people") -> pd.Series:
    (row,) = table[(table["group"] == group) & (table["metric"] == metric)].to_dict("records")
    return pd.Series(row)


# --- statistics -------------------------------------------------------------------------------------------------


def test_a_group_has_the_statistics_of_a_whole_metric() -> None:
    found = made_up((40.0, 45.0))
    table = found.effects_by("sex")
    assert tuple(table.columns) == COLUMNS and len(table) == 2 * 2  # a fee is nobody's, so two of three metrics
    women = found.summary_by("sex").query("group == 'women and girls'")
    alone = statistics.effects(women, "none", ["raids"], ["exploited_people"], 400.0)
    mine = row_of(table, "women and girls")
    for column in ("baseline", "value", "difference", "low", "high", "percent", "per_100k", "seeds", "p_value", "method"):
        assert mine[column] == alone.iloc[0][column], column
    assert tuple(found.summary_by("sex").columns) == SUMMARY_COLUMNS


def test_parts_of_an_effect_add_up_to_the_whole() -> None:
    found = made_up((44.0, 45.0))
    table = found.effects_by("sex").query("metric == 'exploited_people'")
    whole = found.effects.query("metric == 'exploited_people'").iloc[0]
    assert table["difference"].sum() == pytest.approx(whole["difference"], rel=1e-12)
    assert table["share"].sum() == pytest.approx(1.0, rel=1e-12)
    assert table["beyond"].sum() == pytest.approx(0.0, abs=1e-9)


def test_a_change_in_proportion_is_no_news_of_a_group() -> None:
    table = made_up((20.0, 30.0)).effects_by("sex")
    for group in ("men and boys", "women and girls"):
        row = row_of(table, group)
        assert names_a_sign(row["verdict"]) and not names_a_sign(row["beyond_verdict"])
        assert by_group.beyond(row) == ""


def test_a_group_that_moves_alone_stands_out_and_the_other_with_it() -> None:
    found = made_up((40.0, 30.0))
    men, women = (row_of(found.effects_by("sex"), group) for group in ("men and boys", "women and girls"))
    # the whole falls by 30, of which two fifths would be 12 among men and three fifths 18 among women
    assert men["beyond"] == pytest.approx(12.0, abs=2.0) and men["beyond_verdict"] == RISES
    assert women["beyond"] == pytest.approx(-12.0, abs=2.0)
    assert by_group.beyond(men) == by_group.HIGHER and by_group.beyond(women) == by_group.LOWER


def test_where_a_group_stands_does_not_hang_on_a_change_of_the_whole_that_is_noise() -> None:
    for whole in (-0.2, 0.0, 0.2):
        row = {"difference": 5.0, "beyond": 5.0 - whole / 2, "beyond_verdict": RISES}
        assert by_group.beyond(row) == by_group.HIGHER


def test_what_a_group_changes_beyond_its_share_is_of_lucks_that_both_worlds_have() -> None:
    """A luck that failed in one world is left out of the other, of the group and of the whole alike."""
    arms = compose(["raids"], [*SMALL, "by=sex", "lucks=2"], "none")
    rng, runs = np.random.default_rng(4), {}
    for seed in SEEDS:
        for luck in (0, 1):
            for arm, level in zip(arms, (1.0, 0.5), strict=True):  # half of everything, whichever luck
                groups = level * np.array([(40.0, 60.0), (100.0, 20.0)][luck]) * (1 + 0.01 * rng.normal())
                key = arm.scenario.run_key(seed, luck)
                runs[key] = RunResult(key, seed, luck=luck, metrics={"exploited_people": float(groups.sum())},
                                      groups={"sex/exploited_people": groups})  # fmt: skip
                if arm is arms[1] and luck == 1 and seed % 2:
                    del runs[key]
    found = Comparison(arms, SEEDS, runs, metrics=["exploited_people"])
    for row in found.effects_by("sex").to_dict("records"):
        assert row["beyond"] == pytest.approx(0.0, abs=1.0)  # means over other lucks would make it six
        assert row["beyond_seeds"] == len(SEEDS)
        assert row["percent"] == pytest.approx(-50, abs=2)


def test_where_no_share_can_be_told_no_seed_is_counted() -> None:
    found = made_up((40.0, 58.0))
    runs = {key: replace(run, metrics=run.metrics | {"exploited_people": float("nan")})
            for key, run in ((run.key, run) for arm in found.every_arm for run in found.every_run_of(arm))}  # fmt: skip
    table = Comparison(found.every_arm, SEEDS, runs, metrics=["exploited_people"]).effects_by("sex")
    assert table["beyond"].isna().all()
    assert (table["beyond_seeds"] == 0).all()
    assert set(table["beyond_verdict"]) == {NO_VALUE}


def test_one_family_of_tests_covers_all_groups() -> None:
    table = made_up((40.0, 58.0), noise=2.0).group_effects
    assert np.array_equal(table["q_value"], statistics.q_values(table["p_value"]), equal_nan=True)
    assert np.array_equal(table["beyond_q"], statistics.q_values(table["beyond_p"]), equal_nan=True)
    few = made_up((40.0, 58.0), noise=2.0).effects_by("sex", ["exploited_people"])
    assert len(few) == 2 and np.array_equal(few["q_value"], statistics.q_values(few["p_value"]))


def test_noise_names_groups_about_as_rarely_as_it_should() -> None:
    rng, named = np.random.default_rng(8), 0
    for _ in range(200):
        apart_by_chance = rng.normal(size=(8, 12))
        p = np.array([statistics.p_value(row) for row in apart_by_chance])
        named += bool((statistics.q_values(p) < 0.05).any())
    assert named < 25  # about one study in twenty names any of its eight groups


def test_lucks_of_a_seed_count_once() -> None:
    runs = [RunResult("a", 1, groups={"sex/deaths": np.array([1.0, np.nan])}, luck=0),
            RunResult("b", 1, groups={"sex/deaths": np.array([3.0, 5.0])}, luck=1)]  # fmt: skip
    (one,) = one_a_seed(runs)
    assert one.groups["sex/deaths"].tolist() == [2.0, 5.0]


def test_what_was_not_split_is_said() -> None:
    found = made_up((40.0, 60.0))
    with pytest.raises(RequestError, match=r"these runs were not split by age: they kept sex"):
        found.effects_by("age")
    with pytest.raises(RequestError, match=r"mean_fee cannot be split"):
        found.effects_by("sex", ["mean_fee"])
    with pytest.raises(RequestError, match=r"there is no dimension 'sexx'.*did you mean 'sex'"):
        found.series_by("deaths", "sexx")
    without = made_up((40.0, 60.0), by="time.years=0.5")
    assert without.by == ()
    assert without.group_effects.empty
    assert not by_group.has_groups(without)


# --- told --------------------------------------------------------------------------------------------------------


def test_the_answer_tells_of_a_group_only_where_one_stands_out() -> None:
    told = apart(Basis((("", made_up((40.0, 30.0))),), None))
    assert told.startswith("Not all groups change alike: with Raids, people exploited at a time among ")
    assert "(by sex) come out higher than" in told and "in the change of the whole, by 3\u202f100 (2\u202f968 to" in told
    assert told.endswith(" people per 100\u202f000 at risk.")
    for quiet in (made_up((20.0, 30.0)), made_up((40.0, 60.0)), made_up((40.0, 30.0), by="time.years=0.5")):
        assert apart(Basis((("", quiet),), None)) == ""


def test_tables_and_figure_show_every_group() -> None:
    found = made_up((40.0, 30.0))
    (table,) = by_group.groups_table(found)
    assert table["title"] == "By sex" and [arm["title"] for arm in table["arms"]] == ["Raids"]
    men, women = table["metrics"][-1]["rows"] if table["metrics"][0]["metric"] == "Deaths" else table["metrics"][0]["rows"]
    assert (men["group"], women["group"]) == ("Men and boys", "Women and girls")
    assert men["cells"][0]["beyond"] == by_group.HIGHER and women["cells"][0]["beyond"] == by_group.LOWER
    drawn = figures.draw(found, "groups")
    texts = [text.get_text() for axes in drawn.axes for text in [*axes.get_yticklabels(), *axes.texts]]
    assert {"Everyone", "Men and boys", "Women and girls", by_group.MARK} <= set(texts)
    assert "women and girls lower than its share" in figures.alt(found, "groups")
    assert "No group is known" in figures.alt(made_up((20.0, 30.0)), "groups")
    text = document(found.manifest | {"name": "x", "answer": None}, found.summary, found.effects, pd.DataFrame(),
                    pd.DataFrame(), found.group_effects)  # fmt: skip
    assert "### By sex: people exploited at a time (people per 100 000 at risk)" in text
    row = row_of(found.group_effects, "women and girls")
    level = words.number(1e5 / 400 * row["baseline"])
    assert f"| Women and girls | 60\u202f% | {level} |" in text and "not of the group" in text


# --- kept ---------------------------------------------------------------------------------------------------------


def test_groups_of_a_run_are_kept_to_the_last_bit() -> None:
    groups = {place_of("sex", "deaths"): np.array([0.1, np.nan])}
    series = {place_of("sex", "deaths"): np.array([0.1, 0.2, np.nan, 3.0], np.float32)}
    plain = RunResult("k", 1, weeks=np.array([0], np.int32))
    for run in (plain, replace(plain, groups=groups, group_series=series)):
        (read,) = journal.results_of(_table(run))
        assert read.groups.keys() == run.groups.keys()
        assert all(read.groups[name].tobytes() == run.groups[name].tobytes() for name in run.groups)
        assert all(read.group_series[name].tobytes() == run.group_series[name].tobytes() for name in run.group_series)


def _table(run: RunResult) -> object:
    import pyarrow as pa  # noqa: PLC0415

    return pa.Table.from_batches([journal.run_batch(run)])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("split")


@pytest.fixture(scope="module")
def kept(place: Path) -> Iterator[Comparison]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        yield sim.compare(["raids"], base=[*SMALL, "by=sector,sex:age,role"], seeds=2, workers=1, name="split", report=False)


def test_a_study_by_group_is_read_again_as_it_was(kept: Comparison, place: Path) -> None:
    folder = place / "results" / "split"
    table = pd.read_parquet(folder / "group_effects.parquet")
    pd.testing.assert_frame_equal(table, kept.group_effects, check_dtype=False)
    found: Findings = again.findings(folder)
    pd.testing.assert_frame_equal(found.group_summary, pd.read_parquet(folder / "groups.parquet"), check_dtype=False)
    series = kept.series_by("exploited_people", "sector")
    whole = kept.series[["arm", "seed", "week", "exploited_people"]]
    assert np.allclose(series.iloc[:, 3:].sum(axis=1), whole["exploited_people"], rtol=1e-5)
    (text,) = again.write_again(folder, "md", place / "split.md")
    assert "## By group" in text.read_text(encoding="utf-8")
    written = {path.name for path in again.write_again(folder, "csv", place / "csv")}
    assert {"groups.csv", "group_effects.csv"} <= written
    section = details([("", kept)])["sections"][0]
    assert [table["title"] for table in section["groups"]] == ["By sector", "By sex and age", "By role"]


def test_parts_of_every_count_add_up_over_the_period(kept: Comparison) -> None:
    table = kept.summary_by("sex:age", ["exploited_people", "departures", "removals", "people_abroad_irregular"])
    parts = table.groupby(["arm", "seed", "metric"])["value"].sum()
    whole = kept.summary.set_index(["arm", "seed", "metric"])["value"]
    assert parts.to_numpy() == pytest.approx(whole.loc[parts.index].to_numpy(), rel=1e-12)


@pytest.mark.slow
@pytest.mark.usefixtures("few_figures")
def test_commands_take_and_tell_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["run", *SMALL, "by=sector,sex", "name=one", "--no-report", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {row["by"] for row in told["groups"]} == {"sector", "sex"}
    assert cli.main(["run", *SMALL, "by=sector,sex", "name=one", "--no-report"]) == 0
    assert "By sex: People exploited at a time" in capsys.readouterr().out
    assert cli.main(["compare", "raids", *SMALL, "by=sex", "seeds=2", "name=two", "--no-report"]) == 0
    assert "the group comes out higher than its share of the change of the whole, ‹ lower than its share" in capsys.readouterr().out
    assert cli.main(["compare", "raids", *SMALL, "by=sexx", "seeds=2"]) == 2
    assert "did you mean 'sex'" in capsys.readouterr().err
