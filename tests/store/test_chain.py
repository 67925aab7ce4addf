"""The hash chain: nothing that an event says can be changed unseen."""

from __future__ import annotations

from typing import Any

import pytest

from incidentkit.store.chain import CHAINED, GENESIS, link
from incidentkit.store.tables import events

ROW: dict[str, Any] = {
    "tenant": "default",
    "stream": "o-1",
    "version": 1,
    "seq": 9,
    "type": "order.placed",
    "type_version": 1,
    "occurred_at": 1_700_000_000_000_000,
    "known_at": 1_700_000_000_000_001,
    "actor": "agent:ana",
    "cause": "orders.place",
    "data": '{"order":"o-1"}',
    "source": None,
    "source_key": None,
}


def test_a_hash_is_sha256_in_hex() -> None:
    """Sixty-four digits; of the same row always the same."""
    assert 64 == len(link(GENESIS, ROW))
    assert link(GENESIS, ROW) == link(GENESIS, dict(ROW))


@pytest.mark.parametrize("column", CHAINED)
def test_every_part_is_covered(column: str) -> None:
    """Another value of any covered column is another hash."""
    other = 99 if isinstance(ROW[column], int) else "other"

    assert link(GENESIS, ROW) != link(GENESIS, {**ROW, column: other})


def test_the_one_before_is_covered() -> None:
    """A chain with another beginning is another chain."""
    assert link(GENESIS, ROW) != link("1" * 64, ROW)


def test_everything_that_an_event_says_is_covered() -> None:
    """All columns but its place in the whole record, which its stream's versions hold, and the hash itself."""
    assert {column.name for column in events.columns} == {*CHAINED, "seq", "hash"}


def test_parts_do_not_run_into_each_other() -> None:
    """Letters that move from one part to the next make another hash."""
    assert link(GENESIS, {**ROW, "actor": "ab", "cause": "c"}) != link(GENESIS, {**ROW, "actor": "a", "cause": "bc"})


def test_the_place_in_the_record_is_not_covered() -> None:
    """The order of streams among each other is no part of a stream."""
    assert link(GENESIS, ROW) == link(GENESIS, {**ROW, "seq": 10})
