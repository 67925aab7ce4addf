"""Facts of mass incidents: which orders they affect, and which case covers each."""

from __future__ import annotations

from incidentkit.domain.approvals import ApprovalState
from incidentkit.domain.incidents import Incident
from incidentkit.domain.mass import MassIncident, MassPart
from incidentkit.domain.times import micros
from incidentkit.errors import AuthorityExceeded
from incidentkit.measures.fact import Fact

__all__ = ["covered_rows", "mass_rows"]


def mass_rows(mass: MassIncident) -> dict[str, list[Fact]]:
    """Its row of ``facts_mass_incidents``, and of ``facts_mass_orders`` one for each affected order."""
    row: Fact = {
        "mass_id": mass.id,
        "type": mass.type,
        "cause": mass.cause,
        "opened_at": micros(mass.opened_at),
        "orders": len(mass.orders),
        "stages": len(mass.stages),
    }
    return {
        "facts_mass_incidents": [row],
        "facts_mass_orders": [{"mass_id": mass.id, "order_id": order} for order in mass.orders],
    }


def covered_rows(incident: Incident) -> list[Fact]:
    """The rows of ``facts_mass``: one for each order that a case covers of its mass incident; none of any other case."""
    mass = incident.mass
    if mass is None:
        return []
    done = [remedy.carried_out_at is not None for remedy in incident.remedies if remedy.dropped_at is None]
    how: Fact = {
        "incident_id": incident.id,
        "customer": incident.customer,
        "stage": mass.stage,
        "refused": _refused(incident, mass),
        "phase": incident.phase.value,
        "open": int(incident.open),
        "told": int(incident.told),
        "offered": int(bool(incident.offers)),
        "accepted": int(bool(incident.remedies)),
        "carried_out": int(bool(done) and all(done)),
    }
    return [{"mass_id": mass.id, "order_id": order, **how} for order in mass.orders]


def _refused(incident: Incident, mass: MassPart) -> int:
    """How much of what is done for everybody could not be done: without what was allowed since."""
    allowed = any(approval.state is ApprovalState.APPROVED for approval in incident.approvals)
    return sum(not (allowed and code == AuthorityExceeded.code) for _, code in mass.refused)
