"""What a record says of a survey's answer, worked out before anything is written."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from incidentkit.desk.importing import values
from incidentkit.desk.importing.naming import OrderNaming
from incidentkit.desk.importing.picking import Cell, Field, Picking, Rejection, marks
from incidentkit.desk.importing.records import Record
from incidentkit.desk.importing.tables import Tables
from incidentkit.domain.import_rules import AnswerRule

__all__ = ["AnswerPlan", "AnswerPlanner"]


@frozen
class AnswerPlan:
    """An answer as its source has it. ``order`` is the key of its order's record, ``naming`` the column with it."""

    key: str
    order: str | None
    survey: str
    score: int
    asked_at: datetime
    answered_at: datetime
    comment: str | None
    naming: str = ""
    unusable: tuple[Cell, ...] = ()

    @property
    def anomalies(self) -> tuple[str, ...]:
        """Marks for its order."""
        return marks(self.unusable)


@frozen
class AnswerPlanner:
    """Makes plans of one rule's records."""

    _rule: AnswerRule
    _order: OrderNaming
    _score: Field
    _answered: Field
    _asked: Field | None
    _comment: Field | None

    @classmethod
    def of(cls, rule: AnswerRule, tables: Tables, now: datetime) -> AnswerPlanner:
        """The planner of a rule; nothing has happened later than ``now``."""
        picking = Picking(tables, rule.source)
        answered = picking.time("answered", rule.answered, now)
        assert answered is not None
        return cls(
            rule,
            OrderNaming.of(rule.order, rule.source, tables),
            picking.whole("score", rule.score, rule.low, rule.high),
            answered,
            picking.time("asked", rule.asked, now),
            picking.field("comment", rule.comment, values.words(20_000)),
        )

    def plan(self, record: Record) -> AnswerPlan | Rejection:
        """The plan, or the reason why there is none."""
        rows, bad = record.rows, list[Cell]()
        score, answered = self._score(rows, bad), self._answered(rows, bad)
        for needed, value in ((self._score, score), (self._answered, answered)):
            if value is None:
                return Rejection.of(needed, rows, bad)
        asked = self._asked(rows, bad) if self._asked else None
        comment = self._comment(rows, bad) if self._comment else None
        return AnswerPlan(
            key=f"answer:{self._rule.name}:{record.key}",
            order=self._order.key(rows),
            survey=self._rule.survey,
            score=score,
            asked_at=answered if asked is None else min(asked, answered),
            answered_at=answered,
            comment=comment,
            naming=self._order.label,
            unusable=tuple(bad),
        )
