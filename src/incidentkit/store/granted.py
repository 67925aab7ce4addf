"""What stands granted within a scope, summed from the facts of everybody's cases."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ColumnElement, func, select

from incidentkit.domain.authority import Granted, Scope
from incidentkit.domain.incidents import Incident
from incidentkit.domain.money import AMOUNT_UNIT
from incidentkit.domain.times import micros
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.unit import Unit

__all__ = ["granted"]

_grants = FACT_TABLES["facts_grants"]


def granted(unit: Unit, currency: str, *, alone: bool = True) -> Granted:
    """Sums what stands granted, in that currency; each scope once, by an index.

    Args:
        alone: the tenant's only writer sums it, so that of several who grant at once the later one counts what the earlier
            granted. Without, it is as the transaction finds it: for looking only.
    """
    known: dict[Scope, Decimal] = {}

    def total(scope: Scope) -> Decimal:
        if scope not in known:
            if alone:
                # Whoever waits here has locked nothing yet; what was gathered before is written, so that it is counted.
                unit.wait_turn()
                unit.flush()
            known[scope] = _sum(unit, scope, currency)
        return known[scope]

    return total


def _sum(unit: Unit, scope: Scope, currency: str) -> Decimal:
    g = _grants.c
    query = select(func.coalesce(func.sum(g.amount), 0)).where(
        g.tenant == unit.tenant, g.currency == currency, _within(unit, scope)
    )
    if scope.since is not None:
        query = query.where(g.at >= micros(scope.since))
    if scope.until is not None:
        query = query.where(g.at < micros(scope.until))
    return Decimal(int(unit.connection.execute(query).scalar_one())) / AMOUNT_UNIT


def _within(unit: Unit, scope: Scope) -> ColumnElement[bool]:
    g = _grants.c
    if scope.kind == "incident":
        return g.incident_id.in_(_merged(unit, scope.of))
    return {"customer": g.customer, "cause": g.cause, "day": g.granted_by}[scope.kind] == scope.of


def _merged(unit: Unit, incident_id: str) -> list[str]:
    """A case and all that were merged into it, one into another."""
    found = [incident_id]
    for case_id in found:
        case = unit.load("incident", case_id).state
        assert isinstance(case, Incident), "a stream keeps its kind"
        found += [joined.incident for joined in case.took_in if joined.incident not in found]
    return found
