"""A measure as data: what is counted, when it began, and what is made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Literal

from attrs import field, frozen

from incidentkit.domain.money import AMOUNT_UNIT
from incidentkit.errors import InvalidInput
from incidentkit.measures.conditions import Conditions

__all__ = ["AtEnd", "Clock", "FactsName", "Kind", "Measure", "Role"]

Clock = Literal["elapsed", "working"]

Kind = Literal["amount", "count", "duration", "nps", "score", "share"]
Role = Literal["lag", "lead"]
FactsName = Literal[
    "actions",
    "answers",
    "calls",
    "closures",
    "commitments",
    "contacts",
    "deliveries",
    "incident_channels",
    "incident_lines",
    "incident_orders",
    "incident_products",
    "incident_signatures",
    "incidents",
    "need_incidents",
    "need_orders",
    "needs",
    "order_carriers",
    "order_products",
    "orders",
    "promises",
    "readings",
]

_UNITS: Mapping[str, int] = MappingProxyType({"duration": 1_000_000, "amount": AMOUNT_UNIT})


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
        unit: ``orders``, ``incidents``, ``seconds``, ``score``, ``money`` (the shop's), ``share`` (0 to 1) or ``points``.
        kind: ``count`` counts subjects; ``duration``, ``score`` and ``amount`` take the mean of ``column``; ``share`` divides
            those that meet ``numerator`` by all subjects; ``nps`` takes those that meet ``against`` from them first, and
            counts in hundredths.
        facts: the table of facts, one row per subject.
        when: the column with the instant at which a subject began: it places the subject in a window.
        definition: what it says, in one English sentence or two.
        formula: what is reckoned, in short.
        better: which way is good.
        role: ``lead`` for what people can do this week and what moves results later, ``lag`` for the results.
        where: which rows are subjects.
        column: for durations (microseconds; empty while it lasts), scores, and amounts (ten thousandths of the currency;
            empty where it is not known).
        working: for durations: the column with the same in working time; None without one.
        clock: which of them ``column`` is.
        scale: how many of the column's units are one of the unit; None for what is usual for the kind.
        numerator: for shares and nps.
        against: for nps: those that it is brought down by.
        hits, weight: for counts and shares of what was counted elsewhere: the columns with how many met the numerator, and
            how many there were. A row then is as many subjects as ``weight`` says.
        distinct: for counts: the column that names a subject where a row is no subject; each counts once a window.
        passed: the column with an instant: a subject counts only once that has come. None where every subject does.
        at_once: of what ``passed`` makes wait, those that need not.
        at_end: for a count of what stands at each window's last instant, or, as a duration, for how long it has by then.
            Windows are as for any other measure, but a subject is in each at whose end it stands.
        maturity: how long after a window's end its figure can still change; until then it is not complete.
        claimed: the column that flags what rests on a source's word alone; None where that does not apply.
        title: what people call it, where no text that ships says so.
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
    formula: str = field(repr=False)
    better: Literal["up", "down"]
    role: Role
    where: Conditions = ()
    column: str | None = None
    working: str | None = None
    clock: Clock = "elapsed"
    scale: int | None = None
    numerator: Conditions = ()
    against: Conditions = ()
    hits: str | None = None
    weight: str | None = None
    distinct: str | None = None
    passed: str | None = None
    at_once: Conditions = ()
    at_end: AtEnd | None = None
    maturity: timedelta = timedelta(0)
    claimed: str | None = None
    title: str = ""
    version: int = 1

    def __attrs_post_init__(self) -> None:
        for right, rule in self._rules():
            if not right:
                raise InvalidInput(f"Measure {self.name}", rule, got=self.kind)

    def _rules(self) -> Iterator[tuple[bool, str]]:
        has_column = self.kind in ("amount", "score") or (self.kind == "duration" and self.at_end is None)
        yield (self.column is not None) == has_column, "durations, scores and amounts, and only they, have a column"
        yield self.distinct is None or self.kind == "count", "only counts count a subject once"
        yield self.at_end is None or self.kind in ("count", "duration"), "only counts and durations look at a window's end"
        part = bool(self.numerator) or self.hits is not None
        yield part == (self.kind in ("nps", "share")), "shares and nps, and only they, have a numerator"
        yield bool(self.against) == (self.kind == "nps"), "nps, and only it, has subjects against it"
        yield self.weight is None or self.kind in ("count", "share"), "only counts and shares have a weight"
        together = self.hits is None or (self.weight is not None and not self.numerator)
        yield together, "hits go with a weight, and stand for the numerator"

    @property
    def units(self) -> int:
        """How many of the column's units are one of the measure's unit."""
        return _UNITS.get(self.kind, 1) if self.scale is None else self.scale
