"""When personal data is of no more use: what it belongs to is over, and its time has passed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from incidentkit.domain.calls import VerificationCall
from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident
from incidentkit.domain.needs import Need
from incidentkit.domain.orders import Order, OrderStatus
from incidentkit.domain.preferences import Preferences
from incidentkit.domain.retention import PersonalKind, Retention
from incidentkit.domain.surveys import Ask
from incidentkit.domain.tasks import Task

__all__ = ["belongs_to", "expired", "is_over", "words_of"]

_FINAL = (OrderStatus.DELIVERED, OrderStatus.RETURNED, OrderStatus.CANCELLED)


def is_over(state: State) -> bool:
    """Whether nothing more is expected to happen to it.

    An imported order is over however it stands: its source may never say that it arrived.
    """
    if isinstance(state, Order):
        return state.passive or state.status in _FINAL
    return not getattr(state, "open", False)


def words_of(state: State) -> PersonalKind | None:
    """As what the words in a thing are kept; None for what is not about a customer, which is kept."""
    if isinstance(state, Order):
        return PersonalKind.ORDER_WORDS
    return PersonalKind.CASE_WORDS if isinstance(state, (Incident, Need, Ask, Task, VerificationCall)) else None


def expired(policy: Retention, kind: PersonalKind, quiet_since: datetime, at: datetime) -> bool:
    """Whether data of that kind has been kept long enough.

    Args:
        quiet_since: when the last thing happened to what it belongs to, which is over.
    """
    span = policy.of(kind)
    return span is not None and quiet_since + span <= at


def belongs_to(state: State, customer: str, orders: Collection[str]) -> bool:
    """Whether a thing is about a person: it says so, or says nothing and is about their orders and cases alone.

    Args:
        orders: the ids of the orders and cases that are theirs.
    """
    if isinstance(state, Preferences):
        return state.id == customer
    if not isinstance(state, (Order, Incident, Need, Ask, Task, VerificationCall)):
        return False
    if state.customer is not None:
        return state.customer == customer
    about = _about(state)
    return bool(about) and all(one in orders for one in about)


def _about(state: Order | Incident | Need | Ask | Task | VerificationCall) -> tuple[str, ...]:
    if isinstance(state, (Ask, Task, VerificationCall)):
        return tuple(one for one in (state.order, state.incident) if one is not None)
    return () if isinstance(state, Order) else state.orders
