"""What is published: parts ask for what exists, tables are kept with where they come from, documents show just them."""

import itertools
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments import catalogue, golden, signs, studies
from experiments.catalogue import SWITCHED
from experiments.findings import __main__ as command
from experiments.findings import documents, text
from experiments.findings.blocks import BLOCKS, NOT_RUN
from experiments.findings.kept import OLDER, PUBLISHED, ROOT, Kept
from experiments.findings.part import KEY, Scale, asked, key_of
from experiments.findings.parts import PARTS, chosen
from sim.declared.measures.catalogue import METRICS
from sim.declared.switches import SWITCHES
from sim.ground.errors import RequestError
from sim.reference.registry import rows
from sim.report import published, words
from sim.studies.request import comparison

TINY = Scale(tiny=True)
# what looks like a result and is declared: a bound from the literature, an assumption of a world, a rule
DECLARED = (
    "a fee 10 % higher would send the client to the next best option",
    "60 % of that without papers",
    "to 2.5 %, least by land and most on the long crossing by sea",
    "deaths per crossing of 0.1 to 3 %",
)
ROOM = {"part": "sizes", "version": "1.0", "source": "abcdefghij", "date": "2030-01-01", "worlds": ["archetypes"],
        "people": [100], "years": [5.0], "burn_in_weeks": [156], "seeds": [4]}  # fmt: skip
ROW = {"baseline": 50.0, "difference": -5.0, "low": -6.0, "high": -4.0, "verdict": "falls"}

kept = Kept()
has_been_run = pytest.mark.skipif(not kept.names, reason="make findings has not been run on this tree")


# --- what stands in documents is what is kept ------------------------------------------------------------------------


def test_documents_say_what_the_kept_tables_say():
    assert documents.outdated(kept) == [], "python -m experiments.findings --write"


def test_no_figure_stands_outside_a_block():
    loose = {
        path.relative_to(ROOT).as_posix(): lines
        for path in documents.documents()
        if (lines := [line for line in documents.loose_figures(path.read_text(encoding="utf-8"))
                      if not any(phrase in line for phrase in DECLARED)])
    }  # fmt: skip
    assert not loose


@pytest.mark.parametrize(
    "line", ["It falls by 3 %.", "exploited −2.5 % (−4 to −1)", "change: +14 people", "up +0.4 points"]
)
def test_a_loose_figure_is_found(line):
    assert documents.loose_figures(line)
    assert not documents.loose_figures(f"<!-- findings: count of=policies -->{line}<!-- end findings -->")


@pytest.mark.parametrize(
    "line", ["95 % intervals", "`deaths=5%` of it", "    x −3 %", "from 2 to 3", "exp(−x) and a = −0.5·b"]
)
def test_code_and_formulas_are_no_figures(line):
    assert not documents.loose_figures(line)


@has_been_run
def test_every_part_has_been_run_and_all_with_one_version():
    assert kept.names == sorted(PARTS)
    of_now = set(golden.sources())
    older = [name for name in kept.names if name not in OLDER and kept.about(name)["source"] not in of_now]
    assert not older, "golden runs of their source are not those that are stored: run them, or name them in OLDER"
    again = [name for name in OLDER if kept.about(name)["source"] in of_now]
    assert not again, "these have been run again: take them out of OLDER"
    assert len({kept.about(name)["version"] for name in kept.names}) == 1


@has_been_run
def test_one_quantity_has_one_figure_wherever_it_stands():
    found = pd.concat([table.assign(part=name) for name, table in kept.tables.items() if is_effects(table)])
    shown = ["baseline", "difference", "low", "high"]
    elsewhere = found.groupby([KEY, "metric"])[shown].transform("first")  # skips what is missing
    same = np.isclose(found[shown], elsewhere, rtol=1e-5, equal_nan=True).all(axis=1)
    assert same.all(), found[~same]


@has_been_run
def test_the_catalogue_holds_every_policy_once():
    table = pd.concat(table for name, table in kept.tables.items() if name.startswith("catalogue-"))
    assert set(table["policy"]) == {row["name"] for row in rows("policies") if row["moves"]}
    assert not table.duplicated(["policy", "metric"]).any()
    assert (table["seeds"] <= 6).all()


def is_effects(table):
    return {KEY, "metric", "baseline", "difference"} <= set(table)


