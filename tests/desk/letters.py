"""Mails for the tests of the inbox, and a channel that gives messages names as e-mail does."""

from __future__ import annotations

from collections.abc import Iterable

from incidentkit.desk.desk import Desk
from incidentkit.desk.inbox import InboxReport
from incidentkit.domain.effects import Intent, Receipt
from incidentkit.domain.messages import ReceiptKind
from incidentkit.errors import TransientChannelError
from incidentkit.hooks import hookimpl
from incidentkit.mail import message_id
from incidentkit.ports import AddressKind, Channel, ChannelFeatures, Fetched, Mailbox, Message

__all__ = ["Box", "Letters", "answer", "bounce", "mail", "sent_about", "take"]


class Letters:
    """A plugin with the channel ``post``, whose references are Message-IDs, and the mailboxes that it is given."""

    name = "post"
    features = ChannelFeatures(confirms=False, idempotent=True)
    address: AddressKind = "email"

    def __init__(self, *boxes: Mailbox) -> None:
        self.boxes = boxes

    def send(self, message: Message) -> Receipt:
        """Always taken."""
        return Receipt(ReceiptKind.ACCEPTED, message_id(message))

    @hookimpl
    def incidentkit_register_channels(self) -> Iterable[Channel]:
        """Itself."""
        return [self]

    @hookimpl
    def incidentkit_register_mailboxes(self) -> Iterable[Mailbox]:
        """Those that it was given."""
        return self.boxes


class Box:
    """A mailbox in memory. ``shut`` says that it can't be reached."""

    def __init__(self, name: str, mails: Iterable[bytes] = ()) -> None:
        self.name = name
        self.mails = list(mails)
        self.shut = False
        self.asked: list[str | None] = []

    def fetch(self, cursor: str | None, limit: int) -> Fetched:
        """The mails after the cursor, which is a number."""
        self.asked.append(cursor)
        if self.shut:
            raise TransientChannelError("The box", "must be open", got="a shut one")
        start = int(cursor or 0)
        some = self.mails[start : start + limit]
        end = start + len(some)
        named = [(str(number), raw) for number, raw in enumerate(some, start)]
        return Fetched(named, str(end), more=end < len(self.mails))


def mail(
    text: str = "Where is my parcel?\n",
    *,
    sender: str = "marta@example.com",
    to: str = "shop@example.com",
    subject: str = "My order",
    name: str = "<one@example.net>",
    answers: str = "",
    headers: Iterable[str] = (),
) -> bytes:
    """The bytes of a plain mail."""
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", *headers]
    lines += [f"Message-ID: {name}"] if name else []
    lines += [f"In-Reply-To: {answers}"] if answers else []
    return "\r\n".join((*lines, "", text)).encode()


def answer(reference: str, text: str = "I would like my money back.\n\n> What we wrote\n", **given: str) -> bytes:
    """A mail that answers a message of ours."""
    return mail(text, answers=reference, **given)


def bounce(reference: str, status: str = "5.1.1", action: str = "failed") -> bytes:
    """What a mail server says of a message of ours."""
    report = f"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; marta@example.com\nAction: {action}\nStatus: {status}\n"
    parts = (("text/plain", "What became of your message.\n"), ("message/delivery-status", report))
    quoted = ("text/rfc822-headers", f"Message-ID: {reference}\nSubject: ours\n")
    body = "".join(f"--b\nContent-Type: {kind}\n\n{text}\n" for kind, text in (*parts, quoted))
    head = "From: MAILER-DAEMON@example.net\nReturn-Path: <>\nSubject: Returned\nMIME-Version: 1.0\n"
    return f"{head}Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n{body}--b--\n".encode()


def sent_about(desk: Desk, stream: str) -> Intent:
    """The last message about an order or a case, once all that is due has gone out."""
    desk.send_due()
    return desk.messages.find(stream=stream)[-1]


def take(desk: Desk, *raw: bytes) -> InboxReport:
    """Put mails into the inbox and have them processed."""
    before = len(desk.inbox.find(limit=10_000))
    for number, each in enumerate(raw, before):
        desk.inbox.put("mail", f"mail-{number}", each)
    return desk.inbox.process()
