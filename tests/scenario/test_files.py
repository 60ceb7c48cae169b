"""Files of the user's own: read by one reader, and whatever is wrong with them is told at once, in sentences."""

from __future__ import annotations

import os

import pytest

from sim.reference.registry import listing
from sim.scenario.scenario import Scenario
from tests.scenario.desk import POLICY, STUDY, Desk

pytestmark = pytest.mark.usefixtures("nobody_falls")
RUN = ("run", "world=corridor")
LAUGHS = "".join(f"{new}: &{new} [{','.join([f'*{old}'] * 10)}]\n" for old, new in zip("abcdef", "bcdefg", strict=True))

# what a policy's file says after its first line -> parts of the complaint
POLICIES: list[tuple[str, str]] = [
    # text belongs here
    (POLICY.replace("Mine", "[a]"), "policy.mine.name must be text, not ['a']"),
    (POLICY.replace("Mine", "{a: b}"), "policy.mine.name must be text, not {'a': 'b'}"),
    (POLICY.replace("Mine", "2020"), "policy.mine.name must be text, not 2020; write '2020' in quotes"),
    (POLICY.replace("Mine", "true"), "must be text, not true; write 'true' in quotes"),
    (POLICY.replace("Mine", "null"), "must be text, not None"),
    (POLICY.replace("Mine", "''"), "at least one character"),
    (POLICY.replace("Mine", "x" * 201), "has 201 characters, more than 200"),
    (POLICY.replace("something", "'???'"), "??? marks what is still to be filled in"),
    (POLICY.replace("something", "???"), "??? marks what is still to be filled in"),
    (POLICY.replace("something", "x " * 600), "characters, more than 1000"),
    # lists of texts belong here
    (POLICY.replace("[C4-P01]", "C4-P01"), "policy.mine.claims must be a list of texts"),
    (POLICY.replace("[C4-P01]", "5"), "policy.mine.claims must be a list of texts"),
    (POLICY.replace("[C4-P01]", "[5]"), "policy.mine.claims.0 must be text, not 5"),
    (POLICY + "disputed: true\n", "policy.mine.disputed must be a list of texts"),
    (POLICY + "disputed: {a: b}\n", "policy.mine.disputed must be a list of texts"),
    # numbers belong here
    (POLICY + f"cost: {'9' * 300}\n", "a number of 300 digits"),
    (POLICY + "cost: '" + "9" * 400 + "'\n", "policy.mine.cost must be a finite number"),
    (POLICY + "ramp: .nan\n", "a number must be finite, not .nan"),
    (POLICY + "ramp: -.inf\n", "a number must be finite, not -.inf"),
    (POLICY + "ramp: 1e999\n", "a number must be finite"),
    (POLICY + "ramp: 'inf'\n", "policy.mine.ramp must be a finite number"),
    (POLICY + "ramp: [1]\n", "policy.mine.ramp must be a number"),
    (POLICY + "ramp: -1\n", "policy.mine.ramp = -1 is outside 0 to 10000"),
    (POLICY + "start: 010\n", "'010' is a different number to different programs"),
    (POLICY + "start: 0o10\n", "'0o10' is a different number to different programs"),
    (POLICY + "start: 0x1F\n", "'0x1F' is a different number to different programs"),
    (POLICY + "start: 1:30\n", "'1:30' is a different number to different programs"),
    (POLICY + "start: 1__0\n", "'1__0' is a different number to different programs"),
    (POLICY + "start: '010 weeks'\n", "'010' is a different number to different programs"),
    # keys
    (POLICY + "ramp: 1\nramp: 2\n", "duplicate key ramp"),
    (POLICY + "rampp: 1\n", "unknown key 'rampp' (in c/policy/mine.yaml, line 7, key rampp); did you mean 'ramp'?"),
    (POLICY + "? [a]\n: 1\n", "a key must be text"),
    (POLICY + "x" * 300 + ": 1\n", "a key has 300 characters"),
    (POLICY + "defaults: [raids]\n", "unknown key 'defaults'"),
    # moves
    (POLICY.replace("border.control", "[border.control]"), "there is no lever ['border.control']"),
    (POLICY.replace("border.control", "{a: b}"), "there is no lever {'a': 'b'}"),
    (POLICY.replace("op: add", "op: 1"), "op cannot be 1"),
    (POLICY.replace("op: add", "op: add, where: 0"), "policy.mine.levers.0.where must be a mapping, not 0"),
    (POLICY.replace("op: add", "op: add, where: {role: [a]}"), "policy.mine.levers.0.where.role must be text"),
    (POLICY.replace("op: add", "op: add, wehre: {}"), "did you mean 'where'?"),
    (POLICY.replace("  - {lever: border.control, op: add, value: 0.15}\n", "  - 5\n"), "must be a mapping with lever"),
    # what no file should be
    ("a: &a [x,x]\n" + LAUGHS, "aliases that stand for more than 20000 values"),
    ("name: &n [*n]\n", "an alias for what it is itself part of"),
    ("name: " + "[" * 5000 + "\n", "lists and mappings within one another, more than 24 deep"),
    ("name: " + "{a: " * 5000 + "\n", "more than 24 deep"),
    ("".join(f"{' ' * n}a:\n" for n in range(100)), "more than 24 deep"),
    ("name: !!python/object/apply:os.system [ls]\n", "a tag, tag:yaml.org,2002:python/object/apply:os.system"),
    ("name: *missing\n", "cannot be read: found undefined alias"),
    ("name: 'unclosed\n", "cannot be read"),
    (POLICY + "---\nname: b\n", "cannot be read"),
    ("name: a\0b\n", "a character that no text holds"),
    ("- a\n", "must hold keys and values"),
    ("just words\n", "must hold keys and values"),
    ("", "policy mine lacks name, intent, claims, levers"),
    ("x" * 2**20, "larger than 1 MB"),
    (f"a: [{'1,' * 30_000}]\n", "more than 20000 values"),
]


