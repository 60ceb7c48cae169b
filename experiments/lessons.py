"""What every shipped lesson shows at its size: the table that lessons are held against.

    python -m experiments.lessons [LESSON ...] [--again]

Each lesson is run in all its pairs of worlds, as it is and without each mechanism that it lets a class switch off, and
held against what its file tells: in which direction outcomes go, and whether they still go there without the mechanism.
Lessons that are up to date are skipped. The table goes to ``configs/lesson/effects.csv``, one row for each lesson,
switch and metric, and where it comes from to ``effects.json``; both are written after every lesson, so that the command
goes on where it was stopped. It takes some seconds a lesson.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

from sim.classroom.bands import worlds_of
from sim.classroom.lesson import Lesson
from sim.classroom.reading import LESSONS, read_lesson
from sim.classroom.trial import Effect, check_told, effects, words_of
from sim.ground.cache import source_hash
from sim.ground.errors import RequestError
from sim.ground.shipped import configs_dir
from sim.ground.version import __version__
from sim.report.page import write_whole

TABLE, ABOUT = "effects.csv", "effects.json"
NUMBERS = ("mean", "low", "high")


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


def keep(found: Sequence[Effect], known: dict[str, str]) -> None:
    """Write the table, sorted, and where it comes from."""
    out = io.StringIO()
    writer = csv.DictWriter(out, [field.name for field in fields(Effect)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(each) for each in sorted(found, key=lambda each: (each.lesson, each.off)))
    folder = configs_dir() / "lesson"
    write_whole(folder / TABLE, out.getvalue())
    today = datetime.now(UTC).date().isoformat()
    told = {"version": __version__, "source": source_hash(), "date": today, "command": "python -m experiments.lessons",
            "asked": dict(sorted(known.items()))}  # fmt: skip
    write_whole(folder / ABOUT, json.dumps(told, indent=2) + "\n")


def main(arguments: Sequence[str]) -> int:
    """Try the lessons that are asked for; 1 if one does not show what it tells, 2 for a wrong request."""
    parser = argparse.ArgumentParser(prog="python -m experiments.lessons", description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", help="names; all without one")
    parser.add_argument("--again", action="store_true", help="run lessons that are up to date as well")
    wanted = parser.parse_args(arguments)
    try:
        chosen = [read_lesson(LESSONS.find(name)) for name in wanted.lessons or LESSONS.names()]
    except RequestError as error:
        print(error, file=sys.stderr)
        return 2
    kept, before = read(), about()
    known = before.get("asked", {}) if before.get("source") == source_hash() else {}
    wrong = 0
    for lesson in chosen:
        if known.get(lesson.name) != asked(lesson) or wanted.again:
            found = effects(lesson)
            known[lesson.name] = asked(lesson)
            kept = [each for each in kept if each.lesson != lesson.name] + found
            keep([each for each in kept if each.lesson in LESSONS.names()], known)
        own = [each for each in kept if each.lesson == lesson.name]
        print(lesson.name)
        for each in own:
            print(f"    {each.metric}{f' with {each.off}' if each.off else ''}: {words_of(each)}", flush=True)
        try:
            check_told(lesson, own)
        except RequestError as error:
            wrong = 1
            print(error, file=sys.stderr, flush=True)
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
