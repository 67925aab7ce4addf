"""Whom a verification call goes to, when somebody may be rung, and what an outcome is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.actors import Actor
from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.call_policy import CallOutcome, CallPolicy
from incidentkit.domain.calls import CallState, VerificationCall
from incidentkit.domain.effects import Timer
from incidentkit.domain.events import CallLapsed, CallMade
from incidentkit.domain.ids import CustomerId, OrderId
from incidentkit.domain.people import Customer
from incidentkit.domain.preferences import Choice, Consent, FailedAddress, Preferences, Scope
from incidentkit.domain.sending import SendPolicy, Standing
from incidentkit.domain.shop import Agent, Shop
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, RuleViolation
from incidentkit.rules import calls as rules
from incidentkit.rules.around import Around
from incidentkit.rules.decision import Circumstances
from incidentkit.rules.hours import hours_of
from incidentkit.rules.quiet import quiet_until, zone_of
from incidentkit.testing.strategies import verification_calls

AT = datetime(2026, 3, 3, 9, tzinfo=UTC)
SHOP = Shop(zone="Europe/Madrid", agents=(Agent("ana", "after-sales"),))
NOW = Circumstances(SHOP, AT, Actor("agent", "ana"))
PHONE = "+34600000001"
MARTA = Standing(Customer("c", phone=PHONE))


def wishing(**given: object) -> Standing:
    """Somebody with a telephone who wants something."""
    return evolve(MARTA, preferences=Preferences(CustomerId("c"), **given))  # type: ignore[arg-type]


def refusing(purpose: str = "", channel: str = "") -> Standing:
    """Somebody who wants no more of something."""
    return wishing(choices=(Choice(Scope(purpose, channel), False, AT),))


# --- Who ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "standing"),
    [
        ("", MARTA),
        ("no_phone", Standing()),
        ("no_phone", Standing(Customer("c", email="c@example.com"))),
        ("no_phone", wishing(failed=(FailedAddress("phone", Text("t", PHONE), AT),))),
        ("objects", refusing()),
        ("objects", refusing("survey")),
        ("objects", refusing("service", "phone")),
        ("objects", refusing("", "call")),
        ("", refusing("marketing")),
        ("", refusing("survey", "email")),
    ],
)
def test_who_said_no_is_not_rung(expected: str, standing: Standing) -> None:
    """Whoever wants no questions, no news or no calls is left alone, and who has no number can't be rung."""
    assert expected == rules.rings_not(standing, SHOP)


@pytest.mark.parametrize(("expected", "given_"), [("objects", False), ("", True)])
def test_where_consent_is_asked_it_is_needed(expected: str, given_: bool) -> None:
    """A shop that asks questions only of those who agreed rings only those."""
    shop = evolve(SHOP, sending=SendPolicy(consent=("marketing", "survey")))
    agreed = wishing(consents=(Consent("survey", "", given_, AT),))

    assert (expected, "objects") == (rules.rings_not(agreed, shop), rules.rings_not(MARTA, shop))


deliveries = st.builds(
    rules.Delivery,
    order=st.integers(0, 10**6).map(lambda number: OrderId(f"o-{number}")),
    customer=st.sampled_from("abc").map(CustomerId),
    delivered_at=st.just(AT),
    first=st.booleans(),
    troubled=st.booleans(),
    carriers=st.lists(st.sampled_from(("Rayo", "Lento")), unique=True).map(tuple),
    in_case=st.booleans(),
    rested=st.booleans(),
    refused=st.booleans(),
    draw=st.integers(0, 99).map(lambda percent: percent / 100),
)


@given(some=st.lists(deliveries, max_size=12, unique_by=lambda d: d.order), share=st.sampled_from((0.0, 0.3, 1.0)))
def test_each_is_ranked_or_left_out_for_a_reason(some: Sequence[rules.Delivery], share: float) -> None:
    """Nobody is lost, nobody is ranked against the rule, and the reasons come in the policy's order."""
    policy = CallPolicy(share=share, reasons=("carrier", "repeat", "random"))
    looked, left = rules.ranked(some, {"Lento"}, policy)
    places = [policy.reasons.index(one.reason) for one in looked]

    assert len(some) == len(looked) + sum(left.values())
    assert places == sorted(places)
    assert not [one for one in looked if one.delivery.in_case or one.delivery.rested or one.delivery.refused]
    assert all(one.delivery.draw < share for one in looked if one.reason == "random")
    assert all("Lento" in one.delivery.carriers for one in looked if one.reason == "carrier")


@given(some=st.permutations([rules.Delivery(OrderId(f"o-{n}"), CustomerId("c"), AT, draw=n / 100) for n in range(6)]))
def test_the_order_in_which_they_are_looked_at_makes_no_difference(some: list[rules.Delivery]) -> None:
    """Chance has drawn already: the same deliveries are ranked alike, however they come."""
    looked, _ = rules.ranked(some, (), CallPolicy(share=0.04))

    assert ["o-0", "o-1", "o-2", "o-3"] == [one.delivery.order for one in looked]