@pytest.mark.parametrize(("content", "part"), POLICIES, ids=range(len(POLICIES)))
def test_a_policy_that_is_wrong_is_refused_in_one_sentence_with_its_file(desk: Desk, content: str, part: str) -> None:
    desk.write("policy", content)
    told = desk.refused(*RUN, "policy=mine")
    assert part in told
    assert "c/policy/mine.yaml" in told
    assert len(told) < 900


def test_all_faults_of_a_file_are_told_at_once_each_with_its_line(desk: Desk) -> None:
    text = POLICY.replace("Mine", "5").replace("op: add", "op: plus") + "ramp: fast\nstart: 010\nsatrt: 1\n"
    desk.write("policy", text, head=False)
    told = desk.refused(*RUN, "policy=mine", lines=3)  # what is no plain data is told first
    assert "lacks its first line" in told
    assert "line 8, key start" in told.replace("line 7, key start", "line 8, key start")
    desk.write("policy", text.replace("start: 010\n", ""))
    lines = desk.refused(*RUN, "policy=mine", lines=5).splitlines()
    assert lines[0] == "labyrinth: 4 faults in c/policy/mine.yaml:"
    places = ["line 8, key satrt", "line 2, key name", "line 7, key ramp", "line 6, key levers.0.op"]
    assert all(place in line for place, line in zip(places, lines[1:], strict=True)), lines


def test_twenty_faults_are_told_and_the_others_counted(desk: Desk) -> None:
    desk.write("policy", POLICY + "".join(f"x{number}: 1\n" for number in range(30)))
    lines = desk.refused(*RUN, "policy=mine", lines=22).splitlines()
    assert lines[-1] == "  and 10 more"


