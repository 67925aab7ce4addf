"""What a record says of an order, worked out before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from attrs import field, frozen

from incidentkit.desk.importing import values
from incidentkit.desk.importing.picking import Cell, Field, Picking, Rejection, Test, marks
from incidentkit.desk.importing.records import Record
from incidentkit.desk.importing.rows import Row
from incidentkit.desk.importing.tables import Linked, Tables
from incidentkit.domain.import_rules import ORDER_EVENTS, CustomerRule, LineRule, OrderEventRule, OrderRule
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line
from incidentkit.domain.people import Customer
from incidentkit.domain.times import Due, due_instant

__all__ = ["CustomerReader", "Day", "OrderPlan", "OrderPlanner"]

_MOST_UNITS = 10**9


@frozen
class OrderPlan:
    """An order as its source has it.

    Args:
        key: of the record.
        events: what happened then, in the order in which it is recorded.
        last_known: the latest time of them all.
        said_last: the latest time that the source has for it, also of what is dropped.
        dropped: events that are left out, though the source has them.
        anomalies: marks for the order, besides those that the rules set by themselves.
        unusable: values that were left out.
        cell_of: what the source has for an event.
    """

    key: str
    placed_at: datetime
    number: str | None
    customer: Customer | None
    account: str | None
    paid: Money | None
    promised: Due | None
    lines: tuple[Line, ...]
    events: tuple[tuple[str, datetime], ...]
    status: str | None
    last_known: datetime
    said_last: datetime
    dropped: tuple[str, ...] = ()
    anomalies: tuple[str, ...] = ()
    unusable: tuple[Cell, ...] = ()
    cell_of: Callable[[str], Cell] = field(default=partial(Cell, column=""), eq=False, repr=False)


@frozen
class OrderPlanner:
    """Makes plans of one rule's records."""

    _placed: Field
    _fields: Mapping[str, Field | None]
    _customer: CustomerReader | None
    _lines: _LineReader | None
    _events: tuple[_EventReader, ...]
    _day: Day | None

    @classmethod
    def of(cls, rule: OrderRule, tables: Tables, shop_zone: str, now: datetime) -> OrderPlanner:
        """The planner of a rule; nothing has happened later than ``now``."""
        picking, profile = Picking(tables, rule.source), tables.profile
        placed = picking.time("placed", rule.placed, now)
        assert placed is not None
        fields = {
            "number": picking.field("number", rule.number, values.code(64)),
            "account": picking.field("account", rule.account, values.line_of_text(64)),
            "paid": picking.money("paid", rule.paid) if rule.paid else None,
            "promised": picking.time("promised", rule.promised),
            "status": picking.field("status", rule.status, values.line_of_text(100)),
        }
        return cls(
            placed,
            fields,
            CustomerReader.of(rule.customer, picking) if rule.customer else None,
            _LineReader.of(rule.lines, rule.source, tables) if rule.lines else None,
            tuple(_EventReader(e, picking.test(e.when), picking.time(e.event, e.at, now)) for e in rule.events),
            Day(profile.zone, shop_zone) if rule.promised_as == "day" else None,
        )

    def plan(self, record: Record) -> OrderPlan | Rejection:
        """The plan, or the reason why there is none."""
        rows, bad = record.rows, list[Cell]()
        placed_at = self._placed(rows, bad)
        if placed_at is None:
            return Rejection.of(self._placed, rows, bad)
        read = {name: of(rows, bad) if of else None for name, of in self._fields.items()}
        if read["promised"] is not None and self._day:
            read["promised"] = self._day.of(read["promised"])
        customer = self._customer.read(rows, bad) if self._customer else None
        lines = self._lines.read(rows, bad) if self._lines else ()
        happened = _happened(self._events, rows, placed_at, bad)
        return OrderPlan(
            key=record.key,
            placed_at=placed_at,
            customer=customer,
            lines=lines,
            events=happened.events,
            last_known=happened.last_known,
            said_last=happened.said_last,
            dropped=happened.dropped,
            anomalies=(*marks(bad), *happened.anomalies),
            unusable=tuple(bad),
            cell_of=partial(self._cell_of, rows),
            **read,
        )

    def _cell_of(self, rows: Sequence[Row], event: str) -> Cell:
        """What the source has for an event."""
        of = next((reader.at for reader in self._events if reader.rule.event == event), None)
        return of.cell(rows) if of else Cell(event, "")


# --- What happened -----------------------------------------------------------------------------------------------


@frozen
class _EventReader:
    rule: OrderEventRule
    holds: Test
    at: Field | None


@frozen
class _Happened:
    events: tuple[tuple[str, datetime], ...]
    last_known: datetime
    said_last: datetime
    dropped: tuple[str, ...]
    anomalies: tuple[str, ...]


