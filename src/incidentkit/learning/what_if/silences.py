"""How often a silent customer would have been asked after a resolution, and when the case would have lapsed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from attrs import frozen

from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import evolved
from incidentkit.domain.ids import AskId
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.shop import Shop
from incidentkit.learning.what_if.values import AskChange, NotComparable
from incidentkit.learning.what_if.worlds import Worlds
from incidentkit.rules.lapsing import LAPSE, awaited

__all__ = ["Silence", "ask_changes", "silences"]

_SILENT = (Phase.RESOLVED, Phase.LAPSED)


@frozen
class Silence:
    """A stretch from a resolution until the customer said something, somebody did for them, or the present.

    Args:
        began: the case right after it was resolved.
        until: when it ended.
        asked, lapsed: how often the record says that they were asked, and whether the case lapsed.
    """

    began: Incident
    until: datetime
    asked: int
    lapsed: bool


def silences(events: Iterable[Event], at: datetime) -> Iterator[Silence]:
    """Every silence of a live case, by the events of its stream; the last may last until the present."""
    began: Incident | None = None
    case: Incident | None = None
    for event, state in evolved(events):
        assert isinstance(state, Incident), "a stream keeps its kind"
        before, case = case, state
        if began is not None and before is not None and not _silent(state):
            yield Silence(began, event.occurred_at, before.attempts, before.phase is Phase.LAPSED)
            began = None
        resolved = state.phase is Phase.RESOLVED and (before is None or before.phase is not Phase.RESOLVED)
        if began is None and resolved and _silent(state) and not state.passive:
            began = state
    if began is not None and case is not None:
        yield Silence(began, at, case.attempts, case.phase is Phase.LAPSED)


def _silent(case: Incident) -> bool:
    return case.phase in _SILENT and case.evidence is None and not case.heard and not case.unreached


def ask_changes(silence: Silence, worlds: Worlds) -> AskChange | NotComparable | None:
    """What the other settings would have made of a silence; None for the same."""
    was, would = worlds.case(silence.began)
    asked, lapsed = _schedule(was, worlds.was, silence.until)
    if (len(asked), lapsed is not None) != (silence.asked, silence.lapsed):
        return NotComparable("ask", silence.began.id, "asked_otherwise")
    instead, then = _schedule(would, worlds.would, silence.until)
    if (asked, lapsed) == (instead, then):
        return None
    assert silence.began.resolved_at is not None, "a resolved case says since when"
    return AskChange(silence.began.id, silence.began.resolved_at, asked, instead, lapsed, then)


def _schedule(case: Incident, shop: Shop, until: datetime) -> tuple[tuple[datetime, ...], datetime | None]:
    """When the customer is asked, and when the case lapses, if they stay silent until then."""
    asked: list[datetime] = []
    while True:
        timer = awaited(case, shop)
        if timer is None or timer.due is None or timer.due >= until:
            return tuple(asked), None
        if timer.name == LAPSE:
            return tuple(asked), timer.due
        asked.append(timer.due)
        case = changed(case, asked=(*case.asked, AskId(f"ask-{len(asked)}")), attempted_at=timer.due)
