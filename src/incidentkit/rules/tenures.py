"""Who has a case now, and who had it when: as its events say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from attrs import evolve as changed
from attrs import frozen

from incidentkit.domain.events import Event
from incidentkit.domain.evolve import State, evolve
from incidentkit.domain.incidents import Incident

__all__ = ["Tenure", "tenures", "unowned_time"]


@frozen
class Tenure:
    """A stretch of time in which one team, or one agent of it, was accountable for a case.

    Args:
        agent: empty while nobody of the team has it by name.
        since: from this instant on, up to and without ``until``; None for who has it now.
    """

    team: str
    agent: str
    since: datetime
    until: datetime | None = None

    @property
    def label(self) -> str:
        """The agent, else the team."""
        return self.agent or self.team


def tenures(events: Iterable[Event]) -> tuple[Tenure, ...]:
    """Every tenure of a case, the first first.

    Law: each begins where the one before ends, the first with the case, and one, the last, has no end: at every instant since
    the case began exactly one team is accountable.

    Args:
        events: all of the case's stream, in order.
    """
    found: list[Tenure] = []
    state: State | None = None
    for event in events:
        state = evolve(state, event)
        assert isinstance(state, Incident), "only cases have owners that change"
        owner = state.owner
        if not found or (owner.team, owner.agent) != (found[-1].team, found[-1].agent):
            if found:
                # What is written down later may have happened earlier; nobody had it for less than no time.
                found[-1] = changed(found[-1], until=max(event.occurred_at, found[-1].since))
            since = found[-1].until if found else None
            found.append(Tenure(owner.team, owner.agent, since or event.occurred_at))
    return tuple(found)


def unowned_time(found: Iterable[Tenure]) -> timedelta:
    """How long nobody by name had a case, as far as that is over."""
    return sum((t.until - t.since for t in found if not t.agent and t.until is not None), timedelta(0))
