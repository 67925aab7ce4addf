"""The clocks of a case, as its events and the calendar say. The same events give the same clocks, whoever asks and when.

Clocks stand still only while the customer is waited for; a hold counts where it overlaps the hours that count. The first
response and the first resolution are reached once, whatever comes later; the time of a resolution that was undone goes on
where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import TypeVar

from attrs import frozen

from incidentkit.domain.clocks import Clock, ClockName, WaitsFor
from incidentkit.domain.incidents import Incident, Period
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import due_instant
from incidentkit.errors import TimeError
from incidentkit.rules.hours import clock_hours
from incidentkit.rules.lifecycles import INCIDENT
from incidentkit.worktime.holds import deadline_past_holds
from incidentkit.worktime.relay import Counting

__all__ = ["SEEN", "clocks", "hand_on", "heard_at", "held_periods", "next_due", "once", "waits_for", "warned_at"]

T = TypeVar("T")

_END = datetime.max.replace(tzinfo=UTC)

SEEN = (
    "passive",
    "phase",
    "reported_by",
    "detected_at",
    "owner",
    "earlier_teams",
    "deadlines",
    "contacts",
    "conversations",
    "notices",
    "holds",
    "rests",
    "communicated_at",
    "resolved_at",
    "first_resolved_at",
    "warned",
    "broke",
    "level",
)
"""All that clocks, and what is worked out of them `once`, look at in a case."""

_seen = attrgetter(*SEEN)
_CLOCKS = "clocks"


def clocks(incident: Incident, shop: Shop) -> tuple[Clock, ...]:
    """Every clock of a case, the update clocks that were broken earlier among them.

    None for an imported case, and for one that was withdrawn or merged: what counts nowhere is owed nothing.
    """
    if incident.passive or incident.phase in INCIDENT.final:
        return ()
    return once(incident, shop, "clocks", _all)


def once(incident: Incident, shop: Shop, name: str, work: Callable[[Incident, Shop], T]) -> T:
    """What ``work`` makes of a case in a shop, worked out once for each state of it: every command asks several times.

    It must look at nothing in the case but what `SEEN` names.
    """
    known = incident.worked_out.setdefault(_CLOCKS, {})
    found: tuple[Shop, T] | None = known.get(name)
    if found is None or found[0] is not shop:
        found = known[name] = (shop, work(incident, shop))
    return found[1]


def hand_on(before: Incident, after: Incident) -> None:
    """Let two states share what is worked out of either, where nothing that it follows from is different."""
    if _seen(before) == _seen(after):
        after.worked_out[_CLOCKS] = before.worked_out.setdefault(_CLOCKS, {})


def _all(incident: Incident, shop: Shop) -> tuple[Clock, ...]:
    return tuple(_Reading(incident, shop).all())


def next_due(found: Iterable[Clock]) -> datetime | None:
    """The next due time of clocks that have not stopped; None without any."""
    return min((clock.due for clock in found if clock.running), default=None)


def waits_for(found: Iterable[Clock]) -> str:
    """Whom a case waits for: the shop as long as any clock runs, the customer where all that there are stand still."""
    waiting = {clock.waits_for for clock in found}
    return next((who for who in ("shop", "customer") if who in waiting), "nobody")


def held_periods(incident: Incident, shop: Shop) -> tuple[Period, ...]:
    """When the customer was waited for; a hold that lasts, as long as it can."""
    ends = (min(hold.until or _END, max(hold.since, due_instant(hold.at_most, shop.zone))) for hold in incident.holds)
    return tuple(Period(hold.since, end) for hold, end in zip(incident.holds, ends, strict=True))


def warned_at(clock: Clock, incident: Incident, shop: Shop) -> datetime | None:
    """When the owner is warned that a clock is about to break; None where its due time is a fixed instant."""
    if clock.within is None:
        return None
    hours = clock_hours(incident, shop, clock.started_at, _END)
    try:
        return deadline_past_holds(hours, clock.started_at, clock.within * shop.warn_at, clock.held)
    except TimeError:
        return None  # the calendar ends before


@frozen
class _Reading:
    """One case, looked at for its clocks."""

    incident: Incident
    shop: Shop

    def all(self) -> Iterator[Clock]:
        yield from self._first_response()
        yield from self._communicate_by()
        yield from self._update_by()
        yield from self._resolve_by()
        yield from self._resolve_again_by()

    @property
    def _since(self) -> datetime:
        return self.incident.deadlines.since or self.incident.detected_at

    def _from(self, at: datetime) -> datetime:
        """An instant from which a clock runs: of what was adopted, no clock began before that."""
        since = self.incident.deadlines.since
        return at if since is None else max(at, since)

    @property
    def _held(self) -> tuple[Period, ...]:
        return held_periods(self.incident, self.shop)

    # --- One after the other ---

    def _first_response(self) -> Iterator[Clock]:
        incident, within = self.incident, self.incident.deadlines.targets.first_response
        asked = _asked_at(incident)
        if within is None or asked is None:
            return
        answered = next((at for at in _answers(incident) if at >= asked), None)
        began = self._from(asked)
        if answered is None or answered >= began:
            stopped = _first(answered, _not_before(incident.first_resolved_at, began))
            yield self._clock("first_response", began, within, (), stopped)

    def _communicate_by(self) -> Iterator[Clock]:
        incident, demanded = self.incident, self.incident.deadlines
        within, fixed = demanded.targets.communicate_within, demanded.before
        if within is None and fixed is None:
            fixed = demanded.communicate_by
        stopped = _first(incident.communicated_at, incident.resolved_at)
        if within is not None:
            clock = self._clock("communicate_by", self._since, within, (), stopped)
            yield clock if fixed is None or clock.due <= fixed else _fixed(clock.name, clock.started_at, fixed, stopped)
        elif fixed is not None:
            yield _fixed("communicate_by", self._since, fixed, stopped)

    def _resolve_by(self) -> Iterator[Clock]:
        incident, demanded = self.incident, self.incident.deadlines
        if demanded.targets.resolve_within is not None:
            within = demanded.targets.resolve_within
            yield self._clock("resolve_by", self._since, within, self._held, incident.first_resolved_at)
        elif demanded.resolve_by is not None:
            yield _fixed("resolve_by", self._since, demanded.resolve_by, incident.first_resolved_at)

    def _resolve_again_by(self) -> Iterator[Clock]:
        incident, within = self.incident, self.incident.deadlines.targets.resolve_within
        if within is not None and incident.rests:
            yield self._clock("resolve_again_by", self._since, within, (*self._held, *incident.rests), incident.resolved_at)

    def _update_by(self) -> Iterator[Clock]:
        """From each time that the customer heard from the shop, or found it not solved, to the next such time."""
        incident, every = self.incident, self.incident.deadlines.targets.update_every
        if every is None:
            return
        rests = [*incident.rests, *([Period(incident.resolved_at, _END)] if incident.resolved_at else [])]
        heard = sorted({self._from(at) for at in (*heard_at(incident), *(rest.until for rest in incident.rests))})
        working = [at for at in heard if not any(rest.since <= at < rest.until for rest in rests)]
        for place, at in enumerate(working):
            later = working[place + 1] if place + 1 < len(working) else None
            resolved = min((rest.since for rest in rests if rest.since > at), default=None)
            if later is not None and later - at <= every:
                continue  # in time, whatever the hours: open time never passes quicker than time
            clock = self._clock("update_by", at, every, self._held, _first(later, resolved))
            if later is None or clock.broken:
                yield clock

    # --- Their parts ---

    def _hours(self, began: datetime, until: datetime | None) -> Counting:
        # With ``recompute`` one that has stopped is counted by the hours in force then, another by the newest.
        return clock_hours(self.incident, self.shop, began, until or _END)

    def _clock(
        self, name: ClockName, began: datetime, within: timedelta, held: Sequence[Period], stopped: datetime | None
    ) -> Clock:
        try:
            due = deadline_past_holds(self._hours(began, stopped), began, within, held)
        except TimeError:
            due = _END  # the calendar ends before
        lasts = bool(held) and bool(self.incident.holds) and self.incident.holds[-1].until is None
        waits: WaitsFor = "nobody" if stopped is not None else "customer" if lasts else "shop"
        within_clock = tuple(hold for hold in held if hold.until > began and (stopped is None or hold.since < stopped))
        return Clock(name, began, due, within, waits, within_clock, stopped)


def _fixed(name: ClockName, began: datetime, due: datetime, stopped: datetime | None) -> Clock:
    return Clock(name, began, due, None, "shop" if stopped is None else "nobody", (), stopped)


def _asked_at(incident: Incident) -> datetime | None:
    """When the customer first wanted an answer. Automatic replies and thanks want none."""
    asked = [c.at for c in incident.contacts if c.direction == "in" and c.expects_answer and not c.automatic]
    return min([*asked, *([incident.detected_at] if incident.reported_by == "customer" else [])], default=None)


def _answers(incident: Incident) -> list[datetime]:
    """When a person of the shop spoke or wrote to the customer, as far as that arrived."""
    spoken = [c.at for c in incident.conversations]
    wrote = [n.told_at for n in incident.notices if n.effective and not n.automatic and n.told_at is not None]
    contacts = [c.at for c in incident.contacts if not c.automatic and (c.direction == "out" or c.live)]
    return sorted([*spoken, *wrote, *contacts])


def heard_at(incident: Incident) -> list[datetime]:
    """When the customer heard from the shop, in person or by message."""
    messages = [n.told_at for n in incident.notices if n.effective and n.told_at is not None]
    return sorted({*_answers(incident), *messages})


def _first(*instants: datetime | None) -> datetime | None:
    return min((at for at in instants if at is not None), default=None)


def _not_before(at: datetime | None, start: datetime) -> datetime | None:
    return at if at is None or at >= start else start
