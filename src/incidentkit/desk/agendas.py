"""Gathering what an agenda is made of."""

from __future__ import annotations

from datetime import datetime, timedelta

from incidentkit.desk.commitments import objectives_of
from incidentkit.desk.crediting import credits_of
from incidentkit.desk.figure_reader import FigureReader
from incidentkit.desk.progressing import progress_of
from incidentkit.desk.reviewing import review
from incidentkit.desk.runtime import Runtime
from incidentkit.domain.checkins import CheckIn, Progress
from incidentkit.domain.commitments import Commitment
from incidentkit.goals.agenda import Agenda, Material, agenda_of
from incidentkit.goals.commitments import tally
from incidentkit.goals.shown import shown
from incidentkit.rules.checkins import team_named
from incidentkit.rules.rotas import absence_of
from incidentkit.store.freshness import last_news
from incidentkit.store.meetings import commitments_between, find_checkins
from incidentkit.store.paging import Wanted
from incidentkit.store.unit import Unit

__all__ = ["agenda_for", "commitments_since", "last_checkin", "progress_for"]

_WEEK = timedelta(days=7)
_MOST = 1_000
"""So many commitments of one team are looked at; there is time for a few dozen."""

_PATTERNS = 3


def agenda_for(runtime: Runtime, team: str, at: datetime, minutes: int, as_of: datetime) -> Agenda:
    """What a team has to speak about at ``at``, as far as it is known at ``as_of``."""
    shop = runtime.shop
    team_named(team, shop)
    lately = review(runtime, None, None, team)
    with runtime.store.reading() as unit:
        reader = FigureReader(runtime, unit, as_of)
        last = last_checkin(unit, team, at)
        since = last.held_at if last is not None else at - _WEEK
        moved = commitments_since(unit, team, since, at)
        spoken_about = last.reported if last is not None else ()
        people = [a.name for a in shop.agents if a.team == team and absence_of(shop, a, at) is None]
        material = Material(
            progress=progress_for(runtime, reader, unit, team),
            commitments=[c for c in moved if c.id not in spoken_about and not _over_before(c, since)],
            credits=credits_of(reader, shop, team),
            obstacles=last.obstacles if last is not None else (),
            worst=lately.worst,
            patterns=lately.patterns.found[:_PATTERNS],
            people=people,
            tally=tally((c for c in moved if since < c.due <= at), at),
        )
    reader.keep()
    return agenda_of(team, at, minutes, material, since, last.held_at if last is not None else None)


def progress_for(runtime: Runtime, reader: FigureReader, unit: Unit, team: str) -> tuple[Progress, ...]:
    """How the Key Results stand that a team works for, the most important goal first."""
    known_until = last_news(unit)
    return shown((progress_of(runtime, reader, goal, known_until) for goal in objectives_of(unit, team)), team)


def last_checkin(unit: Unit, team: str, before: datetime) -> CheckIn | None:
    """The team's latest check-in that was held before an instant."""
    found = find_checkins(unit, Wanted(1), team=team, until=before)
    if not found:
        return None
    state = unit.load("checkin", found[0]).state
    assert isinstance(state, CheckIn), "a check-in's stream holds one"
    return state


def commitments_since(unit: Unit, team: str, since: datetime, until: datetime) -> tuple[Commitment, ...]:
    """A team's commitments that are open, or were due or reported on since the last time."""
    found = commitments_between(unit, team, since, until, _MOST)
    unit.load_all(found)
    return tuple(_commitment(unit, stream) for stream in found)


def _commitment(unit: Unit, stream: str) -> Commitment:
    state = unit.load("commitment", stream).state
    assert isinstance(state, Commitment), "a commitment's stream holds one"
    return state


def _over_before(commitment: Commitment, since: datetime) -> bool:
    return commitment.reported_at is not None and commitment.reported_at < since
