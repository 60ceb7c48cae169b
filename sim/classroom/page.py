"""The pages of a classroom, and one lesson as a single page that needs neither a server nor Python."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sim.classroom.answers import LARGEST, SURE
from sim.classroom.bands import LITTLE, with_reports, worlds_of
from sim.classroom.fitting import PAIRS, SETS
from sim.classroom.lesson import Lesson
from sim.classroom.running import DONE, PRIOR, Asked, Lives, Message, World, messages
from sim.classroom.worlds import spreads
from sim.declared.measures.catalogue import METRICS
from sim.ground.templates import filled
from sim.ground.version import __version__

FOLDER = Path(__file__).parent / "page"
SCRIPTS = ("charts.js", "worlds.js", "source.js", "player.js", "lesson.js")
FILES = {"lesson.css": "text/css", **dict.fromkeys((*SCRIPTS, "board.js"), "text/javascript")}
WAYS = {"more": "More.", "fewer": "Fewer, or less.", "same": "About the same, or not told from zero."}
SURE_WORDS = {"guessing": "I am guessing", "rather": "rather sure", "sure": "sure", "certain": "certain"}


@cache
def text_of(name: str) -> str:
    """A file of a page: a style sheet or a script."""
    return (FOLDER / name).read_text(encoding="utf-8")


def index(lessons: Sequence[Lesson]) -> str:
    """The page from which lessons are chosen."""
    return filled(FOLDER / "index.html.j2", lessons=lessons, version=__version__)


def guide(lessons: Sequence[Lesson], *, alone: bool) -> str:
    """The guide for those who lead a lesson, with what is printed; ``alone``: with its style in it."""
    style = text_of("lesson.css") if alone else None
    policy = f"default-src 'none'; style-src {_digest(style)}; img-src data:" if style is not None else ""
    found = {each.name: spreads(each) for each in lessons}
    return filled(
        FOLDER / "guide.html.j2",
        lessons=lessons,
        spreads=found,
        ways=WAYS,
        sets=SETS,
        style=style,
        policy=policy,
        version=__version__,
    )


def boards(lessons: Sequence[Lesson], counts: Mapping[str, Mapping[str, int]]) -> str:
    """The page from which whoever leads a lesson chooses; ``counts``: by lesson, how many have answered each part."""
    return filled(FOLDER / "boards.html.j2", lessons=lessons, counts=counts, version=__version__)


def board(found: Lesson) -> str:
    """What whoever leads a lesson sees of it; the page asks for what the class answers by itself."""
    told = spreads(found)
    return filled(
        FOLDER / "board.html.j2",
        lesson=found,
        spreads=told,
        ways=WAYS,
        about=_in_script(_asked(found)),
        version=__version__,
    )


def _asked(found: Lesson) -> dict[str, Any]:
    """What a board knows of a lesson."""
    return {
        "outcomes": [METRICS[each.metric].title for each in found.outcomes],
        "statements": [each.text for each in found.statements],
        "mechanisms": [each.words for each in found.mechanisms],
    }


def lesson(found: Lesson) -> str:
    """The page of a lesson, whose scripts and style lie beside it."""
    return _rendered(found, None)


def single(found: Lesson, embedded: Mapping[str, Any]) -> str:
    """The same page with everything in it, and with runs from :func:`precomputed`: it fetches nothing."""
    return _rendered(found, embedded)


def _rendered(found: Lesson, embedded: Mapping[str, Any] | None) -> str:
    style, script = text_of("lesson.css"), "\n".join(text_of(name) for name in SCRIPTS)
    return filled(
        FOLDER / "lesson.html.j2",
        lesson=found,
        spreads=spreads(found),
        pairs=PAIRS,
        about=_in_script(about(found)),
        embedded=None if embedded is None else _in_script(embedded),
        style=style,
        script=script,
        policy=f"default-src 'none'; script-src {_digest(script)}; style-src {_digest(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'",
        scripts=SCRIPTS,
        sure=SURE_WORDS,
        largest=LARGEST,
        version=__version__,
    )


def about(found: Lesson) -> dict[str, Any]:
    """What the scripts of a page know of a lesson."""
    return {
        "name": found.name,
        "title": found.title,
        "seeds": found.seeds,
        "little": LITTLE,
        "first": found.first,
        "budget": found.budget,
        "levers": [
            {
                "label": lever.label,
                "policy": lever.policy,
                "moves": lever.moves,
                "stops": [vars(stop) for stop in lever.stops],
            }
            for lever in found.levers
        ],
        "outcomes": [each.metric for each in found.outcomes],
        "metrics": {name: _metric(name) for name in found.shown},
        "statements": [vars(each) for each in found.statements],
        "mechanisms": [
            {"words": each.words, "reply": each.reply, "holds": each.holds, "switch": each.switch}
            for each in found.mechanisms
        ],
        "records": [vars(each) for each in found.records],
        "world": found.world,
        "sure": {name: list(chances) for name, chances in SURE.items()},
        "worlds": [
            {
                "metric": each.metric,
                "finds": each.finds,
                "says": each.says,
                "changes": [vars(one) for one in each.changes],
                "mean": vars(each.over_all),
            }
            for each in spreads(found)
        ],
    }


def _metric(name: str) -> dict[str, str]:
    metric = METRICS[name]
    kind = "recorded" if metric.layer == "record" else "activity" if metric.tag in ("activity", "output") else ""
    return {"title": metric.title, "unit": metric.unit, "meaning": metric.meaning, "kind": kind}


def _in_script(content: Any) -> str:
    """Data as JSON that may stand in a script element of any page."""
    plain = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return plain.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


# --- runs for the single page -----------------------------------------------------------------------------------


def precomputed(found: Lesson, told: Callable[[int, int], None] = lambda *_: None) -> dict[str, Any]:
    """Everything that a single page shows, run here and now.

    ``runs`` are the messages of worlds by their words, for each lever moved alone and each switch; ``bands`` those at
    the first stops, with each switch off too; ``lives`` the diary as HTML. ``told`` hears how many runs of how many are
    done.
    """
    alone = [World(words, 1, found.shown) for words in found.all_words()]
    pairs = {switch: worlds_of(found, found.first, switch) for switch in ("", *found.switches)}
    asked: list[Asked] = list(
        dict.fromkeys([*alone, *(world for pair in pairs.values() for two in pair for world in two)])
    )
    kept: dict[Asked, list[Message]] = {}
    for number, each in enumerate(asked):
        told(number, len(asked))
        kept[each] = [message for message in messages(each) if "running" not in message]
    bands = {}
    for switch, several in pairs.items():
        last = [(kept[left][-1], kept[right][-1]) for left, right in several]
        after, before = ([(left[key], right[key]) for left, right in last] for key in (DONE, PRIOR))
        bands[switch] = with_reports(after, before, found.shown)
    lives = list(messages(Lives(found.with_levers(found.first), 1, found.lives)))
    return {"runs": {" ".join(world.words): _joined(kept[world]) for world in alone}, "bands": bands,
            "lives": lives[-1][DONE]}  # fmt: skip


def _joined(several: Sequence[Message]) -> list[Message]:
    """The messages of a run in two: the whole course, and the values at its end."""
    courses = [message for message in several if "weeks" in message]
    weeks = [week for message in courses for week in message["weeks"]]
    names = courses[0]["course"]
    course = {name: [value for message in courses for value in message["course"][name]] for name in names}
    return [{"weeks": weeks, "course": course}, several[-1]]
