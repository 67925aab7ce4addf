"""What incidents cost, and what telling customers first may have saved.

A cost counts when it is spent, at the rate that was in force then: a contact when it happened, a remedy when it was carried
out. The parts of `Costs` add up to its total, to the last ten thousandth.

Contacts avoided: of the incidents that the shop found itself and whose customer had not asked yet when some time had passed
(a landmark), those whose customer had been told by then are held against those whose customer had not, type by type, by how
often these wrote or called afterwards. Nobody drew lots over who is told, so this is a comparison, not a proof.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from attrs import frozen

from incidentkit.domain.money import Money
from incidentkit.measures.distributions import t_quantile
from incidentkit.measures.intervals import Interval

__all__ = [
    "FEWEST_IN_ALL",
    "FEWEST_OF_A_TYPE",
    "Arm",
    "Avoided",
    "CostItem",
    "CostKind",
    "CostPart",
    "Costs",
    "IncidentCost",
    "Stratum",
    "avoided",
    "incident_cost",
]

FEWEST_OF_A_TYPE = 10
"""A type with fewer incidents than that on either side is not compared."""

FEWEST_IN_ALL = 30
"""With fewer incidents than that on either side, over all types that are compared, there is no telling."""


CostKind = Literal["contact", "remedy", "call", "workaround"]
"""What something was spent on."""


@frozen
class CostPart:
    """What the incidents of one step and cause cost in a span; both are empty where nobody knows."""

    step: str
    cause: str
    incidents: int
    contacts: int
    amount: Money


@frozen
class Costs:
    """What was spent in a span, in the shop's currency.

    Args:
        total: all of it: of ``incidents``, of those since ``left_out`` (withdrawn), and for ``none`` of them.
        contacts, remedies, calls, workarounds: the same total, by what it was spent on.
        unpriced_contacts, unpriced_remedies, unpriced_calls, unpriced_workarounds: how many have no known cost in that
            currency: the true total is higher.
        parts: what the incidents cost, by step and cause, the dearest first; at most so many that a page holds them.
    """

    total: Money
    incidents: Money
    left_out: Money
    none: Money
    contacts: Money
    remedies: Money
    unpriced_contacts: int
    unpriced_remedies: int
    calls: Money
    workarounds: Money
    unpriced_calls: int = 0
    unpriced_workarounds: int = 0
    parts: tuple[CostPart, ...] = ()

    @property
    def unpriced(self) -> int:
        """How many things in all have no known cost."""
        return self.unpriced_contacts + self.unpriced_remedies + self.unpriced_calls + self.unpriced_workarounds


@frozen
class CostItem:
    """One cost: a contact or a share of it, a remedy, a verification call, or a way around a rule.

    Args:
        channel: of a contact or call; of a remedy its kind, of a way around the rule's code.
        amount: None where nobody knows.
        item: the contact, the remedy, the attempt to call or the block, by its id within what has it.
        incident: the one that it is for; None for none, or several.
    """

    kind: CostKind
    channel: str
    at: datetime
    amount: Money | None
    item: str = ""
    incident: str | None = None


@frozen
class IncidentCost:
    """What one incident cost, as far as it is known in the shop's currency.

    Args:
        total: the sum of what is known. ``unpriced``: how many items are not in it.
    """

    incident: str
    total: Money
    unpriced: int
    items: tuple[CostItem, ...]


def incident_cost(incident: str, items: Iterable[CostItem], currency: str) -> IncidentCost:
    """The sum of an incident's costs."""
    every = tuple(items)
    known = [item.amount for item in every if item.amount is not None and item.amount.currency == currency]
    return IncidentCost(incident, sum(known, Money(0, currency)), len(every) - len(known), every)


@frozen
class Arm:
    """Incidents of one kind: how many, with how many contacts in all, and the sum of the squares of these."""

    n: int
    contacts: int
    squares: int

    @property
    def mean(self) -> float:
        """Contacts per incident."""
        return self.contacts / self.n

    @property
    def variance(self) -> float:
        """Of the number of contacts; never below what chance alone gives to so few."""
        spread = (self.squares - self.contacts * self.mean) / (self.n - 1)
        return max(spread, (self.contacts + 0.5) / self.n)


@frozen
class Stratum:
    """The incidents of one type whose customers were told, and were not."""

    type: str
    told: Arm
    untold: Arm


@frozen
class Avoided:
    """How many contacts telling customers first has avoided.

    Args:
        verdict: ``fewer`` or ``more`` contacts where customers were told, ``no_evidence`` of either, or ``cannot_say``.
        told, untold: how many incidents were compared.
        alone: told ones of types with too few others to compare them with.
        per_incident: contacts avoided per incident with a told customer, and ``interval``: where that may truly lie (95 %).
    """

    verdict: Literal["fewer", "no_evidence", "more", "cannot_say"]
    told: int
    untold: int
    alone: int
    per_incident: float | None = None
    interval: Interval | None = None

    @property
    def contacts(self) -> float | None:
        """Contacts avoided over all incidents that were compared."""
        return None if self.per_incident is None else self.per_incident * self.told


def avoided(strata: Iterable[Stratum], confidence: float = 0.95) -> Avoided:
    """What the types come to, each weighed by its incidents with told customers."""
    every = list(strata)
    some = [s for s in every if min(s.told.n, s.untold.n) >= FEWEST_OF_A_TYPE]
    told, untold = sum(s.told.n for s in some), sum(s.untold.n for s in some)
    alone = sum(s.told.n for s in every) - told
    if min(told, untold) < FEWEST_IN_ALL:
        return Avoided("cannot_say", told, untold, alone)
    value = math.fsum(s.told.n * (s.untold.mean - s.told.mean) for s in some) / told
    interval = _interval(value, some, told, confidence)
    verdict: Literal["fewer", "no_evidence", "more"] = "no_evidence"
    if interval.low > 0 or interval.high < 0:
        verdict = "fewer" if value > 0 else "more"
    return Avoided(verdict, told, untold, alone, value, interval)


def _interval(value: float, some: Sequence[Stratum], told: int, confidence: float) -> Interval:
    """By Student's t with Satterthwaite's degrees of freedom."""
    parts = [((s.told.n / told) ** 2 * arm.variance / arm.n, arm.n - 1) for s in some for arm in (s.told, s.untold)]
    whole = math.fsum(part for part, _ in parts)
    freedom = whole**2 / math.fsum(part**2 / n for part, n in parts)
    reach = t_quantile(1 - (1 - confidence) / 2, freedom) * math.sqrt(whole)
    return Interval(value - reach, value + reach)
