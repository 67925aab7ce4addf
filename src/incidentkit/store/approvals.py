"""Which requests for approval there are, a page at a time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select

from incidentkit.domain.approvals import Approval
from incidentkit.domain.incidents import Incident
from incidentkit.domain.pages import Page
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.finding import flag, given
from incidentkit.store.paging import Stretch, Wanted, page_of
from incidentkit.store.unit import Unit

__all__ = ["count_waiting", "find_approvals"]

_approvals = FACT_TABLES["facts_approvals"]


def find_approvals(
    unit: Unit, wanted: Wanted, *, asked_of: str | None = None, incident: str | None = None, open_: bool | None = None
) -> Page[Approval]:
    """Requests, the longest waiting first."""
    a = _approvals.c
    asked = select(a.incident_id, a.approval_id).where(a.tenant == unit.tenant, a.asked == (asked_of or ""))
    query: Select[Any] = given(asked, (a.open, open_))
    by = (a.asked_at, a.incident_id, a.approval_id)
    if incident is None:
        found = page_of(unit, wanted, Stretch(by, [query], led_by=(a.asked,)))
    else:
        found = page_of(unit, wanted, Stretch(by, few=[query.where(a.incident_id == incident)]))
    unit.load_all(row.incident_id for row in found)
    return found.map(lambda row: _approval(unit, row.incident_id, row.approval_id))


def count_waiting(unit: Unit, asked_of: str | None) -> int:
    """How many requests wait for an answer."""
    a = _approvals.c
    waiting = (a.tenant == unit.tenant, a.asked == (asked_of or ""), a.open == flag(value=True))
    # By its statistics SQLite can't tell those that wait from all of them.
    counted = select(func.count()).select_from(_approvals).where(*waiting)
    query = counted.with_hint(_approvals, "INDEXED BY facts_approvals_open", "sqlite")
    return int(unit.connection.execute(query).scalar_one())


def _approval(unit: Unit, incident_id: str, approval_id: str) -> Approval:
    case = unit.load("incident", incident_id).state
    approval = case.approval(approval_id) if isinstance(case, Incident) else None
    assert approval is not None, "facts and documents say the same"
    return approval
