"""Reports of machines: what became of messages of ours, who complained, and who only answers by itself."""

from __future__ import annotations

import pytest

from incidentkit.delivery.inbound.reading import read_mail
from incidentkit.delivery.inbound.reasons import Status, reason_of, status_in
from incidentkit.domain.messages import ReceiptKind
from incidentkit.ports import InboundMessage, ReceiptNews

FROM = "From: Mail Delivery System <MAILER-DAEMON@mx.example>\nTo: shop@shop.example\nSubject: Undelivered\nReturn-Path: <>\n"
OURS = "<0123456789abcdef0123456789abcdef@shop.example>"


def news_in(raw: str) -> list[ReceiptNews]:
    """What a mail says of messages of ours."""
    return [item for item in read_mail(raw.encode()) if isinstance(item, ReceiptNews)]


def why(raw: str) -> str:
    """Why no person wrote it."""
    message = read_mail(raw.encode())[-1]
    assert isinstance(message, InboundMessage)
    return message.automatic


def report(*blocks: str, quoted: str = f"Message-ID: {OURS}\n", kind: str = "delivery-status") -> str:
    """A report with these blocks of fields."""
    parts = [("text/plain", "See below."), (f"message/{kind}", "\n\n".join(blocks)), ("text/rfc822-headers", quoted)]
    body = "".join(f"--b\nContent-Type: {media}\n\n{text}\n" for media, text in parts)
    return f"{FROM}MIME-Version: 1.0\nContent-Type: multipart/report; report-type={kind}; boundary=b\n\n{body}--b--\n"


def failed(**fields: str) -> str:
    """The fields of one recipient."""
    given = {"Final-Recipient": "rfc822; ana@x.example", "Action": "failed", "Status": "5.1.1"}
    given |= {name.replace("_", "-"): value for name, value in fields.items()}
    return "\n".join(f"{name}: {value}" for name, value in given.items())


def test_a_report_speaks_of_each_recipient() -> None:
    """With status, reason and the message that it is about."""
    raw = report("Reporting-MTA: dns; mx", failed(), failed(Final_Recipient="rfc822; b@x.example", Status="4.2.2"))

    first, second = news_in(raw)

    assert (ReceiptKind.BOUNCED, "5.1.1", "unknown_address", True) == (first.kind, first.status, first.reason, first.hard)
    assert ("ana@x.example", (OURS,)) == (first.recipient, first.references)
    assert ("b@x.example", "mailbox_full", False) == (second.recipient, second.reason, second.hard)
    assert "delivery_report" == why(raw)


def test_the_envelope_id_names_the_message_first() -> None:
    """It comes back where the message itself does not."""
    raw = report(f"Reporting-MTA: dns; mx\nOriginal-Envelope-Id: {OURS[1:-1]}", failed(), quoted="Subject: x\n")

    assert (OURS,) == news_in(raw)[0].references


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        ("failed", "4.4.7", ReceiptKind.BOUNCED),
        ("delayed", "4.4.1", ReceiptKind.DEFERRED),
        ("delayed", "5.1.1", ReceiptKind.DEFERRED),
        ("delivered", "2.0.0", ReceiptKind.DELIVERED),
        ("relayed", "2.1.5", ReceiptKind.ACCEPTED),
        ("expanded", "2.1.5", ReceiptKind.ACCEPTED),
        ("deliverable", "2.1.5", ReceiptKind.ACCEPTED),
        ("FAILED (permanently)", "5.1.1", ReceiptKind.BOUNCED),
    ],
)
def test_the_action_says_what_became_of_it(action: str, status: str, kind: ReceiptKind) -> None:
    """Success and delay are no bounces, whatever else stands there."""
    found = news_in(report("Reporting-MTA: dns; mx", failed(Action=action, Status=status)))[0]

    assert kind is found.kind
    assert not found.hard or kind is ReceiptKind.BOUNCED


@pytest.mark.parametrize(
    ("field", "diagnostic", "code"),
    [
        ("5.0.0", "smtp; 550 5.7.1 not here", "5.7.1"),
        ("5.1.1 (unknown)", "smtp; 550 no such user", "5.1.1"),
        ("", "smtp; 452 4.2.2 full", "4.2.2"),
        ("", "smtp; 550 no code, from 192.0.2.5.1", ""),
        ("5.4.1", "smtp; 250 2.0.0 ok", "5.4.1"),
    ],
)
def test_the_servers_own_code_is_the_exact_one(field: str, diagnostic: str, code: str) -> None:
    """Where it has one in its words; an address of a machine is none."""
    assert code == status_in(field, diagnostic).code


