"""A measure as data: what is counted, when it began, and what is made of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from attrs import field, frozen

from incidentkit.errors import InvalidInput
from incidentkit.measures.conditions import Conditions

__all__ = ["FactsName", "Kind", "Measure"]

Kind = Literal["count", "duration", "score", "share"]
FactsName = Literal["orders", "incidents", "answers", "incident_orders"]


@frozen
class Measure:
    """One measure. Whatever computes, documents or shows it reads it here.

    Args:
        name: what it is asked for by.
        unit: ``orders``, ``seconds``, ``score`` or ``share`` (0 to 1).
        kind: ``count`` counts subjects; ``duration`` and ``score`` take the mean of ``column``; ``share`` divides those that
            meet ``numerator`` by all subjects.
        facts: the table of facts, one row per subject.
        when: the column with the instant at which a subject began: it places the subject in a window.
        definition: what it says, in one English sentence or two.
        better: which way is good.
        where: which rows are subjects.
        column: for durations (microseconds; empty while it lasts) and scores.
        numerator: for shares.
        maturity: how long after a window's end its figure can still change; until then it is not complete.
        claimed: the column that flags what rests on a source's word alone; None where that does not apply.
        version: raised when the definition changes what is counted.

    Raises:
        InvalidInput: a part that the kind needs is missing, or one that it can't use is there.
    """

    name: str
    unit: str
    kind: Kind
    facts: FactsName
    when: str
    definition: str = field(repr=False)
    better: Literal["up", "down"]
    where: Conditions = ()
    column: str | None = None
    numerator: Conditions = ()
    maturity: timedelta = timedelta(0)
    claimed: str | None = None
    version: int = 1

    def __attrs_post_init__(self) -> None:
        if (self.column is not None) != (self.kind in ("duration", "score")):
            raise InvalidInput(f"Measure {self.name}", "durations and scores, and only they, have a column", got=self.kind)
        if bool(self.numerator) != (self.kind == "share"):
            raise InvalidInput(f"Measure {self.name}", "shares, and only they, have a numerator", got=self.kind)
