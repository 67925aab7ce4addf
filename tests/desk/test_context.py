"""The context of an order: all that whoever answers must know, from one state of the record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from incidentkit.desk.desk import Desk
from incidentkit.domain.remedies import Offer
from incidentkit.errors import UnknownIdError
from incidentkit.store.session import Question, Session
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import JOAN, MARTA, SOON, agreed, closed, placed, reported, told

ITSELF = ("BEGIN", "SET TRANSACTION", "COMMIT", "ROLLBACK")
"""What begins and ends a transaction is no query."""


def queries(desk: Desk, order: str) -> list[str]:
    """Every statement that asking for an order's context runs, through SQLAlchemy or past it."""
    ran: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        ran.append(statement)

    def noting(ask: Callable[..., Any]) -> Callable[..., Any]:
        def asked(session: Session, *questions: Question) -> Any:
            ran.extend(question.statement.sql for question in questions)
            return ask(session, *questions)

        return asked

    engine = desk._runtime.store._engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        with pytest.MonkeyPatch.context() as patched:
            for short in Session.__subclasses__():
                patched.setattr(short, "ask", noting(short.ask))
            desk.context(order)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return [statement for statement in ran if not statement.startswith(ITSELF)]


def test_one_read_of_three_queries(desk: Desk) -> None:
    """However much there is around an order: its documents, the events of its timeline, the words."""
    bare, full = placed(desk), placed(desk, promised=SOON)
    for _ in range(3):
        case = told(desk, order=full)
        desk.incidents.offer(case.id, [Offer("refund", desk.clock() + timedelta(days=3), "1.00")])
        desk.contacts.log(channel="email", incident=case.id, summary="well?")
        desk.tasks.open(kind="call", what="call back", order=full.id)

    assert [3, 3] == [len(queries(desk, order.id)) for order in (bare, full)]


def test_the_order_and_its_timeline_come_with_it(desk: Desk) -> None:
    """Whoever has the context need not ask for either."""
    order = closed(desk).orders[0]
    context = desk.context(order)

    assert (desk.orders.get(order), desk.orders.timeline(order)) == (context.order, context.timeline)


def test_who_it_is_about(desk: Desk) -> None:
    """The customer from the vault, their company and who looks after it; personal data stays out of the repr."""
    desk.accounts.describe("acme", manager="eva")
    order = placed(desk, account="acme")
    context = desk.context(order.id)

    assert (MARTA.email, "acme", "eva", order.id) == (
        context.customer.email if context.customer else "",
        context.account,
        context.manager,
        context.order.id,
    )
    assert MARTA.name not in repr(context)
    assert desk.context(placed(desk, customer=None).id).customer is None


def test_what_was_promised_and_what_came(desk: Desk, clock: ManualClock) -> None:
    """Every promise with who made it and what it has come to, the earliest first."""
    order = placed(desk, promised=date(2026, 3, 4), by="ana")
    clock.advance(hours=1)
    desk.orders.amend(order.id, reason="later", promised=date(2026, 3, 20), by="leo")
    clock.advance(days=7)

    assert [("delivery", "agent:ana", "broken"), ("delivery", "agent:leo", "pending")] == [
        (e.promise.what, e.promise.made_by, e.outcome) for e in desk.context(order.id).promised
    ]


def test_what_was_said(desk: Desk, clock: ManualClock) -> None:
    """Contacts, conversations and notices in their order, a conversation once; with the words."""
    order = placed(desk)
    desk.contacts.log(channel="email", order=order.id, summary="where is it?")
    clock.advance(hours=1)
    case = told(desk, order=order)
    clock.advance(hours=1)
    desk.incidents.notify(case.id, channel="post")
    desk.send_due()

    assert [("contact", "in", "where is it?", ""), ("contact", "out", "said so", ""), ("notice", "out", "", "delivered")] == [
        (s.how, s.direction, str(s.what or ""), s.receipt) for s in desk.context(order.id).said
    ]


def test_what_is_owed(desk: Desk, clock: ManualClock) -> None:
    """An answer, an open offer, an agreed remedy, a task and the clocks that run; what is late says so."""
    case = agreed(desk)
    order = case.orders[0]
    desk.incidents.offer(case.id, [Offer("discount", desk.clock() + timedelta(days=4), "1.00")])
    desk.tasks.open(kind="call", what="call back", order=order, due=desk.clock() + timedelta(hours=1))
    clock.advance(hours=2)
    desk.contacts.log(channel="sms", incident=case.id)
    owed = desk.context(order).owed

    assert {"answer", "clock", "offer", "remedy", "task"} == {one.kind for one in owed}
    assert [("task", True, "call back")] == [(o.kind, o.overdue, str(o.words)) for o in owed if o.overdue]
    assert () == desk.context(placed(desk, customer=JOAN).id).owed


def test_who_has_it(desk: Desk, clock: ManualClock) -> None:
    """Now and then, and who is above them; what the protocol lets them offer."""
    case = reported(desk)
    clock.advance(hours=1)
    desk.incidents.accept_handover(case.id, by="ana")
    (found,) = desk.context(case.orders[0]).cases

    assert ("ana", ["after-sales", "ana"], ("eva",), tuple(desk.plugins.kinds)) == (
        found.owner,
        [tenure.label for tenure in found.owners],
        found.above,
        found.may_offer,
    )


def test_where_the_team_has_no_supervisor_the_shops_are_above(desk: Desk) -> None:
    """Somebody always is, where the shop has any; nothing is offered in a case that is over."""
    done = closed(desk, type="out_of_stock")
    (found,) = desk.context(done.orders[0]).cases

    assert ("warehouse", ("eva",), ()) == (found.incident.owner.team, found.above, found.may_offer)


def test_open_cases_come_first(desk: Desk, clock: ManualClock) -> None:
    """Then the latest."""
    order = placed(desk)
    first = reported(desk, order)
    clock.advance(hours=1)
    desk.incidents.withdraw(reported(desk, order).id, reason="none")

    assert first.id == desk.context(order.id).cases[0].incident.id


def test_a_customers_other_needs_are_there(desk: Desk) -> None:
    """Though they are about another order, or none; those of others are not."""
    order = placed(desk)
    mine = desk.contacts.log(channel="phone", customer=MARTA).need
    desk.contacts.log(channel="phone", customer=JOAN)

    assert [mine] == [need.id for need in desk.context(order.id).needs]


@pytest.mark.parametrize("order", ["o-0", "\0", "", 5])
def test_an_unknown_order_is_refused(desk: Desk, order: Any) -> None:
    """Also what no order could be called."""
    with pytest.raises(UnknownIdError, match="The order"):
        desk.context(order)


def test_inside_a_batch_it_shows_the_batch(desk: Desk) -> None:
    """What was just said is there."""
    order = placed(desk)
    with desk.batch():
        desk.contacts.log(channel="phone", order=order.id)

        assert 1 == len(desk.context(order.id).said)
