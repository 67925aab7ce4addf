"""Whether facts, names and timelines hold what the events come to, and nothing else.

Rows are compared by sums over buckets. Only where two sums differ are the rows of those buckets put aside on disk and
compared one by one, so that the memory that is needed does not grow with the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from sqlalchemy import Connection, func, select

from incidentkit.domain.links import links_of
from incidentkit.domain.shop import Shop
from incidentkit.store import tables as t
from incidentkit.store.derived import ACTIONS, NAMED, actions_of, fact_rows, names_of, owner_column
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.linking import OrdersThen
from incidentkit.store.verifying.findings import Findings
from incidentkit.store.verifying.folding import Folded, Orders
from incidentkit.store.verifying.prints import Prints, Row, Shape, Sorter

__all__ = ["Expected", "differing", "judge_facts"]

LINKS, NAMES = t.links.name, t.names.name
_SHAPES: Mapping[str, Shape] = {
    name: Shape.of(table) for name, table in {**FACT_TABLES, LINKS: t.links, NAMES: t.names}.items()
}
_STREAMED = {"stream_results": True, "yield_per": 1000}

# Sides of the sorter: what was found, what is expected, and what is expected once though it may be said twice.
FOUND, EXPECTED, REPEATED = 0, 1, 2

_WORDS = {
    "missing": "the row is missing",
    "extra": "nothing in the record comes to this row",
    "other": "it is not what the events come to",
}


class Expected:
    """What the tables should hold, gathered stream by stream.

    Args:
        then: tells which orders a case was about at a place in the record.
        buckets: for a second look: by table, the buckets whose rows are put aside; None for the first, which adds all up.
    """

    def __init__(
        self, shop: Shop, sorter: Sorter, then: OrdersThen, buckets: Mapping[str, frozenset[int]] | None = None
    ) -> None:
        self._shop, self._sorter, self._then, self._buckets = shop, sorter, then, buckets
        self._prints = {name: Prints() for name in _SHAPES}

    def add(self, stream: Folded, orders: Orders) -> None:
        """Add the rows that a stream comes to.

        Raises:
            LookupError: an order that it is about is not there.
        """
        seq = stream.last.seq
        for name, rows in fact_rows(stream.state, self._shop, orders).items():
            self._take(name, rows, seq)
        self._take(NAMES, [{"kind": k, "name": n, "stream": stream.stream} for k, n in names_of(stream.state)], seq)
        self._take(ACTIONS, actions_of(stream.steps, self._shop), seq, repeated=True)
        linked = {order for event, _ in stream.steps for order in links_of(event, partial(self._then, event.seq))}
        self._take(LINKS, [{"order_id": order, "stream": stream.stream} for order in linked], seq)

    def _take(self, name: str, rows: Iterable[Row], seq: int | None, *, repeated: bool = False) -> None:
        shape, aside = _SHAPES[name], []
        for row in rows:
            key = shape.key_of(row)
            bucket = shape.bucket(key)
            if self._buckets is None and not repeated:
                self._prints[name].add(bucket, shape.said(row))
            elif self._buckets is None or bucket in self._buckets.get(name, ()):
                aside.append((name, key, shape.said(row), seq))
        if aside:
            self._sorter.put(REPEATED if self._buckets is None else EXPECTED, aside)

    def prints(self) -> Mapping[str, Prints]:
        """The sums by table, once every stream was added."""
        for key, said in self._sorter.distinct(REPEATED):
            self._prints[ACTIONS].add(_SHAPES[ACTIONS].bucket(key), said)
        return self._prints


def differing(connection: Connection, tenant: str, expected: Mapping[str, Prints]) -> dict[str, frozenset[int]]:
    """By table, the buckets that do not hold what they should; tables that do are left out."""
    found = {name: expected[name].differing(_summed(connection, tenant, shape)) for name, shape in _SHAPES.items()}
    return {name: buckets for name, buckets in found.items() if buckets}


def judge_facts(
    connection: Connection, tenant: str, sorter: Sorter, buckets: Mapping[str, frozenset[int]], findings: Findings
) -> None:
    """Name the rows of those buckets that are not as they should be, after those that should be there were put aside."""
    for name, wanted in buckets.items():
        shape = _SHAPES[name]
        for row in _rows(connection, tenant, shape):
            key = shape.key_of(row)
            if shape.bucket(key) in wanted:
                sorter.put(FOUND, [(name, key, shape.said(row), _seq(connection, tenant, row))])
    for name, key, kind, seq in sorter.compared(FOUND, EXPECTED):
        findings.add("facts" if name in FACT_TABLES else name, f"{name} {key}", _WORDS[kind], seq)


def _summed(connection: Connection, tenant: str, shape: Shape) -> Prints:
    prints = Prints()
    for row in _rows(connection, tenant, shape):
        prints.add(shape.bucket(shape.key_of(row)), shape.said(row))
    return prints


def _rows(connection: Connection, tenant: str, shape: Shape) -> Iterator[Row]:
    query = select(*[shape.table.c[name] for name in shape.columns]).where(shape.table.c.tenant == tenant)
    if shape.table is t.names:
        query = query.where(t.names.c.kind.in_(NAMED))
    for row in connection.execute(query, execution_options=_STREAMED):
        yield row._asdict()


def _seq(connection: Connection, tenant: str, row: Row) -> int | None:
    """The place of the last event of what a row belongs to, where the record has that."""
    owner = row[owner_column(row.keys())]
    query = select(func.max(t.events.c.seq)).where(t.events.c.tenant == tenant, t.events.c.stream == owner)
    found: int | None = connection.execute(query).scalar()
    return found
