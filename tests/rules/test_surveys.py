"""Asking the customer by the rules alone, and the answer that counts."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from incidentkit.domain import events as ev
from incidentkit.domain.actors import HOST
from incidentkit.domain.ids import AskId, CustomerId, IncidentId, OrderId
from incidentkit.domain.incidents import Owner
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Order
from incidentkit.domain.shop import Shop
from incidentkit.domain.surveys import Ask, Scale, Standing
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput
from incidentkit.rules.decision import Circumstances
from incidentkit.rules.surveys import answer, ask
from tests.rules.test_evidence import case, hours

ASK = AskId("ask-1")
CUSTOMER = CustomerId("c-1")


def now(**given: Any) -> Circumstances:
    """Circumstances of a shop as it comes."""
    return Circumstances(Shop(channel="local"), hours(2), HOST, **given)


def asked(incident: IncidentId | None = None) -> Ask:
    """A question that was put."""
    return Ask(ASK, "csat", Scale(), hours(1), incident=incident, customer=CUSTOMER)


def test_a_survey_that_the_shop_has_is_asked() -> None:
    """Another is refused, and those that there are get listed."""
    with pytest.raises(InvalidInput, match=r"must be one of the shop's; got 'mood'\. Known: csat"):
        ask(ASK, "mood", case(), None, now())


def test_a_survey_asks_about_something() -> None:
    """Only what comes from a source may be about neither a case nor an order."""
    with pytest.raises(InvalidInput, match="asks about an incident or an order"):
        ask(ASK, "csat", None, None, now())

    (found,) = ask(ASK, "csat", None, None, now(passive=True)).events
    assert ev.SurveyAsked(ASK, "csat", Scale(), None, None, None, True) == found


@pytest.mark.parametrize(("written", "silent"), [(1, False), (0, True)])
def test_a_question_that_was_put_elsewhere_is_not_written(written: int, silent: bool) -> None:
    """It is noted either way."""
    decision = ask(ASK, "csat", case(customer=CUSTOMER), None, now(), silent=silent)

    assert (1, written) == (len(decision.events), len(decision.intents))


@pytest.mark.parametrize(
    ("subject", "shop"),
    [
        (case(customer=CUSTOMER, passive=True), Shop(channel="local")),
        (case(customer=None), Shop(channel="local")),
        (case(customer=CUSTOMER), Shop(channel="")),
    ],
    ids=["imported", "nobody to ask", "no channel"],
)
def test_some_are_not_written_to(subject: Any, shop: Shop) -> None:
    """The question is noted; no message is planned."""
    assert () == ask(ASK, "csat", subject, None, evolve(now(), shop=shop)).intents


def test_a_question_about_an_order_names_it() -> None:
    """By its number, to its customer."""
    order = Order(OrderId("o-1"), hours(0), Money.zero("EUR"), (), "1001", CUSTOMER)
    decision = ask(ASK, "csat", None, order, now())

    assert ("order", "1001") in decision.intents[0].values
    assert ("o-1", None) == (decision.events[0].order, decision.events[0].incident)  # type: ignore[attr-defined]


def test_an_answer_keeps_how_its_case_stood() -> None:
    """A later owner does not answer for it; the case hears the score."""
    incident = case(owner=Owner("after-sales", "ana"), cause="lost")
    decision = answer(asked(incident.id), 4, Text("t", "fine"), incident)

    standing = Standing(incident.type, incident.severity, "lost", "after-sales", "ana")
    assert (ev.SurveyAnswered(4, Text("t", "fine"), standing),) == decision.events
    assert ((incident.id, ev.SurveyAnswerReceived(ASK, "csat", 4)),) == decision.elsewhere


def test_where_a_case_was_merged_the_one_that_goes_on_hears() -> None:
    """Not the one that was asked about."""
    ((stream, _),) = answer(asked(IncidentId("gone")), 4, None, case(id=IncidentId("stays"))).elsewhere

    assert "stays" == stream


def test_a_case_that_is_not_at_hand_still_hears() -> None:
    """By the name that the question has."""
    ((stream, _),) = answer(asked(IncidentId("i-9")), 4, None).elsewhere

    assert "i-9" == stream


@pytest.mark.parametrize("comment", [None, Text("t", "")], ids=["none", "empty"])
def test_an_answer_about_no_case_is_heard_by_none(comment: Text | None) -> None:
    """A comment without words is none."""
    decision = answer(asked(), 5, comment)

    assert ((ev.SurveyAnswered(5, None, None),), ()) == (decision.events, decision.elsewhere)


def test_a_score_lies_on_the_scale() -> None:
    """Another is refused."""
    with pytest.raises(InvalidInput, match="from 1 to 5"):
        answer(asked(), 6, None)
