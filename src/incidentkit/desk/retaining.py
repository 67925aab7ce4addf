"""Retention: what has been kept for as long as the settings say is deleted, page by page of the vault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from attrs import define, field

from incidentkit.desk.calls import Call
from incidentkit.desk.forgetting import Erasing
from incidentkit.desk.ids import instant_of
from incidentkit.domain.actors import RULE
from incidentkit.domain.ids import CustomerId
from incidentkit.domain.orders import Order
from incidentkit.domain.retention import PersonalKind
from incidentkit.rules.retention import expired, is_over, words_of
from incidentkit.store.forgetting import bury, file_refs, files_under, streams_about
from incidentkit.store.inbox import cursor_of, set_cursor
from incidentkit.store.retention import (
    Part,
    Surrounded,
    active,
    count_parts,
    drop_old_keys,
    parts_after,
    parts_called,
    quiet_since,
    surrounded,
    waiting,
)
from incidentkit.store.unit import Unit

__all__ = ["Retaining", "RetentionReport"]

_AT_ONCE = 500
_CALL = Call("retain", {}, by=RULE)
_KEY_LIFE = timedelta(days=90)

_PLACE = ":retention"
"""Under what name the store keeps how far `Retaining.slice` has come; no mailbox is called so."""

_PREFIXES: Mapping[str, PersonalKind] = {
    "inbox:": PersonalKind.MAILS,
    "file:": PersonalKind.FILES,
    "raw:": PersonalKind.MESSAGES,
}
_PEOPLE = (PersonalKind.CUSTOMERS, PersonalKind.CUSTOMERS_WITHOUT_ORDERS)

Progress = Callable[[int, int], None]


@define
class RetentionReport:
    """What retention did, or would do.

    Args:
        looked: parts of the vault that were looked at.
        deleted: how many were deleted, by kind; with ``customers`` people.
        held: how many were due, and stay for a legal hold.
    """

    looked: int = 0
    deleted: dict[str, int] = field(factory=dict)
    held: int = 0

    @property
    def total(self) -> int:
        """Everything that was deleted."""
        return sum(self.deleted.values())

    def count(self, due: _Due) -> None:
        """What became of a page."""
        self.held += due.held
        kinds = Counter(kind.value for kind in (*due.parts.values(), *due.people.values()))
        self.deleted = dict(sorted((Counter(self.deleted) + kinds).items()))


@define
class _Due:
    """What of a page is to be deleted: parts by reference, and people by id."""

    parts: dict[str, PersonalKind] = field(factory=dict)
    people: dict[str, PersonalKind] = field(factory=dict)
    held: int = 0


class Retaining:
    """Looks the vault over."""

    def __init__(self, erasing: Erasing) -> None:
        self._erasing = erasing
        self._runtime = erasing.runtime
        self._policy = erasing.runtime.shop.retention

    def everything(self, *, dry_run: bool, progress: Progress | None) -> RetentionReport:
        """Look over all of it."""
        self._runtime.store.check_alone("retain")
        report, after, total = RetentionReport(), "", self._total() if progress is not None else 0
        while self._policy.kinds and (page := self._page(after, report, dry_run=dry_run)):
            after = page[-1].ref
            if progress is not None:
                progress(report.looked, max(report.looked, total))
        if not dry_run:
            before = self._runtime.clock() - _KEY_LIFE
            self._runtime.transaction(lambda unit: drop_old_keys(unit, before))
            self._erasing.sweep()
        return report

    def _total(self) -> int:
        with self._runtime.store.reading() as unit:
            return count_parts(unit)

    def slice(self) -> RetentionReport:
        """Look over the next page, so that whoever calls it again and again has all of it looked over in time."""
        report = RetentionReport()
        if not self._policy.kinds:
            return report
        with self._runtime.store.reading() as unit:
            after = cursor_of(unit, _PLACE) or ""
        page = self._page(after, report, dry_run=False)
        then = page[-1].ref if len(page) == _AT_ONCE else ""
        if then != after:
            self._runtime.transaction(lambda unit: set_cursor(unit, _PLACE, then))
        if report.total:
            self._erasing.sweep()
        return report

    def _page(self, after: str, report: RetentionReport, *, dry_run: bool) -> Sequence[Part]:
        with self._runtime.store.reading() as unit:
            parts = parts_after(unit, after, _AT_ONCE)
            due = self._due(unit, parts)
        report.looked += len(parts)
        if not dry_run:
            due = self._done(due)
        report.count(due)
        return parts

    def _done(self, due: _Due) -> _Due:
        """Delete what is due, as far as it still is now that nobody else writes."""
        done = _Due(held=due.held)
        if due.parts:
            done.parts = self._runtime.transaction(lambda unit: self._delete(unit, due))
        for person, kind in due.people.items():
            if self._runtime.transaction(lambda unit, person=person: self._forget(unit, person)):  # type: ignore[misc]
                done.people[person] = kind
        return done

    def _delete(self, unit: Unit, due: _Due) -> dict[str, PersonalKind]:
        unit.wait_turn()
        still = self._due(unit, parts_called(unit, due.parts)).parts
        files = files_under(unit, still)
        work = ["scrub:", *(f"blob:{file.ref}" for file in files.values() if not file.left_out)]
        bury(unit, None, {*still, *file_refs(files)}, "retention", self._runtime.clock(), work=work)
        return still

    def _forget(self, unit: Unit, person: str) -> bool:
        unit.wait_turn()
        if self._about_person(unit, person) is None:
            return False
        self._erasing.forget(self._runtime.work(unit, _CALL), CustomerId(person), "retention")
        return True

    # --- What is due ---------------------------------------------------------------------------------------------

    def _due(self, unit: Unit, parts: Sequence[Part]) -> _Due:
        wanted = {part.ref: kind for part in parts if (kind := _kind(part)) is None or self._policy.of(kind) is not None}
        some = [part for part in parts if part.ref in wanted]
        around, due, now = surrounded(unit, some), _Due(), self._runtime.clock()
        for part in some:
            kind = _kind(part) or _words(part, around)
            since = _quiet_since(part, around)
            if kind is None or since is None or not expired(self._policy, kind, since, now):
                continue
            if self._held(part, around, now):
                due.held += 1
            else:
                due.parts[part.ref] = kind
        self._people_due(unit, [part.ref for part in parts if part.ref == part.customer], around, due)
        return due

    def _held(self, part: Part, around: Surrounded, now: datetime) -> bool:
        of = around.states.get(part.stream or "")
        whose = (part.customer, getattr(of, "customer", None))
        return any(person in around.people and around.people[person].held(now) for person in whose if person is not None)

    def _people_due(self, unit: Unit, people: Sequence[str], around: Surrounded, due: _Due) -> None:
        spans = [span for kind in _PEOPLE if (span := self._policy.of(kind)) is not None]
        if not spans or not people:
            return
        now = self._runtime.clock()
        for person in sorted(set(people) - active(unit, people, now - min(spans))):
            kind = self._about_person(unit, person)
            known = around.people.get(person)
            if kind is not None and known is not None and known.held(now):
                due.held += 1
            elif kind is not None:
                due.people[person] = kind

    def _about_person(self, unit: Unit, person: str) -> PersonalKind | None:
        """As what a person is due to be forgotten; None while they are not."""
        about = streams_about(unit, person)
        if waiting(unit, person, self._runtime.clock()) or not all(map(is_over, about.values())):
            return None
        quiet = quiet_since(unit, about)
        ordered = any(isinstance(state, Order) for state in about.values())
        kind = PersonalKind.CUSTOMERS if ordered else PersonalKind.CUSTOMERS_WITHOUT_ORDERS
        known_since = instant_of(person)
        since = max((*quiet.values(), *([] if ordered or known_since is None else [known_since])), default=None)
        done = since is not None and len(quiet) == len(about)
        return kind if done and since is not None and expired(self._policy, kind, since, self._runtime.clock()) else None


def _kind(part: Part) -> PersonalKind | None:
    """What a part is by its reference; None for words, which are what they are about."""
    return next((kind for prefix, kind in _PREFIXES.items() if part.ref.startswith(prefix)), None)


def _words(part: Part, around: Surrounded) -> PersonalKind | None:
    state = around.states.get(part.stream or "")
    return words_of(state) if state is not None and part.ref.startswith("text:") else None


def _quiet_since(part: Part, around: Surrounded) -> datetime | None:
    return around.received.get(part.ref) if part.stream is None else around.quiet.get(part.stream)