# --- blocks ----------------------------------------------------------------------------------------------------------


def test_a_block_is_written_again_and_the_rest_left_alone(tmp_path):
    before = "Some <!-- findings: count of=headline -->7<!-- end findings --> metrics.\n"
    after = documents.rewritten(before, Kept(tmp_path))
    headline = sum(metric.headline for metric in METRICS.values())
    assert after == before.replace("7", str(headline))
    assert documents.rewritten(after, Kept(tmp_path)) == after
    with pytest.raises(ValueError, match="no block 'nonsense'"):
        documents.rewritten("<!-- findings: nonsense --><!-- end findings -->", Kept(tmp_path))


def test_a_block_without_its_part_says_that_nobody_has_run_it(tmp_path):
    empty = Kept(tmp_path)
    arguments = {"effect": {"policy": "raids", "metric": "deaths"}, "count": {"of": "policies"},
                 "settings": {"policy": "raids", "metric": "deaths"},
                 "study": {"name": "headline", "metrics": "deaths"},
                 "largest": {"metric": "deaths"}, "several": {"metric": "deaths"},
                 "worlds": {"policy": "raids", "metric": "deaths"}, "worlds_of": {"metric": "deaths"},
                 "worlds_table": {"metrics": "deaths"}}  # fmt: skip
    for name, made in BLOCKS.items():
        shown = made(empty, **arguments.get(name, {}))
        assert shown == NOT_RUN or name in (
            "count",
            "evidence",
            "closed_forms",
            "closed_rules",
            "older",
            "patterns_instead",
        )


def test_documents_say_which_parts_are_of_older_rules(monkeypatch):
    monkeypatch.setattr("experiments.findings.blocks.OLDER", ("bands", "nobody_has_run"))
    assert "The parts `bands` were run before" in BLOCKS["older"](kept)
    monkeypatch.setattr("experiments.findings.blocks.OLDER", ())
    assert BLOCKS["older"](kept) == ""


def test_every_block_in_a_document_exists():
    names = [
        found["words"].split()[0]
        for path in documents.documents()
        for found in documents.MARK.finditer(path.read_text(encoding="utf-8"))
    ]
    assert set(names) <= set(BLOCKS)
    assert {"bands", "patterns", "signs", "largest", "several", "study", "evidence"} <= set(names)


def test_a_change_is_bold_only_where_it_is_told_from_zero():
    assert text.change(ROW) == "**−10.0 % (−12.0 to −8.0)**"
    assert text.change(ROW | {"verdict": "too few seeds"}) == "−10.0 % (−12.0 to −8.0)"
    assert text.change(ROW | {"verdict": "undecided"}) == "−10.0 % (−12.0 to −8.0)"
    alike = {"low": np.nan, "high": np.nan, "verdict": "the same difference in every seed"}
    assert text.change(ROW | alike) == "−10.0 % (no interval)"


def test_figures_of_small_runs_stand_beside_those_of_large_ones(tmp_path):
    rows = [("deaths", people, mean, mean - half, mean + half, 4)
            for people, mean, half in ((100, 50.0, 10.0), (1000, 80.0, 4.0), (10_000, 100.0, 3.0))]  # fmt: skip
    rows += [("mean_fee", people, mean, mean, mean, 4) for people, mean in ((100, np.nan), (1000, 9.0), (10_000, 0.0))]
    folder = Kept(tmp_path)
    folder.keep("sizes", pd.DataFrame(rows, columns=["metric", "people", "mean", "low", "high", "seeds"]), ROOM)
    lines = BLOCKS["sizes"](folder).splitlines()
    deaths, fee = (next(line for line in lines if f"`{name}`" in line) for name in ("deaths", "mean_fee"))
    # the half-widths are Welch's of a difference: of 10 and 3, and of 4 and 3
    assert [cell.strip() for cell in deaths.split("|")[2:-1]] == [
        "100 (97.0 to 103)", "people/year for 100 000", "**−50.0 (−59.6 to −40.4)**", "**−20.0 (−23.9 to −16.1)**"
    ]  # fmt: skip
    assert [cell.strip() for cell in fee.split("|")[4:-1]] == [words.DASH, words.DASH]
    assert "10 000 people (95 % interval)" in BLOCKS["sizes"](folder)


