"""The command ``teach``: a classroom on this machine, a lesson as a single page, and the answers of a class."""

from __future__ import annotations

import argparse
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.answers import print_answer
from sim.cli.asked import tell_left_out
from sim.ground.errors import Faults, RequestError
from sim.ground.notes import Waiting, note, progress

if TYPE_CHECKING:
    from sim.classroom.lesson import Lesson


def carry_out(arguments: argparse.Namespace) -> int:
    """Do what was asked; returns the exit code."""
    known = {"page": "--page", "csv": "--csv", "list": "--list", "tried": "--try", "guide": "--guide"}
    chosen = [option for name, option in known.items() if getattr(arguments, name)]
    if len(chosen) > 1:
        raise RequestError(f"{chosen[0]} and {chosen[1]} are two things; ask for one at a time")
    if any("=" in word for word in arguments.words):
        wrong = next(word for word in arguments.words if "=" in word)
        raise RequestError("a lesson's file says what its world is; settings are given there", where=wrong)
    lessons = _lessons(arguments)
    if arguments.list:
        return _list(lessons, as_json=arguments.json)
    if arguments.csv:
        return _csv(lessons, arguments)
    if arguments.page:
        return _page(lessons, arguments)
    if arguments.tried:
        return _try(lessons, arguments)
    if arguments.guide:
        return _guide(lessons, arguments)
    return _open(lessons, arguments)


def _lessons(arguments: argparse.Namespace) -> dict[str, Lesson]:
    """The lessons that were named, or all, by name."""
    from sim.classroom.reading import LESSONS, read_lesson  # noqa: PLC0415 - commands load what they need

    found: dict[str, Lesson] = {}
    faults: dict[str, RequestError] = {}
    for name in arguments.words or LESSONS.names(arguments.config_dir):
        try:
            lesson = read_lesson(LESSONS.find(name, arguments.config_dir), arguments.config_dir)
            found[lesson.name] = lesson
        except RequestError as error:
            if arguments.words:  # asked for by its name, it is an error
                raise
            faults[name] = error
    tell_left_out(faults)
    return found


def _list(lessons: dict[str, Lesson], *, as_json: bool) -> int:
    if as_json:
        print_answer({"lessons": [{"name": each.name, "title": each.title, "question": each.question,
                                   "minutes": each.minutes} for each in lessons.values()]})  # fmt: skip
        return 0
    for each in lessons.values():
        print(f"{each.name}\n    {each.question}")
    return 0


def _csv(lessons: dict[str, Lesson], arguments: argparse.Namespace) -> int:
    from sim.classroom.answers import Answers, as_csv  # noqa: PLC0415

    kept = Answers(Path(arguments.answers))
    if not kept.lines:
        raise RequestError(f"there are no answers in {kept.path}", where="--answers")
    if kept.damaged:
        note(f"{kept.path}: {kept.damaged} damaged lines were left out")
    return _written(Path(arguments.csv), as_csv(kept.all(), lessons), arguments)


def _page(lessons: dict[str, Lesson], arguments: argparse.Namespace) -> int:
    from sim.classroom.page import precomputed, single  # noqa: PLC0415

    if len(lessons) != 1 or not arguments.words:
        raise RequestError("a page holds one lesson; name it", where="--page", allowed=lessons)
    target = _file(arguments.page, "--page")
    (lesson,) = lessons.values()
    return _written(target, single(lesson, precomputed(lesson, _telling("runs for the page"))), arguments)


def _guide(lessons: dict[str, Lesson], arguments: argparse.Namespace) -> int:
    from sim.classroom.page import guide  # noqa: PLC0415

    return _written(_file(arguments.guide, "--guide"), guide(list(lessons.values()), alone=True), arguments)


def _try(lessons: dict[str, Lesson], arguments: argparse.Namespace) -> int:
    """Run every lesson that was named; RequestError, once all have been told, if one does not show what it tells."""
    from sim.classroom.trial import check_told, effects, words_of  # noqa: PLC0415

    faults = Faults("what lessons tell")
    for lesson in lessons.values():
        found = effects(lesson, _telling(f"{lesson.name}: runs"))
        if not arguments.quiet:
            print(f"{lesson.name}: {lesson.seeds} pairs of worlds")
            for each in found:
                print(f"    {each.metric}{f' with {each.off}' if each.off else ''}: {words_of(each)}")
        with faults.gathered():
            check_told(lesson, found)
    faults.tell()
    return 0


def _file(name: str, option: str) -> Path:
    target = Path(name)
    if target.is_dir():
        raise RequestError(f"{target} is a folder; a page is one file", where=option)
    return target


def _telling(doing: str) -> Callable[[int, int], None]:
    """What hears how many runs of how many are done, and tells it."""
    waiting: list[Waiting] = []

    def told(done: int, total: int) -> None:
        if not waiting:
            waiting.append(Waiting(doing, total))
        waiting[0].at(done)

    return told


def _written(target: Path, text: str, arguments: argparse.Namespace) -> int:
    from sim.report.page import write_whole  # noqa: PLC0415

    try:
        path = write_whole(target, text)
    except OSError as error:
        raise RequestError(f"{target} cannot be written: {error.strerror}", where=str(target)) from None
    if not arguments.quiet:
        print(path)
    return 0


def _open(lessons: dict[str, Lesson], arguments: argparse.Namespace) -> int:
    from sim.classroom.serving import Open  # noqa: PLC0415

    opened = Open(lessons, Path(arguments.answers), arguments.port)
    kept = opened.room.answers
    if kept.damaged:
        note(f"{kept.path}: {kept.damaged} damaged lines were left out")
    first = opened.address + (f"lesson/{next(iter(lessons))}" if len(lessons) == 1 else "")

    def ready() -> None:
        print(first, flush=True)
        progress(f"for whoever leads the lesson, not for the class: {opened.board}")
        progress(f"answers are kept in {kept.path}; Ctrl-C closes the classroom")
        if arguments.browser:
            webbrowser.open(first)

    opened.run(ready)
    return 0
