"""What is personal is nowhere but in the values that hold it: no repr shows it."""

from __future__ import annotations

from typing import Any

import attrs
from hypothesis import given

from incidentkit.domain.effects import Receipt
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import replay
from incidentkit.domain.people import Customer
from incidentkit.domain.shop import Shop
from incidentkit.domain.texts import Text
from incidentkit.testing.strategies import contacts, customers, histories, receipts, shops

TOKEN = "hunter2-token"


def marked(value: Any) -> Any:
    """The same value, with the token for the words of every text in it."""
    if isinstance(value, Text):
        return Text(value.ref, TOKEN)
    if isinstance(value, tuple):
        return tuple(marked(part) for part in value)
    if attrs.has(type(value)):
        return attrs.evolve(value, **{field.alias: marked(getattr(value, field.name)) for field in attrs.fields(type(value))})
    return value


def count(value: Any) -> int:
    """How many texts are in the value."""
    if isinstance(value, Text):
        return 1
    if isinstance(value, tuple):
        return sum(map(count, value))
    return sum(count(getattr(value, f.name)) for f in attrs.fields(type(value))) if attrs.has(type(value)) else 0


@given(histories())
def test_no_event_or_state_shows_words(history: tuple[Event, ...]) -> None:
    """Whatever was written or said is not in the repr of an event, an order, an incident or an ask."""
    told = marked(history)
    state = replay(told)

    assert count(history) == count(told)
    assert TOKEN not in repr(told)
    assert TOKEN not in repr(state)


@given(contacts())
def test_no_contact_shows_words(contact: object) -> None:
    """Its summary is a text."""
    assert TOKEN not in repr(marked(contact))


@given(customers(TOKEN), receipts(token=TOKEN), shops(token=TOKEN))
def test_no_holder_of_secrets_shows_them(customer: Customer, receipt: Receipt, shop: Shop) -> None:
    """Customers, a channel's own words and a shop's secrets stay out of every repr and str."""
    assert all(TOKEN in value for value in (customer.key, customer.name, customer.email, customer.phone, receipt.raw))
    for holder in (customer, receipt, shop):
        assert TOKEN not in f"{holder!r} {holder}"


def test_a_token_would_be_seen() -> None:
    """The check can fail: an actor's name is shown."""
    assert TOKEN in repr(marked((Text("ref", ""), TOKEN)))
