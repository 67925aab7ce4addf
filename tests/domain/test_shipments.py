"""Units are whole and above zero; a parcel never delivers more than is in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.shipments import Shipment, Units, add_units, check_units
from incidentkit.errors import QuantityError
from incidentkit.testing.strategies import shipments, units

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


@given(units())
def test_units_are_kept_in_the_given_order(given_units: Units) -> None:
    """What is given comes back as it was."""
    assert given_units == check_units(dict(given_units))


@pytest.mark.parametrize("count", [0, -1, 1.0, True, "2", None])
def test_units_that_are_not_whole_and_above_zero_are_refused(count: Any) -> None:
    """The refusal names the line."""
    with pytest.raises(QuantityError, match=r"^Line 7: needs a whole number"):
        check_units({"1": 1, "7": count})


@given(units(), units())
def test_adding_units_is_by_line(first: Units, second: Units) -> None:
    """Every line has what it had in both."""
    lines = dict(first) | dict(second)

    assert {line: dict(first).get(line, 0) + dict(second).get(line, 0) for line in lines} == dict(add_units(first, second))


@given(shipments())
def test_what_has_not_arrived_is_outstanding(parcel: Shipment) -> None:
    """Arrived and outstanding units together are what was in it."""
    assert dict(parcel.units) == dict(add_units(parcel.delivered, tuple(parcel.outstanding().items())))


@given(shipments())
def test_a_parcel_has_a_time_of_delivery_once_all_arrived(parcel: Shipment) -> None:
    """A part is not enough."""
    assert (not parcel.outstanding()) == (parcel.delivered_at is not None)


@given(units(), st.integers(1, 5))
def test_more_than_was_in_a_parcel_can_not_arrive(carried: Units, more: int) -> None:
    """Of no line, and no line that was not in it."""
    line, count = carried[0]

    with pytest.raises(QuantityError, match="delivered ≤ shipped"):
        Shipment("shipment-1", carried, AT, delivered=((line, count + more),))
    with pytest.raises(QuantityError, match="delivered ≤ shipped"):
        Shipment("shipment-1", carried, AT, delivered=(("no-such-line", more),))


@given(st.dictionaries(st.text("123", min_size=1), st.integers(0, 3)).filter(lambda free: any(free.values())), st.data())
def test_drawn_units_stay_within_what_is_free(free: dict[str, int], data: st.DataObject) -> None:
    """The strategy gives at least one unit, and of no line more than there is."""
    drawn = data.draw(units(free))

    assert drawn
    assert all(1 <= count <= free[line] for line, count in drawn)
