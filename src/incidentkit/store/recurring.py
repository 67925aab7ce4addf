"""What the facts say of trouble that came back, of resolutions that were none, and of actions that are due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, select

from incidentkit.domain.incidents import Incident
from incidentkit.domain.times import from_micros, micros
from incidentkit.learning.reviews import ActionDue, FalseResolutions, Recurrence, Recurrences
from incidentkit.rules.signatures import REPEATS_WITHIN
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.learned_costs import Asked
from incidentkit.store.session import Question
from incidentkit.store.unit import Unit

__all__ = ["actions_due", "alike_in", "cases_about", "chain_of", "false_resolutions_in", "recurrences_in"]

_incidents = FACT_TABLES["facts_incidents"]
_signatures = FACT_TABLES["facts_incident_signatures"]
_false = FACT_TABLES["facts_false_resolutions"]
_actions = FACT_TABLES["facts_corrective_actions"]
_about = FACT_TABLES["facts_corrective_action_incidents"]

_TICK = timedelta(microseconds=1)
_WITHIN = REPEATS_WITHIN.days * 86_400_000_000


def recurrences_in(unit: Unit, asked: Asked, most: int = 10) -> Recurrences:
    """Incidents of the span that repeat an earlier one of the same customer and signature, within 90 days."""
    s, i = _signatures.c, _incidents.c
    earlier = _signatures.alias("earlier").c
    repeats = exists().where(
        earlier.tenant == s.tenant,
        earlier.customer == s.customer,
        earlier.signature == s.signature,
        earlier.counts == 1,
        earlier.narrow == 1,
        earlier.incident_id != s.incident_id,
        earlier.detected_at < s.detected_at,
        earlier.detected_at >= s.detected_at - _WITHIN,
    )
    tables = _signatures.join(_incidents, and_(i.tenant == s.tenant, i.incident_id == s.incident_id))
    inside = [s.tenant == unit.tenant, s.counts == 1, s.narrow == 1, asked.within(s.detected_at), *asked.owned(i.owner_team)]
    again = case((repeats, s.incident_id))
    whole = select(func.count(s.incident_id.distinct()), func.count(again.distinct())).select_from(tables).where(*inside)
    known, count = unit.connection.execute(whole).one()
    size = func.count(s.incident_id.distinct())
    query = (
        select(s.signature, size, func.count(s.customer.distinct()), func.max(s.incident_id))
        .select_from(tables)
        .where(*inside, repeats)
        .group_by(s.signature)
        .order_by(size.desc(), s.signature)
        .limit(most)
    )
    found = tuple(Recurrence(key, n, customers, latest) for key, n, customers, latest in unit.connection.execute(query))
    return Recurrences(known, count, found)


def false_resolutions_in(unit: Unit, asked: Asked, most: int = 10) -> FalseResolutions:
    """Resolutions that the customer found to be none, by when they did, beside all that were resolved then or until then."""
    f, i = _false.c, _incidents.c
    tables = _false.join(_incidents, and_(i.tenant == f.tenant, i.incident_id == f.incident_id))
    inside = [f.tenant == unit.tenant, i.counts == 1, asked.within(f.at), *asked.owned(i.owner_team)]
    count = unit.connection.execute(select(func.count()).select_from(tables).where(*inside)).scalar() or 0
    resolved = [i.tenant == unit.tenant, i.counts == 1, asked.within(i.resolved_at), *asked.owned(i.owner_team)]
    stand = unit.connection.execute(select(func.count()).select_from(_incidents).where(*resolved)).scalar() or 0
    latest = select(f.incident_id).select_from(tables).where(*inside).group_by(f.incident_id)
    ids = unit.connection.execute(latest.order_by(func.max(f.at).desc(), f.incident_id).limit(most)).scalars()
    return FalseResolutions(count, count + stand, tuple(ids))


def actions_due(unit: Unit, asked: Asked, most: int = 20) -> tuple[tuple[ActionDue, ...], int]:
    """Corrective actions due by the end of the span and not done, or done and not shown to have helped; and how many."""
    a = _actions.c
    due = and_(a.to_do == 1, a.due < micros(asked.until))
    unproven = and_(a.open == 1, a.to_do == 0, a.state.in_(("ineffective", "inconclusive")))
    inside: Sequence[ColumnElement[bool]] = [a.tenant == unit.tenant, due | unproven, *asked.owned(a.owner_team)]
    count = unit.connection.execute(select(func.count()).select_from(_actions).where(*inside)).scalar() or 0
    again = select(func.count()).where(_about.c.tenant == a.tenant, _about.c.action_id == a.action_id, _about.c.recurred == 1)
    query = (
        select(
            a.action_id, a.signature, a.state, a.owner_team, a.owner_agent, a.due, again.correlate(_actions).scalar_subquery()
        )
        .where(*inside)
        .order_by(a.due, a.action_id)
        .limit(most)
    )
    rows: Any = unit.connection.execute(query)
    found = tuple(
        ActionDue(action, key, state, agent or team, from_micros(at), n) for action, key, state, team, agent, at, n in rows
    )
    return found, int(count)


def alike_in(unit: Unit, case: Incident, signatures: Sequence[str], within: timedelta) -> list[tuple[str, str]]:
    """The cases of the same customer with one of these narrow signatures, detected so shortly before or after, each with it.

    From here on the transaction is the tenant's only writer: of two that ask at once one sees what the other has written.
    """
    unit.write_cases_of(case.customer)
    unit.wait_turn()
    reach, at = within // _TICK, micros(case.detected_at)
    about = {"tenant": unit.tenant, "customer": case.customer, "incident": case.id, "since": at - reach, "until": at + reach}
    asked = [Question(unit.statements.alike, {**about, "signature": signature}) for signature in signatures]
    answers = unit.session.ask(*asked)
    return [(row.incident_id, signature) for signature, rows in zip(signatures, answers, strict=True) for row in rows]


def cases_about(unit: Unit, orders: Iterable[str]) -> list[str]:
    """The cases about these orders that the database knows of, as the tenant's only writer from here on sees them."""
    unit.wait_turn()
    answers = unit.session.ask(*(Question(unit.statements.cases_of, {"tenant": unit.tenant, "order": each}) for each in orders))
    return list(dict.fromkeys(str(row.incident_id) for rows in answers for row in rows))


def chain_of(unit: Unit, incident: str, within: timedelta, most: int = 50) -> list[tuple[str, str]]:
    """The earlier cases of the same customer and narrow signature, each so shortly before the next; the latest first.

    It has any exactly where the case counts in ``repeat_incident_rate``, as long as ``within`` are 90 days.

    Returns:
        Their ids, each with the signature.
    """
    own, earlier = _signatures.alias("own").c, _signatures.alias("earlier").c
    query = (
        select(earlier.incident_id, earlier.signature, earlier.detected_at, own.detected_at.label("mine"))
        .where(
            own.tenant == unit.tenant,
            own.incident_id == incident,
            own.narrow == 1,
            own.counts == 1,
            earlier.tenant == own.tenant,
            earlier.customer == own.customer,
            earlier.signature == own.signature,
            earlier.narrow == 1,
            earlier.counts == 1,
            earlier.detected_at < own.detected_at,
        )
        .order_by(earlier.detected_at.desc(), earlier.incident_id.desc())
        .limit(most)
    )
    found: dict[str, str] = {}
    reached: dict[str, int] = {}
    for case_, signature, at, mine in unit.connection.execute(query):
        if reached.get(signature, mine) - at <= within // _TICK:
            reached[signature] = at
            found.setdefault(case_, signature)
    return list(found.items())
