"""Commands and questions about orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from incidentkit.desk.calls import By, Call, given
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.timeline import TimelineEntry, timeline_of
from incidentkit.desk.work import Work
from incidentkit.domain.ids import OrderId
from incidentkit.domain.money import Money, as_money
from incidentkit.domain.orders import Line, Order, OrderStatus
from incidentkit.domain.people import Customer
from incidentkit.domain.times import Due, due
from incidentkit.errors import InvalidInput
from incidentkit.rules import orders as rules
from incidentkit.rules.decision import Decision
from incidentkit.store.reading import find_orders
from incidentkit.store.unit import Held

__all__ = ["Orders"]


class Orders:
    """Orders of one desk.

    Every command takes ``by=`` (who; the host vouches for it), ``at=`` (when it happened, with a zone; default: the desk's
    clock; never in the future) and ``key=`` (idempotency: the same key and arguments return the first result), and returns
    the order as it stands then.

    Raises, from any command:
        UnknownIdError: no such order.
        RuleViolation: the rules forbid it; the record is as it was.
        ConflictError: somebody else changed the same order again and again.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def place(
        self,
        customer: Customer | str | None = None,
        lines: Sequence[Line] = (),
        promised: Due | None = None,
        number: str | None = None,
        *,
        paid: Money | Decimal | int | str | None = None,
        account: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Order:
        """A customer has ordered.

        Args:
            customer: the person, or the shop's key for one who is known.
            lines: what was ordered; none where that is not known: the order is then shipped and delivered as a whole.
            promised: when delivery was promised: an instant, or a date that lasts to its end in the shop's zone.
            number: the shop's own number, unique in the record.
            paid: what was captured; default: the sum of the lines.
            account: the key of the company they buy for.

        Raises:
            MoneyError: amounts in different currencies.
            RuleViolation: the number is taken.
        """

        ordered = _lines(lines)

        def body(work: Work) -> Held:
            return place(work, customer, ordered, promised, number, paid, account)

        arguments = given(customer=customer, lines=ordered, promised=promised, number=number, paid=paid, account=account)
        return self._run("orders.place", arguments, body, by, at, key)

    def confirm(self, order_id: str, *, by: By = None, at: datetime | None = None, key: str | None = None) -> Order:
        """The shop accepts the order. Once confirmed, again changes nothing."""
        return self._change("orders.confirm", order_id, rules_confirm, {}, by, at, key)

    def ship(
        self,
        order_id: str,
        units: Mapping[str, int] | None = None,
        carrier: str | None = None,
        tracking: str | None = None,
        *,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Order:
        """A parcel leaves.

        Args:
            units: how many of which line, by line id or product; default: all that have not left.

        Raises:
            QuantityError: more than ordered and not cancelled, or nothing left.
        """
        arguments = given(units=units, carrier=carrier, tracking=tracking)

        def decide(order: Order, work: Work) -> Decision:
            return rules.ship(order, units, _short("carrier", carrier), _short("tracking", tracking), work.now)

        return self._change("orders.ship", order_id, decide, arguments, by, at, key)

    def deliver(
        self,
        order_id: str,
        units: Mapping[str, int] | None = None,
        *,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Order:
        """Units arrive at the customer's.

        Args:
            units: how many of which line, by line id or product; default: all that are on their way.

        Raises:
            QuantityError: more than are on their way.
        """
        return self._change(
            "orders.deliver", order_id, lambda o, w: rules.deliver(o, units, w.now), given(units=units), by, at, key
        )

    def cancel(
        self,
        order_id: str,
        units: Mapping[str, int] | None = None,
        *,
        reason: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Order:
        """Units will not be sent.

        Args:
            units: how many of which line; default: all that have not left.

        Raises:
            QuantityError: they have left already.
        """
        return self._change(
            "orders.cancel",
            order_id,
            lambda o, w: rules.cancel(o, units, w.text(reason), w.now),
            given(units=units, reason=reason),
            by,
            at,
            key,
        )

    def take_back(
        self,
        order_id: str,
        units: Mapping[str, int],
        *,
        reason: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Order:
        """Delivered units come back.

        Raises:
            QuantityError: more than are with the customer.
        """
        return self._change(
            "orders.take_back",
            order_id,
            lambda o, w: rules.take_back(o, units, w.text(reason), w.now),
            given(units=units, reason=reason),
            by,
            at,
            key,
        )

    def publish_status(
        self, order_id: str, text: str, *, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Order:
        """A word about the order that the customer can read."""
        return self._change(
            "orders.publish_status",
            order_id,
            lambda o, w: rules.publish_status(o, w.words(text)),
            given(text=text),
            by,
            at,
            key,
        )

    def amend(
        self,
        order_id: str,
        *,
        reason: str,
        number: str | None = None,
        promised: Due | None = None,
        paid: Money | Decimal | int | str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Order:
        """Correct an order. The record keeps the old values; a new promise never erases the first.

        Raises:
            RuleViolation: the number is taken.
            MoneyError: less paid than was already given back.
        """

        def body(work: Work) -> Held:
            order = work.order(order_id)
            money = None if paid is None else as_money(paid)
            called = None if number is None else _short("number", number)
            decision = rules.amend(order, called, _due(promised), money, work.words(reason), work.now)
            if called:
                work.unit.check_name("order", called, order.id)
            held = work.apply(order_id, decision)
            _rename(work, order, held.state)
            return held

        arguments = given(order=order_id, reason=reason, number=number, promised=promised, paid=paid)
        return self._run("orders.amend", arguments, body, by, at, key)

    def get(self, order_id: str) -> Order:
        """The order with that id.

        Raises:
            UnknownIdError: there is none.
        """
        with self._runtime.store.reading() as unit:
            return _order(unit.view(unit.load("order", order_id)))

    def find(
        self,
        *,
        number: str | None = None,
        customer: Customer | str | None = None,
        in_incident: bool | None = None,
        status: OrderStatus | str | None = None,
        limit: int = 100,
    ) -> tuple[Order, ...]:
        """Orders, the latest first.

        Args:
            number: the shop's own number.
            customer: the person, or the shop's key for one.
            in_incident: whether an incident on it is open.
            limit: how many at the most, 1 to 10,000.
        """
        if not 1 <= limit <= 10_000:
            raise InvalidInput("limit", "must be from 1 to 10,000", got=limit)
        with self._runtime.store.reading() as unit:
            person = None
            if customer is not None:
                person = self._runtime.person(unit, customer)
                if person is None:
                    return ()
            wanted = None if status is None else _status(status)
            found = find_orders(unit, number=number, customer=person, in_incident=in_incident, status=wanted, limit=limit)
            return tuple(_order(unit.view(unit.load("order", order_id))) for order_id in found)

    def timeline(self, order_id: str) -> tuple[TimelineEntry, ...]:
        """Everything that happened to the order, in the order of the record: its own events, its incidents', its surveys'.

        Raises:
            UnknownIdError: no such order.
        """
        with self._runtime.store.reading() as unit:
            unit.load("order", order_id)
            return timeline_of(unit, order_id)

    def _change(
        self,
        command: str,
        order_id: str,
        decide: Callable[[Order, Work], Decision],
        arguments: dict[str, Any],
        by: By,
        at: datetime | None,
        key: str | None,
    ) -> Order:
        def body(work: Work) -> Held:
            return work.apply(order_id, decide(work.order(order_id), work))

        return self._run(command, given(order=order_id) | arguments, body, by, at, key)

    def _run(
        self,
        command: str,
        arguments: dict[str, Any],
        body: Callable[[Work], Held],
        by: By,
        at: datetime | None,
        key: str | None,
    ) -> Order:
        return _order(self._runtime.run(Call(command, arguments, by, at, key), body))


def place(
    work: Work,
    customer: Customer | str | None,
    lines: Sequence[Line],
    promised: Due | None,
    number: str | None,
    paid: Money | Decimal | int | str | None,
    account: str | None,
) -> Held:
    """The body of placing an order, which importing shares."""
    order_id = OrderId(work.new_id())
    new = rules.Placement(
        order=order_id,
        lines=lines,
        customer=work.customer(customer),
        account=_short("account", account) or (customer.account if isinstance(customer, Customer) else ""),
        number=_short("number", number),
        promised=_due(promised),
        paid=None if paid is None else as_money(paid),
    )
    decision = rules.place(new, work.now)
    if new.number:
        work.unit.name("order", new.number, order_id)
    return work.apply(order_id, decision)


def rules_confirm(order: Order, work: Work) -> Decision:
    """Confirming, as a decision."""
    return rules.confirm(order, work.now)


def _lines(lines: Sequence[Line]) -> tuple[Line, ...]:
    given_ = tuple(lines) if isinstance(lines, Iterable) else (lines,)
    for line in given_:
        if not isinstance(line, Line):
            raise InvalidInput(
                "An order's lines", "must be Line values", got=type(line).__name__, next="Use Line(product, quantity, price)."
            )
    return given_


def _short(what: str, value: str | None) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > 100 or any(c in value for c in "\r\n\0"):
        raise InvalidInput(f"An order's {what}", "must be one line of at most 100 characters", got=type(value).__name__)
    return value.strip()


def _status(value: OrderStatus | str) -> str:
    try:
        return OrderStatus(value).value
    except ValueError:
        raise InvalidInput("status", f"must be one of {', '.join(OrderStatus)}", got=repr(value)[:40]) from None


def _due(value: Due | None) -> Due | None:
    return None if value is None else due(value, "promised")


def _rename(work: Work, before: Order, after: Any) -> None:
    if before.number == after.number:
        return
    if before.number:
        work.unit.unname("order", before.number)
    if after.number:
        work.unit.name("order", after.number, before.id)


def _order(state: Any) -> Order:
    assert isinstance(state, Order)
    return state
