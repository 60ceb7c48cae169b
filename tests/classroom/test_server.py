"""What a classroom answers and what it refuses: other hosts, stale tokens, foreign pages, malformed requests."""

from __future__ import annotations

import http.client
import importlib.util
import json
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from sim.classroom import server
from sim.classroom.guard import HEADERS, LARGEST_BODY
from sim.classroom.optional import check_packages
from sim.ground.errors import RequestError

PUPIL = "0123456789abcdef"
JSON = {"Content-Type": "application/json"}


def canned() -> Any:
    """The made-up workers of this folder."""
    spec = importlib.util.spec_from_file_location("canned", Path(__file__).with_name("canned.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Canned()


@pytest.fixture(scope="module")
def room(serve, small, tmp_path_factory):
    return serve({"small": small}, tmp_path_factory.mktemp("answers"), canned())


def ask(room, path: str, method: str = "GET", body: Any = None, headers: dict[str, str] | None = None,
        token: str | None = None):  # fmt: skip
    """Status, headers and text of a request to the classroom."""
    connection = http.client.HTTPConnection("127.0.0.1", room.port, timeout=60)
    sent = body if body is None or isinstance(body, bytes | str) else json.dumps(body)
    connection.request(method, f"/{room.token if token is None else token}{path}", sent, headers or {})
    reply = connection.getresponse()
    text = reply.read().decode()
    connection.close()
    return reply.status, dict(reply.getheaders()), text


def events(text: str) -> list[Any]:
    assert text.endswith("event: end\ndata: {}\n\n")
    return [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: {")][:-1]


def query(**more: Any) -> str:
    return urlencode({"pupil": PUPIL, "levers": "3"} | more)


def test_other_hosts_and_stale_tokens_are_refused(room) -> None:
    for host in ("evil.example", f"evil.example:{room.port}", "127.0.0.1", f"127.0.0.1:{room.port + 1}", "[::1]", ""):
        assert ask(room, "/", headers={"Host": host})[0] == 421
    assert ask(room, "/", headers={"Host": f"localhost:{room.port}"})[0] == 200
    for token in ("", "x", room.token[:-1], room.token + "x", room.token.swapcase(), "%2e%2e"):
        status, headers, text = ask(room, "/lesson/small", token=token)
        assert status == 403
        assert "the classroom that is open now" in text
        assert headers["content-security-policy"] == HEADERS["Content-Security-Policy"]
    assert room.address == f"http://127.0.0.1:{room.port}/{room.token}/"


def test_it_listens_on_this_machine_only(room) -> None:
    assert room._socket.getsockname()[0] == "127.0.0.1"


def test_requests_of_foreign_pages_are_refused(room, before) -> None:
    for headers in (
        {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
        {"Origin": f"http://127.0.0.1:{room.port + 1}"},
    ):  # fmt: skip
        assert ask(room, "/lesson/small/answer", "POST", before, JSON | headers)[0] == 403
        assert ask(room, "/", headers=headers)[0] == 403


def test_malformed_requests_are_refused_in_words(room, before) -> None:
    post = "/lesson/small/answer"
    assert ask(room, post, "POST", before, {"Content-Type": "text/plain"})[0] == 415
    assert ask(room, post, "POST", b"x" * (LARGEST_BODY + 1), JSON)[0] == 413
    assert ask(room, post, "DELETE")[0] == 405
    for body in (b"{", b"[" * 9000, b"\xff", b"null", b"[]", {"part": "before"}, before | {"predictions": []}):
        status, _, text = ask(room, post, "POST", body, JSON)
        assert (status, text.count("\n") >= 1) == (400, True)
    for asked in ("levers=9", "levers=a", "luck=0", "luck=x", "off=mechanisms.ageing%3Doff", "pupil=x", "levers=1,1"):
        pairs = dict(pair.split("=", 1) for pair in asked.split("&"))
        path = "/lesson/small/run?" + query(**{key: value.replace("%3D", "=") for key, value in pairs.items()})
        assert ask(room, path)[0] == 400
    assert ask(room, "/lesson/nothing/run?" + query())[0] == 400
    assert ask(room, "/page/lesson.html.j2")[0] == 404
    assert ask(room, "/page/..%2fserver.py")[0] == 404


def test_a_lesson_from_the_prediction_to_the_score(room, before, small) -> None:
    mark = "a" * 16
    for path in ("run", "band", "class"):
        assert ask(room, f"/lesson/small/{path}?" + query(pupil=mark))[0] == 409
    post = "/lesson/small/answer"
    right = [{"true": each.true, "sure": "certain"} for each in small.statements]
    after = {"pupil": mark, "part": "after", "statements": right}
    assert ask(room, post, "POST", after, JSON)[0] == 400
    assert ask(room, post, "POST", before | {"pupil": mark}, JSON)[0] == 200
    assert ask(room, post, "POST", before | {"pupil": mark}, JSON)[0] == 400  # it stays
    found = events(ask(room, "/lesson/small/run?" + query(pupil=mark))[2])
    assert {message["side"] for message in found} == {0, 1}
    assert sum("done" in message for message in found) == 2
    *_, last = events(ask(room, "/lesson/small/band?" + query(pupil=mark))[2])
    assert {each["direction"] for each in last["done"].values()} == {"more"}
    assert last["score"] == pytest.approx(0.094, abs=1e-3)
    *_, other = events(ask(room, "/lesson/small/band?" + query(pupil=mark, levers="1"))[2])
    assert other["score"] is None
    said = json.loads(ask(room, post, "POST", after, JSON)[2])
    assert said["after"] < said["before"]
    assert len(json.loads(ask(room, "/lesson/small/class?" + query(pupil=mark))[2])) >= 1
    assert "Two lives" in json.loads(ask(room, "/lesson/small/lives?" + query(pupil=mark))[2])["html"]
    assert ask(room, "/lesson/small/lives?" + query(pupil=mark, levers="0"))[0] == 400
    assert mark in ask(room, "/answers.csv")[2]


def test_whoever_leads_sees_a_class_and_the_class_does_not(room, before, small) -> None:
    mark, board = "c" * 16, f"/board/{room.room.key}/"
    assert room.board.endswith(board)
    for path in ("", "small", "small/now"):
        assert ask(room, f"/board/{room.token}/{path}")[0] == 400
    first = json.loads(ask(room, f"{board}small/now")[2])
    assert ask(room, "/lesson/small/answer", "POST", before | {"pupil": mark}, JSON)[0] == 200
    now = json.loads(ask(room, f"{board}small/now")[2])
    assert now["pupils"]["before"] == first["pupils"]["before"] + 1
    assert now["outcomes"][0]["directions"]["more"] == first["outcomes"][0]["directions"]["more"] + 1
    assert 20 in now["outcomes"][0]["sizes"]
    assert now["statements"][0]["before"]["of"] == now["pupils"]["before"]
    assert mark not in json.dumps(now)
    assert small.title in ask(room, board)[2]
    assert small.question in ask(room, f"{board}small")[2]
    assert ask(room, "/guide")[0] == 200


def test_streams_are_bounded(room, before, monkeypatch) -> None:
    mark = "b" * 16
    assert ask(room, "/lesson/small/answer", "POST", before | {"pupil": mark}, JSON)[0] == 200
    monkeypatch.setattr(server, "MOST_STREAMS", 0)
    assert ask(room, "/lesson/small/run?" + query(pupil=mark))[0] == 503
    monkeypatch.undo()
    assert ask(room, "/lesson/small/run?" + query(pupil=mark))[0] == 200
    assert room.room.streams == 0


def test_a_port_that_is_taken_is_told(small, tmp_path: Path) -> None:
    from sim.classroom.serving import Open

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(RequestError, match="--port"):
            Open({"small": small}, tmp_path, taken.getsockname()[1], workers=canned())


def test_missing_packages_are_named_with_what_installs_them(monkeypatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(RequestError, match=r"labyrinth-abm\[teach\]"):
        check_packages()
