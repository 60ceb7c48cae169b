"""The pages as they are read: what stands where, each number once, and nothing that only some readers can use."""

from __future__ import annotations

import math
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from sim.declared.measures.catalogue import METRICS
from sim.report import answers, drawn, figures, first, glossed, page, spoken, tables, words
from sim.report.directions import direction
from sim.report.style import colours
from sim.results.comparison import Comparison
from sim.results.naming import DETAILS, PAGE
from sim.results.run import Failure, RunResult
from sim.results.signs import names_a_sign

NAME = "<my> & 'own' policy"
SHAPES = {"better": "▲▼", "worse": "▲▼", "neither": "△▽", "activity": "◇", "open": "○"}


@pytest.fixture(scope="module")
def compared(made_up):
    """Three policies in one world, with a placebo: one that moves everything up, one open, one down."""
    return made_up({"up": 1.0, NAME: 0.02, "down": -1.0}, placebo=True)


@pytest.fixture(scope="module")
def alone(compared):
    return page.pages([("corridor", compared)], question="What <b>then</b>?")


@contextmanager
def few():
    """Two figures a comparison: all of them are on the pages of ``alone``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "FIGURES", {name: figures.FIGURES[name] for name in ("glance", "course")})
        yield


@pytest.fixture(scope="module")
def spanning(made_up_study):
    arms = {"one": {"a": 1.0, "b": 0.0}, "<two>": {"a": -1.0, "b": 1.0}}
    with few():
        return page.study_pages(made_up_study(arms, metrics=tuple(METRICS), title="Both & more"))


@pytest.fixture(scope="module")
def many(made_up):
    found = made_up({f"arm {n}": n / 10 for n in range(9)}, metrics=["deaths", "departures"])
    with few():
        return page.pages([("Many", found)])


@pytest.fixture(scope="module")
def single(compared):
    runs = {run.key: run for run in compared.runs_of(compared.baseline)}
    with few():
        return page.pages([("corridor", Comparison([compared.baseline], [1], runs))])


@pytest.fixture(params=["alone", "spanning", "many", "single"])
def pages(request):
    return request.getfixturevalue(request.param)


def elements(read, pages):
    return [read(markup) for markup in pages]


def without(runs, key, seed):
    return runs | {
        key: RunResult(key, seed, failure=Failure("week 7", "ValueError: <no>", f"labyrinth run seed={seed}"))
    }


# --- form -------------------------------------------------------------------------------------------------------


def test_one_title_and_headings_without_gaps(read, pages) -> None:
    for whole in elements(read, pages):
        levels = [int(one.tag[1]) for one in whole.all("h1", "h2", "h3", "h4")]
        assert levels.count(1) == 1
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        assert all(one.text for one in whole.all("h1", "h2", "h3", "title"))


def test_ids_are_unique_and_links_lead_somewhere(read, pages) -> None:
    for whole, other in zip(elements(read, pages), (DETAILS, PAGE), strict=True):
        ids = Counter(one.attributes["id"] for one in whole.all() if "id" in one.attributes)
        assert not [name for name, count in ids.items() if count > 1]
        targets = {one.attributes["href"] for one in whole.all("a")}
        assert other in targets
        assert {target.removeprefix("#") for target in targets - {other}} <= set(ids)
        for one in whole.all():
            for name in one.attributes.get("aria-labelledby", "").split():
                assert name in ids
            used = [one.attributes.get("href", "") if one.tag == "use" else "", *one.attributes.values()]
            for reference in re.findall(r"url\(#([^)]+)\)", " ".join(map(str, used))):
                assert reference in ids


def test_nothing_is_fetched_and_nothing_runs(pages) -> None:
    for markup in pages:
        asked = r"https?:(?!//www\.w3\.org/2000/svg)|@import|url\((?!#)|<script|<link|<img|\son\w+="
        assert not re.search(asked, markup)


def test_landmarks_language_and_the_way_past_the_head(read, pages) -> None:
    for whole in elements(read, pages):
        assert whole.all("html")[0].attributes["lang"] == "en"
        assert [len(whole.all(tag)) for tag in ("header", "main", "footer", "nav")] == [1, 1, 1, 1]
        first = whole.all("body")[0].all("a")[0]
        assert first.attributes == {"class": "skip", "href": "#main"}
        assert whole.all("main")[0].attributes["id"] == "main"
        assert all("aria-labelledby" in one.attributes for one in whole.all("section"))


def test_every_figure_says_what_it_shows_and_its_text_is_text(read, pages) -> None:
    for whole in elements(read, pages):
        for figure in whole.all("figure"):
            caption = figure.all("figcaption")[0].text
            assert caption
            for drawing in figure.all("svg"):
                assert drawing.attributes["role"] == "img"
                title, said = drawing.all("title")[0], drawing.all("desc")[0]
                assert drawing.attributes["aria-labelledby"] == f"{title.attributes['id']} {said.attributes['id']}"
                assert title.text
                assert said.text
                assert said.text != caption
                assert drawing.all("text"), f"{title.text} has no text that can be searched"


def test_every_table_has_a_caption_and_says_what_its_heads_are_of(read, pages) -> None:
    for whole in elements(read, pages):
        assert whole.all("table")
        for table in whole.all("table"):
            assert table.all("caption")[0].text
            assert all(
                head.attributes.get("scope") in ("col", "row", "colgroup", "rowgroup") for head in table.all("th")
            )
            assert all(head.text for head in table.all("th"))
            for line in table.all("tr"):
                assert line.all("th"), "a line of numbers says of nothing what they are"


def test_what_is_wider_than_a_page_scrolls_in_a_box_that_the_keyboard_reaches(read, pages) -> None:
    for whole in elements(read, pages):
        boxes = [one for one in whole.all("div") if "scroll" in one.attributes.get("class", "").split()]
        assert boxes
        assert all(box.attributes.get("tabindex") == "0" and box.attributes.get("aria-label") for box in boxes)
        wide = [one for one in whole.all("table", "svg") if one.attributes.get("class") != "bar"]
        fitted = [one for one in whole.all("div") if one.attributes.get("class") == "drawing phone"]
        assert all(one.parent in (*boxes, *fitted) for one in wide)


def test_what_users_write_is_text(alone, spanning) -> None:
    assert "What &lt;b&gt;then&lt;/b&gt;?" in alone.report
    for markup in alone:
        assert "&lt;my&gt; &amp; &#39;own&#39; policy" in markup
        assert "<my>" not in markup
    for markup in spanning:
        assert "Both &amp; more" in markup
        assert "<two>" not in markup


# --- what stands on the first page ------------------------------------------------------------------------------


def test_the_answer_comes_first_then_a_section_for_each_policy(read, alone, compared) -> None:
    whole = read(alone.report)
    names = [one.attributes["id"] for one in whole.all("section")]
    assert names == ["answer", "policy-1", "policy-2", "policy-3", "limits", "runs", "measures", "words"]
    answer = whole.all("section", id="answer")[0]
    assert 3 <= len(answer.all("li")) <= 5
    assert len(answer.all("figure")) == 1
    assert [one for one in answer.all("p") if one.attributes.get("class") == "cannot"]
    assert [one.all("h2")[0].text for one in whole.all("section", **{"class": "policy"})] == [
        arm.title for arm in compared.arms
    ]


def test_a_policy_is_told_in_few_sentences_and_in_all_that_is_not_a_change(compared) -> None:
    for arm in compared.arms:
        every = answers.arm_sentences(compared, arm)
        told = spoken.of_arm(compared, arm)
        changes = [one.text for one in every if one.kind == "effect"]
        assert [one.text for one in told if one.kind == "effect"] == changes[: spoken.MOST_EFFECTS]
        assert [one.text for one in told if one.kind != "effect"] == [one.text for one in every if one.kind != "effect"]
        assert {one.kind for one in told} <= set(spoken.KINDS)


def test_everything_else_is_folded_or_on_the_second_page(read, alone, compared) -> None:
    whole, more = (read(markup) for markup in alone)
    open_to_all = [one for one in whole.all("figure") if "details" not in one.above]
    assert [one.attributes["id"] for one in open_to_all] == ["first-glance-figure"]
    assert not [one for one in (*whole.all("details"), *more.all("details")) if "open" in one.attributes]
    assert {f"world-1-{name}-figure" for name in compared.figures} == {
        one.attributes["id"] for one in more.all("figure")
    }


def test_each_number_stands_once_on_the_first_page(read, alone, spanning, many, compared) -> None:
    for made in (alone, spanning, many):
        whole = read(made.report)
        measures = [line.attributes["id"] for line in whole.all("tr") if "id" in line.attributes]
        assert len(measures) == len(set(measures))
        captions = [one.text for one in whole.all("caption")]
        assert len(captions) == len(set(captions))
    whole, limit = read(alone.report), first._limit(compared)
    rows = compared.effects[compared.effects["metric"].isin(tables.at_a_glance(compared))].to_dict("records")
    cells = [tables.relative_cell(row, limit) for row in rows]
    effects = [one for one in whole.all("div") if one.attributes.get("class", "").startswith("effect")]
    for part in ("size", "range"):
        told = [one.text for cell in effects for one in cell.all("span") if part in one.attributes["class"].split()]
        assert Counter(told) == Counter(cell[part] for cell in cells)
    # neither in the other tables, nor in the figure beside the answer
    others = [one.text for one in whole.all("td") if not one.all("div", **{"class": "effect"})]
    written = [one.text for one in whole.all("section", id="answer")[0].all("text")]
    assert written
    assert not {cell["size"] for cell in cells} & {*others, *written}


def test_what_measures_mean_and_start_from_is_said_once(read, alone, compared) -> None:
    whole = read(alone.report)
    for name in tables.at_a_glance(compared):
        (line,) = whole.all("tr", id=f"measure-{name}")
        row = compared.effects.set_index(["metric", "arm"]).loc[name, "up"]
        factor = words.per_people(METRICS[name], compared.people)[0]
        assert words.number(factor * row["baseline"]) in line.text
        assert METRICS[name].meaning[1:] in line.text
        links = whole.all("a", href=f"#measure-{name}")
        assert len(links) == len(compared.arms)


def test_a_word_is_linked_where_it_is_first_used(read, alone) -> None:
    whole = read(alone.report)
    links = [one.attributes["href"] for one in whole.all("a", **{"class": "word"})]
    assert links
    assert max(Counter(links).values()) == 1
    meanings = {one.attributes["id"] for one in whole.all("dt")}
    assert {link.removeprefix("#") for link in links} <= meanings
    assert len(meanings) == len(glossed.EXPLAINED)


def test_links_leave_a_text_as_it_was() -> None:
    link = glossed.Links()
    text = link("Exploited <people>, exploited; sub-status")
    assert re.sub("<[^>]*>", "", text) == "Exploited &lt;people&gt;, exploited; sub-status"
    assert text.count("<a ") == 1
    assert "<a " not in link("exploited again")
    assert link("status").startswith('<a class="word" href="#word-status">')


def test_many_arms_have_a_line_each_and_no_section(read, many) -> None:
    whole = read(many.report)
    assert not whole.all("section", **{"class": "policy"})
    (table,) = whole.all("section", id="arms")[0].all("table")
    assert len(table.all("tbody")[0].all("tr")) == 9


def test_a_single_run_has_pages_too(read, single) -> None:
    whole = read(single.report)
    assert "What the runs gave" in whole.text
    assert [one.attributes["id"] for one in whole.all("figure")]
    assert not whole.all("div", **{"class": "effect"})


@pytest.mark.usefixtures("few_figures")
def test_a_run_with_a_policy_says_which_is_in_force_and_a_baseline_what_it_does(read, made_up) -> None:
    found = made_up({"a": 0.0, "b": 0.5}, seeds=2, metrics=["deaths", "departures"])
    runs = {run.key: run for arm in found.every_arm for run in found.runs_of(arm)}
    alone = Comparison(found.arms[:1], [1, 2], runs, metrics=found.metrics)
    whole, more = (read(markup) for markup in page.pages([("corridor", alone)]))
    moves = spoken.dose(alone.baseline.scenario.policies[0], alone.baseline.scenario)
    assert "In force: Tighter borders" in whole.text
    assert moves in whole.text
    assert "What is in force" in more.text
    assert "What is found." in whole.text
    assert "It was run with 2 seeds." in whole.text
    held = Comparison([*found.arms], [1, 2], runs, metrics=found.metrics)
    whole, more = (read(markup) for markup in page.pages([("corridor", held)]))
    assert "its level in the baseline" in whole.text
    assert "ithout a policy" not in whole.all("section", id="answer")[0].text
    (table,) = [one for one in more.all("table") if one.all("caption")[0].text == "What the arms do"]
    assert moves in table.all("tr")[-1].text
    assert "the baseline" in table.all("tr")[-1].text


@pytest.mark.usefixtures("few_figures")
def test_the_page_says_of_whom_nobody_is_a_twin(read, made_up) -> None:
    words_of = {"bigger": ["people.size=800"]}
    found = made_up({"a": 0.5, "bigger": 0.5}, seeds=2, words=words_of, metrics=["deaths", "departures"])
    text = read(page.pages([("corridor", found)]).report).all("section", id="runs")[0].text
    assert "live in the worlds of No policy, a, which differ only where the policy reached them" in text
    assert "live in bigger (800 modelled persons at risk): its effects are differences between worlds" in text
    alike = read(page.pages([("corridor", made_up({"a": 0.5}, seeds=2, metrics=["deaths"]))]).report).text
    assert "the same persons with the same luck live in each world" in alike


def test_a_study_has_a_column_for_each_setting(read, spanning) -> None:
    whole, more = (read(markup) for markup in spanning)
    heads = whole.all("section", id="policy-1")[0].all("table")[0].all("thead")[0].all("th")
    assert [head.text for head in heads] == ["measure", "One", "<two>"]
    assert whole.all("figure", id="first-settings-figure")
    assert "Setting by setting" in more.text
    assert "Signs that depend on the setting" in more.text


# --- directions -------------------------------------------------------------------------------------------------


def test_directions_are_told_by_word_and_shape(read, alone, compared) -> None:
    marks = [one for one in read(alone.report).all("span") if one.attributes.get("class", "").startswith("mark ")]
    kinds = {one.attributes["class"].split()[1] for one in marks}
    assert {"better", "worse", "neither", "open"} <= kinds
    for one in marks:
        kind = one.attributes["class"].split()[1]
        assert one.text[0] in SHAPES[kind]
        assert re.search("[a-z]{3}", one.text)


def test_a_direction_is_that_of_the_verdict(compared) -> None:
    for row in compared.effects.to_dict("records"):
        found = direction(row)
        assert (found.kind != "open") == names_a_sign(row["verdict"])
        if found.kind in ("better", "worse", "neither"):
            assert found.shape in ("▲△" if row["difference"] > 0 else "▼▽")
        if METRICS[row["metric"]].tag == "activity":
            assert found.kind in ("activity", "open")


def test_bars_show_the_interval(compared) -> None:
    limit = tables.widest(compared.effects)
    for row in compared.effects.to_dict("records"):
        cell = tables.relative_cell(row, limit)
        if cell["bar"] is None:
            assert not math.isfinite(row["low"]) or not row["baseline"]
            continue
        assert 0 <= cell["bar"]["low"] <= cell["bar"]["at"] <= cell["bar"]["high"] <= 100
        if abs(row["percent"]) < limit:
            assert cell["bar"]["at"] == pytest.approx(50 * (1 + row["percent"] / limit), abs=0.06)


@pytest.mark.usefixtures("few_figures")
def test_what_the_baseline_has_none_of_is_told_in_units(made_up) -> None:
    def none_before(run, label):
        return run.__class__(**{**vars(run), "metrics": run.metrics | {"deaths": 0.0 if label == "none" else run.seed}})

    found = made_up({"a": 1.0}, change=none_before, metrics=["deaths", "departures"])
    row = found.effects.set_index("metric", drop=False).loc["deaths"].to_dict()
    cell = tables.relative_cell(row, 10.0)
    assert cell["none"]
    assert cell["size"] == words.number(words.factor(row) * row["difference"], signed=True)
    assert "(none in the baseline)" in page.pages([("corridor", found)]).report


# --- remarks ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.usefixtures("few_figures")
def test_failures_are_told_on_the_first_screen_and_in_full_below(read, compared) -> None:
    arm = compared.arms[0]
    runs = {run.key: run for each in compared.every_arm for run in compared.runs_of(each)}
    runs = without(runs, arm.scenario.run_key(3), 3)
    whole = read(page.pages([("corridor", Comparison(compared.every_arm, compared.seeds, runs))]).report)
    assert "1 run failed in corridor and is missing" in whole.all("section", id="answer")[0].text
    assert "labyrinth run seed=3" in whole.all("section", id="runs")[0].text
    assert "ValueError: <no>" in whole.all("section", id="runs")[0].text


@pytest.mark.slow
@pytest.mark.usefixtures("few_figures")
def test_few_seeds_are_told_on_the_first_screen(read, made_up) -> None:
    for seeds in (1, 3):
        whole = read(page.pages([("corridor", made_up({"a": 1.0}, seeds=seeds))]).report)
        assert f"{seeds} seed{'s' if seeds > 1 else ''}: no verdict" in whole.all("section", id="answer")[0].text
        assert not whole.all("span", **{"class": "mark better"})[1:]  # but in the key
    assert "with 95 % intervals" not in whole.all("section", id="answer")[0].text


def test_what_should_be_known_of_a_run_stands_on_its_page(read, compared, alone) -> None:
    (note,) = compared.baseline.scenario.notes()
    assert "400" in note
    assert read(alone.report).text.count(note[1:]) == 1


@pytest.mark.usefixtures("few_figures")
def test_own_titles_are_used_for_arms(compared) -> None:
    arm = replace(compared.arms[0], label="<my> arm")
    runs = {run.key: run for each in compared.every_arm for run in compared.runs_of(each)}
    few = Comparison([compared.baseline, arm], compared.seeds, runs, metrics=["deaths"])
    markup = page.pages([("corridor", few)]).report
    assert "&lt;my&gt; arm" in markup
    assert "<my> arm" not in markup


# --- figures of one policy --------------------------------------------------------------------------------------


def test_a_policy_keeps_its_colour_and_its_verdicts_when_it_is_shown_alone(compared) -> None:
    arm = compared.arms[2]
    narrow = drawn.with_arm(compared, arm)
    assert [one.label for one in narrow.arms] == ["down"]
    assert len(compared.arms) == 3
    assert narrow.effects is compared.effects
    figure = figures.draw(narrow, "course")
    legend = {handle.get_label(): handle.get_color() for handle in figure.legends[0].legend_handles}
    assert legend["down"] == colours(compared)["down"]
    assert len(legend) == 2


# --- files ------------------------------------------------------------------------------------------------------


def test_both_pages_link_to_one_another_wherever_they_lie(read, made_up, few_figures, tmp_path: Path) -> None:
    found = made_up({"a": 1.0}, metrics=["deaths"])
    for name, other in ((PAGE, DETAILS), ("mine.html", "mine-details.html")):
        assert found.report(tmp_path / name) == tmp_path / name
        assert [one for one in read((tmp_path / name).read_text("utf-8")).all("a") if one.attributes["href"] == other]
        assert [one for one in read((tmp_path / other).read_text("utf-8")).all("a") if one.attributes["href"] == name]


def test_writing_replaces_in_one_piece(made_up, few_figures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = made_up({"a": 1.0}, metrics=["deaths"])
    target = tmp_path / "new" / PAGE
    found.report(target)
    old = target.read_text(encoding="utf-8")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        found.report(target)
    assert target.read_text(encoding="utf-8") == old
    assert sorted(path.name for path in target.parent.iterdir()) == [DETAILS, PAGE]


def test_pages_stay_small(alone, spanning) -> None:
    assert max(len(made.report.encode()) for made in (alone, spanning)) < 350_000
    assert max(len(made.details.encode()) for made in (alone, spanning)) < 1_000_000


def test_a_notebook_shows_the_table_alone(compared, read) -> None:
    table = compared._repr_html_()
    assert "down" in table
    assert "<svg" not in table
    assert len(read(table).all("table")) == 1
