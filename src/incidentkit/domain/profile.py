"""Import profiles: how the rows of somebody else's tables become orders, incidents, contacts and so on.

A profile is data. It names **sources** (tables in files) and **rules** (`OrderRule`, `IncidentRule`, `AnswerRule`, in
`incidentkit.domain.import_rules`, and `AccountRule`, `PromiseRule`, `ContactRule`, in `incidentkit.domain.import_dealings`).
Whoever runs one does, for each rule:

1. Take the rows of the rule's source in the order of the file, and keep those for which all of ``when`` hold.
2. Group them by ``key``: one record for each distinct tuple of values. With ``rows = "one"`` a further row of a key that is
   the same in every column the rule reads is ignored, and one that differs is rejected; with ``rows = "many"`` all of
   them together are the record.
3. Read each field of the record through its `Pick`.

**Text.** Every value is text without blanks at either end. One that stands in `Profile.missing` counts as missing.

**Times.** Text is read by the pick's formats, else by the profile's, the first that fits. A time with an offset keeps it; one
without is a wall clock at `Profile.tzinfo` (where a zone sets the clock back, the earlier of the two instants; a time that it
skips counts with the offset from before). Anything else is unusable.

**Money** and numbers are read as the column's source writes them (`Profile.writing`), never as a single value looks: with
``decimal = ","`` and ``grouping = "."`` a "1.234" is more than a thousand, and without the grouping it is unusable. An amount
may stand beside the code or a sign of `Profile.currency`; another currency's makes it unusable, and so do digits finer than its
coins. A minus before or behind, or brackets, are below zero, which only a sum can do with: what was paid less what went back.
Money is in `Profile.currency`; sums are exact.

**Rejected and unusable.** A record is rejected when a part of its key, or a field that its rule can't do without, is missing
or unusable: `OrderRule.placed`, `AnswerRule.score` and `AnswerRule.answered`, `PromiseRule.promised`, `ContactRule.at`, and an
order or incident that a rule names but that is not known. A time at which something is said to have happened is unusable while
it has not come. Any other unusable field is dropped, counted, and marked on the order as the anomaly ``unusable:FIELD``.

**Keys.** The key of a record is its values joined by ``/``. Orders share one space of keys in a profile, accounts that of the
shop; the key of any other record counts within its rule's ``name``. What is made of a record carries the profile's ``name`` as
its source, and a source key made of kind, rule, key and event, so that the same record never enters twice.

**The last known time** of an order is the latest of ``placed`` and those events of it that are made; promises don't count.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta, timezone, tzinfo
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from attrs import field, fields, frozen, has

from incidentkit.domain.import_dealings import AccountRule, ContactRule, PromiseRule
from incidentkit.domain.import_rules import AnswerRule, IncidentRule, LineRule, OrderRule, Source, named, some
from incidentkit.domain.money import is_currency
from incidentkit.domain.numbers import Grouping, Point, Writing
from incidentkit.domain.picks import Condition, Pick, texts, time_formats
from incidentkit.domain.times import zone_names
from incidentkit.errors import ConfigurationError

__all__ = ["Profile", "Rule"]

Rule: TypeAlias = OrderRule | AccountRule | PromiseRule | IncidentRule | AnswerRule | ContactRule
"""What makes something of rows."""

_KINDS = ("orders", "accounts", "promises", "incidents", "answers", "contacts")
_NAMED = ("promises", "incidents", "answers", "contacts")


@frozen
class Profile:
    """A whole import profile.

    Args:
        name: the name of the source, kept with everything that is imported; another name is another source.
        zone: IANA name; days are counted in it, and a new store takes its shop's zone from here.
        offset: of wall clocks without one; None where they are the zone's.
        currency: ISO 4217; a new store takes its shop's currency from here.
        language: of the customers, where a rule's ``language`` says nothing; empty where it is not known.
        times: formats of times: ``iso``, or patterns as ``strptime`` has them, tried in turn.
        missing: texts that mean that there is no value.
        decimal: the point in numbers.
        grouping: what may stand between thousands, ``.``, ``,``, a blank or ``'``; empty for nothing.
        sources: tables by name.
        orders, accounts, promises, incidents, answers, contacts: the rules, run in this order.

    Raises:
        ConfigurationError: a part names a source, link or rule that is not there.
    """

    name: str = field(validator=named)
    version: Literal[1] = 1
    zone: str = "UTC"
    offset: timedelta | None = None
    currency: str = "EUR"
    language: str = ""
    times: tuple[str, ...] = field(default=("iso",), converter=texts, validator=[time_formats, some])
    missing: tuple[str, ...] = field(default=("",), converter=texts)
    decimal: Point = "."
    grouping: Grouping = ""
    sources: Mapping[str, Source] = field(factory=dict)
    orders: tuple[OrderRule, ...] = ()
    accounts: tuple[AccountRule, ...] = ()
    promises: tuple[PromiseRule, ...] = ()
    incidents: tuple[IncidentRule, ...] = ()
    answers: tuple[AnswerRule, ...] = ()
    contacts: tuple[ContactRule, ...] = ()

    def __attrs_post_init__(self) -> None:
        problems = [*self._bad_basics(), *self._bad_sources(), *self._bad_rules(), *self._bad_names()]
        if problems:
            raise ConfigurationError(
                "The import profile",
                "must fit together",
                got="; ".join(problems),
                next="Correct it and import again.",
                problems=tuple(problems),
            )

    @property
    def tzinfo(self) -> tzinfo:
        """What a time without an offset is read at."""
        return ZoneInfo(self.zone) if self.offset is None else timezone(self.offset)

    def writing(self, source: str) -> Writing:
        """How numbers are written in ``source``."""
        return self.sources[source].writing or Writing(self.decimal, self.grouping)

    def picks(self) -> Iterator[tuple[str, str, Pick]]:
        """Every pick with its path and the source of the rows that it starts from."""
        for kind in _KINDS:
            for i, rule in enumerate(getattr(self, kind)):
                yield from _picks(rule, f"{kind}[{i}]", rule.source)

    def columns(self, source: str) -> frozenset[str]:
        """Every column that the profile reads from ``source``; a file that lacks one does not fit."""
        picked = {p.column for _, start, p in self.picks() if p.column and (p.source or start) == source}
        keys = {c for rule in self.rules() if rule.source == source for c in _key_columns(rule)}
        ours = {c for link in self.sources[source].links.values() for c in link}
        theirs = {c for s in self.sources.values() for c in s.links.get(source, {}).values()}
        return frozenset(picked | keys | ours | theirs)

    def rules(self) -> tuple[Rule, ...]:
        """Every rule, in the order in which they run."""
        return (*self.orders, *self.accounts, *self.promises, *self.incidents, *self.answers, *self.contacts)

    def case_of(self, contact: ContactRule) -> str:
        """The name of the rule of the incidents that a contact's rule names; empty where that is not clear."""
        return contact.case or (self.incidents[0].name if len(self.incidents) == 1 else "")

    def _bad_basics(self) -> Iterator[str]:
        if self.zone not in zone_names():
            yield f"zone: expected an IANA time zone such as Europe/Madrid, found {self.zone!r}"
        if self.offset is not None and not abs(self.offset) < timedelta(hours=24):
            yield f"offset: expected less than a day, found {self.offset}"
        if not is_currency(self.currency):
            yield f"currency: expected three capital letters such as EUR, found {self.currency!r}"
        if self.grouping == self.decimal:
            yield f"grouping: expected another sign than decimal, found {self.grouping!r}"
        if not self.rules():
            yield f"orders: expected at least one rule for {', '.join(_KINDS[:-1])} or {_KINDS[-1]}, found none"

    def _bad_sources(self) -> Iterator[str]:
        for name, source in self.sources.items():
            for other, columns in source.links.items():
                path = f"sources.{name}.links.{other}"
                if other not in self.sources or other == name:
                    yield f"{path}: expected the name of another source, found {other!r}{_near(other, self.sources)}"
                if not columns:
                    yield f"{path}: expected at least one column, found none"

    def _bad_rules(self) -> Iterator[str]:
        for kind in _KINDS:
            for i, rule in enumerate(getattr(self, kind)):
                yield from self._bad_source(f"{kind}[{i}]", rule.source)
        for i, order in enumerate(self.orders):
            lines = order.lines
            if lines is not None and lines.source != order.source:
                yield from self._bad_link(f"orders[{i}].lines", order.source, lines.source)
        for path, start, pick in self.picks():
            if pick.source:
                yield from self._bad_link(path, start, pick.source)

    def _bad_source(self, path: str, name: str) -> Iterator[str]:
        if name not in self.sources:
            known = ", ".join(self.sources) or "none"
            yield f"{path}.source: expected one of {known}, found {name!r}{_near(name, self.sources)}"

    def _bad_link(self, path: str, start: str, name: str) -> Iterator[str]:
        if name not in self.sources:
            yield from self._bad_source(path, name)
        elif start in self.sources and name not in self.sources[start].links:
            yield f"{path}.source: expected a source that sources.{start}.links has, found {name!r}"

    def _bad_names(self) -> Iterator[str]:
        for kind in _NAMED:
            names = [rule.name for rule in getattr(self, kind)]
            yield from (f"{kind}[{i}].name: expected a name of its own, found {names[i]!r}" for i in _repeated(names))
            for i, rule in enumerate(getattr(self, kind)):
                yield from self._bad_order(f"{kind}[{i}].order", rule.order)
        for i, order in enumerate(self.orders):
            made = [e.event for e in order.events]
            yield from (f"orders[{i}].events[{j}].event: expected each event once, found {made[j]!r}" for j in _repeated(made))
            if i and len(order.key) != len(self.orders[0].key):
                yield f"orders[{i}].key: expected as many columns as orders[0].key has, found {len(order.key)}"
        for i, contact in enumerate(self.contacts):
            yield from self._bad_case(f"contacts[{i}]", contact)

    def _bad_case(self, path: str, contact: ContactRule) -> Iterator[str]:
        if not contact.incident:
            return
        names = {rule.name: rule for rule in self.incidents}
        case = names.get(self.case_of(contact))
        if case is None:
            known = ", ".join(names) or "none"
            yield f"{path}.case: expected the name of a rule for incidents, {known}, found {contact.case!r}"
        elif len(contact.incident) != len(case.key):
            yield f"{path}.incident: expected as many columns as the key of {case.name} has, found {len(contact.incident)}"

    def _bad_order(self, path: str, order: tuple[str, ...]) -> Iterator[str]:
        if order and not self.orders:
            yield f"{path}: expected nothing, since the profile has no orders, found {list(order)}"
        elif order and len(order) != len(self.orders[0].key):
            yield f"{path}: expected as many columns as orders[0].key has, found {len(order)}"


def _key_columns(rule: Rule) -> tuple[str, ...]:
    """The columns that say which record a row is of, and which others it names."""
    return (*rule.key, *getattr(rule, "order", ()), *getattr(rule, "incident", ()))


def _repeated(names: Sequence[str]) -> list[int]:
    return [i for i, name in enumerate(names) if name in names[:i]]


def _near(name: str, names: Mapping[str, Any]) -> str:
    close = difflib.get_close_matches(name, names, 1)
    return f" (did you mean {close[0]}?)" if close else ""


def _picks(value: Any, path: str, start: str) -> Iterator[tuple[str, str, Pick]]:
    if isinstance(value, Pick):
        yield path, start, value
        return
    if isinstance(value, Condition):
        yield path, start, value.pick
    if isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _picks(item, f"{path}[{i}]", start)
    elif has(type(value)):
        start = value.source if isinstance(value, LineRule) else start
        for a in fields(type(value)):
            yield from _picks(getattr(value, a.name), f"{path}.{a.name}", start)
