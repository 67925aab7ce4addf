"""Two worlds side by side: equal settings are equal worlds, whatever happened; what moves, moves what follows from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from incidentkit.domain.actors import Actor
from incidentkit.domain.authority import Authority
from incidentkit.domain.effects import Intent, IntentState
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import replay
from incidentkit.domain.incidents import Incident
from incidentkit.domain.messages import Notice
from incidentkit.domain.orders import Order
from incidentkit.domain.people import Customer
from incidentkit.domain.sending import FrequencyCap, SendPolicy, Sent
from incidentkit.domain.shop import Agent, Shop
from incidentkit.domain.times import micros
from incidentkit.domain.verdicts import Matter
from incidentkit.learning.what_if.deadlines import deadline_changes, escalation_change, unlike_the_record
from incidentkit.learning.what_if.grants import Moment, grant_changes, moments
from incidentkit.learning.what_if.messages import Addressee, Looks, Planned, message_changes, sendings
from incidentkit.learning.what_if.silences import ask_changes, silences
from incidentkit.learning.what_if.values import NotComparable, Sending
from incidentkit.learning.what_if.worlds import Told, Worlds
from incidentkit.rules import authority
from incidentkit.rules.decision import Circumstances
from incidentkit.testing.strategies import incident_histories, orders, shops

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FAR = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
MARTA = Customer("m", email="marta@example.com")
ALL = SendPolicy(quiet_hours={})


# --- Cases -------------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(shops(), incident_histories())
def test_equal_settings_are_equal_worlds(shop: Shop, events: tuple[Event, ...]) -> None:
    """No deadline, level, owner, asking or offer of any case differs."""
    case, worlds, at = replay(events), Worlds(shop, evolve(shop)), FAR[1] - timedelta(days=9_000)
    assert isinstance(case, Incident)
    was, would = worlds.case(case)
    asked = [ask_changes(silence, worlds) for silence in silences(events, at)]
    granted = list(grant_changes(moments(events), worlds, *FAR))

    assert [] == list(deadline_changes((was, shop), (would, worlds.would), at))
    assert (None, 1) == (escalation_change((was, shop), (would, worlds.would), at), len(set(worlds.owners(case))))
    assert {True} >= {each is None or isinstance(each, NotComparable) for each in (*asked, *granted)}


@settings(max_examples=40)
@given(shops(), incident_histories())
def test_what_was_decided_by_other_targets_is_set_apart(shop: Shop, events: tuple[Event, ...]) -> None:
    """Either the protocol explains the deadlines of a case, or they are not compared."""
    case, worlds = replay(events), Worlds(shop, shop)
    assert isinstance(case, Incident)
    was, _ = worlds.case(case)
    apart = list(unlike_the_record(case, was, shop))

    assert (was.deadlines.targets == case.deadlines.targets and was.deadlines.clock == case.deadlines.clock) == (
        "other_targets" not in {each.reason for each in apart}
    )


@given(incident_histories(), st.integers(-48, 48))
def test_a_notice_moves_with_its_message(events: tuple[Event, ...], hours: int) -> None:
    """What its channel did takes as long as it did; without its message there is no notice; others stay."""
    case = replay(events)
    assert isinstance(case, Incident)
    late = hours * HOUR
    moved = Told({notice.key: (notice.planned_at, notice.planned_at + late) for notice in case.notices}).to(case)
    gone = Told({notice.key: (notice.planned_at, None) for notice in case.notices}).to(case)

    assert case == Told().to(case)
    assert [_later(notice, late) for notice in case.notices] == [notice.told_at for notice in moved.notices]
    assert () == gone.notices


def _later(notice: Notice, late: timedelta) -> datetime | None:
    return None if notice.told_at is None else notice.told_at + late


# --- Grants ------------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(
    st.lists(incident_histories(passive=False), max_size=3, unique_by=lambda events: events[0].stream),
    st.integers(0, 60),
    st.sampled_from(["per_incident", "per_customer", "per_day"]),
)
def test_grants_are_counted_as_the_desk_counts_them(histories: list[tuple[Event, ...]], limit: int, kind: str) -> None:
    """Whether somebody may offer something is what authority says of all cases as they stood, in the order of time."""
    crew = tuple(Agent(name, "after-sales") for name in ("ana", "leo"))
    limits: dict[str, Any] = {kind: Decimal(limit)}
    given_ = {role: Authority(**limits) for role in ("agent", "host", "rule", "cli")}
    shop = Shop(agents=crew, authority=given_)
    every = sorted((each for events in histories for each in moments(events)), key=lambda each: each.at)
    # No drawn case is merged into another drawn one, nor into itself.
    assume({each.after.id for each in every}.isdisjoint(each.after.merged_into for each in every))
    found = list(grant_changes(every, Worlds(shop, shop), *FAR))
    standing: dict[str, Incident] = {}
    expected = []
    for moment in every:
        if moment.offers and not moment.approved:
            allowed = _allowed(moment, standing, shop)
            expected.append(_possible(moment, shop) and allowed == (not moment.asked))
        standing[moment.after.id] = moment.after

    assert expected == [each is None for each in found]


def _possible(moment: Moment, shop: Shop) -> bool:
    """Whether the protocol has such remedies at all."""
    protocol = shop.protocol_of(moment.before or moment.after)
    return protocol is None or not protocol.remedies or {offer.kind for offer in moment.offers} <= set(protocol.remedies)


def _allowed(moment: Moment, standing: dict[str, Incident], shop: Shop) -> bool:
    actor = Actor.parse(moment.by)
    case = moment.before or moment.after
    now = Circumstances(shop, moment.at, actor)
    granted = authority.beside(case, moment.offers, authority.total(standing.values(), shop.currency), shop)
    return authority.verdict(actor, moment.offers, case, granted, now).allowed


# --- Messages ----------------------------------------------------------------------------------------------------


def a_message(place: int, at: datetime, step: str = "order.confirmed", **given: object) -> Planned:
    """One message to Marta."""
    key = f"message/t/o-{place}/{step}/m/post/1"
    intent = Intent(key, "message", "post", f"o-{place}", step, at, customer="m", **given)  # type: ignore[arg-type]
    return Planned(intent, at, at)


def marta(order: Order, sent: tuple[Sent, ...] = ()) -> Addressee:
    """Marta, whose messages are about that order."""
    return Addressee(MARTA, lambda at: None, lambda intent, at: Matter(order), sent)


def became(planned: list[Planned], shop: Shop, order: Order, looks: Looks | None = None) -> dict[str, Sending]:
    """What becomes of messages."""
    return sendings(planned, marta(order), shop, {"post": "email"}, looks or Looks(), NOON + timedelta(days=60))


@given(st.data(), st.lists(st.integers(0, 400), min_size=1, max_size=9), st.integers(1, 3))
def test_nobody_gets_more_than_a_cap_lets_through(data: st.DataObject, hours: list[int], most: int) -> None:
    """In no stretch of a day; and what was held back goes later, not never."""
    order = data.draw(orders())
    shop = Shop(channel="post", sending=evolve(ALL, caps=(FrequencyCap(most, timedelta(days=1), ("service",)),)))
    planned = [a_message(place, NOON + each * HOUR, "incident.detected") for place, each in enumerate(sorted(hours))]
    found = became(planned, shop, order)
    went = sorted(each.at for each in found.values() if each.at is not None and each.outcome == "sent")

    assert {"sent"} == {each.outcome for each in found.values()}
    assert all(late - early >= timedelta(days=1) for early, late in zip(went, went[most:], strict=False))


@given(st.data(), st.lists(st.integers(0, 300), min_size=1, max_size=6))
def test_a_worker_looks_when_the_record_says_so(data: st.DataObject, minutes: list[int]) -> None:
    """At the first look from then on, however late it comes; at once where none did."""
    order = data.draw(orders())
    at = [NOON + timedelta(minutes=each) for each in sorted(minutes)]
    look = at[len(at) // 2] + timedelta(minutes=30)
    planned = [a_message(n, each, "order.delivered") for n, each in enumerate(at)]
    found = became(planned, Shop(sending=ALL, channel="post"), order, Looks([micros(look)]))

    assert [max(look, each) for each in at] == [sending.at for sending in found.values()]


def test_what_the_record_says_otherwise_is_set_apart() -> None:
    """A message that went although the rules suppress it, or the other way round; of one that waits nothing is known yet."""
    planned = [
        a_message(n, NOON, state=state, reason=reason)
        for n, (state, reason) in enumerate(
            [(IntentState.DONE, ""), (IntentState.SUPPRESSED, "opted_out"), (IntentState.PLANNED, "")]
        )
    ]
    never = {each.intent.key: Sending("suppressed", NOON, "post", "no_address") for each in planned}
    found = list(message_changes(planned, never, never))

    assert ["went_out_no_address", "was_opted_out"] == [each.reason for each in found if isinstance(each, NotComparable)]
    assert len(found) == 2
