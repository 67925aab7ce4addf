"""Looking a store over: a sound one is sound, and whatever was done to it behind its back is found."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, create_engine, text

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.verification import DAMAGE_KINDS, DERIVED, VerifyReport
from incidentkit.errors import InvalidInput
from incidentkit.store.tables import metadata
from incidentkit.testing._audit import Copy
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from incidentkit.testing.simulator.demo import run_demo
from tests.desk.world import JOAN, SHOP, closed, placed, reported, told
from tests.services.postgresql import empty


def fill(desk: Desk, clock: ManualClock) -> None:
    """A bit of everything, sealed twice, with figures kept."""
    desk.accounts.describe("acme", manager="ana", name="Acme Ltd", by="eva")
    order = placed(desk, number="7")
    desk.orders.ship(order.id, {"A": 2}, carrier="SEUR", tracking="T-1")
    desk.orders.deliver(order.id, {"A": 1})
    case = closed(desk)
    desk.surveys.answer(incident=case.id, score=5)
    desk.incidents.reopen(case.id, reason="Still broken", key="again")
    desk.incidents.notify(reported(desk, order).id)
    told(desk)
    desk.contacts.log(customer=JOAN, channel="phone", order=order.id, summary="asked again", key="call")
    desk.send_due()
    desk.tick()
    clock.advance(days=9)
    reported(desk, placed(desk, number="8", key="eight"))
    desk.tick()
    for name in ("orders_received", "reopen_rate", "backlog"):
        desk.measure(name, by="week")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound store. Tests copy it."""
    path, clock = tmp_path_factory.mktemp("sound") / "shop.db", ManualClock()
    with open_desk(f"sqlite:///{path}", SHOP, plugins=(Post(),), clock=clock) as desk:
        fill(desk, clock)
    return path


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Path:
    """A copy to be damaged."""
    return Path(shutil.copy(sound, tmp_path / "copy.db"))


def opened(url: str) -> Desk:
    clock = ManualClock()
    clock.advance(days=10)
    return open_desk(url, SHOP, plugins=(Post(),), clock=clock)


def looked_over(url: str | Path, **given: Any) -> VerifyReport:
    with opened(str(url) if "://" in str(url) else f"sqlite:///{url}") as desk:
        return desk.verify(**given)


def ruin(path: Path, *statements: str) -> int:
    """Do that to a store behind its back; how many rows it touched."""
    with closing(sqlite3.connect(path)) as connection, connection:
        return sum(max(connection.execute(statement).rowcount, 0) for statement in statements)


# --- What is sound ------------------------------------------------------------------------------------------------


def test_a_sound_store_is_sound(store_url: str) -> None:
    """On every database: all of it is looked at, and nothing is found."""
    clock = ManualClock()
    with open_desk(store_url, SHOP, plugins=(Post(),), clock=clock) as desk:
        fill(desk, clock)
        report = desk.verify()

    assert ((), 2, True, None) == (report.damages, report.seals, report.ok, report.first)
    assert report.seal.startswith("2:")


def test_nothing_is_written(copy: Path) -> None:
    """Looking leaves every row as it was."""
    before = Copy(copy)
    looked_over(copy)

    assert before == Copy(copy)


def test_a_simulated_month_is_sound(tmp_path: Path) -> None:
    """Orders, cases, messages, needs and figures of a shop at work."""
    run_demo(tmp_path / "demo", orders=30, seed=5)
    with open_desk(f"sqlite:///{tmp_path / 'demo' / 'shop.db'}") as desk:
        report = desk.verify()

    assert () == report.damages
    assert report.seals


@pytest.mark.parametrize("personal", [True, False])
def test_a_store_that_was_loaded_is_sound(copy: Path, tmp_path: Path, personal: bool) -> None:
    """With the words or without them; its effects are those of the store that it was made of."""
    with opened(f"sqlite:///{copy}") as desk:
        desk.export_events(tmp_path / "events.jsonl", personal=personal)
    with opened(f"sqlite:///{tmp_path}/new.db") as desk:
        desk.load_events(tmp_path / "events.jsonl")
        report = desk.verify()

    assert () == report.damages


def test_progress_reaches_the_end(copy: Path) -> None:
    """Each event is looked at twice."""
    said: list[tuple[int, int]] = []
    report = looked_over(copy, progress=lambda done, of: said.append((done, of)))

    assert (2 * report.events, 2 * report.events) == said[-1]
    assert sorted(said) == said


