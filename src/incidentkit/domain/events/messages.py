"""Events of what customers are told, in messages and conversations."""

from __future__ import annotations

from attrs import frozen

from incidentkit.domain.events.base import Happening
from incidentkit.domain.ids import ConversationId, NeedId, NoticeId
from incidentkit.domain.messages import LostReason, ReceiptKind
from incidentkit.domain.texts import Text

__all__ = [
    "ConversationLogged",
    "CustomerTold",
    "CustomerUntold",
    "MessageReceipt",
    "MessageResent",
    "MessageSettled",
    "MessageUndelivered",
    "NoticePlanned",
]


@frozen
class MessageReceipt(Happening):
    """What a channel said about a message; ``key`` is its intent's, ``reason`` why it did not arrive.

    ``confirms``: whether the channel can say that a message was delivered.
    """

    type = "message.receipt"
    key: str
    step: str
    channel: str
    receipt: ReceiptKind
    notice: NoticeId | None = None
    reason: LostReason | None = None
    confirms: bool = True


@frozen
class MessageUndelivered(Happening):
    """The desk gave a message up; ``reason`` is a code."""

    type = "message.undelivered"
    key: str
    step: str
    channel: str
    reason: str


@frozen
class MessageResent(Happening):
    """Somebody had a message sent again that had been given up or had come back; ``key`` is that message's."""

    type = "message.resent"
    key: str
    step: str
    channel: str
    reason: Text | None = None


@frozen
class MessageSettled(Happening):
    """Somebody found out whether a message had gone out of which nobody knew."""

    type = "message.settled"
    key: str
    step: str
    channel: str
    sent: bool


@frozen
class NoticePlanned(Happening):
    """A message to the customer about the case is to go out; its intent has the same ``key``."""

    type = "incident.notice_planned"
    notice: NoticeId
    step: str
    channel: str
    key: str
    confirms: bool


@frozen
class CustomerTold(Happening):
    """The customer knows; ``by`` is the notice or conversation that shows it."""

    type = "incident.communicated"
    by: str


@frozen
class CustomerUntold(Happening):
    """The notice that had told the customer came back, and there is no other."""

    type = "incident.untold"
    notice: NoticeId


@frozen
class ConversationLogged(Happening):
    """Somebody of the shop has spoken with the customer; ``agent`` is empty for nobody by name.

    ``need``: the one that has it as a contact.
    """

    type = "incident.conversation"
    conversation: ConversationId
    channel: str
    agent: str
    summary: Text
    need: NeedId | None = None
