"""Telephone numbers: one number is found in whatever way it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.phones import Phone, read_phone

ONE = (
    "+34 600 00 00 01",
    "0034600000001",
    "600000001",
    "600-000-001",
    "(600) 00 00 01",
    "+34600000001 ext. 12",
    "+34600000001;ext=12",
)
LONDON = ("+44 (0)20 7946 0958", "020 7946 0958", "00442079460958", "+442079460958")
OTHERS = ("+33600000001", "600000002", "+34600000010")


def number(text: str) -> Phone:
    """The number in a text that has one."""
    found = read_phone(text)
    assert found is not None, text
    return found


@pytest.mark.parametrize("same", [ONE, LONDON], ids=["spanish", "british"])
def test_one_number_is_one_however_it_is_written(same: tuple[str, ...]) -> None:
    """Each way may be each other, and all have the same last digits."""
    numbers = [number(text) for text in same]

    assert all(one.may_be(other) for one in numbers for other in numbers)
    assert 1 == len({one.tail for one in numbers})


def test_another_number_is_another() -> None:
    """Also one that differs only in its country."""
    assert [] == [text for text in OTHERS if number(text).may_be(number(ONE[0]))]


@pytest.mark.parametrize("text", ["", "n/a", "1234", "+34", "000000000", "ask at the counter"])
def test_what_is_no_number_is_none(text: str) -> None:
    """Fewer than five digits name nobody."""
    assert read_phone(text) is None


def test_a_number_is_not_in_its_repr() -> None:
    """It is personal."""
    assert "600" not in repr(number(ONE[0]))


@given(text=st.text(max_size=30), other=st.text(max_size=30))
def test_whether_two_are_one_does_not_depend_on_who_asks(text: str, other: str) -> None:
    """Any text has a number or none; the two are alike both ways round."""
    one, two = read_phone(text), read_phone(other)

    assert one is None or two is None or one.may_be(two) == two.may_be(one)
