"""A store's files that were cut short, changed or put back: the record is an earlier one as a whole, or the damage is named."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import make_url

from incidentkit.desk.desk import Desk
from incidentkit.domain.orders import Line
from incidentkit.errors import RuleViolation, StoreError
from incidentkit.testing._audit import Copy, faults
from tests.desk.sending_worker import KINDS, Counting
from tests.desk.world import MARTA, SHOP
from tests.faults.cluster import Cluster
from tests.faults.judging import unsound, wrongly_sent
from tests.faults.lives import desk_of, messages
from tests.faults.places import Place, store

ORDERS = 12
SAMPLE = 6
MANY = 150


@pytest.fixture
def live(file: Path) -> Path:
    """A folder as a machine leaves it that lost its power: a file, and a log that was not brought into it yet."""
    left = file.parent / "left"
    left.mkdir()
    with desk_of(f"sqlite:///{file}") as desk:
        bought(desk, 3, "early")
    with desk_of(f"sqlite:///{file}") as desk:
        bought(desk, ORDERS, "late")
        for part in file.parent.glob("shop.db*"):
            shutil.copy(part, left)
    return left / "shop.db"


def bought(desk: Desk, count: int, name: str) -> list[str]:
    """So many orders, each a transaction of its own."""
    return [desk.orders.place(MARTA, [Line("A", 1, "5.00")], number=f"{name}-{number}").id for number in range(count)]


def numbers(desk: Desk) -> list[str]:
    """The orders' numbers, in the order in which they were placed."""
    return [event.data.number for event in desk.feed(limit=10_000).events if event.type == "order.placed"]  # type: ignore[attr-defined]


EVERYTHING = [*(f"early-{number}" for number in range(3)), *(f"late-{number}" for number in range(ORDERS))]


def log_of(file: Path) -> Path:
    """The write-ahead log beside a file."""
    return file.with_name(f"{file.name}-wal")


def test_a_log_is_brought_in(live: Path) -> None:
    """Whoever opens the file next finds everything that was acknowledged."""
    with desk_of(f"sqlite:///{live}") as desk:
        assert EVERYTHING == numbers(desk)
        assert desk.verify().ok


def damaged_logs(live: Path, seeds: Sequence[str], hurt: Any) -> set[int]:
    """How many orders are left each time of a log that was hurt: a beginning of the record, in whole transactions."""
    left = set()
    for seed in seeds:
        folder = live.parent / f"run-{seed}"
        shutil.copytree(live.parent, folder, ignore=shutil.ignore_patterns("run-*"))
        file = folder / "shop.db"
        # The log's index is made anew from the log, as after a loss of power.
        file.with_name("shop.db-shm").unlink(missing_ok=True)
        hurt(log_of(file), Random(seed))
        with desk_of(f"sqlite:///{file}") as desk:
            found = numbers(desk)

            assert (seed, EVERYTHING[: len(found)]) == (seed, found)
            assert (seed, ()) == (seed, desk.verify().damages)
        assert (seed, []) == (seed, faults(Copy(f"sqlite:///{file}"), SHOP))
        left.add(len(found))
        shutil.rmtree(folder)
    return left


def cut_short(log: Path, chance: Random) -> None:
    """At any byte."""
    with log.open("r+b") as handle:
        handle.truncate(chance.randrange(log.stat().st_size))


def spoilt(log: Path, chance: Random) -> None:
    """One byte of it is another one."""
    content = bytearray(log.read_bytes())
    content[chance.randrange(len(content))] ^= chance.randrange(1, 256)
    log.write_bytes(content)


@pytest.mark.parametrize("hurt", [cut_short, spoilt])
@pytest.mark.parametrize("runs", [SAMPLE, pytest.param(MANY, marks=pytest.mark.long)])
def test_a_damaged_log_is_read_up_to_its_damage(live: Path, hurt: Any, runs: int) -> None:
    """Every transaction before it is there whole, and none after it; the record that is left is sound."""
    left = damaged_logs(live, [f"{hurt.__name__}-{number}" for number in range(runs)], hurt)

    assert 3 <= len(left)


# --- Put back ----------------------------------------------------------------------------------------------------


def test_an_old_copy_is_a_sound_record_and_whoever_followed_it_is_told(file: Path) -> None:
    """What came after it is lost, and is not passed over in silence: the feed ends before the place that was given out."""
    with desk_of(f"sqlite:///{file}") as desk:
        bought(desk, 3, "early")
    copy = file.with_name("copy.db")
    shutil.copy(file, copy)
    with desk_of(f"sqlite:///{file}") as desk:
        bought(desk, 3, "late")
        followed = desk.feed().watermark
    shutil.copy(copy, file)
    with desk_of(f"sqlite:///{file}") as desk:
        assert EVERYTHING[:3] == numbers(desk)
        assert desk.verify().ok
        with pytest.raises(RuleViolation, match="older copy"):
            desk.feed(followed)


@pytest.mark.parametrize("kind", [*KINDS])
def test_no_message_of_an_old_copy_goes_out_twice(place: Place, servers_own: Cluster, tmp_path: Path, kind: str) -> None:
    """Once somebody has said that it was put back: those that went out meanwhile are asked about, or named as in doubt."""
    sent = tmp_path / "sent"
    with store(place, messages) as url:
        with desk_of(url) as desk:
            desk.orders.place(MARTA, [])
        copy = copied(url, servers_own)
        with desk_of(url, kind=kind, sent=sent) as desk:
            gone = desk.send_due().done
    with desk_of(copy, kind=kind, sent=sent) as desk:
        desk.tick()
        desk.messages.put_back()
        report = desk.send_due()

    times = Counter(Counting(sent, kind).keys())
    assert gone == len(times) == report.done + report.unknown
    assert [] == wrongly_sent(copy, sent, kind, gone)
    assert [] == unsound(copy)


def copied(url: str, cluster: Cluster) -> str:
    """A copy of a store as it is now."""
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite:///"))
        return f"sqlite:///{shutil.copy(file, file.with_name(f'copy-of-{file.name}'))}"
    return cluster.url(cluster.make(str(make_url(url).database)))


def test_an_old_copy_under_a_newer_log_is_no_record(live: Path) -> None:
    """Whoever copies the file alone back leaves the log of another one beside it: that is noticed, or it is sound."""
    old = live.with_name("old.db")
    with desk_of(f"sqlite:///{old}") as desk:
        bought(desk, 3, "early")
    shutil.copy(old, live)
    live.with_name("shop.db-shm").unlink(missing_ok=True)

    assert noticed(live)


def noticed(file: Path) -> bool:
    """Whether a file that is not whole is refused, or what is wrong is found by `verify`."""
    try:
        with desk_of(f"sqlite:///{file}") as desk:
            return not desk.verify().ok
    except StoreError:
        return True


def test_a_file_with_a_spoilt_page_is_noticed(file: Path) -> None:
    """Wherever in its events."""
    with desk_of(f"sqlite:///{file}") as desk:
        bought(desk, 40, "early")
    content = bytearray(file.read_bytes())
    place = content.find(b"order.placed")
    content[place + 200 : place + 210] = b"\0" * 10
    file.write_bytes(content)

    assert noticed(file)
