"""What stands before every page of a classroom: only this machine, only who has the link, nothing from outside."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HOME = "127.0.0.1"
LARGEST_BODY = 20_000  # bytes
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
STALE = (
    "This link is not of the classroom that is open now. Take the link that labyrinth teach has printed; it changes "
    "whenever the command is started.\n"
)


def new_token() -> str:
    """What makes a link known to those who have been given it only."""
    return secrets.token_urlsafe(18)


class Guard:
    """Refuses requests for other hosts, without the token, from other pages, and with too much in them."""

    def __init__(self, app: App, token: str, port: Callable[[], int]) -> None:
        self._app, self._token, self._port = app, token, port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a refusal, or hand the request on with the token taken off its path."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        refused = self._refusal(scope)
        if refused is not None:
            await _answer(send, *refused)
            return
        parts = scope["path"].split("/", 2)
        inside = {**scope, "root_path": f"/{parts[1]}"}  # routes are those below the token
        await self._app(inside, _bounded(receive), _with_headers(send))

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Status and words of a refusal; None if the request may pass."""
        names: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            names.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        hosts = {f"{name}:{self._port()}" for name in (HOME, "localhost")}
        if names.get("host", []) not in [[host] for host in hosts]:
            return 421, "This classroom answers on its own machine only.\n"
        given = scope["path"].split("/", 2)
        if len(given) < 3 or not secrets.compare_digest(given[1].encode(), self._token.encode()):
            return 403, STALE
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405, "This is not asked so.\n"
        origins = {f"http://{host}" for host in hosts}
        if any(origin not in origins for origin in names.get("origin", [])) or names.get("sec-fetch-site", [""])[
            0
        ] not in ("", "none", "same-origin"):
            return 403, "This was asked by a page of somebody else.\n"
        if scope["method"] == "POST":
            if names.get("content-type", [""])[0].split(";")[0].strip() != "application/json":
                return 415, "An answer is sent as application/json.\n"
            length = names.get("content-length", [""])[0]
            if not length.isdigit():
                return 411, "An answer says how long it is.\n"
            if int(length) > LARGEST_BODY:
                return 413, "An answer is not as long as this.\n"
        return None


def _bounded(receive: Receive) -> Receive:
    """The same body, cut off where it is longer than was announced: it is then no JSON."""
    taken = 0

    async def inside() -> MutableMapping[str, Any]:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST_BODY:
            return {"type": "http.request", "body": b"", "more_body": False}
        return message

    return inside


def _with_headers(send: Send) -> Send:
    async def outside(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            own = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
            message = {**message, "headers": [*message.get("headers", []), *own]}
        await send(message)

    return outside


async def _answer(send: Send, status: int, words: str) -> None:
    body = words.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    outside = _with_headers(send)
    await outside({"type": "http.response.start", "status": status, "headers": headers})
    await outside({"type": "http.response.body", "body": body})
