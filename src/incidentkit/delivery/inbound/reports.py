"""Reports of machines in a form made for machines: delivery status (RFC 3464, RFC 6522) and complaints (ARF, RFC 5965)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from email.message import Message
from email.parser import HeaderParser
from email.policy import compat32

from incidentkit.delivery.inbound.headers import Headers, addresses_in
from incidentkit.delivery.inbound.parts import content_of, leaves, subparts, text_of, type_of
from incidentkit.delivery.inbound.reasons import reason_of, status_in
from incidentkit.domain.messages import ReceiptKind
from incidentkit.mail import of_envelope_id
from incidentkit.ports import ReceiptNews

__all__ = ["complaints", "delivery_news", "enclosed", "fields_in", "is_complaint", "is_delivery_report", "news_of_fields"]

_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_ENCLOSED = frozenset(
    {
        "message/rfc822",
        "message/global",
        "text/rfc822-headers",
        "text/rfc822-header",
        "message/rfc822-headers",
        "message/global-headers",
    }
)
_FEEDBACK = "message/feedback-report"

# RFC 3464, 2.3.3. What went on to somebody who reports nothing has neither arrived nor come back.
_ACTIONS = {
    "failed": ReceiptKind.BOUNCED,
    "delayed": ReceiptKind.DEFERRED,
    "delivered": ReceiptKind.DELIVERED,
    "relayed": ReceiptKind.ACCEPTED,
    "expanded": ReceiptKind.ACCEPTED,
}
_COMPLAINTS = frozenset({"abuse", "fraud", "virus", "other", "opt-out", "opt-out-list", "miscategorized"})
_MOST_BLOCKS = 500


def is_delivery_report(mail: Message) -> bool:
    """Whether a part of it is a delivery status."""
    return any(type_of(part) in _STATUS_TYPES for part in leaves(mail))


def is_complaint(mail: Message) -> bool:
    """Whether a part of it is a feedback report, whatever it reports."""
    return any(type_of(part) == _FEEDBACK for part in leaves(mail))


def delivery_news(mail: Message, words: str) -> tuple[ReceiptNews, ...]:
    """What a report says of each recipient.

    Args:
        words: what it says for people, where its fields leave the reason out.
    """
    blocks = [block for part in leaves(mail) if type_of(part) in _STATUS_TYPES for block in _blocks(part)]
    whole: dict[str, str] = {}
    for block in blocks:
        if not _is_recipient(block):
            whole.update(block)
    envelope = of_envelope_id(whole.get("original-envelope-id", ""))
    references = tuple(dict.fromkeys(((envelope,) if envelope else ()) + enclosed(mail).ids("message-id")))
    recipients = [block for block in blocks if _is_recipient(block)]
    alone = words if len(recipients) == 1 else ""
    return tuple(news_of_fields(block, references, alone) for block in recipients)


def news_of_fields(fields: Mapping[str, str], references: tuple[str, ...], words: str) -> ReceiptNews:
    """What the fields about one recipient say."""
    diagnostic = fields.get("diagnostic-code", "")
    status = status_in(fields.get("status", ""), diagnostic)
    action = fields.get("action", "").partition(" ")[0].strip().lower()
    kind = _ACTIONS.get(action)
    if kind is None:
        kind = {"2": ReceiptKind.ACCEPTED, "4": ReceiptKind.DEFERRED}.get(status.code[:1], ReceiptKind.BOUNCED)
    said = diagnostic.partition(";")[2].strip() or diagnostic
    lost = kind is ReceiptKind.BOUNCED
    return ReceiptNews(
        kind=kind,
        references=references,
        status=status.code,
        reason=reason_of(status, said if _says_something(said) else words) if lost else "",
        recipient=_recipient(fields),
    )


def _says_something(diagnostic: str) -> bool:
    return sum(char.isalpha() for char in diagnostic[:200]) > len("unknown")


def complaints(mail: Message) -> tuple[ReceiptNews, ...]:
    """What a feedback report says: the complaint of a person, or nothing where it is about something else."""
    found = [block for part in leaves(mail) if type_of(part) == _FEEDBACK for block in _blocks(part)]
    kinds = {block.get("feedback-type", "").strip().lower() for block in found}
    if not kinds & _COMPLAINTS:
        return ()
    recipients = [address for block in found for address in addresses_in(block.get("original-rcpt-to", ""))]
    original = enclosed(mail)
    recipients = recipients or list(original.addresses("to"))
    news = ReceiptNews(kind=ReceiptKind.COMPLAINED, references=original.ids("message-id"), recipient=next(iter(recipients), ""))
    return (news,)


def enclosed(mail: Message) -> Headers:
    """The headers of the message that a report is about; none where it brings none."""
    for part in leaves(mail):
        if type_of(part) in _ENCLOSED:
            inside = subparts(part)
            return Headers(inside[0] if inside else _headers(text_of(part)))
    return Headers(Message())


def _headers(text: str) -> Message:
    return HeaderParser(policy=compat32).parsestr(text.lstrip("\n"), headersonly=True)


def _is_recipient(block: Mapping[str, str]) -> bool:
    return "final-recipient" in block or "original-recipient" in block or ("action" in block and "status" in block)


def _recipient(fields: Mapping[str, str]) -> str:
    for name in ("final-recipient", "original-recipient", "x-actual-recipient"):
        value = fields.get(name, "")
        address = value.partition(";")[2].strip() or value.strip()
        if address:
            return address.strip("<>")
    return ""


def _blocks(part: Message) -> Iterator[dict[str, str]]:
    """Groups of fields; servers leave out the empty line between them, or put one too many."""
    inside = subparts(part)
    if inside and not any(_is_coded(part, each) for each in inside):
        for each in inside[:_MOST_BLOCKS]:
            headers = Headers(each)
            block = {name: headers.first(name) for name in _FIELDS if name in headers}
            if block:
                yield block
    else:
        yield from fields_in(text_of(part) if not inside else content_of(part).decode("utf-8", "replace"))


def _is_coded(part: Message, inside: Message) -> bool:
    return (
        str(part.get("content-transfer-encoding", "")).strip().lower() in ("base64", "quoted-printable") and not inside.keys()
    )


_FIELDS: Sequence[str] = (
    "original-envelope-id",
    "reporting-mta",
    "final-recipient",
    "original-recipient",
    "x-actual-recipient",
    "action",
    "status",
    "diagnostic-code",
    "feedback-type",
    "original-rcpt-to",
)


def fields_in(text: str) -> Iterator[dict[str, str]]:
    """Such groups in a plain text, where a server has written them there."""
    for count, group in enumerate(text.replace("\r\n", "\n").split("\n\n")):
        if count >= _MOST_BLOCKS:
            return
        headers = Headers(_headers(group))
        block = {name: headers.first(name) for name in _FIELDS if name in headers}
        if block:
            yield block
