"""The headers that tie a mail to others, to machines, and to people whose names are not ASCII."""

from __future__ import annotations

from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import Parser
from typing import Any

import pytest
from attrs import evolve

from incidentkit.errors import PermanentChannelError, UnsupportedFeature
from incidentkit.mail import envelope_id, mail, message_id, of_envelope_id
from incidentkit.ports import Message

MESSAGE = Message(
    key="message/default/1/order.placed",
    to="ana@example.org",
    subject="Hello",
    text="One\n",
    at=datetime(2026, 5, 1, 12, 30, tzinfo=UTC),
    sender="shop@example.com",
)


def _read(message: Message, **how: bool) -> EmailMessage:
    return Parser(_class=EmailMessage, policy=policy.SMTPUTF8).parsestr(mail(message, **how).decode())


def test_a_first_mail_answers_nothing() -> None:
    """Without a thread there is neither In-Reply-To nor References."""
    parsed = _read(MESSAGE)

    assert (None, None, None) == (parsed["In-Reply-To"], parsed["References"], parsed["Reply-To"])


def test_a_thread_is_named_from_its_beginning() -> None:
    """In-Reply-To has the last one, References all of them, the oldest first and the last one last."""
    parsed = _read(evolve(MESSAGE, references=("<1@a>", "<2@a>"), in_reply_to="<2@a>", reply_to="shop+x@example.com"))

    assert ("<2@a>", "<1@a> <2@a>", "shop+x@example.com") == (
        parsed["In-Reply-To"],
        " ".join(parsed["References"].split()),
        parsed["Reply-To"],
    )


def test_a_long_thread_is_cut_in_its_middle() -> None:
    """The first id and the last ones stay."""
    ids = tuple(f"<{n}@a>" for n in range(100))
    found = _read(evolve(MESSAGE, references=ids))["References"].split()

    assert ["<0@a>", "<80@a>", "<99@a>", 21] == [found[0], found[1], found[-1], len(found)]


def test_a_machine_says_so() -> None:
    """What nobody wrote by hand is marked (RFC 3834); what an agent wrote is not."""
    assert ("auto-generated", None) == (
        _read(MESSAGE)["Auto-Submitted"],
        _read(evolve(MESSAGE, automatic=False))["Auto-Submitted"],
    )


def test_one_click_is_offered_where_there_is_something_to_leave() -> None:
    """Both headers of RFC 8058, or neither."""
    parsed = _read(evolve(MESSAGE, unsubscribe="https://shop.example/u/abc"))

    assert ("<https://shop.example/u/abc>", "List-Unsubscribe=One-Click") == (
        parsed["List-Unsubscribe"],
        parsed["List-Unsubscribe-Post"],
    )
    assert _read(MESSAGE)["List-Unsubscribe"] is None


@pytest.mark.parametrize(
    "change",
    [
        {"in_reply_to": "1@a"},
        {"in_reply_to": "<1@a>\r\nBcc: <all@example.com>"},
        {"references": ("<1@a> <2@a>",)},
        {"references": ("<1@a>\n",)},
        {"unsubscribe": "http://shop.example/u"},
        {"unsubscribe": "https://shop.example/u>,<mailto:all@example.com"},
        {"unsubscribe": "https://shop.example/u\r\nBcc: all@example.com"},
        {"reply_to": "shop@example.com\r\nBcc: all@example.com"},
        {"reply_to": "shop@example.com, all@example.com"},
    ],
)
def test_no_header_can_become_two(change: dict[str, Any]) -> None:
    """What has not the form of its header is refused for good."""
    with pytest.raises(PermanentChannelError):
        mail(evolve(MESSAGE, **change))


def test_an_address_beyond_ascii_goes_where_it_is_allowed() -> None:
    """With SMTPUTF8, the part before the @ may be in any script, and is read back."""
    parsed = _read(evolve(MESSAGE, to="josé.пример@example.org", name="José"), wide=True)

    assert ["josé.пример@example.org"] == [address.addr_spec for address in parsed["To"].addresses]


@pytest.mark.parametrize("wide", [True, False])
def test_a_domain_is_always_in_ascii(wide: bool) -> None:
    """A domain beyond ASCII has a form within it, which whoever speaks to the server must give."""
    with pytest.raises(UnsupportedFeature):
        mail(evolve(MESSAGE, to="ana@español.example"), wide=wide)


@pytest.mark.parametrize("to", ["jo sé@example.org", "josé<x>@example.org", "é" * 33 + "@example.org", "a\u2028b@example.org"])
def test_not_every_wide_address_is_one(to: str) -> None:
    """Spaces, brackets, separators and too many bytes are refused there too."""
    with pytest.raises(PermanentChannelError):
        mail(evolve(MESSAGE, to=to), wide=True)


def test_a_report_names_the_mail_by_its_envelope() -> None:
    """The ENVID is the Message-ID without brackets, and leads back to it."""
    assert message_id(MESSAGE) == of_envelope_id(envelope_id(MESSAGE))


def test_an_endless_domain_has_no_envelope_id() -> None:
    """An ENVID has at most 100 characters (RFC 3461, 4.4)."""
    assert "" == envelope_id(evolve(MESSAGE, sender=f"shop@{'a.' * 60}example"))


@pytest.mark.parametrize("reported", ["", "QQ314159", "0" * 32, "x" * 32 + "@example.com", "0" * 32 + "@a> <b@c"])
def test_another_one_s_envelope_leads_nowhere(reported: str) -> None:
    """What is none of ours, or would forge a header, is no Message-ID."""
    assert "" == of_envelope_id(reported)
