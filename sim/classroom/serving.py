"""A classroom that is open: a server on this machine only, until it is closed."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.classroom.answers import Answers
from sim.classroom.guard import HOME, new_token
from sim.classroom.lesson import Lesson
from sim.classroom.optional import check_packages
from sim.classroom.server import Classroom, application
from sim.classroom.workers import Workers
from sim.ground.errors import RequestError

MOST_CONNECTIONS = 256


class Open:
    """A classroom on a port of this machine; ``address`` is the link to it.

    Parameters
    ----------
    lessons : by name.
    folder : where answers are kept.
    port : 0 for one that is free.
    workers : processes that simulate; None for one a core, a few at most.

    Raises
    ------
    RequestError : packages are missing, or the port is taken.
    """

    def __init__(self, lessons: dict[str, Lesson], folder: Path, port: int = 0, workers: Workers | None = None) -> None:
        check_packages()
        import uvicorn  # noqa: PLC0415 - an optional package

        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((HOME, port))
        except (OSError, OverflowError) as error:
            self._socket.close()
            why = getattr(error, "strerror", None) or error
            raise RequestError(
                f"port {port} cannot be used: {why}; another is taken with --port", where="--port"
            ) from None
        self.port, self.token = int(self._socket.getsockname()[1]), new_token()
        self.room = Classroom(lessons, workers or Workers(), Answers(folder))
        app: Any = application(self.room, self.token, lambda: self.port)
        self._server = uvicorn.Server(
            uvicorn.Config(app, log_level="error", access_log=False, limit_concurrency=MOST_CONNECTIONS, lifespan="on",
                           timeout_graceful_shutdown=2, server_header=False, date_header=False)
        )  # fmt: skip

    @property
    def address(self) -> str:
        """The link to the classroom; who has it may come in from this machine."""
        return f"http://{HOME}:{self.port}/{self.token}/"

    @property
    def board(self) -> str:
        """The link for whoever leads a lesson: what the class answers, as it comes."""
        return f"{self.address}board/{self.room.key}/"

    def run(self, opened: Callable[[], None] = lambda: None) -> None:
        """Serve until Ctrl-C; ``opened`` is called once pages answer."""
        threading.Thread(target=self._when_started, args=(opened,), daemon=True).start()
        self._server.run(sockets=[self._socket])

    def _when_started(self, opened: Callable[[], None]) -> None:
        waiting = threading.Event()
        while not self._server.started and not self._server.should_exit:
            waiting.wait(0.02)
        opened()

    def close(self) -> None:
        """Stop serving, from another thread."""
        self._server.should_exit = True
