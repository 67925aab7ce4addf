"""What carries messages to people, and the message itself."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from attrs import field, frozen

from incidentkit.domain.effects import Receipt

__all__ = ["AddressKind", "Attachment", "Channel", "ChannelFeatures", "Closing", "LookUp", "Message"]

AddressKind = Literal["email", "phone"]
"""Which of a customer's addresses a channel writes to."""


@frozen
class ChannelFeatures:
    """What a channel can do, said before it is used; the conformance kit holds a channel to it.

    Args:
        confirms: it tells, now or later, whether a message was delivered. Where it can't, ``accepted`` without a bounce
            has to do.
        idempotent: the same key sent again leaves one message, also after a restart.
        lookup: it can say what became of a key: it has `LookUp.look_up`.
    """

    confirms: bool
    idempotent: bool
    lookup: bool = False


@frozen(kw_only=True)
class Attachment:
    """A file that goes with a message.

    Args:
        name: the file's, without a folder.
        media_type: such as ``image/jpeg``.
        content: its bytes.
    """

    name: str = field(repr=False)
    media_type: str
    content: bytes = field(repr=False)


@frozen(kw_only=True)
class Message:
    """One message to one person, ready to go out. Its repr shows nothing personal.

    Args:
        key: the intent's; the same message has the same key, however often it is sent.
        to: an address of the kind that the channel asks for.
        subject: one line.
        text: plain text, lines ended by ``\\n``.
        at: when it is sent, in UTC.
        name: how the person is called; may be empty.
        language: BCP 47, of subject and text.
        sender: the shop's own address.
        sender_name: the shop's name; may be empty.
        html: the same as ``text``, as a page; empty where there is none. A channel that knows no HTML sends the text.
        reply_to: where an answer goes, where that is not ``sender``.
        in_reply_to: the Message-ID that this one answers or follows, in angle brackets; empty for the first.
        references: the Message-IDs before that one, the oldest first.
        unsubscribe: an ``https`` address that takes one POST (RFC 8058); empty where nothing can be unsubscribed from.
        automatic: nobody wrote it by hand, so no machine may answer it (RFC 3834).
        attachments: files that go with it. A channel that carries none refuses the message as unsupported.
    """

    key: str
    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    at: datetime
    sender: str
    name: str = field(default="", repr=False)
    language: str = "en"
    sender_name: str = ""
    html: str = field(default="", repr=False)
    reply_to: str = field(default="", repr=False)
    in_reply_to: str = field(default="", repr=False)
    references: tuple[str, ...] = field(default=(), repr=False)
    unsubscribe: str = field(default="", repr=False)
    automatic: bool = True
    attachments: tuple[Attachment, ...] = ()


@runtime_checkable
class Channel(Protocol):
    """Carries messages to customers.

    Making a channel does no I/O: connections and folders come with the first message.
    """

    @property
    def name(self) -> str:
        """What shop.toml calls it: small letters, digits, ``-`` and ``_``; unique among the loaded channels."""
        ...

    @property
    def features(self) -> ChannelFeatures:
        """What it can do. Never changes."""
        ...

    @property
    def address(self) -> AddressKind:
        """Which address of the customer it writes to."""
        ...

    def send(self, message: Message) -> Receipt:
        """Hand the message over and say what became of it.

        Any other exception than those below counts as "it may or may not have gone out".

        Raises:
            TransientChannelError: it did not go out, and may later.
            PermanentChannelError: it will never go out on this channel as it is.
            UnsupportedFeature: the channel can't carry something in it; nothing went out.
        """
        ...


@runtime_checkable
class LookUp(Protocol):
    """A channel that can be asked afterwards, which settles a sending that never answered."""

    def look_up(self, key: str) -> Receipt | None:
        """What became of the message with that key; None where the channel knows of none."""
        ...


@runtime_checkable
class Closing(Protocol):
    """A channel that keeps something open between two messages, such as a connection."""

    def close(self) -> None:
        """Let go of it. A channel that is closed opens it again with its next message."""
        ...
