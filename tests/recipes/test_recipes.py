"""The address book of CONTRIBUTING.md is true: each recipe, carried out on a copy, works and needs no other file.

A recipe is a numbered list whose items begin with the file to write in; ``NAME`` and ``*`` stand for any name. Here
every recipe is a few edits of a copy of the package. The files that the edits touch must be those that the text names.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
BOOK = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Address book")[2].partition("\n## ")[0]
PACKAGE = ("sim/", "configs/")  # what a copy holds


class Edit(NamedTuple):
    """``new`` takes the place of ``old``, which stands once in a file; without ``old`` the file is new."""

    path: str
    old: str
    new: str


def before(path: str, mark: str, new: str) -> Edit:
    return Edit(path, mark, f"{new}{mark}")


def after(path: str, mark: str, new: str) -> Edit:
    return Edit(path, mark, f"{mark}{new}")


POLICY = """\
# @package policy.quick_answers
name: Quick answers
intent: less need for brokers, by deciding applications sooner
claims: [C4-P21]
levers:
  - {lever: visa.wait, where: {role: destination}, op: scale, value: 0.5}
"""
STUDY = """\
# @package _global_
time: {years: 0.5, burn_in_weeks: 8}
study:
  title: Quick answers
  question: Does it matter how soon applications are decided?
  arms:
    sooner: [policy=quick_answers]
  dose: {key: policy.quick_answers.dose, values: [0.5, 1], label: dose}
  metrics: [visa_grant_rate, departures]
"""
LEARNING = '''\
"""Learning abroad: whoever works away from home comes to know the place, as far as she trusts those who could tell."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from sim.agents.people import Stage
from sim.declared.sources import From, family
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.kernel import kernel


@family
class LearningRules(NamedTuple):
    """Parameters of learning abroad."""

    pace: Annotated[float, From("people.learning", per=WEEKS_PER_YEAR, off="learning")]  # per week


@kernel
def learn_abroad(people, law, rules):
    """A week among others teaches everyone who works abroad a part of what she does not know."""
    for i in range(len(people.here)):
        if people.stage[i] != Stage.WORKING or people.here[i] == people.row[i].home:
            continue
        told = law[people.here[i]].trust
        people.row[i].information += min(rules.pace * told, 1.0) * (1.0 - people.row[i].information)
