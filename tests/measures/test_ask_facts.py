"""Facts of asks: who was asked, what became of it, and which step it is about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from incidentkit.domain.ids import AskId, OrderId
from incidentkit.domain.shop import Shop, Survey
from incidentkit.domain.surveys import Answer, Ask, Scale, Standing
from incidentkit.domain.texts import Text
from incidentkit.domain.times import micros
from incidentkit.measures.ask_facts import ask_rows

ASKED = datetime(2024, 3, 30, 10, tzinfo=UTC)
SHOP = Shop()
WHEN_ASKED = Standing("damaged", "critical", None, "after-sales", "ana")
WHEN_ANSWERED = Standing("late", "minor", None, "warehouse")


def ask(**given: Any) -> Ask:
    """A question about a case."""
    return Ask(AskId("a-1"), "csat", Scale(), ASKED, order=OrderId("o-1"), standing=WHEN_ASKED, **given)


def answered(comment: str | None = None, standing: Standing | None = WHEN_ANSWERED, **given: Any) -> Ask:
    """The same, answered an hour later."""
    said = None if comment is None else Text("text:1", comment)
    return ask(answer=Answer(4, ASKED + timedelta(hours=1), said, standing), **given)


def fact(of: Ask, shop: Shop = SHOP) -> dict[str, Any]:
    """The row of the ask itself."""
    (row,) = ask_rows(of, shop)["facts_asks"]
    return row


def test_an_ask_is_there_before_it_is_answered() -> None:
    """With the team, the agent and the step of its case as it was put."""
    row = fact(ask())

    assert (None, "after-sales", "ana", "transit") == (row["answered_at"], row["team"], row["agent"], row["step"])
    assert [] == ask_rows(ask(), SHOP)["facts_answers"]


def test_an_answer_counts_for_who_had_the_case_then() -> None:
    """Not for who had it when the question was put; both rows say so."""
    rows = ask_rows(answered(), SHOP)
    row, answer = rows["facts_asks"][0], rows["facts_answers"][0]

    assert ("warehouse", None, "transit") == (row["team"], row["agent"], row["step"])
    assert (row["team"], row["agent"], row["step"]) == (answer["team"], answer["agent"], answer["step"])
    assert micros(ASKED + timedelta(hours=1)) == row["answered_at"]


@pytest.mark.parametrize(("given", "ours"), [({}, 1), ({"elsewhere": True}, 0), ({"passive": True}, 0)])
def test_what_somebody_else_asked_is_not_ours(given: dict[str, bool], ours: int) -> None:
    """It says nothing about who answers."""
    assert ours == fact(ask(**given))["ours"]


def test_what_was_read_goes_before_where_the_case_comes_from() -> None:
    """In both rows; only words can be read."""
    coded = answered("the box", step="packing")
    rows = ask_rows(coded, SHOP)

    assert ["packing", "packing"] == [rows[table][0]["step"] for table in ("facts_asks", "facts_answers")]
    assert [(0, 0), (1, 0), (1, 1)] == [
        (row["commented"], row["coded"]) for row in map(fact, (answered(), answered("x"), coded))
    ]


def test_an_answer_has_the_kind_of_its_survey() -> None:
    """As the shop has it now; one that the shop no longer has is a score."""
    nps = evolve(answered(), survey="nps", scale=Scale(0, 10))
    mine = Shop(surveys=(Survey("csat"), Survey("loyalty", Scale(0, 10), "nps")))

    assert ["nps", "csat", "nps"] == [
        ask_rows(of, shop)["facts_answers"][0]["kind"]
        for of, shop in ((nps, SHOP), (nps, mine), (evolve(nps, survey="loyalty"), mine))
    ]


def test_an_ask_that_was_lost_says_so() -> None:
    """It reached nobody."""
    assert 1 == fact(ask(lost=True))["lost"]
