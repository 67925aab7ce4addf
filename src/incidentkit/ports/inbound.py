"""What comes in from outside: raw bytes, how an adapter reads them, and where a mailbox gives more of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from attrs import field, frozen

from incidentkit.domain.messages import ReceiptKind
from incidentkit.ports.channels import Attachment

__all__ = ["Fetched", "InboundAdapter", "InboundMessage", "Mailbox", "RawInbound", "ReceiptNews"]


@frozen
class RawInbound:
    """What came in, as it came.

    Args:
        content: the bytes.
        headers: those of the request that brought them, in its order; a mail has its own inside ``content``.
    """

    content: bytes = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@frozen(kw_only=True)
class InboundMessage:
    """One message that somebody wrote to the shop, or a machine of theirs. Its repr shows nothing personal.

    Args:
        channel: what a contact's channel is called: ``email``, ``sms``, ...
        sender: the address or number that it says it is from; empty where there is none. Nobody has proved it.
        sender_name: what they call themselves.
        recipients: every address that it names as its own: To, Cc, and what the servers noted on the way.
        subject: one line.
        text: all of it as plain text, with what it quotes.
        reply: what of ``text`` is new: without quotes and signature.
        message_id: its own name, in angle brackets; empty where it has none.
        in_reply_to, references: the names of the messages that it answers and of those before, the oldest first.
        at: when it says that it was written.
        automatic: why no person wrote it, by code; empty for what a person wrote.
        attachments: files that came with it.
    """

    channel: str
    sender: str = field(default="", repr=False)
    sender_name: str = field(default="", repr=False)
    recipients: tuple[str, ...] = field(default=(), repr=False)
    subject: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    reply: str = field(default="", repr=False)
    message_id: str = field(default="", repr=False)
    in_reply_to: tuple[str, ...] = field(default=(), repr=False)
    references: tuple[str, ...] = field(default=(), repr=False)
    at: datetime | None = None
    automatic: str = ""
    attachments: tuple[Attachment, ...] = ()


@frozen(kw_only=True)
class ReceiptNews:
    """What somebody else's machine says of one message of ours.

    Args:
        kind: the normalised word.
        references: what the message was called when it was sent; the first that is known counts.
        channel: the name of the channel that it went out on; empty for any that writes to e-mail addresses.
        reason: why it was lost, in the words of receipts: ``unknown_address``, ``mailbox_full``, ``expired``, ``blocked``,
            ``content``, ``policy`` or ``other``.
        status: the enhanced status code (RFC 3463), such as ``5.1.1``; empty where none is given.
        recipient: whom it was to.
        at: when it says that this happened.
    """

    kind: ReceiptKind
    references: tuple[str, ...] = field(default=(), repr=False)
    channel: str = ""
    reason: str = ""
    status: str = ""
    recipient: str = field(default="", repr=False)
    at: datetime | None = None

    @property
    def hard(self) -> bool:
        """Whether nothing will ever reach that address."""
        return self.kind in (ReceiptKind.BOUNCED, ReceiptKind.REJECTED) and self.reason == "unknown_address"


@runtime_checkable
class InboundAdapter(Protocol):
    """Reads what one source sends.

    Reading does no I/O, and the same bytes always read the same. Whatever exception it raises, the bytes are kept, tried
    again, and at last set apart for a person; the others go on.
    """

    @property
    def name(self) -> str:
        """What the inbox calls the source: small letters, digits, ``-`` and ``_``; unique among the loaded adapters."""
        ...

    def read(self, raw: RawInbound) -> Iterable[InboundMessage | ReceiptNews]:
        """What the bytes say; nothing where they say nothing of interest."""
        ...


@frozen
class Fetched:
    """Some mails of a mailbox, and how far it has been read with them.

    Args:
        mails: each with a name that it has in this mailbox alone and for ever, and its bytes.
        cursor: given to the next call once these are kept; the same again is taken up without harm.
        more: whether there are more at once.
    """

    mails: Sequence[tuple[str, bytes]] = field(repr=False)
    cursor: str
    more: bool = False


@runtime_checkable
class Mailbox(Protocol):
    """Where mails arrive. Making one does no I/O."""

    @property
    def name(self) -> str:
        """What the inbox calls it: small letters, digits, ``-`` and ``_``; unique among mailboxes and inbound adapters."""
        ...

    def fetch(self, cursor: str | None, limit: int) -> Fetched:
        """The mails after ``cursor``, at most ``limit``, the oldest first; None begins at the beginning.

        Nothing in the mailbox changes by it.

        Raises:
            TransientChannelError: it can't be reached now.
            PermanentChannelError: it refuses us.
        """
        ...