@pytest.mark.parametrize("kind", ["pipe", "folder", "nowhere", "zero"])
def test_only_regular_files_are_read(desk: Desk, kind: str) -> None:
    path = desk.write("policy", POLICY)
    path.unlink()
    {
        "pipe": lambda: os.mkfifo(path),
        "folder": path.mkdir,
        "nowhere": lambda: path.symlink_to("nowhere"),
        "zero": lambda: path.symlink_to("/dev/zero"),
    }[kind]()
    assert "c/policy/mine.yaml" in desk.refused(*RUN, "policy=mine")


def test_a_file_that_is_not_utf_8_is_named(desk: Desk) -> None:
    desk.write("policy", "# @package policy.mine\nname: café\n".encode("latin-1"))
    assert "it is not UTF-8 text, from line 2 on" in desk.refused(*RUN, "policy=mine")
    desk.write("policy", ("# @package policy.mine\n" + POLICY).encode("utf-16"))
    assert "is not UTF-8 text" in desk.refused(*RUN, "policy=mine")


def test_a_byte_order_mark_is_no_fault(desk: Desk) -> None:
    desk.write("policy", b"\xef\xbb\xbf# @package policy.mine\n" + POLICY.encode())
    assert Scenario.compose(["policy=mine"], config_dir="c").policies[0].name == "Mine"


def test_aliases_that_stand_for_little_are_read(desk: Desk) -> None:
    desk.write("policy", POLICY.replace("[C4-P01]", "&c [C4-P01]") + "disputed: *c\n")
    assert Scenario.compose(["policy=mine"], config_dir="c").policies[0].disputed == ("C4-P01",)


def test_text_is_text_whatever_it_looks_like(desk: Desk) -> None:
    name = r"costs ${a lot} \${b} $\frac{ [red] 1.10"
    desk.write("policy", POLICY.replace("Mine", f"'{name}'").replace("[C4-P01]", "['${x}', '1e3', on, 2020-01-01]"))
    policy = Scenario.compose(["policy=mine"], config_dir="c").policies[0]
    assert policy.name == name
    assert policy.claims == ("${x}", "1e3", "on", "2020-01-01")


def test_what_a_policy_does_not_say_is_its_default_and_can_be_set(desk: Desk) -> None:
    desk.write("policy", POLICY)
    plain = Scenario.compose(["policy=mine"], config_dir="c")
    assert (plain["policy.mine.ramp"], plain["policy.mine.implementation"], plain["policy.mine.end"]) == (0, 1, None)
    words = ["policy=mine", "policy.mine.ramp=5", "policy.mine.levers.0.where.role=transit", "policy.mine.end=9"]
    changed = Scenario.compose(words, config_dir="c")
    assert (changed["policy.mine.ramp"], changed["policy.mine.end"]) == (5, 9)
    assert changed.policies[0].levers[0].where == (("role", "transit"),)


def test_a_broken_file_stops_no_other(desk: Desk) -> None:
    desk.write("policy", POLICY + "ramp: 1\nramp: 2\n", "broken")
    desk.write("policy", POLICY, "whole")
    assert "policy=whole" not in desk.plan("compare", "whole", "world=corridor")
    found, faults = listing("policies", ["c"])
    shown = {row["name"]: row for row in found}
    assert {"raids", "whole"} <= set(shown)
    assert shown["whole"]["ramp"] == 0
    assert list(faults) == ["policy broken"]
    assert "duplicate key ramp" in str(faults["policy broken"])


# --- scenarios, studies, worlds ---------------------------------------------------------------------------------

