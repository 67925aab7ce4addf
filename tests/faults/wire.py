"""A wire between a client and a PostgreSQL server that can be cut at one message."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import unquote

from attrs import define, field
from sqlalchemy import make_url

__all__ = ["Wire", "wire"]

# As the whole of a statement.
_COMMIT = b"COMMIT\0"


@define
class Wire:
    """Passes on what both sides say, until somebody says ``cut``.

    Args:
        server: the server's socket.
        url: of the same database, by way of this wire.
    """

    server: str
    url: str
    _listener: socket.socket
    _cut: str = field(default="", init=False)
    cuts: int = field(default=0, init=False)
    ended: threading.Event = field(factory=threading.Event, init=False)
    """Set once the server has done what it was sent before the cut."""

    def cut(self, when: str) -> None:
        """Cut it at the next COMMIT, once.

        Args:
            when: ``before`` the server hears of it, or ``after`` it has answered and before the client hears that.
        """
        self._cut = when
        self.ended.clear()

    def serve(self) -> None:
        """For as long as the listener is open."""
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self.server)
            threading.Thread(target=self._pass_on, args=(client, server), daemon=True).start()
            threading.Thread(target=_pump, args=(server, client), daemon=True).start()

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        """What the client says."""
        with suppress(OSError):
            while said := client.recv(65536):
                if self._cut and _COMMIT in said:
                    self._end(client, server, said)
                    return
                server.sendall(said)
        _close(server, client)

    def _end(self, client: socket.socket, server: socket.socket, said: bytes) -> None:
        when, self._cut = self._cut, ""
        self.cuts += 1
        # From here on the client hears nothing.
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)
        if when == "after":
            server.sendall(said)
            server.sendall(b"X\0\0\0\4")
            # The server has done all of it once it hangs up.
            with suppress(OSError):
                while server.recv(65536):
                    pass
        _close(server, client)
        self.ended.set()


def _pump(source: socket.socket, target: socket.socket) -> None:
    """What the server says."""
    with suppress(OSError):
        while said := source.recv(65536):
            target.sendall(said)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


def _close(*sockets: socket.socket) -> None:
    for each in sockets:
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()


@contextmanager
def wire(url: str) -> Iterator[Wire]:
    """A wire to the database that a URL with a folder of sockets names."""
    parsed = make_url(url)
    folder = Path(unquote(str(parsed.query["host"])))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        by_wire = parsed.set(host="127.0.0.1", port=port).difference_update_query(["host"])
        made = Wire(str(folder / ".s.PGSQL.5432"), by_wire.render_as_string(hide_password=False), listener)
        threading.Thread(target=made.serve, daemon=True).start()
        yield made
        # Whoever waits for the next client is told that there is none.
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
