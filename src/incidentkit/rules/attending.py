"""What the desk does when clocks and promises of a case come due: it warns, notes, asks for a call, and raises the case.

Whatever timer woke it, it looks at the case as it stands now and does all that is due: an outage of days ends in one look,
not in a storm. What has been done is in the record, so a second look finds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from incidentkit.domain import events as ev
from incidentkit.domain.clocks import Clock
from incidentkit.domain.effects import Timer
from incidentkit.domain.events import Happening
from incidentkit.domain.ids import TaskId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.times import due_instant
from incidentkit.rules.around import Around
from incidentkit.rules.clocks import clocks, warned_at
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.escalation import broken_now, raised, wanted_level
from incidentkit.rules.hours import after_hours, hours_of, somebody_there
from incidentkit.rules.promises import expectations
from incidentkit.rules.tasks import NewTask, task_elsewhere

__all__ = ["attend", "end_hold"]


def attend(incident: Incident, timer: Timer, around: Around, now: Circumstances) -> Decision:
    """Look at every clock and promise of a case. Outside the hours of its team nobody is woken."""
    if somebody_there(hours_of(now.shop, incident.owner.team, incident.deadlines.clock), now.at) > now.at:
        return Decision()
    running = [clock for clock in clocks(incident, now.shop) if clock.running]
    marked = tuple(_marks(incident, running, now))
    promised = tuple(_broken_promises(incident, now))
    calls = _call(incident, marked, around, now)
    higher = _raised(incident, bool(promised), now)
    return Decision((*marked, *promised, *higher.events), (*calls, *higher.elsewhere), higher.intents, higher.timers)


def _marks(incident: Incident, running: list[Clock], now: Circumstances) -> Iterator[Happening]:
    for clock in running:
        mark = (clock.name, clock.due)
        if mark in incident.broke:
            continue
        if clock.late(now.at):
            yield ev.ClockBroken(clock.name, clock.due)
        elif mark not in incident.warned:
            warn = warned_at(clock, incident, now.shop)
            if warn is not None and warn <= now.at:
                yield ev.ClockWarned(clock.name, clock.due)


def _broken_promises(incident: Incident, now: Circumstances) -> Iterator[Happening]:
    if not incident.open:
        return
    for each in expectations(incident, now.shop.zone, now.at):
        kept = each.kept_at is not None
        if each.outcome == "broken" and not kept and each.promise.replaced_by is None and each.promise.broken_at is None:
            yield ev.PromiseBroken(each.promise.id, each.due)


def _raised(incident: Incident, promise: bool, now: Circumstances) -> Decision:
    wanted = wanted_level(incident, now.shop, now.at)
    if wanted > incident.level:
        late = broken_now(incident, now.shop, now.at)
        return raised(incident, wanted, late.name if late else "", now)
    return raised(incident, 1, "promise", now) if promise else Decision()


def _call(
    incident: Incident, marked: tuple[Happening, ...], around: Around, now: Circumstances
) -> tuple[tuple[str, Happening], ...]:
    """Somebody calls the customer who was not told in time."""
    untold = any(isinstance(event, ev.ClockBroken) and event.clock == "communicate_by" for event in marked)
    if not untold or incident.customer is None:
        return ()
    hours = hours_of(now.shop, incident.owner.team, incident.deadlines.clock)
    due = after_hours(hours, now.at, now.shop.escalate_every)
    new = NewTask(TaskId(around.ids[0]), "call", rule="communicate_by", incident=incident, due=due)
    return task_elsewhere(new, now)


def end_hold(incident: Incident, timer: Timer, around: Around, now: Circumstances) -> Decision:
    """The customer has not answered: the clocks go on."""
    hold = incident.holds[-1] if incident.holds else None
    if hold is None or hold.until is not None or due_instant(hold.at_most, now.shop.zone) >= now.at:
        return Decision()
    return Decision((ev.WaitEnded(),))
