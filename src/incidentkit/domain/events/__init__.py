"""Events: what happened, one class per type, and the envelope that the record keeps them in.

A change to a class that older records could not be read with raises its ``version`` and adds an upcast to the codec.
"""

from __future__ import annotations

from incidentkit.domain.events import (
    accounts,
    clocks,
    handovers,
    incidents,
    messages,
    needs,
    orders,
    people,
    remedies,
    surveys,
    tasks,
)
from incidentkit.domain.events.accounts import AccountDescribed
from incidentkit.domain.events.base import Change, Event, Happening, Portion
from incidentkit.domain.events.clocks import (
    ClockBroken,
    ClockWarned,
    CustomerAwaited,
    IncidentEscalated,
    PromiseBroken,
    PromiseMade,
    WaitEnded,
)
from incidentkit.domain.events.handovers import HandoverAccepted, HandoverAsked, HandoverReturned
from incidentkit.domain.events.incidents import (
    IncidentAdopted,
    IncidentAmended,
    IncidentAttempted,
    IncidentClosed,
    IncidentGaveBack,
    IncidentLapsed,
    IncidentLinked,
    IncidentMerged,
    IncidentReopened,
    IncidentReported,
    IncidentResolved,
    IncidentTookIn,
    IncidentUnmerged,
    IncidentUnreached,
    IncidentWaived,
    IncidentWithdrawn,
    SatisfactionConfirmed,
    SubstateEntered,
    SurveyAnswerReceived,
)
from incidentkit.domain.events.messages import (
    ConversationLogged,
    CustomerTold,
    CustomerUntold,
    MessageReceipt,
    MessageResent,
    MessageSettled,
    MessageUndelivered,
    NoticePlanned,
)
from incidentkit.domain.events.needs import (
    ContactLogged,
    IncidentContactNoted,
    NeedJoined,
    NeedLinked,
    NeedOpened,
    NeedRemedied,
    NeedReopened,
    NeedResolved,
    NeedSplit,
    NeedTookIn,
)
from incidentkit.domain.events.orders import (
    AnomalyNoted,
    MoneyReturned,
    OrderAdopted,
    OrderAmended,
    OrderCancelled,
    OrderConfirmed,
    OrderDelivered,
    OrderPlaced,
    OrderReturned,
    OrderShipped,
    SourceStatusNoted,
    StatusPublished,
)
from incidentkit.domain.events.people import (
    AddressFailed,
    AddressRestored,
    PersonConsented,
    PersonOptedIn,
    PersonOptedOut,
)
from incidentkit.domain.events.remedies import OfferAccepted, OfferDeclined, OffersMade, RemedyCarriedOut
from incidentkit.domain.events.surveys import SurveyAnswered, SurveyAsked
from incidentkit.domain.events.tasks import TaskCancelled, TaskDone, TaskOpened, TaskReturned, TaskTaken

__all__ = [
    "EVENT_TYPES",
    "AccountDescribed",
    "AddressFailed",
    "AddressRestored",
    "AnomalyNoted",
    "Change",
    "ClockBroken",
    "ClockWarned",
    "ContactLogged",
    "ConversationLogged",
    "CustomerAwaited",
    "CustomerTold",
    "CustomerUntold",
    "Event",
    "HandoverAccepted",
    "HandoverAsked",
    "HandoverReturned",
    "Happening",
    "IncidentAdopted",
    "IncidentAmended",
    "IncidentAttempted",
    "IncidentClosed",
    "IncidentContactNoted",
    "IncidentEscalated",
    "IncidentGaveBack",
    "IncidentLapsed",
    "IncidentLinked",
    "IncidentMerged",
    "IncidentReopened",
    "IncidentReported",
    "IncidentResolved",
    "IncidentTookIn",
    "IncidentUnmerged",
    "IncidentUnreached",
    "IncidentWaived",
    "IncidentWithdrawn",
    "MessageReceipt",
    "MessageResent",
    "MessageSettled",
    "MessageUndelivered",
    "MoneyReturned",
    "NeedJoined",
    "NeedLinked",
    "NeedOpened",
    "NeedRemedied",
    "NeedReopened",
    "NeedResolved",
    "NeedSplit",
    "NeedTookIn",
    "NoticePlanned",
    "OfferAccepted",
    "OfferDeclined",
    "OffersMade",
    "OrderAdopted",
    "OrderAmended",
    "OrderCancelled",
    "OrderConfirmed",
    "OrderDelivered",
    "OrderPlaced",
    "OrderReturned",
    "OrderShipped",
    "PersonConsented",
    "PersonOptedIn",
    "PersonOptedOut",
    "Portion",
    "PromiseBroken",
    "PromiseMade",
    "RemedyCarriedOut",
    "SatisfactionConfirmed",
    "SourceStatusNoted",
    "StatusPublished",
    "SubstateEntered",
    "SurveyAnswerReceived",
    "SurveyAnswered",
    "SurveyAsked",
    "TaskCancelled",
    "TaskDone",
    "TaskOpened",
    "TaskReturned",
    "TaskTaken",
    "WaitEnded",
]

_NOUNS = (orders, messages, incidents, remedies, handovers, surveys, tasks, needs, accounts, clocks, people)

EVENT_TYPES: dict[str, type[Happening]] = {
    kind.type: kind
    for noun in _NOUNS
    for kind in vars(noun).values()
    if isinstance(kind, type) and issubclass(kind, Happening) and kind is not Happening
}
"""Every type of event by its name."""
