"""Receiving from the command line: what has come in is fetched, processed and told, and a person sees what waits for them."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

import incidentkit as ik
from tests.cli.running import environment, run
from tests.desk.letters import mail

MAIN = "import signal, sys; from incidentkit.cli import main; sys.exit(main())"
SHOP = ik.Shop(language="en")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with one case, and a Maildir beside it."""
    file = tmp_path / "shop.db"
    marta = ik.Customer("marta", email="marta@example.com")
    with ik.open_desk(f"sqlite:///{file}", SHOP) as desk:
        order = desk.orders.place(customer=marta, lines=[ik.Line("mug", 1, "9.90")], number="1001")
        desk.incidents.report(order=order.id, type="damaged", description="broken")
    for part in ("new", "cur", "tmp"):
        (tmp_path / "inbox" / part).mkdir(parents=True)
    return file


def arrive(store: Path, name: str, raw: bytes) -> None:
    """A mail in the Maildir."""
    (store.parent / "inbox" / "new" / name).write_bytes(raw)


def test_what_has_come_in_is_taken_in(store: Path) -> None:
    """And said, by what became of it; the second time there is nothing."""
    arrive(store, "1", mail())
    arrive(store, "2", mail(sender="MAILER-DAEMON@example.net", name="<2@x>"))

    answer = run("receive", "--store", store)

    assert 0 == answer.code
    assert "2 taken in, 2 new in the mailboxes" in answer.out
    assert "1 × on their sender's one open case" in answer.out
    assert "1 × written by machines" in answer.out
    assert "0 taken in" in run("receive", "--store", store).out


def test_it_speaks_spanish(store: Path) -> None:
    """As every command does."""
    arrive(store, "1", mail())

    assert "1 × en el único caso abierto" in run("receive", "--store", store, "--lang", "es").out


def test_it_speaks_json(store: Path) -> None:
    """Counts by outcome, and nothing personal."""
    arrive(store, "1", mail())
    answer = run("receive", "--store", store, "--json")

    assert {"fetched": 1, "failed": {}, "outcomes": {"sender": 1}, "again": 0, "dead": 0} == {
        name: value for name, value in answer.json.items() if name != "as_of"
    }
    assert "marta" not in answer.out


def test_what_nobody_could_place_is_listed_and_placed(store: Path) -> None:
    """By the number of an order; then nothing waits any more."""
    arrive(store, "1", mail(sender="stranger@example.net"))
    run("receive", "--store", store)
    (waiting,) = run("receive", "--store", store, "--show", "unplaced", "--json").json["inbox"]

    assert waiting["need"] in run("receive", "--store", store, "--show", "unplaced").out

    placed = run("contact", "place", "--need", waiting["need"], "--incident", "1001", "--store", store)

    assert (0, "") == (placed.code, placed.err)
    assert "Nothing of that kind." in run("receive", "--store", store, "--show", "unplaced").out


def test_what_was_held_back_is_released(store: Path) -> None:
    """By the name under which it is listed."""
    for number in range(21):
        arrive(store, str(number), mail(name=f"<{number}@x>"))
    run("receive", "--store", store)
    (held,) = run("receive", "--store", store, "--show", "held", "--json").json["inbox"]

    released = run("receive", "--store", store, "--release", f"{held['source']}/{held['event_id']}")

    assert "waiting" in released.out
    assert "1 taken in" in run("receive", "--store", store).out


def test_it_watches_until_it_is_stopped(store: Path) -> None:
    """A mail that comes later is taken in, and a signal ends it in peace."""
    command = [sys.executable, "-u", "-c", MAIN, "receive", "--watch", "--every", "1", "--store", str(store)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment({})) as process:
        try:
            assert process.stdout is not None
            arrive(store, "1", mail())
            line = process.stdout.readline()
            process.send_signal(signal.SIGTERM)
            code = process.wait(60)
        finally:
            process.kill()

    assert ("1 taken in" in line, 0) == (True, code)
