"""A mail server in this process that does as it is told: answers with an error, says nothing, or forgets to answer."""

from __future__ import annotations

import logging
import socket
import ssl
from asyncio import WriteTransport
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from tests.services.need import need

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

__all__ = ["PASSWORD", "USER", "Certificates", "FarSide", "certificates", "far_side", "nobody", "silence"]

USER, PASSWORD = "shop", "s3cret-of-the-shop"


@frozen
class Certificates:
    """Of a server called ``localhost``, of one called ``elsewhere.test``, and of the authority that vouches for both."""

    ca_file: str
    server: ssl.SSLContext
    elsewhere: ssl.SSLContext


@define(eq=False)
class FarSide:
    """What the server does, and what it has got.

    Args:
        rcpt, data, mail_from, auth: what it answers to that instead of yes.
        drops: whether it closes the connection instead of answering to the mail, which it keeps.
        drops_first: whether it closes the connection once, at the first MAIL.
        kept: the mails by the name that the client greeted with.
        envelopes: the options of MAIL and RCPT of each mail.
        sessions: how many connections there were.
    """

    rcpt: str = ""
    data: str = ""
    mail_from: str = ""
    auth: str = ""
    drops: bool = False
    drops_first: bool = False
    port: int = 0
    kept: dict[str, list[bytes]] = field(factory=dict)
    envelopes: list[tuple[str, list[str], list[str], list[str]]] = field(factory=list)
    sessions: int = 0

    # --- What aiosmtpd calls --------------------------------------------------------------------------------------

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Greeted; once more after STARTTLS."""
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802 - aiosmtpd's name
        """The sender."""
        if self.drops_first:
            self.drops_first = False
            _drop(server)
        if self.mail_from:
            return self.mail_from
        envelope.mail_from, envelope.mail_options = address, list(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802 - aiosmtpd's name
        """The recipient; a refusal quotes the address, as most servers do."""
        if self.rcpt:
            return f"{self.rcpt} <{address}>"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options += options
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """The mail."""
        if self.data:
            return self.data
        assert isinstance(envelope.content, bytes)
        self.kept.setdefault(str(session.host_name), []).append(envelope.content)
        addresses = [str(envelope.mail_from), *map(str, envelope.rcpt_tos)]
        self.envelopes.append((str(session.host_name), addresses, envelope.mail_options, envelope.rcpt_options))
        if self.drops:
            _drop(server)
        return "250 2.0.0 OK: queued as 4X"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
        """The user and password."""
        from aiosmtpd.smtp import AuthResult

        if self.auth:
            return AuthResult(success=False, handled=False, message=self.auth)
        known = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=known, handled=False, message=None if known else "535 5.7.8 who are you")


def _drop(server: SMTP) -> None:
    assert isinstance(server.transport, WriteTransport)
    server.transport.abort()


@contextmanager
def certificates() -> Iterator[Certificates]:
    """A certificate for ``localhost``, and a file with what to trust."""
    need("trustme", find_spec("trustme"), "pip install trustme")
    import trustme

    authority = trustme.CA()
    server, elsewhere = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(server)
    authority.issue_cert("elsewhere.test").configure_cert(elsewhere)
    with TemporaryDirectory() as folder:
        ca_file = Path(folder) / "ca.pem"
        authority.cert_pem.write_to_path(str(ca_file))
        yield Certificates(str(ca_file), server, elsewhere)


@contextmanager
def far_side(context: ssl.SSLContext | None, side: FarSide | None = None, **options: Any) -> Iterator[FarSide]:
    """A server on a port of its own; with a context it insists on STARTTLS and on a log-in.

    Args:
        options: for aiosmtpd's SMTP.
    """
    need("aiosmtpd", find_spec("aiosmtpd"), "pip install aiosmtpd")
    from aiosmtpd.controller import Controller

    asked = side or FarSide()
    if context is not None:
        options = {"tls_context": context, "require_starttls": True, "auth_required": True, **options}
        options["authenticator"] = asked.authenticate

    class Counting(Controller):
        def factory(self) -> SMTP:
            asked.sessions += 1
            made: SMTP = super().factory()  # type: ignore[no-untyped-call]
            return made

    with socket.create_server(("127.0.0.1", 0)) as found:
        asked.port = int(found.getsockname()[1])
    controller = Counting(asked, hostname="127.0.0.1", port=asked.port, **options)
    logging.getLogger("mail.log").disabled = True  # what the server logs, in this very process, is not ours
    controller.start()
    # It connected to itself to see whether it is there.
    asked.sessions = 0
    try:
        yield asked
    finally:
        controller.stop()


@contextmanager
def silence() -> Iterator[int]:
    """The port of a server that takes every call and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])


@contextmanager
def nobody() -> Iterator[int]:
    """A port at which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])
