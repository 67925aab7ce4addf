"""What a record says of a delivery promise, and its place among the order's promises."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attrs import frozen

from incidentkit.desk.importing import values
from incidentkit.desk.importing.bench import Bench
from incidentkit.desk.importing.naming import OrderNaming, order_event
from incidentkit.desk.importing.orders import Day
from incidentkit.desk.importing.picking import Cell, Field, Picking, Rejection, marks
from incidentkit.desk.importing.records import Record
from incidentkit.desk.importing.rows import Place
from incidentkit.desk.importing.tables import Tables
from incidentkit.desk.work import Work
from incidentkit.domain.import_dealings import PromiseRule
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import Due
from incidentkit.rules.promising import told
from incidentkit.store.unit import Held

__all__ = ["PromisePlan", "PromisePlanner"]


@frozen
class PromisePlan:
    """A promise as its source has it.

    Args:
        order: the key of its order's record.
        made: None for the time when the order was placed.
        by: the actor who made it, as text; empty for the source.
    """

    key: str
    order: str
    promised: Due
    made: datetime | None
    by: str = ""
    naming: str = ""
    unusable: tuple[Cell, ...] = ()

    @property
    def anomalies(self) -> tuple[str, ...]:
        """Marks for its order."""
        return marks(self.unusable)

    @property
    def first_key(self) -> str:
        """The source key of its event."""
        return self.key

    def further_keys(self) -> Iterable[str]:
        """None besides."""
        return ()

    def enter(self, bench: Bench, place: Place) -> None:  # noqa: ARG002 - it lists nothing
        """Note it at its place, if it is not there."""
        order_id = bench.stream(order_event(self.order, "placed"))
        assert order_id is not None, "a promise of an unknown order is rejected before"
        if bench.stream(self.key) is None:
            order, before = bench.unit.load("order", order_id).state, len(bench.unit.recorded)
            assert isinstance(order, Order)
            made, by = self.made or order.placed_at, self.by or f"source:{bench.source}"

            def body(work: Work) -> Held:
                return work.apply(order_id, told(work.order(order_id), self.promised, made, by, work.now.shop.zone))

            bench.call("promised", self.key, made, body)
            bench.tally.done["promises"] += len(bench.unit.recorded) - before
        bench.mark(self, order_id)


@frozen
class PromisePlanner:
    """Makes plans of one rule's records."""

    _name: str
    _order: OrderNaming
    _promised: Field
    _made: Field | None
    _by: Field | None
    _day: Day | None

    @classmethod
    def of(cls, rule: PromiseRule, tables: Tables, shop: Shop, now: datetime) -> PromisePlanner:
        """The planner of a rule; nothing was promised later than ``now``."""
        picking = Picking(tables, rule.source)
        promised = picking.time("promised", rule.promised)
        assert promised is not None
        return cls(
            rule.name,
            OrderNaming.of(rule.order, rule.source, tables),
            promised,
            picking.time("made", rule.made, now),
            picking.field("by", rule.by, values.listed([agent.name for agent in shop.agents])),
            Day(tables.profile.zone, shop.zone) if rule.promised_as == "day" else None,
        )

    def plan(self, record: Record) -> PromisePlan | Rejection:
        """The plan, or the reason why there is none."""
        rows, bad = record.rows, list[Cell]()
        order, promised = self._order.key(rows), self._promised(rows, bad)
        if order is None:
            return Rejection("missing:order", Cell("order", self._order.label))
        if promised is None:
            return Rejection.of(self._promised, rows, bad)
        made = self._made(rows, bad) if self._made else None
        by = self._by(rows, bad) if self._by else None
        return PromisePlan(
            key=f"promise:{self._name}:{record.key}",
            order=order,
            promised=self._day.of(promised) if self._day else promised,
            made=made,
            by=f"agent:{by}" if by else "",
            naming=self._order.label,
            unusable=tuple(bad),
        )
