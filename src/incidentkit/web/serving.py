"""Serving the pages of one desk on this machine, for whoever sits at it and for a proxy in front of it."""

from __future__ import annotations

import socket
from collections.abc import Callable

from starlette.types import ASGIApp

__all__ = ["HOST", "serve"]

HOST = "127.0.0.1"
"""The only address that is bound: from outside there must be something in front that speaks TLS."""

_MOST_HEADERS = 32_768
_MOST_AT_ONCE = 100


def serve(pages: ASGIApp, port: int, ready: Callable[[str], None]) -> None:
    """Serve until the process is interrupted. No request is logged: its address would have a token in it.

    Args:
        port: 0 for any that is free.
        ready: told the address once it answers.

    Raises:
        OSError: somebody else has the port.
    """
    import uvicorn

    with socket.create_server((HOST, port)) as listening:
        ready(f"http://{HOST}:{listening.getsockname()[1]}")
        config = uvicorn.Config(
            pages,
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            lifespan="off",
            ws="none",
            http="h11",
            h11_max_incomplete_event_size=_MOST_HEADERS,
            limit_concurrency=_MOST_AT_ONCE,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=10,
        )
        uvicorn.Server(config).run(sockets=[listening])
