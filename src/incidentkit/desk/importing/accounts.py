"""What a record says of a company, and what of it is news."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

from attrs import frozen

from incidentkit.desk.accounts import account_of, describe
from incidentkit.desk.importing import values
from incidentkit.desk.importing.bench import Bench
from incidentkit.desk.importing.picking import Cell, Field, Picking, Rejection, marks
from incidentkit.desk.importing.records import Record
from incidentkit.desk.importing.rows import Place
from incidentkit.desk.importing.tables import Tables
from incidentkit.domain.events import AccountDescribed, Event
from incidentkit.domain.import_dealings import AccountRule
from incidentkit.domain.picks import Pick
from incidentkit.domain.shop import Shop

__all__ = ["AccountPlan", "AccountPlanner"]


@frozen
class AccountPlan:
    """A company as its source has it.

    Args:
        account: the shop's key.
        written: when the row was written; None where it does not say.
        now: when it is read.
    """

    account: str
    manager: str | None
    name: str | None
    written: datetime | None
    now: datetime
    order: str | None = None
    naming: str = ""
    unusable: tuple[Cell, ...] = ()

    @property
    def anomalies(self) -> tuple[str, ...]:
        """What was left out."""
        return marks(self.unusable)

    @property
    def first_key(self) -> str:
        """The source key of the first that the source said of it."""
        return f"account:{self.account}:1"

    def further_keys(self) -> Iterable[str]:
        """None besides."""
        return ()

    def enter(self, bench: Bench, place: Place) -> None:  # noqa: ARG002 - it lists nothing
        """Describe the account where the source says something that it has not said before."""
        known = account_of(bench.unit, self.account)
        history = bench.unit.history(known.id) if known is not None else []
        mine = [event for event in history if event.source == bench.source]
        manager, name = _said(history, bench.source)
        news = self.manager not in (None, manager), self.name not in (None, name)
        older = self.written is not None and any(event.occurred_at > self.written for event in mine)
        if known is None or (any(news) and not older):
            before, at = len(bench.unit.recorded), self.written or self.now
            said = self.manager if news[0] else None, self.name if news[1] else None
            key = f"account:{self.account}:{len(history) + 1}"
            bench.call("account", key, at, lambda work: describe(work, self.account, *said))
            bench.tally.done["accounts"] += len(bench.unit.recorded) - before
        bench.mark(self, None)


def _said(history: list[Event], source: str) -> tuple[str | None, str | None]:
    """The manager and the name that a source gave last, each None where it gave none."""
    manager = name = None
    for before, event in pairwise([None, *history]):
        assert event is not None
        earlier, now = _parts(before), _parts(event)
        if event.source == source:
            manager = now[0] if now[0] != earlier[0] else manager
            name = now[1] if now[1] != earlier[1] else name
    return manager, name


def _parts(event: Event | None) -> tuple[str, str]:
    if event is None:
        return "", ""
    assert isinstance(event.data, AccountDescribed)
    return event.data.manager, (event.data.name.value or "") if event.data.name is not None else ""


@frozen
class AccountPlanner:
    """Makes plans of one rule's records."""

    _account: Field
    _manager: Field | None
    _name: Field | None
    _at: Field | None
    _now: datetime

    @classmethod
    def of(cls, rule: AccountRule, tables: Tables, shop: Shop, now: datetime) -> AccountPlanner:
        """The planner of a rule; nothing was written later than ``now``."""
        picking = Picking(tables, rule.source)
        return cls(
            picking.required("key", Pick(rule.key[0]), values.code(64)),
            picking.field("manager", rule.manager, values.listed([agent.name for agent in shop.agents])),
            picking.field("name", rule.name, values.line_of_text(200)),
            picking.time("at", rule.at, now),
            now,
        )

    def plan(self, record: Record) -> AccountPlan | Rejection:
        """The plan, or the reason why there is none."""
        rows, bad = record.rows, list[Cell]()
        account = self._account(rows, bad)
        if account is None:
            return Rejection.of(self._account, rows, bad)
        manager, name, written = (of(rows, bad) if of else None for of in (self._manager, self._name, self._at))
        return AccountPlan(account, manager, name, written, self._now, unusable=tuple(bad))
