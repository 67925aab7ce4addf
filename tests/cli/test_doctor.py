"""``incidentkit doctor``: whether the work is done."""

from __future__ import annotations

from pathlib import Path

import pytest

import incidentkit as ik
from tests.cli.running import run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a store in which a message is due."""
    monkeypatch.chdir(tmp_path)
    with ik.open_desk("sqlite:///shop.db", ik.Shop(channel="local")) as desk:
        desk.orders.place(customer=ik.Customer("eva", email="eva@example.com"), lines=[ik.Line("mug", 1, "9")])
    return tmp_path


def test_a_store_in_which_work_lies_about_is_ill(here: Path) -> None:
    """It says what waits, how long, and what to do; a check of it fails."""
    answer = run("doctor", "--store", "shop.db", "--now", "2099-01-01T00:00Z")

    assert (1, True) == (answer.code, "The work is not done" in answer.out)
    assert "incidentkit send --watch" in answer.out


def test_a_store_whose_work_is_done_is_well(here: Path) -> None:
    """Exit 0, also in Spanish."""
    run("send", "--store", "shop.db")
    answer = run("doctor", "--store", "shop.db", "--lang", "es")

    assert (0, True) == (answer.code, "Todo va bien" in answer.out)


def test_a_health_check_reads_json(here: Path) -> None:
    """Counts, instants and the codes of problems."""
    answer = run("doctor", "--store", "shop.db", "--now", "2099-01-01T00:00Z", "--json")

    assert (1, False, "sqlite") == (answer.code, answer.json["healthy"], answer.json["database"])
    assert [("messages_late", True, 1)] == [(p["code"], p["grave"], p["count"]) for p in answer.json["problems"]]
    assert 1 == answer.json["messages"]["count"]


def test_more_patience_finds_nothing_wrong(here: Path) -> None:
    """For whoever sends once a day."""
    answer = run("doctor", "--store", "shop.db", "--late", "1000000")

    assert (0, True) == (answer.code, "All is well" in answer.out)


def test_a_patience_that_is_none_is_refused(here: Path) -> None:
    """Wrong usage, without a traceback."""
    answer = run("doctor", "--store", "shop.db", "--late", "-1")

    assert (2, True) == (answer.code, "Traceback" not in answer.err)
