"""What holds for every answer, whichever page it is: its headers, and how much may come in."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Guard", "TooLarge", "read_body"]

_MOST_HEADERS = 16_384
_LONGEST_ADDRESS = 4_096

_ALWAYS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class TooLarge(Exception):
    """More came in than is taken."""


class Guard:
    """Puts the headers that no answer may lack around an application, and refuses requests with too much before their body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, as ASGI has it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                for name, value in _ALWAYS.items():
                    headers[name] = value
                headers.setdefault("Content-Security-Policy", _POLICY)
            await send(message)

        if _too_much(scope):
            await _refuse(guarded)
        else:
            await self._app(scope, receive, guarded)


def _too_much(scope: Scope) -> bool:
    size = sum(len(name) + len(value) for name, value in scope["headers"])
    return size > _MOST_HEADERS or len(scope["path"]) + len(scope["query_string"]) > _LONGEST_ADDRESS


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 431, "headers": headers})
    await send({"type": "http.response.body", "body": b"Request header fields too large.\n"})


async def read_body(request: Request, most: int) -> bytes:
    """The raw body.

    Raises:
        TooLarge: it has more than ``most`` bytes; no more than that is read of it.
    """
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > most:
            raise TooLarge
        pieces.append(piece)
    return b"".join(pieces)
