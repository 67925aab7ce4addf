"""Incidents that were resolved and reopened in the past, as the needs that are about them hear of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from attrs import define, field, frozen

from incidentkit.desk.importing.bench import Bench
from incidentkit.desk.importing.picking import Cell
from incidentkit.desk.importing.rows import Place
from incidentkit.desk.work import Work
from incidentkit.domain.events import Happening
from incidentkit.domain.incidents import Incident
from incidentkit.domain.needs import Need
from incidentkit.rules import hindsight
from incidentkit.rules.decision import Decision
from incidentkit.rules.hindsight import Turn
from incidentkit.store.reading import turns_of
from incidentkit.store.unit import Held, Unit

__all__ = ["TurnPlan", "Turns", "standing"]


@define
class Turns:
    """When the incidents that an import's contacts name were resolved and reopened."""

    _known: dict[str, list[Turn]] = field(factory=dict, init=False)

    def read(self, unit: Unit, source: str, incidents: Iterable[str]) -> None:
        """Look them up.

        Args:
            incidents: the source keys of the events by which they were reported.
        """
        streams = list(unit.source_streams(source, list(dict.fromkeys(incidents))).values())
        self._known = {stream: [] for stream in streams}
        for row in turns_of(unit, streams):
            self._known[row[0]].append(Turn(*row))

    def plans(self) -> Iterator[TurnPlan]:
        """One for each of them."""
        for turns in self._known.values():
            for turn in turns:
                yield TurnPlan(turn, self)

    def owed(self, case: Incident, at: datetime) -> bool:
        """Whether something was owed of an incident at that instant."""
        return hindsight.owed_at(case, self._known.get(case.id), at)


@frozen
class TurnPlan:
    """A turn of an incident, on its way to the needs that are about it."""

    turn: Turn
    turns: Turns = field(eq=False, repr=False)
    order: str | None = None
    naming: str = ""
    unusable: tuple[Cell, ...] = ()
    anomalies: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The source key of what follows."""
        return f"turn:{self.turn.incident}:{self.turn.version}"

    @property
    def first_key(self) -> str:
        """That of the first event."""
        return self.key

    @property
    def moment(self) -> tuple[datetime, int, str]:
        """Its place among contacts and turns: what was said at the same instant was said before."""
        return self.turn.at, 1, self.key

    def further_keys(self) -> Iterable[str]:
        """None besides."""
        return ()

    def enter(self, bench: Bench, place: Place) -> None:  # noqa: ARG002 - it lists nothing
        """Tell the needs, each of them once."""
        if bench.stream(self.key) is not None:
            return
        heard = [(need.id, event) for need in self._needs(bench.unit) if (event := self._follows(bench.unit, need)) is not None]
        if heard:
            bench.call("turn", self.key, self.turn.at, lambda work: _told(work, heard))

    def _needs(self, unit: Unit) -> Iterable[Need]:
        case = _incident(unit, self.turn.incident)
        return {need.id: need for need in (standing(unit, need) for need in case.needs)}.values()

    def _follows(self, unit: Unit, need: Need) -> Happening | None:
        at = self.turn.at
        others = (_incident(unit, incident) for incident in need.incidents if incident != self.turn.incident)
        happening = hindsight.followed_at(need, self.turn, any(self.turns.owed(other, at) for other in others))
        return None if happening is None or hindsight.moved_on(unit.history(need.id), at) else happening


def standing(unit: Unit, need_id: str) -> Need:
    """The need with that id, or the one that it was joined into."""
    need = unit.load("need", need_id).state
    assert isinstance(need, Need)
    return need if need.joined is None else standing(unit, need.joined)


def _incident(unit: Unit, incident_id: str) -> Incident:
    state = unit.load("incident", incident_id).state
    assert isinstance(state, Incident)
    return state


def _told(work: Work, heard: Sequence[tuple[str, Happening]]) -> Held:
    (need, event), *others = heard
    return work.apply(need, Decision((event,), tuple(others)))
