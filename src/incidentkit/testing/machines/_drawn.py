"""What the machine draws from: people, words, numbers, units, with what must be refused among it."""

from __future__ import annotations

from hypothesis import strategies as st

from incidentkit.domain.people import Customer

__all__ = ["PERSONAL", "PRODUCTS", "TYPES", "customers", "hours_ago", "numbers", "person", "units", "who", "words"]

PERSONAL = "zanzibar"
"""Stands in everything personal that the machine says; it may be found in the vault and nowhere else."""

PRODUCTS = ("A", "B")
TYPES = ("out_of_stock", "damaged", "late", "late", "other", "no_such_type")


def who() -> st.SearchStrategy[str | None]:
    """Somebody of the shop, a customer, a program, or nobody by name."""
    return st.sampled_from((None, "ana", "leo", "eva", "customer", "web"))


def words() -> st.SearchStrategy[str]:
    """Personal words, or none."""
    return st.sampled_from((f"{PERSONAL} said so", f"the door of {PERSONAL} is green", PERSONAL, f"¡{PERSONAL}!", "  "))


def numbers() -> st.SearchStrategy[str | None]:
    """Numbers of orders, of which there are few."""
    return st.sampled_from((None, None, "", *"12345"))


def units() -> st.SearchStrategy[dict[str, int] | None]:
    """Units of products or lines that may be there."""
    return st.none() | st.dictionaries(st.sampled_from((*PRODUCTS, "1", "2", "whole", "9")), st.integers(0, 3), max_size=2)


def hours_ago() -> st.SearchStrategy[int]:
    """How late something is written down; mostly at once."""
    return st.sampled_from((0, 0, 0, 0, 3, 50))


def person(number: int, *, mail: bool) -> Customer:
    """One of a few customers."""
    return Customer(
        f"{PERSONAL}-{number}",
        name=f"{PERSONAL} the {number}.",
        email=f"{PERSONAL}{number}@example.com" if mail else "",
        language="es" if number else "en",
        account="acme" if number == 2 else "",
    )


def customers() -> st.SearchStrategy[Customer | None]:
    """One of a few customers, or nobody who is known."""
    return st.none() | st.builds(person, st.integers(0, 2), mail=st.booleans())
