"""Looks the record of a tenant over, from the first event to the last kept figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime

from attrs import define, field, frozen
from sqlalchemy import func, select

from incidentkit.domain.laws import broken_laws
from incidentkit.domain.shop import Shop
from incidentkit.domain.verification import VerifyReport
from incidentkit.store import tables as t
from incidentkit.store.linking import OrdersThen
from incidentkit.store.sealing import sequence
from incidentkit.store.unit import Unit
from incidentkit.store.verifying.effects import judge_effects, judge_intents
from incidentkit.store.verifying.facts import Expected, differing, judge_facts
from incidentkit.store.verifying.figures import Measures, judge_figures
from incidentkit.store.verifying.findings import Findings
from incidentkit.store.verifying.folding import Folded, Orders, folded, judge_rows
from incidentkit.store.verifying.histories import Page, pages
from incidentkit.store.verifying.itself import judge_itself
from incidentkit.store.verifying.money import Money
from incidentkit.store.verifying.persons import Hashes, judge_people, judge_vault, judge_words
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
        unit: sees one state of the database throughout.
        key: what seals are signed with.
        hashes: how people are found.
        measure: gives a measure by its name and clock; None where there is none.
        noted: the last seal as it was noted elsewhere; empty for none.
    """

    unit: Unit
    shop: Shop
    key: bytes = field(repr=False)
    hashes: Hashes
    measure: Measures
    noted: str = ""


def verify(what: Looked, at: datetime, *, limit: int, progress: Progress | None = None) -> VerifyReport:
    """Look over everything of a tenant, reading only.

    Memory does not grow with the record; what must be put aside to be sorted goes to a temporary file.

    Args:
        at: the present, for the report.
        limit: how many damages are named.
        progress: called now and then with events looked at and events in all; each is looked at twice.
    """
    connection, tenant = what.unit.connection, what.unit.tenant
    query = select(func.count(), func.max(t.events.c.seq)).where(t.events.c.tenant == tenant)
    count, last = connection.execute(query).one()
    with closing(Sorter()) as sorter:
        look = _Look(what, sorter, Findings(limit), _Counted(2 * count, progress), last or 0, at)
        sealed = Sealed(connection, tenant, what.key, look.findings, what.noted)
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


@define(eq=False, slots=False)
class _Look:
    what: Looked
    sorter: Sorter
    findings: Findings
    progress: _Counted
    last: int
    at: datetime
    streams: int = field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        self._connection, self._tenant = self.what.unit.connection, self.what.unit.tenant
        self._then = OrdersThen(self._connection, self._tenant)

    def over(self, sealed: Sealed) -> None:
        """Look at everything, in the order in which one thing is founded on another."""
        self._record(sealed)
        expected, money = Expected(self.what.shop, self.sorter, self._then), Money()
        orders = Orders(self._connection, self._tenant)
        for page in pages(self._connection, self._tenant):
            found = self._page(page)
            self._expect(expected, money, found, orders)
            self.streams += len(page.events)
            self.progress.add(sum(map(len, page.events.values())))
        self._derived(expected, money)
        judge_figures(self._connection, self._tenant, self.what.measure, self.at, self.findings)
        judge_effects(self._connection, self._tenant, self.findings)
        judge_vault(self.what.unit, self.findings)
        judge_people(self.what.unit, self.what.hashes, self.findings)
        judge_itself(self._connection, self._tenant, self.findings)

    def _record(self, sealed: Sealed) -> None:
        seen, events = 0, sequence(self._connection, self._tenant)
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
                for law in broken_laws(whole.state):
                    self.findings.add("law", stream, law, whole.last.seq, whole.last.version)
        judge_streams(self._connection, self._tenant, page, found, self.findings)
        judge_timers(self._connection, self._tenant, page, found, self.what.shop, self.findings)
        judge_intents(self._connection, self._tenant, page, found, self.last, self.findings)
        judge_words(self.what.unit, page, found, self.findings)
        return found

    def _expect(self, expected: Expected, money: Money, found: Mapping[str, Folded], orders: Orders) -> None:
        orders.have(order for stream in found.values() for order in getattr(stream.state, "own_orders", ()))
        for stream in found.values():
            money.add(stream.state)
            try:
                expected.add(stream, orders)
            except LookupError:
                last = stream.last
                self.findings.add("event", last.stream, "it is about an order that is not there", last.seq, last.version)

    def _derived(self, expected: Expected, money: Money) -> None:
        """Compare what was added up; where it differs, read the record again and name what is wrong."""
        buckets, paid = differing(self._connection, self._tenant, expected.prints()), money.differing()
        if not buckets and not paid:
            return
        aside, again = Expected(self.what.shop, self.sorter, self._then, buckets), Money(paid)
        # What it finds was found before.
        look = _Look(self.what, self.sorter, Findings(1), _Counted(0, None), self.last, self.at)
        orders = Orders(self._connection, self._tenant)
        for page in pages(self._connection, self._tenant):
            folds = (folded(stream, rows, look.findings) for stream, rows in page.events.items())
            look._expect(aside, again, {fold.stream: fold for fold in folds if fold is not None}, orders)
        judge_facts(self._connection, self._tenant, self.sorter, buckets, self.findings)
        again.judge(self.findings)
