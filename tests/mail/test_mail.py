"""A mail as bytes: whatever it carries, the standard library's parser reads it back."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import policy
from email.header import decode_header
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.errors import PermanentChannelError, UnsupportedFeature
from incidentkit.mail import digest, mail, message_id
from incidentkit.ports import Message

AT = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
MESSAGE = Message(
    key="message/default/1/order.placed",
    to="ana@example.org",
    subject="Hello",
    text="One\nTwo\n",
    at=AT,
    sender="shop@example.com",
    name="Ana",
    language="en",
    sender_name="My shop",
)

HEADERS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=320)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
LOCALS = st.from_regex(r"[A-Za-z0-9!#$%&'*+/^_`{|}~-]{1,20}(\.[A-Za-z0-9+_-]{1,20}){0,2}", fullmatch=True)
DOMAINS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?(\.[a-z]{2,10}){1,2}", fullmatch=True)


def _read(message: Message) -> EmailMessage:
    return BytesParser(_class=EmailMessage, policy=policy.SMTP).parsebytes(mail(message))


def _with(field: str, value: str) -> Message:
    change: dict[str, Any] = {field: value}
    return evolve(MESSAGE, **change)


def _lines(text: str) -> str:
    """The text with one kind of line end, and one at its end."""
    text = re.sub(r"\r\n|\r", "\n", text)
    return text if text.endswith("\n") else text + "\n"


@given(subject=HEADERS)
def test_any_subject_is_read_back(subject: str) -> None:
    """The parser gives the subject that was sent, whatever characters it has."""
    assert subject == _read(evolve(MESSAGE, subject=subject))["Subject"]


@given(text=TEXTS)
def test_any_text_is_read_back(text: str) -> None:
    """The parser gives the text that was sent, but for the kind of its line ends."""
    assert _lines(text) == _lines(_read(evolve(MESSAGE, text=text)).get_content())


@given(name=HEADERS, address=st.builds("{}@{}".format, LOCALS, DOMAINS))
def test_any_name_and_address_are_read_back(name: str, address: str) -> None:
    """The parser gives one recipient: the address and the name that were given, spaces in it made single."""
    content = mail(evolve(MESSAGE, name=name, to=address))

    assert [address] == [a.addr_spec for a in BytesParser(policy=policy.SMTP).parsebytes(content)["To"].addresses]
    assert " ".join(name.split()) == _phrase(BytesParser(policy=policy.compat32).parsebytes(content)["To"])


def _phrase(header: str) -> str:
    # Python 3.11's newer parser puts a space between two encoded words of a name, also of its own making; this one does not.
    parts = decode_header(re.sub(r"\r\n(?= )", "", header.rpartition("<")[0]).strip())
    return "".join(part.decode(charset or "ascii") if isinstance(part, bytes) else part for part, charset in parts)


@given(name=st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), max_size=11))
def test_a_short_name_is_read_by_every_parser(name: str) -> None:
    """A name that fits one encoded word, as most do, comes back from the newer parser too."""
    assert [name] == [a.display_name for a in _read(evolve(MESSAGE, name=name))["To"].addresses]


@given(subject=HEADERS, name=HEADERS, text=TEXTS)
def test_no_line_is_longer_than_allowed(subject: str, name: str, text: str) -> None:
    """Lines end in CRLF, none has more than 998 bytes, and no CR or LF stands alone (RFC 5322, 2.1.1)."""
    lines = mail(evolve(MESSAGE, subject=subject, name=name, text=text)).split(b"\r\n")

    assert max(map(len, lines)) <= 998
    assert not any(b"\r" in line or b"\n" in line for line in lines)


@given(subject=HEADERS, name=HEADERS)
def test_headers_are_ascii_without_a_defect(subject: str, name: str) -> None:
    """The parser finds nothing to complain of, and no header goes beyond ASCII."""
    message = evolve(MESSAGE, subject=subject, name=name)
    parsed = _read(message)

    assert mail(message).partition(b"\r\n\r\n")[0].isascii()
    assert [] == [defect for value in parsed.values() for defect in value.defects] + list(parsed.defects)


def test_a_mail_says_who_when_and_in_which_language() -> None:
    """From, Date, Message-ID and Content-Language are those of the message."""
    parsed = _read(evolve(MESSAGE, language="es-AR"))

    assert ("My shop <shop@example.com>", AT, "es-AR") == (
        parsed["From"],
        parsed["Date"].datetime,
        parsed["Content-Language"],
    )
    assert f"<{digest(MESSAGE.key)[:32]}@example.com>" == parsed["Message-ID"] == message_id(MESSAGE)


@pytest.mark.parametrize("text", ["a" * 5000, "one\0two", "ñ" * 600])
def test_a_text_that_can_stand_in_no_line_is_encoded(text: str) -> None:
    """A very long line, or a zero byte, goes out in base64 and comes back whole."""
    parsed = _read(evolve(MESSAGE, text=text))

    assert ("base64", text + "\n") == (parsed["Content-Transfer-Encoding"], _lines(parsed.get_content()))


@pytest.mark.parametrize("field", ["to", "subject", "name", "sender", "sender_name", "language"])
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\0", "\x0b", "\x85", "\u2028"])
def test_a_header_of_several_lines_is_refused(field: str, end: str) -> None:
    """A control character or line separator in a header is refused, so no header can bring another."""
    message = _with(field, getattr(MESSAGE, field) + end + "Bcc: all@example.com")

    with pytest.raises((PermanentChannelError, UnsupportedFeature)):
        mail(message)


@pytest.mark.parametrize(
    "address",
    [
        *("", "ana", "@example.com", "ana@", "a b@example.com", "ana@example..com", "ana@-example.com", ".ana@example.com"),
        *("<ana@example.com>", "ana@example.com,eva@example.com", '"ana"@example.com', "ana@[127.0.0.1]"),
        *("=?utf-8?b?eA==?=@example.com", "a" * 65 + "@example.com", "a@" + "b" * 63 + ("." + "c" * 63) * 3),
    ],
)
def test_what_is_no_single_address_is_refused(address: str) -> None:
    """Only one plain address of at most 254 characters is an address."""
    with pytest.raises(PermanentChannelError):
        mail(evolve(MESSAGE, to=address))


def test_an_address_beyond_ascii_is_beyond_the_channel() -> None:
    """An internationalised address is refused as a feature that is not there, not as a mistake."""
    with pytest.raises(UnsupportedFeature):
        mail(evolve(MESSAGE, to="josé@example.com"))


@pytest.mark.parametrize("field", ["subject", "name", "text"])
def test_half_a_character_is_refused(field: str) -> None:
    """A lone surrogate can't be sent, and the error does not repeat what stood around it."""
    with pytest.raises(PermanentChannelError) as caught:
        mail(_with(field, "Zuzanna \ud800"))

    assert "Zuzanna" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_error_shows_nothing_of_the_message() -> None:
    """The refused address does not stand in the error."""
    with pytest.raises(PermanentChannelError) as caught:
        mail(evolve(MESSAGE, to="zuzanna at example.com"))

    assert "zuzanna" not in repr(caught.value)