def _happened(readers: Sequence[_EventReader], rows: Sequence[Row], placed_at: datetime, bad: list[Cell]) -> _Happened:
    said: dict[str, datetime | None] = {}
    for reader in readers:
        if reader.holds(rows):
            at = reader.at(rows, bad) if reader.at else None
            if at is not None or reader.at is None:
                said[reader.rule.event] = at
    said_last = _latest(placed_at, said)
    dropped = _drop(readers, said)
    last_known = _latest(placed_at, said)
    made = tuple((event, said[event] or last_known) for event in ORDER_EVENTS if event in said)
    without = "delivered" in said and "shipped" not in said and any(reader.rule.event == "shipped" for reader in readers)
    return _Happened(made, last_known, said_last, dropped, ("shipped_missing",) if without else ())


def _latest(placed_at: datetime, said: Mapping[str, datetime | None]) -> datetime:
    return max([placed_at, *(at for at in said.values() if at is not None)])


def _drop(readers: Sequence[_EventReader], said: dict[str, datetime | None]) -> tuple[str, ...]:
    """Take out what can't be true beside another event."""
    dropped: list[str] = []
    for reader in readers:
        if reader.rule.event in said:
            for event in reader.rule.drops:
                if event in said:
                    del said[event]
                    dropped.append(event)
    return tuple(dropped)


# --- Parts -------------------------------------------------------------------------------------------------------


@frozen
class Day:
    """A promised day of the profile's zone, as what the shop's zone makes the same of."""

    zone: str
    shop_zone: str
    _tzinfo: ZoneInfo = field(init=False)

    @_tzinfo.default
    def _zone_itself(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def of(self, value: datetime) -> date | datetime:
        """The day that an instant is on, or its end where the shop's zone has other days."""
        day = value.astimezone(self._tzinfo).date()
        return day if self.zone == self.shop_zone else due_instant(day, self.zone)


@frozen
class CustomerReader:
    """Reads who a record is about; None where it does not say."""

    _key: Field
    _details: Mapping[str, Field | None]
    _language: str

    @classmethod
    def of(cls, rule: CustomerRule, picking: Picking) -> CustomerReader:
        """The reader of a rule's part."""
        line = values.line_of_text(320)
        details = {name: picking.field(name, getattr(rule, name), line) for name in ("name", "email", "phone", "language")}
        details["account"] = picking.field("account", rule.account, values.line_of_text(64))
        return cls(picking.required("customer", rule.key, line), details, picking.tables.profile.language)

    def read(self, rows: Sequence[Row], bad: list[Cell]) -> Customer | None:
        """The person of a record."""
        key = self._key(rows, bad)
        if key is None:
            return None
        details: dict[str, Any] = {name: (of(rows, bad) if of else None) or "" for name, of in self._details.items()}
        details["language"] = details["language"] or self._language
        return Customer(key, **details)


@frozen
class _LineReader:
    _rows: Linked | None
    _holds: Test
    _product: Field
    _price: Field
    _quantity: Field | None
    _free: Money

    @classmethod
    def of(cls, rule: LineRule, start: str, tables: Tables) -> _LineReader:
        picking, profile = Picking(tables, rule.source, home=start), tables.profile
        return cls(
            tables.linked(start, rule.source) if rule.source != start else None,
            picking.test(rule.when),
            picking.required("product", rule.product, values.line_of_text(200)),
            picking.money("price", rule.price),
            picking.whole("quantity", rule.quantity, 1, _MOST_UNITS, adds=True) if rule.quantity else None,
            Money.zero(profile.currency),
        )

    def read(self, rows: Sequence[Row], bad: list[Cell]) -> tuple[Line, ...]:
        found: dict[tuple[str, Money], int] = {}
        for row in self._rows(rows) if self._rows else rows:
            if self._holds((row,)):
                self._add((row,), found, bad)
        return tuple(Line(product, quantity, price) for (product, price), quantity in found.items())

    def _add(self, row: tuple[Row], found: dict[tuple[str, Money], int], bad: list[Cell]) -> None:
        product, price = _needed(self._product, row, bad), _needed(self._price, row, bad)
        if product is None:
            return
        price = self._free if price is None else price
        quantity = (self._quantity(row, bad) if self._quantity else None) or 1
        found[product, price] = found.get((product, price), 0) + quantity


def _needed(of: Field, row: tuple[Row], bad: list[Cell]) -> Any:
    """A value; one that is missing counts as one that can't be used."""
    before = len(bad)
    value = of(row, bad)
    if value is None and len(bad) == before:
        bad.append(of.cell(row))
    return value
