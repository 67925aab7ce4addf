"""Pages of rows: found by where the one before ended, never counted off from the beginning."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any, Self

from attrs import field, frozen
from sqlalchemy import ColumnElement, Row, Select, literal_column, tuple_

from incidentkit.codec.record import canonical
from incidentkit.domain.pages import Page
from incidentkit.errors import InvalidInput
from incidentkit.store.unit import Unit

__all__ = ["MOST", "Stretch", "Wanted", "page_of"]

MOST = 10_000
"""The most things on one page, where a list says nothing else."""

_SEAL = 16
"""Bytes of a cursor that say that we made it."""

Place = tuple[int | str, ...]


@frozen
class Wanted:
    """A page that is asked for.

    Args:
        limit: how many things at the most.
        place: where the page before ended; None for the first page.
        key: what cursors are sealed with: it names the list and everything that was asked of it. Empty where nobody goes on.
    """

    limit: int
    place: Place | None = None
    key: bytes = field(default=b"", repr=False)

    @classmethod
    def of(
        cls,
        secret: bytes,
        tenant: str,
        of: str,
        asked: Mapping[str, Any],
        limit: int,
        after: str | None,
        most: int = MOST,
    ) -> Self:
        """The same, checked.

        Args:
            of: the name of the list.
            asked: what it was asked by: a cursor holds for that alone.

        Raises:
            InvalidInput: a limit out of bounds, or a cursor that we did not give for this.
        """
        if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= most:
            raise InvalidInput("limit", f"must be from 1 to {most:,}", got=repr(limit)[:20])
        key = _key(secret, {"tenant": tenant, "list": of, "asked": {name: v for name, v in asked.items() if v is not None}})
        return cls(limit, None if after is None else _opened(key, after), key)

    def cursor(self, place: Place) -> str | None:
        """What leads to the page behind a place."""
        if not self.key:
            return None
        said = json.dumps(place, separators=(",", ":"), ensure_ascii=False).encode()
        return base64.urlsafe_b64encode(_sealed(self.key, said) + said).rstrip(b"=").decode()


def _key(secret: bytes, asked: Mapping[str, Any]) -> bytes:
    try:
        said = canonical(asked)
    except UnicodeEncodeError:
        said = b"\0"  # half a surrogate pair: nothing is found by it, and so nothing goes on
    return hmac.new(secret, b"page\0" + said, hashlib.sha256).digest()


def _sealed(key: bytes, said: bytes) -> bytes:
    return hmac.new(key, said, hashlib.sha256).digest()[:_SEAL]


def _opened(key: bytes, cursor: str) -> Place:
    try:
        whole = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
    except (AttributeError, UnicodeEncodeError, binascii.Error):
        whole = b""
    seal, said = whole[:_SEAL], whole[_SEAL:]
    if not hmac.compare_digest(seal, _sealed(key, said)):
        raise InvalidInput(
            "after",
            "must be the next of a page of the same list, asked for by the same arguments",
            got="something else",
            next="Begin anew without it.",
        )
    return tuple(json.loads(said))


@frozen
class Stretch:
    """Rows in one order; where one stretch of a list is over, the next begins. What several queries find comes once.

    Args:
        by: the columns that they are sorted by, all of them up or all down, and that tell one from every other.
        queries: each finds some of them in this order, by an index.
        few: each finds some few, by what they are about, and sorts them aside. A database that knows nothing of its tables
            might else read one of them in its order, and look for the few on the way.
        led_by: columns that are the same in every row, which the index begins with.
    """

    by: Sequence[ColumnElement[Any]]
    queries: Sequence[Select[Any]] = ()
    few: Sequence[Select[Any]] = ()
    descending: bool = False
    led_by: Sequence[ColumnElement[Any]] = ()

    def rows(self, unit: Unit, limit: int, after: Place | None) -> list[tuple[Place, Row[Any]]]:
        """The first rows behind a place, each with its own."""
        aside = [self.by[0] + literal_column("0"), *self.by[1:]]
        asked = [self._asked(query, self.by, after) for query in self.queries]
        asked += [self._asked(query, aside, after) for query in self.few]
        rows = (row for query in asked for row in unit.connection.execute(query.limit(limit)))
        placed = {tuple(row[-len(self.by) :]): row for row in rows}
        return [(place, placed[place]) for place in sorted(placed, reverse=self.descending)[:limit]]

    def _asked(self, query: Select[Any], by: Sequence[ColumnElement[Any]], after: Place | None) -> Select[Any]:
        shown = query.add_columns(*(column.label(f"place{number}") for number, column in enumerate(self.by)))
        ordered = shown.order_by(*self.led_by, *(column.desc() if self.descending else column for column in by))
        if after is None:
            return ordered
        here, there = tuple_(*by), tuple_(*after)
        return ordered.where(here < there if self.descending else here > there)


def page_of(unit: Unit, wanted: Wanted, *stretches: Stretch) -> Page[Row[Any]]:
    """One page of a list."""
    first, after = (wanted.place[0], wanted.place[1:]) if wanted.place else (0, None)
    found: list[tuple[Place, Row[Any]]] = []
    for number, stretch in enumerate(stretches):
        if number >= int(first) and len(found) <= wanted.limit:
            rows = stretch.rows(unit, wanted.limit + 1 - len(found), after if number == first else None)
            found += [((number, *place), row) for place, row in rows]
    shown = found[: wanted.limit]
    return Page([row for _, row in shown], wanted.cursor(shown[-1][0]) if len(found) > wanted.limit else None)
