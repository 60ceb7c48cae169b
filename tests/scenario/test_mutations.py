"""Whatever stands in whichever field of a file: the answer is a scenario or sentences, never another exception."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.cli.net import UNEXPECTED
from sim.ground.errors import RequestError
from sim.scenario.scenario import Scenario
from sim.studies.request import comparison

WHOLE: dict[str, dict[str, Any]] = {
    "policy": {
        "name": "Mine", "intent": "something", "claims": ["C4-P01"], "disputed": [], "dose": 1, "max_dose": 2,
        "start": 0, "ramp": 2, "end": None, "cost": 0,
        "levers": [{"lever": "border.control", "where": {"role": "transit"}, "op": "add", "value": 0.15}],
    },
    "scenario": {
        "defaults": [{"override /world": "corridor"}, {"override /policy": ["raids"]}], "name": "x", "seed": 3,
        "people": {"size": 500}, "visa": {"wait": "70 days"}, "mechanisms": {"rerouting": "off"},
        "policy": {"dose": 0.5, "raids": {"start": 3}}, "events": True,
    },
    "study": {
        "seeds": 2, "time": {"years": 0.5},
        "study": {
            "title": "T", "question": "Q", "settings": {"a": ["world=corridor"]}, "baseline": "none",
            "arms": {"x": ["policy=raids"]}, "metrics": ["deaths"], "until": ["deaths=5%"], "most_seeds": 8,
            "dose": {"key": "policy.dose", "values": [0.5, 1], "label": "d", "over": "arms"},
            "samples": {"count": 2, "seed": 1, "parameters": {"choice.noise": [0.1, 0.4]}},
        },
    },
}  # fmt: skip
# as they would be typed into a file
SCALARS = st.sampled_from(
    ["", "~", "null", "true", "off", "0", "-1", "1.5", "1e3", "1e400", ".nan", "-.inf", "010", "0x1F", "1:30", "1_000",
     "'1'", "'90 days'", "'US$ 3'", "'nan'", "???", "text", "'${people.size}'", "'${nothing.there}'", "'${'", "'a=b'",
     "'*'", "é", "'[red]'", "'$x$'", "'policy=raids'", "'policy=[raids,none]'", "'seed=3'", "'people.size=1e3'", "'~x'",
     "none", "raids", "[]", "{}", "[a]", "[[1]]", "{a: b}", "{1: 2}", "'=' ", "'" + "x" * 1200 + "'", "9" * 400]
)  # fmt: skip
STRUCTURES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(item or '~' for item in items)}]")
        | st.dictionaries(st.sampled_from(["a", "1", "key", "lever", "true"]), inner, max_size=2).map(
            lambda items: "{" + ", ".join(f"{key}: {item or '~'}" for key, item in items.items()) + "}"
        )
    ),
    max_leaves=4,
)
NUMBER = itertools.count()
EXAMPLES = settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
MANY = settings(EXAMPLES, max_examples=80)


def places(tree: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in nested data."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        yield (*above, key)
        yield from places(value, (*above, key))


PLACES = {group: sorted(places(tree), key=str) for group, tree in WHOLE.items()}


def mutated(group: str, place: tuple[Any, ...], text: str) -> str:
    """The content of a file with ``text`` in one place."""
    tree = copy.deepcopy(WHOLE[group])
    holder = tree
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = "MUTATED"
    name = f"m{next(NUMBER)}"
    head = f"# @package policy.{name}\n" if group == "policy" else "# @package _global_\n"
    return name, head + yaml.safe_dump(tree, sort_keys=False).replace("MUTATED", text, 1)


def try_one(folder: Path, group: str, place: tuple[Any, ...], text: str) -> None:
    name, content = mutated(group, place, text)
    path = folder / group / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, encoding="utf-8")
    told = ""
    try:
        if group == "study":
            comparison([], [f"hydra.searchpath=['{folder}']", f"study={name}"])
        else:
            words = [f"{group}={name}", *(["world=corridor"] if group == "policy" else [])]
            Scenario.compose(words, config_dir=folder)
    except RequestError as error:
        told = str(error)
    finally:
        path.unlink()
    assert len(told) < 9000, content
    assert all(line.isprintable() for line in told.splitlines()), content


@pytest.mark.slow
@EXAMPLES
@given(data=st.data())
@pytest.mark.parametrize("group", WHOLE)
def test_whatever_a_file_says_the_answer_is_a_scenario_or_sentences(
    group: str, data: st.DataObject, tmp_path: Path
) -> None:
    try_one(tmp_path, group, data.draw(st.sampled_from(PLACES[group])), data.draw(STRUCTURES))


@pytest.mark.slow
@MANY
@given(data=st.data())
@pytest.mark.parametrize("group", WHOLE)
def test_many_mutations(group: str, data: st.DataObject, tmp_path: Path) -> None:
    try_one(tmp_path, group, data.draw(st.sampled_from(PLACES[group])), data.draw(STRUCTURES))


@EXAMPLES
@given(content=st.text(max_size=60) | st.binary(max_size=60))
def test_whatever_bytes_a_file_holds_the_answer_is_sentences(content: str | bytes, tmp_path: Path) -> None:
    name = f"m{next(NUMBER)}"
    path = tmp_path / "scenario" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    path.write_bytes(b"# @package _global_\n" + raw)
    told = ""
    try:
        Scenario.compose([f"scenario={name}"], config_dir=tmp_path)
    except RequestError as error:
        told = str(error)
    finally:
        path.unlink()
    assert all(line.isprintable() for line in told.splitlines())


# --- the last net -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [KeyError("x"), MemoryError(), RecursionError("deep"), OSError("disk")])
def test_what_nobody_expected_is_one_sentence_and_a_log(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from sim.cli import main as cli

    def fail(_: object) -> int:
        raise error

    monkeypatch.setattr(cli, "_main", fail)
    monkeypatch.setattr("sim.cli.net.user_log_path", lambda *_, **__: tmp_path / "logs")
    assert cli.main(["run", "people.size=3"]) == UNEXPECTED == 70
    told = capsys.readouterr().err
    assert len(told.splitlines()) == 1
    (log,) = (tmp_path / "logs").iterdir()
    assert str(log) in told
    text = log.read_text(encoding="utf-8")
    assert "labyrinth run people.size=3" in text
    assert "Traceback" in text
    assert type(error).__name__ in text
