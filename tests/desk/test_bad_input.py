"""Bad input: each kind is an error of its class that says what to do, and the record stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.domain.actors import Actor
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line
from incidentkit.domain.people import Customer
from incidentkit.domain.remedies import Offer
from incidentkit.errors import (
    IncidentkitError,
    InvalidInput,
    MoneyError,
    QuantityError,
    RuleViolation,
    TimeError,
    TransitionRefused,
    UnknownIdError,
)
from incidentkit.testing._audit import Copy
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import LINES, MARTA, agreed, closed, placed, reported, resolved, told

Record = Callable[[], Copy]
Ready = Callable[[Desk], Callable[[], object]]

NAIVE = datetime(2026, 3, 1, 9)  # noqa: DTZ001 - the point of it
EUR, USD = Money("5", "EUR"), Money("5", "USD")
NOWHERE = "01900000-0000-7000-8000-000000000000"


def later(ready: Callable[[Desk], Any], command: Callable[[Desk, Any], object]) -> Ready:
    """A command on what another function makes ready."""

    def both(desk: Desk) -> Callable[[], object]:
        subject = ready(desk)
        return lambda: command(desk, subject)

    return both


def now(command: Callable[[Desk], object]) -> Ready:
    """A command that needs nothing."""
    return lambda desk: lambda: command(desk)


def _wrong(value: Any) -> Any:
    """What a type checker would not let pass."""
    return value


BAD: dict[str, tuple[type[IncidentkitError], Ready]] = {
    # --- Unknown ids
    "unknown order": (UnknownIdError, now(lambda d: d.orders.confirm(NOWHERE))),
    "order that is no text": (UnknownIdError, now(lambda d: d.orders.get(7))),  # type: ignore[arg-type]
    "timeline of an unknown order": (UnknownIdError, now(lambda d: d.orders.timeline(NOWHERE))),
    "incident as an order": (UnknownIdError, later(reported, lambda d, c: d.orders.ship(c.id))),
    "order as an incident": (UnknownIdError, later(placed, lambda d, o: d.incidents.close(o.id))),
    "unknown incident": (UnknownIdError, now(lambda d: d.incidents.resolve(NOWHERE, reason="x"))),
    "report on an unknown order": (UnknownIdError, now(lambda d: d.incidents.report(NOWHERE, "late", "x"))),
    "report on an unknown line": (UnknownIdError, later(placed, lambda d, o: reported(d, o, lines=["7"]))),
    "report on what is no order": (InvalidInput, now(lambda d: d.incidents.report(7, "late", "x"))),  # type: ignore[arg-type]
    "unknown ask": (UnknownIdError, now(lambda d: d.surveys.answer(NOWHERE, score=4))),
    "unknown ask, asked for": (UnknownIdError, now(lambda d: d.surveys.get(NOWHERE))),
    "unknown offer": (UnknownIdError, later(told, lambda d, c: d.incidents.accept(c.id, "offer-1"))),
    "unknown remedy": (UnknownIdError, later(agreed, lambda d, c: d.incidents.carry_out(c.id, "remedy-2", reference="x"))),
    "unknown line": (InvalidInput, later(placed, lambda d, o: d.orders.ship(o.id, {"Z": 1}))),
    # --- Illegal transitions
    "resolve before telling": (TransitionRefused, later(reported, lambda d, c: d.incidents.resolve(c.id, reason="x"))),
    "resolve with a remedy that is owed": (TransitionRefused, later(agreed, lambda d, c: d.incidents.resolve(c.id))),
    "close without evidence": (TransitionRefused, later(resolved, lambda d, c: d.incidents.close(c.id))),
    "close what is only told": (TransitionRefused, later(told, lambda d, c: d.incidents.close(c.id))),
    "confirm satisfaction too early": (
        TransitionRefused,
        later(told, lambda d, c: d.incidents.confirm_satisfaction(c.id, Evidence.conversation("conversation-1"))),
    ),
    "reopen what is open": (TransitionRefused, later(told, lambda d, c: d.incidents.reopen(c.id, reason="x"))),
    "withdraw what is closed": (TransitionRefused, later(closed, lambda d, c: d.incidents.withdraw(c.id, reason="x"))),
    "offer on what is resolved": (
        TransitionRefused,
        later(resolved, lambda d, c: d.incidents.offer(c.id, [Offer("restock", d.clock())])),
    ),
    "hand over what is closed": (TransitionRefused, later(closed, lambda d, c: d.incidents.hand_over(c.id, to="leo"))),
    "ship what is cancelled": (
        TransitionRefused,
        later(lambda d: d.orders.cancel(placed(d).id), lambda d, o: d.orders.ship(o.id)),
    ),
    "carry out as something else": (
        TransitionRefused,
        later(
            lambda d: d.incidents.carry_out(agreed(d).id, "remedy-1", reference="RF-1"),
            lambda d, c: d.incidents.carry_out(c.id, "remedy-1", reference="RF-2"),
        ),
    ),
    # --- Time
    "naive at": (TimeError, later(placed, lambda d, o: d.orders.confirm(o.id, at=NAIVE))),
    "naive promise": (TimeError, now(lambda d: placed(d, promised=NAIVE))),
    "naive promise, amended": (TimeError, later(placed, lambda d, o: d.orders.amend(o.id, reason="x", promised=NAIVE))),
    "naive since": (TimeError, now(lambda d: d.measure("orders_received", since=NAIVE))),
    "future at": (TimeError, later(placed, lambda d, o: d.orders.confirm(o.id, at=d.clock() + timedelta(microseconds=1)))),
    "date as at": (TimeError, later(placed, lambda d, o: d.orders.confirm(o.id, at=date(2026, 3, 1)))),  # type: ignore[arg-type]
    "text as promise": (TimeError, now(lambda d: placed(d, promised="2026-05-01"))),
    "promise that is over": (InvalidInput, now(lambda d: placed(d, promised=d.clock() - timedelta(days=2)))),
    # --- Money
    "negative amount paid": (MoneyError, now(lambda d: placed(d, paid="-1"))),
    "amount too fine": (MoneyError, now(lambda d: placed(d, paid="1.005"))),
    "float": (MoneyError, now(lambda d: placed(d, paid=1.5))),
    "mixed currencies": (MoneyError, now(lambda d: placed(d, lines=[Line("A", 1, EUR), Line("B", 1, USD)]))),
    "paid in another currency": (MoneyError, now(lambda d: placed(d, lines=[Line("A", 1, EUR)], paid=USD))),
    "refund in another currency": (
        MoneyError,
        later(told, lambda d, c: d.incidents.offer(c.id, [Offer("refund", d.clock() + timedelta(1), USD)])),
    ),
    "refund above what was paid": (
        MoneyError,
        later(told, lambda d, c: d.incidents.offer(c.id, [Offer("refund", d.clock() + timedelta(1), "35.01")])),
    ),
    "paid less than was given back": (
        MoneyError,
        later(resolved, lambda d, c: d.orders.amend(c.orders[0], reason="x", paid="1")),
    ),
    # --- Quantities
    "over-delivery": (
        QuantityError,
        later(lambda d: d.orders.ship(placed(d).id, {"A": 1}), lambda d, o: d.orders.deliver(o.id, {"A": 2})),
    ),
    "more shipped than ordered": (QuantityError, later(placed, lambda d, o: d.orders.ship(o.id, {"A": 4}))),
    "more returned than delivered": (QuantityError, later(placed, lambda d, o: d.orders.take_back(o.id, {"A": 1}))),
    "cancelling what has left": (
        QuantityError,
        later(lambda d: d.orders.ship(placed(d).id), lambda d, o: d.orders.cancel(o.id, {"A": 1})),
    ),
    "no units": (QuantityError, later(placed, lambda d, o: d.orders.ship(o.id, {}))),
    "zero units": (QuantityError, later(placed, lambda d, o: d.orders.ship(o.id, {"A": 0}))),
    "half a unit": (QuantityError, later(placed, lambda d, o: d.orders.ship(o.id, _wrong({"A": 0.5})))),
    "line by id and by product": (InvalidInput, later(placed, lambda d, o: d.orders.ship(o.id, {"1": 1, "A": 1}))),
    # --- Other values
    "lines that are none": (InvalidInput, now(lambda d: placed(d, lines=["A"]))),
    "lines that are a number": (InvalidInput, now(lambda d: placed(d, lines=7))),
    "number of two lines": (InvalidInput, now(lambda d: placed(d, number="1\n2"))),
    "number that is none": (InvalidInput, later(placed, lambda d, o: d.orders.amend(o.id, reason="x", number=_wrong(7)))),
    "overlong carrier": (InvalidInput, later(placed, lambda d, o: d.orders.ship(o.id, None, "x" * 101))),
    "customer that is none": (InvalidInput, now(lambda d: placed(d, customer=7))),
    "customer without a key": (InvalidInput, now(lambda d: placed(d, customer=" "))),
    "empty status": (InvalidInput, later(placed, lambda d, o: d.orders.publish_status(o.id, " "))),
    "words that are none": (InvalidInput, later(placed, lambda d, o: d.orders.publish_status(o.id, _wrong(7)))),
    "correction without a reason": (InvalidInput, later(placed, lambda d, o: d.orders.amend(o.id, reason="", number="7"))),
    "correction of nothing": (InvalidInput, later(placed, lambda d, o: d.orders.amend(o.id, reason="typo"))),
    "unknown type": (InvalidInput, later(placed, lambda d, o: reported(d, o, type="alien"))),
    "unknown severity": (InvalidInput, later(placed, lambda d, o: reported(d, o, severity="dire"))),
    "unknown cause": (InvalidInput, later(placed, lambda d, o: reported(d, o, cause="fate"))),
    "unknown reporter": (InvalidInput, later(placed, lambda d, o: reported(d, o, reported_by="fate"))),
    "no description": (InvalidInput, later(placed, lambda d, o: reported(d, o, description=""))),
    "unknown survey": (InvalidInput, later(placed, lambda d, o: d.surveys.ask("mood", order=o.id))),
    "survey about nothing": (InvalidInput, now(lambda d: d.surveys.ask())),
    "answer to two things": (
        InvalidInput,
        later(lambda d: d.surveys.ask(order=placed(d).id), lambda d, a: d.surveys.answer(a.id, score=4, order=a.order)),
    ),
    "score off the scale": (
        InvalidInput,
        later(lambda d: d.surveys.ask(order=placed(d).id), lambda d, a: d.surveys.answer(a.id, score=6)),
    ),
    "unknown channel": (InvalidInput, later(reported, lambda d, c: d.incidents.notify(c.id, "pigeon"))),
    "hand-over to nobody": (InvalidInput, later(told, lambda d, c: d.incidents.hand_over(c.id, to="nobody"))),
    "taken by nobody": (InvalidInput, later(told, lambda d, c: d.incidents.accept_handover(c.id))),
    "offers that are none": (InvalidInput, later(told, lambda d, c: d.incidents.offer(c.id, _wrong(["refund"])))),
    "no offers": (InvalidInput, later(told, lambda d, c: d.incidents.offer(c.id, []))),
    "evidence that is none": (
        InvalidInput,
        later(resolved, lambda d, c: d.incidents.confirm_satisfaction(c.id, _wrong("yes"))),
    ),
    "address as a handle": (InvalidInput, now(lambda d: placed(d, by="marta@example.com"))),
    "actor that is none": (InvalidInput, now(lambda d: placed(d, by=7))),
    "unknown measure": (InvalidInput, now(lambda d: d.measure("happiness"))),
    "unknown window": (InvalidInput, now(lambda d: d.measure("orders_received", by="fortnight"))),
    "limit of none": (InvalidInput, now(lambda d: d.orders.find(limit=0))),
    "limit of incidents": (InvalidInput, now(lambda d: d.incidents.find(limit=10_001))),
    "limit of the queue": (InvalidInput, now(lambda d: d.queue(limit=0))),
    "limit of messages": (InvalidInput, now(lambda d: d.send_due(limit=0))),
    "queue of nobody": (InvalidInput, now(lambda d: d.queue("nobody"))),
    "unknown status": (InvalidInput, now(lambda d: d.orders.find(status="lost"))),
    "half a surrogate pair": (InvalidInput, later(placed, lambda d, o: reported(d, o, description="\ud800"))),
    "half a pair as a key": (InvalidInput, now(lambda d: placed(d, key="\ud800"))),
    "a number that is taken": (RuleViolation, later(lambda d: placed(d, number="7"), lambda d, o: placed(d, number=" 7 "))),
}


@pytest.mark.parametrize(("kind", "ready"), BAD.values(), ids=list(BAD))
def test_bad_input_is_refused(desk: Desk, record: Record, kind: type[IncidentkitError], ready: Ready) -> None:
    """It is an error of exactly that class, whose text and attributes show nothing personal, and no row has changed."""
    command = ready(desk)
    before = record()
    with pytest.raises(kind) as caught:
        command()

    assert kind is type(caught.value)
    assert "marta" not in f"{caught.value} {caught.value.__dict__}".lower()
    assert [] == before.differing(record())


def test_the_desks_clock_needs_a_zone(opened: Opened) -> None:
    """A host's clock without a zone is refused where it is first looked at, with or without a key."""
    desk = opened(clock=lambda: NAIVE, ids=lambda: NOWHERE)
    for ask in (lambda: placed(desk), lambda: placed(desk, key="k"), desk.queue, desk.send_due, desk.scoreboard):
        with pytest.raises(TimeError, match="The desk's clock"):
            ask()


