"""The record as it was known at an instant: a desk that only reads, whose clock stands still then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, NoReturn, TypeVar

from attrs import evolve, frozen

from incidentkit.delivery.catalogue import Catalogue
from incidentkit.desk.accounts import Accounts
from incidentkit.desk.analyses import Analyses
from incidentkit.desk.approvals import Approvals
from incidentkit.desk.blocks import Blocks
from incidentkit.desk.checkins import CheckIns
from incidentkit.desk.contacts import Contacts
from incidentkit.desk.corrective_actions import CorrectiveActions
from incidentkit.desk.desk import Desk
from incidentkit.desk.incidents import Incidents
from incidentkit.desk.mass import MassIncidents
from incidentkit.desk.needs import Needs
from incidentkit.desk.objectives import Objectives
from incidentkit.desk.orders import Orders
from incidentkit.desk.paging import wanted
from incidentkit.desk.readings import Readings
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.surveys import Surveys
from incidentkit.desk.tasks import Tasks
from incidentkit.desk.timeline import TimelineEntry, entry_of
from incidentkit.desk.verification_calls import VerificationCalls
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import State, replay
from incidentkit.domain.incidents import Incident
from incidentkit.domain.links import links_of
from incidentkit.domain.orders import Order
from incidentkit.domain.pages import Page
from incidentkit.domain.times import Due, micros
from incidentkit.errors import RuleViolation, TimeError, UnknownIdError
from incidentkit.measures.windows import first_instant
from incidentkit.store.as_of import PastStore, history_until, linked_streams, settled
from incidentkit.store.linking import OrdersThen
from incidentkit.store.unit import Unit

__all__ = ["AsOf", "open_as_of"]

S = TypeVar("S", bound=State)

Progress = Callable[[int, int], None]


def open_as_of(runtime: Runtime, catalogue: Catalogue, known_at: Due, progress: Progress | None) -> AsOf:
    """The record as it was known then; the arguments are those of `Desk.as_of`."""
    runtime.store.check_alone("Looking at the record as it was known")
    at, now = first_instant(known_at, runtime.shop.zone, "known_at"), runtime.clock()
    if at > now:
        rule, step = "must not be in the future", f"The desk's clock says {now.isoformat()}."
        raise TimeError("known_at", rule, got=at.isoformat(), next=step)
    with runtime.store.unit(alone=True) as unit:
        until = settled(unit, micros(at))
    return AsOf(runtime, catalogue, at, until, progress)


class AsOf(Desk):
    """What the shop knew at an instant. Every question of a desk is answered as it would have been then; commands are refused.

    An order, its timeline and a case are replayed from their own events. Whatever looks at more, such as a list, a figure or
    the board, is read from a store that is made for it once, in a temporary file, and deleted when this is closed.

    Settings are those of today, and so are words: what was forgotten since is forgotten here. Messages and mails are no part
    of it; what became of a message is on the timeline.

    Attributes:
        known_at: the instant.
        seq: the place in the record of the last event that was known; 0 for none.
    """

    def __init__(self, runtime: Runtime, catalogue: Catalogue, known_at: datetime, seq: int, progress: Progress | None) -> None:
        self.known_at = known_at
        self.seq = seq
        self._past = PastStore(runtime.store, seq, runtime.shop, progress)
        self._runtime = then = evolve(runtime, store=self._past, clock=lambda: known_at)
        self._catalogue = catalogue
        self._replay = replayed = _Replay(runtime, seq)
        self.orders = _Orders(then, replayed)
        self.incidents = _Incidents(then, replayed)
        self.surveys = Surveys(then)
        self.tasks = Tasks(then)
        self.contacts = Contacts(then)
        self.mass = MassIncidents(then)
        self.needs = Needs(then)
        self.accounts = Accounts(then)
        self.readings = Readings(then)
        self.objectives = Objectives(then)
        self.checkins = CheckIns(then)
        self.verification_calls = VerificationCalls(then)
        self.approvals = Approvals(then)
        self.blocks = Blocks(then)
        self.analyses = Analyses(then)
        self.corrective_actions = CorrectiveActions(then)

    def __repr__(self) -> str:
        return f"<The record of {self.shop.name!r} as it was known at {self.known_at.isoformat()}>"

    def close(self) -> None:
        """Delete what was made for it. The desk that it came from stays open."""
        self._past.close()

    def prepare(self) -> None:
        """Make what lists and figures are read from, which is made by itself once one of them is asked for."""
        with self._past.reading():
            pass

    def _refused(self, *_: Any, **__: Any) -> NoReturn:
        raise RuleViolation(
            "The record as it was known", "can be asked what happened", got="something else", next="Ask the desk itself."
        )

    # They are about what is to be done now, or about the store itself.
    as_of = adopt = batch = count_due = explain_diff = feed = health = load_events = rebuild = run = _refused
    send_due = tick = verify = what_if = within = _refused


@frozen
class _Replay:
    """Single things, made of their own events alone.

    Args:
        runtime: the living desk's.
        until: the place of the last event.
    """

    runtime: Runtime
    until: int

    def order(self, order_id: str) -> Order:
        """The order with that id."""
        with self.runtime.store.reading() as unit:
            order, around = self._own(unit, order_id, Order), self._around(unit, order_id)
        cases = [state for events in around.values() if isinstance(state := replay(events), Incident)]
        return evolve(order, in_incident=any(case.open and order_id in case.orders for case in cases))

    def numbered(self, number: str) -> Order | None:
        """The order of that number, if it had it then and has it today."""
        with self.runtime.store.reading() as unit:
            stream = unit.named("order", number)
            known = history_until(unit, [stream], self.until) if stream is not None else {}
        order = self.order(stream) if stream is not None and stream in known else None
        return order if order is not None and order.number == number else None

    def incident(self, incident_id: str) -> Incident:
        """The case with that id."""
        with self.runtime.store.reading() as unit:
            return self._own(unit, incident_id, Incident)

    def timeline(self, order_id: str) -> list[Event]:
        """The events of an order and of every stream that was on its timeline, in the order of the record."""
        with self.runtime.store.reading() as unit:
            self._own(unit, order_id, Order)
            streams = {**history_until(unit, [order_id], self.until), **self._around(unit, order_id)}
        return sorted((event for events in streams.values() for event in events), key=lambda event: event.seq)

    def _own(self, unit: Unit, stream: str, noun: type[S]) -> S:
        events = history_until(unit, [stream], self.until).get(stream) if isinstance(stream, str) else None
        state = replay(events) if events else None
        if not isinstance(state, noun):
            kind, step = noun.__name__.lower(), "Look the id up, or look at a later instant."
            raise UnknownIdError(f"The {kind}", "must have been in the record then", got=repr(stream)[:48], next=step)
        return state

    def _around(self, unit: Unit, order_id: str) -> dict[str, list[Event]]:
        """The streams that were on the order's timeline then, of all that are today."""
        then = OrdersThen(unit.connection, unit.tenant)
        found = history_until(unit, linked_streams(unit, order_id), self.until)
        return {
            stream: events
            for stream, events in found.items()
            if any(order_id in links_of(event, partial(then, event.seq)) for event in events)
        }


