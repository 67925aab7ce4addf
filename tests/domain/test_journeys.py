"""Needs and journeys: who asked, who answered, how often the channel changed, and what it cost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.contacts import Contact
from incidentkit.domain.journeys import Journey, journey_of, total
from incidentkit.domain.money import Money
from incidentkit.domain.needs import Need
from incidentkit.testing.strategies import contacts, money, needs
from tests.rules.needs_world import START, contact


def at(hours: float, id: str, **more: Any) -> Contact:
    """A contact so many hours after the start."""
    return contact(START + timedelta(hours=hours), id=id, **more)


def need(*said: Contact) -> Need:
    """A need with these contacts."""
    return Need(said[0].need, START, contacts=said)


@given(st.lists(contacts(), min_size=1, max_size=6, unique_by=lambda c: c.id))
def test_a_journey_has_every_contact_in_its_order(said: list[Contact]) -> None:
    """By time, whatever order they were noted in."""
    steps = journey_of(said).steps

    assert {c.id for c in said} == {step.contact.id for step in steps}
    assert sorted(c.at for c in said) == [step.contact.at for step in steps]


@given(needs())
def test_repeats_are_questions_but_the_first(asked: Need) -> None:
    """Each time that the customer had to ask again."""
    questions = sum(c.asks for c in asked.contacts)

    assert max(questions - 1, 0) == asked.journey.repeats


def test_a_switch_is_another_channel_than_before() -> None:
    """Of people; what a machine wrote is passed over."""
    said = [at(0, "a"), at(1, "b", channel="sms", automatic=True), at(2, "c"), at(3, "d", channel="phone"), at(4, "e")]
    journey = journey_of(said)

    assert (["d", "e"], 2) == ([s.contact.id for s in journey.steps if s.switched], journey.switches)
    assert ("email", "sms", "phone") == journey.channels


@given(st.lists(money("EUR"), min_size=1, max_size=5), st.lists(money("EUR"), max_size=3))
def test_the_cost_is_the_sum_of_all_parts(costs: list[Money], paid: list[Money]) -> None:
    """Of the contacts and of the remedies, to the cent."""
    said = [at(n, str(n), cost=cost) for n, cost in enumerate(costs)]
    found = journey_of(said, paid).cost

    assert found is not None
    assert sum(each.amount for each in (*costs, *paid)) == found.amount


@pytest.mark.parametrize("parts", [[], [None], [Money(1, "EUR"), None], [Money(1, "EUR"), Money(1, "USD")]])
def test_a_cost_that_is_not_known_is_none(parts: list[Money | None]) -> None:
    """One part is missing, or they are in two currencies."""
    assert None is total(parts)


def test_the_first_answer_is_a_persons() -> None:
    """After the first question, by whatever channel; a live question is its own answer."""
    waited = need(
        at(0, "a", direction="out"), at(1, "b"), at(2, "c", direction="out", automatic=True), at(3, "d", direction="out")
    )
    live = need(at(0, "a", live=True), at(1, "b", direction="out"))

    assert ["d", "a"] == [n.answered.id for n in (waited, live) if n.answered]
    assert None is need(at(0, "a", expects_answer=False)).answered


def test_who_waits_is_who_asked_last() -> None:
    """The first question after the last answer; nobody once all are answered."""
    waiting = need(at(0, "a"), at(1, "b", direction="out"), at(2, "c"), at(3, "d"))

    assert "c" == (waiting.waiting.id if waiting.waiting else None)
    assert None is need(at(0, "a", live=True)).waiting
    assert "a" == (first.id if (first := need(at(0, "a"), at(1, "b")).waiting) else None)


@given(needs())
def test_a_need_begins_with_its_first_contact(asked: Need) -> None:
    """Whenever that was noted; and it has its contacts by id."""
    if asked.contacts:
        assert min(c.at for c in asked.contacts) == asked.opened_at
        assert asked.contacts[0] == asked.contact(asked.contacts[0].id)


def test_an_empty_journey_costs_nothing_known() -> None:
    """There is nothing to add up."""
    assert Journey((), None) == journey_of(())