def test_the_clock_may_be_in_any_zone(desk: Desk, opened: Opened, clock: ManualClock) -> None:
    """Instants are instants."""
    elsewhere = opened(clock=lambda: clock.now.astimezone(ZoneInfo("Asia/Kathmandu")))

    assert clock.now == placed(elsewhere).placed_at
    assert 1 == elsewhere.send_due().total


def test_a_clock_that_goes_back_is_no_error(desk: Desk, clock: ManualClock) -> None:
    """What was placed a moment ago by a fast clock can be confirmed by a slow one; the times are kept as given."""
    order = placed(desk)
    clock.advance(minutes=-5)

    assert ("confirmed_before_placed",) == desk.orders.confirm(order.id).anomalies


def test_lines_that_can_be_read_once_are_read_once(desk: Desk) -> None:
    """A generator of lines makes an order of those lines, with or without a key."""
    plain = desk.orders.place(MARTA, (line for line in LINES))  # type: ignore[arg-type]
    keyed = desk.orders.place(MARTA, (line for line in LINES), key="k")  # type: ignore[arg-type]

    assert ["A", "B"] == [line.product for line in plain.lines] == [line.product for line in keyed.lines]


def test_an_order_that_is_named_twice_counts_once(desk: Desk) -> None:
    """A report that names an order twice is about that order."""
    order = placed(desk)

    assert (order.id,) == desk.incidents.report([order.id, order.id], "late", "x").orders


def test_a_blank_number_is_none(desk: Desk) -> None:
    """Two orders with a blank number have none."""
    assert ["", ""] == [placed(desk, number="  ").number, placed(desk, number="").number]


def test_an_actor_can_be_given_whole(desk: Desk) -> None:
    """What the host vouches for is kept as it says."""
    order = desk.orders.place(Customer("c-9"), by=Actor("cli", "root"))

    assert "cli:root" == desk.orders.timeline(order.id)[0].by