def test_a_sentence_tells_lower_higher_and_undecided_apart():
    made = [ROW | {"arm": "a", "metric": "deaths"},
            ROW | {"arm": "b", "metric": "deaths", "difference": 5.0, "low": 4.0, "high": 6.0, "verdict": "rises"},
            ROW | {"arm": "c", "metric": "deaths", "low": -11.0, "high": 1.0, "verdict": "undecided"}]  # fmt: skip
    told = text.sentence(made)
    assert (
        told == "Deaths on a journey: lower with `a` (−10.0 %); higher with `b` (+10.0 %); not told from zero with `c`."
    )


# --- tables ----------------------------------------------------------------------------------------------------------


def test_a_table_that_was_changed_by_hand_is_refused(tmp_path):
    folder = Kept(tmp_path)
    path = folder.keep("bands", pd.DataFrame({"level": ["a"], "mean": [1 / 3]}), {"command": "make findings"})
    assert "0.333333" in path.read_text(encoding="utf-8")
    assert folder.table("bands")["mean"][0] == pytest.approx(1 / 3, rel=1e-5)
    path.write_text("level,mean\na,9\n", encoding="utf-8")
    with pytest.raises(ValueError, match="is not what make findings wrote"):
        folder.table("bands")
    assert folder.table("signs") is None
    assert {gone.name for gone in folder.drop_others([])} == {"bands.csv", "bands.json"}


def test_what_is_published_is_where_pages_read_it():
    assert published.published_folder() == PUBLISHED
    line = published.headed(
        {"part": "signs", "version": "1.0", "source": "abcdefghij", "date": "2030-01-01", "worlds": ["archetypes"],
         "people": [20000, 50000], "years": [5.0], "burn_in_weeks": [156], "seeds": [6]}
    )  # fmt: skip
    assert all(word in line for word in ("1.0", "abcdefgh", "2030-01-01", "20 000 or 50 000 people", "6 paired seeds"))


# --- parts -----------------------------------------------------------------------------------------------------------


def test_parts_are_named_by_their_beginning():
    assert [part.name for part in chosen(["signs"])] == ["signs"]
    lettered = {f"catalogue-{letters}" for letters in catalogue.LETTERS}
    assert {part.name for part in chosen(["catalogue"])} == lettered | {SWITCHED}
    assert len(chosen([])) == len(PARTS)
    with pytest.raises(RequestError, match="signz"):
        chosen(["signz"])


def test_every_policy_is_in_one_part_of_the_catalogue():
    names = list(itertools.chain(*(catalogue.policies_of(letters, Scale()) for letters in catalogue.LETTERS)))
    (switched,) = catalogue.ask_switched(Scale())
    beside = {label for setting in switched.design.settings for label in [setting.arms[0].label]}
    names += [arm.label for arm in switched.design.arms if arm.label not in beside]
    assert sorted(names) == sorted(catalogue.shipped())
    assert set(catalogue.NEEDS) <= set(names)


def test_the_catalogue_keeps_headlines_and_what_moved_most():
    effects = pd.DataFrame({"metric": list(METRICS), "difference": 0.1, "low": 0.0, "high": 0.2})
    effects.loc[effects["metric"] == "ties", ["low", "high"]] = 0.09, 0.11
    found = catalogue.kept(effects)
    assert set(found["metric"]) == {name for name, metric in METRICS.items() if metric.headline} | {"ties"}


def test_signs_ask_about_policies_switches_and_metrics_that_exist():
    for policy, (settings, metrics) in signs.QUESTIONS.items():
        assert policy in {row["name"] for row in rows("policies")}
        assert set(metrics) <= set(METRICS)
        for setting in settings:
            name, _, option = setting.partition("=")
            assert option in SWITCHES[name].options


