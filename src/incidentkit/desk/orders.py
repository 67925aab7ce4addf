"""Commands and questions about orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from incidentkit.desk.advising import advice_in
from incidentkit.desk.attempting import Attempting
from incidentkit.desk.calls import By, given
from incidentkit.desk.finding import Whose
from incidentkit.desk.paging import wanted
from incidentkit.desk.placing import lines_of, place, placement, promise_of, rename, short
from incidentkit.desk.replacing import Replaces, place_instead, replaces_of
from incidentkit.desk.taking_back import take_back
from incidentkit.desk.timeline import TimelineEntry, timeline_of
from incidentkit.desk.work import Work
from incidentkit.domain.money import Money, as_money
from incidentkit.domain.orders import Line, Order, OrderStatus
from incidentkit.domain.pages import Page
from incidentkit.domain.people import Customer
from incidentkit.domain.times import Due
from incidentkit.errors import InvalidInput
from incidentkit.rules import orders as rules
from incidentkit.rules.decision import Decision
from incidentkit.store.finding import find_orders
from incidentkit.store.unit import Held

__all__ = ["Orders"]


class Orders(Attempting):
    """Orders of one desk.

    Every command takes ``by=`` (who; the host vouches for it), ``at=`` (when it happened, with a zone; default: the desk's
    clock; never in the future) and ``key=`` (idempotency: the same key and arguments return the first result), and returns
    the order as it stands then.

    Raises, from any command:
        UnknownIdError: no such order.
        RuleViolation: the rules forbid it; the record is as it was.
        ConflictError: somebody else changed the same order again and again.
    """

    _noun = Order
    _kind = "order"

    def _gather(self, work: Work, id: str) -> Order:
        return work.order(id)

    def place(
        self,
        customer: Customer | str | None = None,
        lines: Sequence[Line] = (),
        promised: Due | None = None,
        number: str | None = None,
        *,
        paid: Money | Decimal | int | str | None = None,
        account: str | None = None,
        replaces: Replaces | None = None,
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
            replaces: the order, the case and the remedy, by their ids, that it is sent for: it captures nothing, and the remedy
                is carried out by it. Its customer, lines and promise follow from those where they are not given.

        Raises:
            MoneyError: amounts in different currencies.
            RuleViolation: the number is taken.
        """

        ordered = lines_of(lines)
        instead = None if replaces is None else replaces_of(replaces)

        def body(work: Work) -> Held:
            new = placement(work, customer, ordered, promised, number, paid, account)
            return place(work, new) if instead is None else place_instead(work, instead, new)

        arguments = given(customer=customer, lines=ordered, promised=promised, number=number, paid=paid, account=account)
        arguments |= given(replaces=instead)
        return self._run("orders.place", arguments, body, by, at, key)

    def confirm(self, order_id: str, *, by: By = None, at: datetime | None = None, key: str | None = None) -> Order:
        """The shop accepts the order. Once confirmed, again changes nothing."""
        return self._change("orders.confirm", order_id, lambda o, w: rules.confirm(o, w.now), {}, by, at, key)

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
            units: how many of which line, by line id or product; default: all that have not left, without those that were
                refunded before.

        Raises:
            QuantityError: more than ordered and not cancelled, or nothing left.
        """
        arguments = given(units=units, carrier=carrier, tracking=tracking)

        def decide(order: Order, work: Work) -> Decision:
            return rules.ship(order, units, short("carrier", carrier), short("tracking", tracking), work.now)

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
        """Delivered units come back. Remedies that waited for them are due for those that came, and still owed for the others.

        Raises:
            QuantityError: more than are with the customer.
        """

        def decide(order: Order, work: Work) -> Decision:
            return take_back(order, rules.take_back(order, units, work.text(reason), work.now), work)

        return self._change("orders.take_back", order_id, decide, given(units=units, reason=reason), by, at, key)

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

    def advise(
        self,
        order_id: str,
        *,
        carrier: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Order:
        """Note that whoever handles the order was shown what `Desk.advice` says of it now; nothing where it says nothing.

        What then happened is held against comparable orders by `Desk.advice_record`.

        Args:
            carrier: who is meant to take it, where no parcel of it says so yet.
        """

        def decide(order: Order, work: Work) -> Decision:
            return rules.advise(order, advice_in(self._runtime, work.unit, order, short("carrier", carrier), work.now.at))

        return self._change("orders.advise", order_id, decide, given(carrier=carrier), by, at, key)

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
            called = None if number is None else short("number", number)
            decision = rules.amend(order, called, promise_of(promised), money, work.words(reason), work.now)
            if called:
                work.unit.check_name("order", called, order.id)
            held = work.apply(order_id, decision)
            rename(work, order, held.state)
            return held

        arguments = given(order=order_id, reason=reason, number=number, promised=promised, paid=paid)
        return self._run("orders.amend", arguments, body, by, at, key)

    def get(self, order_id: str) -> Order:
        """The order with that id.

        Raises:
            UnknownIdError: there is none.
        """
        return self._get(order_id)

    def find(
        self,
        *,
        number: str | None = None,
        person: Customer | str | None = None,
        phone: str | None = None,
        email: str | None = None,
        in_incident: bool | None = None,
        status: OrderStatus | str | None = None,
        limit: int = 100,
        after: str | None = None,
    ) -> Page[Order]:
        """Orders, the latest first. Everything that is asked for has to fit.

        Args:
            number: the shop's own number.
            person: who bought: the shop's key for them, a `Customer`, or the id that orders and cases carry.
            phone: of somebody whose number it is, however it is written; without its country, whichever country it is of.
            email: of somebody whose address it is or was, in small or large letters.
            in_incident: whether an incident on it is open.
            limit: how many at the most, 1 to 10,000.
            after: where the page before ended, as its `Page.next`.

        Raises:
            InvalidInput: no such status, no telephone number, or an ``after`` that was given for something else.
        """
        whose = Whose(person, phone, email)
        state = None if status is None else _status(status)
        asked = {"number": number, "person": person, "phone": phone, "email": email, "status": state, "open": in_incident}
        page = wanted(self._runtime, "orders.find", asked, limit, after)
        with self._runtime.store.reading() as unit:
            customers = whose.customers(self._runtime, unit)
            found = find_orders(unit, page, number=number, customers=customers, in_incident=in_incident, status=state)
            return self._seen_all(unit, found)

    def timeline(self, order_id: str, *, limit: int = 1000, after: str | None = None) -> Page[TimelineEntry]:
        """Everything that happened to the order, in the order of the record: its own events, its incidents', its surveys'.

        Args:
            limit: how many at the most, 1 to 10,000.
            after: where the page before ended, as its `Page.next`.

        Raises:
            UnknownIdError: no such order.
        """
        with self._runtime.store.reading() as unit:
            unit.load("order", order_id)
            page = wanted(self._runtime, "orders.timeline", {"order": order_id}, limit, after)
            return timeline_of(unit, page, order_id)


def _status(value: OrderStatus | str) -> str:
    try:
        return OrderStatus(value).value
    except ValueError:
        raise InvalidInput("status", f"must be one of {', '.join(OrderStatus)}", got=repr(value)[:40]) from None
