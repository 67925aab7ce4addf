"""Forgetting people: everything personal deleted in one transaction, and afterwards what else must be done about it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from attrs import field, frozen

from incidentkit.desk.calls import Call
from incidentkit.desk.preferring import preferences_of
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.work import Work
from incidentkit.domain.actors import RULE
from incidentkit.domain.ids import CustomerId
from incidentkit.domain.inbound import ReceivedFile
from incidentkit.domain.needs import Need
from incidentkit.domain.preferences import Preferences
from incidentkit.ports import BlobStore, Tombstone, TombstoneLedger
from incidentkit.rules import people as rules
from incidentkit.store.forgetting import (
    bury,
    close_mails,
    done_with,
    file_refs,
    files_under,
    forgotten,
    looked_after,
    lose_addresses,
    lose_sight,
    mails_of,
    named_in,
    owned,
    said_of_messages,
    silence,
    streams_about,
    work_left,
)
from incidentkit.store.unit import Held, Unit

__all__ = ["Erased", "Erasing", "Forgotten"]

_SCRUB = "scrub:"

_EVER = datetime.max.replace(tzinfo=UTC)
_UNDER_WAY = timedelta(minutes=2)
"""After so long, whatever command had found a person before they were forgotten is done, or was refused."""


@frozen
class Forgotten:
    """What was forgotten of a person.

    Args:
        customer_id: the id that their orders and cases go on to carry; it says nothing about them any more.
        rows: texts and details that were deleted from the vault; 0 where a call was made again.
        files: those that had come with messages of theirs.
        tombstone: since when they are forgotten.
    """

    customer_id: str
    rows: int
    files: int
    tombstone: datetime


@frozen
class Erased:
    """How much was deleted: rows of the vault, files, and things that came in."""

    rows: int = 0
    files: int = 0
    mails: int = 0


@frozen
class Erasing:
    """Deletes what is personal, here and wherever else it lies.

    Args:
        ledger: names those who were forgotten apart from the database; None for nowhere.
    """

    runtime: Runtime
    blobs: BlobStore = field(repr=False)
    ledger: TombstoneLedger | None = field(default=None, repr=False)

    # --- Inside a transaction ------------------------------------------------------------------------------------

    def forget(self, work: Work, person: CustomerId, reason: str) -> tuple[Held, Erased]:
        """Forget a person, as a part of a command.

        Raises:
            LegalHold: what is kept of them must stay.
        """
        # Alone from here on: what others write about them comes after it, and is about somebody unknown.
        work.unit.wait_turn()
        work.unit.flush()
        known = preferences_of(work.unit, person)
        rules.check_hold(known, self.runtime.clock())
        erased = erase_person(work.unit, person, reason, work.now.at, self.runtime.clock())
        decision = rules.forget(known or Preferences(person), reason, known is None)
        return work.apply(person, decision), erased

    def forget_mails(self, unit: Unit, person: str) -> Erased:
        """Delete what came in from a person, with its files; the rest of them stays.

        Raises:
            LegalHold: what is kept of them must stay.
        """
        unit.wait_turn()
        unit.flush()
        now = self.runtime.clock()
        rules.check_hold(preferences_of(unit, person), now)
        mails = mails_of(unit, person, _needs_of(unit, person))
        files = files_under(unit, owned(unit, person), mails)
        refs = {*(mail.raw for mail in mails), *file_refs(files)}
        rows = bury(unit, None, refs, "mails", now, work=_after(files))
        close_mails(unit, mails)
        lose_addresses(unit, person)
        return Erased(rows, len(files), len(mails))

    # --- Afterwards ----------------------------------------------------------------------------------------------

    def sweep(self) -> None:
        """Do what deletions that are committed have left to do: drop files, destroy keys, name people in the ledger.

        Whatever of it a crash has prevented is done the next time. Nothing happens inside a batch or a host's transaction,
        where nothing is committed yet.
        """
        store = self.runtime.store
        if store.joined:
            return
        with store.reading() as unit:
            left = work_left(unit)
            # Hardly ever is there any: a desk that is opened need not ask what time it is.
            late = looked_after(unit, self.runtime.clock() - _UNDER_WAY) if looked_after(unit, _EVER) else []
        if late:
            self.runtime.transaction(lambda unit: self._look_after(unit, late))
        done = [*self._dropped(left), *self._destroyed(left), *self._named(left), *self._scrubbed(left)]
        if done:
            self.runtime.transaction(lambda unit: done_with(unit, done))

    def _look_after(self, unit: Unit, late: Sequence[str]) -> None:
        """Delete what commands have brought back that had found somebody just before they were forgotten."""
        unit.wait_turn()
        for person in (work.removeprefix("again:") for work in late):
            unit.erase(None, [person])
            lose_sight(unit, person, ())
        done_with(unit, late)

    def _dropped(self, left: Iterable[str]) -> list[str]:
        files = [work for work in left if work.startswith("blob:")]
        for work in files:
            self.blobs.drop(work.removeprefix("blob:"))
        return files

    def _destroyed(self, left: Iterable[str]) -> list[str]:
        keys = [work for work in left if work.startswith("key:")]
        if keys:
            self.runtime.store.vault.destroy([work.removeprefix("key:") for work in keys])
        return keys

    def _named(self, left: Iterable[str]) -> list[str]:
        people = [work for work in left if work.startswith("ledger:")]
        if self.ledger is None or not people:
            return []
        with self.runtime.store.reading() as unit:
            known = forgotten(unit, [work.removeprefix("ledger:") for work in people])
        self._write_down(self.ledger, known)
        return people

    def _scrubbed(self, left: Sequence[str]) -> list[str]:
        return [_SCRUB] if _SCRUB in left and self.runtime.store.scrub() else []

    # --- After a restore -----------------------------------------------------------------------------------------

    def remember(self) -> int:
        """Forget again whom the ledger names and this database does not: it was restored from an earlier copy. How many.

        Whom the database names and the ledger does not is written into the ledger.
        """
        if self.ledger is None:
            return 0
        mark = self._mark()
        named = {t.customer: t.at for t in self.ledger.read() if (t.store, t.tenant) == (mark, self.runtime.tenant)}
        with self.runtime.store.reading() as unit:
            known = forgotten(unit)
        self._write_down(self.ledger, {person: at for person, at in known.items() if person not in named})
        missing = sorted(named.keys() - known.keys())
        for person in missing:
            self.runtime.transaction(lambda unit, person=person: self._again(unit, person, named[person]))  # type: ignore[misc]
        return len(missing)

    def _again(self, unit: Unit, person: str, at: datetime) -> None:
        unit.wait_turn()
        if forgotten(unit, [person]):
            return
        at = min(at, self.runtime.clock())
        known = preferences_of(unit, person)
        there = known is not None or bool(streams_about(unit, person))
        # A hold that the copy knows of was over when they were forgotten.
        erase_person(unit, person, "restored", at, self.runtime.clock())
        if there:
            work = self.runtime.work(unit, Call("people.forget", {}, by=RULE, at=at))
            work.apply(person, rules.forget(known or Preferences(CustomerId(person)), "restored", known is None))

    def _write_down(self, ledger: TombstoneLedger, people: Mapping[str, datetime]) -> None:
        if people:
            mark, tenant = self._mark(), self.runtime.tenant
            ledger.add([Tombstone(mark, tenant, person, at) for person, at in sorted(people.items())])

    def _mark(self) -> str:
        """By what the ledger knows this store from another one that lay, or lies, in its place."""
        return hmac.new(self.runtime.store.secret, b"tombstones", hashlib.sha256).hexdigest()[:16]


def erase_person(unit: Unit, person: str, reason: str, at: datetime, now: datetime) -> Erased:
    """Delete everything personal of somebody. Made again, it deletes what has come since.

    Args:
        at: when they are forgotten; now: the present.
    """
    about = streams_about(unit, person)
    mails = mails_of(unit, person, [stream for stream, state in about.items() if isinstance(state, Need)])
    files = files_under(unit, owned(unit, person), mails)
    refs = {*named_in(unit, about), *said_of_messages(unit, person), *(mail.raw for mail in mails), *file_refs(files)}
    first = not forgotten(unit, [person])
    work = [*_after(files), f"again:{person}", *([f"ledger:{person}"] if first else ())]
    rows = bury(unit, person, refs, reason or "forgotten", at, work, now)
    silence(unit, person)
    close_mails(unit, mails)
    lose_sight(unit, person, about)
    return Erased(rows, len(files), len(mails))


def _after(files: Mapping[str, ReceivedFile]) -> list[str]:
    return [_SCRUB, *(f"blob:{file.ref}" for file in files.values() if not file.left_out)]


def _needs_of(unit: Unit, person: str) -> Collection[str]:
    return [stream for stream, state in streams_about(unit, person).items() if isinstance(state, Need)]
