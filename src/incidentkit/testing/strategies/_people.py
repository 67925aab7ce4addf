"""Strategies for people: customers."""

from __future__ import annotations

from hypothesis import strategies as st

from incidentkit.domain.people import Customer
from incidentkit.testing.strategies._basics import ZONES, one_liners

__all__ = ["customers"]


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
        zone=st.just("") | st.sampled_from(ZONES),
    )


def _addresses(token: str) -> st.SearchStrategy[str]:
    # Reserved names: whatever is sent by mistake arrives nowhere.
    local = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=12)
    return st.builds(lambda name, host: f"{name}{token}@{host}", local, st.sampled_from(("example.com", "example.org")))
