"""What placing and correcting orders come to, and what is taken for lines, numbers and promises."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from incidentkit.desk.work import Work
from incidentkit.domain.ids import OrderId
from incidentkit.domain.money import Money, as_money
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.people import Customer
from incidentkit.domain.times import Due, due
from incidentkit.errors import InvalidInput
from incidentkit.rules import orders as rules
from incidentkit.store.unit import Held

__all__ = ["lines_of", "place", "placement", "promise_of", "rename", "short"]


def placement(
    work: Work,
    customer: Customer | str | None,
    lines: Sequence[Line],
    promised: Due | None,
    number: str | None,
    paid: Money | Decimal | int | str | None,
    account: str | None,
) -> rules.Placement:
    """What was given for a new order, with its names resolved."""
    return rules.Placement(
        order=OrderId(work.new_id()),
        lines=lines,
        customer=work.customer(customer),
        account=short("account", account) or (customer.account if isinstance(customer, Customer) else ""),
        number=short("number", number),
        promised=promise_of(promised),
        paid=None if paid is None else as_money(paid),
    )


def place(work: Work, new: rules.Placement) -> Held:
    """The body of placing an order, which importing shares."""
    decision = rules.place(new, work.now)
    if new.number:
        work.unit.name("order", new.number, new.order)
    return work.apply(new.order, decision)


def lines_of(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines that were given, as lines."""
    given_ = tuple(lines) if isinstance(lines, Iterable) else (lines,)
    for line in given_:
        if not isinstance(line, Line):
            raise InvalidInput(
                "An order's lines", "must be Line values", got=type(line).__name__, next="Use Line(product, quantity, price)."
            )
    return given_


def short(what: str, value: str | None) -> str:
    """A value of one line, stripped; empty where none was given."""
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > 100 or any(c in value for c in "\r\n\0"):
        raise InvalidInput(f"An order's {what}", "must be one line of at most 100 characters", got=type(value).__name__)
    return value.strip()


def promise_of(value: Due | None) -> Due | None:
    """When delivery was promised, if it was."""
    return None if value is None else due(value, "promised")


def rename(work: Work, before: Order, after: Any) -> None:
    """Find an order by its new number, and no more by its old."""
    if before.number == after.number:
        return
    if before.number:
        work.unit.unname("order", before.number)
    if after.number:
        work.unit.name("order", after.number, before.id)
