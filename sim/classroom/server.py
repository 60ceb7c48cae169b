"""The pages of a classroom and what they ask for: runs as they come, bands, lives, answers."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.classroom import answers, bands, board, page
from sim.classroom.guard import App, Guard, new_token
from sim.classroom.lesson import Lesson
from sim.classroom.running import Lives, World
from sim.classroom.workers import BEHIND, LOOKED_AT, FullError, Job, Workers
from sim.ground.errors import RequestError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

EVERY = 0.04  # seconds between looks at a run that somebody watches
MOST_STREAMS = 64
NO_PREDICTION = "Say first what you expect; then the lesson runs."
FULL = "Too many runs are waiting. Try again in a minute."


@dataclass
class Classroom:
    """What all pages share: lessons by name, workers, answers, and how many streams are open.

    ``key`` is in the link of whoever leads the lesson, who sees what the class answers before it has been shown.
    """

    lessons: Mapping[str, Lesson]
    workers: Workers
    answers: answers.Answers
    streams: int = 0
    key: str = field(default_factory=new_token)
    known_bands: dict[tuple[str, tuple[int, ...], str], dict[str, Any]] = field(default_factory=dict)

    def lesson(self, name: str) -> Lesson:
        """The lesson of this name. RequestError where there is none."""
        if name not in self.lessons:
            raise RequestError(f"there is no lesson {name!r}", given=name, allowed=self.lessons)
        return self.lessons[name]

    def jobs_of_band(self, lesson: Lesson, stops: Sequence[int], switch: str) -> list[tuple[Job, Job]]:
        """The runs of a band, asked for behind those that somebody looks at. FullError where too many wait."""
        ask = self.workers.ask
        return [(ask(left, BEHIND), ask(right, BEHIND)) for left, right in bands.worlds_of(lesson, stops, switch)]


@dataclass(frozen=True)
class Wanted:
    """What a page asks of a lesson: who asks, where levers stand, what is switched off, and which luck."""

    lesson: Lesson
    pupil: str
    stops: tuple[int, ...]
    switch: str
    luck: int


def wanted(room: Classroom, request: Request) -> Wanted:
    """What a request asks for. RequestError where it is malformed."""
    lesson, asked = room.lesson(request.path_params["name"]), request.query_params
    try:
        stops = tuple(int(word) for word in asked.get("levers", "").split(",") if word) or lesson.first
        luck = int(asked.get("luck", "1"))
    except ValueError:
        raise RequestError("levers and luck are whole numbers", where=str(request.url.query)[:200]) from None
    switch = asked.get("off", "")
    lesson.checked(stops, switch, luck)
    return Wanted(lesson, answers.pupil(asked.get("pupil")), stops, switch, luck)


def application(room: Classroom, token: str, port: Callable[[], int]) -> App:
    """The classroom as an ASGI application behind its guard."""
    from starlette.applications import Starlette  # noqa: PLC0415 - an optional package
    from starlette.routing import Route  # noqa: PLC0415

    handlers: list[tuple[str, Callable[..., Any], str]] = [
        ("/", _index, "GET"),
        ("/lesson/{name}", _lesson, "GET"),
        ("/page/{file}", _file, "GET"),
        ("/lesson/{name}/answer", _answer, "POST"),
        ("/lesson/{name}/run", _run, "GET"),
        ("/lesson/{name}/band", _band, "GET"),
        ("/lesson/{name}/class", _class, "GET"),
        ("/lesson/{name}/lives", _lives, "GET"),
        ("/answers.csv", _export, "GET"),
        ("/guide", _guide, "GET"),
        ("/board/{key}/", _boards, "GET"),
        ("/board/{key}/{name}", _board, "GET"),
        ("/board/{key}/{name}/now", _now, "GET"),
    ]
    routes = [Route(path, _told(room, handler), methods=[method]) for path, handler, method in handlers]

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        yield
        room.workers.close()

    return Guard(Starlette(routes=routes, lifespan=lifespan), token, port)


def _told(room: Classroom, handler: Callable[..., Any]) -> Callable[[Request], Any]:
    """A handler whose complaints are answers in words."""

    async def told(request: Request) -> Response:
        from starlette.responses import PlainTextResponse  # noqa: PLC0415

        try:
            return await handler(room, request)
        except RequestError as error:
            return PlainTextResponse(f"{error}\n", 400)
        except FullError:
            return PlainTextResponse(f"{FULL}\n", 503)

    return told


# --- pages ------------------------------------------------------------------------------------------------------


async def _index(room: Classroom, _: Request) -> Response:
    from starlette.responses import HTMLResponse  # noqa: PLC0415

    return HTMLResponse(page.index(list(room.lessons.values())))


async def _lesson(room: Classroom, request: Request) -> Response:
    from starlette.responses import HTMLResponse, RedirectResponse  # noqa: PLC0415

    if request.path_params["name"] not in room.lessons:
        return RedirectResponse("../")
    return HTMLResponse(page.lesson(room.lesson(request.path_params["name"])))


async def _guide(room: Classroom, _: Request) -> Response:
    from starlette.responses import HTMLResponse  # noqa: PLC0415

    return HTMLResponse(page.guide(list(room.lessons.values()), alone=False))


async def _boards(room: Classroom, request: Request) -> Response:
    from starlette.responses import HTMLResponse  # noqa: PLC0415

    _check_key(room, request)
    counts = {name: board.seen(each, room.answers)["pupils"] for name, each in room.lessons.items()}
    return HTMLResponse(page.boards(list(room.lessons.values()), counts))


async def _board(room: Classroom, request: Request) -> Response:
    from starlette.responses import HTMLResponse  # noqa: PLC0415

    _check_key(room, request)
    return HTMLResponse(page.board(room.lesson(request.path_params["name"])))


async def _now(room: Classroom, request: Request) -> Response:
    from starlette.responses import JSONResponse  # noqa: PLC0415

    _check_key(room, request)
    return JSONResponse(board.seen(room.lesson(request.path_params["name"]), room.answers))


def _check_key(room: Classroom, request: Request) -> None:
    """RequestError for everybody but who has the link of whoever leads the lesson."""
    if not secrets.compare_digest(request.path_params["key"].encode(), room.key.encode()):
        raise RequestError("this page is for whoever leads the lesson; labyrinth teach has printed the link to it")


async def _file(_: Classroom, request: Request) -> Response:
    from starlette.responses import PlainTextResponse, Response  # noqa: PLC0415

    found = page.FILES.get(request.path_params["file"])
    if found is None:
        return PlainTextResponse("There is nothing here.\n", 404)
    return Response(page.text_of(request.path_params["file"]), media_type=found)


# --- what pages ask for -----------------------------------------------------------------------------------------


async def _answer(room: Classroom, request: Request) -> Response:
    from starlette.responses import JSONResponse  # noqa: PLC0415

    lesson = room.lesson(request.path_params["name"])
    try:
        given = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise RequestError("an answer must be JSON", where="the answer") from None
    answer = answers.checked(lesson, given)
    mark, part = answer["pupil"], answer["part"]
    before = room.answers.of(lesson.name, mark, answers.BEFORE)
    if part != answers.BEFORE and before is None:
        raise RequestError(NO_PREDICTION, where="part")
    if part == answers.BEFORE and before is not None:
        raise RequestError("what was expected has been said, and stays", where="part")
    await asyncio.to_thread(room.answers.add, answer)
    said: dict[str, Any] = {"kept": True}
    if part == answers.AFTER and before is not None:
        said |= {
            "before": answers.score_of_statements(lesson, before["statements"]),
            "after": answers.score_of_statements(lesson, answer["statements"]),
        }
    return JSONResponse(said)


async def _run(room: Classroom, request: Request) -> Response:
    """Both worlds as they come: see :func:`sim.classroom.running.messages`, with ``side`` 0 or 1 added."""
    asked = wanted(room, request)
    if room.answers.of(asked.lesson.name, asked.pupil, answers.BEFORE) is None:
        return _refused(409, NO_PREDICTION)
    words = asked.lesson.without(asked.switch), asked.lesson.with_levers(asked.stops, asked.switch)
    jobs = [room.workers.ask(World(each, asked.luck, asked.lesson.shown), LOOKED_AT) for each in words]
    return _streamed(room, lambda: _both(room, jobs))


async def _both(room: Classroom, jobs: Sequence[Job]) -> AsyncIterator[Any]:
    """Messages of both worlds as they come, each with its side; before a run begins, that it waits."""
    sent, said = [0, 0], ""
    while True:
        over = all(job.over for job in jobs)  # asked first: nothing may come between the last message and the end
        for side, job in enumerate(jobs):
            for message in job.messages[sent[side] :]:
                yield {"side": side, **message}
                sent[side] += 1
        if over:
            return
        waits = "" if any(job.begun for job in jobs) else ("waits" if room.workers.ready.is_set() else "loads")
        if waits and waits != said:
            said = waits
            yield {"waiting": waits}
        await asyncio.sleep(EVERY)


async def _band(room: Classroom, request: Request) -> Response:
    """How far the runs of a band are, then the band and the score of the predictions it is for."""
    asked = wanted(room, request)
    before = room.answers.of(asked.lesson.name, asked.pupil, answers.BEFORE)
    if before is None:
        return _refused(409, NO_PREDICTION)
    key = asked.lesson.name, asked.stops, asked.switch
    jobs = [] if key in room.known_bands else room.jobs_of_band(asked.lesson, asked.stops, asked.switch)

    async def coming() -> AsyncIterator[Any]:
        done = -1
        while jobs and (now := sum(job.over for pair in jobs for job in pair)) < 2 * len(jobs):
            if now != done:
                done = now
                yield {"running": now, "of": 2 * len(jobs)}
            await asyncio.sleep(4 * EVERY)
        if fault := next((job.fault for pair in jobs for job in pair if job.fault), ""):
            yield {"fault": fault}
            return
        if jobs:
            room.known_bands[key] = await asyncio.to_thread(_bands, asked.lesson, jobs)
        band = room.known_bands[key]
        score = answers.score_of_predictions(before["predictions"], band) if asked.stops == asked.lesson.first else None
        yield {"done": band, "score": score}

    return _streamed(room, coming)


def _bands(lesson: Lesson, jobs: Sequence[tuple[Job, Job]]) -> dict[str, Any]:
    """The band of every metric that is shown, with what before and after say of it: see :func:`bands.with_reports`."""
    return bands.with_reports(
        [(left.result, right.result) for left, right in jobs],
        [(left.prior, right.prior) for left, right in jobs],
        lesson.shown,
    )


async def _class(room: Classroom, request: Request) -> Response:
    """What the class has predicted, for those who have said their own."""
    from starlette.responses import JSONResponse  # noqa: PLC0415

    asked = wanted(room, request)
    if room.answers.of(asked.lesson.name, asked.pupil, answers.BEFORE) is None:
        return _refused(409, NO_PREDICTION)
    return JSONResponse(room.answers.predictions(asked.lesson))


async def _lives(room: Classroom, request: Request) -> Response:
    from starlette.responses import JSONResponse  # noqa: PLC0415

    asked = wanted(room, request)
    words = asked.lesson.with_levers(asked.stops)
    if words == asked.lesson.without():
        raise RequestError("no policy is in force; move a lever first")
    job = room.workers.ask(Lives(words, asked.luck, asked.lesson.lives), LOOKED_AT)
    while not job.over and not await request.is_disconnected():
        await asyncio.sleep(4 * EVERY)
    return JSONResponse({"html": job.result} if job.result is not None else {"fault": job.fault})


async def _export(room: Classroom, _: Request) -> Response:
    from starlette.responses import Response  # noqa: PLC0415

    table = answers.as_csv(room.answers.all(), room.lessons)
    headers = {"Content-Disposition": 'attachment; filename="answers.csv"'}
    return Response(table, media_type="text/csv", headers=headers)


def _refused(status: int, words: str) -> Response:
    from starlette.responses import PlainTextResponse  # noqa: PLC0415

    return PlainTextResponse(f"{words}\n", status)


def _streamed(room: Classroom, coming: Callable[[], AsyncIterator[Any]]) -> Response:
    """Messages as server-sent events, ended by an event ``end``; refused where too many streams are open."""
    from starlette.responses import StreamingResponse  # noqa: PLC0415

    if room.streams >= MOST_STREAMS:
        return _refused(503, FULL)
    room.streams += 1

    async def lines() -> AsyncIterator[str]:
        try:
            async for message in coming():
                yield f"data: {json.dumps(message, allow_nan=False)}\n\n"
            yield "event: end\ndata: {}\n\n"
        finally:
            room.streams -= 1

    return StreamingResponse(lines(), media_type="text/event-stream")
