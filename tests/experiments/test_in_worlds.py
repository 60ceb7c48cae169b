"""In how many worlds that fit published effects hold: the table, how it is told, and that no sentence goes without."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from experiments import catalogue, ensemble
from experiments.findings import blocks, documents, in_worlds
from experiments.findings.kept import ROOT, Kept
from experiments.findings.part import Scale
from experiments.findings.parts import PARTS
from experiments.site import gallery
from sim.declared.measures.catalogue import METRICS
from sim.reference import registry
from sim.report import in_worlds as told
from sim.results import over_worlds, turns
from sim.scenario.scenario import Scenario

kept = Kept()
asked = pytest.mark.skipif(told.PART not in kept.names, reason="the part ensemble has not been run on this tree")
ROW = {"worlds": 40, "seeds": 2, "sign": "falls", "holds": 38.0, "holds_low": 35.0, "holds_high": 40.0}
OPEN = ROW | {"holds": 24.0, "holds_low": 11.0, "holds_high": 36.0}
# policy: verdict as declared, and the row over worlds
CASES = {
    "raids": ("falls", ROW),
    "tied_visas": ("rises", ROW),
    "regularisation": ("falls", OPEN),
    "tighter_borders": ("undecided", ROW | {"sign": "rises", "holds": 40.0, "holds_low": 40.0}),
    "reflection_period": ("undecided", OPEN),
}


@pytest.fixture(scope="module")
def made_up(tmp_path_factory):
    """Tables in which declared parameters and worlds that fit say the same, different things, and nothing."""
    folder = Kept(tmp_path_factory.mktemp("tables"))
    plan = {"version": "1.0", "source": "0123456789", "date": "2030-01-01", "worlds": ["archetypes"], "seeds": [6],
            "people": [50_000], "years": [5.0], "burn_in_weeks": [156], "command": "make findings"}  # fmt: skip
    declared, fit = [], []
    for number, (policy, (verdict, row)) in enumerate(CASES.items()):
        side = 1 if verdict == "rises" else -1
        declared.append({"policy": policy, "beside": "none", "metric": "exploited_people", "baseline": 200.0,
                         "difference": 20.0 * side, "low": 20 * side - 5.0, "high": 20 * side + 5.0, "seeds": 6,
                         "verdict": verdict, "pair": f"p{number}"})  # fmt: skip
        way = 1 if row["sign"] == "rises" else -1
        fit.append({"policy": policy, "metric": "exploited_people", **row, "baseline": 80.0, "change": 4.0 * way,
                    "percent": 5.0 * way, "low": 4 * way - 3.0, "high": 4 * way + 3.0,
                    "percent_low": 5 * way - 3.75, "percent_high": 5 * way + 3.75, "goes_with": "debt.markup -0.61",
                    "turns_where": "", "explained": 0.4 if policy == "raids" else np.nan,
                    "hangs_on": "debt.markup 0.52 ± 0.09" if policy == "raids" else ""})  # fmt: skip
    folder.keep("catalogue-o-r", pd.DataFrame(declared), plan | {"part": "catalogue-o-r"})
    folder.keep(told.PART, pd.DataFrame(fit), plan | {"part": told.PART, "sets": 40})
    return folder


# --- how it is told --------------------------------------------------------------------------------------------------


def test_a_direction_is_told_with_its_worlds_and_open_where_chance_may_have_turned_it():
    assert told.told(ROW) == "lower in 38 of 40 worlds that fit (35 to 40)"
    assert told.told(ROW | {"holds": 40.0, "holds_low": 40.0}) == "lower in all 40 worlds that fit"
    assert told.told(OPEN) == "open: lower in 11 to 36 of 40 worlds that fit"
    assert told.told(ROW | {"holds_low": 3.0}).startswith("open")  # it holds in most, and chance may have turned it
    assert told.told(ROW | {"sign": over_worlds.NOTHING, "holds": np.nan}) == "no change in any of 40 worlds that fit"
    assert told.brief(OPEN) == "open over 40 worlds that fit"
    one_seed = ROW | {"holds_low": np.nan, "holds_high": np.nan}
    assert told.told(one_seed) == "lower in 38 of 40 worlds that fit"
    none_to_all = OPEN | {"holds_low": 0.0, "holds_high": 40.0}
    assert told.sentence(OPEN) == "undecided: 11 to 36 of 40 worlds that fit may show a fall"
    assert told.sentence(none_to_all) == "undecided: anything from none to all 40 worlds that fit may show a fall"
    assert told.sentence(ROW) == told.told(ROW)
    assert all(
        documents.IN_WORLDS.search(say(row))
        for say in (told.told, told.brief, told.sentence)
        for row in (ROW, OPEN, one_seed, none_to_all)
    )


def test_what_the_declared_parameters_say_is_held_against_worlds():
    said = {policy: told.beside(verdict, row) for policy, (verdict, row) in CASES.items()}
    assert said == {
        "raids": told.SAME, "tied_visas": told.TURNED, "regularisation": told.NOT_KNOWN,
        "tighter_borders": told.ONLY_WORLDS, "reflection_period": told.NEITHER,
    }  # fmt: skip


def test_documents_tell_first_where_worlds_say_something_else(made_up):
    counts = in_worlds.worlds_counts(made_up)
    assert "Of 3 effects of 5 policies" in counts
    assert "1 have the same known direction" in counts
    assert "open there: 1; the other way: 1. Of 2 that are not" in counts
    apart = in_worlds.worlds_apart(made_up)
    assert apart.index("`tied_visas`") < apart.index("`regularisation`")
    assert "**+10.0 % (+7.5 to +12.5)** as declared; lower in 38 of 40" in apart
    assert "`raids`" not in apart
    lines = in_worlds.worlds_of(made_up, metric="exploited_people").splitlines()
    assert [line[:8] for line in lines if line.startswith("- ")] == ["- first,", "- lower ", "- higher", "- undeci"]
    assert lines[2].endswith(
        "`regularisation` (lower as declared, undecided: 11 to 36 of 40 worlds that fit may show a fall);"
    )
    assert "(11 to 36 of 40 worlds may show a fall)" in lines[-1]
    only = in_worlds.worlds_of(made_up, metric="exploited_people", policies="raids,tighter_borders")
    assert "first" not in only
    assert "`tighter_borders` (in all 40)" in only


def test_sizes_that_lie_outside_what_worlds_make_of_them_are_named(made_up):
    found = in_worlds.worlds_sizes(made_up)  # 10 per cent less of 80 is 8, and worlds make it 1 to 7
    assert "`raids`" in found
    assert "in a world that fits −8.8 to −1.2 %" in found
    assert "`tighter_borders`" not in found  # not told from zero as declared


def test_turns_and_emulators_are_told_and_poor_ones_counted(made_up):
    table = in_worlds.worlds_turns(made_up)
    assert (
        "There are 2 effects whose direction holds in fewer than 95 % of the worlds. A parameter goes with 2" in table
    )
    assert "debt.markup −0.61" in table
    assert "`raids`" not in table
    found = in_worlds.worlds_sobol(made_up)
    assert "Emulators were fitted to 5 effects. 4 of them are too poor" in found
    assert "| `raids` | People exploited at a time | 0.40 | debt.markup 0.52 ± 0.09 |" in found


def test_a_figure_in_a_line_and_the_largest_have_their_worlds(made_up):
    assert blocks.BLOCKS["effect"](made_up, policy="raids", metric="exploited_people").endswith(
        ", lower in 38 of 40 worlds that fit (35 to 40)"
    )
    assert "| lower in 38 of 40 (35 to 40) |" in blocks.BLOCKS["largest"](made_up, metric="exploited_people")
    assert in_worlds.worlds(made_up, policy="corridor", metric="deaths").startswith("nobody has asked")


# --- no sentence without it ------------------------------------------------------------------------------------------


def test_a_sentence_without_its_worlds_is_found():
    block = "<!-- findings: x -->\n| `raids` | −1 |\n| `tied_visas` | in 3 of 40 |\n<!-- end findings -->"
    text = f"With `raids` fewer are exploited.\n\n- `none` is left alone.\n- `raids`, in 38 of 40 worlds.\n\n{block}\n"
    assert documents.untold(text, ["raids", "tied_visas"]) == [
        "raids: | `raids` | −1 |", "With `raids` fewer are exploited.",
    ]  # fmt: skip
    inline = "With `raids` <!-- findings: x -->lower in all 40 worlds<!-- end findings -->."
    assert documents.untold(inline + "\n```\n`raids`\n```\n", ["raids"]) == []


@asked
@pytest.mark.parametrize("name", ["README.md", "docs/findings.md", "docs/reading.md", "docs/tours/researcher.md"])
def test_no_sentence_on_an_effect_stands_without_its_worlds(name):
    policies = set(kept.tables[told.PART]["policy"])
    assert documents.untold((ROOT / name).read_text(encoding="utf-8"), policies) == []


@asked
def test_every_page_of_a_policy_has_the_worlds_of_every_headline_figure():
    for policy, rows in kept.tables[told.PART].groupby("policy"):
        page = (ROOT / "docs" / "policies" / f"{policy}.md").read_text(encoding="utf-8")
        for metric in rows["metric"]:
            lines = [line for line in page.splitlines() if line.startswith(f"| `{metric}`")]
            assert all(documents.IN_WORLDS.search(line) for line in lines), (policy, metric)


# --- the part --------------------------------------------------------------------------------------------------------


def test_what_documents_name_first_is_asked():
    there = {row["name"] for row in registry.rows("policies")}
    assert set(ensemble.POLICIES) <= there
    assert len(set(ensemble.POLICIES)) == len(ensemble.POLICIES)
    assert set(gallery.EIGHT) <= set(ensemble.POLICIES)
    assert not any(catalogue.switches_of(name) for name in ensemble.POLICIES)
    assert ensemble.POLICIES[:4] == (
        "tighter_borders",
        "demand_criminalisation",
        "reflection_period",
        "regular_channels",
    )


HARM = ("exploited_people", "new_exploited", "deaths", "safety_reached")


@asked
def test_every_policy_with_a_known_effect_on_harm_or_safety_is_asked():
    table = pd.concat(table for name, table in kept.tables.items() if name.startswith("catalogue-"))
    known = table[table["verdict"].isin(("rises", "falls")) & table["metric"].isin(HARM) & (table["beside"] == "none")]
    usual = {name for name in known["policy"] if not catalogue.switches_of(name)}
    assert usual <= set(ensemble.POLICIES)


def test_it_asks_every_policy_in_the_same_worlds_and_seeds():
    (one,) = PARTS[told.PART].ask(Scale(tiny=True))
    assert len(one.design.settings) == ensemble.TINY_SETS
    assert one.design.ensemble is not None
    assert set(one.design.metrics) == {name for name, metric in METRICS.items() if metric.headline}
    first, second = (setting.arms for setting in one.design.settings)
    assert [arm.label for arm in first] == [arm.label for arm in second]
    name = one.design.ensemble.parameters[0]
    assert first[0].scenario[name] != second[0].scenario[name]
    assert isinstance(first[0].scenario, Scenario)


def test_the_table_holds_effects_and_what_turns_them():
    table = pd.DataFrame(
        [dict.fromkeys(over_worlds.COLUMNS, 1.0) | {"arm": "raids", "metric": metric, "worlds": worlds}
         for metric, worlds in (("deaths", 40), ("compensation", 1))]
    )  # fmt: skip
    ranked = dict.fromkeys(turns.COLUMNS, np.nan) | {
        "arm": "raids", "metric": "deaths", "by": "rank", "what": "debt.markup", "correlation": -0.61,
    }  # fmt: skip
    tree = ranked | {"by": "tree", "what": "debt.markup is above 2", "worlds": 9.0, "against": 7.0}
    sobol = pd.DataFrame(
        [{"arm": "raids", "metric": "deaths", "parameter": name, "total": total, "total_error": 0.1, "explained": 0.5}
         for name, total in (("a", 0.1), ("b", 0.6), ("c", 0.2), ("d", 0.3))]
    )  # fmt: skip
    found = SimpleNamespace(over_worlds=table, turns=pd.DataFrame([ranked, tree]), sensitivity=sobol)
    (row,) = ensemble.find([found]).to_dict("records")  # of one world nothing is told
    assert (row["policy"], row["metric"], row["change"]) == ("raids", "deaths", 1.0)
    assert row["goes_with"] == "debt.markup -0.61"
    assert row["turns_where"] == "debt.markup is above 2: 7 of 9"
    assert row["hangs_on"] == "b 0.60 ± 0.10; d 0.30 ± 0.10; c 0.20 ± 0.10"
    empty = SimpleNamespace(over_worlds=table, turns=pd.DataFrame(columns=list(turns.COLUMNS)), sensitivity=sobol[:0])
    (row,) = ensemble.find([empty]).to_dict("records")
    assert row["goes_with"] == ""
    assert np.isnan(row["explained"])
