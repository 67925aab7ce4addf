"""Picks and conditions of a profile, made ready to be read from rows again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from attrs import field as attribute
from attrs import frozen

from incidentkit.desk.importing import values
from incidentkit.desk.importing.rows import Row
from incidentkit.desk.importing.tables import Tables
from incidentkit.desk.importing.values import Reader
from incidentkit.domain.numbers import Writing
from incidentkit.domain.picks import Condition, Pick
from incidentkit.errors import ConfigurationError

__all__ = ["Cell", "Field", "Picking", "Rejection", "Test", "marks"]

Texts = Callable[[Sequence[Row]], Iterable[str]]
"""The values of a pick that are there, in the order of their rows."""

Total = Callable[[list[Any]], Any]
"""One value of several."""

Test = Callable[[Sequence[Row]], bool]
"""Whether something holds for a record."""


@frozen
class Cell:
    """A value as it stands in a file, under the field that it is read for. It may be personal: nothing shows it.

    Args:
        column: its name; of a linked table, behind the table's and a point.
        value: empty where there is none.
        at: where it stands in a row of the record's own table; None for a linked table's.
    """

    field: str
    column: str
    value: str = attribute(default="", repr=False)
    at: int | None = None


@frozen
class Rejection:
    """Why nothing can be made of a record."""

    reason: str
    cell: Cell

    @classmethod
    def of(cls, needed: Field, rows: Sequence[Row], unusable: Iterable[Cell]) -> Rejection:
        """A field that can't be done without has no value, or none that can be used."""
        cell = next((cell for cell in unusable if cell.field == needed.name), None)
        return cls(f"missing:{needed.name}" if cell is None else f"unusable:{needed.name}", cell or needed.cell(rows))


def marks(unusable: Iterable[Cell]) -> tuple[str, ...]:
    """The anomalies that values which can't be used come to, each field's once."""
    return tuple(f"unusable:{name}" for name in dict.fromkeys(cell.field for cell in unusable))


@frozen
class Field:
    """One field of a record, ready to be read."""

    name: str
    _column: str
    _at: int | None
    _texts: Texts
    _read: Reader
    _choose: Total | None
    _last: bool

    def __call__(self, rows: Sequence[Row], unusable: list[Cell] | None = None) -> Any:
        """The value, or None. Each value there that can't be used is added to ``unusable``."""
        found: list[Any] = []
        for text in self._taken(rows):
            try:
                found.append(self._read(text))
            except ValueError:
                if unusable is not None:
                    unusable.append(self._cell(text))
        return self._chosen(found, unusable) if found else None

    def cell(self, rows: Sequence[Row]) -> Cell:
        """The first of the values."""
        return self._cell(next(iter(self._taken(rows)), ""))

    def _cell(self, text: str) -> Cell:
        return Cell(self.name, self._column, text, self._at)

    def _chosen(self, found: list[Any], unusable: list[Cell] | None) -> Any:
        if self._choose is None:
            return found[0]
        try:
            return self._choose(found)
        except ValueError:  # more than fits, or below zero
            if unusable is not None:
                unusable.append(self._cell(""))
            return None

    def _taken(self, rows: Sequence[Row]) -> Iterable[str]:
        texts = self._texts(rows)
        if self._choose is not None:
            return texts
        ordered = list(texts)
        return ordered[-1:] if self._last else ordered[:1]