OTHERS: list[tuple[str, str, str]] = [
    ("scenario", "people: {size: .nan}\n", "a number must be finite, not .nan"),
    ("scenario", "people: {size: 0700}\n", "'0700' is a different number to different programs"),
    ("scenario", "people: {size: {a: 1}}\n", "no setting 'people.size.a'"),
    ("scenario", "people: {size: [1]}\n", "people.size must be a number"),
    ("scenario", "people: {}\n", "people is a group of settings"),
    ("scenario", "people:\n", "people is a group of settings"),
    ("scenario", "mechanisms: {rerouting: 5}\n", "mechanisms.rerouting cannot be 5"),
    ("scenario", "events: 5\n", "events must be on or off"),
    ("scenario", "name: 5\n", "name must be text, not 5"),
    ("scenario", f"name: {'x' * 150}\n", "a folder of results has at most 100"),
    ("scenario", "world: corridor\n", "defaults: [override /world: NAME]"),
    ("scenario", "world: {name: 5}\n", "world.name must be text"),
    ("scenario", "policy: {raids: 5}\n", "policy.raids must be a mapping"),
    ("scenario", "policy: {dose: much}\n", "policy.dose must be a number"),
    ("scenario", "defaults: [mine]\n", "mine builds on itself: mine → mine"),
    ("scenario", "defaults: 5\n", "defaults must be a list"),
    ("scenario", "defaults: [5]\n", "defaults cannot hold 5"),
    ("scenario", "defaults: [{override /policy: 1e3}]\n", "must be text"),
    ("scenario", "defaults: [{override /world: {a: b}}]\n", "must be text"),
    ("scenario", "defaults: [{override /hydra/launcher: joblib}]\n", "defaults cannot hold"),
    ("scenario", "hydra: {launcher: {_target_: os.system}}\n", "no setting 'hydra.launcher._target_'"),
    ("scenario", "people: {size: '${people.size}'}\n", "people.size"),
    ("world", "name: [x]\n", "world.name must be text"),
    ("world", "name: x\nregions: 5\n", "world.regions must be text"),
    ("world", "name: x\nregions: ???\n", "still to be filled in"),
    ("study", "study: 5\n", "study must be a mapping, not 5"),
    ("study", "study: {question: true}\n", "study.question must be text, not true"),
    ("study", f"study: {{title: {'x' * 300}}}\n", "has 300 characters, more than 200"),
    ("study", "study: {arms: {a: [1]}}\n", "study.arms must name each arm with its list of words"),
    ("study", "study: {arms: {a: [policy]}}\n", "'policy' is not of the form key=value"),
    ("study", "study: {arms: {a: [policy=raids, seed=3]}}\n", "seed cannot differ between arms or settings"),
    ("study", "study: {arms: {a: [policy=raids, threads=2]}}\n", "threads cannot differ"),
    ("study", "study: {arms: {a: [policy=raids, name=x]}}\n", "name cannot differ"),
    ("study", "study: {arms: {a: [policy=raids, hydra/launcher=joblib]}}\n", "no effect here"),
    ("study", "study: {settings: {a: [seed=1], b: []}, arms: {a: [policy=raids]}}\n", "seed cannot differ"),
    ("study", "study: {settings: {a: [policy=raids], b: []}, arms: {a: [policy=raids]}}\n", "chosen by arms"),
    ("study", "study: {settings: {a: {b: c}}, arms: {a: [policy=raids]}}\n", "must name each setting"),
    ("study", "study: {arms: {a: [policy=raids]}, most_seeds: -3}\n", "whole number from 1 to 10000, not -3"),
    ("study", "study: {arms: {a: [policy=raids]}, most_seeds: 0}\n", "whole number from 1 to 10000, not 0"),
    ("study", "study: {arms: {a: [policy=raids]}, most_seeds: 2.5}\n", "whole number from 1 to 10000, not 2.5"),
    ("study", "study: {arms: {a: [policy=raids]}, most_seeds: .inf}\n", "must be finite"),
    ("study", "study: {arms: {a: [policy=raids]}, metrics: [5]}\n", "study.metrics.0 must be text"),
    ("study", "study: {arms: {a: [policy=raids]}, baseline: [a]}\n", "study.baseline must be text"),
    ("study", "study: {arms: {a: [policy=raids]}, dose: {key: 5, values: [1]}}\n", "study.dose.key must be text"),
    ("study", "study: {arms: {a: [policy=raids]}, dose: {key: seed, values: [1]}}\n", "seed cannot differ"),
    (
        "study",
        "study: {arms: {a: [policy=raids]}, dose: {key: policy.dose, values: [x]}}\n",
        "must be numbers, not 'x'",
    ),
    ("study", "study: {arms: {a: [policy=raids]}, dose: {key: policy.dose, values: [1], size: 3}}\n", "no 'size'"),
]
SAMPLES: list[tuple[str, str]] = [
    ("{count: .nan, parameters: {choice.noise: [0.1, 0.4]}}", "must be finite"),
    ("{count: 2.5, parameters: {choice.noise: [0.1, 0.4]}}", "whole number from 2 to 10000, not 2.5"),
    ("{count: 2, sed: 9, parameters: {choice.noise: [0.1, 0.4]}}", "did you mean 'seed'?"),
    ("{count: 2, seed: -1, parameters: {choice.noise: [0.1, 0.4]}}", "study.samples.seed must be a whole number"),
    ("{count: 2, parameters: {mechanisms.rerouting: [on, off]}}", "is a switch and has no range"),
    ("{count: 2, parameters: {choice.rule: [plain, aspiration]}}", "is a choice and not a number"),
    ("{count: 2, parameters: {seed: [1, 5]}}", "seed cannot differ"),
    ("{count: 2, parameters: {choice.noise: 5}}", "must be [low, high], not 5"),
    ("{count: 2, parameters: [choice.noise]}", "the range of at least one parameter"),
    ("5", "must say count and parameters"),
]
OTHERS += [
    ("study", f"study: {{arms: {{a: [policy=raids]}}, samples: {samples}}}\n", part) for samples, part in SAMPLES
]


