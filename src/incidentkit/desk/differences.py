"""What differs between two views of the record, and which events made the difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import attrs
from attrs import frozen

from incidentkit.desk.as_of import AsOf
from incidentkit.desk.runtime import Runtime
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import State, evolved
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import Due
from incidentkit.errors import InvalidInput, UnknownIdError
from incidentkit.measures.facts import facts_of
from incidentkit.measures.subjects import SubjectRow
from incidentkit.store.as_of import history_until, streams_around
from incidentkit.store.store import Store

__all__ = ["Difference", "explain_diff"]

_PAGE = 10_000


@frozen
class Difference:
    """One thing that the later view says otherwise.

    Args:
        subject: the id of the order, case or other thing, or of the row of a measure.
        field: of a thing, the name of what differs; empty where it was not known at all before. Of a row, the measure's name.
        was, is_: what each view says; None where a thing or a row is not in it.
        because: the events, in the order of the record, that made the difference; none where the passing of time did.
    """

    subject: str
    field: str
    was: Any = attrs.field(repr=False)
    is_: Any = attrs.field(repr=False)
    because: tuple[Event, ...] = attrs.field(repr=False)


Progress = Callable[[int, int], None]


def explain_diff(
    runtime: Runtime,
    as_of: Callable[..., AsOf],
    what: str,
    earlier: Due | AsOf,
    later: Due | AsOf,
    since: Due | None,
    until: Due | None,
    progress: Progress | None,
) -> tuple[Difference, ...]:
    """What differs; the arguments are those of `Desk.explain_diff`."""
    with ExitStack() as opened:
        first, second = (_view(opened, as_of, view, progress) for view in (earlier, later))
        if first.known_at > second.known_at:
            got = f"{first.known_at.isoformat()} and {second.known_at.isoformat()}"
            raise InvalidInput("earlier", "must not be after later", got=got)
        if what not in runtime.measures.names:
            return _of_stream(runtime.store, what, first.seq, second.seq)
        return _of_measure(runtime, what, first, second, since, until)


def _view(opened: ExitStack, as_of: Callable[..., AsOf], view: Due | AsOf, progress: Progress | None) -> AsOf:
    return view if isinstance(view, AsOf) else opened.enter_context(as_of(view, progress=progress))


# --- One thing ---------------------------------------------------------------------------------------------------


def _of_stream(store: Store, stream: str, earlier: int, later: int) -> tuple[Difference, ...]:
    """Which fields of a thing differ between two places in the record.

    Raises:
        UnknownIdError: it was not there even at the later one.
    """
    with store.reading() as unit:
        events = history_until(unit, [stream], later).get(stream) if isinstance(stream, str) else None
    if not events:
        rule, step = "must have been in the record by the later view", "Look the id up, or name a measure."
        raise UnknownIdError("The thing", rule, got=repr(stream)[:48], next=step)
    steps = list(evolved(events))
    known = [state for event, state in steps if event.seq <= earlier]
    since = tuple(event for event in events if event.seq > earlier)
    if not known:
        return (Difference(stream, "", None, steps[-1][1], since),)
    return tuple(_of_fields(stream, known[-1], steps[len(known) :]))


def _of_fields(stream: str, was: State, steps: Sequence[tuple[Event, State]]) -> Iterator[Difference]:
    is_ = steps[-1][1] if steps else was
    for each in attrs.fields(type(was)):
        if each.eq and getattr(was, each.name) != getattr(is_, each.name):
            yield Difference(
                stream, each.name, getattr(was, each.name), getattr(is_, each.name), _moving(was, steps, each.name)
            )


def _moving(was: State, steps: Iterable[tuple[Event, State]], name: str) -> tuple[Event, ...]:
    """The events after which a field was another."""
    moving: list[Event] = []
    for event, state in steps:
        if getattr(state, name) != getattr(was, name):
            moving.append(event)
        was = state
    return tuple(moving)


# --- Rows of a measure -------------------------------------------------------------------------------------------


def _of_measure(
    runtime: Runtime, measure: str, earlier: AsOf, later: AsOf, since: Due | None, until: Due | None
) -> tuple[Difference, ...]:
    was, is_ = _rows(earlier, measure, since, until), _rows(later, measure, since, until)
    moved = [row for row in {**was, **is_} if was.get(row) != is_.get(row)]
    causes = _Causes(runtime.store, runtime.shop, earlier.seq, later.seq)
    return tuple(Difference(row, measure, was.get(row), is_.get(row), causes.of(row.split("/")[0])) for row in sorted(moved))


def _rows(view: AsOf, measure: str, since: Due | None, until: Due | None) -> Mapping[str, SubjectRow]:
    rows: dict[str, SubjectRow] = {}
    page = view.measure_rows(measure, since=since, until=until, limit=_PAGE).rows
    rows |= {row.id: row for row in page}
    while page.next is not None:
        page = view.measure_rows(measure, since=since, until=until, limit=_PAGE, after=page.next).rows
        rows |= {row.id: row for row in page}
    return rows


@frozen
class _Causes:
    """Finds the events between two places that changed what figures say of a thing."""

    store: Store
    shop: Shop
    earlier: int
    later: int

    def of(self, stream: str) -> tuple[Event, ...]:
        """Its own events that changed what it comes to; where there are none, those of what it is about and of what is
        about it."""
        with self.store.reading() as unit:
            own = self._changing(history_until(unit, [stream], self.later))
            return own or self._changing(history_until(unit, streams_around(unit, stream), self.later))

    def _changing(self, histories: Mapping[str, Sequence[Event]]) -> tuple[Event, ...]:
        found = [event for events in histories.values() for event in self._steps(events)]
        return tuple(sorted(found, key=lambda event: event.seq))

    def _steps(self, events: Sequence[Event]) -> Iterator[Event]:
        before: Any = None
        for event, state in evolved(events):
            after = facts_of(state, self.shop)
            if event.seq > self.earlier and after != before:
                yield event
            before = after
