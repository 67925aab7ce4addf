"""Over a real Postfix: what arrives in Dovecot, and what is reported of what does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from importlib.metadata import entry_points
from typing import Any

import pytest
from attrs import evolve

from incidentkit.errors import PermanentChannelError, TransientChannelError
from incidentkit.hooks import Attachment, Message, PluginContext, RawInbound, ReceiptKind, ReceiptNews, Secret
from incidentkit.mail import message_id
from incidentkit_email import EmailChannel, EmailSettings
from tests.services.mail import DOMAIN, PASSWORD, MailServer, mail_server

MESSAGE = Message(
    key="message/default/1/order.placed",
    to=f"ana@{DOMAIN}",
    subject="Tu pedido está en camino",
    text="Llega mañana.\n",
    at=datetime(2026, 5, 1, tzinfo=UTC),
    sender=f"shop@{DOMAIN}",
    sender_name="Casa Lumbre",
)


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    """One pair of servers for all tests; what a test sends is told by its key."""
    with mail_server() as found:
        yield found


@contextmanager
def _channel(server: MailServer, **changes: Any) -> Iterator[EmailChannel]:
    settings: dict[str, Any] = {
        "host": "localhost",
        "port": server.submission,
        "user": "shop",
        "password": Secret(PASSWORD),
        "ca_file": str(server.ca_file),
        "timeout": timedelta(seconds=20),
        **changes,
    }
    channel = EmailChannel(EmailSettings(**settings))
    try:
        yield channel
    finally:
        channel.close()


def _arrived(server: MailServer, user: str, message: Message) -> list[EmailMessage]:
    server.settle()
    mails = [BytesParser(_class=EmailMessage, policy=policy.SMTP).parsebytes(mail) for mail in server.mails(user)]
    return [mail for mail in mails if mail["Message-ID"] == message_id(message)]


def _news(server: MailServer, message: Message) -> list[ReceiptNews]:
    """What was reported to the shop of that message, as the desk reads it."""
    server.settle()
    [plugin] = entry_points(group="incidentkit", name="mail")
    [adapter] = plugin.load().incidentkit_register_inbound(PluginContext("mail"))
    read = [news for mail in server.mails("shop") for news in adapter.read(RawInbound(mail))]
    return [news for news in read if isinstance(news, ReceiptNews) and message_id(message) in news.references]


def test_what_was_sent_is_what_arrives(server: MailServer) -> None:
    """Subject, text, page and file, in any script, are those of the message."""
    photo = Attachment(name="lámpara.jpg", media_type="image/jpeg", content=bytes(range(256)))
    message = evolve(MESSAGE, key="message/whole", html="<p>Llega mañana.</p>\n", attachments=(photo,))
    with _channel(server) as channel:
        channel.send(message)

    [mail] = _arrived(server, "ana", message)
    [file] = mail.iter_attachments()
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))

    assert text is not None
    assert html is not None
    assert (message.subject, message.text, message.html) == (
        mail["Subject"],
        text.get_content().replace("\r\n", "\n"),
        html.get_content().replace("\r\n", "\n"),
    )
    assert (photo.name, photo.content) == (file.get_filename(), file.get_content())


def test_an_unknown_address_is_reported_as_such(server: MailServer) -> None:
    """The server takes the mail, and its report names the message, the address and the reason."""
    message = evolve(MESSAGE, key="message/unknown", to=f"no-such-person@{DOMAIN}")
    with _channel(server) as channel:
        channel.send(message)

    assert [(ReceiptKind.BOUNCED, "unknown_address", "5.1.1", message.to)] == [
        (news.kind, news.reason, news.status, news.recipient) for news in _news(server, message)
    ]


def test_a_report_of_success_is_no_bounce(server: MailServer) -> None:
    """Asked for, it comes, and says that the mail went on its way."""
    message = evolve(MESSAGE, key="message/success")
    with _channel(server, confirmations=True) as channel:
        channel.send(message)

    assert [] == [news for news in _news(server, message) if news.kind is ReceiptKind.BOUNCED]
    assert 1 == len(_news(server, message))


def test_a_report_of_success_comes_only_where_asked_for(server: MailServer) -> None:
    """By default, a mail that arrives is reported by nobody."""
    message = evolve(MESSAGE, key="message/quiet")
    with _channel(server) as channel:
        channel.send(message)

    assert [] == _news(server, message)


def test_reports_can_go_to_an_address_of_their_own(server: MailServer) -> None:
    """The envelope's sender gets them."""
    message = evolve(MESSAGE, key="message/bounces", to=f"no-such-person@{DOMAIN}")
    with _channel(server, bounces=f"shop+bounces@{DOMAIN}") as channel:
        channel.send(message)
    news = _news(server, message)

    assert [ReceiptKind.BOUNCED] == [one.kind for one in news]
    assert any(f"Delivered-To: shop+bounces@{DOMAIN}".encode() in mail for mail in server.mails("shop"))


def test_a_mail_to_another_s_server_needs_the_log_in(server: MailServer) -> None:
    """Without it the server refuses to pass mails on: for good, as far as this message goes."""
    message = evolve(MESSAGE, key="message/relay", to="eva@elsewhere.test")
    settings = {"host": "127.0.0.1", "port": server.smtp, "security": "none", "user": "", "password": None}
    with _channel(server, **settings) as channel, pytest.raises(PermanentChannelError, match="554"):
        channel.send(message)


def test_a_refused_recipient_leaves_the_connection_usable(server: MailServer) -> None:
    """Postfix takes the commands in one go, and the next mail goes out over the same connection."""
    settings = {"host": "127.0.0.1", "port": server.smtp, "security": "none", "user": "", "password": None}
    message = evolve(MESSAGE, key="message/after-a-refusal")
    with _channel(server, **settings) as channel:
        with pytest.raises(PermanentChannelError):
            channel.send(evolve(message, to="eva@elsewhere.test"))
        channel.send(message)

    assert 1 == len(_arrived(server, "ana", message))


def test_a_server_that_was_away_gets_the_mail_when_it_is_back(server: MailServer) -> None:
    """While it is stopped nothing goes out and nothing is claimed; afterwards the same channel sends it, once."""
    message = evolve(MESSAGE, key="message/away")
    with _channel(server) as channel:
        channel.send(evolve(MESSAGE, key="message/before"))
        server.stop()
        with pytest.raises(TransientChannelError):
            channel.send(message)
        server.start()
        channel.send(message)

    assert 1 == len(_arrived(server, "ana", message))


def test_an_address_beyond_ascii_is_handed_in(server: MailServer) -> None:
    """An address beyond ASCII is taken by a server that offers SMTPUTF8, and reported where the next one can't."""
    message = evolve(MESSAGE, key="message/utf8", to=f"josé@{DOMAIN}")
    with _channel(server) as channel:
        channel.send(message)

    assert [ReceiptKind.BOUNCED] == [news.kind for news in _news(server, message)]
