"""What single events do to a state; `tests/properties` holds what is true of every history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve as evolve_value

from incidentkit.domain import events as ev
from incidentkit.domain.events import EVENT_TYPES, Event, Happening
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.evolve import _STARTS, _STEPS, State, evolve, replay
from incidentkit.domain.ids import AskId, ConversationId, IncidentId, LineId, NoticeId, OfferId, OrderId, RemedyId
from incidentkit.domain.incidents import Deadlines, Incident, Owner, Phase
from incidentkit.domain.messages import ReceiptKind
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order, OrderStatus, SourceStatus
from incidentkit.domain.promises import Promise
from incidentkit.domain.remedies import Offer, OfferState, Remedy
from incidentkit.domain.surveys import Ask, Scale
from incidentkit.domain.texts import Text
from incidentkit.errors import MoneyError, QuantityError

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
WORDS = Text("text-1", "some words")


def day(number: int) -> datetime:
    return AT + timedelta(days=number)


def happened(state: State | None, data: Happening, at: int = 0, actor: str = "agent:ana") -> State:
    """The state after ``data`` happened on that day."""
    return evolve(state, Event("stream", 1, data, day(at), day(at), actor, "a command"))


def order(*quantities: int, captured: str = "100.00") -> Order:
    """A placed order with lines "1", "2", ... of these quantities."""
    lines = tuple(Line("p", q, Money(1, "EUR"), LineId(str(n))) for n, q in enumerate(quantities, 1))
    state = happened(None, ev.OrderPlaced(OrderId("o-1"), lines, Money(captured, "EUR")))
    assert isinstance(state, Order)
    return state


def then(state: Order, *steps: tuple[int, Happening]) -> Order:
    """The order after these things happened, each on its day."""
    for at, data in steps:
        after = happened(state, data, at)
        assert isinstance(after, Order)
        state = after
    return state


def incident() -> Incident:
    """A reported incident that one offer was made for."""
    reported = ev.IncidentReported(
        IncidentId("i-1"), "late", "minor", WORDS, Owner("night"), deadlines=Deadlines(day(1), day(3))
    )
    offer = Offer("restock", day(9), id=OfferId("offer-1"))
    return case(None, reported, ev.OffersMade((offer,)))


def case(state: Incident | None, *steps: Happening) -> Incident:
    """The incident after these things happened, one a day."""
    for at, data in enumerate(steps):
        after = happened(state, data, at)
        assert isinstance(after, Incident)
        state = after
    assert state is not None
    return state


def shipped(shipment: str, *units: tuple[str, int]) -> ev.OrderShipped:
    return ev.OrderShipped(shipment, units)


def delivered(shipment: str, *units: tuple[str, int]) -> ev.OrderDelivered:
    return ev.OrderDelivered((ev.Portion(shipment, units),))


# --- Streams -----------------------------------------------------------------------------------------------------


def test_every_event_has_an_effect_somewhere() -> None:
    """Each type begins a stream or is a step of one."""
    handled = set(_STARTS) | {kind for steps in _STEPS.values() for kind in steps}

    assert set(EVENT_TYPES.values()) == handled


def test_a_stream_begins_with_its_first_event() -> None:
    """No step can come before it, and nothing adds up to nothing."""
    with pytest.raises(AssertionError, match=r"order\.confirmed can't be the first"):
        happened(None, ev.OrderConfirmed())
    with pytest.raises(AssertionError, match="an empty stream"):
        replay([])


# --- Orders ------------------------------------------------------------------------------------------------------


def test_the_first_confirmation_counts() -> None:
    """A second one leaves the time as it was."""
    assert day(1) == then(order(1), (1, ev.OrderConfirmed()), (2, ev.OrderConfirmed())).confirmed_at


def test_an_order_is_delivered_when_its_last_unit_is() -> None:
    """A part is not the whole; the time is the last parcel's."""
    way = then(order(2), (1, shipped("a", ("1", 1))), (1, shipped("b", ("1", 1))), (2, delivered("a", ("1", 1))))
    there = then(way, (3, delivered("b", ("1", 1))))

    assert (None, day(3)) == (way.delivered_at, there.delivered_at)


def test_deliveries_learned_in_the_wrong_order_keep_their_times() -> None:
    """The last unit's own time counts, not the time of what was recorded last."""
    way = then(order(2), (1, shipped("a", ("1", 1))), (1, shipped("b", ("1", 1))))
    there = then(way, (5, delivered("b", ("1", 1))), (3, delivered("a", ("1", 1))))

    assert day(5) == there.delivered_at


def test_cancelling_what_never_left_does_not_delay_the_delivery() -> None:
    """What has arrived becomes the whole order, delivered when it arrived and not when the rest was cancelled."""
    way = then(order(2), (1, shipped("a", ("1", 1))), (2, delivered("a", ("1", 1))))
    there = then(way, (9, ev.OrderCancelled((("1", 1),))))

    assert (OrderStatus.DELIVERED, day(2), None) == (there.status, there.delivered_at, there.cancelled_at)


