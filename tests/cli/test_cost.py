"""``incidentkit cost``: what a case or a journey cost, item by item."""

from __future__ import annotations

from pathlib import Path

import pytest

import incidentkit as ik
from incidentkit.phrases.words import LANGUAGES
from tests.cli.running import run


@pytest.fixture
def known(here: Path) -> tuple[str, str, str]:
    """A case with a call and a fax, its order's number, and its need."""
    shop = ik.Shop(channel="", blocked_plugins=("local",), rates=(ik.Rate("phone", "2.50"),))
    with ik.open_desk("sqlite:///shop.db", shop) as desk:
        order = desk.orders.place(customer="c-1", lines=[ik.Line("A", 1, "5.00")], number="7")
        case = desk.incidents.report(order.id, type="damaged", description="crushed")
        need = desk.contacts.log(channel="phone", incident=case.id).need
        desk.contacts.log(channel="fax", incident=case.id)
    return case.id, "7", need


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sum_comes_first(known: tuple[str, str, str], language: str) -> None:
    """Then what is not in it, and each thing with its amount."""
    lines = run("cost", "--need", known[2], "--lang", language).out.splitlines()
    case = run("cost", known[0], "--lang", language).out.splitlines()

    assert [True, False, False, True, False] == ["2.50" in line or "2,50" in line for line in lines]
    assert (["1"], lines[0]) == ([sign for sign in lines[1] if sign.isdigit()], case[0])


def test_an_order_a_need_and_a_customer_have_journeys(known: tuple[str, str, str]) -> None:
    """The same call is in each of them; JSON says of whom."""
    found = [run("cost", *way, "--json").json for way in (("--order", known[1]), ("--need", known[2]), ("--customer", "c-1"))]

    assert [("order", "2.50 EUR"), ("need", "2.50 EUR"), ("customer", "2.50 EUR")] == [(f["of"], f["total"]) for f in found]
    assert [2, 2, 2] == [len(f["items"]) for f in found]


@pytest.mark.parametrize("args", [[], ["x", "--need", "y"], ["--order", "7", "--customer", "c-1"]])
def test_one_thing_is_asked_for(known: tuple[str, str, str], args: list[str]) -> None:
    """None, or two, is wrong usage."""
    refused = run("cost", *args)

    assert (2, True) == (refused.code, "--order" in refused.err)


def test_what_there_is_not_is_refused(known: tuple[str, str, str]) -> None:
    """With 1, and a line that says so."""
    refused = run("cost", "--need", "nothing")

    assert (1, 1) == (refused.code, len(refused.err.strip().splitlines()))
