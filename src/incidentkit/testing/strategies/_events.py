"""Strategies for single events, of every type, each right in itself; `histories` draws those that fit together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.events import EVENT_TYPES, Event, Happening
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.ids import AskId, ConversationId, CustomerId, IncidentId, NeedId, NoticeId, OfferId, OrderId, RemedyId
from incidentkit.domain.messages import LostReason, ReceiptKind
from incidentkit.domain.texts import Text
from incidentkit.testing.strategies._accounts import descriptions
from incidentkit.testing.strategies._advice import advisings
from incidentkit.testing.strategies._again import AGAIN
from incidentkit.testing.strategies._approvals import approval_happenings
from incidentkit.testing.strategies._basics import actors, codes, handles, ids, instants, money, one_liners, texts
from incidentkit.testing.strategies._calls import CALLED
from incidentkit.testing.strategies._causes import cause_happenings
from incidentkit.testing.strategies._checkins import MEETINGS
from incidentkit.testing.strategies._clocks import clock_happenings
from incidentkit.testing.strategies._goals import GOAL_HAPPENINGS
from incidentkit.testing.strategies._incident_histories import reports
from incidentkit.testing.strategies._incidents import evidence, offers, owners, references, remedies
from incidentkit.testing.strategies._ledger import LEDGER_HAPPENINGS
from incidentkit.testing.strategies._mass import MASS
from incidentkit.testing.strategies._needs import need_happenings
from incidentkit.testing.strategies._order_histories import placements
from incidentkit.testing.strategies._orders import carriers, promises, units
from incidentkit.testing.strategies._payments import PAYMENT_HAPPENINGS
from incidentkit.testing.strategies._preferences import person_happenings
from incidentkit.testing.strategies._protocols import protocol_happenings, protocols
from incidentkit.testing.strategies._readings import ENTRIES
from incidentkit.testing.strategies._surveys import questions
from incidentkit.testing.strategies._tasks import task_openings

__all__ = ["changes", "events", "happenings", "portions"]

Drawn = st.SearchStrategy[Happening]


def _counted(kind: str) -> st.SearchStrategy[str]:
    return st.integers(1, 9).map(lambda place: f"{kind}-{place}")


def _perhaps_text() -> st.SearchStrategy[Text | None]:
    return st.none() | texts()


def changes() -> st.SearchStrategy[ev.Change]:
    """Corrected fields, old and new."""
    value = st.none() | one_liners()
    return st.builds(ev.Change, st.sampled_from(("number", "account", "type", "severity", "cause")), value, value)


def portions() -> st.SearchStrategy[ev.Portion]:
    """Units of one shipment."""
    return st.builds(ev.Portion, _counted("shipment"), units())


def _corrections() -> st.SearchStrategy[tuple[ev.Change, ...]]:
    return st.lists(changes(), min_size=1, max_size=3, unique_by=lambda change: change.field).map(tuple)


def _arrived() -> st.SearchStrategy[tuple[ev.Portion, ...]]:
    return st.lists(portions(), min_size=1, max_size=2, unique_by=lambda portion: portion.shipment).map(tuple)


def _given_evidence() -> st.SearchStrategy[Evidence]:
    # An event carries it as given; who and when are the event's own.
    return evidence().map(lambda given: Evidence(given.kind, given.reference))


def _perhaps_notice() -> st.SearchStrategy[NoticeId | None]:
    return st.none() | _counted("notice").map(NoticeId)


def _offered() -> Drawn:
    made = st.integers(1, 2).flatmap(lambda count: st.tuples(*(offers(id=f"offer-{n + 1}") for n in range(count))))
    return st.builds(ev.OffersMade, made)


def _accepted() -> Drawn:
    return remedies(done=False).map(lambda remedy: ev.OfferAccepted(remedy.offer, remedy))


_MESSAGE_STEPS = ("order.shipped", "incident.detected", "survey.csat")

_BY_TYPE: Mapping[str, Callable[[], Drawn]] = {
    **ENTRIES,
    **MEETINGS,
    **AGAIN,
    **LEDGER_HAPPENINGS,
    **PAYMENT_HAPPENINGS,
    **MASS,
    "account.described": descriptions,
    "incident.amended": lambda: st.builds(
        ev.IncidentAmended, _corrections(), texts(), _perhaps_text(), protocol=st.none() | protocols()
    ),
    "incident.answer": lambda: st.builds(
        ev.SurveyAnswerReceived, ids().map(AskId), st.sampled_from(("csat", "nps")), st.integers(0, 10)
    ),
    "incident.adopted": lambda: st.builds(ev.IncidentAdopted, owners(), protocol=st.none() | protocols()),
    "incident.attempted": lambda: st.builds(ev.IncidentAttempted, ids().map(AskId), st.integers(1, 9)),
    "incident.closed": lambda: st.just(ev.IncidentClosed()),
    "incident.communicated": lambda: st.builds(ev.CustomerTold, _counted("notice") | _counted("conversation")),
    "incident.conversation": lambda: st.builds(
        ev.ConversationLogged, _counted("conversation").map(ConversationId), codes(), st.just("") | handles(), texts()
    ),
    "incident.gave_back": lambda: st.builds(ev.IncidentGaveBack, ids().map(IncidentId)),
    "incident.handover_accepted": lambda: st.builds(ev.HandoverAccepted, owners()),
    "incident.handover_asked": lambda: st.builds(ev.HandoverAsked, codes() | handles(), st.none() | instants(), st.booleans()),
    "incident.handover_returned": lambda: st.builds(ev.HandoverReturned, codes() | handles()),
    "incident.lapsed": lambda: st.just(ev.IncidentLapsed()),
    "incident.linked": lambda: st.builds(ev.IncidentLinked, ids().map(IncidentId)),
    "incident.merged": lambda: st.builds(ev.IncidentMerged, ids().map(IncidentId)),
    "incident.notice_planned": lambda: st.builds(
        ev.NoticePlanned, _counted("notice").map(NoticeId), st.just("incident.detected"), codes(), ids(), st.booleans()
    ),
    "incident.offer_accepted": _accepted,
    "incident.offer_declined": lambda: st.builds(ev.OfferDeclined, _counted("offer").map(OfferId)),
    "incident.offered": _offered,
    "incident.remedy_carried_out": lambda: st.builds(ev.RemedyCarriedOut, _counted("remedy").map(RemedyId), references()),
    "incident.reopened": lambda: st.builds(ev.IncidentReopened, texts(), st.booleans()),
    "incident.reported": lambda: st.booleans().flatmap(lambda passive: reports(passive=passive)),
    "incident.resolved": lambda: st.builds(ev.IncidentResolved, _perhaps_text(), st.booleans()),
    "incident.satisfaction_confirmed": lambda: st.builds(ev.SatisfactionConfirmed, _given_evidence()),
    "incident.substate_entered": lambda: st.builds(ev.SubstateEntered, codes()),
    "incident.took_in": lambda: st.builds(
        ev.IncidentTookIn,
        ids().map(IncidentId),
        st.lists(ids().map(OrderId), max_size=2, unique=True).map(tuple),
        st.none() | ids().map(CustomerId),
        st.sampled_from(("", "critical", "minor")),
        st.lists(ids().map(NeedId), max_size=1).map(tuple),
    ),
    "incident.unmerged": lambda: st.builds(ev.IncidentUnmerged, texts()),
    "incident.unreached": lambda: st.just(ev.IncidentUnreached()),
    "incident.untold": lambda: st.builds(ev.CustomerUntold, _counted("notice").map(NoticeId)),
    "incident.waived": lambda: st.builds(ev.IncidentWaived, texts()),
    "incident.withdrawn": lambda: st.builds(ev.IncidentWithdrawn, texts()),
    "message.receipt": lambda: st.builds(
        ev.MessageReceipt,
        ids(),
        st.sampled_from(_MESSAGE_STEPS),
        codes(),
        st.sampled_from(ReceiptKind),
        _perhaps_notice(),
        st.none() | st.sampled_from(LostReason),
    ),
    "message.resent": lambda: st.builds(ev.MessageResent, ids(), st.sampled_from(_MESSAGE_STEPS), codes(), _perhaps_text()),
    "message.settled": lambda: st.builds(ev.MessageSettled, ids(), st.sampled_from(_MESSAGE_STEPS), codes(), st.booleans()),
    "message.undelivered": lambda: st.builds(ev.MessageUndelivered, ids(), st.sampled_from(_MESSAGE_STEPS), codes(), codes()),
    "order.adopted": lambda: st.just(ev.OrderAdopted()),
    "order.advised": advisings,
    "order.amended": lambda: st.builds(ev.OrderAmended, _corrections(), texts()),
    "order.anomaly": lambda: st.builds(ev.AnomalyNoted, codes()),
    "order.cancelled": lambda: st.builds(ev.OrderCancelled, units(), _perhaps_text()),
    "order.confirmed": lambda: st.just(ev.OrderConfirmed()),
    "order.delivered": lambda: st.builds(ev.OrderDelivered, _arrived()),
    "order.delivery_failed": lambda: st.builds(ev.DeliveryFailed, _arrived(), _perhaps_text()),
    "order.money_returned": lambda: st.builds(
        ev.MoneyReturned, money(above_zero=True), ids().map(IncidentId), _counted("remedy").map(RemedyId)
    ),
    "order.placed": lambda: st.booleans().flatmap(lambda passive: placements(passive=passive)),
    "order.returned": lambda: st.builds(ev.OrderReturned, units(), _perhaps_text()),
    "order.shipped": lambda: st.builds(ev.OrderShipped, _counted("shipment"), units(), carriers(), one_liners()),
    "order.status_published": lambda: st.builds(ev.StatusPublished, texts()),
    "promise.made": lambda: st.builds(ev.PromiseMade, promises(), st.none() | _counted("promise")),
    "source.status": lambda: st.builds(ev.SourceStatusNoted, codes()),
    "survey.answered": lambda: st.builds(ev.SurveyAnswered, st.integers(0, 10), _perhaps_text()),
    "survey.asked": questions,
    "survey.coded": lambda: st.builds(ev.SurveyCoded, codes()),
    "task.returned": lambda: st.builds(ev.TaskReturned, codes()),
    "task.cancelled": lambda: st.builds(ev.TaskCancelled, _perhaps_text(), st.just("") | codes()),
    "task.done": lambda: st.builds(ev.TaskDone, texts()),
    "task.opened": task_openings,
    "task.taken": lambda: st.builds(ev.TaskTaken, owners()),
    **need_happenings(),
    **cause_happenings(),
    **GOAL_HAPPENINGS,
    **CALLED,
    **clock_happenings(),
    **protocol_happenings(),
    **approval_happenings(),
    **person_happenings(),
}


def happenings(type: str | None = None) -> st.SearchStrategy[Happening]:
    """What events carry: of ``type``, e.g. ``order.shipped``, or of every type that there is.

    Raises:
        ValueError: there is no such type.
    """
    if type is None:
        return st.sampled_from(sorted(EVENT_TYPES)).flatmap(happenings)
    if type not in _BY_TYPE:
        raise ValueError(f"{type!r} is no type of event; there are {', '.join(sorted(_BY_TYPE))}")
    return _BY_TYPE[type]()


@st.composite
def events(draw: st.DrawFn, type: str | None = None) -> Event:
    """Entries of the record with data of ``type``, or of any: our own and imported, written and not yet written."""
    occurred = draw(instants())
    imported = draw(st.booleans())
    return Event(
        stream=draw(ids()),
        version=draw(st.integers(1, 1_000)),
        data=draw(happenings(type)),
        occurred_at=occurred,
        known_at=occurred + draw(st.integers(0, 10**12).map(lambda us: timedelta(microseconds=us))),
        actor=str(draw(actors("source") if imported else actors())),
        cause=draw(st.sampled_from(("orders.place", "incidents.offer", "send", "import"))),
        source="file" if imported else "",
        source_key=draw(ids()) if imported else "",
        seq=draw(st.integers(0, 10**9)),
    )
