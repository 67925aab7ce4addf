"""The desk: one shop's orders, incidents, surveys and figures, on one store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from attrs import evolve

from incidentkit.delivery.catalogue import Catalogue
from incidentkit.desk.accounts import Accounts
from incidentkit.desk.adopting import Adoption, Which, adopt
from incidentkit.desk.calls import By
from incidentkit.desk.contacts import Contacts
from incidentkit.desk.context import Context, context_of
from incidentkit.desk.health import LATE, health_of
from incidentkit.desk.importing import Imports
from incidentkit.desk.inbox import Inbox
from incidentkit.desk.incidents import Incidents
from incidentkit.desk.messages import Messages
from incidentkit.desk.needs import Needs
from incidentkit.desk.orders import Orders
from incidentkit.desk.pages import Pages
from incidentkit.desk.people import People
from incidentkit.desk.presence import duties
from incidentkit.desk.queue import QueueItem, SeverityShare, queue_of, queue_size, severity_share
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.sending import SendReport, send_due
from incidentkit.desk.surveys import Surveys
from incidentkit.desk.tasks import Tasks
from incidentkit.desk.ticking import TickReport, tick
from incidentkit.domain.health import Health
from incidentkit.domain.shop import ScoreboardLine, Shop
from incidentkit.domain.times import Due, instant
from incidentkit.hooks.plugins import Plugins
from incidentkit.measures.definitions import measure_named, on_clock
from incidentkit.measures.figures import Figures
from incidentkit.measures.measure import Clock
from incidentkit.measures.public import PublicBoard, public_line
from incidentkit.measures.scoreboard import TREND, BoardLine, Scoreboard, verdict
from incidentkit.measures.windows import recent_since
from incidentkit.ports import BlobStore
from incidentkit.rules.rotas import Duty
from incidentkit.store.intents import count_due
from incidentkit.store.kept import figures_kept

__all__ = ["Desk"]


class Desk:
    """What `open_desk` gives: everything that a shop does with its record.

    Attributes:
        orders, incidents, surveys, tasks, contacts, needs, accounts: the commands.
        people: what they want to be sent, and why a message goes out or does not.
        messages: those that were sent, and above all those that did not arrive.
        imports: reading a shop's files into the record.
        inbox: what came in from outside: mails, and what webhooks brought.
        pages: what customers see and answer by the links that they were sent.
        shop: the settings it works by.
        plugins: what is loaded.

    A desk may be used by several threads; a batch belongs to the thread that opened it. Close it, or use it in a ``with``.
    """

    def __init__(self, runtime: Runtime, catalogue: Catalogue, blobs: BlobStore) -> None:
        self._runtime = runtime
        self._catalogue = catalogue
        self.orders: Orders = Orders(runtime)
        self.incidents: Incidents = Incidents(runtime)
        self.surveys: Surveys = Surveys(runtime)
        self.tasks: Tasks = Tasks(runtime)
        self.contacts: Contacts = Contacts(runtime)
        self.needs: Needs = Needs(runtime)
        self.accounts: Accounts = Accounts(runtime)
        self.people: People = People(runtime)
        self.messages: Messages = Messages(runtime)
        self.imports: Imports = Imports(runtime)
        self.inbox: Inbox = Inbox(runtime, blobs)
        self.pages: Pages = Pages(runtime)

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

    def queue(self, owner: str | None = None, *, limit: int = 1000) -> tuple[QueueItem, ...]:
        """Open incidents and tasks, the most pressing first, each with its priority and why.

        What waits for the shop comes before what waits for the customer, and that before what was imported.

        Args:
            owner: a team or an agent: what they own or were asked to take. Default: everything.
            limit: how many at the most.
        """
        return queue_of(self._runtime, owner, limit)

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
    ) -> SendReport:
        """Perform the messages that are due, with a durable mark before each and one after.

        Any number of workers may do so at the same time, on any number of machines: each message is one worker's. What a worker
        had when it died comes to another one two minutes later.

        Args:
            limit: how many at the most; default: all.
            progress: called with the number so far.
            worker: what the worker is called in the store, for people to see; it need not be unique.
            stopping: asked before each message. Once it says True, nothing more is begun; what was begun is put down.

        Raises:
            RuleViolation: inside a batch.
        """
        return send_due(self._runtime, self._catalogue, limit, progress, worker, stopping)

    def count_due(self) -> int:
        """How many messages are due now, and no worker's."""
        with self._runtime.store.reading() as unit:
            return count_due(unit, self.clock())

    def health(self, *, late: timedelta = LATE) -> Health:
        """How well it runs: what waits and since when, what nobody has seen to, and what is wrong with that.

        For a health check: `Health.healthy` is False once nobody does the work. Nothing personal is in it.

        Args:
            late: for how long something may be due before that is grave.
        """
        return health_of(self._runtime, late)

    def tick(self, *, limit: int | None = None, progress: Callable[[int, int], None] | None = None) -> TickReport:
        """Act on what has come due: clocks that are about to break or have broken, promises, hand-overs that nobody took.

        Each timer acts once, however late, and whoever else ticks at the same time; what it means is decided on the present
        state. Call it every minute or so, or leave that to ``incidentkit tick --watch``.

        Args:
            limit: how many timers at the most; default: all.
            progress: called with timers done and timers that were due.

        Raises:
            RuleViolation: inside a batch.
        """
        return tick(self._runtime, self._catalogue, limit, progress)

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

    def rebuild(self, *, progress: Callable[[int, int], None] | None = None) -> int:
        """Make everything that follows from the events anew: documents, facts, figures. The number of streams.

        Done by itself when a later version derives more from the events than an earlier one did. Worth asking for after a
        change of settings that facts were made by: the zone that dated promises end in, severities, groups of types,
        categories of causes. Nobody else can write meanwhile; all of it is done, or nothing.

        Args:
            progress: called with streams done and streams in all.

        Raises:
            RuleViolation: inside a batch.
        """
        return self._runtime.store.rebuild(progress)

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
        shop, store = self._runtime.shop, self._runtime.store
        measure = on_clock(measure_named(name), clock)
        with store.reading() as unit:
            found = figures_kept(
                unit.connection, store.tenant, measure, zone=shop.zone, as_of=self.clock(), by=by, since=since, until=until
            )
        store.keep(found.new)
        # A definition knows of no currency; who reads the figure has to.
        return evolve(found.figures, unit=shop.currency) if measure.unit == "money" else found.figures

    def scoreboard(self) -> Scoreboard:
        """Each line of the shop's scoreboard: winning, losing or unknown, by its last complete window."""
        as_of = self.clock()
        return Scoreboard(as_of, self.shop.name, tuple(self._judged(line, as_of) for line in self.shop.scoreboard))

    def public_scoreboard(self) -> PublicBoard:
        """The same for anybody to see: without whatever is about fewer than five cases."""
        as_of, lines = self.clock(), self.shop.scoreboard
        return PublicBoard(as_of, self.shop.name, tuple(public_line(line, self._recent(line, as_of), as_of) for line in lines))

    def _judged(self, line: ScoreboardLine, as_of: datetime) -> BoardLine:
        return verdict(line, self._recent(line, as_of), as_of)

    def _recent(self, line: ScoreboardLine, as_of: datetime) -> Figures:
        recent = recent_since(line.window, self.shop.zone, as_of, TREND)
        return self.measure(line.measure, by=line.window, since=recent)
