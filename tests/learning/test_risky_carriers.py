"""Which carriers are risky."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.learning.risky_carriers import risky_carriers


@pytest.mark.parametrize(
    ("expected", "counted"),
    [
        (set(), {}),
        (set(), {"Rayo": (5, 5)}),
        (set(), {"Rayo": (1, 1), "Lento": (2, 10)}),
        ({"Rayo"}, {"Rayo": (6, 12), "Lento": (5, 100)}),
        (set(), {"Rayo": (2, 20), "Lento": (5, 100)}),
        ({"Rayo", "Nube"}, {"Rayo": (30, 60), "Nube": (40, 70), "Lento": (5, 500)}),
    ],
)
def test_a_carrier_is_risky_beyond_chance(expected: set[str], counted: dict[str, tuple[int, int]]) -> None:
    """Its share lies above that of the others with all of its interval; one alone is held against nobody."""
    assert expected == risky_carriers(counted)


@given(st.integers(1, 500), st.integers(0, 500), st.integers(2, 6))
def test_carriers_alike_are_none_of_them_risky(orders: int, hits: int, carriers: int) -> None:
    """Where all do equally well, nobody is singled out."""
    share = min(hits, orders)

    assert not risky_carriers({str(number): (share, orders) for number in range(carriers)})
