"""The steps of a case's protocol: whose turn has come, by when they are due, and what shows that they are done.

A step is done when what it asks for is in the record, in whatever order that came; its turn comes when the steps before it are
done or are no longer needed. Steps warn and give out tasks. They hold nobody back: what the process must not allow is refused
by guards and kinds of remedies.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal

from attrs import field, frozen

from incidentkit.domain import events as ev
from incidentkit.domain.clocks import ClockName
from incidentkit.domain.effects import Timer
from incidentkit.domain.ids import TaskId
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.protocols import DoneBy, ProtocolStep, StepTask
from incidentkit.domain.shop import Shop
from incidentkit.domain.targets import ClockKind
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, TimeError
from incidentkit.rules.around import Around
from incidentkit.rules.cases import in_words, name, refused
from incidentkit.rules.clocks import clocks, held_periods
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.demands import demanded_by
from incidentkit.rules.hours import clock_hours, hours_of, somebody_there
from incidentkit.rules.lifecycles import INCIDENT
from incidentkit.rules.step_evidence import Shown, shown
from incidentkit.rules.tasks import NewTask
from incidentkit.worktime.holds import deadline_past_holds

__all__ = [
    "STEP",
    "StepReading",
    "StepState",
    "late_steps",
    "move",
    "next_late",
    "read_steps",
    "step_due",
    "step_task",
    "turns",
]

STEP = "step"
"""The name of the timer at which a step of a protocol is late."""

StepState = Literal["waiting", "open", "done", "late", "not_needed"]

_Time = tuple[str, ClockKind, datetime, timedelta]

_END = datetime.max.replace(tzinfo=UTC)
_DUE = "due times of steps"
_REMEMBERED = 1_000
_BY_CLOCK: Mapping[DoneBy, ClockName] = {"notify": "communicate_by", "resolve": "resolve_by"}
_BEFORE_RESOLVED = frozenset({"own", "notify", "offer", "accept", "carry_out"})


@frozen
class StepReading:
    """One step of a case's protocol, at an instant.

    Args:
        state: ``waiting`` for its turn, ``open``, ``done``, ``late``: open and past its due time, or ``not_needed`` any more.
        since: when its turn came.
        due: by when it is to be done; None without a deadline.
        done_at, by: when it was done, and by whom, as far as that is recorded; what was done past ``due`` was late.
        task: what it was given out as.
    """

    step: ProtocolStep
    state: StepState
    since: datetime | None = None
    due: datetime | None = None
    done_at: datetime | None = None
    by: str = ""
    task: TaskId | None = None

    @property
    def name(self) -> str:
        """The step's name."""
        return self.step.name


def read_steps(incident: Incident, shop: Shop, at: datetime) -> tuple[StepReading, ...]:
    """Every step of a case's protocol as it stands at ``at``; none for an imported case."""
    protocol = shop.protocol_of(incident)
    if incident.passive or protocol is None:
        return ()
    return tuple(_Reading(incident, shop, at, protocol.steps).all())


def turns(incident: Incident, shop: Shop, at: datetime) -> tuple[StepReading, ...]:
    """The steps whose task is to be opened now: it is their turn, and nobody was given them yet."""
    protocol = incident.protocol
    if incident.passive or protocol is None or not incident.open:
        return ()
    given = [task.step for task in incident.step_tasks]
    if not [step for step in protocol.steps if step.done_by == "task" and step.name not in given]:
        return ()
    return tuple(_Reading(incident, shop, at, protocol.steps).open_tasks(given))


def step_task(reading: StepReading, task: TaskId, incident: Incident, what: Text | None, now: Circumstances) -> NewTask:
    """What is opened when the turn of a step comes; ``what`` are its words, where the shop has any."""
    owner = _whom(reading.step.who, incident, now.shop)
    step = reading.name
    return NewTask(task, step, what, rule="protocol", incident=incident, owner=owner, due=reading.due, step=step)


def _whom(who: str, incident: Incident, shop: Shop) -> str:
    """A team or agent of the shop; empty for the case's owner, also where the settings no longer have who was meant."""
    if who == "supervisor":
        return next(iter(shop.escalation(incident.owner.team)), "")
    return who if shop.team(who) is not None or shop.agent(who) is not None else ""


# --- Late ones ---------------------------------------------------------------------------------------------------


def next_late(incident: Incident, shop: Shop) -> datetime | None:
    """The earliest due time of an open step that nobody was told of yet; None without any, or without a protocol of its own.

    What is only shown by today's protocol is not timed by it: the next change of the settings would forget that.
    """
    protocol = incident.protocol
    if incident.passive or protocol is None or not incident.open or not [s for s in protocol.steps if s.within is not None]:
        return None
    return min([due for _, due in _Reading(incident, shop, None, protocol.steps).untold()], default=None)


def late_steps(incident: Incident, shop: Shop, at: datetime) -> tuple[ev.StepLate, ...]:
    """What is noted of the steps that are late at ``at``, each once for a due time."""
    protocol = incident.protocol
    if incident.passive or protocol is None or not incident.open:
        return ()
    untold = _Reading(incident, shop, at, protocol.steps).untold()
    return tuple(ev.StepLate(step, due) for step, due in untold if due < at)


def step_due(incident: Incident, timer: Timer, around: Around, now: Circumstances) -> Decision:
    """Whoever has the case is told which steps are late, once for each; outside their hours nobody is woken."""
    if somebody_there(hours_of(now.shop, incident.owner.team, incident.deadlines.clock), now.at) > now.at:
        return Decision()
    return Decision(late_steps(incident, now.shop, now.at))