def test_what_a_part_asks_for_has_a_key_that_changes_with_it(monkeypatch):
    def one(*words, metrics=None):
        arms = {"none": ["policy=none"], "raids": ["policy=raids"]}
        return asked({"": arms}, {}, ["world=corridor", "seeds=2", *words], metrics=metrics)

    part = PARTS["signs"]
    assert key_of(part, [one()]) == key_of(part, [one()])
    keys = {
        key_of(part, [one(*words)]) for words in ((), ("seeds=3",), ("people.size=900",), ("mechanisms.rerouting=off",))
    }
    assert len(keys) == 4
    assert one().runs == 4
    some, every = one(metrics=["departures", "removals"]), one()
    assert len({key_of(part, [some]), key_of(part, [one(metrics=["departures"])]), *keys}) == 6
    # whoever does not choose among metrics asks for the same when there is a new one
    before = key_of(part, [some]), key_of(part, [every])
    fewer = tuple(METRICS)[:-1]
    monkeypatch.setattr("experiments.findings.part.METRICS", dict.fromkeys(fewer))
    every = replace(every, design=replace(every.design, metrics=fewer))
    assert (key_of(part, [some]), key_of(part, [every])) == before


@pytest.mark.slow
@pytest.mark.parametrize("name", studies.shipped())
def test_a_shipped_study_composes_and_has_its_pages(name):
    request = comparison([], [f"study={name}"])
    assert request.name == name
    design = request.design
    assert "?" in (design.question or "")
    for setting in design.settings:
        keys = [arm.scenario.key for arm in setting.arms]
        # the first dose of a study may be what is there already
        assert 1 < len(keys) <= len(set(keys)) + 1, setting.label
    assert studies.PREFIX + name in PARTS
    readme = (ROOT / "experiments" / name / "README.md").read_text(encoding="utf-8")
    assert f"study={name}" in readme
    assert f"<!-- findings: study name={name} " in readme
    assert design.question in documents.study_page(name, kept)


def test_the_command_lists_and_refuses(capsys):
    assert command.main(["signs", "--list"]) == 0
    out = capsys.readouterr().out
    assert "198 runs" in out
    assert command.main(["nonsense"]) == 2
    assert "nonsense" in capsys.readouterr().err
    assert command.main(["bands", "people.sise=3", "--list"]) == 2
    assert "people.size" in capsys.readouterr().err


def test_other_words_than_those_of_the_parts_touch_nothing_that_is_published():
    assert command.options(["signs"]).into is None
    assert command.options(["signs", "seeds=2"]).into == command.SCRATCH
    assert command.options(["signs", "--tiny"]).into == command.SCRATCH


@pytest.mark.slow
def test_a_tiny_part_from_request_to_documents_and_not_twice(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(signs, "QUESTIONS", {"raids": (("private_venues=off",), ("exploited_people",))})
    before = {path: path.read_bytes() for path in PUBLISHED.glob("*")}
    tiny = ["signs", "--tiny", "world=corridor", "--into", str(tmp_path / "made")]
    assert command.main(tiny) == 0
    folder = Kept(tmp_path / "made" / "tables")
    about, table = folder.about("signs"), folder.table("signs")
    assert (about["seeds"], about["people"], about["worlds"]) == ([2], [300], ["corridor"])
    assert table[["policy", "setting", "metric"]].to_numpy().tolist() == [
        ["raids", "as declared", "exploited_people"], ["raids", "private_venues=off", "exploited_people"],
    ]  # fmt: skip
    page = (tmp_path / "made" / "docs" / "findings.md").read_text(encoding="utf-8")
    assert "| `raids` | private_venues=off |" in page
    assert "300 people" in page
    assert "300 people" in (tmp_path / "made" / "docs" / "policies" / "raids.md").read_text(encoding="utf-8")
    assert not list((tmp_path / "results" / "findings").glob("*"))  # its runs are deleted when the table is there
    assert before == {path: path.read_bytes() for path in PUBLISHED.glob("*")}
    capsys.readouterr()
    assert command.main(tiny) == 0
    assert "signs: up to date" in capsys.readouterr().out
    stored = json.loads((folder.folder / "signs.json").read_text(encoding="utf-8"))
    (folder.folder / "signs.json").write_text(json.dumps(stored | {"source": "other"}), encoding="utf-8")
    assert command.main([*tiny, "--check"]) == 1
    assert "signs: run with another version of the source" in capsys.readouterr().out


@pytest.mark.slow
def test_every_part_runs_when_little_is_asked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert command.main(["--tiny"]) == 0
    folder = Kept(tmp_path / command.SCRATCH / "tables")
    assert folder.names == sorted(PARTS)
    assert all(len(table) for table in folder.tables.values())
    page = (tmp_path / command.SCRATCH / "docs" / "findings.md").read_text(encoding="utf-8")
    assert NOT_RUN not in page
