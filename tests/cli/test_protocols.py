"""``incidentkit protocols``: how types are answered, how far a case is, and moving cases; in both languages and as JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

import incidentkit as ik
from incidentkit.testing.clocks import ManualClock
from tests.cli.running import run

NOW = datetime(2026, 9, 7, 9, tzinfo=UTC)  # a Monday, as the team opens
LATER = "2026-09-07T12:00:00+00:00"
SHOP = ik.Shop(agents=(ik.Agent("ana", "after-sales"), ik.Agent("eva", "after-sales", "supervisor")))
NEW = """
[[agents]]
name = "ana"
team = "after-sales"

[protocols.not_received]
version = 2
resolve_within = "8h"
remedies = ["replacement", "refund"]

[[protocols.not_received.steps]]
name = "tell"
done_by = "notify"

[[protocols.not_received.steps]]
name = "door"
what = { en = "Ask the neighbours", es = "Preguntar a los vecinos" }
within = "4h"
who = "supervisor"
"""


@pytest.fixture
def store(tmp_path: Path) -> str:
    """With one open case of order 7: its parcel counts as delivered, and nobody has it."""
    path = tmp_path / "shop.db"
    with ik.open_desk(f"sqlite:///{path}", SHOP, clock=ManualClock(NOW)) as desk:
        order = desk.orders.place(customer="c-1", lines=[ik.Line("lamp", 1, "9.00")], number="7")
        desk.incidents.report(order.id, type="not_received", description="nothing came")
    return str(path)


@pytest.fixture
def changed(tmp_path: Path) -> str:
    """Settings with another protocol for such cases."""
    path = tmp_path / "new.toml"
    path.write_text(NEW, "utf-8")
    return str(path)


def test_every_protocol_is_listed(store: str, changed: str) -> None:
    """With its times, and how many open cases go by another version."""
    old, new = run("protocols", "--store", store), run("protocols", "--store", store, "--shop", changed)

    assert "not_received         1  critical  after-sales    2h     16h      7" in old.out
    assert "not_received         2  critical  after-sales    2h      8h      2           1" in new.out


def test_the_list_as_json(store: str) -> None:
    """Whole protocols, with durations as in shop.toml."""
    listed = run("protocols", "--store", store, "--now", LATER, "--json").json
    (found,) = (each for each in listed["protocols"] if each["type"] == "not_received")

    assert LATER == listed["as_of"]
    assert (1, 0, "2h", ["tell", "proof"]) == (
        found["version"],
        found["behind"],
        found["communicate_within"],
        [step["name"] for step in found["steps"]][:2],
    )


def test_a_type_shows_its_protocol(store: str, changed: str) -> None:
    """Its own words, and what may be offered."""
    shown = run("protocols", "not_received", "--store", store, "--shop", changed).out

    assert "May be offered: replacement, refund" in shown
    assert "door: Ask the neighbours · shown by: a task · within 4h · a supervisor" in shown


def test_a_type_in_spanish(store: str) -> None:
    """The words of the built-in steps too."""
    shown = run("protocols", "not_received", "--store", store, "--lang", "es").out

    assert "Se puede ofrecer: todo" in shown
    assert "proof: pedir al transportista la prueba de entrega" in shown


def test_a_type_as_json(store: str) -> None:
    """As the settings have it."""
    shown = run("protocols", "not_received", "--store", store, "--json").json

    assert ("not_received", 4, "2h") == (shown["type"], shown["threshold"], shown["steps"][1]["within"])


def test_a_case_shows_how_far_it_is(store: str) -> None:
    """Late steps too."""
    shown = run("protocols", "7", "--store", store, "--now", LATER).out
    lines = {line[:13]: line for line in shown.splitlines()}

    assert "not received · version 1" in shown
    assert "late" in lines["ask the carri"]
    assert "not yet its turn" in lines["offer what ma"]


def test_a_case_as_json(store: str) -> None:
    """Each step with what shows it."""
    shown = run("protocols", "7", "--store", store, "--now", LATER, "--json").json
    second = shown["steps"][1]

    assert ("proof", "task", "late") == (second["step"], second["done_by"], second["state"])
    assert (1, "not_received") == (shown["version"], shown["type"])


def test_cases_are_counted_and_then_moved(store: str, changed: str) -> None:
    """Only with --yes and a reason."""
    given = ("protocols", "move", "not_received", "--store", store, "--shop", changed)
    would, listed = run(*given), run(*given, "--json")
    moved, again = run(*given, "--yes", "--reason", "quicker", "--as", "eva"), run(*given)
    shown = run("protocols", "7", "--store", store, "--shop", changed)

    assert "protocol: 1 (other deadlines" in would.out
    assert 1 == len(listed.json["would_move"])
    assert (0, "Moved to today's protocol: 1\n") == (moved.code, moved.out)
    assert "Every open case goes by today's protocol already." in again.out
    assert "version 2" in shown.out


def test_one_case_is_moved_as_json(store: str, changed: str) -> None:
    """By the number of its order."""
    given = ("protocols", "move", "7", "--store", store, "--shop", changed)
    first = run(*given, "--yes", "--reason", "quicker", "--json").json
    second = run(*given, "--yes", "--reason", "quicker", "--json").json

    assert (1, 0) == (len(first["moved"]), len(second["moved"]))


def test_a_changed_protocol_of_one_version_is_the_doctors(store: str, tmp_path: Path) -> None:
    """It says what to do."""
    for at, within in (("a.toml", "8h"), ("b.toml", "9h")):
        (tmp_path / at).write_text(NEW.replace("8h", within), "utf-8")
    first = run("doctor", "--store", store, "--shop", str(tmp_path / "a.toml"), "--now", NOW.isoformat())
    second = run("doctor", "--store", store, "--shop", str(tmp_path / "b.toml"), "--now", NOW.isoformat())

    assert "same version" not in first.out
    assert "Protocols that say something else under the same version: 1. Raise their version." in second.out


@pytest.mark.parametrize(
    ("given", "code", "why"),
    [
        (("nowhere",), 1, "must be in this record"),
        (("move",), 1, "says which cases are moved"),
        (("damaged", "late"), 2, "too many arguments: late"),
        (("damaged", "--yes"), 2, "--yes: it goes with move"),
        (("damaged", "--reason", "x"), 2, "--reason: it goes with move"),
        (("move", "not_received", "--yes"), 2, "the option --reason is missing"),
    ],
)
def test_a_wrong_use_is_told(store: str, given: tuple[str, ...], code: int, why: str) -> None:
    """Without a traceback."""
    answer = run("protocols", *given, "--store", store)

    assert (code, True) == (answer.code, why in answer.err)
    assert "Traceback" not in answer.err


def test_check_names_a_kind_that_nobody_can_offer(tmp_path: Path) -> None:
    """With its place, and what was meant."""
    file = tmp_path / "shop.toml"
    file.write_text('[protocols.damaged]\nremedies = ["refund", "replacment"]\n', "utf-8")
    answer = run("check", str(file))

    assert 1 == answer.code
    assert "protocols.damaged.remedies[1]: expected one of substitution" in answer.err
    assert "did you mean replacement?" in answer.err