@pytest.mark.parametrize("limit", [0, -1, True, "9"])
def test_a_limit_is_a_number_of_damages(copy: Path, limit: Any) -> None:
    """Of one or more."""
    with pytest.raises(InvalidInput, match="limit"):
        looked_over(copy, limit=limit)


@pytest.mark.parametrize("seal", ["", "last", "1:abc", 7])
def test_a_seal_is_one_that_a_report_has_said(copy: Path, seal: Any) -> None:
    """Anything else is a mistake, and no damage."""
    with pytest.raises(InvalidInput, match="number:hash"):
        looked_over(copy, seal=seal)


# --- What is damaged ----------------------------------------------------------------------------------------------

TWICE = """
    INSERT INTO events
    SELECT tenant, stream, 999, seq + 9999, type, type_version, occurred_at, known_at, actor, cause, data, hash, NULL, NULL
    FROM events WHERE seq = 5
"""

PLANTED: dict[str, tuple[str, str]] = {
    "an event's words": ("UPDATE events SET data = replace(data, 'RF-1', 'RF-2')", "event"),
    "an event's own hash": ("UPDATE events SET hash = '00' WHERE seq = 3", "event"),
    "an event that can't be read": ("UPDATE events SET data = '{' WHERE seq = 4", "event"),
    "an event of a later version": ("UPDATE events SET type_version = 9 WHERE seq = 4", "event"),
    "an event of no known type": ("UPDATE events SET type = 'order.lost' WHERE seq = 4", "event"),
    "an event in the middle gone": ("DELETE FROM events WHERE seq = 5", "sequence"),
    "the first event gone": ("DELETE FROM events WHERE seq = 1", "sequence"),
    "the last event gone": ("DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)", "seal"),
    "an event said twice": (
        TWICE,
        "event",
    ),
    "two events exchanged": (
        "UPDATE events SET seq = CASE seq WHEN 3 THEN -4 WHEN 4 THEN -3 END WHERE seq IN (3, 4)",
        "sequence",
    ),
    "a stream gone": ("DELETE FROM streams WHERE kind = 'ask'", "stream"),
    "a stream of nothing": (
        "INSERT INTO streams SELECT tenant, 'zz', kind, version, head, document FROM streams LIMIT 1",
        "stream",
    ),
    "two documents exchanged": (
        "UPDATE streams SET document = (SELECT max(document) FROM streams s WHERE s.kind = 'order') WHERE kind = 'order'",
        "document",
    ),
    "a fact gone": ("DELETE FROM facts_answers", "facts"),
    "a fact too many": (
        "INSERT INTO facts_incident_channels VALUES ('default', (SELECT min(incident_id) FROM facts_incidents), 'fax')",
        "facts",
    ),
    "facts exchanged": (
        "UPDATE facts_orders SET value = (SELECT sum(value) FROM facts_orders) - value",
        "facts",
    ),
    "every action gone": ("DELETE FROM facts_actions", "facts"),
    "a figure": (
        "UPDATE figures SET cells = replace(cells, '[[null,', '[[null,9') WHERE measure = 'orders_received'",
        "figures",
    ),
    "a figure that can't be read": ("UPDATE figures SET cells = '[[' WHERE measure = 'orders_received'", "figures"),
    "a number": ("UPDATE names SET name = '9' WHERE kind = 'order' AND name = '8'", "names"),
    "a number gone": ("DELETE FROM names WHERE kind = 'order' AND name = '8'", "names"),
    "a need's name leads nowhere": ("UPDATE names SET stream = 'nowhere' WHERE kind = 'need'", "names"),
    "a timeline without its case": ("DELETE FROM links", "links"),
    "a timeline with too much": ("INSERT INTO links VALUES ('default', 'nowhere', 'nobody')", "links"),
    "a timer gone": ("DELETE FROM timers", "timers"),
    "a timer too early": ("UPDATE timers SET due = 1", "timers"),
    "a timer of nothing": ("INSERT INTO timers VALUES ('default', 'nowhere', 'shift', 7)", "timers"),
    "a timer too many": (
        "INSERT INTO timers SELECT 'default', order_id, 'forecast', 7 FROM facts_orders LIMIT 1",
        "timers",
    ),
    "a key of nothing": ("UPDATE keys SET version = 99", "keys"),
    "a key that can't be read": ("UPDATE keys SET fingerprint = 'x'", "keys"),
    "a message gone": ("DELETE FROM intents WHERE state = 'done'", "intents"),
    "a message sent again": ("UPDATE intents SET state = 'planned' WHERE state = 'done'", "intents"),
    "a message never sent": ("UPDATE intents SET state = 'done' WHERE state = 'planned'", "intents"),
    "a message about nothing": ("UPDATE intents SET stream = 'nowhere'", "intents"),
    "a message of a later time": ("UPDATE intents SET seq = 9999", "intents"),
    "words gone": ("DELETE FROM vault WHERE ref LIKE 'text:%'", "vault"),
    "a person's details gone": ("DELETE FROM vault WHERE ref = customer", "vault"),
    "words of no stream": ("UPDATE vault SET stream = 'nowhere' WHERE stream IS NOT NULL", "vault"),
    "a person found by another's key": ("UPDATE people SET hash = upper(hash)", "people"),
    "somebody's details exchanged": (
        "UPDATE vault SET body = (SELECT max(body) FROM vault v WHERE v.ref = v.customer) WHERE ref = customer",
        "people",
    ),
    "an address gone": ("DELETE FROM addresses", "people"),
    "the shop's settings": ("UPDATE settings SET value = '{\"zone\": 7}' WHERE name = 'shop'", "settings"),
    "the schema's version": ("UPDATE settings SET value = '4' WHERE name = 'schema'", "settings"),
    "a seal's root": ("UPDATE seals SET root = '00' WHERE number = 1", "seal"),
    "a seal's time": ("UPDATE seals SET sealed_at = sealed_at + 1 WHERE number = 2", "seal"),
    "a seal's signature": ("UPDATE seals SET signature = substr(signature, 1, 20) || 'ff' WHERE number = 1", "seal"),
    "every seal gone": ("DELETE FROM seals", "seal"),
}


