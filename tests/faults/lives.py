"""What processes do on a store until they are killed. Each is called with its URL, the folder of its journal, and its seed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from incidentkit.desk.desk import Desk
from incidentkit.desk.importing import imports
from incidentkit.desk.opening import open_desk
from incidentkit.domain.orders import Line
from incidentkit.errors import ConflictError, OutcomeUnknown, StoreBusy, StoreError
from tests.desk.importing import small
from tests.desk.letters import mail
from tests.desk.sending_worker import Counting
from tests.desk.world import MARTA, SHOP
from tests.faults.journal import Journal

__all__ = ["AGAIN", "LIVES", "SHARED", "call", "desk_of", "late_orders", "messages", "nothing", "one_order"]

SHARED = "shared"
"""The number of an order that everybody ships from."""

AGAIN = (StoreBusy, OutcomeUnknown, ConflictError)
"""The errors that say: make the same call again. A desk gives no other while its database comes and goes."""

_PATIENCE = 20.0

Ready = Callable[[], None]


def _clock(days: int = 0) -> Callable[[], datetime]:
    """The machine's, so many days ahead."""
    return lambda: datetime.now(UTC) + timedelta(days=days)


def desk_of(url: str, *, kind: str = "once-only", sent: Path = Path(os.devnull), days: int = 0) -> Desk:
    """A desk with a channel that writes down what it is given."""
    return open_desk(url, SHOP, plugins=(Counting(sent, kind),), clock=_clock(days))


# --- What is there at the beginning ------------------------------------------------------------------------------


def nothing(desk: Desk) -> None:
    """A store that was made."""
    assert not desk.orders.find()


def one_order(desk: Desk) -> None:
    """One that everybody ships from."""
    desk.orders.place(MARTA, [Line("A", 10_000, "1.00")], number=SHARED)


def messages(desk: Desk) -> None:
    """Orders with a message each."""
    with desk.batch():
        for _ in range(40):
            desk.orders.place(MARTA, [Line("A", 1, "5.00")])


def late_orders(desk: Desk) -> None:
    """Orders that will be late, some of them with a case."""
    soon = desk.clock().date() + timedelta(days=2)
    with desk.batch():
        for number in range(20):
            order = desk.orders.place(MARTA, [Line("A", 1, "5.00")], promised=soon)
            if number % 2:
                desk.incidents.report(order.id, "damaged", "crushed")


# --- Commands ----------------------------------------------------------------------------------------------------


def _place(desk: Desk, said: Mapping[str, Any], key: str) -> str:
    return desk.orders.place(MARTA, [Line("A", said["units"], "5.00")], key=key).id


def _ship(desk: Desk, said: Mapping[str, Any], key: str) -> str:
    return desk.orders.ship(said["order"], {"A": 1}, key=key).id


def _report(desk: Desk, said: Mapping[str, Any], key: str) -> str:
    return desk.incidents.report(said["order"], "damaged", said["words"], key=key).id


def _confirm(desk: Desk, said: Mapping[str, Any], key: str) -> str:
    return desk.orders.confirm(said["order"], key=key).id


CALLS: Mapping[str, Callable[[Desk, Mapping[str, Any], str], str]] = {
    "place": _place,
    "ship": _ship,
    "report": _report,
    "confirm": _confirm,
}


def call(desk: Desk, said: Mapping[str, Any], key: str) -> str:
    """One command as it was noted; the stream that it was about."""
    return CALLS[said["call"]](desk, said, key)


def commands(url: str, journal: Journal, chance: Random, ready: Ready, *, name: str, count: int) -> None:
    """Places orders, confirms and reports on its own, and ships from the one that is everybody's."""
    with desk_of(url) as desk:
        (shared,) = desk.orders.find(number=SHARED)
        mine: list[str] = [shared.id]
        ready()
        for number in range(count):
            what = chance.choice([*CALLS]) if len(mine) > 1 else "place"
            order = shared.id if what == "ship" else chance.choice(mine)
            said = {"call": what, "order": order, "units": chance.randint(1, 9), "words": f"crushed {chance.random()}"}
            key = f"{name}-{number}"
            journal.note("asked", key, **said)
            stream = _insisting(desk, said, key, journal)
            journal.note("done", key, stream=stream, **said)
            if what == "place":
                mine.append(stream)


