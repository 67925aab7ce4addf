"""The desk: one shop's orders, incidents, surveys and figures, on one store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar

from incidentkit.delivery.catalogue import Catalogue
from incidentkit.desk.accounts import Accounts
from incidentkit.desk.adopting import Adoption, Which, adopt
from incidentkit.desk.advising import AdviceRecord, Shortages, advice_of, advice_record, shortages
from incidentkit.desk.analyses import Analyses
from incidentkit.desk.approvals import Approvals
from incidentkit.desk.blocks import Blocks
from incidentkit.desk.calls import By
from incidentkit.desk.checkins import CheckIns
from incidentkit.desk.contacts import Contacts
from incidentkit.desk.context import Context, context_of
from incidentkit.desk.corrective_actions import CorrectiveActions
from incidentkit.desk.evidence import lead_evidence, leading, signals
from incidentkit.desk.exporting import export_facts, export_ocel
from incidentkit.desk.feed import FeedPage, feed_of
from incidentkit.desk.forgetting import Erasing
from incidentkit.desk.health import LATE, health_of
from incidentkit.desk.importing import Imports
from incidentkit.desk.inbox import Inbox
from incidentkit.desk.incidents import Incidents
from incidentkit.desk.journey_costs import cost_of_journey
from incidentkit.desk.mass import MassIncidents
from incidentkit.desk.measuring import figures_of, rows_of
from incidentkit.desk.messages import Messages
from incidentkit.desk.needs import Needs
from incidentkit.desk.objectives import Objectives
from incidentkit.desk.orders import Orders
from incidentkit.desk.pages import Pages
from incidentkit.desk.payments import Payments
from incidentkit.desk.people import People
from incidentkit.desk.presence import duties
from incidentkit.desk.queue import QueueItem, SeverityShare, queue_of, queue_size, severity_share
from incidentkit.desk.readings import Readings
from incidentkit.desk.retaining import Retaining, RetentionReport
from incidentkit.desk.reviewing import cost_of_incident, review
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.scoreboards import public_scoreboard, scoreboard
from incidentkit.desk.sending import Only, SendReport, send_due
from incidentkit.desk.surveyed import SurveyDrivers, survey_drivers, survey_figures
from incidentkit.desk.surveys import Surveys
from incidentkit.desk.tasks import Tasks
from incidentkit.desk.ticking import TickReport, tick
from incidentkit.desk.transferring import export_events, load_events
from incidentkit.desk.vault import Vault
from incidentkit.desk.verification_calls import VerificationCalls
from incidentkit.desk.verifying import verify_record
from incidentkit.desk.what_if import what_if
from incidentkit.domain.advice import Advice
from incidentkit.domain.health import Health
from incidentkit.domain.pages import Page
from incidentkit.domain.people import Customer
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import Due, instant
from incidentkit.domain.verification import VerifyReport
from incidentkit.goals.board import Scoreboard
from incidentkit.goals.public import PublicBoard
from incidentkit.hooks.plugins import Plugins
from incidentkit.learning.costs import IncidentCost
from incidentkit.learning.journey_costs import JourneyCost
from incidentkit.learning.reviews import Review
from incidentkit.learning.what_if.values import WhatIf
from incidentkit.measures.catalogue import MeasureCatalogue
from incidentkit.measures.chart import BEYOND
from incidentkit.measures.charting import MeasureChart, Statistic
from incidentkit.measures.figures import Figures
from incidentkit.measures.leading import LeadEvidence
from incidentkit.measures.measure import Clock
from incidentkit.measures.subjects import MeasureRows
from incidentkit.measures.survey_figures import SurveyFigures
from incidentkit.ports import BlobStore, TombstoneLedger
from incidentkit.rules.rotas import Duty
from incidentkit.store.fact_files import FactFormat
from incidentkit.store.intents import count_due
from incidentkit.store.loading import Loaded
from incidentkit.store.ocel import EventLog
from incidentkit.store.payments import count_due_payments

if TYPE_CHECKING:
    from incidentkit.desk.as_of import AsOf
    from incidentkit.desk.differences import Difference

__all__ = ["Desk"]

P = ParamSpec("P")
R = TypeVar("R")


class Desk:
    """What `open_desk` gives: everything that a shop does with its record.

    Attributes:
        orders, incidents, surveys, tasks, contacts, needs, accounts: the commands.
        mass: one cause that went wrong for many orders, with one case for each customer.
        blocks: rules of the process that stood in the way, and how often.
        analyses, corrective_actions: why something goes wrong, what is done about it, and whether that has helped.
        checkins: what a team speaks about every week, and what its people have committed themselves to.
        approvals: what somebody wants to grant beyond their authority, over all cases.
        readings: what people count or rate themselves and enter by hand.
        objectives: goals with their Key Results, how they stand, and what is done for them.
        people: what they want to be sent, and why a message goes out or does not.
        messages: those that were sent, and above all those that did not arrive.
        payments: money on its way back to customers: one payment for each remedy that gives some.
        imports: reading a shop's files into the record.
        inbox: what came in from outside: mails, and what webhooks brought.
        verification_calls: deliveries to ask about by telephone each morning, and what came of it.
        pages: what customers see and answer by the links that they were sent.
        vault: whether personal data and free text are encrypted, and doing so.
        shop: the settings it works by.
        plugins: what is loaded.
        measures: those that can be asked for: those that ship, the shop's own and those of plugins.

    A desk may be used by several threads; a batch belongs to the thread that opened it. Close it, or use it in a ``with``.
    """

    def __init__(self, runtime: Runtime, catalogue: Catalogue, blobs: BlobStore, ledger: TombstoneLedger | None = None) -> None:
        self._runtime = runtime
        self._erasing = Erasing(runtime, blobs, ledger)
        self._retaining = Retaining(self._erasing)
        self._catalogue = catalogue
        self.orders: Orders = Orders(runtime)
        self.incidents: Incidents = Incidents(runtime)
        self.mass: MassIncidents = MassIncidents(runtime)
        self.surveys: Surveys = Surveys(runtime)
        self.tasks: Tasks = Tasks(runtime)
        self.contacts: Contacts = Contacts(runtime)
        self.needs: Needs = Needs(runtime)
        self.accounts: Accounts = Accounts(runtime)
        self.approvals: Approvals = Approvals(runtime)
        self.readings: Readings = Readings(runtime)
        self.objectives: Objectives = Objectives(runtime)
        self.checkins: CheckIns = CheckIns(runtime)
        self.analyses: Analyses = Analyses(runtime)
        self.blocks: Blocks = Blocks(runtime)
        self.corrective_actions: CorrectiveActions = CorrectiveActions(runtime)
        self.people: People = People(runtime, self._erasing)
        self.messages: Messages = Messages(runtime)
        self.payments: Payments = Payments(runtime)
        self.imports: Imports = Imports(runtime)
        self.inbox: Inbox = Inbox(runtime, blobs, self._erasing)
        self.pages: Pages = Pages(runtime, self.people)
        self.verification_calls: VerificationCalls = VerificationCalls(runtime)
        self.vault: Vault = Vault(runtime, blobs, self._erasing)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Desk of {self.shop.name!r} on {self._runtime.store.label}>"

    def close(self) -> None:
        """Let go of the database, and of what channels keep open."""
        self._runtime.plugins.close()
        self._runtime.store.close()

    @property
    def shop(self) -> Shop:
        """The settings it works by."""
        return self._runtime.shop

    @property
    def plugins(self) -> Plugins:
        """The plugins it works with."""
        return self._runtime.plugins

    @property
    def measures(self) -> MeasureCatalogue:
        """The measures it knows."""
        return self._runtime.measures

    @property
    def catalogue(self) -> Catalogue:
        """The texts and labels it writes with."""
        return self._catalogue

    def clock(self) -> datetime:
        """The present, in UTC, as the desk sees it."""
        return instant(self._runtime.clock(), "The desk's clock")

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Make many commands one transaction, written when the block ends.

        A command that is refused inside leaves the others untouched, as long as its error is caught inside. An error that
        leaves the block leaves nothing of it. States returned inside hold only if the block ends well.
        """
        with self._runtime.store.batch():
            yield

    @contextmanager
    def within(self, connection: Any) -> Iterator[None]:
        """Make commands part of a transaction of yours: what you write and what they write are committed together, or neither.

        Inside the block every command and every read of this thread and task, on this desk, goes through your transaction, and
        sees what it has written. You commit or roll back; observers hear of events after your commit, and never otherwise. A
        command that is refused leaves nothing behind, and your transaction as it was. Nothing is decided again after a
        conflict, for what you have read might no longer hold: roll back and begin anew.

        Args:
            connection: a SQLAlchemy ``Connection`` in a transaction, an ORM ``Session``, or ``django.db.connection`` inside
                ``atomic``, on the database that the desk was opened on. Of an ``AsyncConnection`` or ``AsyncSession`` it is
                what ``run_sync`` gives.

        Raises:
            InvalidInput: it is none of these, or its driver is neither sqlite3, aiosqlite nor psycopg 3.
            NotOurStore: it is of another database.
            RuleViolation: no transaction is open, or in autocommit, or it has failed; or this is inside a batch.
            ConflictError: from a command: somebody else wrote first.
            StoreBusy: from a command: another writer kept the store for too long.
        """
        with self._runtime.store.within(connection):
            yield

    async def run(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call something of this desk's from asynchronous code: in a thread, while the event loop does other things.

        It sees the caller's context variables. Whoever stops waiting for it does not stop it: a command that has begun is done
        to its end, and committed or refused.

        Args:
            function: a method of the desk's, or a function of yours that calls several, such as one that opens a batch.

        Raises:
            RuleViolation: inside a batch or `within`, which belong to one thread.
        """
        self._runtime.store.check_alone("desk.run")
        # Loaded by nobody who has no use for it.
        import asyncio

        return await asyncio.to_thread(function, *args, **kwargs)

    def queue(self, owner: str | None = None, *, limit: int = 1000, after: str | None = None) -> Page[QueueItem]:
        """Open incidents and tasks, the most pressing first, each with its priority and why.

        What waits for the shop comes before what waits for the customer, and that before what was imported.

        Args:
            owner: a team or an agent: what they own or were asked to take. Default: everything.
            limit: how many at the most, 1 to 100,000.
            after: where the page before ended, as its `Page.next`: the queue goes on as pressing as it was at its first page.
        """
        return queue_of(self._runtime, owner, limit, after)

    def queue_size(self, owner: str | None = None) -> int:
        """How many incidents and tasks are open, of everybody or of a team or agent."""
        return queue_size(self._runtime, owner)

    def duty(self, team: str | None = None, at: datetime | None = None) -> tuple[Duty, ...]:
        """Of every agent of a team, or of all, whether they are on duty, why, and until when.

        Args:
            at: when; default: now. It may be in the future.
        """
        return duties(self._runtime, team, at)

    def severity_share(self) -> SeverityShare:
        """How many of the open incidents have the first severity, and how many the shop's policy allows."""
        return severity_share(self._runtime)

    def context(self, order_id: str) -> Context:
        """Everything that whoever answers the customer of an order must know, in one read.

        Who they are, what they were promised and what came of it, what was said, what is owed, who has it and had it, what can
        be offered, and who is above. It holds personal data: show it, and log nothing of it.

        Raises:
            UnknownIdError: there is no such order.
        """
        return context_of(self._runtime, order_id, self.clock())

    def send_due(
        self,
        *,
        limit: int | None = None,
        progress: Callable[[int], None] | None = None,
        worker: str | None = None,
        stopping: Callable[[], bool] | None = None,
        only: Only | None = None,
    ) -> SendReport:
        """Perform the messages and payments that are due, with a durable mark before each and one after.

        Any number of workers may do so at the same time, on any number of machines: each message and payment is one worker's.
        What a worker had when it died comes to another one two minutes later.

        Args:
            limit: how many at the most; default: all.
            progress: called with the number so far.
            worker: what the worker is called in the store, for people to see; it need not be unique.
            stopping: asked before each message. Once it says True, nothing more is begun; what was begun is put down.
            only: ``messages`` or ``payments`` alone; default: both.

        Raises:
            RuleViolation: inside a batch.
        """
        return send_due(self._runtime, self._catalogue, limit, progress, worker, stopping, only)

    def count_due(self) -> int:
        """How many messages and payments are due now, and no worker's."""
        with self._runtime.store.reading() as unit:
            return count_due(unit, self.clock()) + count_due_payments(unit, self.clock())

    def health(self, *, late: timedelta = LATE) -> Health:
        """How well it runs: what waits and since when, what nobody has seen to, and what is wrong with that.

        For a health check: `Health.healthy` is False once nobody does the work. Nothing personal is in it.

        Args:
            late: for how long something may be due before that is grave.
        """
        return health_of(self._runtime, late)

    def tick(self, *, limit: int | None = None, progress: Callable[[int, int], None] | None = None) -> TickReport:
        """Act on what has come due: clocks that are about to break or have broken, promises, hand-overs that nobody took; and
        see to a part of what was kept long enough.

        Each timer acts once, however late, and whoever else ticks at the same time; what it means is decided on the present
        state. Call it every minute or so, or leave that to ``incidentkit tick --watch``.

        Args:
            limit: how many timers at the most; default: all.
            progress: called with timers done and timers that were due.

        Raises:
            RuleViolation: inside a batch.
        """
        report = tick(self._runtime, self._catalogue, limit, progress)
        report.deleted = self._retaining.slice().total
        self._erasing.sweep()
        return report

    def retain(self, *, dry_run: bool = False, progress: Callable[[int, int], None] | None = None) -> RetentionReport:
        """Delete what was kept for as long as ``[retention]`` of the settings says, and leave what a legal hold protects.

        `tick` does the same bit by bit. Every figure stays as it is. Idempotency keys of more than 90 days go too.

        Args:
            dry_run: count what would be deleted, and delete nothing.
            progress: called now and then with parts of the vault that were looked at, and parts in all.

        Raises:
            RuleViolation: inside a batch or a transaction of yours.
        """
        return self._retaining.everything(dry_run=dry_run, progress=progress)

    def remember_forgotten(self) -> int:
        """Forget again those whom the ledger names and this record does not: it was restored from an earlier copy. How many.

        Done by itself when a desk is opened, together with what a crash has left undone of earlier deletions.
        """
        self._erasing.sweep()
        found = self._erasing.remember()
        self._erasing.sweep()
        return found

    def adopt(
        self,
        *,
        type: str | None = None,
        since: Due | None = None,
        until: Due | None = None,
        team: str | None = None,
        order: str | None = None,
        source: str | None = None,
        dry_run: bool = False,
        by: By = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Adoption:
        """Make imported cases live that are still open: their owner, deadlines and timers count from now on.

        Nothing is sent by that. Cases that are resolved or ended stay passive. Made again it adopts nothing more, so that one
        that was cut short is simply made again.

        Args:
            type, team: of the case; the team is the accountable one.
            since, until: only what was detected inside; a date is that day's beginning in the shop's zone.
            order: the id of an order that it is about.
            source: the name of the source that it came from: its profile's.
            dry_run: count what would happen, and change nothing.
            progress: called now and then with cases done and cases in all.

        Raises:
            UnknownIdError: no such order.
            RuleViolation: inside a batch.
        """
        return adopt(self._runtime, Which(type, since, until, team, order, source), by, dry_run, progress)

    def as_of(self, known_at: Due, *, progress: Callable[[int, int], None] | None = None) -> AsOf:
        """The record as it was known at an instant, to be asked like a desk and used in a ``with``.

        What becomes known later never changes it, whatever the clocks of the machines that write say.

        Args:
            known_at: an instant that has passed; a date is that day's beginning in the shop's zone.
            progress: called while what lists and figures need is made, once one is asked for: with events copied and streams
                made, and all of both.

        Raises:
            TimeError: an instant in the future, or without a zone.
            RuleViolation: inside a batch or a transaction of the host's.
        """
        from incidentkit.desk.as_of import open_as_of

        return open_as_of(self._runtime, self._catalogue, known_at, progress)

    def explain_diff(
        self,
        what: str,
        earlier: Due | AsOf,
        later: Due | AsOf,
        *,
        since: Due | None = None,
        until: Due | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> tuple[Difference, ...]:
        """Why two views of the record differ: what they say otherwise, and the events that made the difference.

        Args:
            what: the name of a measure, for the rows that it counts; or the id of an order, a case or any other thing, for
                its fields.
            earlier, later: instants, as `as_of` takes them, or views that are open.
            since, until: of a measure: only subjects that began inside.
            progress: of a measure: called while the views are made.

        Raises:
            UnknownIdError: neither a measure nor a thing that was known by then.
            InvalidInput: ``earlier`` is the later one.
        """
        from incidentkit.desk.differences import explain_diff

        return explain_diff(self._runtime, self.as_of, what, earlier, later, since, until, progress)

    def export_facts(
        self, folder: Path | str, format: FactFormat = "csv", *, progress: Callable[[int, int], None] | None = None
    ) -> dict[str, int]:
        """Write the facts that figures are computed from, a file for each table, all as they are at one instant.

        Instants are in UTC, durations in seconds, amounts decimal numbers. Nothing personal is in them: people are their ids.

        Args:
            folder: a new or an empty one.
            format: ``csv`` or ``parquet``.
            progress: called with rows written and rows in all.

        Returns:
            How many rows each table has.

        Raises:
            InvalidInput: a folder with something in it, or no such format.
            MissingExtra: Parquet needs the extra ``export``.
        """
        return export_facts(self._runtime, Path(folder), format, progress)

    def export_ocel(self, file: Path | str, *, progress: Callable[[int, int], None] | None = None) -> EventLog:
        """Write the record as an object-centric event log, OCEL 2.0 in JSON, for programs that mine processes.

        Every event of the record is in it, with the orders, lines, parcels, incidents, needs and other things that it
        concerns. Nothing personal is: words are left out, and people are their ids.

        Args:
            file: must not be there yet.
            progress: called with events written and events in all.

        Returns:
            How much of each type there is.

        Raises:
            InvalidInput: a file that is there.
        """
        return export_ocel(self._runtime, Path(file), progress)

    def export_events(
        self, file: Path | str, *, personal: bool = False, progress: Callable[[int, int], None] | None = None
    ) -> int:
        """Write every event to a new file as lines of JSON, of which `load_events` makes an equal store. How many there are.

        Args:
            file: must not be there yet; it is there once all of it is written.
            personal: what people wrote and who they are go with it; else the events hold references to it only.
            progress: called with events done and events in all.

        Raises:
            InvalidInput: there is such a file.
            OSError: it can't be written.
        """
        return export_events(self._runtime, Path(file), personal=personal, progress=progress)

    def load_events(self, file: Path | str, *, progress: Callable[[int, int], None] | None = None) -> Loaded:
        """Make this desk's store, in which there is nothing yet, equal to the one that a file of events was made of.

        Documents, facts, names, timelines and timers follow from the events; each chain is made anew and ends as it did. The
        lines may come in any order, and any of them again. Messages that were to be sent, and keys of calls, stay where they
        were: `incidentkit copy` moves a whole store. Words that the file was made without read as forgotten.

        Args:
            progress: called with a part done and the whole.

        Raises:
            ImportRefused: a line is wrong, which it names, or lines are missing. Nothing was written.
            RuleViolation: there is something in the store, or a batch is open.
        """
        return load_events(self._runtime, Path(file), progress)

    def rebuild(self, *, progress: Callable[[int, int], None] | None = None) -> int:
        """Make everything that follows from the events anew: documents, facts, figures. The number of streams.

        Done by itself when a later version derives more from the events than an earlier one did. Worth asking for after a
        change of settings that facts were made by: the zone that dated promises end in, severities, groups of types,
        categories of causes, steps, kinds of surveys. Nobody else can write meanwhile; all of it is done, or nothing.

        Args:
            progress: called with streams done and streams in all.

        Raises:
            RuleViolation: inside a batch.
        """
        return self._runtime.store.rebuild(progress)

    def feed(self, after: int = 0, *, limit: int = 1000) -> FeedPage:
        """The events that come after a place in the record, in its order: for programs that follow it.

        Safe with any number of writers, however slow: nothing ever appears at or below a watermark that was given out, nothing
        is left out, and nothing comes twice. The events hold the words that people said: log nothing of them.

        Args:
            after: the ``watermark`` of the page before; 0 for the beginning.
            limit: how many at the most, up to 10,000.

        Raises:
            RuleViolation: the record ends before that place: an older copy was put back. Or inside a batch.
        """
        return feed_of(self._runtime, after, limit)

    def verify(
        self, *, limit: int = 100, seal: str | None = None, progress: Callable[[int, int], None] | None = None
    ) -> VerifyReport:
        """Look the whole record over: whether everything is as it was written, and whether what is derived follows from it.

        Nothing is written. It sees one state of the store and hinders nobody; memory does not grow with the record.

        Args:
            limit: how many damages are named; the others are counted.
            seal: the last seal as an earlier report said it: it must still be there, and with it everything up to it.
            progress: called with events looked at and events to look at; each is looked at twice.

        Returns:
            What was found: ``ok`` without any damage, else ``first`` is the first in the order of the record.
        """
        return verify_record(self._runtime, limit, seal, progress)

    def measure(
        self,
        name: str,
        by: str | Sequence[str] | None = None,
        since: Due | None = None,
        until: Due | None = None,
        *,
        clock: Clock = "elapsed",
    ) -> Figures:
        """A measure's figures from the record, as known now.

        Args:
            name: e.g. ``order_confirmation_time``; the measures' page lists them.
            by: ``day``, ``week``, ``month`` or ``quarter``, in the shop's zone, or a segment that the measure has, such as
                ``type`` or ``product``, or one of each; default: one figure over everything.
            since, until: only subjects that began inside; a date is that day's beginning in the shop's zone.
            clock: ``working`` counts a duration in the owning team's open hours, where the measure has that.

        Returns:
            The figures, amounts in the shop's currency, which is then their unit.

        Raises:
            InvalidInput: no such measure or segment.
        """
        return figures_of(self._runtime, name, by, since, until, clock)

    def measure_rows(
        self,
        name: str,
        *,
        since: Due | None = None,
        until: Due | None = None,
        segment: tuple[str, str] | None = None,
        clock: Clock = "elapsed",
        limit: int = 1000,
        after: str | None = None,
    ) -> MeasureRows:
        """The rows that a measure's figure counts, as known now: the very ones, found by the same clauses.

        Args:
            since, until: as `measure` takes them, or the bounds of one of its windows.
            segment: a segment and the value in it, such as ``("product", "cup")``; an empty value for those without one.
            limit: how many at the most, up to 100,000.
            after: the ``next`` of the page before.

        Raises:
            InvalidInput: no such measure or segment, an empty span, or no such page.
        """
        return rows_of(self._runtime, name, since, until, segment, clock, limit, after)

    def review(self, since: Due | None = None, until: Due | None = None, team: str | None = None) -> Review:
        """What a span of time teaches: where unhappy customers were made and what it cost, what is new, what came back.

        Args:
            since, until: the span; a date is that day's beginning in the shop's zone. Default: the last complete week; without
                ``until`` up to now, without ``since`` the week before it.
            team: only incidents that it owns and contacts that it had. Default: all.

        Raises:
            InvalidInput: an empty span, or no such team.
        """
        return review(self._runtime, since, until, team)

    def cost_of(self, incident_id: str) -> IncidentCost:
        """What one incident cost: its contacts, each at the rate of its day and shared with other incidents, and remedies.

        Raises:
            UnknownIdError: there is none.
        """
        return cost_of_incident(self._runtime, incident_id)

    def journey_cost(
        self, *, need: str | None = None, customer: Customer | str | None = None, order: str | None = None
    ) -> JourneyCost:
        """What one journey cost: its contacts, remedies, calls and workarounds, each at the rate of its day.

        Every cost is in the journey of at most one need and one customer, and shared among the orders that it is about: the
        sum over journeys is the sum over all that was spent.

        Args:
            need, order: the id of one of them. customer: a person, by the shop's key for them or by id.

        Raises:
            InvalidInput: none of them, or more than one.
            UnknownIdError: there is none of that id.
        """
        return cost_of_journey(self._runtime, need, customer, order)

    def what_if(
        self,
        shop: Shop | str | Path,
        *,
        since: Due | None = None,
        until: Due | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> WhatIf:
        """What would have been by other settings: deadlines, messages, asking, escalation, and what people may grant.

        What customers, people, carriers and channels did is kept as it was; what rules made of it is worked out twice, by these
        settings and by the changed ones. Nothing is written, and nothing is sent. What the record says otherwise than these
        settings explain is set apart, with its reason.

        Args:
            shop: the changed settings, or the file with them.
            since, until: the span; a date is that day's beginning in the shop's zone. Default: the four weeks up to now.
            progress: called with how much is done, and how much there is.

        Raises:
            ConfigurationError: the settings are no sound ones.
            InvalidInput: an empty span, or another currency.
        """
        return what_if(self._runtime, shop, since, until, progress)

    def survey_figures(
        self, survey: str = "csat", by: str | None = None, since: Due | None = None, until: Due | None = None
    ) -> SurveyFigures:
        """What a survey comes to: the scores with how far they may be from the truth, and how many of those asked answered.

        Args:
            by: ``team``, ``agent``, ``account`` or ``step``, or ``day``, ``week``, ``month`` or ``quarter``; default: one row.
            since, until: only what was asked or answered inside; a date is that day's beginning in the shop's zone.

        Raises:
            InvalidInput: no such survey, or no such cut.
        """
        return survey_figures(self._runtime, survey, by, since, until, self.clock())

    def survey_drivers(self, survey: str = "csat", since: Due | None = None, until: Due | None = None) -> SurveyDrivers:
        """Which step of the process moves a survey's score, the strongest first; too few answers say nothing.

        Args:
            since, until: only answers that were given inside; a date is that day's beginning in the shop's zone.

        Raises:
            InvalidInput: no such survey.
        """
        return survey_drivers(self._runtime, survey, since, until, self.clock())

    def advice(self, order_id: str, *, carrier: str | None = None) -> tuple[Advice, ...]:
        """What the history says to look out for with an order, when it is placed or picked; the most pressing first.

        Nothing is noted by it: `Orders.advise` notes that it was shown.

        Args:
            carrier: who is meant to take it, where no parcel of it says so yet.

        Raises:
            UnknownIdError: no such order.
        """
        return advice_of(self._runtime, order_id, carrier, self.clock())

    def advice_record(self, since: Due | None = None, until: Due | None = None) -> AdviceRecord:
        """What came after advice that was shown, beside comparable orders about which nobody was shown any.

        Args:
            since, until: only orders that were placed inside; default: the last 180 days.
        """
        return advice_record(self._runtime, since, until, self.clock())

    def shortages(self, since: Due | None = None, until: Due | None = None, *, type: str | None = "out_of_stock") -> Shortages:
        """For planners: incidents by product, with the orders and units that they could have happened to.

        Args:
            since, until: incidents detected and orders placed inside; default: the last 30 days.
            type: of that type only; None for every type.
        """
        return shortages(self._runtime, since, until, type, self.clock())

    def signals(
        self,
        measure: str,
        by: str = "week",
        segment: tuple[str, str] | None = None,
        baseline: tuple[Due, Due] | None = None,
        rules: Collection[str] = BEYOND,
        *,
        since: Due | None = None,
        until: Due | None = None,
        excluding: Collection[Due] = (),
        statistic: Statistic = "value",
        least_n: int = 5,
        clock: Clock = "elapsed",
    ) -> MeasureChart:
        """A measure's complete windows on a control chart: which say something new, and which are noise.

        Args:
            by: ``day``, ``week``, ``month`` or ``quarter``.
            segment: only one part of its subjects: a segment that it has, and its value, e.g. ``("carrier", "correos")``.
            baseline: from when until when the limits of noise are made; default: all windows.
            rules: what is a signal: ``beyond`` the limits; ``run_of_8``, ``trend_of_6`` and ``zones`` find more, and are
                wrong more often.
            since, until: only subjects that began inside; a date is that day's beginning in the shop's zone.
            excluding: days in windows whose cause is known: the limits are made without them.
            statistic: ``p50`` or ``p90`` of a duration or score, instead of its mean.
            least_n: a mean of fewer is a gap; of no matter for counts, nor for shares, whose limits know how many they are of.

        Raises:
            InvalidInput: no such measure, segment, statistic or rule, a baseline without a window, or zones for a share.
        """
        bounds, chosen = (since, until), (statistic, least_n)
        return signals(self._runtime, measure, by, segment, *bounds, clock, *chosen, baseline, excluding, rules)

    def leads(
        self,
        lead: str,
        lag: str,
        *,
        since: Due | None = None,
        until: Due | None = None,
        lead_statistic: Statistic = "value",
        lag_statistic: Statistic = "value",
        pairs: int = 1,
    ) -> LeadEvidence:
        """Whether a measure says something about another one 1 to 12 weeks later. Evidence, not a cause.

        Args:
            lead, lag: the names of the measures, both taken by the week.
            since, until: only subjects that began inside; a date is that day's beginning in the shop's zone.
            lead_statistic, lag_statistic: ``p50`` or ``p90`` of a duration or score, instead of its mean.
            pairs: how many pairs are being tried: whoever tries twenty finds one by chance.

        Raises:
            InvalidInput: no such measure.
        """
        return leading(self._runtime, lead, lag, since, until, lead_statistic, lag_statistic, pairs)

    def lead_evidence(self, objective_id: str) -> tuple[LeadEvidence, ...]:
        """Whether the lead measures of an Objective lead its Key Results: every pair, corrected for being tried together.

        Raises:
            UnknownIdError: there is no such Objective.
        """
        return lead_evidence(self._runtime, objective_id)

    def scoreboard(self, objective: str | None = None) -> Scoreboard:
        """The goal and its Key Results, each team's lead measures, commitments kept, and the shop's lines.

        Each is winning, losing or unknown by its last complete windows. Nothing is judged where the record has had no news
        for longer than the shop's ``stale_after``.

        Args:
            objective: the id of an Objective; default: the wildly important ones that are worked for, two at the most.

        Raises:
            UnknownIdError: there is no such Objective.
        """
        return scoreboard(self._runtime, objective)

    def public_scoreboard(self, objective: str | None = None) -> PublicBoard:
        """The same for anybody to see: without people, whatever is about fewer than five cases, or would give that away.

        Raises:
            UnknownIdError: there is no such Objective.
        """
        return public_scoreboard(self._runtime, objective)