'''
RULE = "sim/rules/people/learning.py"
BORDERS = "sim/rules/moving/borders.py"

RECIPES: dict[str, tuple[Edit, ...]] = {
    "A policy": (Edit("configs/policy/quick_answers.yaml", "", POLICY),),
    "A study": (Edit("configs/study/quick_answers.yaml", "", STUDY),),
    "A parameter": (
        before(
            "sim/declared/parameters/__init__.py",
            '    P("journey.retry_wait",',
            '    P("journey.holding", 4.0, "weeks", 0, 52, "weeks for which stopped people are kept"),\n',
        ),
        before("configs/plausible.csv", "journey.retry_wait,", "journey.holding,1,12,linear,assumed\n"),
        after(
            BORDERS,
            '    retry_wait: Annotated[int, From("journey.retry_wait")]\n',
            '    holding: Annotated[float, From("journey.holding")]\n',
        ),
        Edit(BORDERS, "max(p.journey.retry_wait, 1)", "max(p.journey.retry_wait + round(p.journey.holding), 1)"),
    ),
    "A switch": (
        before(
            "sim/declared/switches.py",
            '        Switch("market_power",',
            '        Switch("holding", "on", ("on", "off"), "who is stopped is kept", "weeks kept", "assumed"),\n',
        ),
        Edit(BORDERS, 'From("journey.holding")', 'From("journey.holding", off="holding")'),
    ),
    "A mechanism": (
        before(
            "sim/declared/switches.py",
            '        Switch("market_power",',
            '        Switch("learning", "on", ("on", "off"), "people learn abroad", "information", "assumed"),\n',
        ),
        before(
            "sim/declared/parameters/__init__.py",
            '    P("people.female_share",',
            '    P("people.learning", 2.0, "/year", 0, 52, "pace at which people learn abroad whom they could ask"),\n',
        ),
        before("configs/plausible.csv", "people.female_share,", "people.learning,1,4,log,assumed\n"),
        Edit(RULE, "", LEARNING),
        before(
            "sim/state/families.py",
            "from sim.rules.people.options import",
            "from sim.rules.people.learning import LearningRules\n",
        ),
        after("sim/state/families.py", "    operation: OperationRules\n", "    learning: LearningRules\n"),
        before(
            "sim/week/living.py",
            "from sim.state.state import",
            "from sim.rules.people.learning import learn_abroad\n",
        ),
        after(
            "sim/week/living.py",
            "    leaving.raise_to_recruiter(s, p, now, week.raised[:raised], week.active, row)\n",
            "    learn_abroad(s.people, s.law, p.learning)\n",
        ),
    ),
    "A lever of regions": (
        before(
            "sim/declared/levers/places.py",
            '    Lever("origin.danger_publicity",',
            '    Lever("status.courses", "region", "share", 0, 1, "reach of courses", "assumed", "zero"),\n',
        ),
        Edit(
            RULE,
            "told = law[people.here[i]].trust",
            "told = law[people.here[i]].trust + law[people.here[i]].status_courses",
        ),
    ),
    "A lever of legs, visas, sectors or agencies": (
        before(
            "sim/declared/levers/ways.py",
            '    Lever("visa.slots_low",',
            '    Lever("border.holding", "leg", "share", 0, 1, "how far people are kept", "assumed", "zero"),\n',
        ),
        before("sim/world/fields.py", '    Field("pushback",', '    Field("holding", "f8", "lever border.holding"),\n'),
        before(
            "sim/conditions/enacted.py",
            '    legs["document_check"], legs["screening"] = ',
            '    legs["holding"] = now["border.holding"]\n',
        ),
        Edit(BORDERS, "round(p.journey.holding)", "round(p.journey.holding * s.legs[leg].holding)"),
    ),
    "A metric": (
        before(
            "sim/ledger/counters.py",
            '        ("staff_scaled",',
            '        ("weeks_kept", "weeks for which stopped people are kept"),\n',
        ),
        before(
            "sim/declared/measures/movement.py",
            '    M("pushbacks",',
            '    M("weeks_kept", "flow", "weeks/year", "weeks of keeping people", ("weeks_kept",), tag="activity"),\n',
        ),
        before(
            BORDERS,
            "    if person.protection_need:\n        happens(s.people, counters, i, C.NEED_STOPPED",
            "    counters[C.WEEKS_KEPT] += round(p.journey.holding * s.legs[leg].holding)\n",
        ),
    ),
    "A table field": (
        before(
            "sim/agents/people.py",
            '    Packed("minor",',
            '    Packed("lessons", "i4", "weeks in which the person has learned abroad"),\n',
        ),
        Edit(
            "sim/rules/people/stages.py",
            "    row.spells = row.stops =",
            "    row.lessons = row.spells = row.stops =",
        ),
        Edit(
            RULE,
            "        told = ",
            "        people.row[i].lessons += 1\n        told = ",
        ),
    ),
}
WITHOUT_CODE = ("A policy", "A study")


def named(recipe: str) -> list[str]:
    """The files that the text of a recipe names, one an item; ``*`` stands for any name."""
    text = re.search(rf"^### {re.escape(recipe)}\n(.*?)(?=^### |\Z)", BOOK, re.MULTILINE | re.DOTALL)
    assert text, f"CONTRIBUTING.md has no recipe {recipe!r}"
    return [name.replace("NAME", "*") for name in re.findall(r"^\d+\. `([^`]+)`", text[1], re.MULTILINE)]


def copy_of_the_package(folder: Path) -> Path:
    """``sim``, ``configs`` and what the forms of the model tell of a checkout, in a folder of their own."""
    for name in ("sim", "configs", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "findings"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def carry_out(recipe: str, folder: Path) -> None:
    """Make the edits of a recipe."""
    for path, old, new in RECIPES[recipe]:
        file = folder / path
        if not old:
            assert not file.exists(), path
            file.write_text(new, encoding="utf-8")
            continue
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{recipe}: {old!r} stands {text.count(old)} times in {path}"
        file.write_text(text.replace(old, new), encoding="utf-8")


def python(folder: Path, *arguments: str) -> str:
    """What a Python of its own says that knows the copy and nothing else of this project."""
    own = os.environ | {
        "PYTHONPATH": str(folder),
        "NUMBA_CACHE_DIR": str(folder / "kernels"),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=own, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_recipe_of_the_book_is_tried() -> None:
    assert re.findall(r"^### (.+)$", BOOK, re.MULTILINE) == list(RECIPES)


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_names_the_files_that_it_touches_and_no_others(recipe: str) -> None:
    patterns, touched = named(recipe), {edit.path for edit in RECIPES[recipe]}
    for path in touched:
        assert any(fnmatch(path, pattern) for pattern in patterns), f"{path} is touched and not named"
    for pattern in patterns:
        if pattern.startswith(PACKAGE):
            assert any(fnmatch(path, pattern) for path in touched), f"{pattern} is named and not touched"
        else:
            assert "*" in pattern or (ROOT / pattern).exists(), pattern


@pytest.mark.parametrize(("recipe", "files"), [("A mechanism", 6), ("A lever of regions", 2), ("A metric", 3)])
def test_a_recipe_stays_short(recipe: str, files: int) -> None:
    assert len([pattern for pattern in named(recipe) if pattern.startswith(PACKAGE)]) <= files


@pytest.mark.slow
def test_a_policy_and_a_study_need_no_code(tmp_path: Path) -> None:
    folder = copy_of_the_package(tmp_path / "copy")
    for recipe in WITHOUT_CODE:
        carry_out(recipe, folder)
    assert "visa.wait × 0.5" in python(folder, "-m", "sim", "policies", "quick_answers")
    planned = python(folder, "-m", "sim", "compare", "study=quick_answers", "world=corridor", "--dry-run")
    assert "quick_answers" in planned or "sooner" in planned


RUN = """
import json
from pathlib import Path
import numpy as np
from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.metrics import over_period
from sim.ledger.counters import COUNTER_INDEX, C
from sim.policies.policy import Move, Policy
from sim.reference import dictionaries
from sim.reference.readers import readings
from sim.scenario.scenario import Scenario
from sim.week.week import Week
from dataclasses import replace

plain = Scenario.compose(["world=corridor", "people.size=200", "time.burn_in_weeks=8", "time.years=0.5", "checks=true",
                          "choice.interval=2", "choice.home_tie=20000", "people.cash_weeks=500"])
moves = (Move("status.courses", "set", 1.0, ()), Move("border.holding", "set", 1.0, ()),
         Move("border.control", "set", 0.9, ()))
moved = replace(plain, policies=(Policy("own", "Own", "test", moves),))

def run(scenario):
    week = Week(scenario, 1).run()
    kept = over_period(METRICS["weeks_kept"], week.counters, COUNTER_INDEX)
    return {"kept": kept, "known": float(week.migrants["information"].sum()),
            "stops": week.counters[:, C.INTERCEPTIONS].sum(), "lessons": int(week.migrants["lessons"].sum()),
            "legs": week.state.legs["holding"].tolist()}

found = readings()
written = [path.read_text() for path in dictionaries.document("written")]
print(json.dumps({
    "plain": run(plain),
    "moved": run(moved),
    "quick": run(Scenario.compose(["world=corridor", "people.size=200", "time.burn_in_weeks=8", "time.years=0.5",
                                   "policy=quick_answers"])),
    "off": run(moved.replace({"mechanisms.learning": "off", "mechanisms.holding": "off"})),
    "short": run(moved.replace({"journey.holding": 1.0})),
    "readers": [found["status.courses"].through["law.status_courses"], found["border.holding"].through["legs.holding"]],
    "documented": {name: any(f"`{name}`" in text for text in written)
                   for name in ("journey.holding", "mechanisms.learning", "status.courses", "weeks_kept", "lessons")},
}))
"""


@pytest.mark.slow
def test_every_recipe_works(tmp_path: Path) -> None:
    """All of them in one copy, whose rules are compiled once."""
    folder = copy_of_the_package(tmp_path / "copy")
    (folder / "written" / "policies").mkdir(parents=True)
    for recipe in RECIPES:
        carry_out(recipe, folder)
    found = json.loads(python(folder, "-c", RUN))
    plain, moved, off, short = (found[name] for name in ("plain", "moved", "off", "short"))
    # the mechanism and the switch
    assert off["known"] < moved["known"]
    assert plain["lessons"] > 0 < moved["lessons"]
    # levers reach their rules, which are found in the code
    assert set(plain["legs"]) == {0.0}
    assert set(moved["legs"]) == {1.0}
    assert found["readers"] == [["sim.rules.people.learning.learn_abroad"], ["sim.rules.moving.borders.stop"]]
    # the metric counts what lever, parameter and switch do
    assert moved["stops"] > 0
    assert plain["kept"] == off["kept"] == 0 < short["kept"] < moved["kept"]
    # and the dictionaries know all of it
    assert all(found["documented"].values()), found["documented"]
