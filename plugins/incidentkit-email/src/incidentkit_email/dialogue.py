"""One conversation with a mail server, in which nothing waits beyond its deadline (RFC 5321, 2920, 3207, 4954)."""

from __future__ import annotations

import smtplib
import socket
import ssl
from base64 import b64encode
from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING

from incidentkit_email.answers import Answer

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

__all__ = ["Dialogue"]

_LONGEST_REPLY = 64_000
_LOST = "the connection was lost"


class Dialogue(smtplib.SMTP):
    """The standard library's client, with replies read by a deadline, and with commands in one go.

    Everything that goes wrong with the connection is an OSError, after which it is closed.
    """

    def __init__(self, hello: str) -> None:
        super().__init__(local_hostname=hello)
        self._until = 0.0
        self._read = b""

    def allow(self, seconds: float) -> None:
        """Set the deadline of all that follows."""
        self._until = monotonic() + seconds

    def open(self, host: str, port: int, context: ssl.SSLContext | None) -> Answer:
        """Connect, secured from the start where a context is given; the greeting."""
        self.sock = socket.create_connection((host, port), self._left())
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context is not None:
            self._secure(host, context)
        return self._answer()

    def greet(self) -> Answer:
        """EHLO, or HELO for a server that knows nothing else."""
        code, text = self.ehlo()
        if 500 <= code < 600:
            code, text = self.helo()
        return _answered(code, text)

    def upgrade(self, host: str, context: ssl.SSLContext) -> Answer:
        """STARTTLS; what the server said before is forgotten."""
        answer = self.say("STARTTLS")
        if answer.code != 220:
            return answer
        if self._read:
            # Words that came in the clear would be taken for private ones.
            self.close()
            raise ConnectionError("the server spoke on before the connection was secured")
        self._secure(host, context)
        return self.greet()

    def log_in(self, user: str, password: str) -> Answer | None:
        """AUTH by PLAIN, else by LOGIN; None where the server offers neither."""
        offered = self.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in offered:
            return self.say("AUTH PLAIN " + _coded(f"\0{user}\0{password}"))
        if "LOGIN" not in offered:
            return None
        for words in ("AUTH LOGIN", _coded(user)):
            answer = self.say(words)
            if answer.code != 334:
                return answer
        return self.say(_coded(password))

    def say(self, command: str) -> Answer:
        """One command and its answer."""
        self.putcmd(command)
        return self._answer()

    def say_all(self, commands: Sequence[str]) -> list[Answer]:
        """The answers to commands of which each needs the one before; in one go where the server allows it.

        Without that, none is said after one that was refused.
        """
        if self.has_extn("pipelining"):
            self.send("".join(f"{command}\r\n" for command in commands))
            return [self._answer() for _ in commands]
        answers: list[Answer] = []
        for command in commands:
            answers.append(self.say(command))
            if not answers[-1].ok:
                break
        return answers

    def hand_in(self, content: bytes) -> Answer:
        """The mail itself, its lines ended by CRLF, and what the server says of it."""
        self.send(content.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        return self._answer()

    # --- What the standard library calls -------------------------------------------------------------------------

    def send(self, s: Buffer | str) -> None:
        """Send it all by the deadline."""
        if self.sock is None:
            raise ConnectionError(_LOST)
        try:
            self.sock.settimeout(self._left())
            self.sock.sendall(s.encode(self.command_encoding) if isinstance(s, str) else s)
        except OSError:
            self.close()
            raise

    def getreply(self) -> tuple[int, bytes]:
        """The next whole reply."""
        lines: list[bytes] = []
        while True:
            line = self._line()
            lines.append(line[4:].strip())
            if line[3:4] != b"-":
                break
        if not line[:3].isdigit():
            self.close()
            raise ConnectionError("the server does not speak SMTP")
        return int(line[:3]), b"\n".join(lines)

    def close(self) -> None:
        """Let go of the connection."""
        self._read = b""
        if self.sock is not None:
            self.sock.close()
            self.sock = None

    # --- Within --------------------------------------------------------------------------------------------------

    def _left(self) -> float:
        left = self._until - monotonic()
        if left <= 0:
            self.close()
            raise TimeoutError("the server took too long")
        return left

    def _secure(self, host: str, context: ssl.SSLContext) -> None:
        assert self.sock is not None
        self.sock.settimeout(self._left())
        try:
            self.sock = context.wrap_socket(self.sock, server_hostname=host)
        except OSError:
            self.close()
            raise
        self.ehlo_resp = self.helo_resp = None
        self.esmtp_features = {}

    def _line(self) -> bytes:
        while b"\n" not in self._read:
            self._read += self._piece()
            if len(self._read) > _LONGEST_REPLY:
                self.close()
                raise ConnectionError("the server does not speak SMTP")
        line, _, self._read = self._read.partition(b"\n")
        return line

    def _piece(self) -> bytes:
        if self.sock is None:
            raise ConnectionError(_LOST)
        try:
            self.sock.settimeout(self._left())
            piece = self.sock.recv(8192)
        except OSError:
            self.close()
            raise
        if not piece:
            self.close()
            raise ConnectionError(_LOST)
        return piece

    def _answer(self) -> Answer:
        return _answered(*self.getreply())


def _answered(code: int, text: bytes) -> Answer:
    return Answer(code, text.decode("utf-8", "replace"))


def _coded(words: str) -> str:
    return b64encode(words.encode()).decode("ascii")
