"""The look over a record that the machine takes after every step: it can see what it is there to see."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from incidentkit.desk.opening import open_desk
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import SHOP, closed, placed, reported, told


@pytest.fixture(scope="module")
def sound() -> Iterator[Path]:
    """A store with a bit of everything."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "shop.db"
        with open_desk(f"sqlite:///{path}", SHOP, plugins=(Post(),), clock=ManualClock()) as desk:
            order = placed(desk, number="7")
            desk.orders.ship(order.id, {"A": 2})
            desk.orders.deliver(order.id, {"A": 1})
            case = closed(desk)
            desk.surveys.answer(incident=case.id, score=5)
            desk.incidents.notify(reported(desk, order).id)
            told(desk)
            desk.send_due()
        yield path


# What is done to a sound store behind its back, and a word of the fault that must be found.
TAMPERED: dict[str, tuple[str, str]] = {
    "an event's words": ("UPDATE events SET data = replace(data, 'RF-1', 'RF-2')", "chain breaks"),
    "an event's time": ("UPDATE events SET occurred_at = occurred_at - 1 WHERE seq = 3", "chain breaks"),
    "an event's actor": ("UPDATE events SET actor = 'agent:leo' WHERE seq = 3", "chain breaks"),
    "a last event dropped": (
        "DELETE FROM events WHERE type = 'incident.closed'",
        "the chain",
    ),
    "an event in the middle dropped": ("DELETE FROM events WHERE seq = 2", "seq has gaps"),
    "two events changed places": (
        "UPDATE events SET seq = CASE seq WHEN 2 THEN -3 WHEN 3 THEN -2 END WHERE seq IN (2, 3)",
        "seq",
    ),
    "a head": ("UPDATE streams SET head = 'x'", "the chain's end"),
    "a document": ("UPDATE streams SET document = replace(document, 'EUR', 'USD')", "the document"),
    "a version": ("UPDATE streams SET version = version + 1", "the version"),
    "a stream dropped": ("DELETE FROM streams WHERE kind = 'ask'", "streams:"),
    "a fact": ("UPDATE facts_orders SET status = 'returned'", "facts_orders"),
    "a fact of an incident": ("UPDATE facts_incidents SET reopened = 1", "facts_incidents"),
    "a fact dropped": ("DELETE FROM facts_answers", "facts_answers"),
    "a link of facts": ("UPDATE facts_incident_orders SET open = 1 - open", "facts_incident_orders"),
    "a number": ("UPDATE names SET name = '8' WHERE kind = 'order'", "names"),
    "a contact": ("DELETE FROM facts_contacts", "facts_contacts"),
    "a need's number": ("UPDATE names SET stream = 'x' WHERE kind = 'need'", "names"),
    "a link": ("UPDATE links SET stream = 'x' || stream", "links"),
    "a message that never went": ("UPDATE intents SET state = 'failed' WHERE state = 'done'", "intents"),
    "an event of another kind": ("UPDATE events SET type = 'order.confirmed', data = '{}' WHERE seq = 1", "do not follow"),
    "a message that nobody may have": ("UPDATE intents SET worker = 'gone'", "somebody's"),
    "a message forgotten": ("UPDATE intents SET state = 'planned'", "intents"),
    "a message dropped": ("DELETE FROM intents WHERE step LIKE 'incident.%'", "nobody sends"),
    "a timer dropped": ("DELETE FROM timers", "timers"),
    "a timer moved": ("UPDATE timers SET due = due - 1", "timers"),
    "a time before it was known": ("UPDATE events SET known_at = occurred_at - 1", "known before"),
}


def test_a_sound_record_has_no_faults(sound: Path) -> None:
    """Nothing is found where nothing is wrong."""
    assert [] == faults(Copy(sound), SHOP)


@pytest.mark.parametrize(("statement", "word"), TAMPERED.values(), ids=list(TAMPERED))
def test_what_was_tampered_with_is_found(sound: Path, tmp_path: Path, statement: str, word: str) -> None:
    """Each change behind the desk's back is named."""
    path = Path(shutil.copy(sound, tmp_path / "shop.db"))
    with closing(sqlite3.connect(path)) as connection:
        changed = connection.execute(statement).rowcount
        connection.commit()

    assert changed
    assert [] != [fault for fault in faults(Copy(path), SHOP) if word in fault]


def test_copies_differ_where_rows_do(sound: Path, tmp_path: Path) -> None:
    """And nowhere else."""
    path = Path(shutil.copy(sound, tmp_path / "shop.db"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM links")
        connection.commit()

    assert ["links"] == Copy(sound).differing(Copy(path))
    assert Copy(sound) == Copy(sound)


def test_a_token_is_found_outside_the_vault(sound: Path) -> None:
    """In any table but those for personal data."""
    assert "facts_orders" in Copy(sound).holding("confirmed") + Copy(sound).holding("placed")
    assert [] == Copy(sound).holding("Marta Vidal")