@pytest.mark.parametrize(
    ("code", "words", "reason"),
    [
        ("5.1.1", "user unknown", "unknown_address"),
        ("5.1.1", "blocked using dnsbl.example", "blocked"),
        ("5.0.0", "No such user here", "unknown_address"),
        ("4.0.0", "No such user here", "other"),
        ("5.2.2", "", "mailbox_full"),
        ("5.2.1", "This account is disabled", "other"),
        ("5.7.1", "our DMARC policy", "policy"),
        ("5.7.1", "message looks like spam", "content"),
        ("4.4.7", "delivery time expired", "expired"),
        ("5.4.4", "", "unknown_address"),
        ("5.3.4", "", "content"),
        ("5.0.0", "usuario desconocido", "unknown_address"),
        ("", "", "other"),
    ],
)
def test_a_reason_follows_from_code_and_words(code: str, words: str, reason: str) -> None:
    """An address is unknown only where the code is a permanent one and nothing speaks against it."""
    assert reason == reason_of(Status(code, code.startswith("5") if code else None), words)


def test_a_bounce_in_words_is_found_where_a_server_wrote_it() -> None:
    """Its recipient, its reason, and the message below it."""
    text = "I could not deliver your message.\n\n<ana@x.example>: 550 5.1.1 User unknown\n\n"
    text += f"--- Below this line is a copy\n\nMessage-ID: {OURS}\n"

    (found,) = news_in(f"{FROM}\n{text}")

    assert ("ana@x.example", "5.1.1", True, (OURS,)) == (found.recipient, found.status, found.hard, found.references)
    assert "bounce" == why(f"{FROM}\n{text}")


def test_the_same_words_of_a_person_are_no_bounce() -> None:
    """Somebody who complains that our mail bounced is a customer."""
    raw = "From: ana@x.example\nSubject: Re: your order\n\nYour mail could not be delivered, 550 5.1.1 User unknown\n"

    assert ([], "") == (news_in(raw), why(raw))


def test_a_delay_in_words_is_a_delay() -> None:
    """A warning that the server goes on trying takes nothing back."""
    text = "This is a warning message only. Your message has not been delivered yet to ana@x.example, 450 4.2.0 try again.\n"

    assert [ReceiptKind.DEFERRED] == [news.kind for news in news_in(f"{FROM}\n{text}")]


@pytest.mark.parametrize(
    ("kind", "news"), [("abuse", ["complained"]), ("opt-out", ["complained"]), ("auth-failure", []), ("not-spam", [])]
)
def test_a_feedback_report_is_a_complaint_where_a_person_complains(kind: str, news: list[str]) -> None:
    """A report about authentication is none."""
    fields = f"Feedback-Type: {kind}\nUser-Agent: x\nVersion: 1\nOriginal-Rcpt-To: <ana@x.example>"
    raw = report(fields, kind="feedback-report")

    assert news == [item.kind.value for item in news_in(raw)]
    assert "feedback_report" == why(raw)


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ("Auto-Submitted: auto-replied", "auto_replied"),
        ("Auto-Submitted: auto-generated; owner=x", "auto_generated"),
        ("Auto-Submitted: no", ""),
        ("X-Autoreply: yes", "auto_replied"),
        ("X-Auto-Response-Suppress: All", "auto_replied"),
        ("X-Auto-Response-Suppress: DR", ""),
        ("Subject: Automatic reply: your order", "auto_replied"),
        ("Subject: Respuesta automática: su pedido", "auto_replied"),
        ("Subject: The automatic reply button is broken", ""),
        ("List-Id: <all.x.example>", "list"),
        ("Precedence: bulk", "bulk"),
        ("Return-Path: <>", "no_return"),
        ("From: no-reply@x.example", "robot"),
        ("From: noreplyfan@x.example", ""),
        ("X-Nothing: 1", ""),
    ],
)
def test_the_marks_of_machines(headers: str, code: str) -> None:
    """Each is known, and nothing that only looks like one."""
    sender = "" if headers.startswith("From:") else "From: ana@x.example\n"

    assert code == why(f"{sender}{headers}\n\nHello\n")


def test_an_automatic_reply_is_news_of_the_message_that_it_answers() -> None:
    """The customer is away; whether they read it is not said."""
    raw = f"From: ana@x.example\nAuto-Submitted: auto-replied\nReferences: <old@x> {OURS}\n\nI am away\n"

    (found,) = news_in(raw)

    assert (ReceiptKind.AUTO_REPLIED, OURS, False) == (found.kind, found.references[0], found.hard)
