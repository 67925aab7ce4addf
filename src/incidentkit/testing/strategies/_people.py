"""Strategies for people: customers, their accounts, and their contacts with the shop."""

from __future__ import annotations

from typing import cast

from hypothesis import strategies as st

from incidentkit.domain.contacts import Contact
from incidentkit.domain.ids import CustomerId, IncidentId, OrderId
from incidentkit.domain.people import Account, Customer
from incidentkit.testing.strategies._basics import handles, ids, instants, one_liners, texts

__all__ = ["accounts", "contacts", "customers"]

CHANNELS = ("phone", "email", "counter", "delivery_note", "chat")


def accounts() -> st.SearchStrategy[Account]:
    """Companies, with and without somebody who looks after them."""
    return st.builds(Account, one_liners(min_size=1), st.just("") | handles())


def customers(token: str = "") -> st.SearchStrategy[Customer]:
    """Customers, with any of their fields unknown but the key.

    Args:
        token: woven into every personal field, none of which is then empty, to look for where it must not be.
    """
    unknown = st.nothing() if token else st.just("")
    phones = st.integers(10**8, 10**13).map(lambda number: f"+{number}{token}")
    return st.builds(
        Customer,
        key=one_liners(token, min_size=1) | _addresses(token),
        name=unknown | one_liners(token),
        email=unknown | _addresses(token),
        phone=unknown | phones,
        language=st.sampled_from(("", "es", "en", "pt-BR")),
        account=unknown | one_liners(token),
    )


def _addresses(token: str) -> st.SearchStrategy[str]:
    # Reserved names: whatever is sent by mistake arrives nowhere.
    local = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=12)
    return st.builds(lambda name, host: f"{name}{token}@{host}", local, st.sampled_from(("example.com", "example.org")))


def contacts() -> st.SearchStrategy[Contact]:
    """Contacts in both directions, about no order, one or several."""
    return st.builds(
        Contact,
        id=ids(),
        channel=st.sampled_from(CHANNELS),
        direction=st.sampled_from(("in", "out")),
        at=instants(),
        orders=cast("st.SearchStrategy[tuple[OrderId, ...]]", _some()),
        incidents=cast("st.SearchStrategy[tuple[IncidentId, ...]]", _some()),
        customer=st.none() | ids().map(CustomerId),
        automatic=st.booleans(),
        summary=st.none() | texts(),
    )


def _some() -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(ids(), max_size=2, unique=True).map(tuple)
