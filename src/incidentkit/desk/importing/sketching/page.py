"""A profile under way: what is known of the files, and how its lines are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import define, field

from incidentkit.desk.importing.sketching import toml
from incidentkit.desk.importing.sketching.amounts import Written, settled, written
from incidentkit.desk.importing.sketching.clocks import Order, Times
from incidentkit.desk.importing.sketching.columns import Column
from incidentkit.desk.importing.sketching.names import AMOUNTS, TIMES, words_in
from incidentkit.desk.importing.sketching.remarks import Remarks
from incidentkit.desk.importing.sketching.tables import Link, Table, links_of, orders_of
from incidentkit.domain.numbers import Writing

__all__ = ["Page", "kinds_of", "page_of"]


@define
class Page:
    """What the parts of a sketch share.

    Args:
        orders, key: the table with the orders and its key; None where none was found.
        links: from it to others.
        order: day or month first, where some column shows it.
        formats: of the profile's times.
        writings: how tables write their amounts and counts, of those that have any.
        used: columns that the profile reads so far, by table.
        visited: tables that rules of others look into.
    """

    tables: Mapping[str, Table]
    words: Remarks
    orders: Table | None
    key: Column | None
    links: Mapping[str, Link]
    order: Order
    formats: tuple[str, ...]
    writings: Mapping[str, Written] = field(factory=dict)
    used: set[tuple[str, str]] = field(factory=set)
    visited: set[str] = field(factory=set)

    # --- Numbers ---

    @property
    def writing(self) -> Writing | None:
        """How the most of the tables write numbers; None where none has any."""
        return next(iter(settled(self.writings.values())), None)

    def own_writing(self, table: Table) -> Writing | None:
        """How a table writes numbers that differs from the most; None where it does not."""
        found = self.writings.get(table.name)
        return found.writings[0] if found is not None and self.writing not in found.writings else None

    # --- Lines ---

    def line(self, name: str, value: str, key: str, **values: object) -> str:
        """A key with its value, and why."""
        return f"{name} = {value}  {toml.remark(self.words.say(key, **values))}"

    def unguessed(self, name: str, key: str, **values: object) -> str:
        """A key that nothing was found for."""
        return f'# {name} = "..."  {toml.remark(self.words.say(key, **values))}'

    def pick(self, table: Table, column: Column, home: Table | None = None, take: str = "") -> str:
        """Where a value comes from: a column of the rule's own table, or of a linked one."""
        self.use(table, column)
        times = self.times(column)
        parts = [f"column = {toml.text(column.name)}"]
        if home is not None and home.name != table.name:
            parts.insert(0, f"source = {toml.text(table.name)}")
            self.visited.add(table.name)
        if take:
            parts.append(f"take = {toml.text(take)}")
        if times is not None and not set(times.formats) <= set(self.formats):
            parts.append(f"times = [{', '.join(map(toml.text, times.formats))}]")
        return toml.text(column.name) if len(parts) == 1 else f"{{ {', '.join(parts)} }}"

    def use(self, table: Table, *columns: Column) -> None:
        """Note that the profile reads columns."""
        self.used.update((table.name, column.name) for column in columns)

    def times(self, column: Column) -> Times | None:
        """How a column writes times, with day and month as they are elsewhere."""
        return column.times.settled(self.order) if column.times is not None and self.order else column.times

    def values(self, found: Mapping[str, int]) -> str:
        """Values with how often each is there."""
        return ", ".join(f"{toml.text(value)} ({count})" for value, count in found.items())

    def clock(self, column: Column) -> str:
        """What is to be checked of a column's times."""
        misfits = column.times.misfits if column.times is not None else 0
        return self.doubt(column) + (f" {self.words.say('times.misfits', count=misfits)}" if misfits else "")

    def doubt(self, column: Column) -> str:
        """What is to be checked of the order of day and month."""
        times = self.times(column)
        order = column.times.order if column.times is not None else ""
        if times is None or order not in ("either", "mixed"):
            return ""
        return " " + self.words.say(f"times.{order if order == 'mixed' or not self.order else 'elsewhere'}")


def page_of(tables: Mapping[str, Table], words: Remarks) -> Page:
    """The beginning of a sketch."""
    found = orders_of(tables.values())
    orders, key = found if found is not None else (None, None)
    order = _order(column for table in tables.values() for column in table.columns.values())
    links = links_of(orders, tables.values()) if orders is not None else {}
    writings = {name: one for name, table in tables.items() if (one := _written(table)) is not None}
    return Page(tables, words, orders, key, links, order, _formats(tables.values(), order), writings)


def _written(table: Table) -> Written | None:
    columns = [table.columns[name] for role in sorted(AMOUNTS | {"quantity"}) for name in table.roles.get(role, ())]
    dressed = [column for column in columns if column.dressed]
    # In a workbook or JSON what is a number itself is read right whatever the others look like.
    shows = dressed if dressed and table.sample.source.kind != "csv" else columns
    return written((value for column in shows for value in column.distinct), enough=0)


def _order(columns: Iterable[Column]) -> Order:
    shown = {column.times.order for column in columns if column.times is not None}
    return "day" if "day" in shown and "month" not in shown else "month" if "month" in shown and "day" not in shown else ""


def _formats(tables: Iterable[Table], order: Order) -> tuple[str, ...]:
    """Formats of all columns with a role; of two that would read the same text in two ways, the first that comes."""
    found: list[str] = []
    for form in _all_formats(tables, order):
        if form not in found and _turned(form) not in found:
            found.append(form)
    return tuple(found) or ("iso",)


def _all_formats(tables: Iterable[Table], order: Order) -> Iterator[str]:
    for table in tables:
        for role in _TIMES:
            for name in table.roles.get(role, ()):
                times = table.columns[name].times
                if times is not None:
                    yield from (times.settled(order) if order else times).formats


_TIMES = sorted(TIMES, key=lambda role: (role != "placed", role))


def _turned(form: str) -> str:
    if form.startswith("%Y"):
        return ""
    return form.replace("%d", "%1").replace("%m", "%d").replace("%1", "%m")


def kinds_of(value: str, kinds: Mapping[str, str]) -> str:
    """The first kind of which a word stands in a value; empty for none."""
    words = words_in(value)
    joined = " ".join(words)
    for kind, stems in kinds.items():
        for stem in stems.split(","):
            if (" " in stem and stem in joined) or any(word.startswith(stem) for word in words):
                return kind
    return ""
