"""Surveys, advice and shortages at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from attrs import frozen

import incidentkit as ik
from incidentkit.testing.clocks import ManualClock
from tests.cli.running import Answer, run

SHOP = ik.Shop(zone="Europe/Madrid", agents=(ik.Agent("ana", "after-sales"),))


@frozen
class Store:
    """A store in which tea was short three times, and somebody wrote why they were not happy."""

    file: Path
    order: str
    ask: str

    def run(self, *args: str, lang: str = "en") -> Answer:
        return run(*args, "--store", self.file, "--lang", lang, "--now", "2026-03-02T12:00+01:00")


@pytest.fixture
def store(here: Path) -> Store:
    """Made on a Monday morning."""
    file = here / "shop.db"
    with ik.open_desk(f"sqlite:///{file}", SHOP, clock=ManualClock()) as desk:
        asks = []
        for n in range(3):
            order = desk.orders.place(customer=f"c-{n}", lines=[ik.Line("tea", 2, "9.00")])
            case = desk.incidents.report(order.id, type="out_of_stock", description="none left")
            asks.append(desk.surveys.ask(incident=case.id))
        desk.surveys.answer(asks[-1].id, score=2, comment="la caja estaba rota")
        order = desk.orders.place(customer="c-9", lines=[ik.Line("tea", 1, "9.00")], number="1001")
    return Store(file, order.id, asks[-1].id)


@pytest.mark.parametrize(("lang", "title", "rate"), [("en", "Survey", "33.3%"), ("es", "Encuesta", "33,3 %")])
def test_a_survey_is_shown_with_its_response(store: Store, lang: str, title: str, rate: str) -> None:
    """One row: answers, the mean with its interval, and how many of those asked answered."""
    out = store.run("surveys", "show", "csat", lang=lang).out

    assert title in out.splitlines()[0]
    assert rate in out


def test_every_survey_is_shown_where_none_is_named(store: Store) -> None:
    """As JSON with all that is known."""
    found = json.loads(store.run("surveys", "--json").out)["surveys"]

    assert ["csat", "nps"] == [survey["survey"] for survey in found]
    assert (1, 3, 1, 2.0) == tuple(found[0]["rows"][0][name] for name in ("n", "asked", "answered", "mean"))


def test_a_survey_is_cut(store: Store) -> None:
    """By a segment, a step by its words."""
    assert "stock" in store.run("surveys", "show", "csat", "--by", "step").out.splitlines()[2]


def test_what_nobody_has_read_is_listed_and_coded(store: Store) -> None:
    """By the end of the id that is shown; afterwards nothing is left to read."""
    listed = store.run("surveys", "unread").out
    coded = store.run("surveys", "code", store.ask[-8:], "packing", "--as", "ana")

    assert (store.ask[-8:] in listed, "la caja estaba rota" in listed, "packing" in listed) == (True, True, True)
    assert (0, True) == (coded.code, "packing" in coded.out)
    assert "Every open answer has been read." in store.run("surveys", "unread").out
    assert 0 == json.loads(store.run("surveys", "unread", "--json").out)["total"]


@pytest.mark.parametrize("args", [("code",), ("code", "x")])
def test_coding_needs_an_answer_and_a_step(store: Store, args: tuple[str, ...]) -> None:
    """Else it is wrong usage."""
    assert 2 == store.run("surveys", *args).code


def test_a_step_that_there_is_not_is_refused(store: Store) -> None:
    """With those that there are."""
    refused = store.run("surveys", "code", store.ask, "moon")

    assert (1, True) == (refused.code, "packing" in refused.err)


def test_too_few_answers_move_nothing(store: Store) -> None:
    """It says so."""
    assert "too few answers" in store.run("surveys", "drivers").out
    assert "cannot_say" == json.loads(store.run("surveys", "drivers", "--json").out)["drivers"][0]["verdict"]


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "tea was short 3 times in 30 days"), ("es", "tea faltó 3 veces en 30 días")]
)
def test_advice_on_an_order_is_told(store: Store, lang: str, words: str) -> None:
    """By the shop's number, in the reader's language."""
    assert words in store.run("advice", "1001", lang=lang).out


def test_advice_that_was_shown_is_noted_on_request(store: Store) -> None:
    """And then stands on the timeline, and in what came of it."""
    shown = store.run("advice", "1001", "--record", "--as", "ana", "--json")
    record = json.loads(store.run("advice", "--json").out)["advice"]

    assert (True, "product_short") == (json.loads(shown.out)["recorded"], json.loads(shown.out)["advice"][0]["code"])
    assert [("product_short", 1, "cannot_say")] == [(a["code"], a["given"], a["verdict"]) for a in record]
    assert "Advice shown: tea was short" in store.run("timeline", "1001").out
    assert "cannot say yet" in store.run("advice").out


def test_noting_advice_needs_an_order(store: Store) -> None:
    """Nothing is noted about none."""
    assert 2 == store.run("advice", "--record").code


def test_shortages_are_listed(store: Store) -> None:
    """With orders, units and the rate."""
    (row,) = json.loads(store.run("shortages", "--json").out)["products"]

    assert ("tea", 3, 4, 7, 0.75) == tuple(row[name] for name in ("product", "incidents", "orders", "units", "rate"))
    assert "75.0" in store.run("shortages").out
    assert "No incident names a product" in store.run("shortages", "--type", "damaged").out
    assert "tea" in store.run("shortages", "--all-types").out
