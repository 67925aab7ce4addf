"""Events: what happened, one class per type, and the envelope that the record keeps them in.

A change to a class that older records could not be read with raises its ``version`` and adds an upcast to the codec.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from attrs import frozen

from incidentkit.domain.evidence import Evidence
from incidentkit.domain.ids import AskId, ConversationId, CustomerId, IncidentId, LineId, NoticeId, OfferId, OrderId, RemedyId
from incidentkit.domain.incidents import Deadlines, Owner
from incidentkit.domain.messages import ReceiptKind
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line
from incidentkit.domain.promises import Promise
from incidentkit.domain.remedies import Offer, Remedy
from incidentkit.domain.shipments import Units
from incidentkit.domain.surveys import Scale
from incidentkit.domain.texts import Text

__all__ = ["EVENT_TYPES", "Change", "Event", "Happening", "Portion"]


class Happening:
    """What every event's data has: the name and version that it is kept under."""

    __slots__ = ()
    type: ClassVar[str]
    version: ClassVar[int] = 1


@frozen
class Event:
    """One entry of the record.

    Args:
        stream: the id of the order, incident or survey ask.
        version: its place in the stream, from 1.
        seq: its place in the record; 0 until it is written.
        occurred_at: when it happened; known_at: when the desk learned of it.
        actor: who did it.
        cause: the command that it came from.
        source, source_key: where it was imported from, unique for ever; empty for the desk's own.
    """

    stream: str
    version: int
    data: Happening
    occurred_at: datetime
    known_at: datetime
    actor: str
    cause: str
    source: str = ""
    source_key: str = ""
    seq: int = 0

    @property
    def type(self) -> str:
        """The name of what happened, e.g. ``order.shipped``."""
        return self.data.type


@frozen
class Change:
    """A corrected field: what it was, what it is."""

    field: str
    old: str | None
    new: str | None


@frozen
class Portion:
    """Units of one shipment."""

    shipment: str
    units: Units


# --- Orders ------------------------------------------------------------------------------------------------------


@frozen
class OrderPlaced(Happening):
    type = "order.placed"
    order: OrderId
    lines: tuple[Line, ...]
    captured: Money
    number: str = ""
    customer: CustomerId | None = None
    account: str = ""
    passive: bool = False


@frozen
class PromiseMade(Happening):
    """A promise; ``replaces`` names the earlier one that it takes the place of."""

    type = "promise.made"
    promise: Promise
    replaces: str | None = None


@frozen
class OrderConfirmed(Happening):
    type = "order.confirmed"


@frozen
class OrderShipped(Happening):
    type = "order.shipped"
    shipment: str
    units: Units
    carrier: str = ""
    tracking: str = ""


@frozen
class OrderDelivered(Happening):
    type = "order.delivered"
    portions: tuple[Portion, ...]


@frozen
class OrderCancelled(Happening):
    type = "order.cancelled"
    units: Units
    reason: Text | None = None


@frozen
class OrderReturned(Happening):
    type = "order.returned"
    units: Units
    reason: Text | None = None


@frozen
class StatusPublished(Happening):
    type = "order.status_published"
    text: Text


@frozen
class OrderAmended(Happening):
    type = "order.amended"
    changes: tuple[Change, ...]
    reason: Text


@frozen
class AnomalyNoted(Happening):
    """The source contradicts itself here; kept as given."""

    type = "order.anomaly"
    anomaly: str


@frozen
class MoneyReturned(Happening):
    type = "order.money_returned"
    amount: Money
    incident: IncidentId
    remedy: RemedyId


@frozen
class SourceStatusNoted(Happening):
    type = "source.status"
    status: str


# --- Messages ----------------------------------------------------------------------------------------------------


@frozen
class MessageReceipt(Happening):
    """What a channel said about a message; ``key`` is its intent's."""

    type = "message.receipt"
    key: str
    step: str
    channel: str
    receipt: ReceiptKind
    notice: NoticeId | None = None


@frozen
class MessageUndelivered(Happening):
    """The desk gave a message up; ``reason`` is a code."""

    type = "message.undelivered"
    key: str
    step: str
    channel: str
    reason: str


# --- Incidents ---------------------------------------------------------------------------------------------------


@frozen
class IncidentReported(Happening):
    type = "incident.reported"
    incident: IncidentId
    kind: str
    severity: str
    description: Text
    owner: Owner
    orders: tuple[OrderId, ...] = ()
    customer: CustomerId | None = None
    lines: tuple[LineId, ...] = ()
    cause: str | None = None
    reported_by: str = "shop"
    currency: str = ""
    deadlines: Deadlines = Deadlines()
    passive: bool = False


@frozen
class NoticePlanned(Happening):
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
    type = "incident.conversation"
    conversation: ConversationId
    channel: str
    agent: str
    summary: Text


@frozen
class OffersMade(Happening):
    type = "incident.offered"
    offers: tuple[Offer, ...]


@frozen
class OfferAccepted(Happening):
    type = "incident.offer_accepted"
    offer: OfferId
    remedy: Remedy


@frozen
class OfferDeclined(Happening):
    type = "incident.offer_declined"
    offer: OfferId


@frozen
class RemedyCarriedOut(Happening):
    type = "incident.remedy_carried_out"
    remedy: RemedyId
    reference: str


@frozen
class IncidentResolved(Happening):
    """``claimed``: a source said so; we did not see it."""

    type = "incident.resolved"
    reason: Text | None = None
    claimed: bool = False


@frozen
class SurveyAnswerReceived(Happening):
    type = "incident.answer"
    ask: AskId
    survey: str
    score: int


@frozen
class SatisfactionConfirmed(Happening):
    type = "incident.satisfaction_confirmed"
    evidence: Evidence


@frozen
class IncidentClosed(Happening):
    type = "incident.closed"


@frozen
class IncidentReopened(Happening):
    type = "incident.reopened"
    reason: Text


@frozen
class IncidentWithdrawn(Happening):
    type = "incident.withdrawn"
    reason: Text


@frozen
class IncidentAmended(Happening):
    type = "incident.amended"
    changes: tuple[Change, ...]
    reason: Text
    description: Text | None = None


@frozen
class HandoverAsked(Happening):
    type = "incident.handover_asked"
    to: str


@frozen
class HandoverAccepted(Happening):
    type = "incident.handover_accepted"
    owner: Owner


# --- Surveys -----------------------------------------------------------------------------------------------------


@frozen
class SurveyAsked(Happening):
    type = "survey.asked"
    ask: AskId
    survey: str
    scale: Scale
    order: OrderId | None = None
    incident: IncidentId | None = None
    customer: CustomerId | None = None
    passive: bool = False


@frozen
class SurveyAnswered(Happening):
    type = "survey.answered"
    score: int
    comment: Text | None = None


EVENT_TYPES: dict[str, type[Happening]] = {
    kind.type: kind
    for kind in Happening.__subclasses__()
    if globals().get(kind.__name__) is kind  # attrs leaves the class it was made from, without slots, among them
}
"""Every type of event by its name."""
