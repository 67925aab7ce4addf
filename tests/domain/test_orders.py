"""Lines and orders hold their bounds by construction; the status is derived from the units."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from incidentkit.domain.ids import LineId, OrderId
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order, OrderStatus
from incidentkit.domain.promises import Promise
from incidentkit.errors import InvalidInput, MoneyError, QuantityError
from incidentkit.testing.strategies import lines, orders

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
PRICE = Money("10.00", "EUR")
counts = st.integers(-2, 6)


def order(*moved: tuple[int, int, int, int, int], confirmed: bool = False) -> Order:
    """An order whose lines have these units: ordered, cancelled, shipped, delivered, returned."""
    made = tuple(Line("p", q, PRICE, LineId(str(n)), c, s, d, r) for n, (q, c, s, d, r) in enumerate(moved, 1))
    return Order(OrderId("o-1"), AT, Money(100, "EUR"), made, confirmed_at=AT if confirmed else None)


# --- Lines -------------------------------------------------------------------------------------------------------


@given(lines(moved=True))
def test_a_lines_units_are_within_bounds(line: Line) -> None:
    """0 ≤ returned ≤ delivered ≤ shipped ≤ ordered − cancelled."""
    assert 0 <= line.returned <= line.delivered <= line.shipped <= line.remaining <= line.quantity


@given(lines())
def test_a_fresh_line_has_moved_nothing(line: Line) -> None:
    """All that was ordered remains."""
    assert (line.quantity, 0, 0, 0, 0) == (line.remaining, line.cancelled, line.shipped, line.delivered, line.returned)


@given(st.integers(1, 4), counts, counts, counts, counts)
def test_units_outside_the_bounds_are_refused(q: int, cancelled: int, shipped: int, delivered: int, returned: int) -> None:
    """No line with other units can be made, and the refusal says all of them."""
    assume(not (cancelled >= 0 and 0 <= returned <= delivered <= shipped <= q - cancelled))

    with pytest.raises(QuantityError, match=rf"^Line 7: returned ≤ delivered .*got returned {returned}, delivered {delivered}"):
        Line("p", q, PRICE, LineId("7"), cancelled, shipped, delivered, returned)


@pytest.mark.parametrize("count", [1.0, 0.5, True, "1", None])
def test_units_are_whole_numbers(count: Any) -> None:
    """Half a unit, a flag or text is no number of units."""
    with pytest.raises(QuantityError, match="whole units"):
        Line("p", 2, PRICE, shipped=count)


@pytest.mark.parametrize("quantity", [0, -1, 1.0, True, "1", None])
def test_a_quantity_is_a_whole_number_above_zero(quantity: Any) -> None:
    """Nothing, less, a part, a flag or text can't be ordered."""
    with pytest.raises(QuantityError, match="A line's quantity"):
        Line("p", quantity, PRICE)


@pytest.mark.parametrize("product", ["", "  ", "p" * 201, None, 5])
def test_a_product_is_the_shops_code(product: Any) -> None:
    """An empty or endless one is refused."""
    with pytest.raises(InvalidInput, match="A line's product"):
        Line(product, 1, PRICE)


def test_a_bare_price_waits_for_its_currency() -> None:
    """A number is kept exactly, without a currency."""
    assert Money("9.90") == Line("p", 1, "9.90").price


# --- Orders ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (OrderStatus.PLACED, order((2, 0, 0, 0, 0))),
        (OrderStatus.CONFIRMED, order((2, 0, 0, 0, 0), confirmed=True)),
        (OrderStatus.CONFIRMED, order((2, 1, 0, 0, 0), confirmed=True)),
        (OrderStatus.PARTLY_SHIPPED, order((2, 0, 1, 0, 0))),
        (OrderStatus.PARTLY_SHIPPED, order((1, 0, 1, 0, 0), (1, 0, 0, 0, 0))),
        (OrderStatus.SHIPPED, order((2, 0, 2, 0, 0))),
        (OrderStatus.SHIPPED, order((2, 1, 1, 0, 0), (1, 1, 0, 0, 0))),
        (OrderStatus.PARTLY_DELIVERED, order((2, 0, 2, 1, 0))),
        (OrderStatus.PARTLY_DELIVERED, order((2, 0, 1, 1, 1))),
        (OrderStatus.DELIVERED, order((2, 0, 2, 2, 0))),
        (OrderStatus.DELIVERED, order((2, 1, 1, 1, 0))),
        (OrderStatus.DELIVERED, order((2, 0, 2, 2, 2), (1, 0, 1, 1, 0))),
        (OrderStatus.RETURNED, order((2, 0, 2, 2, 2), (1, 1, 0, 0, 0))),
        (OrderStatus.CANCELLED, order((2, 2, 0, 0, 0), confirmed=True)),
    ],
)
def test_the_status_follows_from_the_units(status: OrderStatus, state: Order) -> None:
    """Each mix of units has one status."""
    assert status is state.status


@given(orders())
def test_the_status_agrees_with_the_times(state: Order) -> None:
    """Delivered and returned orders have a time of delivery, cancelled ones a time of cancelling, and no other has."""
    done = state.status in (OrderStatus.DELIVERED, OrderStatus.RETURNED)

    assert done == (state.delivered_at is not None)
    assert (state.status is OrderStatus.CANCELLED) == (state.cancelled_at is not None)


@given(orders())
def test_money_out_is_within_money_captured(state: Order) -> None:
    """No order can be made that has paid back more than it was paid."""
    coin = Money(1, state.currency)

    assert state.refunded <= state.captured
    with pytest.raises(MoneyError, match="money out must not exceed the money captured"):
        evolve(state, refunded=state.captured + coin)


@given(orders())
def test_money_out_is_in_the_orders_currency(state: Order) -> None:
    """What went back in another currency is refused."""
    with pytest.raises(MoneyError, match="must be in"):
        evolve(state, refunded=Money(0, "CHF"))


def test_a_new_order_has_paid_nothing_back() -> None:
    """Nothing, in the order's own currency."""
    assert Money.zero("EUR") == order((1, 0, 0, 0, 0)).refunded


def test_an_order_is_called_by_its_number() -> None:
    """By the shop's number where it has one, else by the id."""
    plain = order((1, 0, 0, 0, 0))

    assert ("o-1", "1001") == (plain.label, evolve(plain, number="1001").label)


@given(orders())
def test_lines_are_found_by_their_id(state: Order) -> None:
    """Each line by its own, and none by another."""
    assert state.lines == tuple(state.line(line.id) for line in state.lines)
    assert state.line("no-such-line") is None


def test_the_first_promise_stands_beside_the_one_in_force() -> None:
    """A later promise takes the place of the first without erasing it; promises of remedies are neither."""
    first = Promise("promise-1", "delivery", AT, AT, "agent:ana", replaced_by="promise-2")
    second = Promise("promise-2", "delivery", AT, AT, "agent:ana")
    remedy = Promise("promise-3", "restock", AT, AT, "agent:ana", "offer")
    promised = evolve(order((1, 0, 0, 0, 0)), promises=(first, second, remedy))

    assert (first, second) == (promised.first_promise, promised.promise)


def test_an_order_without_promises_has_none_in_force() -> None:
    """Neither a first nor one in force."""
    plain = order((1, 0, 0, 0, 0))

    assert (None, None) == (plain.first_promise, plain.promise)