@pytest.mark.parametrize(("group", "content", "part"), OTHERS, ids=range(len(OTHERS)))
def test_other_files_that_are_wrong_are_refused_in_one_sentence(
    desk: Desk, group: str, content: str, part: str
) -> None:
    desk.write(group, content)
    words = ["compare", "raids"] if group == "study" else ["run"]
    told = desk.refused(*words, f"{group}=mine", *(["world=corridor"] if group != "world" else []))
    assert part in told
    assert f"c/{group}/mine.yaml" in told


def test_words_of_yaml_1_1_are_text_and_mean_the_same_as_on_the_command_line(desk: Desk) -> None:
    desk.write(
        "scenario", "mechanisms: {rerouting: off, corruption: true}\npeople: {size: 1_000}\nvisa: {wait: 70 days}\n"
    )
    scenario = Scenario.compose(["world=corridor", "scenario=mine"], config_dir="c")
    words = ["mechanisms.rerouting=off", "mechanisms.corruption=true", "people.size=1_000", "visa.wait=70 days"]
    assert scenario.key == Scenario.compose(["world=corridor", *words]).key
    assert (scenario["mechanisms.rerouting"], scenario["people.size"], scenario["visa.wait"]) == ("off", 1000, 10)


def test_the_seed_of_samples_is_their_own(desk: Desk) -> None:
    text = STUDY + "  samples: {count: 3, parameters: {choice.noise: [0.1, 0.4]}}\n"
    desk.write("study", text)
    desk.write("study", text.replace("count: 3", "count: 3, seed: 7"), "other")
    first, again, other = (desk.plan("compare", f"study={name}") for name in ("mine", "mine", "other"))
    assert first == again
    assert first != other


def test_labels_are_text_whatever_they_look_like(desk: Desk) -> None:
    desk.write("study", "study:\n  settings: {1e3: [], 'NULL': [visa.price=100], 010: [visa.price=200]}\n"
                        "  arms: {true: [policy=raids], '[/b]': [policy=tighter_borders]}\n")  # fmt: skip
    plan = desk.plan("compare", "study=mine", "world=corridor")
    for label in ("  1e3: true", "  NULL: true", "  010: [/b]"):
        assert label in plan