# --- Another version ---------------------------------------------------------------------------------------------


def move(incident: Incident, reason: Text, now: Circumstances) -> Decision:
    """From now on the case goes by its type's protocol of today: other deadlines, from the time that was used already.

    One that does so already stays as it is.

    Raises:
        TransitionRefused: it is over for good, or imported.
        InvalidInput: no reason, or the shop has no protocol of its type any more.
    """
    in_words(reason, name(incident), "reason")
    if incident.phase in INCIDENT.final:
        raise refused(incident, "move_protocol", "a final case stays as it is", incident.phase.value)
    if incident.passive:
        rule = "an imported case goes by no protocol until it is adopted"
        raise refused(incident, "move_protocol", rule, "imported", "Adopt it: it goes by the protocol of today then.")
    protocol = now.shop.protocol(incident.type)
    if protocol is None:
        got, step = f"the type {incident.type}, which has none", "Correct it with amend(type=...) first."
        raise InvalidInput(name(incident), "is moved to the protocol of its type", got=got, next=step)
    if protocol == incident.protocol:
        return Decision()
    return Decision((ev.ProtocolMoved(protocol, reason, demanded_by(protocol, incident, incident.severity, now)),))


# --- Reading -----------------------------------------------------------------------------------------------------


@frozen
class _Reading:
    """One case, looked at for its steps. Without ``at``, nothing is said of what is late."""

    incident: Incident
    shop: Shop
    at: datetime | None
    steps: tuple[ProtocolStep, ...]
    _ends: dict[str, Shown | None] = field(factory=dict)

    def all(self) -> Iterator[StepReading]:
        return (self._read(step) for step in self.steps)

    def untold(self) -> list[tuple[str, datetime]]:
        """The due times of open steps with a deadline of their own, as far as nobody was told of them."""
        found = []
        for step in self.steps:
            # Every command asks: only what has a deadline is looked at, and what comes before it.
            if step.within is None or self._end(step) is not None:
                continue
            due = self._due(step, self._turn(step))
            if due is not None and (step.name, due) not in self.incident.late_steps:
                found.append((step.name, due))
        return found

    def open_tasks(self, given: Container[str]) -> Iterator[StepReading]:
        """The steps of which each is somebody's task, and whose turn it is, without those that are given out."""
        for step in self.steps:
            if step.done_by == "task" and step.name not in given and self._end(step) is None and self._turn(step) is not None:
                yield self._read(step)

    def _read(self, step: ProtocolStep) -> StepReading:
        task, end, since = self._task(step), self._end(step), self._turn(step)
        given = task.task if task is not None else None
        if end is not None and end.needed:
            return StepReading(step, "done", since, self._due(step, since), end.at, end.by, given)
        if end is not None:
            return StepReading(step, "not_needed", since, task=given)
        due = self._due(step, since)
        if since is None:
            return StepReading(step, "waiting", due=due)
        late = due is not None and self.at is not None and self.at > due
        return StepReading(step, "late" if late else "open", since, due, task=given)

    def _task(self, step: ProtocolStep) -> StepTask | None:
        given = [task for task in self.incident.step_tasks if task.step == step.name]
        return given[0] if given else None

    def _end(self, step: ProtocolStep) -> Shown | None:
        """What shows that a step is done, or that it is not needed any more; None while neither is so."""
        if step.name not in self._ends:
            task = self._task(step)
            done = shown(step, self.incident, task)
            if done is None and self._needless(step, task):
                dropped = task.dropped_at if task is not None else None
                done = Shown(dropped or self.incident.resolved_at or self.incident.ended_at, needed=False)
            self._ends[step.name] = done
        return self._ends[step.name]

    def _turn(self, step: ProtocolStep) -> datetime | None:
        """When the steps before it were over, but never before the case began; None while one of them is not."""
        start = turn = self.incident.deadlines.since or self.incident.detected_at
        for before in self.steps if step.after else ():
            if before.name in step.after:
                end = self._end(before)
                if end is None:
                    return None
                turn = max(turn, end.at or start)
        return turn

    def _needless(self, step: ProtocolStep, task: StepTask | None) -> bool:
        if not self.incident.open or (task is not None and task.dropped_at is not None):
            return True
        return self.incident.phase is Phase.RESOLVED and step.done_by in _BEFORE_RESOLVED

    def _due(self, step: ProtocolStep, since: datetime | None) -> datetime | None:
        if step.within is None:
            return self._of_clock(step)
        if since is None:
            return None
        incident = self.incident
        if incident.earlier_teams or incident.holds:
            return self._counted(since, step.within)
        # Every command asks before and after: as long as nothing stops the time, the answer is the same.
        known: dict[_Time, datetime | None] = self.shop.worked_out.setdefault(_DUE, {})
        asked = (incident.owner.team, incident.deadlines.clock, since, step.within)
        due = known.get(asked)
        if due is None:
            if len(known) >= _REMEMBERED:
                known.clear()
            due = known[asked] = self._counted(since, step.within)
        return due

    def _counted(self, since: datetime, within: timedelta) -> datetime | None:
        try:
            hours = clock_hours(self.incident, self.shop, since, _END)
            return deadline_past_holds(hours, since, within, held_periods(self.incident, self.shop))
        except TimeError:
            return None  # the calendar ends before

    def _of_clock(self, step: ProtocolStep) -> datetime | None:
        """What a clock of the case demands of the same thing."""
        if step.done_by not in _BY_CLOCK:
            return None
        wanted = _BY_CLOCK[step.done_by]
        return next((clock.due for clock in clocks(self.incident, self.shop) if clock.name == wanted), None)
