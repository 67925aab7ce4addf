"""A delivery promise that a source tells of, at its place among those that are known."""

from __future__ import annotations

from datetime import datetime

from incidentkit.domain import events as ev
from incidentkit.domain.orders import Order
from incidentkit.domain.promises import Promise
from incidentkit.domain.times import Due, due_instant
from incidentkit.rules.decision import Decision

__all__ = ["told"]


def told(order: Order, promised: Due, made_at: datetime, made_by: str, zone: str) -> Decision:
    """A promise that was made at an instant; nothing where the same is known.

    It replaces the one before it, and is replaced by the one after it, by the time when each was made: what comes out does
    not depend on which became known first. Of two that were made at once, the one with the later end replaces the other.

    Args:
        made_by: the actor, as text.
        zone: in which a date lasts to its end.
    """

    def place(due: Due, made: datetime) -> tuple[datetime, datetime]:
        return made, due_instant(due, zone)

    mine = place(promised, made_at)
    others = sorted((place(p.due, p.made_at), p.id) for p in order.promises if p.what == "delivery")
    if any(at == mine for at, _ in others):
        return Decision()
    before = [id_ for at, id_ in others if at < mine]
    after = [id_ for at, id_ in others if at > mine]
    promise = Promise(
        id=f"promise-{len(order.promises) + 1}",
        what="delivery",
        due=promised,
        made_at=made_at,
        made_by=made_by,
        replaced_by=after[0] if after else None,
    )
    return Decision((ev.PromiseMade(promise, before[-1] if before else None),))
