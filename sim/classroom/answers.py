"""What pupils answer: checked, kept as lines of JSON on this machine only, scored before and after, and exported."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.classroom.lesson import DIRECTIONS, SAME, Lesson
from sim.ground.errors import Faults, RequestError
from sim.ground.quantities import brief

FILE = "answers.jsonl"
BEFORE, EXPLAIN, AFTER = "before", "explain", "after"
PARTS = (BEFORE, EXPLAIN, AFTER)
# how sure a pupil is: what it means as a chance for one of three directions, and for one of two truths
SURE = {"guessing": (1 / 3, 0.5), "rather": (0.55, 0.65), "sure": (0.75, 0.8), "certain": (0.95, 0.95)}
LARGEST = 200  # per cent: the largest change that can be predicted
MOST_PUPILS, MOST_LINES = 200, 20_000
_PUPIL = re.compile(r"[0-9a-f]{16}")
Answer = dict[str, Any]


def checked(lesson: Lesson, given: Any) -> Answer:
    """An answer as it is kept, from what a page sent. RequestError tells everything that is wrong with it."""
    if not isinstance(given, Mapping):
        raise RequestError(f"an answer must be a mapping, not {brief(given)}")
    faults, part = Faults("the answer"), given.get("part")
    found: Answer = {"lesson": lesson.name, "part": part}
    with faults.gathered():
        found["pupil"] = pupil(given.get("pupil"))
    if part not in PARTS:
        faults.add(f"there is no part {brief(part)} of a lesson", where="part", allowed=PARTS)
    if part == BEFORE:
        with faults.gathered():
            found["predictions"] = _predictions(lesson, given.get("predictions"))
    if part in (BEFORE, AFTER):
        with faults.gathered():
            found["statements"] = _statements(lesson, given.get("statements"))
    if part == EXPLAIN:
        choice = given.get("choice")
        if isinstance(choice, bool) or not isinstance(choice, int) or not 0 <= choice < len(lesson.mechanisms):
            faults.add(f"choice must be the number of an explanation, not {brief(choice)}", where="choice")
        found["choice"] = choice
    faults.tell()
    return found


def pupil(value: Any) -> str:
    """The mark of a pupil's page; RequestError if it is none."""
    if not isinstance(value, str) or not _PUPIL.fullmatch(value):
        raise RequestError("pupil must be 16 hexadecimal digits", where="pupil")
    return value


def _predictions(lesson: Lesson, given: Any) -> list[Answer]:
    """Direction, size in per cent and confidence, one for each outcome of the lesson, in order."""
    items = _as_many(given, len(lesson.outcomes), "predictions")
    faults, found = Faults("predictions"), []
    for number, (outcome, item) in enumerate(zip(lesson.outcomes, items, strict=True)):
        where, size = f"predictions.{number}", item.get("size")
        if item.get("direction") not in DIRECTIONS:
            faults.add(f"there is no direction {brief(item.get('direction'))}", where=where, allowed=DIRECTIONS)
        if isinstance(size, bool) or not isinstance(size, int | float) or not 0 <= size <= LARGEST:
            faults.add(f"size must be a number from 0 to {LARGEST}, not {brief(size)}", where=where)
        _check_sure(item, where, faults)
        found.append({"metric": outcome.metric} | {key: item.get(key) for key in ("direction", "size", "sure")})
    faults.tell()
    return found


def _statements(lesson: Lesson, given: Any) -> list[Answer]:
    """Whether a statement is held to be true, and how surely, one for each of the lesson, in order."""
    items = _as_many(given, len(lesson.statements), "statements")
    faults, found = Faults("statements"), []
    for number, item in enumerate(items):
        where = f"statements.{number}"
        if not isinstance(item.get("true"), bool):
            faults.add(f"true must be true or false, not {brief(item.get('true'))}", where=where)
        _check_sure(item, where, faults)
        found.append({key: item.get(key) for key in ("true", "sure")})
    faults.tell()
    return found


def _as_many(given: Any, number: int, what: str) -> list[Mapping[str, Any]]:
    if not isinstance(given, list) or len(given) != number or not all(isinstance(item, Mapping) for item in given):
        raise RequestError(f"{what} must be a list of {number} answers, one for each that is asked for", where=what)
    return given


def _check_sure(item: Mapping[str, Any], where: str, faults: Faults) -> None:
    if item.get("sure") not in list(SURE):  # what a page sends need not be hashable
        faults.add(f"sure cannot be {brief(item.get('sure'))}", where=where, allowed=SURE)


# --- scores -----------------------------------------------------------------------------------------------------


def score_of_statements(lesson: Lesson, statements: Sequence[Mapping[str, Any]]) -> float:
    """The Brier score of what was held true: 0 is certain and right every time, 0.25 is guessing, 1 is the worst."""
    parts = []
    for statement, given in zip(lesson.statements, statements, strict=True):
        chance = SURE[given["sure"]][1]
        parts.append(((chance if given["true"] else 1 - chance) - statement.true) ** 2)
    return round(sum(parts) / len(parts), 3)