@pytest.mark.parametrize("name", PLANTED)
def test_what_was_planted_is_found(copy: Path, name: str) -> None:
    """Each kind of damage, as what it is."""
    statement, kind = PLANTED[name]
    touched = ruin(copy, statement)
    report = looked_over(copy, limit=1000)

    assert touched
    assert kind in {damage.kind for damage in report.damages}
    assert not report.ok


def test_every_kind_is_planted() -> None:
    """Of the kinds that a report may name, all but those that no statement alone can make."""
    alone = {"law", "receipts", "inbox"}

    assert set(DAMAGE_KINDS) - alone == {kind for _, kind in PLANTED.values()}
    assert set(DAMAGE_KINDS) > DERIVED


# --- Every column -------------------------------------------------------------------------------------------------

WORKING: dict[str, str] = {
    "alembic_version": "the schema",
    "channel_state": "what is known of a channel just now",
    "cursors": "how far a mailbox was read",
    "figure_marks": "a figure is computed again",
    "figures": "a figure is computed again",
    "inbox": "what waits to be processed",
    "intents": "what waits to be sent, by now",
    "keys": "what repeated calls are answered from",
    "names": "how needs are numbered",
    "receipts": "what a channel said",
    "settings": "what the shop chose",
    "timers": "when to look",
    "tombstones": "what was forgotten",
    "vault": "the words: encrypted, each is bound to its place",
    "addresses": "who may be found by more than is known of them",
}
"""Tables of which some columns may say something else without contradicting anything, and what these hold."""

GUARDED = [table for name, table in sorted(metadata.tables.items()) if name not in WORKING]


def altered(table: Table, column: str) -> str:
    """A statement that makes one row say something else in that column."""
    key = ", ".join(c.name for c in table.primary_key)
    is_number = table.c[column].type.python_type is int
    other = f'coalesce("{column}", 0) + 7777' if is_number else f"coalesce(\"{column}\", '') || 'x'"
    first = f"SELECT {key} FROM {table.name} ORDER BY {key} DESC LIMIT 1"
    return f'UPDATE {table.name} SET "{column}" = {other} WHERE ({key}) = ({first})'


def unseen(sound: Path, folder: Path, table: Table, columns: Iterable[str]) -> list[str]:
    """The columns of a table that may say something else, and nobody sees it."""
    found = []
    for column in columns:
        path = Path(shutil.copy(sound, folder / f"{column}.db"))
        if ruin(path, altered(table, column)) and looked_over(path).ok:
            found.append(column)
    return found


