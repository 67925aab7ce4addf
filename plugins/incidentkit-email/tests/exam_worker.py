"""One worker of the exam, in a process of its own: sends what is due, by a clock that the exam moves."""

from __future__ import annotations

import json
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import incidentkit as ik


def clock(order: dict[str, str]) -> datetime:
    """The exam's time: the real one, begun elsewhere, and moved on by what stands in a file."""
    moved = float(Path(order["moved"]).read_text() or "0")
    return datetime.fromisoformat(order["began"]) + timedelta(seconds=time.time() - float(order["epoch"]) + moved)


def run(order: dict[str, str]) -> None:
    """Send until nothing is due."""
    with ik.open_desk(order["url"], ik.load_shop(order["shop"]), clock=lambda: clock(order)) as desk:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        desk.send_due()


if __name__ == "__main__":
    run(json.loads(sys.argv[1]))
