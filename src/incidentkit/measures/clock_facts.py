"""What the clocks and promises of a case come to, as columns and rows of facts."""

from __future__ import annotations

from collections.abc import Sequence

from incidentkit.domain.clocks import Clock
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import due_instant, micros
from incidentkit.measures.fact import Fact
from incidentkit.rules.clocks import clocks, next_due, once, waits_for
from incidentkit.rules.lifecycles import INCIDENT
from incidentkit.rules.promises import kept_at

__all__ = ["clock_columns", "promise_rows"]


def clock_columns(incident: Incident, shop: Shop) -> Fact:
    """Due times of the clocks as they stand, whom the case waits for, and whether every clock was met.

    ``running`` names those that have not stopped, as the columns of their due times begin. ``clocks_due`` is when the last of
    them is decided: it stopped, or its time is up. ``sla_met`` is 1 where all stopped in time; where one still runs when it
    is decided, it is broken.
    """
    return once(incident, shop, "columns of clocks", _columns)


def _columns(incident: Incident, shop: Shop) -> Fact:
    found = clocks(incident, shop)
    due = next_due(found)
    return {
        "first_response_by": _due(found, "first_response"),
        "communicate_by": _due(found, "communicate_by"),
        "update_by": _due(found, "update_by"),
        "resolve_by": _due(found, "resolve_again_by") or _due(found, "resolve_by"),
        "next_due": None if due is None or not incident.open else micros(due),
        "waits_for": waits_for(found),
        "running": " ".join(dict.fromkeys(c.name.replace("_again", "") for c in found if c.running)) or None,
        "clocks_due": max((micros(clock.decided_at) for clock in found), default=None),
        "sla_met": int(bool(found) and all(not clock.running and not clock.broken for clock in found)),
        "level": incident.level,
    }


def _due(found: Sequence[Clock], name: str) -> int | None:
    """Of several the last: the one that is not over."""
    return next((micros(clock.due) for clock in reversed(found) if clock.name == name), None)


def promise_rows(state: Order | Incident, zone: str) -> list[Fact]:
    """The rows of ``facts_promises``: one for each promise that was ever given; none of a case that counts nowhere.

    One that a later promise replaced stays due at its own time, and is kept if it was kept by then: a new date never makes
    good an old one.
    """
    if isinstance(state, Incident) and state.phase in INCIDENT.final:
        return []
    rows: list[Fact] = []
    for promise in state.promises:
        due, kept = due_instant(promise.due, zone), kept_at(state, promise)
        rows.append(
            {
                "stream": state.id,
                "promise": promise.id,
                "order_id": state.id if isinstance(state, Order) else next(iter(state.orders), None),
                "what": promise.what,
                "made_by": promise.made_by,
                "due": micros(due),
                "kept": int(kept is not None and kept <= due),
                "replaced": int(promise.replaced_by is not None),
            }
        )
    return rows
