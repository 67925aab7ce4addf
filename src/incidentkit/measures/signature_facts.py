"""What an incident is a case of, as rows of facts."""

from __future__ import annotations

from collections.abc import Callable

from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import micros
from incidentkit.measures.fact import Fact
from incidentkit.measures.incident_facts import LEFT_OUT
from incidentkit.rules.signatures import signatures_of

__all__ = ["signature_rows", "signed_otherwise"]


def signature_rows(state: State, order: Callable[[str], Order], shop: Shop) -> dict[str, list[Fact]]:
    """The rows of ``facts_incident_signatures`` by that name: one for each signature of an incident; none of anything else.

    Args:
        order: gives the order with that id.
        shop: says of a cause what it is about, as it is at this moment.
    """
    if not isinstance(state, Incident) or state.cause is None:
        return {}
    who = {
        "incident_id": state.id,
        "customer": state.customer,
        "detected_at": micros(state.detected_at),
        "counts": int(state.phase not in LEFT_OUT),
    }
    found = signatures_of(state, map(order, state.own_orders), shop)
    return {"facts_incident_signatures": [{"signature": s.key, "narrow": int(s.narrow), **who} for s in found]}


def signed_otherwise(before: Incident | None, after: Incident) -> bool:
    """Whether its rows may be others than before, as far as that is a question of the incident."""
    if before is None:
        return after.cause is not None
    return (before.cause is not None or after.cause is not None) and _says(before) != _says(after)


def _says(incident: Incident) -> tuple[object, ...]:
    counts = incident.phase not in LEFT_OUT
    about = incident.lines, incident.orders, incident.took_in
    return incident.cause, incident.type, incident.customer, incident.detected_at, counts, about
