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
    from incidentkit.testing.strategies._accounts import account_histories, accounts
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
    from incidentkit.testing.strategies._calendars import calendars, days_of_hours, hours, public_holidays, schedules
    from incidentkit.testing.strategies._calls import call_histories, call_lists, call_policies, verification_calls
    from incidentkit.testing.strategies._causes import (
        analyses,
        analysis_histories,
        corrective_action_histories,
        corrective_actions,
    )
    from incidentkit.testing.strategies._channels import (
        breaker_policies,
        channel_settings,
        channel_states,
        rate_limits,
        retry_policies,
    )
    from incidentkit.testing.strategies._checkins import (
        checkin_histories,
        checkin_times,
        checkins,
        commitment_histories,
        commitments,
    )
    from incidentkit.testing.strategies._clocks import clocks, holds, targets
    from incidentkit.testing.strategies._effects import intents, receipts, timers
    from incidentkit.testing.strategies._events import events, happenings
    from incidentkit.testing.strategies._goals import key_results, objective_histories, objectives
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
    from incidentkit.testing.strategies._mass import mass_histories, mass_incidents
    from incidentkit.testing.strategies._needs import contacts, journeys, need_histories, needs, rates
    from incidentkit.testing.strategies._order_histories import order_histories, orders
    from incidentkit.testing.strategies._orders import lines, promises, shipments, units
    from incidentkit.testing.strategies._people import customers
    from incidentkit.testing.strategies._preferences import (
        person_histories,
        preferences,
        quiet_hours,
        send_policies,
        standings,
        verdicts,
    )
    from incidentkit.testing.strategies._protocols import protocols
    from incidentkit.testing.strategies._readings import own_measures, reading_histories, readings
    from incidentkit.testing.strategies._rotas import absences, rotas, swaps
    from incidentkit.testing.strategies._shops import (
        agents,
        priority_weights,
        scoreboard_lines,
        shops,
        surveys,
        teams,
    )
    from incidentkit.testing.strategies._surveys import answers, ask_histories, asks, histories, scales
    from incidentkit.testing.strategies._tasks import task_histories, tasks

__all__ = [
    "absences",
    "account_histories",
    "accounts",
    "actors",
    "agents",
    "analyses",
    "analysis_histories",
    "answers",
    "ask_histories",
    "asks",
    "breaker_policies",
    "calendars",
    "call_histories",
    "call_lists",
    "call_policies",
    "channel_settings",
    "channel_states",
    "checkin_histories",
    "checkin_times",
    "checkins",
    "clocks",
    "commitment_histories",
    "commitments",
    "contacts",
    "conversations",
    "corrective_action_histories",
    "corrective_actions",
    "currencies",
    "customers",
    "days_of_hours",
    "deadlines",
    "dues",
    "events",
    "evidence",
    "handles",
    "handovers",
    "happenings",
    "histories",
    "holds",
    "hours",
    "ids",
    "incident_histories",
    "incidents",
    "instants",
    "intents",
    "journeys",
    "key_results",
    "lines",
    "mass_histories",
    "mass_incidents",
    "money",
    "need_histories",
    "needs",
    "notices",
    "objective_histories",
    "objectives",
    "offers",
    "order_histories",
    "orders",
    "own_measures",
    "owners",
    "person_histories",
    "preferences",
    "priority_weights",
    "promises",
    "protocols",
    "public_holidays",
    "quiet_hours",
    "rate_limits",
    "rates",
    "reading_histories",
    "readings",
    "receipts",
    "register",
    "remedies",
    "retry_policies",
    "rotas",
    "scales",
    "schedules",
    "scoreboard_lines",
    "send_policies",
    "shipments",
    "shops",
    "standings",
    "surveys",
    "swaps",
    "targets",
    "task_histories",
    "tasks",
    "teams",
    "texts",
    "timers",
    "units",
    "verdicts",
    "verification_calls",
]

_HOMES = {
    "_accounts": ("account_histories", "accounts"),
    "_basics": ("actors", "currencies", "dues", "handles", "ids", "instants", "money", "texts"),
    "_calendars": ("calendars", "days_of_hours", "hours", "public_holidays", "schedules"),
    "_calls": ("call_histories", "call_lists", "call_policies", "verification_calls"),
    "_causes": ("analyses", "analysis_histories", "corrective_action_histories", "corrective_actions"),
    "_channels": ("breaker_policies", "channel_settings", "channel_states", "rate_limits", "retry_policies"),
    "_checkins": ("checkin_histories", "checkin_times", "checkins", "commitment_histories", "commitments"),
    "_clocks": ("clocks", "holds", "targets"),
    "_effects": ("intents", "receipts", "timers"),
    "_events": ("events", "happenings"),
    "_goals": ("key_results", "objective_histories", "objectives"),
    "_incident_histories": ("incident_histories", "incidents"),
    "_incidents": ("conversations", "deadlines", "evidence", "handovers", "notices", "offers", "owners", "remedies"),
    "_order_histories": ("order_histories", "orders"),
    "_orders": ("lines", "promises", "shipments", "units"),
    "_mass": ("mass_histories", "mass_incidents"),
    "_needs": ("contacts", "journeys", "need_histories", "needs", "rates"),
    "_people": ("customers",),
    "_preferences": ("person_histories", "preferences", "quiet_hours", "send_policies", "standings", "verdicts"),
    "_readings": ("own_measures", "reading_histories", "readings"),
    "_rotas": ("absences", "rotas", "swaps"),
    "_protocols": ("protocols",),
    "_shops": ("agents", "priority_weights", "scoreboard_lines", "shops", "surveys", "teams"),
    "_surveys": ("answers", "ask_histories", "asks", "histories", "scales"),
    "_tasks": ("task_histories", "tasks"),
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
