"""What all workers know of the channels: read together, changed one at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from incidentkit.domain.channels import ChannelState
from incidentkit.domain.times import from_micros, micros
from incidentkit.store import tables as t
from incidentkit.store.unit import Unit

__all__ = ["change_channel", "channel_states"]

_NEW = ChannelState()


def channel_states(unit: Unit) -> dict[str, ChannelState]:
    """Every channel's state; one that is left out has never failed and has no rate limit."""
    c = t.channel_state.c
    rows = unit.connection.execute(select(t.channel_state).where(c.tenant == unit.tenant))
    return {row.channel: _state(row) for row in rows}


def change_channel(unit: Unit, channel: str, change: Callable[[ChannelState], ChannelState]) -> ChannelState:
    """Change one channel's state, when no other worker does, and give what it is then. Held until the transaction ends."""
    c = t.channel_state.c
    mine = (c.tenant == unit.tenant, c.channel == channel)
    connection = unit.connection
    # There must be a row before one can be locked.
    insert: Any = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(t.channel_state)
    connection.execute(insert.values(tenant=unit.tenant, channel=channel, **_row(_NEW)).on_conflict_do_nothing())
    before = _state(connection.execute(select(t.channel_state).where(*mine).with_for_update()).one())
    after = change(before)
    if after != before:
        connection.execute(update(t.channel_state).where(*mine).values(**_row(after)))
    return after


def _state(row: Any) -> ChannelState:
    return ChannelState(
        row.failures,
        row.opened,
        _instant(row.open_until),
        _instant(row.probe_until),
        tuple((from_micros(at), count) for at, count in json.loads(row.recent)),
    )


def _instant(value: int | None) -> datetime | None:
    return None if value is None else from_micros(value)


def _row(state: ChannelState) -> dict[str, Any]:
    return {
        "failures": state.failures,
        "opened": state.opened,
        "open_until": None if state.open_until is None else micros(state.open_until),
        "probe_until": None if state.probe_until is None else micros(state.probe_until),
        "recent": json.dumps([(micros(at), count) for at, count in state.recent], separators=(",", ":")),
    }
