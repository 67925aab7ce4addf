"""When the record last heard anything from outside."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from incidentkit.domain.actors import RULE
from incidentkit.domain.times import from_micros
from incidentkit.store import tables as t
from incidentkit.store.unit import Unit

__all__ = ["last_news"]


def last_news(unit: Unit) -> datetime | None:
    """When the latest event became known that is no rule's of ours; None without any.

    What `tick` notes as time goes by is no news: it comes also when every source has fallen silent.
    """
    e = t.events.c
    query = select(e.known_at).where(e.tenant == unit.tenant, e.actor != str(RULE)).order_by(e.seq.desc()).limit(1)
    found = unit.connection.execute(query).scalar()
    return None if found is None else from_micros(found)
