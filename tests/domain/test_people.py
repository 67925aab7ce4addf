"""Customers are personal data: one line each, and never shown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from incidentkit.domain.people import Customer
from incidentkit.errors import InvalidInput
from incidentkit.testing.strategies import customers


@given(customers())
def test_a_customers_repr_shows_nothing(customer: Customer) -> None:
    """Whatever is known of a person, the repr is the same."""
    assert "Customer()" == repr(customer)


@pytest.mark.parametrize("key", ["", "  ", None, 5])
def test_a_customer_needs_a_key(key: Any) -> None:
    """The shop's own name for the person is not empty."""
    with pytest.raises(InvalidInput, match="A customer's key"):
        Customer(key)


@pytest.mark.parametrize("field", ["name", "email", "phone", "language", "account"])
@pytest.mark.parametrize("value", ["secret\nBcc: all", "secret\r", "secret\0", "secret" * 60, 5])
def test_a_field_is_one_line(field: str, value: Any) -> None:
    """More than a line, or too long a one, is refused, and the refusal does not repeat it."""
    with pytest.raises(InvalidInput, match=f"A customer's {field}") as refused:
        Customer("c-1", **{field: value})

    assert "secret" not in str(refused.value)
