"""Several processes draw one page, and what each has drawn comes back in order."""

from __future__ import annotations

import subprocess
import sys
from functools import partial

import pytest

from sim.report import drawn as drawings
from sim.report import hands
from sim.results import drawn

BEGIN = """
import os, sys, time
from sim.report.hands import shared
from sim.results.drawn import use_hands
use_hands(3)
me = os.getpid()
"""


def told(code: str) -> list[str]:
    """What a process that has no other threads prints."""
    done = subprocess.run([sys.executable, "-c", BEGIN + code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.skipif(sys.platform != "linux", reason="only there are processes forked")
def test_pieces_are_shared_and_come_back_in_order() -> None:
    code = """
def piece(number):
    return lambda: time.sleep(0.05) or f"{number}:{os.getpid() == me}:" + "x" * 100_000
found = shared([piece(number) for number in range(12)])
print([text.split(":")[0] for text in found] == [str(number) for number in range(12)])
print(any(":False:" in text for text in found), any(":True:" in text for text in found))
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("alone")
"""
    assert told(code) == ["True", "True", "True", "alone"]


@pytest.mark.skipif(sys.platform != "linux", reason="only there are processes forked")
@pytest.mark.parametrize("end", ["os._exit(1)", "os.kill(os.getpid(), 9)", "1 / 0"])
def test_what_a_lost_process_has_not_done_is_done_by_who_asked(end: str) -> None:
    code = f"""
def piece(number):
    def work():
        time.sleep(0.02)
        if os.getpid() != me:
            {end}
        return str(number)
    return work
print(*shared([piece(number) for number in range(6)]))
"""
    assert told(code) == [str(number) for number in range(6)]


def test_what_is_wrong_is_told_to_who_asked() -> None:
    code = """
def wrong():
    raise ValueError("no room")
try:
    shared([wrong, wrong, wrong])
except ValueError as error:
    print(error)
"""
    assert told(code) == ["no", "room"]


@pytest.mark.skipif(sys.platform != "linux", reason="only there are processes forked")
def test_nobody_waits_for_the_rest_after_ctrl_c() -> None:
    code = """
def piece():
    if os.getpid() == me:
        raise KeyboardInterrupt
    time.sleep(50)
try:
    shared([piece] * 8)
except KeyboardInterrupt:
    print("stopped")
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("alone")
"""
    assert told(code) == ["stopped", "alone"]


def test_without_leave_or_beside_other_threads_one_process_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hands.os, "fork", None)
    assert drawn.hands() == 1
    assert hands.shared([lambda: "a", lambda: "b"]) == ["a", "b"]
    monkeypatch.setattr(drawn, "_hands", 2)
    monkeypatch.setattr(hands.threading, "active_count", lambda: 2)
    assert hands.shared([lambda: "a", lambda: "b"]) == ["a", "b"]
    figures = [{"draw": lambda: "x", "name": "glance", "id": "here", "title": "Title", "alt": "what it shows"}]
    monkeypatch.setattr(drawings, "inline", lambda *given: " ".join(given))
    drawings.draw(figures)
    assert figures[0]["svg"] == "x Title what it shows here"


def test_a_figure_that_stands_twice_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def make(subject: object, name: str) -> str:
        made.append(name)
        return name

    monkeypatch.setattr(drawings, "inline", lambda *given: " ".join(given))
    one, other = object(), object()
    asked = [
        (one, "a", "x", "T"),
        (one, "b", "y", "T"),
        (one, "a", "z", "T"),
        (one, "a", "u", "U"),
        (other, "a", "v", "T"),
    ]
    figures = [
        {"draw": partial(make, subject, name), "name": name, "id": ident, "title": title, "alt": "shows"}
        for subject, name, ident, title in asked
    ]
    drawings.draw(figures)
    assert [figure["svg"] for figure in figures] == [f"{name} {title} shows {ident}" for _, name, ident, title in asked]
    assert made == ["a", "b", "a", "a"]


def test_the_figures_that_take_longest_are_begun_first(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    monkeypatch.setattr(drawings, "inline", lambda *given: " ".join(given))
    figures = [
        {
            "draw": partial(lambda name: made.append(name) or name, name),
            "name": name,
            "id": name,
            "title": "",
            "alt": "",
        }
        for name in ("glance", "where", "pairing", "flows")
    ]
    drawings.draw(figures)
    assert made == ["where", "flows", "glance", "pairing"]
    assert [str(figure["svg"]).split()[0] for figure in figures] == ["glance", "where", "pairing", "flows"]


@pytest.mark.skipif(sys.platform != "linux", reason="only there are processes forked")
def test_processes_that_draw_read_letters_each_for_itself() -> None:
    code = """
from sim.report import letters
from matplotlib.font_manager import FontProperties
face = FontProperties(family="DejaVu Sans")
signs = [chr(code) for code in range(0x21, 0x2500)]
def measured():
    return str([letters.width_height_descent(sign, face) for sign in signs])
letters.width_height_descent("a", face)  # now the font is open
found = shared([measured] * 3)
print(len(set(found)))
"""
    assert told(code) == ["1"]
