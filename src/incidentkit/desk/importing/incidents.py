"""What a record says of an incident, worked out before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from attrs import frozen

from incidentkit.desk.importing import values
from incidentkit.desk.importing.naming import OrderNaming
from incidentkit.desk.importing.picking import Cell, Field, Picking, Rejection, Test, marks
from incidentkit.desk.importing.records import Record
from incidentkit.desk.importing.rows import Row
from incidentkit.desk.importing.tables import Tables
from incidentkit.domain.import_rules import IncidentRule
from incidentkit.domain.shop import Shop

__all__ = ["IncidentPlan", "IncidentPlanner", "Step"]


@frozen
class Step:
    """Something that the source says of a case after it was reported.

    Args:
        what: ``status``, ``resolved`` or ``reopened``.
        status: what the source calls the state.
        at: None for the order's last known time.
        again: how many of the same went before at the same time.
    """

    what: str
    at: datetime | None
    status: str = ""
    again: int = 0


@frozen
class IncidentPlan:
    """A case as its source has it.

    Args:
        order: the key of its order's record.
        detected_at: None for the order's last known time.
        team: who is accountable; empty for the protocol's.
        naming: the columns with the order's key.
    """

    key: str
    order: str | None
    type: str
    severity: str | None
    cause: str | None
    description: str
    reported_by: str
    detected_at: datetime | None
    steps: tuple[Step, ...]
    team: str = ""
    naming: str = ""
    unusable: tuple[Cell, ...] = ()

    @property
    def anomalies(self) -> tuple[str, ...]:
        """Marks for its order."""
        return marks(self.unusable)


@frozen
class IncidentPlanner:
    """Makes plans of one rule's records."""

    _name: str
    _order: OrderNaming
    _fields: Mapping[str, Field | None]
    _steps: _StepReader

    @classmethod
    def of(cls, rule: IncidentRule, tables: Tables, shop: Shop, now: datetime) -> IncidentPlanner:
        """The planner of a rule; nothing has happened later than ``now``."""
        picking = Picking(tables, rule.source)
        fields = {
            "type": picking.field("type", rule.type, values.listed([p.type for p in shop.protocols])),
            "severity": picking.field("severity", rule.severity, values.listed(shop.severities)),
            "cause": picking.field("cause", rule.cause, values.listed(list(shop.causes))),
            "team": picking.field("team", rule.team, values.listed([team.name for team in shop.teams])),
            "description": picking.field("description", rule.description, values.words(20_000)),
            "reported_by": picking.field("reported_by", rule.reported_by, values.listed(("shop", "customer"))),
            "detected": picking.time("detected", rule.detected, now),
        }
        return cls(rule.name, OrderNaming.of(rule.order, rule.source, tables), fields, _StepReader.of(rule, picking, now))

    def plan(self, record: Record) -> IncidentPlan | Rejection:
        """The plan, or the reason why there is none."""
        rows, bad = self._steps.ordered(record.rows), list[Cell]()
        order = self._order.key(rows)
        read = {name: of(rows, bad) if of else None for name, of in self._fields.items()}
        detected = read.pop("detected")
        if detected is None and order is None:
            detected = self._steps.written(rows[0], bad)
            if detected is None:
                return Rejection("missing:detected", self._seen(rows))
        kind = read.pop("type") or "other"
        return IncidentPlan(
            key=f"incident:{self._name}:{record.key}",
            order=order,
            type=kind,
            severity=read["severity"],
            cause=read["cause"],
            description=read["description"] or kind,
            reported_by=read["reported_by"] or "shop",
            detected_at=detected,
            steps=tuple(self._steps.read(rows, bad)),
            team=read["team"] or "",
            naming=self._order.label,
            unusable=tuple(bad),
        )

    def _seen(self, rows: Sequence[Row]) -> Cell:
        of = self._fields["detected"]
        return of.cell(rows) if of else Cell("detected", "")


@frozen
class _StepReader:
    """Reads rows one by one: the state that each names, and the first event that holds for it."""

    _at: Field | None
    _as_they_stand: bool
    _status: Field | None
    _events: Sequence[tuple[str, Test, Field | None]]

    @classmethod
    def of(cls, rule: IncidentRule, picking: Picking, now: datetime) -> _StepReader:
        events = [(e.event, picking.test(e.when), picking.time(e.event, e.at, now)) for e in rule.events]
        status = picking.field("status", rule.status, values.line_of_text(100))
        return cls(picking.time("at", rule.at, now), rule.as_they_stand, status, events)

    def ordered(self, rows: Sequence[Row]) -> Sequence[Row]:
        """By when each was written, wherever it stands in the file; as they stand where one says none, or the rule says so."""
        written = [] if self._as_they_stand or len(rows) < 2 else [self.written(row, []) for row in rows]
        told = [at for at in written if at is not None]
        if len(told) < len(rows):
            return rows
        return [rows[place] for place in sorted(range(len(rows)), key=told.__getitem__)]

    def written(self, row: Row, bad: list[Cell]) -> datetime | None:
        """When a row was written."""
        at: datetime | None = self._at((row,), bad) if self._at else None
        return at

    def read(self, rows: Sequence[Row], bad: list[Cell]) -> Iterator[Step]:
        """Every step that changes something. Which do depends on the rows alone, so that a second reading finds the same."""
        same: Counter[Step] = Counter()
        for step in self._effective(rows, bad):
            yield Step(step.what, step.at, step.status, same[step])
            same[step] += 1

    def _effective(self, rows: Sequence[Row], bad: list[Cell]) -> Iterator[Step]:
        resolved, before = False, None
        for row in rows:
            at = self.written(row, bad)
            status = self._status((row,), bad) if self._status else None
            if status is not None and status != before:
                before = status
                yield Step("status", at, status)
            event = self._event(row, at, bad)
            if event is not None and (event.what == "resolved") is not resolved:
                resolved = not resolved
                yield event

    def _event(self, row: Row, at: datetime | None, bad: list[Cell]) -> Step | None:
        for event, holds, time in self._events:
            if holds((row,)):
                if time is None:
                    return Step(event, at)
                own = time((row,), bad)
                return None if own is None else Step(event, own)
        return None