@frozen
class Picking:
    """Makes fields and conditions of rows of one table. ``home`` names the record's own, where that is another."""

    tables: Tables
    start: str
    home: str = ""

    def field(self, name: str, pick: Pick | None, read: Reader) -> Field | None:
        """The field that a pick describes; None for none.

        Raises:
            ConfigurationError: a sum of something that can't be added up.
        """
        return None if pick is None else self.required(name, pick, read)

    def money(self, name: str, pick: Pick) -> Field:
        """A field with an amount, as the table writes it that the pick looks into."""
        writing, currency = self._writing(pick), self.tables.profile.currency
        if pick.take == "sum":
            return self.required(name, pick, values.signed(writing, currency), values.total(currency))
        return self.required(name, pick, values.money(writing, currency))

    def whole(self, name: str, pick: Pick, low: int, high: int, *, adds: bool = False) -> Field:
        """A field with a whole number between both ends, as the table writes it that the pick looks into."""
        return self.required(name, pick, values.whole(self._writing(pick), low, high), sum if adds else None)

    def _writing(self, pick: Pick) -> Writing:
        return self.tables.profile.writing(pick.source or self.start)

    def required(self, name: str, pick: Pick, read: Reader, total: Total | None = None) -> Field:
        """As `field`, of a pick that is there. ``total`` adds up what ``read`` gives, where that can be done."""
        if pick.take == "sum" and total is None:
            raise ConfigurationError(
                f"The profile {self.tables.profile.name}",
                f"{name} is nothing that can be added up",
                got='take = "sum"',
                next="Take the first, last, min or max.",
                problems=(f'{name}.take: expected first, last, min or max, found "sum"',),
            )
        column, at = self._where(pick)
        choose = total if pick.take == "sum" else _CHOOSERS.get(pick.take)
        return Field(name, column, at, self._texts(pick), read, choose, pick.take == "last")

    def _where(self, pick: Pick) -> tuple[str, int | None]:
        """What a column is called where records are listed, and its place in their rows."""
        other = pick.source or (self.start if self.home not in ("", self.start) else "")
        if other or not pick.column:
            return f"{other}.{pick.column}" if pick.column else "", None
        return pick.column, self.tables.place(self.start, pick.column)

    def time(self, name: str, pick: Pick | None, latest: Any = None) -> Field | None:
        """As `field`, of times; each of the pick's own formats, or the profile's."""
        if pick is None:
            return None
        profile = self.tables.profile
        return self.required(name, pick, values.time(pick.times or profile.times, profile.tzinfo, latest))

    def test(self, conditions: Sequence[Condition]) -> Test:
        """Whether all of the conditions hold."""
        tests = [self._test(condition) for condition in conditions]
        if len(tests) == 1:
            return tests[0]
        return lambda rows: all(test(rows) for test in tests)

    def _test(self, condition: Condition) -> Test:
        other = condition.after or condition.before
        if other is None:
            value = self.required(f"a condition on {condition.column}", condition.pick, str)
            return _text_test(condition, value)
        name = f"a condition on {condition.column}"
        mine, theirs = self.time(name, condition.pick), self.time(name, other)
        assert mine is not None
        assert theirs is not None
        return _later(mine, theirs) if condition.after is not None else _later(theirs, mine)

    def _texts(self, pick: Pick) -> Texts:
        if not pick.column:
            constant = (pick.value,)
            return lambda _: constant
        place = self.tables.place(pick.source or self.start, pick.column)
        clean = _cleaner(pick, frozenset(self.tables.profile.missing))
        if not pick.source:
            return lambda rows: [text for row in rows if (text := clean(row[place]))]
        linked = self.tables.linked(self.start, pick.source)
        return lambda rows: [text for row in linked(rows) if (text := clean(row[place]))]


def _text_test(condition: Condition, value: Field) -> Test:
    if condition.filled is not None:
        wanted = condition.filled
        return lambda rows: (value(rows) is not None) is wanted
    listed = frozenset(condition.any_of if condition.any_of is not None else condition.none_of or ())
    inside = condition.any_of is not None
    return lambda rows: ((value(rows) or "") in listed) is inside


def _later(one: Field, other: Field) -> Test:
    def test(rows: Sequence[Row]) -> bool:
        first, second = one(rows), other(rows)
        return first is not None and second is not None and first > second

    return test


def _cleaner(pick: Pick, missing: frozenset[str]) -> Callable[[str], str]:
    """A text as it is meant, or an empty one where there is none."""
    mapped: Mapping[str, str] = pick.map
    otherwise = pick.otherwise

    def clean(text: str) -> str:
        if text in mapped:
            return mapped[text]
        if text in missing:
            return ""
        return text if otherwise is None else otherwise

    return clean


_CHOOSERS: Mapping[str, Total] = {"min": min, "max": max}
