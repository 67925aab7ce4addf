"""What other settings would have done: the record is read page by page, and both worlds are worked out beside each other.

It only reads, in transactions that are never kept; channels are asked for nothing but the kind of address that they write to.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from pathlib import Path

from attrs import define, field, frozen

from incidentkit.codec.settings import load_shop
from incidentkit.desk.runtime import Runtime
from incidentkit.domain.effects import Intent, IntentState
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import State, evolved
from incidentkit.domain.incidents import Incident
from incidentkit.domain.people import Customer
from incidentkit.domain.preferences import Preferences
from incidentkit.domain.sending import Sent
from incidentkit.domain.shop import Shop
from incidentkit.domain.surveys import Ask
from incidentkit.domain.times import Due, instant
from incidentkit.domain.verdicts import Matter
from incidentkit.errors import InvalidInput
from incidentkit.learning.what_if.deadlines import deadline_changes, escalation_change, step_changes, unlike_the_record
from incidentkit.learning.what_if.grants import Moment, grant_changes, moments
from incidentkit.learning.what_if.messages import Addressee, Looks, Planned, message_changes, sendings
from incidentkit.learning.what_if.silences import ask_changes, silences
from incidentkit.learning.what_if.tally import Tally
from incidentkit.learning.what_if.values import MessageChange, NotComparable, OwnerChange, WhatIf
from incidentkit.learning.what_if.worlds import Told, Worlds
from incidentkit.measures.windows import first_instant
from incidentkit.rules.anew import key_parts
from incidentkit.rules.extensions import check_extension
from incidentkit.store.as_of import history_until
from incidentkit.store.reading import people
from incidentkit.store.recorded import (
    Stretch,
    Written,
    cases_in,
    count_cases,
    count_people,
    granting,
    looks,
    messages_to,
    people_in,
    stretch,
)
from incidentkit.store.unit import Unit

__all__ = ["what_if"]

Progress = Callable[[int, int], None]

_PAGE = 200
_BACK = timedelta(weeks=4)
_TICK = timedelta(microseconds=1)


def what_if(
    runtime: Runtime, other: Shop | str | Path, since: Due | None, until: Due | None, progress: Progress | None
) -> WhatIf:
    """What other settings would have done in a span; the arguments are those of `Desk.what_if`."""
    shop = other if isinstance(other, Shop) else load_shop(other)
    check_extension(shop)
    if shop.currency != runtime.shop.currency:
        rule = f"keep the currency, {runtime.shop.currency}: nobody converts what was granted"
        raise InvalidInput("The changed settings", rule, got=shop.currency)
    as_of = instant(runtime.clock(), "The desk's clock")
    end = as_of + _TICK if until is None else min(first_instant(until, runtime.shop.zone, "until"), as_of + _TICK)
    start = end - _BACK if since is None else first_instant(since, runtime.shop.zone, "since")
    if start >= end:
        raise InvalidInput("since", "must be before until and the present", got=f"{start.isoformat()} and {end.isoformat()}")
    return _Replay(runtime, Worlds(runtime.shop, shop), start, end, as_of, progress).run()


@define
class _Replay:
    """One comparison."""

    _runtime: Runtime
    _worlds: Worlds
    _since: datetime
    _until: datetime
    _as_of: datetime
    _progress: Progress | None
    _tally: Tally = field(init=False)
    _channels: Mapping[str, str] = field(init=False)
    _within: Stretch = field(init=False)
    _looks: Looks = field(init=False)
    _moved: dict[str, tuple[datetime | None, datetime | None]] = field(factory=dict, init=False)
    _done: int = field(default=0, init=False)
    _whole: int = field(default=0, init=False)

    def run(self) -> WhatIf:
        self._tally = Tally(self._runtime.shop.currency)
        self._channels = {name: channel.address for name, channel in self._runtime.plugins.channels.items()}
        with self._runtime.store.reading() as unit:
            self._within = stretch(unit, self._since, self._until)
            self._looks = Looks(looks(unit, self._since))
            self._whole = count_cases(unit, self._since, self._until) + count_people(unit, self._within)
        self._messages()
        self._cases()
        self._grants()
        return self._tally.result(self._since, self._until, self._as_of)

    def _further(self, count: int) -> None:
        self._done += count
        if self._progress is not None:
            self._progress(min(self._done, self._whole), self._whole)

    # --- Messages ------------------------------------------------------------------------------------------------

    def _messages(self) -> None:
        last = ""
        while True:
            with self._runtime.store.reading() as unit:
                customers = people_in(unit, self._within, last, _PAGE)
                if not customers:
                    return
                last = customers[-1]
                self._page_of_messages(unit, customers)
            self._further(len(customers))

    def _page_of_messages(self, unit: Unit, customers: Sequence[str]) -> None:
        known, planned = people(unit, customers), self._planned_for(unit, customers)
        history = _History.of(unit, self._within.last, planned.streams(), customers)
        for customer in customers:
            messages = [_planned(each, self._worlds.was) for each in _stimuli(planned.written.get(customer, ()))]
            to = _addressee(customer, known.get(customer), history, planned.sent.get(customer, ()))
            self._tally.messages += len(messages)
            for change in self._compare(messages, to):
                self._note(change)

    def _planned_for(self, unit: Unit, customers: Sequence[str]) -> _Mail:
        caps = (*self._worlds.was.sending.caps, *self._worlds.would.sending.caps)
        longest = max((cap.per for cap in caps), default=timedelta(0))
        return _Mail(*messages_to(unit, customers, self._within, self._since - longest))

    def _compare(self, messages: Sequence[Planned], to: Addressee) -> Iterator[MessageChange | NotComparable]:
        worlds = (self._worlds.was, self._worlds.would)
        was, would = (sendings(messages, to, shop, self._channels, self._looks, self._as_of) for shop in worlds)
        return message_changes(messages, was, would)

    def _note(self, found: MessageChange | NotComparable) -> None:
        if isinstance(found, NotComparable):
            self._tally.apart(found)
            return
        self._tally.sending(found)
        went = (found.was, found.would)
        was, would = (sending.at if sending.outcome == "sent" else None for sending in went)
        self._moved[found.key] = (was, would)

    # --- Cases ---------------------------------------------------------------------------------------------------

    def _cases(self) -> None:
        last: tuple[int, str] | None = None
        while True:
            with self._runtime.store.reading() as unit:
                page = cases_in(unit, self._since, self._until, last, _PAGE)
                if not page:
                    return
                last = page[-1]
                for events in history_until(unit, [id_ for _, id_ in page], self._within.last).values():
                    self._case(events)
            self._further(len(page))

    def _case(self, events: Sequence[Event]) -> None:
        case = _last(events)
        worlds, told = self._worlds, Told(self._moved)
        was, would = worlds.case(case)
        self._tally.cases += 1
        one, other = (was, worlds.was), (told.to(would), worlds.would)
        apart = list(unlike_the_record(case, was, worlds.was))
        for found in apart:
            self._tally.apart(found)
        clocks = list(deadline_changes(one, other, self._as_of, apart))
        for change in (*clocks, *step_changes(one, other, self._as_of, clocks)):
            self._tally.deadline(change)
        raised = escalation_change(one, other, self._as_of, apart)
        if raised is not None:
            self._tally.escalation(raised)
        first, instead = worlds.owners(case)
        if first != instead:
            self._tally.owner(OwnerChange(case.id, first, instead))
        self._silences(events)

    def _silences(self, events: Sequence[Event]) -> None:
        for silence in silences(events, self._as_of):
            asked = ask_changes(silence, self._worlds)
            if isinstance(asked, NotComparable):
                self._tally.apart(asked)
            elif asked is not None:
                self._tally.ask(asked)

    # --- Grants --------------------------------------------------------------------------------------------------

    def _grants(self) -> None:
        authorities = [each for shop in (self._worlds.was, self._worlds.would) for each in shop.authority.values()]
        back = max((max(each.customer_days, each.cause_days, 1) for each in authorities), default=0)
        every = sorted(self._moments(timedelta(days=back)), key=attrgetter("seq"))
        for found in grant_changes(every, self._worlds, self._since, self._until):
            self._tally.offers += 1
            if isinstance(found, NotComparable):
                self._tally.apart(found)
            elif found is not None:
                self._tally.grant(*found)

    def _moments(self, back: timedelta) -> Iterator[Moment]:
        with self._runtime.store.reading() as unit:
            before = stretch(unit, self._since - back, self._until)
            streams = list(granting(unit, before))
        for start in range(0, len(streams), _PAGE):
            with self._runtime.store.reading() as unit:
                found = history_until(unit, streams[start : start + _PAGE], self._within.behind - 1)
                for events in found.values():
                    yield from moments(events)


# --- What is known of messages -----------------------------------------------------------------------------------


@frozen
class _Mail:
    """What was planned for customers, and what they were sent before."""

    written: Mapping[str, Sequence[Written]]
    sent: Mapping[str, Sequence[Sent]]

    def streams(self) -> set[str]:
        """What the messages are about."""
        return {each.intent.stream for some in self.written.values() for each in some}


def _stimuli(written: Sequence[Written]) -> Iterator[Written]:
    """Without those that a rule made of another one in the list, and makes again: the same on a further channel."""
    suppressed = {key_parts(each.intent) for each in written if each.intent.state is IntentState.SUPPRESSED}
    for each in written:
        if each.intent.cause != "fallback" or key_parts(each.intent) not in suppressed:
            yield each


def _planned(written: Written, shop: Shop) -> Planned:
    intent = written.intent
    by_rule = intent.channel == shop.channel and intent.cause not in ("fallback", "resend")
    return Planned(intent, written.known_at, written.happened_at, by_rule)


def _addressee(customer: str, person: Customer | None, history: _History, sent: Sequence[Sent]) -> Addressee:
    def wishes(at: datetime) -> Preferences | None:
        state = history.at(customer, at)
        return state if isinstance(state, Preferences) else None

    def matter(intent: Intent, at: datetime) -> Matter:
        state = history.at(intent.stream, at)
        about = state.incident if isinstance(state, Ask) else None
        case = history.at(about, at) if about is not None else None
        return Matter(state, case if isinstance(case, Incident) else None)

    return Addressee(person, wishes, matter, tuple(sent))


@frozen
class _History:
    """How things stood, as it was known at any instant."""

    _states: Mapping[str, tuple[list[datetime], list[State]]]

    @classmethod
    def of(cls, unit: Unit, until: int, streams: Iterable[str], customers: Sequence[str]) -> _History:
        """That of things, of the cases that surveys among them are about, and of what these customers wanted."""
        found = history_until(unit, sorted({*streams, *customers}), until)
        states = {stream: _stood(events) for stream, events in found.items()}
        about = {s.incident for _, stood in states.values() for s in stood[:1] if isinstance(s, Ask) and s.incident}
        cases = history_until(unit, sorted(about - states.keys()), until)
        return cls(states | {stream: _stood(events) for stream, events in cases.items()})

    def at(self, stream: str, at: datetime) -> State | None:
        """How one thing stood; None before its beginning."""
        known, states = self._states.get(stream, ([], []))
        place = bisect_right(known, at)
        return states[place - 1] if place else None


def _stood(events: Sequence[Event]) -> tuple[list[datetime], list[State]]:
    pairs = [(event.known_at, state) for event, state in evolved(events)]
    return [at for at, _ in pairs], [state for _, state in pairs]


def _last(events: Sequence[Event]) -> Incident:
    *_, (_, state) = evolved(events)
    assert isinstance(state, Incident), "a stream keeps its kind"
    return state