# --- When --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "last"),
    [
        (datetime(2026, 2, 27, 23, tzinfo=UTC), None),
        (datetime(2026, 2, 27, 23, tzinfo=UTC), datetime(2026, 3, 1, 23, tzinfo=UTC)),
        (datetime(2026, 2, 20, 23, tzinfo=UTC), datetime(2026, 2, 20, 23, tzinfo=UTC)),
        (datetime(2026, 2, 16, 23, tzinfo=UTC), datetime(2025, 2, 20, 23, tzinfo=UTC)),
    ],
)
def test_deliveries_are_looked_at_since_the_last_list(expected: datetime, last: datetime | None) -> None:
    """And three days back at least, for what became known late; two weeks at the most."""
    assert expected == rules.listed_from(date(2026, 3, 3), last, SHOP)


@pytest.mark.parametrize(("expected", "hour"), [(False, 7), (True, 8), (True, 20)])
def test_a_working_day_begins_when_somebody_works(expected: bool, hour: int) -> None:
    """From nine in the morning on in Madrid, and then all day."""
    assert expected is rules.working_day_begun(SHOP, AT.replace(hour=hour))


def test_a_day_without_work_never_begins() -> None:
    """On a Sunday nobody rings."""
    assert not any(rules.working_day_begun(SHOP, datetime(2026, 3, 8, hour, tzinfo=UTC)) for hour in range(24))


def test_nobody_ever_at_work_makes_no_loop() -> None:
    """A team that is never there has a day after all."""
    never = Schedule("UTC", {}, {date(2020, 1, 2): ("09:00-18:00",)})
    shop = evolve(SHOP, calendar="none", calendars={"none": Calendar("none", never)})

    assert (AT, datetime(2026, 3, 4, 23, tzinfo=UTC)) == (
        rules.may_ring_from("", shop, AT),
        rules.next_day_end(date(2026, 3, 3), shop),
    )


@given(hours=st.integers(0, 24 * 14), zone=st.sampled_from(("", "Asia/Tokyo", "America/New_York", "nowhere")))
def test_somebody_is_rung_when_both_sides_are_awake(hours: int, zone: str) -> None:
    """Never before the instant that is asked for, never while nobody works, never at night there."""
    at = AT + timedelta(hours=hours)
    from_ = rules.may_ring_from(zone, SHOP, at)
    quiet = SHOP.sending.quiet("call", "phone")

    assert from_ >= at
    assert hours_of(SHOP, "after-sales").is_open(from_)
    assert quiet_until(quiet, zone_of(zone, SHOP.zone), from_) is None


# --- Outcomes ----------------------------------------------------------------------------------------------------


def call(**given: object) -> VerificationCall:
    """A call that waits."""
    base = {"id": "v-1", "list": "l-1", "day": AT.date(), "order": "o-1", "customer": "c", "delivered_at": AT}
    base |= {"reason": "new", "listed_at": AT, "not_before": AT, "due": AT + timedelta(days=1)}
    return VerificationCall(**{**base, "until": AT + timedelta(days=4), "allowed": 2, **given})  # type: ignore[arg-type]


NOBODY, WELL = CallOutcome("no_answer", "no_answer"), CallOutcome("all_well", "well")


@given(one=verification_calls(), outcome=st.sampled_from((NOBODY, WELL)))
def test_what_is_over_stays_over(one: VerificationCall, outcome: CallOutcome) -> None:
    """A call that is done takes nothing more, and one that is given up no further silence."""
    refused = one.state is CallState.DONE or (not one.open and outcome is NOBODY)
    try:
        decision = rules.record(one, outcome, NOW)
    except RuleViolation:
        decision = None

    assert refused is (decision is None)


def test_it_is_tried_again_as_often_as_allowed() -> None:
    """Each time later, until the last attempt, or until it would be too late."""
    (first,) = rules.record(call(), NOBODY, NOW).events
    tried = call(attempts=(first,))
    (last,) = rules.record(tried, NOBODY, NOW).events
    (late,) = rules.record(call(until=AT + timedelta(hours=1)), NOBODY, NOW).events

    assert isinstance(first, CallMade)
    assert isinstance(last, CallMade)
    assert isinstance(late, CallMade)
    assert (AT + timedelta(hours=3), None, None) == (first.again_from, last.again_from, late.again_from)


@pytest.mark.parametrize(("expected", "hours"), [((), 95), ((CallLapsed(),), 96)])
def test_it_lapses_at_its_end(expected: tuple[CallLapsed, ...], hours: int) -> None:
    """Not before."""
    now = evolve(NOW, at=AT + timedelta(hours=hours))

    assert expected == rules.call_over(call(), Timer("v-1", rules.CALL_OVER, AT), Around(), now).events


def test_outcomes_are_those_with_a_protocol() -> None:
    """What opens a case of a type that the shop does not have is no outcome there."""
    shop = evolve(SHOP, protocols=tuple(p for p in SHOP.protocols if p.type == "late"))
    with pytest.raises(InvalidInput, match="Known: all_well, late, no_answer, wrong_number, refused"):
        rules.outcome_named("damaged", shop)

    assert "late" == rules.outcome_named("late", shop).type
