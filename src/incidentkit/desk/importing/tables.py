"""The tables of an import: checked from end to end before anything is written, then streamed again rule by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from attrs import define, field

from incidentkit.desk.importing.limits import LIMITS, Limits
from incidentkit.desk.importing.report import Tally
from incidentkit.desk.importing.rows import Place, Row, read_rows
from incidentkit.domain.profile import Profile

__all__ = ["Tables"]

_Numbered = tuple[int, Row]
_Index = dict[Row, list[_Numbered]]


@define
class Tables:
    """Every table that the profile's rules need.

    Only tables that are looked into from others are held in memory, and only their columns that the profile reads.

    Attributes:
        columns: those that are read, by table.
        sizes: rows that can be read, by table.
    """

    profile: Profile
    files: Mapping[str, tuple[Path, ...]]
    tally: Tally
    limits: Limits = LIMITS
    columns: dict[str, tuple[str, ...]] = field(factory=dict, init=False)
    sizes: Counter[str] = field(factory=Counter, init=False)
    _indexes: dict[tuple[str, str], _Index] = field(factory=dict, init=False)

    def check(self) -> None:
        """Read every file that is needed once, to its end, and keep what others link to.

        Raises:
            ImportRefused: a file is broken or has not the columns that it needs.
        """
        self.columns = {name: tuple(sorted(self.profile.columns(name))) for name in self.profile.sources}
        linked = _linked(self.profile)
        targets = {other for _, other in linked}
        for name in self.profile.sources:
            if name in targets or any(name == rule.source for rule in self.profile.rules()):
                self._check(name, [start for start, other in linked if other == name])

    def _check(self, name: str, starts: Sequence[str]) -> None:
        indexes: list[tuple[list[int], _Index]] = []
        for start in starts:
            index = self._indexes[start, name] = {}
            theirs = self.profile.sources[start].links[name].values()
            indexes.append(([self.place(name, column) for column in theirs], index))
        self.tally.rows[name] = 0
        for number, (place, row) in enumerate(self._read(name)):
            self.tally.rows[name] += 1
            if row is None:
                self.tally.reject(place, "ragged_row")
                continue
            self.sizes[name] += 1
            for own, index in indexes:
                index.setdefault(tuple([row[i] for i in own]), []).append((number, row))

    def _read(self, name: str) -> Iterator[tuple[Place, Row | None]]:
        point = self.profile.writing(name).decimal
        for path in self.files[name]:
            yield from read_rows(path, self.profile.sources[name], self.columns[name], self.limits, point)

    def place(self, name: str, column: str) -> int:
        """Where in a row of that table a column stands."""
        return self.columns[name].index(column)

    def rows(self, name: str) -> Iterator[tuple[Place, Row]]:
        """A table's rows in the order of its files."""
        for place, row in self._read(name):
            if row is not None:
                yield place, row

    def linked(self, start: str, other: str) -> Linked:
        """How to get from rows of ``start`` to those of ``other`` that belong to them."""
        own = [self.place(start, column) for column in self.profile.sources[start].links[other]]
        return Linked(own, self._indexes[start, other], frozenset(self.profile.missing))


@define
class Linked:
    """The way from one table's rows to another's."""

    _own: list[int]
    _index: _Index
    _missing: frozenset[str]

    def __call__(self, rows: Sequence[Row]) -> list[Row]:
        """The other table's rows that belong to any of ``rows``: each once, in the order of its files."""
        if len(rows) == 1:
            return [row for _, row in self._found(rows[0])]
        return [row for _, row in sorted({number: row for own in rows for number, row in self._found(own)}.items())]

    def _found(self, row: Row) -> list[_Numbered]:
        key = tuple([row[i] for i in self._own])
        return [] if not self._missing.isdisjoint(key) else self._index.get(key, [])


def _linked(profile: Profile) -> list[tuple[str, str]]:
    """Pairs of tables between which some rule goes."""
    picked = {(start, pick.source) for _, start, pick in profile.picks() if pick.source}
    lines = {(rule.source, rule.lines.source) for rule in profile.orders if rule.lines and rule.lines.source != rule.source}
    return sorted(picked | lines)