def test_cancelling_what_has_not_left_delivers_nothing() -> None:
    """With a parcel still on its way the order waits for it."""
    way = then(order(2), (1, shipped("a", ("1", 1))), (2, ev.OrderCancelled((("1", 1),))))

    assert (OrderStatus.SHIPPED, None) == (way.status, way.delivered_at)


def test_cancelling_everything_cancels_the_order() -> None:
    """Its time is that of the last cancellation."""
    gone = then(order(1, 1), (1, ev.OrderCancelled((("1", 1),))), (2, ev.OrderCancelled((("2", 1),))))

    assert (OrderStatus.CANCELLED, day(2)) == (gone.status, gone.cancelled_at)


def test_a_parcel_is_delivered_when_it_is_empty() -> None:
    """Its time is that of its last unit."""
    way = then(order(3), (1, shipped("a", ("1", 3))), (2, delivered("a", ("1", 2))))
    there = then(way, (4, delivered("a", ("1", 1))))

    assert (None, day(4)) == (way.shipments[0].delivered_at, there.shipments[0].delivered_at)


@pytest.mark.parametrize(
    "step",
    [
        shipped("b", ("1", 2)),
        delivered("a", ("1", 2)),
        ev.OrderCancelled((("1", 2),)),
        ev.OrderReturned((("1", 1),)),
    ],
)
def test_units_that_are_not_there_are_refused(step: Happening) -> None:
    """No event can break the conservation of units: of two ordered, one is on its way."""
    way = then(order(2), (1, shipped("a", ("1", 1))))

    with pytest.raises(QuantityError):
        happened(way, step)


def test_one_parcels_units_do_not_arrive_in_another() -> None:
    """Two parcels with one unit each can't deliver two of the first."""
    way = then(order(2), (1, shipped("a", ("1", 1))), (1, shipped("b", ("1", 1))))

    with pytest.raises(QuantityError, match="Shipment a, line 1"):
        happened(way, delivered("a", ("1", 2)))


def test_money_that_was_not_captured_does_not_go_back() -> None:
    """Two amounts that fit one by one are refused together."""
    back = ev.MoneyReturned(Money("60.00", "EUR"), IncidentId("i-1"), RemedyId("remedy-1"))
    once = then(order(1, captured="100.00"), (1, back))

    assert Money("60.00", "EUR") == once.refunded
    with pytest.raises(MoneyError):
        happened(once, back)


def test_a_correction_keeps_the_old_value_in_the_record() -> None:
    """The state has the new one, the event both."""
    before = then(order(1), (0, ev.OrderAmended((ev.Change("number", "", "1001"),), WORDS)))
    changes = (ev.Change("number", "1001", "1002"), ev.Change("captured", "100.00 EUR", "80.00 EUR"))
    after = then(before, (1, ev.OrderAmended(changes, WORDS)))

    assert ("1002", Money("80.00", "EUR")) == (after.number, after.captured)
    assert ("1001", before.captured) == (changes[0].old, Money.parse(changes[1].old or ""))


def test_captured_money_is_not_corrected_below_what_went_back() -> None:
    """Money out stays within the money captured."""
    back = ev.MoneyReturned(Money("60.00", "EUR"), IncidentId("i-1"), RemedyId("remedy-1"))
    less = ev.OrderAmended((ev.Change("captured", "100.00 EUR", "50.00 EUR"),), WORDS)

    with pytest.raises(MoneyError):
        then(order(1), (1, back), (2, less))


def test_a_later_promise_names_the_one_that_it_replaces() -> None:
    """The first stays, with the id of what came after."""
    first, second = (Promise(f"promise-{n}", "delivery", day(n), AT, "agent:ana") for n in (1, 2))
    promised = then(order(1), (0, ev.PromiseMade(first)), (1, ev.PromiseMade(second, "promise-1")))

    assert promised.first_promise is not None
    assert ("promise-2", second) == (promised.first_promise.replaced_by, promised.promise)


def test_what_a_source_says_is_noted_with_its_time() -> None:
    """It decides nothing: the status is that of the units."""
    noted = then(order(1), (1, ev.SourceStatusNoted("gone")), (2, ev.AnomalyNoted("odd")), (3, ev.StatusPublished(WORDS)))

    assert (SourceStatus("gone", day(1)), ("odd",), WORDS) == (noted.source_status, noted.anomalies, noted.status_text)
    assert OrderStatus.PLACED is noted.status


# --- Incidents ---------------------------------------------------------------------------------------------------


def test_a_new_incident_is_owned_and_waits_to_be_taken() -> None:
    """The team is accountable from the first instant, and asked to accept."""
    new = incident()

    assert (Owner("night", "", AT), "night", Phase.DETECTED) == (new.owner, new.handover and new.handover.to, new.phase)


def test_an_owner_stays_until_the_next_one_accepts() -> None:
    """Asking changes nobody; accepting does, from that instant."""
    asked = case(incident(), ev.HandoverAsked("ana"))
    taken = case(asked, ev.HandoverAccepted(Owner("day", "ana")))

    assert (Owner("night", "", AT), Owner("day", "ana", AT), None) == (asked.owner, taken.owner, taken.handover)


