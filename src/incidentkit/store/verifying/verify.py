"""Looks the record of a tenant over, from the first event to the last kept figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime

from attrs import define, field, frozen
from sqlalchemy import Connection, func, select

from incidentkit.domain.shop import Shop
from incidentkit.domain.verification import VerifyReport
from incidentkit.store import tables as t
from incidentkit.store.sealing import sequence
from incidentkit.store.verifying.facts import Expected, differing, judge_facts
from incidentkit.store.verifying.findings import Findings
from incidentkit.store.verifying.folding import Folded, Orders, folded, judge_rows
from incidentkit.store.verifying.histories import Page, pages
from incidentkit.store.verifying.prints import Sorter
from incidentkit.store.verifying.seals import Sealed
from incidentkit.store.verifying.sequence import judge_sequence
from incidentkit.store.verifying.streams import judge_streams, judge_timers

__all__ = ["Looked", "Progress", "verify"]

Progress = Callable[[int, int], None]


@frozen
class Looked:
    """Whose record is looked over, and by what.

    Args:
        connection: in a transaction that sees one state of the database throughout.
        key: what seals are signed with.
        noted: the last seal as it was noted elsewhere; empty for none.
    """

    connection: Connection
    tenant: str
    shop: Shop
    key: bytes = field(repr=False)
    noted: str = ""


def verify(what: Looked, at: datetime, *, limit: int, progress: Progress | None = None) -> VerifyReport:
    """Look over everything of a tenant, reading only.

    Memory does not grow with the record; what must be put aside to be sorted goes to a temporary file.

    Args:
        at: the present, for the report.
        limit: how many damages are named.
        progress: called now and then with events looked at and events in all; each is looked at twice.
    """
    query = select(func.count()).select_from(t.events).where(t.events.c.tenant == what.tenant)
    count = what.connection.execute(query).scalar_one()
    with closing(Sorter()) as sorter:
        look = _Look(what.connection, what.tenant, what.shop, sorter, Findings(limit), _Counted(2 * count, progress))
        sealed = Sealed(what.connection, what.tenant, what.key, look.findings, what.noted)
        look.over(sealed)
        found = look.findings
        return VerifyReport(at, count, look.streams, sealed.count, found.count, found.first, sealed.last)


@define
class _Counted:
    """Progress, told about in handfuls."""

    total: int
    tell: Progress | None
    done: int = 0

    def add(self, count: int) -> None:
        self.done += count
        if self.tell is not None:
            self.tell(self.done, self.total)


@define
class _Look:
    connection: Connection
    tenant: str
    shop: Shop
    sorter: Sorter
    findings: Findings
    progress: _Counted
    streams: int = field(default=0, init=False)

    def over(self, sealed: Sealed) -> None:
        """Look at everything, in the order in which one thing is founded on another."""
        self._record(sealed)
        expected = Expected(self.shop, self.sorter)
        orders = Orders(self.connection, self.tenant)
        for page in pages(self.connection, self.tenant):
            found = self._page(page)
            self._expect(expected, found, orders)
            self.streams += len(page.events)
            self.progress.add(sum(map(len, page.events.values())))
        self._facts(expected)

    def _record(self, sealed: Sealed) -> None:
        seen, events = 0, sequence(self.connection, self.tenant)
        for seen, _ in enumerate(sealed.over(judge_sequence(events, self.findings)), 1):
            if seen % 1000 == 0:
                self.progress.add(1000)
        self.progress.add(seen % 1000)

    def _page(self, page: Page) -> dict[str, Folded]:
        found = {}
        for stream, rows in page.events.items():
            head = judge_rows(stream, rows, self.findings)
            whole = folded(stream, rows, self.findings, head)
            if whole is not None:
                found[stream] = whole
        judge_streams(self.connection, self.tenant, page, found, self.findings)
        judge_timers(self.connection, self.tenant, page, found, self.shop, self.findings)
        return found

    def _expect(self, expected: Expected, found: Mapping[str, Folded], orders: Orders) -> None:
        orders.have(order for stream in found.values() for order in getattr(stream.state, "own_orders", ()))
        for stream in found.values():
            try:
                expected.add(stream, orders)
            except LookupError:
                last = stream.last
                self.findings.add("event", last.stream, "it is about an order that is not there", last.seq, last.version)

    def _facts(self, expected: Expected) -> None:
        buckets = differing(self.connection, self.tenant, expected.prints())
        if not buckets:
            return
        again, orders = Expected(self.shop, self.sorter, buckets), Orders(self.connection, self.tenant)
        look = _Look(self.connection, self.tenant, self.shop, self.sorter, Findings(1), _Counted(0, None))
        for page in pages(self.connection, self.tenant):
            folds = (folded(stream, rows, look.findings) for stream, rows in page.events.items())
            look._expect(again, {fold.stream: fold for fold in folds if fold is not None}, orders)
        judge_facts(self.connection, self.tenant, self.sorter, buckets, self.findings)
