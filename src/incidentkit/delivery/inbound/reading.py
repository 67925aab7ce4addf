"""A mail as what the desk works with: a message that somebody wrote, or news of messages of ours."""

from __future__ import annotations

from collections.abc import Iterable
from email.message import Message

from incidentkit.delivery.inbound.automatic import automatic, is_reply
from incidentkit.delivery.inbound.bounces import bounces_in
from incidentkit.delivery.inbound.headers import Headers
from incidentkit.delivery.inbound.pages import text_of_page
from incidentkit.delivery.inbound.parts import content_of, disposition_of, file_name_of, leaves, parsed, text_of, type_of
from incidentkit.delivery.inbound.replies import reply_of
from incidentkit.delivery.inbound.reports import complaints, delivery_news, is_complaint, is_delivery_report
from incidentkit.domain.messages import ReceiptKind
from incidentkit.ports import Attachment, InboundMessage, RawInbound, ReceiptNews

__all__ = ["MailAdapter", "read_mail"]

_RECIPIENTS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-delivered-to")
_LONGEST_SUBJECT = 1_000


class MailAdapter:
    """Reads mails: the inbound adapter ``mail``."""

    name = "mail"

    def read(self, raw: RawInbound) -> tuple[InboundMessage | ReceiptNews, ...]:
        """What the mail says."""
        return read_mail(raw.content)


def read_mail(raw: bytes) -> tuple[InboundMessage | ReceiptNews, ...]:
    """A mail, whatever bytes it is made of: always exactly one message, and before it what it says of messages of ours.

    A report of a server is a message too, an automatic one, so that its sender and words are known.
    """
    mail = parsed(raw)
    headers = Headers(mail)
    text = _text(mail)
    news = _news(mail, headers, text)
    return (*news, _message(mail, headers, text, _automatic(mail, headers, news)))


def _news(mail: Message, headers: Headers, text: str) -> tuple[ReceiptNews, ...]:
    if is_delivery_report(mail):
        return delivery_news(mail, text) or bounces_in(mail, headers, text)
    if is_complaint(mail):
        return complaints(mail)
    found = bounces_in(mail, headers, text)
    if found or not is_reply(headers):
        return found
    answered = _answered(headers)
    return (ReceiptNews(kind=ReceiptKind.AUTO_REPLIED, references=answered),) if answered else ()


def _automatic(mail: Message, headers: Headers, news: tuple[ReceiptNews, ...]) -> str:
    if is_delivery_report(mail):
        return "delivery_report"
    if is_complaint(mail):
        return "feedback_report"
    if any(each.kind in (ReceiptKind.BOUNCED, ReceiptKind.DEFERRED) for each in news):
        return "bounce"
    return automatic(headers, headers.mailbox("from", "sender")[1])


def _answered(headers: Headers) -> tuple[str, ...]:
    """What it answers, the nearest first."""
    return tuple(dict.fromkeys((*headers.ids("in-reply-to"), *reversed(headers.ids("references")))))


def _message(mail: Message, headers: Headers, text: str, why: str) -> InboundMessage:
    name, sender = headers.mailbox("from", "sender", "reply-to", "return-path")
    return InboundMessage(
        channel="email",
        sender=sender,
        sender_name=name,
        recipients=headers.addresses(*_RECIPIENTS),
        subject=headers.first("subject")[:_LONGEST_SUBJECT],
        text=text,
        reply=reply_of(text),
        message_id=next(iter(headers.ids("message-id")), ""),
        in_reply_to=headers.ids("in-reply-to"),
        references=headers.ids("references"),
        at=headers.date(),
        automatic=why,
        attachments=tuple(_attachments(mail)),
    )


def _text(mail: Message) -> str:
    """What is written in it: its plain text, or where it has none its page."""
    written = [part for part in leaves(mail) if _is_written(part)]
    plain = [text_of(part).strip("\n") for part in written if type_of(part) != "text/html"]
    if any(text.strip() for text in plain):
        return "\n\n".join(plain)
    return "\n\n".join(text_of_page(text_of(part)) for part in written if type_of(part) == "text/html")


def _is_written(part: Message) -> bool:
    kind = type_of(part)
    shown = kind in ("text/plain", "text/html", "text/enriched") or kind.startswith("multipart/")
    return shown and disposition_of(part) != "attachment"


def _attachments(mail: Message) -> Iterable[Attachment]:
    for part in leaves(mail):
        kind = type_of(part)
        if _is_written(part) or kind.startswith("multipart/") or (kind.startswith("message/") and kind != "message/rfc822"):
            continue
        yield Attachment(name=file_name_of(part), media_type=kind, content=content_of(part))