def test_the_first_telling_counts_until_it_came_back() -> None:
    """A second one leaves the time; a bounce takes it away."""
    told = case(incident(), ev.CustomerTold("notice-1"), ev.CustomerTold("notice-2"))
    untold = case(told, ev.CustomerUntold(NoticeId("notice-1")))

    assert (Phase.COMMUNICATED, AT) == (told.phase, told.communicated_at)
    assert (Phase.DETECTED, None) == (untold.phase, untold.communicated_at)


def test_a_late_receipt_does_not_untell() -> None:
    """An automatic reply after an accepted mail leaves it effective."""
    planned = ev.NoticePlanned(NoticeId("notice-1"), "incident.detected", "email", "key", confirms=False)
    accepted, replied = (
        ev.MessageReceipt("key", "incident.detected", "email", kind, NoticeId("notice-1"))
        for kind in (ReceiptKind.ACCEPTED, ReceiptKind.AUTO_REPLIED)
    )
    told = case(incident(), planned, accepted, replied)

    assert (True, ReceiptKind.ACCEPTED) == (told.told, told.notices[0].receipt)


def test_an_accepted_offer_becomes_a_remedy() -> None:
    """And the remedy is done with its reference, at its time."""
    remedy = Remedy(RemedyId("remedy-1"), OfferId("offer-1"), "restock", day(9))
    taken = case(incident(), ev.OfferAccepted(OfferId("offer-1"), remedy))
    done = case(taken, ev.RemedyCarriedOut(RemedyId("remedy-1"), "order-77"))

    agreed = evolve_value(remedy, agreed_at=AT, agreed_by="agent:ana")
    assert (OfferState.ACCEPTED, (agreed,)) == (taken.offers[0].state, taken.remedies)
    assert ("order-77", AT) == (done.remedies[0].reference, done.remedies[0].carried_out_at)


def test_a_declined_offer_stays_on_record() -> None:
    """With its state, and without a remedy."""
    declined = case(incident(), ev.OfferDeclined(OfferId("offer-1")))

    assert (OfferState.DECLINED, ()) == (declined.offers[0].state, declined.remedies)


def test_reopening_starts_the_proof_anew() -> None:
    """The resolution and the evidence are gone, the first resolution and how often it was reopened are kept."""
    spoken = ev.ConversationLogged(ConversationId("conversation-1"), "phone", "ana", WORDS)
    proof = ev.SatisfactionConfirmed(Evidence.conversation("conversation-1"))
    closed = case(incident(), ev.CustomerTold("x"), ev.IncidentResolved(WORDS), spoken, proof, ev.IncidentClosed())
    again = case(closed, ev.IncidentReopened(WORDS))

    assert (Phase.CLOSED, day(1), day(4)) == (closed.phase, closed.resolved_at, closed.closed_at)
    assert Evidence("conversation", "conversation-1", "agent:ana", day(3)) == closed.evidence
    assert (Phase.COMMUNICATED, 1, day(1)) == (again.phase, again.reopened, again.first_resolved_at)
    assert [None] * 4 == [again.resolved_at, again.closed_at, again.evidence, again.no_remedy_reason]


def test_a_second_answer_to_the_same_ask_replaces_the_first() -> None:
    """Different asks count each."""
    answers = [ev.SurveyAnswerReceived(AskId(ask), "csat", score) for ask, score in (("a", 1), ("b", 2), ("a", 5))]

    assert [("b", 2), ("a", 5)] == [(a.ask, a.score) for a in case(incident(), *answers).answers]


def test_a_corrected_incident_has_the_new_values() -> None:
    """Type, severity, cause and description; the event keeps the old ones."""
    changes = (
        ev.Change("type", "late", "lost"),
        ev.Change("severity", "minor", "critical"),
        ev.Change("cause", None, "picking"),
    )
    corrected = case(incident(), ev.IncidentAmended(changes, WORDS, Text("text-2", "other words")))

    assert ("lost", "critical", "picking") == (corrected.type, corrected.severity, corrected.cause)
    assert Text("text-2") == corrected.description


def test_a_withdrawn_incident_waits_for_nobody() -> None:
    """It is final, and nobody is asked to take it."""
    withdrawn = case(incident(), ev.IncidentWithdrawn(WORDS))

    assert (Phase.WITHDRAWN, None) == (withdrawn.phase, withdrawn.handover)


# --- Surveys -----------------------------------------------------------------------------------------------------


def test_the_last_answer_to_an_ask_counts() -> None:
    """A later one replaces the earlier."""
    asked = happened(None, ev.SurveyAsked(AskId("a-1"), "csat", Scale()))
    answered = happened(happened(asked, ev.SurveyAnswered(2), 1), ev.SurveyAnswered(5, WORDS), 2)

    assert isinstance(answered, Ask)
    assert answered.answer is not None
    assert (5, day(2), WORDS) == (answered.answer.score, answered.answer.at, answered.answer.comment)
