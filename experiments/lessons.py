"""What every shipped lesson shows at its size: the table that lessons are held against.

    python -m experiments.lessons [LESSON ...] [--again]

Each lesson is run in all its pairs of worlds, as it is and without each mechanism that it lets a class switch off, and
held against what its file tells: in which direction outcomes go, and whether they still go there without the mechanism.
The table goes to ``configs/lesson/effects.csv``, one row for each lesson, switch and metric, and where it comes from to
``effects.json``. It takes some seconds a lesson.

Then each lesson is run as it is in worlds that fit: with sets of parameters of a shipped ensemble, each in some pairs
of worlds. What comes out goes to ``worlds.csv``, one row for each lesson, outcome, set and luck, and where it comes
from to ``worlds.json``. It takes about a minute a lesson; ``--without-worlds`` leaves it out.

Lessons that are up to date are skipped, and what is kept is written after every lesson, so that the command goes on
where it was stopped.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

from experiments.golden import same_runs
from sim.classroom import fitting
from sim.classroom.bands import worlds_of
from sim.classroom.lesson import Lesson
from sim.classroom.reading import LESSONS, read_lesson
from sim.classroom.trial import Effect, check_told, effects, words_of
from sim.classroom.worlds import check_said, spreads
from sim.ground.cache import source_hash
from sim.ground.errors import RequestError
from sim.ground.shipped import configs_dir
from sim.ground.version import __version__
from sim.report.page import write_whole

TABLE, ABOUT = "effects.csv", "effects.json"
NUMBERS = ("mean", "low", "high")
Made = dict[str, dict[str, str]]


def asked(lesson: Lesson) -> str:
    """Names everything that a lesson asks to be run, and what it shows of it."""
    words = [
        [world.words for two in worlds_of(lesson, lesson.first, switch) for world in two]
        for switch in ("", *lesson.switches)
    ]
    return hashlib.sha256(json.dumps([words, lesson.shown, lesson.seeds]).encode()).hexdigest()[:16]


def read() -> list[Effect]:
    """The table that is kept; empty where there is none."""
    path = configs_dir() / "lesson" / TABLE
    if not path.is_file():
        return []
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    return [
        Effect(
            **{key: float(row[key]) if row[key] else None for key in NUMBERS},  # type: ignore[arg-type]
            **{key: row[key] for key in ("lesson", "off", "metric", "direction")},  # type: ignore[arg-type]
            pairs=int(row["pairs"]),
        )
        for row in rows
    ]


def about() -> dict[str, Any]:
    """Where the kept table comes from; empty where there is none."""
    path = configs_dir() / "lesson" / ABOUT
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def made(asked_for: str) -> dict[str, str]:
    """What is kept of how a lesson was run: what it asked for, the source it was run with, and the day."""
    return {"asked": asked_for, "source": source_hash(), "date": datetime.now(UTC).date().isoformat()}


def is_fresh(known: Made, lesson: Lesson, asked_for: str) -> bool:
    """Whether what is kept of a lesson is what it asks for now, run with this source or one of the same runs."""
    one = known.get(lesson.name, {})
    return one.get("asked") == asked_for and same_runs(one.get("source", ""))


def keep(found: Sequence[Effect], known: Made) -> None:
    """Write the table, sorted, and where it comes from."""
    out = io.StringIO()
    writer = csv.DictWriter(out, [field.name for field in fields(Effect)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(each) for each in sorted(found, key=lambda each: (each.lesson, each.off)))
    _write(TABLE, out.getvalue(), ABOUT, {"lessons": _still_there(known)})


def keep_worlds(found: Sequence[fitting.Pair], known: Made) -> None:
    """Write what lessons show in worlds that fit, and where it comes from."""
    more = {"ensemble": fitting.ENSEMBLE, "ensemble_digest": digest_of_ensemble(),
            "sets": list(fitting.sets_of(fitting.shipped_ensemble())), "pairs": fitting.PAIRS,
            "lessons": _still_there(known)}  # fmt: skip
    _write(fitting.TABLE, fitting.as_table(found), fitting.ABOUT, more)


def digest_of_ensemble() -> str:
    """Names the sets of parameters of the ensemble as they are."""
    return hashlib.sha256(fitting.shipped_ensemble().path.read_bytes()).hexdigest()[:16]


def _write(table: str, text: str, told: str, more: dict[str, Any]) -> None:
    folder = configs_dir() / "lesson"
    write_whole(folder / table, text)
    about = {"version": __version__, "command": "python -m experiments.lessons", **more}
    write_whole(folder / told, json.dumps(about, indent=2) + "\n")


def _still_there(known: Made) -> Made:
    return {name: one for name, one in sorted(known.items()) if name in LESSONS.names()}


def main(arguments: Sequence[str]) -> int:
    """Try the lessons that are asked for; 1 if one tells what it does not show, 2 for a wrong request."""
    parser = argparse.ArgumentParser(prog="python -m experiments.lessons", description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", help="names; all without one")
    parser.add_argument("--again", action="store_true", help="run lessons that are up to date as well")
    parser.add_argument("--without-worlds", action="store_true", help="leave out what takes a minute a lesson")
    wanted = parser.parse_args(arguments)
    try:
        chosen = [read_lesson(LESSONS.find(name)) for name in wanted.lessons or LESSONS.names()]
    except RequestError as error:
        print(error, file=sys.stderr)
        return 2
    wrong = _tried(chosen, again=wanted.again)
    if not wanted.without_worlds:
        wrong += _in_worlds(chosen, again=wanted.again)
    return int(bool(wrong))


def _tried(chosen: Sequence[Lesson], *, again: bool) -> int:
    """Run lessons as they are and without what can be switched off; how many do not show what they tell."""
    kept, known, wrong = read(), about().get("lessons", {}), 0
    for lesson in chosen:
        if again or not is_fresh(known, lesson, asked(lesson)):
            found = effects(lesson)
            known[lesson.name] = made(asked(lesson))
            kept = [each for each in kept if each.lesson != lesson.name] + found
            keep([each for each in kept if each.lesson in LESSONS.names()], known)
        own = [each for each in kept if each.lesson == lesson.name]
        print(lesson.name)
        for each in own:
            print(f"    {each.metric}{f' with {each.off}' if each.off else ''}: {words_of(each)}", flush=True)
        wrong += _held(lambda own=own, lesson=lesson: check_told(lesson, own))  # type: ignore[misc]
    return wrong


def _in_worlds(chosen: Sequence[Lesson], *, again: bool) -> int:
    """Run lessons in worlds that fit; how many say nothing of what does not hold there."""
    kept, before, sets = fitting.read(), fitting.about(), fitting.sets_of(fitting.shipped_ensemble())
    same = before.get("ensemble_digest") == digest_of_ensemble()
    known = before.get("lessons", {}) if same else {}
    wrong, counted = 0, dict[Any, Any]()
    for lesson in chosen:
        if again or not is_fresh(known, lesson, fitting.asked(lesson)):
            found = fitting.run(lesson, sets, counted)
            known[lesson.name] = made(fitting.asked(lesson))
            kept = [each for each in kept if each.lesson != lesson.name] + found
            keep_worlds([each for each in kept if each.lesson in LESSONS.names()], known)
        told = spreads(lesson, [each for each in kept if each.lesson == lesson.name])
        print(f"{lesson.name} in {len(sets)} worlds that fit")
        for each in told:
            print(f"    {each.says}", flush=True)
        wrong += _held(lambda told=told, lesson=lesson: check_said(lesson, told))  # type: ignore[misc]
    return wrong


def _held(check: Callable[[], None]) -> int:
    """1 for what a check finds, which is printed, 0 for nothing."""
    try:
        check()
    except RequestError as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
