"""What is wrong with a request is said in one sentence: what, where, what is allowed, the nearest match."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.ground.errors import Faults, RequestError, RequestErrors, nearest
from sim.scenario.scenario import Scenario

BORDERS = "policy=tighter_borders"

# words of a request -> parts that its sentence must hold
WORDS: list[tuple[list[str], list[str]]] = [
    # names
    (["people.sise=5"], ["no setting 'people.sise'", "(in people.sise=5)", "did you mean 'people.size'?"]),
    (["size=5"], ["no setting 'size'", "did you mean 'people.size'?"]),
    (["people/size=5"], ["did you mean 'people.size'?"]),
    (["people_size=5"], ["did you mean 'people.size'?"]),
    (["Seed=5"], ["no setting 'Seed'", "did you mean 'seed'?"]),
    (["people=5"], ["people is a group of settings", "people.size"]),
    (["people={size: 5}"], ["people is a group of settings", "people.size"]),
    (["+typo=1"], ["no setting 'typo'", "(in +typo=1)", "allowed: seed"]),
    (["++people.typo=1"], ["no setting 'people.typo'", "people.size"]),
    (["~people.size"], ["cannot be taken away", "people.size=…"]),
    (["hydra.run.dir=x"], ["no effect here", "--config-dir"]),
    (["mechanisms.reroute=off"], ["no setting 'mechanisms.reroute'", "did you mean 'mechanisms.rerouting'?"]),
    (["world.region=x"], ["no setting 'world.region'", "did you mean 'world.regions'?"]),
    # words that are none
    (["people.size"], ["'people.size' is not of the form key=value", "people.size=…"]),
    (["tighter_borders"], ["not of the form key=value", "write policy=tighter_borders"]),
    ([""], ["not of the form key=value"]),
    (["=3"], ["no setting ''"]),
    (["people.size="], ["people.size needs a value"]),
    # values
    (["people.size=abc"], ["people.size must be a number", "not 'abc'", "(in people.size=abc)"]),
    (["people.size=2000.5"], ["whole number"]),
    (["people.size=1"], ["outside its range 10 to"]),
    (["people.size=nan"], ["finite number"]),
    (["people.size=true"], ["must be a number", "not 'true'"]),
    (["people.size=null"], ["must be a number", "not None"]),
    (["people.size=2,000"], ["one value at a time, without commas"]),
    (["people.size=[1,2]"], ["must be a number", "(in people.size=[1,2])"]),
    (["people.size={a: 1}"], ["no setting 'people.size.a'", "(in people.size={a: 1})"]),
    (["people.size=[1"], ["cannot be read", "(in people.size=[1)"]),
    (["people.size=${sed}"], ["'sed' not found", "people.size"]),
    (["seed=-1"], ["outside its range 0 to"]),
    (["visa.wait=90 dollars"], ["visa.wait is in weeks", "different kind of quantity"]),
    (["visa.price=3 weeks"], ["visa.price is in US$", "different kind of quantity"]),
    (["choice.rule=plane"], ["choice.rule cannot be 'plane'", "did you mean 'plain'?", "aspiration, plain"]),
    (["mechanisms.rerouting=maybe"], ["mechanisms.rerouting cannot be 'maybe'", "allowed: on, off"]),
    (["events=perhaps"], ["events must be on or off"]),
    # choices
    (["world=coridor"], ["no world 'coridor'", "did you mean 'corridor'?", "subregions"]),
    (["world=null"], ["a run needs a world", "corridor"]),
    (["world="], ["world needs a name", "corridor"]),
    (["world=[corridor]"], ["one name, not a list"]),
    (["world=corridor,subregions"], ["world takes one name"]),
    (["world=csv"], ["world.regions=PATH", "world.legs=PATH"]),
    (["world=csv", "world.regions=/nowhere/r.csv", "world.legs=/nowhere/l.csv"], ["/nowhere/r.csv"]),
    (["scenario=leson"], ["no scenario 'leson'", "did you mean 'lesson'?"]),
    (["scenario=null"], ["leave scenario out"]),
    (["study=x"], ["no study 'x'"]),
    (["policy=tigter_borders"], ["no policy 'tigter_borders'", "did you mean 'tighter_borders'?", "agency_bundle"]),
    (["policy=[tighter_borders,x]"], ["no policy 'x'", "(in policy=[tighter_borders,x])"]),
    (["policy=[tighter_borders"], ["a list ends with ]", "quotes"]),
    (
        ["policy=tighter_borders,sealed_border"],
        ["compare tighter_borders sealed_border", "policy='[tighter_borders,sealed_border]'"],
    ),
    (["policy=tighter_borders+sealed_border"], ["policy='[tighter_borders,sealed_border]'"]),
    (["policy=tighter_borders@0.5"], ["write policy=tighter_borders policy.tighter_borders.dose=0.5"]),
    # fields of policies
    (["policy.tighter_borders.dose=2"], ["tuned but not chosen", "chosen: none", "add policy=tighter_borders"]),
    (
        ["policy=sealed_border", "policy.tighter_borders.dose=2"],
        ["tuned but not chosen", "chosen: sealed_border", "add policy='[sealed_border,tighter_borders]'"],
    ),
    (["policy.x.dose=2"], ["no policy 'x'", "(in policy.x.dose=2)"]),
    (["policy.tighter_borders=2"], ["is a policy, not one setting", "policy.tighter_borders.dose"]),
    (["policy.doze=2"], ["no setting 'policy.doze'", "did you mean 'policy.dose'?"]),
    ([BORDERS, "policy.tighter_borders.dse=2"], ["no field 'dse'", "did you mean 'dose'?"]),
    (
        [BORDERS, "policy.tighter_borders.dose=3"],
        ["dose 3, above its max_dose 2", "(in policy.tighter_borders.dose=3)"],
    ),
    ([BORDERS, "policy.dose=3"], ["dose 3, above its max_dose 2", "(in policy.dose=3)"]),
    (["policy.dose=-1"], ["outside its range 0 to 100"]),
    (["policy.dose=abc"], ["policy.dose must be a number", "not 'abc'"]),
    ([BORDERS, "policy.tighter_borders.end=-3"], ["policy.tighter_borders.end", "(in policy.tighter_borders.end=-3)"]),
    (
        [BORDERS, "policy.tighter_borders.start=9", "policy.tighter_borders.end=9"],
        ["ends in week 9, not after its start"],
    ),
    ([BORDERS, "policy.tighter_borders.levers=3"], ["policy.tighter_borders.levers must be a list"]),
    ([BORDERS, "policy.tighter_borders.levers.9.value=3"], ["policy.tighter_borders.levers.9.value does not exist"]),
    ([BORDERS, "policy.tighter_borders.levers.0.valu=3"], ["levers.0.valu does not exist", "levers.0.value"]),
    ([BORDERS, "policy.tighter_borders.levers.0.op=plus"], ["op cannot be 'plus'", "set, add, scale"]),
    ([BORDERS, "policy.tighter_borders.levers.0.value=3 weeks"], ["different kind of quantity"]),
    (
        ["policy=sealed_border", "policy.sealed_border.levers.0.value=3"],
        ["outside the range of border.control, 0 to 0.999"],
    ),
    (
        [BORDERS, "policy.tighter_borders.levers.0.lever=border.contrl"],
        ["no lever 'border.contrl'", "'border.control'?"],
    ),
    ([BORDERS, "policy.tighter_borders.levers.0.where.role=transt"], ["no role 'transt'", "did you mean 'transit'?"]),
    ([BORDERS, "policy.tighter_borders.levers.0.where.region=atlantis"], ["no region 'atlantis' in world archetypes"]),
]


def complaint(*words: str, **options: object) -> str:
    """The sentence that a request is refused with."""
    with pytest.raises(RequestError) as raised:
        Scenario.compose(list(words), **options)  # type: ignore[arg-type]
    return str(raised.value)


@pytest.mark.parametrize(
    ("words", "parts"), WORDS, ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
def test_a_wrong_word_is_explained(words: list[str], parts: list[str]) -> None:
    sentence = complaint(*words)
    assert [part for part in parts if part not in sentence] == [], sentence
    assert all(line.isprintable() for line in sentence.splitlines())
    assert len(sentence) < 700


def answer(*words: str) -> str:
    """What a request is told; nothing when it is right."""
    try:
        Scenario.compose(list(words))
    except RequestError as error:
        return str(error)
    return ""


WORD = st.from_regex(r"[+~]{0,2}[a-z.@]{1,12}=.{0,12}", fullmatch=True)
KEYS = ["people.size", "policy.dose", "mechanisms.rerouting", "policy", "world", "name", "visa.wait"]


@given(words=st.lists(st.text(max_size=25) | WORD, max_size=3))
@settings(max_examples=40)
def test_whatever_is_typed_the_answer_is_a_scenario_or_one_line(words: list[str]) -> None:
    assert len(answer(*words).splitlines()) <= 1


@given(key=st.sampled_from(KEYS), value=st.text(max_size=15))
@settings(max_examples=40)
def test_whatever_value_is_typed_the_answer_is_a_scenario_or_one_line(key: str, value: str) -> None:
    assert len(answer(f"{key}={value}").splitlines()) <= 1


def test_words_must_be_words() -> None:
    assert "a list of words" in complaint(3)  # type: ignore[arg-type]


# --- files of the user ------------------------------------------------------------------------------------------

NONE = """name: Mine
intent: x
claims: []
disputed: []
dose: 1
max_dose: 1
start: 0
announce: 0
ramp: 0
end: null
decay: 0
ownership: 0
implementation: 1
law_gap: 0
cost: 0
funded: 0
levers: []
"""
HEAD = "# @package policy.mine\n"
GLOBAL = "# @package _global_\n"

# (group, content of mine.yaml, parts of the sentence)
FILES: list[tuple[str, str, list[str]]] = [
    ("policy", NONE, ["mine.yaml lacks its first line", "add: # @package policy.mine"]),
    ("policy", "# @package policy.other\n" + NONE, ["'# @package policy.other'", "write: # @package policy.mine"]),
    ("policy", HEAD + NONE.replace("dose: 1\n", "dose: 1\nprice: 3\n", 1), ["unknown key 'price'", "mine.yaml"]),
    (
        "policy",
        HEAD + NONE.replace("dose: 1\n", "dse: 1\n", 1),
        ["unknown key 'dse'", "mine.yaml", "did you mean 'dose'?"],
    ),
    ("policy", HEAD + NONE.replace("intent: x\n", ""), ["lacks intent", "mine.yaml"]),
    ("policy", HEAD + NONE.replace("ramp: 0", "ramp: quick"), ["policy.mine.ramp must be a number", "mine.yaml"]),
    ("policy", HEAD + NONE.replace("dose: 1\n", "dose: 3\n", 1), ["dose 3, above its max_dose 1", "mine.yaml"]),
    (
        "policy",
        HEAD + NONE.replace("levers: []\n", "levers: [{lever: x, op: set, value: 1}]\n"),
        ["no lever 'x'", "mine.yaml"],
    ),
    ("policy", HEAD, ["lacks name, intent", "mine.yaml"]),
    ("policy", HEAD + "- a\n- b\n", ["must hold keys and values", "mine.yaml"]),
    ("policy", HEAD + "name: [a\ndose: 1\n", ["mine.yaml cannot be read", "line 3"]),
    ("policy", HEAD + "name: a\n\tdose: 1\n", ["mine.yaml cannot be read", "line 3"]),
    ("policy", HEAD + "name: a\nname: b\n", ["duplicate key name", "mine.yaml, line 3"]),
    ("policy", HEAD + "name: caf\udce9\n", ["mine.yaml cannot be read"]),
    ("scenario", "people: {size: 2000}\n", ["mine.yaml lacks its first line", "add: # @package _global_"]),
    (
        "scenario",
        GLOBAL + "people: {sise: 5}\n",
        ["no setting 'people.sise'", "mine.yaml, line 2, key people.sise", "'people.size'?"],
    ),
    ("scenario", GLOBAL + "peple: {size: 5}\n", ["no setting 'peple.size'", "mine.yaml", "'people.size'?"]),
    (
        "scenario",
        GLOBAL + "people: {size: many}\n",
        ["people.size must be a number", "mine.yaml, line 2, key people.size"],
    ),
    ("scenario", GLOBAL + "people: 5\n", ["people is a group of settings", "mine.yaml, line 2, key people"]),
    (
        "scenario",
        GLOBAL + "mechanisms: {rerouting: 12:30}\n",
        ["'12:30' is a different number", "line 2, key mechanisms.rerouting"],
    ),
    (
        "scenario",
        GLOBAL + "defaults: [{override /policy: tigter_borders}]\n",
        ["no policy 'tigter_borders'", "mine.yaml"],
    ),
    ("scenario", GLOBAL + "defaults: [{override /polcy: x}]\n", ["polcy", "mine.yaml"]),
    ("scenario", GLOBAL + "policy: {tighter_borders: {dose: 0.5}}\n", ["tuned but not chosen", "mine.yaml"]),
    ("scenario", GLOBAL + "policy: 3\n", ["policy must be a group of settings", "override /policy: NAME", "mine.yaml"]),
    ("scenario", GLOBAL + "world: {regons: x}\n", ["no setting 'world.regons'", "mine.yaml", "'regions'?"]),
    ("scenario", GLOBAL + "world: {name: [1]}\n", ["world.name must be text", "mine.yaml"]),
    ("scenario", GLOBAL + "people: {size: '${visa.wat}'}\n", ["'visa.wat' not found"]),
    ("scenario", "# @package _global_\npeople: {size: 5\n", ["mine.yaml cannot be read", "line"]),
    ("study", GLOBAL + "study: {arms: [a]}\n", ["study.arms must name each arm", "mine.yaml, line 2, key study.arms"]),
    ("scenario", GLOBAL + "people: [5]\n", ["people is a group of settings", "mine.yaml"]),
    ("scenario", GLOBAL + "peple: {}\n", ["no setting 'peple'", "mine.yaml"]),
    ("study", GLOBAL + "study: {arms: {a: policy=none}}\n", ["study.arms must name each arm", "mine.yaml"]),
    ("study", GLOBAL + "study: {armz: {}}\n", ["no setting 'study.armz'", "mine.yaml", "'arms'?"]),
    ("study", GLOBAL + "study: {metrics: deaths}\n", ["study.metrics must be a list", "mine.yaml"]),
    ("world", "# @package world\nname: mine\nregions: nowhere.csv\nlegs: nowhere.csv\n", ["nowhere.csv"]),
    ("world", "# @package world\nname: mine\nregion: r.csv\n", ["no setting 'world.region'", "mine.yaml"]),
]


@pytest.mark.parametrize(("group", "content", "parts"), FILES)
def test_a_wrong_file_is_named_with_the_key(tmp_path: Path, group: str, content: str, parts: list[str]) -> None:
    (tmp_path / group).mkdir()
    (tmp_path / group / "mine.yaml").write_text(content, encoding="utf-8", errors="surrogateescape")
    sentence = complaint(f"{group}=mine", config_dir=tmp_path)
    assert [part for part in parts if part not in sentence] == [], sentence
    assert len(sentence.splitlines()) == 1


def test_a_file_without_its_header_is_found_in_a_list_and_when_tuned(tmp_path: Path) -> None:
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "mine.yaml").write_text(NONE, encoding="utf-8")
    for words in (["policy=[tighter_borders,mine]"], ["policy=mine", "policy.mine.dose=0.5"]):
        assert "lacks its first line" in complaint(*words, config_dir=tmp_path)


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    assert "there is no folder" in complaint(config_dir=tmp_path / "x")
    assert "holds no folder of configuration files" in complaint(config_dir=tmp_path)
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "mine.yml").write_text("", encoding="utf-8")
    assert "must end in .yaml" in complaint(config_dir=tmp_path)
    (tmp_path / "policy" / "mine.yml").rename(tmp_path / "policy" / "tighter_borders.yaml")
    assert "has the name of a policy that exists" in complaint(config_dir=tmp_path)


@pytest.mark.parametrize("group", ["scenario", "study"])
def test_settings_in_a_file_are_written_in_groups(tmp_path: Path, group: str) -> None:
    (tmp_path / group).mkdir()
    text = "# @package _global_\npeople.size: 300\npolicy.dose: 0.5\npolicy.raids.dose: 1\n"
    (tmp_path / group / "mine.yaml").write_text(text, encoding="utf-8")
    said = complaint(f"{group}=mine", config_dir=tmp_path)
    for part in ("3 faults", "people: {size: 300}", "policy: {dose: 0.5}", "policy: {raids: {dose: 1}}", "line 2"):
        assert part in said


def test_a_field_of_a_policy_is_blamed_on_the_file_that_has_set_it(tmp_path: Path) -> None:
    (tmp_path / "scenario").mkdir()
    head = "# @package _global_\ndefaults:\n  - override /policy: raids\n  - _self_\n"
    for field, at in (
        ("ramp: -4", "scenario/mine.yaml, line 7, key policy.raids.ramp"),
        ("levers: [{lever: nope, op: add, value: 1}]", "scenario/mine.yaml, line 7, key policy.raids.levers.0.lever"),
        ("review: {after: 3}", "scenario/mine.yaml, line 7, key policy.raids.review.record"),
    ):
        (tmp_path / "scenario" / "mine.yaml").write_text(f"{head}policy:\n  raids:\n    {field}\n", encoding="utf-8")
        assert at in complaint("scenario=mine", config_dir=tmp_path)
    assert "(in policy.raids.review.after=3)" in complaint("policy=raids", "policy.raids.review.after=3")


# --- replace ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"people.sise": 5}, ["no setting 'people.sise'", "did you mean 'people.size'?"]),
        ({"people.size": "abc"}, ["people.size must be a number"]),
        ({"people.size": None}, ["people.size must be a number"]),
        ({"mechanisms.reroute": "off"}, ["did you mean 'mechanisms.rerouting'?"]),
        ({"mechanisms.rerouting": 3}, ["allowed: on, off"]),
        ({"policy": "x"}, ["no policy 'x'"]),
        ({"policy.dose": "much"}, ["policy.dose must be a number"]),
        ({"policy.sealed_border.dose": 1}, ["tuned but not chosen", "allowed: tighter_borders"]),
        ({"policy.tighter_borders": 1}, ["no setting 'policy.tighter_borders'"]),
        ({"policy.tighter_borders.dose": 3}, ["above its max_dose 2"]),
        ({"policy.tighter_borders.doze": 1}, ["did you mean 'dose'?"]),
        ({"policy.tighter_borders.levers.7.value": 1}, ["levers.7.value does not exist"]),
        ({"policy.tighter_borders.levers.0": 1}, ["names a whole move"]),
        ({"policy.tighter_borders.levers.0.where": {"region": "atlantis"}}, ["no region 'atlantis'"]),
        ({"world": "x"}, ["no world 'x'"]),
        ({"scenario": "lesson"}, ["chosen when a scenario is composed"]),
    ],
    ids=str,
)
def test_a_wrong_change_is_explained(changes: dict, parts: list[str]) -> None:
    scenario = Scenario.compose(["world=corridor", BORDERS])
    with pytest.raises(RequestError) as raised:
        scenario.replace(changes)
    assert [part for part in parts if part not in str(raised.value)] == [], str(raised.value)


def test_reading_an_unknown_setting_is_explained() -> None:
    scenario = Scenario.compose(["world=corridor", BORDERS])
    for name, close in (("people.sise", "people.size"), ("policy.doze", "policy.dose")):
        with pytest.raises(RequestError, match=f"did you mean '{close}'"):
            scenario[name]


# --- the error itself -------------------------------------------------------------------------------------------


def test_the_sentence_has_its_parts_in_order() -> None:
    error = RequestError("no x 'ab'.", where="x=ab", given="ab", allowed=["abc", "xyz"])
    assert str(error) == "no x 'ab' (in x=ab); did you mean 'abc'?; allowed: abc, xyz"
    assert str(RequestError("a\nb")) == "a b"
    assert str(RequestError("a", allowed=[])) == "a; allowed: nothing"
    assert "and 3 more" in str(RequestError("a", allowed=range(15)))


def test_the_error_travels_between_processes() -> None:
    error = RequestError("no x", where="x=ab", given="ab", allowed=["abc"])
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - our own


def test_nearest_is_silent_when_nothing_is_near() -> None:
    assert nearest("people.sise", ["people.size", "seed"]) == "people.size"
    assert nearest("sise", ["people.size", "seed"]) == "people.size"
    assert nearest("zzz", ["people.size", "seed"]) is None
    assert nearest("", ["a"]) is nearest(None, ["a"]) is None
    assert nearest("tighter-borders", ["raids", "tighter_borders"]) == "tighter_borders"
    assert nearest("TIGHTER BORDERS", ["raids", "tighter_borders"]) == "tighter_borders"


def test_a_sentence_is_one_line_that_a_terminal_can_show() -> None:
    sentence = str(RequestError("no \x1b[31mred", where="a\n" + "9" * 100_000, given="z" * 100_000, allowed=["abc"]))
    assert sentence.isprintable()
    assert len(sentence) < 500


def test_faults_are_told_at_once() -> None:
    faults = Faults("r.csv")
    faults.tell()
    with faults.gathered():
        raise RequestError("no x", where="line 2")
    with pytest.raises(RequestError, match=r"^no x \(in line 2\)$"):
        faults.tell()
    faults.add("no x", where="line 2")  # the same again counts once
    faults.add("no y", given="y", allowed=["yy"])
    with pytest.raises(RequestErrors) as raised:
        faults.tell()
    assert str(raised.value).splitlines() == [
        "2 faults in r.csv:",
        "  no x (in line 2)",
        "  no y; did you mean 'yy'?; allowed: yy",
    ]
    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)  # noqa: S301 - our own
    assert str(raised.value.at("there")).splitlines()[1:] == [
        "  no x (in line 2)",
        "  no y (in there); did you mean 'yy'?; allowed: yy",
    ]


def test_twenty_faults_are_shown_and_the_rest_counted() -> None:
    faults = Faults()
    for number in range(25):
        faults.add(f"no {number}")
    nested = Faults("all")
    with nested.gathered():
        faults.tell()
    assert len(nested.found) == 25
    with pytest.raises(RequestErrors) as raised:
        nested.tell()
    lines = str(raised.value).splitlines()
    assert (len(lines), lines[0], lines[-1]) == (22, "25 faults in all:", "  and 5 more")
