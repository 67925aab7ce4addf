"""Whether the tables of facts hold what the events come to, and nothing else.

Rows are compared by sums over buckets. Only where two sums differ are the rows of those buckets put aside on disk and
compared one by one, so that the memory that is needed does not grow with the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Connection, func, select

from incidentkit.domain.shop import Shop
from incidentkit.store import tables as t
from incidentkit.store.derived import ACTIONS, actions_of, fact_rows
from incidentkit.store.facts import FACT_TABLES
from incidentkit.store.verifying.findings import Findings
from incidentkit.store.verifying.folding import Folded, Orders
from incidentkit.store.verifying.prints import Prints, Row, Shape, Sorter

__all__ = ["Expected", "differing", "judge_facts"]

_SHAPES: Mapping[str, Shape] = {name: Shape.of(table) for name, table in FACT_TABLES.items()}
_STREAMED = {"stream_results": True, "yield_per": 1000}

FOUND, EXPECTED, ACTED = 0, 1, 2

_WORDS = {
    "missing": "the row is missing",
    "extra": "nothing in the record comes to this row",
    "other": "it is not what the events come to",
}

# By what a row belongs to a stream, for its place in the record.
_OWNERS = ("stream", "task_id", "need_id", "ask_id", "analysis_id", "action_id", "incident_id", "objective_id", "account_id")
_OWNERS += ("commitment_id", "checkin_id", "reading_id", "order_id")


class Expected:
    """What the tables of facts should hold, gathered stream by stream.

    Args:
        buckets: for a second look: by table, the buckets whose rows are put aside; None for the first, which adds all up.
    """

    def __init__(self, shop: Shop, sorter: Sorter, buckets: Mapping[str, frozenset[int]] | None = None) -> None:
        self._shop, self._sorter, self._buckets = shop, sorter, buckets
        self._prints = {name: Prints() for name in FACT_TABLES}

    def add(self, stream: Folded, orders: Orders) -> None:
        """Add the rows that a stream comes to.

        Raises:
            LookupError: an order that it is about is not there.
        """
        for name, rows in fact_rows(stream.state, self._shop, orders).items():
            self._take(EXPECTED, name, rows, stream.last.seq)
        self._take(ACTED, ACTIONS, actions_of(stream.steps, self._shop), stream.last.seq)

    def _take(self, side: int, name: str, rows: Iterable[Row], seq: int | None) -> None:
        shape, wanted = _SHAPES[name], None if self._buckets is None else self._buckets.get(name, frozenset())
        aside = []
        for row in rows:
            key = shape.key_of(row)
            bucket = shape.bucket(key)
            if wanted is not None:
                if bucket in wanted:
                    aside.append((name, key, shape.said(row), seq))
            elif side == ACTED:
                aside.append((name, key, shape.said(row), seq))
            else:
                self._prints[name].add(bucket, shape.said(row))
        if aside:
            # What is compared row by row is expected, whoever did it; what is only added up must be there once.
            self._sorter.put(ACTED if wanted is None else EXPECTED, aside)

    def prints(self) -> Mapping[str, Prints]:
        """The sums by table, once every stream was added."""
        for key, said in self._sorter.distinct(ACTED):
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
        findings.add("facts", f"{name} {key}", _WORDS[kind], seq)


def _summed(connection: Connection, tenant: str, shape: Shape) -> Prints:
    prints = Prints()
    for row in _rows(connection, tenant, shape):
        prints.add(shape.bucket(shape.key_of(row)), shape.said(row))
    return prints


def _rows(connection: Connection, tenant: str, shape: Shape) -> Iterator[Row]:
    query = select(*[shape.table.c[name] for name in shape.columns]).where(shape.table.c.tenant == tenant)
    yield from connection.execute(query, execution_options=_STREAMED).mappings()


def _seq(connection: Connection, tenant: str, row: Row) -> int | None:
    """The place of the last event of what a row belongs to, where the record has that."""
    owner = next((row[name] for name in _OWNERS if name in row), None)
    query = select(func.max(t.events.c.seq)).where(t.events.c.tenant == tenant, t.events.c.stream == owner)
    found: int | None = connection.execute(query).scalar()
    return found
