"""What a demo came to in the end, in a form that two runs can be compared by."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from incidentkit.measures.definitions import MEASURES
from incidentkit.testing.simulator import open_demo

__all__ = ["ORDERS", "asked", "ending"]

ORDERS = 300


def ending(out: Path) -> dict[str, Any]:
    """Every figure, the number of mails, and counts of events and messages: no ids, which differ from run to run."""
    with open_demo(out) as desk:
        figures = {(name, by): desk.measure(name, by=by).as_dict() for name in MEASURES for by in (None, "week", "day")}
        queue = [(item.number, item.type, item.phase, item.owner, item.due) for item in desk.queue()]
    return {
        "figures": figures,
        "queue": queue,
        "mails": sum(1 for _ in (out / "maildir" / "new").iterdir()),
        "events": asked(out, "SELECT type, count(*) FROM events GROUP BY type ORDER BY type"),
        "steps": asked(out, "SELECT step, state, reason, count(*) FROM intents GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"),
        "people": asked(out, "SELECT count(*) FROM people"),
        "keys": asked(out, "SELECT key FROM keys ORDER BY key"),
    }


def asked(out: Path, query: str) -> list[tuple[Any, ...]]:
    """What the demo's database says."""
    connection = sqlite3.connect(out / "shop.db")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()
