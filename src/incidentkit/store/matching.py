"""Which needs a contact may belong to, and how many there were: in the database and in what waits to be written to it.

Asked for every conversation. A batch need not be written first: what it has changed is looked at beside the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from attrs import frozen
from sqlalchemy import ColumnElement, Executable, Select, bindparam, func, literal_column, or_, select, union

from incidentkit.domain.evolve import State
from incidentkit.domain.needs import Need
from incidentkit.domain.times import micros
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.session import Question

if TYPE_CHECKING:
    from incidentkit.store.unit import Unit

__all__ = ["SUBJECTS_AT_ONCE", "Matching", "asking_count", "asking_needs", "needs_about", "needs_had"]

SUBJECTS_AT_ONCE = 4
"""Orders and incidents that one statement asks for: a case and its order are two."""

_NEEDS_AT_ONCE = 50

_needs = FACT_TABLES["facts_needs"]
_of_orders = FACT_TABLES["facts_need_orders"]
_of_incidents = FACT_TABLES["facts_need_incidents"]


# --- Statements, for as many subjects ----------------------------------------------------------------------------


def asking_needs(subjects: int) -> Executable:
    """Needs of a ``customer`` or about ``subject0``, ``subject1``, ..., open or resolved ``since`` then, the latest first."""
    # Each way by its own index. Joined with OR they would read the table.
    ways = union(*_ways(subjects)).subquery() if subjects else _of_customer().subquery()
    n = _needs.c
    current = or_(n.resolved_at.is_(None), n.resolved_at >= bindparam("since"))
    own = n.tenant == bindparam("tenant")
    query = select(n.need_id, n.opened_at).where(own, n.need_id.in_(select(ways.c.need_id)), n.counts == literal_column("1"))
    # Of a sum, so that a database without statistics does not read the index of times from its end instead.
    latest = (n.opened_at + literal_column("0")).desc()
    return query.where(current).order_by(latest, n.need_id).limit(literal_column(str(_NEEDS_AT_ONCE)))


def asking_count() -> Executable:
    """How many needs a ``customer`` has had, or where that is NULL ``subject0``."""
    return select(func.count()).select_from(union(*_ways(1)).subquery())


def _of_customer() -> Select[Any]:
    # No row is of the customer NULL.
    n = _needs.c
    return select(n.need_id).where(n.tenant == bindparam("tenant"), n.customer == bindparam("customer"))


def _ways(subjects: int) -> list[Select[Any]]:
    given: list[ColumnElement[str]] = [bindparam(f"subject{place}") for place in range(subjects)]
    o, i = _of_orders.c, _of_incidents.c
    return [
        _of_customer(),
        select(o.need_id).where(o.tenant == bindparam("tenant"), o.order_id.in_(given)),
        select(i.need_id).where(i.tenant == bindparam("tenant"), i.incident_id.in_(given)),
    ]


# --- Questions ---------------------------------------------------------------------------------------------------


@frozen
class Matching:
    """What a contact may belong to.

    Args:
        needs: the ids of those that are open, or were resolved from an instant on, the latest first.
        had: how many needs there had been before, of the customer or else of the first subject; joined ones count too.
    """

    needs: tuple[str, ...] = ()
    had: int = 0


def needs_about(unit: Unit, customer: str | None, subjects: Sequence[str], resolved_since: datetime) -> Matching:
    """Which needs a contact may belong to.

    Args:
        customer: who it is, where that is known.
        subjects: the orders and incidents that it is about.
    """
    if customer is None and not subjects:
        return Matching()
    run, since = unit.statements, micros(resolved_since)
    asked = [
        Question(run.find_needs[len(some)], {"tenant": unit.tenant, "customer": customer, "since": since, **_named(some)})
        for some in _some(subjects)
    ]
    # Counted first: whoever opens a need in between has it found, and nobody gives the same number to another.
    (counted,), *found = unit.session.ask(_counting(unit, customer, subjects), *asked)
    changed = {held.stream: held.state for held in unit.needs_about([customer, *subjects])}
    opened = {row.need_id: row.opened_at for rows in found for row in rows if row.need_id not in changed}
    for need in changed.values():
        if isinstance(need, Need) and _may(need, customer, subjects, resolved_since):
            opened[need.id] = micros(need.opened_at)
    latest = sorted(opened, key=lambda need: (-opened[need], need))
    return Matching(tuple(latest[:_NEEDS_AT_ONCE]), counted[0] + _further(unit, customer, subjects))


def needs_had(unit: Unit, customer: str | None, subjects: Sequence[str]) -> int:
    """How many needs a customer has had, or where nobody is known the first of these orders and incidents."""
    (counted,) = unit.session.ask(_counting(unit, customer, subjects))[0]
    return int(counted[0]) + _further(unit, customer, subjects)


def _counting(unit: Unit, customer: str | None, subjects: Sequence[str]) -> Question:
    subject = next(iter(subjects), None) if customer is None else None
    return Question(unit.statements.count_needs, {"tenant": unit.tenant, "customer": customer, "subject0": subject})


def _further(unit: Unit, customer: str | None, subjects: Sequence[str]) -> int:
    """How many more there are than are written."""
    first = subjects[:1]
    changed = unit.needs_about([customer, *first])
    return sum(_is_about(held.state, customer, first) - _is_about(held.projected, customer, first) for held in changed)


def _some(subjects: Sequence[str]) -> list[Sequence[str]]:
    starts = range(0, max(len(subjects), 1), SUBJECTS_AT_ONCE)
    return [subjects[start : start + SUBJECTS_AT_ONCE] for start in starts]


def _named(subjects: Sequence[str]) -> dict[str, str]:
    return {f"subject{place}": subject for place, subject in enumerate(subjects)}


def _may(need: Need, customer: str | None, subjects: Sequence[str], resolved_since: datetime) -> bool:
    if need.joined is not None or (need.resolved_at is not None and need.resolved_at < resolved_since):
        return False
    return (customer is not None and need.customer == customer) or _is_about(need, None, subjects)


def _is_about(need: State | None, customer: str | None, subjects: Sequence[str]) -> bool:
    if not isinstance(need, Need):
        return False
    if customer is not None:
        return need.customer == customer
    return any(subject in need.orders or subject in need.incidents for subject in subjects)
