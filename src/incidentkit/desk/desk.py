"""The desk: one shop's orders, incidents, surveys and figures, on one store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Self

from incidentkit.delivery.catalogue import Catalogue
from incidentkit.desk.importing import Imports
from incidentkit.desk.incidents import Incidents
from incidentkit.desk.orders import Orders
from incidentkit.desk.queue import QueueItem, queue_of
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.sending import SendReport, send_due
from incidentkit.desk.surveys import Surveys
from incidentkit.domain.shop import ScoreboardLine, Shop
from incidentkit.domain.times import Due, instant
from incidentkit.hooks.plugins import Plugins
from incidentkit.measures.definitions import measure_named
from incidentkit.measures.figures import Figures
from incidentkit.measures.scoreboard import TREND, BoardLine, Scoreboard, verdict
from incidentkit.measures.windows import recent_since
from incidentkit.store.kept import figures_kept

__all__ = ["Desk"]


class Desk:
    """What `open_desk` gives: everything that a shop does with its record.

    Attributes:
        orders, incidents, surveys: the commands.
        imports: reading a shop's files into the record.
        shop: the settings it works by.
        plugins: what is loaded.

    A desk may be used by several threads; a batch belongs to the thread that opened it. Close it, or use it in a ``with``.
    """

    def __init__(self, runtime: Runtime, catalogue: Catalogue) -> None:
        self._runtime = runtime
        self._catalogue = catalogue
        self.orders: Orders = Orders(runtime)
        self.incidents: Incidents = Incidents(runtime)
        self.surveys: Surveys = Surveys(runtime)
        self.imports: Imports = Imports(runtime)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Desk of {self.shop.name!r} on {self._runtime.store.label}>"

    def close(self) -> None:
        """Let go of the database."""
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
        """Open incidents, the most pressing first: live before imported, by severity, promised date, age.

        Args:
            owner: a team or an agent: what they own or were asked to take. Default: everything.
            limit: how many at the most.
        """
        return queue_of(self._runtime, owner, limit)

    def send_due(self, *, limit: int | None = None, progress: Callable[[int], None] | None = None) -> SendReport:
        """Perform the messages that are due, with a durable mark before and one after. For one worker at a time.

        Args:
            limit: how many at the most; default: all.
            progress: called with the number so far.

        Raises:
            RuleViolation: inside a batch.
        """
        return send_due(self._runtime, self._catalogue, limit, progress)

    def measure(
        self,
        name: str,
        by: str | Sequence[str] | None = None,
        since: Due | None = None,
        until: Due | None = None,
    ) -> Figures:
        """A measure's figures from the record, as known now.

        Args:
            name: e.g. ``order_confirmation_time``; the measures' page lists them.
            by: ``day``, ``week``, ``month`` or ``quarter``, in the shop's zone, or a segment that the measure has, such as
                ``type`` or ``product``, or one of each; default: one figure over everything.
            since, until: only subjects that began inside; a date is that day's beginning in the shop's zone.

        Raises:
            InvalidInput: no such measure or segment.
        """
        shop, store = self._runtime.shop, self._runtime.store
        measure = measure_named(name)
        with store.reading() as unit:
            found = figures_kept(
                unit.connection, store.tenant, measure, zone=shop.zone, as_of=self.clock(), by=by, since=since, until=until
            )
        store.keep(found.new)
        return found.figures

    def scoreboard(self) -> Scoreboard:
        """Each line of the shop's scoreboard: winning, losing or unknown, by its last complete window."""
        as_of = self.clock()
        return Scoreboard(as_of, self.shop.name, tuple(self._judged(line, as_of) for line in self.shop.scoreboard))

    def _judged(self, line: ScoreboardLine, as_of: datetime) -> BoardLine:
        recent = recent_since(line.window, self.shop.zone, as_of, TREND)
        return verdict(line, self.measure(line.measure, by=line.window, since=recent), as_of)
