"""Which rows of facts a stream comes to: what a rebuild writes, and what looking a store over compares with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from incidentkit.domain.accounts import Account
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import State
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Shop
from incidentkit.measures.fact import Fact
from incidentkit.measures.facts import action_facts, facts_of, lasting_facts
from incidentkit.measures.signature_facts import signature_rows

__all__ = ["ACTIONS", "NAMED", "actions_of", "fact_rows", "names_of", "owner_column"]

NAMED = ("order", "account")
"""The kinds of names that follow from how things stand; others were given once, and stay."""

ACTIONS = "facts_actions"
"""The one table in which two streams may come to the same row: what one person did about an order at one instant."""

_OWNERS: tuple[str, ...] = (
    "stream",
    "task_id",
    "need_id",
    "ask_id",
    "call_id",
    "list_id",
    "action_id",
    "analysis_id",
    "incident_id",
    "objective_id",
    "account_id",
    "commitment_id",
    "checkin_id",
    "reading_id",
    "mass_id",
    "order_id",
)


def owner_column(columns: Collection[str]) -> str:
    """Of the columns of a table of facts, that with the id of the stream that its rows follow from.

    Those of `ACTIONS` follow from several, and have that of the order.
    """
    return next(name for name in _OWNERS if name in columns)


def fact_rows(state: State, shop: Shop, order: Callable[[str], Order]) -> Mapping[str, Sequence[Fact]]:
    """The rows of a stream by the name of their table, all but its actions.

    Args:
        order: gives the order with that id.
    """
    return {**facts_of(state, shop), **lasting_facts(state, order), **signature_rows(state, order, shop)}


def actions_of(steps: Iterable[tuple[Event, State]], shop: Shop) -> Sequence[Fact]:
    """The rows of ``facts_actions`` that a stream comes to.

    Args:
        steps: each of its events with the state after it.
    """
    return [row for event, state in steps for row in action_facts(event, state, shop)]


def names_of(state: State) -> tuple[tuple[str, str], ...]:
    """The unique names that a stream has as it stands: each with its kind."""
    if isinstance(state, Order):
        return (("order", state.number),) if state.number else ()
    return (("account", state.key),) if isinstance(state, Account) else ()
