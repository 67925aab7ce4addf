"""The differences of two worlds, gathered and counted; of each kind the first ones are kept, all of them are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

from attrs import define, field

from incidentkit.domain.money import Money
from incidentkit.learning.what_if.values import (
    AskChange,
    DeadlineChange,
    EscalationChange,
    GrantChange,
    MessageChange,
    NotComparable,
    OwnerChange,
    WhatIf,
)

__all__ = ["Tally"]

T = TypeVar("T")

_END = datetime.max.replace(tzinfo=UTC)


@define
class Tally:
    """What has been found so far.

    Args:
        most: how many of each kind are kept.
    """

    currency: str
    most: int = 1000
    cases: int = field(default=0, init=False)
    messages: int = field(default=0, init=False)
    offers: int = field(default=0, init=False)
    _counts: Counter[str] = field(factory=Counter, init=False)
    _deadlines: list[DeadlineChange] = field(factory=list, init=False)
    _sendings: list[MessageChange] = field(factory=list, init=False)
    _asks: list[AskChange] = field(factory=list, init=False)
    _escalations: list[EscalationChange] = field(factory=list, init=False)
    _owners: list[OwnerChange] = field(factory=list, init=False)
    _grants: list[GrantChange] = field(factory=list, init=False)
    _apart: list[NotComparable] = field(factory=list, init=False)
    _gained: Money = field(init=False)
    _lost: Money = field(init=False)
    _apart_in_all: int = field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        self._gained = self._lost = Money(0, self.currency)

    def deadline(self, change: DeadlineChange) -> None:
        """One that would be met, missed or due otherwise."""
        code = "moved" if change.was == change.would else "missed" if change.would == "missed" else "kept"
        self._keep(self._deadlines, change, f"deadline.{code}")

    def sending(self, change: MessageChange) -> None:
        """A message that would go out or not, then or so."""
        was, would = change.was, change.would
        if was.outcome != "sent" or would.outcome != "sent":
            code = "sent" if would.outcome == "sent" else "not_sent" if was.outcome == "sent" else "other"
        elif was.channel != would.channel:
            code = "channel"
        else:
            code = "later" if (would.at or _END) > (was.at or _END) else "earlier"
        self._keep(self._sendings, change, f"message.{code}")

    def ask(self, change: AskChange) -> None:
        """Asked more or less often, or at other times; lapsed or not, or at another time."""
        asked = len(change.asked_would) - len(change.asked_was)
        if change.asked_was != change.asked_would:
            self._counts[f"ask.{'more' if asked > 0 else 'fewer' if asked < 0 else 'moved'}"] += 1
        if change.lapsed_was != change.lapsed_would:
            code = "no_more" if change.lapsed_would is None else "instead" if change.lapsed_was is None else "moved"
            self._counts[f"lapse.{code}"] += 1
        self._keep(self._asks, change)

    def escalation(self, change: EscalationChange) -> None:
        """Raised higher, or less high."""
        self._keep(self._escalations, change, f"escalation.{'higher' if change.would > change.was else 'lower'}")

    def owner(self, change: OwnerChange) -> None:
        """Another team from the first instant."""
        self._keep(self._owners, change, "owner.other")

    def grant(self, change: GrantChange, gained: Money, lost: Money) -> None:
        """Somebody might have granted something at once, or might not."""
        self._gained, self._lost = self._gained + gained, self._lost + lost
        self._keep(self._grants, change, f"grant.{change.would}")

    def apart(self, found: NotComparable) -> None:
        """What is left out, and why."""
        self._apart_in_all += 1
        if len(self._apart) < self.most:
            self._apart.append(found)

    def _keep(self, kept: list[T], change: T, code: str = "") -> None:
        if code:
            self._counts[code] += 1
        if len(kept) < self.most:
            kept.append(change)

    def result(self, since: datetime, until: datetime, as_of: datetime) -> WhatIf:
        """All of it."""
        return WhatIf(
            since=since,
            until=until,
            as_of=as_of,
            cases=self.cases,
            messages=self.messages,
            offers=self.offers,
            deadlines=tuple(self._deadlines),
            sendings=_by_time(self._sendings),
            asks=tuple(self._asks),
            escalations=tuple(self._escalations),
            owners=tuple(self._owners),
            grants=tuple(self._grants),
            gained=self._gained,
            lost=self._lost,
            counts=dict(sorted(self._counts.items())),
            apart=tuple(self._apart),
            apart_in_all=self._apart_in_all,
        )


def _by_time(changes: Iterable[MessageChange]) -> tuple[MessageChange, ...]:
    """By the earlier of both instants; those with none come last."""

    def order(change: MessageChange) -> tuple[bool, datetime, str]:
        instants = [at for at in (change.was.at, change.would.at) if at is not None]
        return not instants, min(instants, default=_END), change.key

    return tuple(sorted(changes, key=order))
