"""Laws of the record that are counted anew from its events, by other ways than those of the desk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from incidentkit.domain import events as ev
from incidentkit.domain.calls import VerificationCall
from incidentkit.domain.contacts import Contact
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident, Owner
from incidentkit.domain.needs import Need
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Shop
from incidentkit.domain.tasks import Task
from incidentkit.domain.times import micros
from incidentkit.rules.clocks import clocks
from incidentkit.rules.tenures import tenures

__all__ = ["broken_laws"]

Histories = Mapping[str, list[Event]]
States = Mapping[str, State]
Rows = Iterable[Mapping[str, Any]]


def broken_laws(histories: Histories, states: States, timers: Rows, needs: Rows, shop: Shop) -> list[str]:
    """Which laws a record breaks.

    Args:
        states: what each history adds up to.
        timers, needs: the rows of the timers, and of the facts about needs.
    """
    of_cases = {i: histories[i] for i, state in states.items() if isinstance(state, Incident)}
    return [
        *(fault for events in of_cases.values() for fault in _bad_closings(events)),
        *(fault for events in of_cases.values() for fault in _bad_repeats(events)),
        *(fault for i, events in of_cases.items() for fault in _bad_owners(states[i], events)),
        *(fault for state in states.values() if isinstance(state, Task) for fault in _bad_task(state, shop)),
        *_bad_recurrences(states),
        *_bad_calls(states, shop),
        *_bad_watch(states, timers, shop),
        *_bad_needs(histories, states, needs),
    ]


# --- Cases -------------------------------------------------------------------------------------------------------


def _bad_closings(events: Iterable[Event]) -> Iterator[str]:
    """Nothing is closed before its customer was told, and each closing has evidence of its own since the resolution."""
    told = proved = False
    for event in events:
        if isinstance(event.data, ev.CustomerTold):
            told = True
        elif isinstance(event.data, (ev.SatisfactionConfirmed, ev.IncidentWaived)):
            proved = True
        elif isinstance(event.data, (ev.IncidentResolved, ev.IncidentReopened)):
            proved = False
        elif isinstance(event.data, ev.IncidentClosed) and not (told and proved):
            yield f"{event.stream}: closed {'without evidence' if told else 'before anybody was told'}"


def _bad_owners(case: State, events: list[Event]) -> Iterator[str]:
    """At every instant exactly one owner: each follows the one before without a gap, and the last is who has it now."""
    assert isinstance(case, Incident), "only cases have owners that change"
    found = tenures(events)
    told = [_who(owner) for event in events for owner in _taken(event.data)]
    wanted = [who for place, who in enumerate(told) if not place or told[place - 1] != who]
    if [(t.team, t.agent) for t in found] != wanted or wanted[-1] != _who(case.owner):
        yield f"{case.id}: its owners are not those who took it"
    if any(before.until != after.since for before, after in pairwise(found)):
        yield f"{case.id}: nobody had it for a while, or two had"
    if found[0].since != case.detected_at or found[-1].until is not None:
        yield f"{case.id}: nobody had it in the beginning, or has it now"


def _bad_repeats(events: Iterable[Event]) -> Iterator[str]:
    """A clock breaks once, and each level is reached once, however often and however late somebody looks."""
    seen: set[tuple[str, str, datetime]] = set()
    level = 0
    for event in events:
        if isinstance(event.data, (ev.ClockBroken, ev.ClockWarned)):
            mark = (event.type, event.data.clock, event.data.due)
            if mark in seen:
                yield f"{event.stream}: {event.data.clock} broke twice, or was warned of twice"
            seen.add(mark)
        elif isinstance(event.data, ev.StepLate):
            mark = (event.type, event.data.step, event.data.due)
            if mark in seen:
                yield f"{event.stream}: {event.data.step} was late twice"
            seen.add(mark)
        elif isinstance(event.data, ev.IncidentEscalated):
            if event.data.level <= level:
                yield f"{event.stream}: raised to where it was already"
            level = event.data.level


def _bad_recurrences(states: States) -> Iterator[str]:
    """Of two cases at most one repeats the other, it is the later one, and both know; what is imported is silent."""
    cases = {i: state for i, state in states.items() if isinstance(state, Incident)}
    pairs = [(case.id, earlier) for case in cases.values() for each in case.recurrences for earlier in each.earlier]
    back = [(later, case.id) for case in cases.values() for later in case.repeated_by]
    if Counter(pairs) != Counter(back) or len({frozenset(pair) for pair in pairs}) != len(pairs):
        yield "recurrences: a pair is noted twice, or by one of both alone"
    for later, earlier in pairs:
        if cases[later].detected_at < cases[earlier].detected_at:
            yield f"{later}: repeats a case that came after it"
    for case in cases.values():
        if case.passive and case.recurrences:
            yield f"{case.id}: imported, and raised"


def _bad_calls(states: States, shop: Shop) -> Iterator[str]:
    """A delivery is asked about once, and nobody is to be rung twice within the policy's rest."""
    calls = sorted((s for s in states.values() if isinstance(s, VerificationCall)), key=lambda call: call.listed_at)
    if len({call.order for call in calls}) != len(calls):
        yield "calls: a delivery is listed twice"
    for customer in {call.customer for call in calls}:
        listed = [call.listed_at for call in calls if call.customer == customer]
        if any(later - sooner <= shop.verification_calls.rest for sooner, later in pairwise(listed)):
            yield f"{customer}: to be rung again too soon"


