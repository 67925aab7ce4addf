"""What is wrong with how a desk runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from attrs import evolve

from incidentkit.domain.health import Health, Problem

__all__ = ["judged"]


def judged(health: Health, late: timedelta) -> Health:
    """The same with its problems.

    Args:
        late: for how long something may be due before that is grave: then nobody does the work.
    """
    return evolve(health, problems=(*_late(health, late), *_left(health)))


def _late(health: Health, late: timedelta) -> Iterator[Problem]:
    for code, waiting in (
        ("messages_late", health.messages),
        ("timers_late", health.timers),
        ("inbox_late", health.inbox),
        ("payments_late", health.payments),
    ):
        if waiting.since is not None and health.at - waiting.since > late:
            yield Problem(code, grave=True, count=waiting.count, since=waiting.since)


def _left(health: Health) -> Iterator[Problem]:
    """What waits for a person."""
    for code, count in (
        ("dead_letters", health.dead),
        ("messages_unknown", health.unknown),
        ("inbox_dead", health.inbox_dead),
        ("channels_paused", len(health.paused)),
        ("payments_failed", health.payments_failed),
        ("payments_unknown", health.payments_unknown),
        ("protocols_unraised", len(health.protocols)),
    ):
        if count:
            yield Problem(code, grave=False, count=count)
    if health.receipts.count:
        yield Problem("receipts_waiting", grave=False, count=health.receipts.count, since=health.receipts.since)