def score_of_predictions(predictions: Sequence[Mapping[str, Any]], bands: Mapping[str, Mapping[str, Any]]) -> float:
    """The Brier score of predicted directions against what the band says: 0 is the best, 2/3 is guessing, 2 the worst.

    The chance of the direction that was chosen follows from the confidence; the other two share what is left.
    """
    parts = []
    for given in predictions:
        chance, true = SURE[given["sure"]][0], bands[given["metric"]].get("direction", SAME)
        chances = {each: chance if each == given["direction"] else (1 - chance) / 2 for each in DIRECTIONS}
        parts.append(sum((chances[each] - (each == true)) ** 2 for each in DIRECTIONS))
    return round(sum(parts) / len(parts), 3)


# --- keeping ----------------------------------------------------------------------------------------------------


class Answers:
    """The answers of a class, in ``answers.jsonl`` of a folder of this machine; the last of a kind counts."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str, str], Answer] = {}
        self.lines, self.damaged = 0, 0
        if self.path.is_file():
            for line in self.path.read_text(encoding="utf-8", errors="replace").splitlines():
                self._take(line)

    def _take(self, line: str) -> None:
        """Take over a line of the file; one that was cut when the machine went down is counted and left out."""
        self.lines += 1
        try:
            found = json.loads(line)
            self._kept[found["lesson"], found["pupil"], found["part"]] = found
        except (ValueError, KeyError, TypeError):
            self.damaged += 1

    def add(self, answer: Answer) -> None:
        """Keep an answer. RequestError where a class has as many answers or pupils as are kept."""
        with self._lock:
            pupils = {mark for _, mark, _ in self._kept}
            full = answer["pupil"] not in pupils and len(pupils) >= MOST_PUPILS
            if full or self.lines >= MOST_LINES:
                raise RequestError(f"{self.path} is full; begin another folder with --answers FOLDER")
            kept = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **answer}
            self.path.parent.mkdir(parents=True, exist_ok=True)
            before = self.path.read_bytes()[-1:] if self.path.is_file() else b"\n"
            with self.path.open("a", encoding="utf-8") as file:  # in one write: a line is there or it is not
                file.write(("" if before in (b"", b"\n") else "\n") + json.dumps(kept, ensure_ascii=False) + "\n")
            self._kept[kept["lesson"], kept["pupil"], kept["part"]] = kept
            self.lines += 1

    def of(self, lesson: str, mark: str, part: str) -> Answer | None:
        """The answer of a pupil to a part of a lesson, if there is one."""
        return self._kept.get((lesson, mark, part))

    def predictions(self, lesson: Lesson) -> list[list[Answer]]:
        """The predictions of a class, a list for each pupil."""
        return [each["predictions"] for each in self.given(lesson, BEFORE).values()]

    def given(self, lesson: Lesson, part: str) -> dict[str, Answer]:
        """The answers of a class to a part of a lesson, by the mark of the pupil's page.

        Answers to a lesson of this name that asked for something else are left out.
        """
        kept = list(self._kept.values())
        return {
            each["pupil"]: each
            for each in kept
            if each["lesson"] == lesson.name and each["part"] == part and _fits(lesson, each)
        }

    def all(self) -> list[Answer]:
        """Every answer that counts, in the order in which they were given."""
        return sorted(self._kept.values(), key=lambda each: str(each.get("at", "")))


def _fits(lesson: Lesson, kept: Mapping[str, Any]) -> bool:
    """Whether an answer that is kept is one to the lesson as it is now."""
    metrics = [each["metric"] for each in kept.get("predictions", ())]
    return (
        metrics in ([], [each.metric for each in lesson.outcomes])
        and len(kept.get("statements", ())) in (0, len(lesson.statements))
        and 0 <= kept.get("choice", 0) < len(lesson.mechanisms)
    )


def as_csv(answers: Iterable[Mapping[str, Any]], lessons: Mapping[str, Lesson]) -> str:
    """Answers as a table, one row for each prediction, statement or explanation, with scores of statements."""
    columns = ("at", "lesson", "pupil", "part", "kind", "item", "answer", "size_percent", "sure", "right", "score")
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    for each in answers:
        lesson = lessons.get(each["lesson"])
        shared = {key: each.get(key, "") for key in ("at", "lesson", "pupil", "part")}
        writer.writerows({**shared, **row} for row in _rows(each, lesson))
    return out.getvalue()


def _rows(each: Mapping[str, Any], lesson: Lesson | None) -> Iterable[dict[str, Any]]:
    for given in each.get("predictions", ()):
        yield {"kind": "prediction", "item": given["metric"], "answer": given["direction"],
               "size_percent": given["size"], "sure": given["sure"]}  # fmt: skip
    statements = each.get("statements", ())
    whole = lesson is not None and len(lesson.statements) == len(statements)
    score = score_of_statements(lesson, statements) if lesson is not None and whole and statements else ""
    for number, given in enumerate(statements, start=1):
        right = given["true"] == lesson.statements[number - 1].true if lesson is not None and whole else ""
        yield {"kind": "statement", "item": number, "answer": given["true"], "sure": given["sure"], "right": right,
               "score": score}  # fmt: skip
    if "choice" in each:
        known = lesson is not None and each["choice"] < len(lesson.mechanisms)
        right = lesson.mechanisms[each["choice"]].holds if lesson is not None and known else ""
        yield {"kind": "explanation", "item": each["choice"] + 1, "answer": each["choice"] + 1, "right": right}
