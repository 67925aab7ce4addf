"""Seals: how a tree is built, when one is put on, and what they show."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.store import sealing
from incidentkit.store.sealing import Seal, Tree, sign
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.world import SHOP, placed


def leaf(number: int) -> bytes:
    return hashlib.sha256(b"\0" + f"{number} stream 1 hash".encode()).digest()


def by_definition(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962 defines it: split at the largest power of two below the number of leaves."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + by_definition(leaves[:split]) + by_definition(leaves[split:])).digest()


@given(st.integers(0, 70))
def test_a_root_is_that_of_the_definition(count: int) -> None:
    """However many leaves there are."""
    tree = Tree()
    for number in range(count):
        tree.add(SimpleNamespace(seq=number, stream="stream", version=1, hash="hash"))

    assert by_definition([leaf(number) for number in range(count)]).hex() == tree.root()


def test_a_signature_says_which_key_made_it() -> None:
    """Two keys have two names, and sign otherwise."""
    one, other = sign(b"one", "hash"), sign(b"other", "hash")

    assert one.partition(":")[0] != other.partition(":")[0]
    assert one.partition(":")[0] == sign(b"one", "another").partition(":")[0]


def test_no_two_seals_have_one_hash() -> None:
    """Whatever differs between them, and whoever's they are."""
    seals = [Seal(1, 5, 5, "r", 7), Seal(1, 5, 5, "r", 8), Seal(11, 5, 5, "r", 7), Seal(1, 15, 5, "r", 7)]
    hashes = {seal.linked(tenant, before) for seal in seals for tenant in ("a", "b") for before in ("", "x")}

    assert 16 == len(hashes)


# --- When ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def clock() -> ManualClock:
    """A present that stands still."""
    return ManualClock()


@pytest.fixture
def desk(store_url: str, clock: ManualClock) -> Iterator[Desk]:
    """A desk with nothing in its store."""
    with open_desk(store_url, SHOP, plugins=(Post(),), clock=clock) as opened:
        yield opened


def test_nothing_is_sealed_without_events(desk: Desk) -> None:
    """A new store has no seal."""
    assert (0, 0, "") == (desk.tick().sealed, desk.verify().seals, desk.verify().seal)


def test_a_seal_is_put_on_as_time_goes_by(desk: Desk, clock: ManualClock) -> None:
    """The first at once; the next only after some time, and only where something was written."""
    placed(desk)
    first = desk.tick().sealed
    placed(desk)
    soon = desk.tick().sealed
    clock.advance(minutes=15)
    later = desk.tick().sealed
    clock.advance(hours=9)

    assert (1, 0, 1, 0) == (first, soon, later, desk.tick().sealed)
    assert desk.verify().ok


def test_much_is_sealed_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many seals as it takes, none over more than its part."""
    monkeypatch.setattr(sealing, "SEAL_EVENTS", 2)
    monkeypatch.setattr("incidentkit.desk.sealing.SEAL_EVENTS", 2)
    for _ in range(5):
        placed(desk)
    events = desk.verify().events
    made = desk.tick().sealed

    assert -(-events // 2) == made == desk.verify().seals
    assert desk.verify().ok


# --- What they show -----------------------------------------------------------------------------------------------


def ruin(url: str, *statements: str) -> None:
    """Do that to a store behind its back."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def sealed(desk: Desk, clock: ManualClock) -> Desk:
    """A desk whose record has three seals, the last over one order."""
    for _ in range(3):
        placed(desk)
        clock.advance(minutes=15)
        desk.tick()
    return desk


CUT_OFF = (
    "DELETE FROM streams WHERE stream = (SELECT stream FROM events WHERE seq = (SELECT max(seq) FROM events))",
    "DELETE FROM facts_orders WHERE NOT EXISTS (SELECT 1 FROM streams WHERE stream = order_id)",
    "DELETE FROM facts_order_products WHERE NOT EXISTS (SELECT 1 FROM streams WHERE stream = order_id)",
    "DELETE FROM timers WHERE NOT EXISTS (SELECT 1 FROM streams s WHERE s.stream = timers.stream)",
    "DELETE FROM intents WHERE NOT EXISTS (SELECT 1 FROM streams s WHERE s.stream = intents.stream)",
    "DELETE FROM events WHERE NOT EXISTS (SELECT 1 FROM streams s WHERE s.stream = events.stream)",
)
"""Takes the last order away, with everything that follows from it."""


def test_an_end_that_was_cut_off_is_missed(sealed: Desk, store_url: str) -> None:
    """Though all that is left fits: the last seal covers more than there is."""
    ruin(store_url, *CUT_OFF)
    report = sealed.verify()

    assert {"seal"} == {damage.kind for damage in report.damages}
    assert report.first is not None
    assert "was cut off" in report.first.words


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_seal_that_is_gone_is_missed(sealed: Desk, store_url: str, number: int) -> None:
    """The first, one in the middle, and the last."""
    ruin(store_url, f"DELETE FROM seals WHERE number = {number}")

    assert {"seal"} == {damage.kind for damage in sealed.verify().damages}


def test_places_that_were_exchanged_are_found(sealed: Desk, store_url: str) -> None:
    """The chains of two orders still hold, but the record is not in the order in which it was written."""
    ruin(
        store_url,
        "UPDATE events SET seq = -seq WHERE seq <= 2",
        "UPDATE events SET seq = 3 + seq WHERE seq < 0",
    )

    assert "seal" in {damage.kind for damage in sealed.verify().damages}


def test_seals_made_with_another_key_are_found(sealed: Desk, store_url: str) -> None:
    """Whoever puts new seals on a changed record needs the key, or they are not signed as ours are."""
    forged = Seal(1, 1, 1, "00", 7)
    hash_ = forged.linked("default", "")
    ruin(
        store_url,
        "DELETE FROM seals",
        "INSERT INTO seals (tenant, number, seq, events, root, sealed_at, hash, signature)"
        f" VALUES ('default', 1, 1, 1, '00', 7, '{hash_}', '{sign(b'mine', hash_)}')",
    )

    assert any("another key" in damage.words for damage in sealed.verify().damages)


def test_a_seal_that_was_noted_must_be_there(sealed: Desk, store_url: str) -> None:
    """Who has the whole database and its key can make all seals anew, but not that one."""
    noted = sealed.verify().seal
    ruin(store_url, "DELETE FROM seals", "DELETE FROM settings WHERE name = 'seal'", "UPDATE events SET hash = hash")
    sealed.tick()

    assert sealed.verify().ok
    assert ["the seal that was noted is not among them"] == [d.words for d in sealed.verify(seal=noted).damages]
