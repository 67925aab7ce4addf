"""Surveys by rule: laws of who is asked and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.actors import RULE
from incidentkit.domain.effects import Timer
from incidentkit.domain.ids import CustomerId, LineId, OrderId
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.people import Customer
from incidentkit.domain.preferences import Choice, Preferences, Scope
from incidentkit.domain.sending import Standing
from incidentkit.domain.shop import Shop, Survey
from incidentkit.domain.surveys import Asked, Asking, Respondent, Scale
from incidentkit.rules.around import Around
from incidentkit.rules.asking import ASK, ask_due, asked_after, may_ask_at
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.due import due

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
NPS = Survey("nps", Scale(0, 10), asking=Asking("after_delivery", after=2 * DAY))
SHOP = Shop(surveys=(Survey("csat"), NPS), channel="local")
MARTA = Standing(Customer("marta", email="marta@example.com"))
ORDER = Order(
    OrderId("o-1"),
    NOON - DAY,
    Money.parse("10.00 EUR"),
    (Line("cup", 1, "10.00", LineId("1"), shipped=1, delivered=1),),
    customer=CustomerId("c-1"),
    delivered_at=NOON,
)
moments = st.integers(0, 900 * 24).map(lambda hours: NOON + timedelta(hours=hours))
histories = st.lists(
    st.builds(
        Asked,
        st.sampled_from(("csat", "nps")),
        st.integers(-400 * 24, 400 * 24).map(lambda hours: NOON + timedelta(hours=hours)),
        st.none() | st.just(OrderId("o-1")) | st.just(OrderId("o-2")),
    ),
    max_size=4,
).map(tuple)
askings = st.builds(
    Asking,
    st.sampled_from(("after_delivery", "regularly")),
    st.integers(0, 20).map(lambda n: n * DAY),
    st.none() | st.integers(0, 400).map(lambda n: n * DAY),
    st.integers(1, 200).map(lambda n: n * DAY),
    st.integers(0, 60).map(lambda n: n * DAY),
)
people = st.builds(Respondent, st.just(MARTA), st.booleans(), st.booleans(), histories)


def decided(shop: Shop, person: Respondent, at: datetime, order: Order = ORDER) -> Decision:
    """What the timer of an order comes to."""
    now = Circumstances(shop, at, RULE, addresses={"local": "email"})
    around = Around((order,), ids=("a-1", "a-2", "a-3"), respondent=person)
    return due(order, Timer(order.id, ASK, at), around, now)


def put(decision: Decision) -> list[str]:
    """The surveys that it puts."""
    return [event.survey for _, event in decision.elsewhere if isinstance(event, ev.SurveyAsked)]


@given(askings, people, moments)
def test_a_question_is_put_only_when_nothing_is_against_it(asking: Asking, person: Respondent, at: datetime) -> None:
    """In its window, with nobody in a case, after every rest, and once about an order."""
    survey = evolve(NPS, asking=asking)
    found = put(decided(evolve(SHOP, surveys=(Survey("csat"), survey)), person, at))
    begins = NOON + asking.after
    against = [
        not begins <= at <= begins + asking.window,
        person.in_case,
        any(asked.at + asking.rest > at for asked in person.asked),
        any(asked.at + asking.every > at for asked in person.asked if asked.survey == "nps"),
        asking.moment == "after_delivery" and Asked("nps", at, ORDER.id) in [evolve(a, at=at) for a in person.asked],
        asking.moment == "regularly" and person.ordered_since,
    ]

    assert ([] if any(against) else ["nps"]) == found


@given(askings, people, moments)
def test_what_is_looked_at_again_may_then_be_put(asking: Asking, person: Respondent, at: datetime) -> None:
    """A later look comes after this one, inside the window, and only where a question may be put then."""
    survey = evolve(NPS, asking=asking)
    timers = decided(evolve(SHOP, surveys=(Survey("csat"), survey)), person, at).timers

    assert all(t.due is not None and at < t.due <= NOON + asking.after + asking.window + DAY for t in timers)


@given(askings, people, moments)
def test_one_look_puts_at_most_one_question(asking: Asking, person: Respondent, at: datetime) -> None:
    """Whatever the settings name."""
    both = tuple(Survey(name, Scale(0, 10), asking=asking) for name in ("nps", "mood", "effort"))

    assert len(put(decided(evolve(SHOP, surveys=(Survey("csat"), *both)), person, at))) <= 1


@pytest.mark.parametrize(
    "order",
    [evolve(ORDER, passive=True), evolve(ORDER, customer=None), evolve(ORDER, delivered_at=None)],
    ids=["imported", "of nobody", "not there yet"],
)
def test_an_order_that_may_not_be_asked_about_waits_for_nothing(order: Order) -> None:
    """No timer is set, and one that is there asks nothing."""
    person = Respondent(MARTA)

    assert [] == list(asked_after(order.id, None, order, SHOP))
    assert Decision() == decided(SHOP, person, NOON + 3 * DAY, order)


def test_a_shop_that_asks_nothing_by_rule_waits_for_nothing() -> None:
    """The defaults are such a shop; so is one without a channel."""
    assert [] == list(asked_after(ORDER.id, None, ORDER, Shop()))
    assert [] == list(asked_after(ORDER.id, None, ORDER, evolve(SHOP, channel="")))


def test_the_first_look_is_set_when_the_order_is_there() -> None:
    """Once: what changes about it later sets nothing."""
    assert [Timer(ORDER.id, ASK, NOON + 2 * DAY)] == list(asked_after(ORDER.id, evolve(ORDER, delivered_at=None), ORDER, SHOP))
    assert [] == list(asked_after(ORDER.id, ORDER, evolve(ORDER, number="7"), SHOP))


def test_a_question_to_who_has_opted_out_is_not_put() -> None:
    """Nor to who has no address, or was forgotten."""
    against = Preferences(CustomerId("c-1"), choices=(Choice(Scope("survey"), False, NOON, "page"),))
    standings = (evolve(MARTA, preferences=against), Standing(Customer("marta")), Standing())

    assert [[], [], []] == [put(decided(SHOP, Respondent(s), NOON + 3 * DAY)) for s in standings]


def test_a_survey_that_does_not_ask_by_rule_may_never_be_put() -> None:
    """There is no time at which it would be."""
    assert may_ask_at(Survey("csat"), ORDER, Respondent(MARTA), NOON) is None


def test_the_ask_is_about_the_order_and_goes_out_as_a_message() -> None:
    """Its event names the order, the customer and no case; its message carries the survey's purpose."""
    decision = ask_due(
        ORDER,
        Timer(ORDER.id, ASK, NOON + 3 * DAY),
        Around((ORDER,), ids=("a-1",), respondent=Respondent(MARTA)),
        Circumstances(SHOP, NOON + 3 * DAY, RULE, addresses={"local": "email"}),
    )
    (_, asked), (message,) = decision.elsewhere[0], decision.intents
    assert isinstance(asked, ev.SurveyAsked)

    assert (ORDER.id, ORDER.customer, None, False) == (asked.order, asked.customer, asked.incident, asked.elsewhere)
    assert ("survey", "survey.nps") == (message.purpose, message.step)
