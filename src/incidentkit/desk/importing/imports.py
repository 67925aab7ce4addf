"""The import itself: look, plan, write, rule by rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol

from attrs import define

from incidentkit.desk.importing.accounts import AccountPlanner
from incidentkit.desk.importing.answers import AnswerPlanner
from incidentkit.desk.importing.contacts import ContactPlan, ContactPlanner
from incidentkit.desk.importing.files import find_files
from incidentkit.desk.importing.incidents import IncidentPlanner
from incidentkit.desk.importing.orders import OrderPlanner
from incidentkit.desk.importing.picking import Rejection
from incidentkit.desk.importing.promises import PromisePlanner
from incidentkit.desk.importing.records import Record, records
from incidentkit.desk.importing.rejects import Rejects
from incidentkit.desk.importing.report import ImportReport, Tally
from incidentkit.desk.importing.rows import Place
from incidentkit.desk.importing.shops import check_shop
from incidentkit.desk.importing.tables import Tables
from incidentkit.desk.importing.turns import TurnPlan, Turns
from incidentkit.desk.importing.writing import Plan, Writer
from incidentkit.desk.runtime import Runtime
from incidentkit.domain.profile import Profile, Rule
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import instant

__all__ = ["Imports"]

_AT_ONCE = 500
"""Records in one transaction."""

Progress = Callable[[int, int], None]


class Imports:
    """Reading a shop's files into the record of one desk."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def run(
        self,
        profile: Profile,
        paths: Sequence[str | Path],
        *,
        progress: Progress | None = None,
        rejects: str | Path | None = None,
        dry_run: bool = False,
    ) -> ImportReport:
        """Bring what the files hold into the record, as the profile says: orders first, contacts last.

        Everything that enters is passive: nothing is sent, asked or timed. What entered once never enters twice, so that an
        import that was cut short is simply run again. Every file is read to its end before anything is written.

        Args:
            paths: files, and folders whose files are looked at; which is which says the profile.
            progress: called now and then with the rows dealt with and their number; a row counts once for each rule.
            rejects: a file to write, as CSV, where there is something to list: every row or record that is rejected, every
                value or event that is left out, and every order of times that can't be right, each with file, line, column,
                value and reason, on every run anew. For its owner only: the values are the source's own.
            dry_run: count what would happen, and leave the record as it is. Meanwhile nobody else can write.

        Raises:
            ImportRefused: a file is missing, broken, or has not the columns that it needs; nothing was written.
            ConfigurationError: the profile needs a survey that the shop does not have; nothing was written.
            RuleViolation: inside a batch.
        """
        shop, now = self._runtime.shop, instant(self._runtime.clock(), "The desk's clock")
        check_shop(profile, shop)
        self._check_alone()
        with Rejects(Path(rejects)) if rejects is not None else nullcontext() as listing:
            tally = Tally(listing=listing)
            tables = Tables(profile, find_files(profile, paths), tally)
            tables.check()
            with self._unkept() if dry_run else nullcontext():
                self._write(profile, tables, tally, now, progress)
        return tally.report(profile.name)

    def _check_alone(self) -> None:
        self._runtime.store.check_alone("An import")

    @contextmanager
    def _unkept(self) -> Iterator[None]:
        """One transaction, which is taken back."""
        with suppress(_TakenBack), self._runtime.store.batch():
            yield
            raise _TakenBack

    def _write(self, profile: Profile, tables: Tables, tally: Tally, now: datetime, progress: Progress | None) -> None:
        shop = self._runtime.shop
        rules, turns = _planners(profile, tables, shop, now), Turns()
        said = [(rule, ContactPlanner.of(rule, tables, shop, now, turns)) for rule in profile.contacts]
        steps = _Steps(sum(tables.sizes[rule.source] for rule, _ in (*rules, *said)), progress)
        writer = Writer(self._runtime, profile.name, tally)
        for rule, planner in rules:
            for chunk in _chunks(_plans(rule, planner, tables, tally, steps)):
                writer.write(chunk)
                steps.tell()
        contacts = [each for rule, planner in said for each in _contacts(_plans(rule, planner, tables, tally, steps))]
        writer.read(turns, (plan.reported for _, plan in contacts if plan.incident is not None))
        for chunk in _chunks(_by_time(contacts, turns)):
            writer.write(chunk)
            steps.tell()


@define
class _Steps:
    """How far an import has come."""

    total: int
    _progress: Progress | None
    _done: int = 0

    def count(self) -> None:
        """One more row is dealt with."""
        self._done += 1

    def tell(self) -> None:
        """Report, where somebody listens."""
        if self._progress is not None:
            self._progress(self._done, self.total)


class _TakenBack(Exception):
    """Leaves a transaction without anything of it."""


class _Planner(Protocol):
    def plan(self, record: Record) -> Plan | Rejection: ...


def _planners(profile: Profile, tables: Tables, shop: Shop, now: datetime) -> list[tuple[Rule, _Planner]]:
    """Every rule but those for contacts with what makes plans of its records, in the order in which they run."""
    return [
        *((rule, OrderPlanner.of(rule, tables, shop.zone, now)) for rule in profile.orders),
        *((rule, AccountPlanner.of(rule, tables, shop, now)) for rule in profile.accounts),
        *((rule, PromisePlanner.of(rule, tables, shop, now)) for rule in profile.promises),
        *((rule, IncidentPlanner.of(rule, tables, shop, now)) for rule in profile.incidents),
        *((rule, AnswerPlanner.of(rule, tables, now)) for rule in profile.answers),
    ]


def _plans(rule: Rule, planner: _Planner, tables: Tables, tally: Tally, steps: _Steps) -> Iterator[tuple[Place, Plan]]:
    for record in records(rule, tables, tally, steps.count):
        plan = planner.plan(record)
        if isinstance(plan, Rejection):
            tally.reject(record.place_of(plan.cell), plan.reason, plan.cell.column, plan.cell.value)
            continue
        for cell in plan.unusable:
            tally.show(record.place_of(cell), cell.column, cell.value, f"unusable:{cell.field}")
        yield record.place, plan


def _contacts(plans: Iterable[tuple[Place, Plan]]) -> Iterator[tuple[Place, ContactPlan]]:
    """Contacts, each followed by its answer."""
    for place, plan in plans:
        assert isinstance(plan, ContactPlan), "a contact's rule makes contacts"
        yield place, plan
        if plan.answer is not None:
            yield place, plan.answer


def _by_time(contacts: Sequence[tuple[Place, ContactPlan]], turns: Turns) -> Iterator[tuple[Place, Plan]]:
    """Contacts among what became of their incidents: to which need one belongs depends on what was before it."""
    nowhere: Place = ("", 0)
    dated: list[tuple[Place, ContactPlan | TurnPlan]] = [*contacts, *((nowhere, turn) for turn in turns.plans())]
    yield from sorted(dated, key=lambda each: each[1].moment)


def _chunks(plans: Iterator[tuple[Place, Plan]]) -> Iterator[list[tuple[Place, Plan]]]:
    chunk: list[tuple[Place, Plan]] = []
    for plan in plans:
        chunk.append(plan)
        if len(chunk) == _AT_ONCE:
            yield chunk
            chunk = []
    yield chunk
