"""A measure as data: what is counted, when it began, and what is made of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from attrs import field, frozen

from incidentkit.errors import InvalidInput
from incidentkit.measures.conditions import Conditions

__all__ = ["AtEnd", "Clock", "FactsName", "Kind", "Measure"]

Clock = Literal["elapsed", "working"]

Kind = Literal["amount", "count", "duration", "score", "share"]
FactsName = Literal[
    "actions",
    "answers",
    "closures",
    "contacts",
    "deliveries",
    "incident_channels",
    "incident_lines",
    "incident_orders",
    "incident_products",
    "incidents",
    "need_incidents",
    "need_orders",
    "needs",
    "order_carriers",
    "order_products",
    "orders",
    "promises",
]


@frozen
class AtEnd:
    """What stands at a window's last instant: begun by then, not ended, and not in a pause.

    Args:
        ended: the column with the instant at which a subject ended; empty while it has not.
        subject: the column that names a subject.
        pauses: the table of facts with its pauses, each with ``since`` and ``until``: it had ended then, and began again.
    """

    ended: str
    subject: str
    pauses: FactsName


@frozen
class Measure:
    """One measure. Whatever computes, documents or shows it reads it here.

    Args:
        name: what it is asked for by.
        unit: ``orders``, ``incidents``, ``seconds``, ``score``, ``money`` (the shop's), or ``share`` (0 to 1).
        kind: ``count`` counts subjects; ``duration``, ``score`` and ``amount`` take the mean of ``column``; ``share`` divides
            those that meet ``numerator`` by all subjects.
        facts: the table of facts, one row per subject.
        when: the column with the instant at which a subject began: it places the subject in a window.
        definition: what it says, in one English sentence or two.
        better: which way is good.
        where: which rows are subjects.
        column: for durations (microseconds; empty while it lasts), scores, and amounts (ten thousandths of the currency;
            empty where it is not known).
        working: for durations: the column with the same in working time; None without one.
        clock: which of them ``column`` is.
        numerator: for shares.
        distinct: for counts: the column that names a subject where a row is no subject; each counts once a window.
        passed: the column with an instant: a subject counts only once that has come. None where every subject does.
        at_once: of what ``passed`` makes wait, those that need not.
        at_end: for a count of what stands at each window's last instant, or, as a duration, for how long it has by then.
            Windows are as for any other measure, but a subject is in each at whose end it stands.
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
    working: str | None = None
    clock: Clock = "elapsed"
    numerator: Conditions = ()
    distinct: str | None = None
    passed: str | None = None
    at_once: Conditions = ()
    at_end: AtEnd | None = None
    maturity: timedelta = timedelta(0)
    claimed: str | None = None
    version: int = 1

    def __attrs_post_init__(self) -> None:
        if (self.column is not None) != (self.kind in ("amount", "score") or (self.kind == "duration" and self.at_end is None)):
            rule = "durations, scores and amounts, and only they, have a column"
            raise InvalidInput(f"Measure {self.name}", rule, got=self.kind)
        if self.distinct is not None and self.kind != "count":
            raise InvalidInput(f"Measure {self.name}", "only counts count a subject once", got=self.kind)
        if self.at_end is not None and self.kind not in ("count", "duration"):
            raise InvalidInput(f"Measure {self.name}", "only counts and durations look at a window's end", got=self.kind)
        if bool(self.numerator) != (self.kind == "share"):
            raise InvalidInput(f"Measure {self.name}", "shares, and only they, have a numerator", got=self.kind)
