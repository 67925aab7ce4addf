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
from incidentkit.domain.surveys import Scale, Standing
from incidentkit.domain.texts import Text

__all__ = [
    "EVENT_TYPES",
    "AnomalyNoted",
    "Change",
    "ConversationLogged",
    "CustomerTold",
    "CustomerUntold",
    "Event",
    "HandoverAccepted",
    "HandoverAsked",
    "Happening",
    "IncidentAmended",
    "IncidentClosed",
    "IncidentReopened",
    "IncidentReported",
    "IncidentResolved",
    "IncidentWithdrawn",
    "MessageReceipt",
    "MessageUndelivered",
    "MoneyReturned",
    "NoticePlanned",
    "OfferAccepted",
    "OfferDeclined",
    "OffersMade",
    "OrderAmended",
    "OrderCancelled",
    "OrderConfirmed",
    "OrderDelivered",
    "OrderPlaced",
    "OrderReturned",
    "OrderShipped",
    "Portion",
    "PromiseMade",
    "RemedyCarriedOut",
    "SatisfactionConfirmed",
    "SourceStatusNoted",
    "StatusPublished",
    "SurveyAnswerReceived",
    "SurveyAnswered",
    "SurveyAsked",
]


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
    """A customer has ordered."""

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
    """The shop has accepted the order."""

    type = "order.confirmed"


@frozen
class OrderShipped(Happening):
    """A parcel has left, with the units in it by line."""

    type = "order.shipped"
    shipment: str
    units: Units
    carrier: str = ""
    tracking: str = ""


@frozen
class OrderDelivered(Happening):
    """Units have arrived at the customer's, by the parcels that they came in."""

    type = "order.delivered"
    portions: tuple[Portion, ...]


@frozen
class OrderCancelled(Happening):
    """Units will not be sent."""

    type = "order.cancelled"
    units: Units
    reason: Text | None = None


@frozen
class OrderReturned(Happening):
    """Delivered units have come back."""

    type = "order.returned"
    units: Units
    reason: Text | None = None


@frozen
class StatusPublished(Happening):
    """A word about the order that the customer can read."""

    type = "order.status_published"
    text: Text


@frozen
class OrderAmended(Happening):
    """A correction of the order, with the old values."""

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
    """Money of the order has gone back to the customer, by the remedy that it belongs to."""

    type = "order.money_returned"
    amount: Money
    incident: IncidentId
    remedy: RemedyId


@frozen
class SourceStatusNoted(Happening):
    """What a source says of the order or incident; never a decision of the desk."""

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
    """Something has gone wrong: the case begins, with its owner and deadlines."""

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
    """Somebody of the shop has spoken with the customer; ``agent`` is empty for nobody by name."""

    type = "incident.conversation"
    conversation: ConversationId
    channel: str
    agent: str
    summary: Text


@frozen
class OffersMade(Happening):
    """The customer was offered something concrete."""

    type = "incident.offered"
    offers: tuple[Offer, ...]


@frozen
class OfferAccepted(Happening):
    """The customer took an offer, which is an agreed remedy now."""

    type = "incident.offer_accepted"
    offer: OfferId
    remedy: Remedy


@frozen
class OfferDeclined(Happening):
    """The customer did not want an offer."""

    type = "incident.offer_declined"
    offer: OfferId


@frozen
class RemedyCarriedOut(Happening):
    """An agreed remedy is done; ``reference`` says where to find it."""

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
    """The customer has answered a survey about the case."""

    type = "incident.answer"
    ask: AskId
    survey: str
    score: int


@frozen
class SatisfactionConfirmed(Happening):
    """There is evidence that the customer is satisfied."""

    type = "incident.satisfaction_confirmed"
    evidence: Evidence


@frozen
class IncidentClosed(Happening):
    """The case is over: the customer was told and is satisfied."""

    type = "incident.closed"


@frozen
class IncidentReopened(Happening):
    """It was not solved after all."""

    type = "incident.reopened"
    reason: Text


@frozen
class IncidentWithdrawn(Happening):
    """It was no incident."""

    type = "incident.withdrawn"
    reason: Text


@frozen
class IncidentAmended(Happening):
    """A correction of the case, with the old values; old and new words are references."""

    type = "incident.amended"
    changes: tuple[Change, ...]
    reason: Text
    description: Text | None = None


@frozen
class HandoverAsked(Happening):
    """A team or an agent was asked to take the case; the owner stays until they accept."""

    type = "incident.handover_asked"
    to: str


@frozen
class HandoverAccepted(Happening):
    """The case has a new owner."""

    type = "incident.handover_accepted"
    owner: Owner


# --- Surveys -----------------------------------------------------------------------------------------------------


@frozen
class SurveyAsked(Happening):
    """A survey's question was put to a customer."""

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
    """The customer's answer; a later one to the same ask takes its place."""

    type = "survey.answered"
    score: int
    comment: Text | None = None
    standing: Standing | None = None


EVENT_TYPES: dict[str, type[Happening]] = {
    kind.type: kind
    for kind in Happening.__subclasses__()
    if globals().get(kind.__name__) is kind  # attrs leaves the class it was made from, without slots, among them
}
"""Every type of event by its name."""
