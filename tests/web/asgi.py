"""Calls an application as a server would, without one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from attrs import field, frozen
from starlette.types import ASGIApp, Message

__all__ = ["Reply", "call", "get", "post"]

Headers = Mapping[str, str] | Iterable[tuple[str, str]]


@frozen
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        return self.body.decode()


def call(app: ASGIApp, method: str, path: str, headers: Headers = (), body: bytes | list[bytes] = b"", **scope: Any) -> Reply:
    """One request. A body in pieces comes in pieces; what is left of it when the answer is there is never read."""
    given = headers.items() if isinstance(headers, Mapping) else headers
    whole = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": path.partition("?")[0],
        "raw_path": path.encode("utf-8", "surrogatepass"),
        "query_string": path.partition("?")[2].encode(),
        "root_path": "",
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in given],
        "client": ("192.0.2.7", 1234),
        "server": ("testserver", 443),
        **scope,
    }
    pieces = body if isinstance(body, list) else [body]
    events: list[Message] = [
        {"type": "http.request", "body": piece, "more_body": place < len(pieces) - 1} for place, piece in enumerate(pieces)
    ]
    return asyncio.run(_called(app, whole, events))


async def _called(app: ASGIApp, scope: dict[str, Any], events: list[Message]) -> Reply:
    said: list[Message] = []
    waiting = iter(events)

    async def receive() -> Message:
        return next(waiting, {"type": "http.disconnect"})

    async def send(message: Message) -> None:
        said.append(message)

    await app(scope, receive, send)
    start, *rest = said
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    return Reply(start["status"], headers, b"".join(part.get("body", b"") for part in rest))


def get(app: ASGIApp, path: str, **headers: str) -> Reply:
    """Look at a page; ``accept_language`` stands for ``Accept-Language``."""
    return call(app, "GET", path, {name.replace("_", "-"): value for name, value in headers.items()})


def post(app: ASGIApp, path: str, fields: Iterable[tuple[str, str]] = (), **headers: str) -> Reply:
    """Send a form."""
    named = {"content-type": "application/x-www-form-urlencoded"} | {n.replace("_", "-"): v for n, v in headers.items()}
    return call(app, "POST", path, named, urlencode(list(fields)).encode())
