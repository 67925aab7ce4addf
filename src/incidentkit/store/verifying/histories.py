"""The record in handfuls: the events of some streams at a time, with what the table of streams says of these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Connection, select

from incidentkit.store import tables as t

__all__ = ["Page", "histories", "pages", "within"]

STREAMS_AT_ONCE = 500


@frozen
class Page:
    """Some streams that follow each other in the order of their ids.

    Args:
        after, until: between which ids they lie; the first is not among them; ``until`` is None for everything from there on.
        events: the rows of the record by stream, each in the order of their versions.
    """

    after: str
    until: str | None
    events: Mapping[str, Sequence[Any]]


def within(column: ColumnElement[str], page: Page) -> list[ColumnElement[bool]]:
    """Clauses for the rows whose stream is in the page's range, whether it has events or not."""
    return [column > page.after, *([] if page.until is None else [column <= page.until])]


def pages(connection: Connection, tenant: str) -> Iterator[Page]:
    """Every stream that has events; the ranges leave nothing out, so that what belongs to no stream lies in one of them."""
    e, after = t.events.c, ""
    while True:
        query = select(e.stream).distinct().where(e.tenant == tenant, e.stream > after).order_by(e.stream)
        streams = connection.execute(query.limit(STREAMS_AT_ONCE)).scalars().all()
        if len(streams) < STREAMS_AT_ONCE:
            yield Page(after, None, histories(connection, tenant, streams))
            return
        yield Page(after, streams[-1], histories(connection, tenant, streams))
        after = streams[-1]


def histories(connection: Connection, tenant: str, streams: Iterable[str]) -> dict[str, list[Any]]:
    """The rows of the record by stream, each in the order of their versions."""
    e, wanted = t.events, sorted(streams)
    found: dict[str, list[Any]] = {stream: [] for stream in wanted}
    query = select(e).where(e.c.tenant == tenant, e.c.stream.in_(wanted)).order_by(e.c.stream, e.c.version)
    for row in connection.execute(query) if wanted else ():
        found[row.stream].append(row)
    return found
