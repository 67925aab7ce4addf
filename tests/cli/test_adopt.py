"""Imported cases made live from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import run

TABLE = """\
order;date;promised;state;problem
7;2024-09-01;2024-09-05;new;came late
8;2024-09-02;2024-09-06;new;arrived broken
9;2024-09-03;2024-09-07;new;
"""


@pytest.fixture
def store(here: Path) -> str:
    """A store with three imported orders, two of them with a case."""
    (here / "orders.csv").write_text(TABLE, "utf-8")
    run("import", "--sketch", "orders.csv", "--out", "mine.toml")
    run("import", "--profile", "mine.toml", "--store", "s.db", "orders.csv")
    return "s.db"


def test_first_it_only_counts(store: str) -> None:
    """The counts are shown with how to go on, and nothing is changed."""
    for args in ((), ("--dry-run",)):
        found = run("adopt", "--store", store, *args)

        assert (0, True) == (found.code, "Open imported cases: 2" in found.out)
        assert "the same again with --yes" in found.out
    assert 0 == run("adopt", "--store", store, "--json").json["adopted"]


@pytest.mark.parametrize(("language", "said"), [("en", "Live now: 2"), ("es", "Vivos ahora: 2")])
def test_then_it_adopts(store: str, language: str, said: str) -> None:
    """With --yes the cases are live, and a second time there are none left."""
    found = run("adopt", "--store", store, "--yes", "--lang", language)
    again = run("adopt", "--store", store, "--yes", "--json").json

    assert (0, said) == (found.code, found.out.splitlines()[0])
    assert (0, 0) == (again["adoptable"], again["adopted"])


def test_one_order_by_its_number(store: str) -> None:
    """Only its cases are adopted, and the timeline says so and by whom."""
    found = run("adopt", "--store", store, "--order", "7", "--yes", "--as", "eva", "--json").json
    timeline = run("timeline", "7", "--store", store).out

    assert ({"late": 1}, 1) == (found["by_type"], found["adopted"])
    assert "Incident adopted: it is live from here on" in timeline
    assert "Order adopted: it is live from here on — eva" in timeline


@pytest.mark.parametrize(
    ("args", "count"),
    [
        (("--type", "damaged"), 1),
        (("--since", "2024-09-02"), 1),
        (("--until", "2024-09-02"), 1),
        (("--team", "after-sales"), 2),
        (("--source", "orders"), 2),
        (("--source", "elsewhere"), 0),
    ],
)
def test_only_those_that_are_meant(store: str, args: tuple[str, ...], count: int) -> None:
    """Each filter narrows the count."""
    assert count == run("adopt", "--store", store, *args, "--json").json["adoptable"]


def test_nothing_to_adopt_is_said(store: str) -> None:
    """An empty answer is no error."""
    assert "No imported case is open here." in run("adopt", "--store", store, "--type", "lost").out


def test_both_at_once_is_wrong_usage(store: str) -> None:
    """Counting only and adopting exclude each other."""
    assert 2 == run("adopt", "--store", store, "--dry-run", "--yes").code


def test_an_unknown_order(store: str) -> None:
    """It is refused, with what to give."""
    found = run("adopt", "--store", store, "--order", "nowhere")

    assert (1, True) == (found.code, "Give its number or its id." in found.err)
