"""Hypothesis strategies for every noun of incidentkit, and for whole histories of them.

::

    from hypothesis import given
    from incidentkit.testing.strategies import incidents, orders

    @given(orders())
    def test_my_page_shows_any_order(order): ...

What has a history (orders, incidents, survey asks) is folded from one, so that every drawn state can be reached.
``from_type(Order)`` and its like work wherever incidentkit is installed. The functions are loaded when they are named.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from incidentkit.testing.strategies._basics import (
        actors,
        currencies,
        dues,
        handles,
        ids,
        instants,
        money,
        texts,
    )
    from incidentkit.testing.strategies._effects import intents, receipts, timers
    from incidentkit.testing.strategies._events import events, happenings
    from incidentkit.testing.strategies._incident_histories import incident_histories, incidents
    from incidentkit.testing.strategies._incidents import (
        conversations,
        deadlines,
        evidence,
        handovers,
        notices,
        offers,
        owners,
        remedies,
    )
    from incidentkit.testing.strategies._order_histories import order_histories, orders
    from incidentkit.testing.strategies._orders import lines, promises, shipments, units
    from incidentkit.testing.strategies._people import accounts, contacts, customers
    from incidentkit.testing.strategies._shops import agents, protocols, scoreboard_lines, shops, surveys, teams
    from incidentkit.testing.strategies._surveys import answers, ask_histories, asks, histories, scales

__all__ = [
    "accounts",
    "actors",
    "agents",
    "answers",
    "ask_histories",
    "asks",
    "contacts",
    "conversations",
    "currencies",
    "customers",
    "deadlines",
    "dues",
    "events",
    "evidence",
    "handles",
    "handovers",
    "happenings",
    "histories",
    "ids",
    "incident_histories",
    "incidents",
    "instants",
    "intents",
    "lines",
    "money",
    "notices",
    "offers",
    "order_histories",
    "orders",
    "owners",
    "promises",
    "protocols",
    "receipts",
    "register",
    "remedies",
    "scales",
    "scoreboard_lines",
    "shipments",
    "shops",
    "surveys",
    "teams",
    "texts",
    "timers",
    "units",
]

_HOMES = {
    "_basics": ("actors", "currencies", "dues", "handles", "ids", "instants", "money", "texts"),
    "_effects": ("intents", "receipts", "timers"),
    "_events": ("events", "happenings"),
    "_incident_histories": ("incident_histories", "incidents"),
    "_incidents": ("conversations", "deadlines", "evidence", "handovers", "notices", "offers", "owners", "remedies"),
    "_order_histories": ("order_histories", "orders"),
    "_orders": ("lines", "promises", "shipments", "units"),
    "_people": ("accounts", "contacts", "customers"),
    "_shops": ("agents", "protocols", "scoreboard_lines", "shops", "surveys", "teams"),
    "_surveys": ("answers", "ask_histories", "asks", "histories", "scales"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def register() -> None:
    """Make ``hypothesis.strategies.from_type`` draw every noun from here.

    Hypothesis calls it by itself when it is imported (entry point group ``hypothesis``). Calling it again changes nothing.
    """
    from incidentkit.testing.strategies._registration import register_all

    register_all()


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        import hypothesis  # noqa: F401
    except ImportError as error:
        from incidentkit.errors import MissingExtra

        raise MissingExtra(
            f"The strategy {name}()",
            "needs Hypothesis",
            got="none installed",
            next='Install it with: pip install "incidentkit[testing]"',
            extra="testing",
        ) from error
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return __all__
