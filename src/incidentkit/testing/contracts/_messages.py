"""The messages that promises are tried with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import evolve
from hypothesis import strategies as st

from incidentkit.ports import AddressKind, Attachment, Channel, Message

__all__ = ["everything", "injections", "messages", "sample"]

_WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=60)
_START = datetime(2020, 1, 1, tzinfo=UTC)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Long enough that they stand in no error or repr by chance.
_TELLING = st.text(_LETTERS, min_size=12, max_size=20)


@st.composite
def messages(draw: st.DrawFn, address: AddressKind = "email") -> Message:
    """Messages that any channel for ``address`` must be able to carry: one-line headers, any text, a well-formed address."""
    number = draw(st.integers(0, 999_999_999))
    return Message(
        key=f"message/{draw(st.integers(0, 10**9))}/{draw(_TELLING)}",
        to=f"{draw(_TELLING)}@example.com" if address == "email" else f"+34{number:09}",
        subject=draw(_WORDS.map(lambda words: f"About {words}".strip())),
        text=draw(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)),
        at=_START + timedelta(seconds=draw(st.integers(0, 10**9))),
        sender="shop@example.com",
        name=draw(_WORDS),
        language=draw(st.sampled_from(("en", "es", "es-AR", "zh-Hant"))),
        sender_name=draw(_WORDS),
    )


def sample(address: AddressKind) -> Message:
    """One plain message."""
    return Message(
        key="message/1/sample-of-the-kit",
        to="zuzanna.quiros@example.com" if address == "email" else "+34600700800",
        subject="About your order",
        text="It is on its way.\n",
        at=_START,
        sender="shop@example.com",
    )


def everything(address: AddressKind) -> Message:
    """The sample with all that a message can have."""
    return evolve(
        sample(address),
        html="<p>It is on its <b>way</b>.</p>",
        reply_to="shop@example.com",
        in_reply_to="<2@example.com>",
        references=("<1@example.com>",),
        unsubscribe="https://example.com/unsubscribe",
        attachments=(Attachment(name="note.txt", media_type="text/plain", content=b"note"),),
    )


def injections(channel: Channel, message: Message) -> list[Message]:
    """The message with a line break in what becomes a header; a telephone knows none but the address."""
    headers = ("to", "subject", "name") if channel.address == "email" else ("to",)
    changes: list[dict[str, Any]] = [
        {name: getattr(message, name) + f"{line_break}Bcc: all@example.com"}
        for name in headers
        for line_break in ("\n", "\r", "\r\n")
    ]
    return [evolve(message, **change) for change in changes]
