"""Authority: how much each role may grant, and what is left of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from attrs import field, frozen
from attrs.converters import optional

from incidentkit.domain.ids import OfferId
from incidentkit.domain.money import Money, digits

__all__ = ["MACHINES", "ROLES", "Authority", "Budget", "BudgetKind", "Grant", "Granted", "Scope", "Verdict", "bad_authority"]

BudgetKind = Literal["incident", "customer", "day", "cause", "kind", "currency", "worth"]
"""What an authority is limited by. The last three are no sums: a kind of remedy that the role may not grant at all, money in a
currency that its budgets say nothing of, and a worth that nothing tells."""

ROLES = ("agent", "supervisor")
"""The roles that every shop has."""

MACHINES = ("host", "rule", "cli")
"""Whose authority can be limited without their being agents: the shop's own backend, the desk's rules, a terminal."""

_MOST_DAYS = 3_653


def _exact(value: Decimal | int | str) -> Decimal:
    Money(value)  # refuses what is no amount
    return Decimal(value)


def _by_cause(value: Mapping[str, Decimal | int | str]) -> dict[str, Decimal]:
    return {code: _exact(limit) for code, limit in value.items()}


@frozen
class Authority:
    """What a role may grant. Amounts are numbers of the shop's currency; None is any amount.

    Args:
        per_incident: over a whole case, with the cases that were merged into it, whoever granted it.
        per_customer: to one customer over ``customer_days`` days, whoever granted it.
        per_day: by one agent on one calendar day in the shop's zone.
        per_cause: by the code of a cause: over all cases that it made in ``cause_days`` days, whoever granted it. A case whose
            cause nobody knows yet counts as ``unknown``.
        kinds: the kinds of remedy that it may grant at all; empty for all.
        may_approve: whether it may grant what others ask for. Default: where it supervises.
        supervises: it has a supervisor's powers. The role ``supervisor`` always does.
        approve_within: working time in which somebody answers what it asks for, before that expires; None for ever.

    Raises:
        MoneyError: an amount that is negative, or no exact number.
    """

    per_incident: Decimal | None = field(default=None, converter=optional(_exact))
    per_customer: Decimal | None = field(default=None, converter=optional(_exact))
    customer_days: int = 365
    per_day: Decimal | None = field(default=None, converter=optional(_exact))
    per_cause: Mapping[str, Decimal] = field(factory=dict, converter=_by_cause)
    cause_days: int = 30
    kinds: tuple[str, ...] = ()
    may_approve: bool | None = None
    supervises: bool = False
    approve_within: timedelta | None = timedelta(hours=8)

    @property
    def limited(self) -> bool:
        """Whether there is any sum that it may not go beyond."""
        limits = (self.per_incident, self.per_customer, self.per_day)
        return bool(self.per_cause) or any(limit is not None for limit in limits)


@frozen
class Scope:
    """What grants a budget counts: those of a case, to a customer, by an agent or for a cause, within a time.

    Args:
        of: the id of the case or customer, the agent's handle, the code of the cause. Of a case, those merged into it count.
        since: from then on; ``until``: before then; None for all time.
    """

    kind: BudgetKind
    of: str
    since: datetime | None = None
    until: datetime | None = None


Granted = Callable[[Scope], Decimal]
"""Says how much stands granted within a scope, in the shop's currency."""


@frozen
class Budget:
    """One limit of an authority, with what has been used of it.

    Args:
        of: as `Scope` has it; of a kind of remedy its name, of a currency its code.
        since: from when on grants count against it; None for all time.
    """

    kind: BudgetKind
    limit: Money
    used: Money
    of: str = ""
    since: datetime | None = None

    @property
    def remaining(self) -> Money:
        """What is left of it; nothing where more was granted than there is now."""
        return self.limit - self.used if self.used < self.limit else Money.zero(self.limit.currency)


@frozen
class Verdict:
    """Whether somebody may grant something.

    Args:
        exceeded: what it goes beyond; nothing where it is allowed.
        may: the agents who may grant it instead, as the settings list them; nobody is asked for what is allowed.
    """

    exceeded: tuple[Budget, ...] = ()
    may: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether it is within every limit."""
        return not self.exceeded


@frozen
class Grant:
    """Something that stands promised, or was done.

    Args:
        id: of the offer; of several that were made together, of the one that is worth most.
        worth: what it gives away; None where nothing says so.
        by: on whose authority, as text.
    """

    id: OfferId
    worth: Money | None
    by: str
    at: datetime


def bad_authority(authority: Mapping[str, Authority], roles: Iterable[str], currency: str, causes: Iterable[str]) -> list[str]:
    """What in these settings can't be meant, each with its place.

    Args:
        roles: those of the shop's agents.
    """
    known = {*ROLES, *MACHINES, *roles}
    bad = [
        f"authority.{role}: expected a role that an agent has, or one of {', '.join((*ROLES, *MACHINES))}, found no such"
        for role in authority
        if role not in known
    ]
    for role, given in authority.items():
        found = (*_bad_days(given), *_bad_amounts(given, digits(currency)), *_bad_causes(given, frozenset(causes)))
        bad += [f"authority.{role}.{key}: expected {rule}, found {value}" for key, rule, value in found]
    machines = [role for role in MACHINES if role in authority and (authority[role].supervises or authority[role].may_approve)]
    bad += [f"authority.{role}: expected no powers over others, found supervises or may_approve" for role in machines]
    return bad


def _bad_days(given: Authority) -> Iterator[tuple[str, str, object]]:
    for key in ("customer_days", "cause_days"):
        if not 1 <= getattr(given, key) <= _MOST_DAYS:
            yield key, f"1 to {_MOST_DAYS} days", getattr(given, key)
    if given.approve_within is not None and given.approve_within <= timedelta(0):
        yield "approve_within", "more than nothing", given.approve_within


def _bad_amounts(given: Authority, coins: int) -> Iterator[tuple[str, str, object]]:
    limits = {key: getattr(given, key) for key in ("per_incident", "per_customer", "per_day")}
    limits |= {f"per_cause.{code}": limit for code, limit in given.per_cause.items()}
    for key, limit in limits.items():
        if limit is not None and round(limit, coins) != limit:
            yield key, f"at most {coins} digits after the point", limit


def _bad_causes(given: Authority, causes: frozenset[str]) -> Iterator[tuple[str, str, object]]:
    for code in given.per_cause:
        if code not in causes:
            yield f"per_cause.{code}", f"one of {', '.join(sorted(causes))}", repr(code)