def _insisting(desk: Desk, said: Mapping[str, Any], key: str, journal: Journal) -> str:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return call(desk, said, key)
        except AGAIN as error:
            journal.note("again", key, kind=type(error).__name__)
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


# --- Sending, ticking, taking in ----------------------------------------------------------------------------------


def send(url: str, journal: Journal, chance: Random, ready: Ready, *, kind: str, sent: str) -> None:
    """Sends what is due, at most a few at a time."""
    with desk_of(url, kind=kind, sent=Path(sent)) as desk:
        ready()
        _until(lambda: desk.send_due(limit=chance.randint(1, 20)).total == 0, journal)


def tick(url: str, journal: Journal, chance: Random, ready: Ready, *, days: int) -> None:
    """Acts on what has come due so many days from now."""
    with desk_of(url, days=days) as desk:
        ready()
        _until(lambda: desk.tick(limit=chance.randint(1, 10)).total == 0, journal)


def rebuild(url: str, journal: Journal, chance: Random, ready: Ready) -> None:
    """Makes everything anew that follows from the events, while an order comes in now and then."""
    with desk_of(url) as desk:
        ready()
        for number in range(3):
            order = f"{chance.random()}-{number}"
            _until(lambda order=order: bool(desk.orders.place(MARTA, [], key=order)), journal)  # type: ignore[misc]
            _until(lambda: desk.rebuild() > 0, journal)


def import_files(url: str, journal: Journal, chance: Random, ready: Ready, *, files: str) -> None:
    """Imports a folder, a few rows at a time."""
    imports._AT_ONCE = chance.randint(2, 7)
    with desk_of(url) as desk:
        ready()
        _until(lambda: bool(desk.imports.run(small(), [files])), journal)
    journal.note("done", "import")


def take_in(url: str, journal: Journal, chance: Random, ready: Ready, *, name: str, count: int) -> None:
    """Mails and webhooks come in, some of them twice, and are processed now and then."""
    with desk_of(url) as desk:
        ready()
        for number in range(count):
            event = f"{name}-{chance.randint(0, number)}"
            _until(lambda event=event: desk.inbox.put("mail", event, _mail(event)) is not None, journal)  # type: ignore[misc]
            journal.note("done", event)
            if chance.random() < 0.3:
                _until(lambda: desk.inbox.process() is not None, journal)


def _mail(event: str) -> bytes:
    return mail(f"Where is it? {event}\n", name=f"<{event}@example.net>", sender=f"{event}@example.com")


def open_new(url: str, journal: Journal, chance: Random, ready: Ready) -> None:
    """Makes a store where there is none, and places an order in it."""
    ready()
    key = f"first-{chance.random()}"

    def first() -> bool:
        with desk_of(url) as desk:
            journal.note("done", desk.orders.place(MARTA, [Line("A", 1, "5.00")], key=key).id)
        return True

    # A server that is not there when a desk is opened may be the wrong one: that is for whoever opens it to judge.
    _until(first, journal, StoreError)


def _until(does: Callable[[], bool], journal: Journal, *also: type[Exception]) -> None:
    """Again and again, until nothing is left, whatever the database does meanwhile."""
    end = time.monotonic() + _PATIENCE
    expected: tuple[type[Exception], ...] = (*AGAIN, *also)
    while time.monotonic() < end:
        try:
            if does():
                return
        except expected as error:
            journal.note("again", kind=type(error).__name__)
            time.sleep(0.02)


LIVES: Mapping[str, Callable[..., None]] = {
    "commands": commands,
    "send": send,
    "tick": tick,
    "rebuild": rebuild,
    "import": import_files,
    "take_in": take_in,
    "open_new": open_new,
}