def _who(owner: Owner) -> tuple[str, str]:
    """Who is meant, without since when."""
    return owner.team, owner.agent


def _taken(data: ev.Happening) -> Iterator[Owner]:
    if isinstance(data, (ev.IncidentReported, ev.IncidentAdopted, ev.HandoverAccepted, ev.IncidentAppointed)):
        yield data.owner


def _bad_task(task: Task, shop: Shop) -> Iterator[str]:
    if shop.team(task.owner.team) is None or task.owner.since is None:
        yield f"{task.id}: nobody is accountable for it"
    if task.owner.agent and task.taken_at is None:
        yield f"{task.id}: somebody has it who never took it"
    if task.open != (task.ended_at is None):
        yield f"{task.id}: over without an end, or ended and not over"


def _bad_watch(states: States, timers: Rows, shop: Shop) -> Iterator[str]:
    """Every clock that runs and is not broken yet is waited for; what is over or silent is waited for by nobody."""
    waited = {(row["stream"], row["name"]) for row in timers}
    for stream, name in waited:
        state = states.get(stream)
        # Who has a case when a shift ends is looked at then, be it that the case is over.
        over = isinstance(state, Incident) and not state.open and name != "shift"
        if isinstance(state, Need | Task) or over or (isinstance(state, Incident | Order) and state.passive):
            yield f"{stream}: {name} is waited for, and nothing can come of it"
    for case in states.values():
        if isinstance(case, Incident):
            for clock in clocks(case, shop):
                if clock.running and (clock.name, clock.due) not in case.broke and (case.id, clock.name) not in waited:
                    yield f"{case.id}: nobody will see that {clock.name} breaks"


# --- Needs -------------------------------------------------------------------------------------------------------


def _bad_needs(histories: Histories, states: States, rows: Rows) -> Iterator[str]:
    """Each contact is in exactly one need, and what is counted of a need is what its contacts say."""
    noted, homes = _contacts(histories)
    standing = {i: need for i, need in states.items() if isinstance(need, Need) and need.joined is None}
    where = Counter((contact.id, need.id) for need in standing.values() for contact in need.contacts)
    if where != Counter(homes.items()):
        yield "needs: a contact is in none, in several, or in another than it was put in"
    for row in rows:
        mine = [contact for contact in noted.values() if homes[contact.id] == row["need_id"]]
        if row["counts"] and (row["inbound"], row["first_response"]) != (_inbound(mine), _first_response(mine)):
            yield f"{row['need_id']}: its figures are not what its contacts say"


def _contacts(histories: Histories) -> tuple[dict[str, Contact], dict[str, str]]:
    """Every contact as it was taken down, and the need that it was put in last."""
    noted: dict[str, Contact] = {}
    homes: dict[str, str] = {}
    for event in sorted((event for events in histories.values() for event in events), key=lambda event: event.seq):
        if isinstance(event.data, ev.ContactLogged):
            noted[event.data.contact.id] = event.data.contact
            homes[event.data.contact.id] = event.stream
        elif isinstance(event.data, ev.NeedTookIn):
            homes.update((contact.id, event.stream) for contact in event.data.contacts)
    return noted, homes


def _inbound(contacts: Iterable[Contact]) -> int:
    return len([c for c in contacts if c.direction == "in" and not c.automatic])


def _first_response(contacts: list[Contact]) -> int | None:
    """From the first question to the first word of a person of the shop that is not before it."""
    asked = [c.at for c in contacts if c.direction == "in" and c.expects_answer and not c.automatic]
    if not asked:
        return None
    said: list[datetime] = [c.at for c in contacts if (c.direction == "out" or c.live) and not c.automatic]
    answers = [at for at in said if at >= min(asked)]
    return micros(min(answers)) - micros(min(asked)) if answers else None