class _Orders(Orders):
    def __init__(self, runtime: Runtime, replayed: _Replay) -> None:
        super().__init__(runtime)
        self._replay = replayed

    def _get(self, id: str) -> Order:
        return self._replay.order(id)

    def find(self, *, number: str | None = None, **asked: Any) -> Page[Order]:
        """As a desk's, but that an order that is still called so need not be looked for."""
        found = self._replay.numbered(number) if number and not asked.keys() - {"limit"} else None
        return super().find(number=number, **asked) if found is None else Page([found])

    def timeline(self, order_id: str, *, limit: int = 1000, after: str | None = None) -> Page[TimelineEntry]:
        asked = {"order": order_id, "until": self._replay.until}
        page = wanted(self._runtime, "orders.timeline", asked, limit, after)
        last = int(page.place[0]) if page.place else 0
        rest = [entry_of(event) for event in self._replay.timeline(order_id) if event.seq > last]
        shown = rest[:limit]
        return Page(shown, page.cursor((shown[-1].seq,)) if len(rest) > limit else None)


class _Incidents(Incidents):
    def __init__(self, runtime: Runtime, replayed: _Replay) -> None:
        super().__init__(runtime)
        self._replay = replayed

    def _get(self, id: str) -> Incident:
        return self._replay.incident(id)