@pytest.mark.parametrize(("place", "table"), list(enumerate(GUARDED)), ids=str)
def test_no_column_can_be_changed_unseen(sound: Path, tmp_path: Path, place: int, table: Table) -> None:
    """In one row of each table that follows from the record, or holds it: one column of each, which is another in each."""
    column = table.columns.keys()[place % len(table.columns)]

    assert [] == unseen(sound, tmp_path, table, [column])


@pytest.mark.long
@pytest.mark.parametrize("table", GUARDED, ids=lambda table: table.name)
def test_no_column_at_all_can_be_changed_unseen(sound: Path, tmp_path: Path, table: Table) -> None:
    """Column by column."""
    assert [] == unseen(sound, tmp_path, table, table.columns.keys())


@pytest.mark.parametrize("table", GUARDED, ids=lambda table: table.name)
def test_no_row_can_be_taken_away_unseen(sound: Path, tmp_path: Path, table: Table) -> None:
    """The first of each table, if it has any."""
    key = ", ".join(c.name for c in table.primary_key)
    path = Path(shutil.copy(sound, tmp_path / "less.db"))
    row = f"SELECT {key} FROM {table.name} WHERE tenant = 'default' ORDER BY {key} LIMIT 1"
    touched = ruin(path, f"DELETE FROM {table.name} WHERE ({key}) = ({row})")

    assert not touched or not looked_over(path).ok


def test_the_first_damage_is_named_first(copy: Path) -> None:
    """In the order of the record, whatever is found first; no more are kept than were asked for, and all are counted."""
    ruin(
        copy,
        "UPDATE facts_orders SET status = 'returned'",
        "UPDATE events SET actor = 'agent:leo' WHERE seq IN (9, 4, 20)",
        "DELETE FROM addresses",
    )
    report = looked_over(copy, limit=2)
    everything = looked_over(copy, limit=1000)

    assert report.first is not None
    assert (4, "event", 2) == (report.first.seq, report.first.kind, len(report.damages))
    assert everything.damages[:2] == report.damages
    assert len(everything.damages) == report.damaged == everything.damaged


def test_what_a_rebuild_makes_good_is_told_apart(copy: Path) -> None:
    """Where the events are sound, and only what follows from them is not."""
    ruin(copy, "DELETE FROM facts_actions", "UPDATE streams SET document = '{}' WHERE kind = 'ask'", "DELETE FROM links")
    damaged = looked_over(copy)
    with opened(f"sqlite:///{copy}") as desk:
        desk.rebuild()
        after = desk.verify()

    assert damaged.rebuildable
    assert ((), False) == (after.damages, after.rebuildable)


def test_damage_names_nothing_personal(copy: Path) -> None:
    """However much is broken."""
    ruin(copy, *(statement for name, (statement, _) in PLANTED.items() if "schema" not in name and "shop" not in name))
    report = looked_over(copy, limit=10_000)
    said = "\n".join(map(str, report.damages)).lower()

    assert [] == [word for word in ("marta", "joan", "vidal", "600000001", "crushed", "acme ltd") if word in said]


@pytest.fixture
def server(postgresql_store: str) -> str:
    """A store on a server, with a bit of everything."""
    empty(postgresql_store)
    clock = ManualClock()
    with open_desk(postgresql_store, SHOP, plugins=(Post(),), clock=clock) as desk:
        fill(desk, clock)
    return postgresql_store


ON_A_SERVER = ("an event's words", "an event in the middle gone", "a fact gone", "a number", "words gone", "a seal's root")


def test_what_was_planted_on_a_server_is_found(server: str) -> None:
    """A few of the same, one after another, each beside what was there before."""
    engine, found = create_engine(server), []
    for name in ON_A_SERVER:
        with engine.begin() as connection:
            connection.execute(text(PLANTED[name][0]))
        found.append({damage.kind for damage in looked_over(server, limit=1000).damages})
    engine.dispose()

    assert [] == [name for name, kinds in zip(ON_A_SERVER, found, strict=True) if PLANTED[name][1] not in kinds]


def test_another_time_is_no_damage(copy: Path) -> None:
    """A store is as sound next year: what is due is not what is wrong."""
    clock = ManualClock()
    clock.advance(days=400)
    with open_desk(f"sqlite:///{copy}", SHOP, plugins=(Post(),), clock=clock) as desk:
        assert desk.verify().ok
        assert timedelta(days=400) > clock() - desk.clock()
