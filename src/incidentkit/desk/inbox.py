"""The inbox: what comes in from outside is kept first, and processed afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from attrs import define, evolve, field

from incidentkit.delivery.inbound.reading import read_mail
from incidentkit.desk.calls import By, given
from incidentkit.desk.commands import Commands
from incidentkit.desk.fetching import FetchReport, fetch, take_in
from incidentkit.desk.file_refs import is_own
from incidentkit.desk.forgetting import Erased, Erasing
from incidentkit.desk.paging import wanted
from incidentkit.desk.placing_contacts import placed
from incidentkit.desk.processing import Processing
from incidentkit.desk.runtime import Runtime
from incidentkit.domain.inbound import Arrival, InboxOutcome, InboxState, ReceivedFile
from incidentkit.domain.needs import Need
from incidentkit.domain.pages import Page
from incidentkit.domain.people import Customer
from incidentkit.errors import InvalidInput, RuleViolation, UnknownIdError
from incidentkit.ports import BlobStore, InboundMessage, RawInbound
from incidentkit.store.files import open_file
from incidentkit.store.inbox import (
    arrivals,
    due_arrivals,
    every_file,
    files_of,
    find_arrival,
    gone_on,
    raw_of,
)
from incidentkit.store.unit import Unit

__all__ = ["Inbox", "InboxReport"]

_AT_ONCE = 100


@define
class InboxReport:
    """What one call of `Inbox.process` did: how many by what became of them; ``again`` is tried again later."""

    outcomes: dict[str, int] = field(factory=dict)
    again: int = 0
    dead: int = 0

    @property
    def total(self) -> int:
        """Everything that was looked at."""
        return sum(self.outcomes.values()) + self.again + self.dead

    def count(self, after: Arrival) -> None:
        """One more."""
        if after.state is InboxState.WAITING:
            self.again += 1
        elif after.state is InboxState.DEAD:
            self.dead += 1
        else:
            self.outcomes[after.outcome.value] = self.outcomes.get(after.outcome.value, 0) + 1


class Inbox(Commands[Need]):
    """What came in to one desk: mails, and what webhooks brought.

    Each thing is kept once, by its source and the name that the source gives it, and has been written down when `put` or
    `fetch` returns. `process` then makes it a contact or a receipt, in a transaction of its own for each.
    """

    _noun = Need
    _kind = "need"

    def __init__(self, runtime: Runtime, blobs: BlobStore, erasing: Erasing) -> None:
        super().__init__(runtime)
        self._blobs = blobs
        self._erasing = erasing
        self._processing = Processing(runtime, blobs)

    # --- Taking in -----------------------------------------------------------------------------------------------

    def put(self, source: str, event_id: str, raw: bytes, *, headers: Sequence[tuple[str, str]] = ()) -> bool:
        """Keep what came in. False where it was there already. Once this returns, the sender may be told that we have it.

        Args:
            source: who reads it: the name of an inbound adapter or a mailbox, e.g. ``mail``. One that is not loaded yet may
                follow.
            event_id: what the source calls it, for ever and for nothing else; at most 400 characters.
            raw: the bytes as they came.
            headers: those of the request that brought them.

        Raises:
            InvalidInput: a source or an id that can't be one.
        """
        return take_in(self._runtime, source, event_id, RawInbound(raw, tuple(headers)))

    def fetch(self, *, limit: int = _AT_ONCE, progress: Callable[[int], None] | None = None) -> FetchReport:
        """Look into every mailbox, and keep what is new. How far it was read is kept together with what was read.

        A mailbox that can't be read does not stop the others.

        Args:
            limit: how many mails are asked for at a time.
            progress: called with the number so far.

        Raises:
            RuleViolation: inside a batch.
        """
        self._alone("inbox.fetch")
        return fetch(self._runtime, limit, progress)

    # --- Processing ----------------------------------------------------------------------------------------------

    def process(self, *, limit: int | None = None, progress: Callable[[int], None] | None = None) -> InboxReport:
        """Make what is due a contact or a receipt, the longest due first, each in a transaction of its own.

        What can't be processed is tried again, and at last set apart; it never stops the others. Any number of processes may do
        this at once.

        Args:
            limit: how many at the most; default: all.
            progress: called with the number so far.

        Raises:
            RuleViolation: inside a batch.
        """
        self._alone("inbox.process")
        if limit is not None and limit < 1:
            raise InvalidInput("limit", "must be above zero", got=limit)
        report, seen = InboxReport(), set[tuple[str, str]]()
        while limit is None or report.total < limit:
            wanted = _AT_ONCE if limit is None else min(_AT_ONCE, limit - report.total)
            with self._runtime.store.reading() as unit:
                due = due_arrivals(unit, self._runtime.clock(), wanted)
            fresh = [arrival for arrival in due if (arrival.source, arrival.event_id) not in seen]
            if not fresh:
                return report
            for arrival in fresh:
                seen.add((arrival.source, arrival.event_id))
                after = self._processing.take(arrival)
                if after is not None:
                    report.count(after)
                if progress is not None:
                    progress(report.total)
        return report

    def _alone(self, what: str) -> None:
        self._runtime.store.check_alone(what)

    # --- Looking -------------------------------------------------------------------------------------------------

    def find(
        self,
        *,
        state: InboxState | str | None = None,
        outcome: InboxOutcome | str | None = None,
        need: str | None = None,
        limit: int = 100,
        after: str | None = None,
    ) -> Page[Arrival]:
        """What came in, the latest first.

        Args:
            state: ``waiting``, ``done``, ``held`` or ``dead``.
            outcome: what became of it; ``none`` finds the contacts that nobody could place.
            need: the need that it became a contact of.
            limit: how many at the most, 1 to 10,000.
            after: where the page before ended, as its `Page.next`.
        """
        asked = {"state": _word(state), "outcome": _word(outcome), "need": need}
        page = wanted(self._runtime, "inbox.find", asked, limit, after)
        with self._runtime.store.reading() as unit:
            return arrivals(unit, page, **asked)

    def raw(self, source: str, event_id: str) -> RawInbound:
        """What came in, as it came. It holds personal data.

        Raises:
            UnknownIdError: there is no such thing, or it was forgotten.
        """
        with self._runtime.store.reading() as unit:
            found = raw_of(unit, self._found(unit, source, event_id))
        if found is None:
            raise UnknownIdError("What came in", "must still be kept", got="something forgotten")
        return found

    def read(self, source: str, event_id: str) -> InboundMessage:
        """A mail as a person reads it: sender, subject, text, and what of the text is new. It holds personal data.

        Raises:
            UnknownIdError: there is no such thing, or it was forgotten.
        """
        message = read_mail(self.raw(source, event_id).content)[-1]
        assert isinstance(message, InboundMessage), "every mail is a message, and that comes last"
        return message

    def files(self, source: str, event_id: str) -> tuple[ReceivedFile, ...]:
        """The files that came with it, those too whose bytes were not kept.

        Raises:
            UnknownIdError: there is no such thing.
        """
        with self._runtime.store.reading() as unit:
            return tuple(files_of(unit, self._found(unit, source, event_id)))

    def file(self, ref: str) -> bytes:
        """The bytes of a file, by its reference.

        Raises:
            UnknownIdError: there are none, or they were forgotten.
        """
        with self._runtime.store.reading() as unit:
            if not self._is_own(unit, ref):
                raise UnknownIdError("A file", "must have come in here", got="none of that reference")
            found = open_file(unit, ref, self._blobs.get(ref))
        if found is None:
            raise UnknownIdError("A file", "must still have its key", got="one that was forgotten")
        return found

    def _is_own(self, unit: Unit, ref: str) -> bool:
        """Whether it came in to this tenant, whoever else's files lie beside it."""
        if isinstance(ref, str) and is_own(self._runtime.store.secret, self._runtime.tenant, ref):
            return True
        # What came in under an earlier schema has no mark of its own.
        return any(file.ref == ref for file in every_file(unit))

    def _found(self, unit: Unit, source: str, event_id: str) -> Arrival:
        printable = all(isinstance(text, str) and text.isprintable() for text in (source, event_id))
        found = find_arrival(unit, source, event_id) if printable else None
        if found is None:
            raise UnknownIdError("What came in", "must be in the inbox", got="none of that source and id")
        return found

    # --- What people do ------------------------------------------------------------------------------------------

    def place(
        self,
        need_id: str,
        *,
        order: str | None = None,
        incident: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Need:
        """Say what the contacts of a need are about that nobody could place. The need that they belong to then.

        Args:
            order, incident: exactly one of them.

        Raises:
            UnknownIdError: no such need, order or incident.
            RuleViolation: the need is about something already, or it is another customer's.
        """
        if (order is None) == (incident is None):
            raise InvalidInput("inbox.place", "takes an order or an incident", got="both" if order else "neither")
        arguments = given(need=need_id, order=order, incident=incident)
        return self._run("inbox.place", arguments, lambda work: placed(work, need_id, order, incident), by, at, key)

    def release(self, source: str, event_id: str) -> Arrival:
        """Take up again what was held back or set apart, whoever it is from and however often it failed.

        Raises:
            UnknownIdError: there is no such thing.
            RuleViolation: it waits already, or is done.
        """

        def change(unit: Unit) -> Arrival:
            unit.wait_turn()
            found = self._found(unit, source, event_id)
            if found.state not in (InboxState.HELD, InboxState.DEAD):
                rule = "is released where it was held back or set apart"
                raise RuleViolation("What came in", rule, got=found.state.value)
            due = self._runtime.clock()
            after = evolve(found, state=InboxState.WAITING, attempts=0, due=due, outcome=InboxOutcome.RELEASED)
            gone_on(unit, after)
            return after

        return self._runtime.transaction(change)

    def forget(self, customer: Customer | str) -> int:
        """Delete what came in from a customer for good: the bytes, and the files.

        The contacts stay, with their words; `People.forget` forgets a person altogether. How many things there were.

        Raises:
            LegalHold: what is kept of them must stay.
        """

        def change(unit: Unit) -> Erased:
            person = self._runtime.person(unit, customer)
            return self._erasing.forget_mails(unit, person) if person is not None else Erased()

        erased = self._runtime.transaction(change)
        self._erasing.sweep()
        return erased.mails


def _word(value: str | None) -> str | None:
    return None if value is None else str(value)
