"""What other help desks got wrong about contacts and needs, by the number of the lesson."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.rates import Rate
from incidentkit.measures.need_facts import need_fact
from incidentkit.rules import needs as rules
from incidentkit.testing.strategies import rates
from tests.rules.needs_world import SHOP, START, a_case, decided, happened, logged, now, opened, resolved, said

HOUR = 3_600_000_000
CHANNELS = st.sampled_from(["phone", "email", "counter", "sms", "social", "self_service", "delivery_note"])


@given(CHANNELS)
def test_b6_a_thanks_starts_no_clock(channel: str) -> None:
    """It is no question, reopens nothing, and waits for nobody; nor does what a machine wrote."""
    done = resolved(opened((0, said()), (1, said("k-2", direction="out"))))
    thanked = logged([done], said("k-3", channel, expects_answer=False), now(3))
    alone = opened((0, said(channel=channel, expects_answer=False)))
    machine = opened((0, said(channel=channel, automatic=True)))

    assert (False, 0) == (thanked.open, thanked.reopened)
    assert [None, None] == [alone.asked, machine.asked]


def test_b6_an_automatic_reply_answers_nothing() -> None:
    """Only a person does."""
    need = opened((0, said()), (1, said("k-2", direction="out", automatic=True)), (5, said("k-3", direction="out")))

    assert "k-3" == (need.answered.id if need.answered else None)


def test_b7_a_case_hears_who_waits_for_whom() -> None:
    """Every contact tells its case its direction, and whether somebody waits for an answer to it."""
    case = a_case()
    asked, thanked = (decided(said(incidents=[case], expects_answer=e), now()).elsewhere[0][1] for e in (True, False))
    told = decided(said(direction="out", incidents=[case], expects_answer=True), now()).elsewhere[0][1]
    notes = [event for event in (asked, thanked, told) if isinstance(event, ev.IncidentContactNoted)]

    assert [("in", True), ("in", False), ("out", True)] == [(note.direction, note.expects_answer) for note in notes]


@given(st.integers(1, 6 * 24))
def test_b16_the_first_response_stays_the_first(later: int) -> None:
    """However often a need is reopened, and however late the next answer is."""
    need = resolved(opened((0, said()), (2, said("k-2", direction="out"))), 3)
    again = logged([need], said("k-3"), now(3 + later))
    answered = logged([again], said("k-4", direction="out"), now(3 + later + 100))

    assert [2 * HOUR] * 3 == [need_fact(n, SHOP)["first_response"] for n in (need, again, answered)]
    assert 1 == answered.reopened


@given(CHANNELS, CHANNELS)
def test_b20_every_channel_feeds_the_same_clock(asked_on: str, answered_on: str) -> None:
    """A question on any channel starts it, an answer on any other stops it."""
    need = opened((0, said(channel=asked_on)), (4, said("k-2", answered_on, "out")))

    assert 4 * HOUR == need_fact(need, SHOP)["first_response"]


@given(CHANNELS)
def test_b20_every_channel_reaches_the_case(channel: str) -> None:
    """Whoever hears of it, on paper or on the phone."""
    noted = decided(said(channel=channel, incidents=[a_case()]), now()).elsewhere

    assert [("i-1", channel)] == [(of, e.channel) for of, e in noted if isinstance(e, ev.IncidentContactNoted)]


def test_b22_who_comes_second_sees_the_first() -> None:
    """Decided again on what is there by then, two first contacts of one person are one need."""
    first = opened((0, said(orders=["o-1"])))

    assert 2 == len(logged([first], said("k-2", orders=["o-1"]), now()).contacts)


@given(st.lists(rates(), max_size=6), rates(), st.lists(st.tuples(CHANNELS, st.integers(0, 5_000)), min_size=1, max_size=5))
def test_b59_a_new_rate_alters_no_past_cost(before: list[Rate], new: Rate, asked: list[tuple[str, int]]) -> None:
    """What a contact cost is frozen when it is taken down: whatever the rates become, its need costs the same."""
    shop = evolve(SHOP, rates=tuple(before))
    need = None
    for place, (channel, hours) in enumerate(asked):
        at = evolve(now(hours), shop=shop)
        need = happened(need, rules.log(evolve(said(f"k-{place}", channel), named=need), [], lambda _: (), at)[1].events, at)
    assert need is not None
    dearer = evolve(shop, rates=(*before, new))

    assert need_fact(need, shop)["cost"] == need_fact(need, dearer)["cost"]


@given(st.lists(rates(), max_size=6), rates(), CHANNELS, st.sampled_from(["in", "out"]), st.integers(-1000, 0))
def test_b59_a_rate_holds_from_its_day_on(known: list[Rate], new: Rate, channel: str, direction: str, days: int) -> None:
    """Before it, contacts cost what they did."""
    since = date(2026, 3, 3)
    at = START + timedelta(days=days)
    later = evolve(SHOP, rates=(*known, evolve(new, since=since)))

    assert evolve(SHOP, rates=tuple(known)).cost(channel, direction, at) == later.cost(channel, direction, at)


def test_b59_the_rate_of_the_day_is_taken() -> None:
    """The latest that holds; one for the direction before one for both."""
    shop = evolve(
        SHOP,
        rates=(
            Rate("phone", 1),
            Rate("phone", 2, "in"),
            Rate("phone", 3, since=date(2026, 3, 1)),
            Rate("phone", 4, "out", date(2026, 3, 1)),
            Rate("phone", 5, since=date(2026, 3, 9)),
        ),
    )
    early = START - timedelta(days=30)

    assert [Decimal(n) for n in (2, 1, 3, 4)] == [
        cost.amount
        for cost in (shop.cost("phone", direction, at) for at in (early, START) for direction in ("in", "out"))
        if cost is not None
    ]
