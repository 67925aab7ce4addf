"""What other settings would have done: the same ones nothing, others exactly what they say, and the record stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, NoReturn

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.authority import Authority
from incidentkit.domain.calendars import Calendar, Schedule
from incidentkit.domain.incidents import Incident
from incidentkit.domain.mass import OrderRule
from incidentkit.domain.money import Money
from incidentkit.domain.protocols import Protocol, ProtocolStep
from incidentkit.domain.remedies import Offer
from incidentkit.domain.sending import FrequencyCap, QuietHours
from incidentkit.domain.shop import Shop
from incidentkit.errors import AuthorityExceeded, ConfigurationError, IncidentkitError, InvalidInput
from incidentkit.learning.what_if.values import WhatIf
from incidentkit.testing._audit import Copy
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import JOAN, MARTA, SHOP, placed, reported

ALWAYS = Calendar("always", Schedule.always())
ROUND: Shop = evolve(SHOP, calendar="always", calendars={"always": ALWAYS})
"""Somebody always works: deadlines are counted by the clock on the wall."""


@pytest.fixture
def round_desk(opened: Opened) -> Desk:
    """A desk of that shop."""
    return opened(shop=ROUND)


def other(shop: Shop, **protocol: Any) -> Shop:
    """The same shop, whose protocols differ in these fields."""
    return evolve(shop, protocols=tuple(evolve(each, **protocol) for each in shop.protocols))


def refunds(desk: Desk, case: Incident, *amounts: str) -> None:
    """One offer after the other, by an agent; what goes beyond their authority is asked for."""
    for amount in amounts:
        offer = Offer("refund", desk.clock() + timedelta(days=9), amount)
        try:
            desk.incidents.offer(case.id, [offer], by="ana")
        except AuthorityExceeded:
            continue


def lived(desk: Desk, clock: ManualClock, post: Post, seed: int) -> None:
    """Some days of orders, cases, messages that arrive or fail, offers, silences and late workers."""
    rng = Random(seed)
    cases: list[Incident] = [reported(desk)]
    refunds(desk, cases[0], "4", "4")
    for _ in range(30):
        post.post.mood = rng.choice(("delivered", "delivered", "bounced", "transient"))
        try:
            match rng.randrange(7):
                case 0:
                    cases.append(reported(desk, placed(desk, customer=rng.choice((MARTA, JOAN)))))
                case 1:
                    desk.incidents.log_conversation(rng.choice(cases).id, channel="phone", summary="said so", by="ana")
                case 2:
                    by = rng.choice(("ana", "eva"))
                    offer = Offer("refund", clock.now + timedelta(days=9), str(rng.randint(1, 9)))
                    desk.incidents.offer(rng.choice(cases).id, [offer], by=by)
                case 3:
                    case = desk.incidents.get(rng.choice(cases).id)
                    desk.incidents.accept(case.id, case.offers[-1].id, by="customer")
                case 4:
                    case = desk.incidents.get(rng.choice(cases).id)
                    desk.incidents.carry_out(case.id, case.remedies[-1].id, reference="RF")
                case 5:
                    desk.incidents.resolve(rng.choice(cases).id, reason="nothing is due")
                case 6:
                    desk.people.opt_out(rng.choice((MARTA, JOAN)), purpose="survey")
        except (IncidentkitError, IndexError):
            pass  # not every step is possible in every state
        clock.advance(hours=rng.choice((0, 1, 7, 30)))
        if rng.random() < 0.7:
            desk.tick()
            desk.send_due()


@pytest.mark.parametrize("seed", range(2))
def test_the_same_settings_would_have_changed_nothing(
    opened: Opened, clock: ManualClock, post: Post, record: Callable[[], Copy], seed: int
) -> None:
    """Whatever happened; what was compared is all of it, and the store is as it was."""
    limited = evolve(ROUND, authority={"agent": Authority(per_incident=Decimal(5), per_customer=Decimal(20))})
    desk = opened(shop=limited)
    lived(desk, clock, post, seed)
    before, since = record(), date(2026, 3, 1)
    found = desk.what_if(limited, since=since)

    assert ({}, True) == (dict(found.counts), found.empty)
    assert len(desk.incidents.find(limit=1000)) == found.cases
    assert (found.messages > 0, found.offers > 0) == (True, True)
    assert before == record()


def test_a_shorter_deadline_would_have_been_missed(round_desk: Desk, clock: ManualClock) -> None:
    """Told after three hours: kept by four, missed by two; both due times are said."""
    case = reported(round_desk)
    clock.advance(hours=3)
    round_desk.incidents.log_conversation(case.id, channel="phone", summary="said so", by="ana")
    found = round_desk.what_if(other(ROUND, communicate_within=timedelta(hours=2)))
    (change,) = found.deadlines

    assert {"deadline.missed": 1, "escalation.higher": 1} == dict(found.counts)
    assert ("communicate_by", "met", "missed") == (change.clock, change.was, change.would)
    assert [case.detected_at + timedelta(hours=hours) for hours in (4, 2)] == [change.due_was, change.due_would]


def test_a_deadline_that_still_runs_only_moves(round_desk: Desk) -> None:
    """Neither kept nor missed yet: it would be due at another time."""
    reported(round_desk)
    found = round_desk.what_if(other(ROUND, communicate_within=timedelta(hours=5)))

    assert ({"deadline.moved": 1}, ["open"]) == (dict(found.counts), [change.would for change in found.deadlines])


def test_a_calendar_would_have_moved_every_deadline(round_desk: Desk, clock: ManualClock) -> None:
    """By the hours of a team that only works at night, what was told at noon was told in time."""
    case = reported(round_desk)
    clock.advance(hours=5)
    round_desk.incidents.log_conversation(case.id, channel="phone", summary="said so", by="ana")
    night = Calendar("always", Schedule("UTC", {"mon-sun": ("22:00-06:00",)}))
    found = round_desk.what_if(evolve(ROUND, calendars={"always": night}))

    assert [("communicate_by", "missed", "met")] == [(c.clock, c.was, c.would) for c in found.deadlines if c.was != c.would]
    assert 1 == found.counts["escalation.lower"]


def test_quiet_hours_would_have_put_a_message_off(round_desk: Desk, clock: ManualClock) -> None:
    """The notice that went at once goes when they are over; the deadline that it kept is missed by that."""
    case = reported(round_desk)
    round_desk.incidents.notify(case.id)
    round_desk.send_due()
    clock.advance(hours=20)
    quiet = evolve(ROUND.sending, quiet_hours={"post": QuietHours("09:00-18:00")})
    found = round_desk.what_if(evolve(ROUND, sending=quiet))
    later = next(change for change in found.sendings if change.stream == case.id)

    assert (case.detected_at, "quiet_hours") == (later.was.at, later.would.reason)
    assert later.would.at is not None
    assert timedelta(hours=8) == later.would.at - case.detected_at
    assert ("communicate_by", "met", "missed") in [(c.clock, c.was, c.would) for c in found.deadlines]


def test_a_shop_that_sends_nothing_would_have_told_nobody(round_desk: Desk, clock: ManualClock) -> None:
    """Each message that went would not have been planned; whoever was told by one alone was never told."""
    case = reported(round_desk)
    round_desk.incidents.notify(case.id)
    round_desk.send_due()
    clock.advance(hours=9)
    found = round_desk.what_if(evolve(ROUND, channel=""))

    assert found.messages == found.counts["message.not_sent"]
    assert {"none"} == {change.would.outcome for change in found.sendings}
    assert [("communicate_by", "met", "missed")] == [(c.clock, c.was, c.would) for c in found.deadlines if c.was != c.would]


def test_a_cap_would_have_held_messages_back(round_desk: Desk, clock: ManualClock) -> None:
    """With one a week, the second message of a day waits for the next week."""
    order = placed(round_desk)
    round_desk.send_due()
    clock.advance(hours=2)
    round_desk.orders.confirm(order.id)
    round_desk.send_due()
    capped = evolve(ROUND.sending, caps=(FrequencyCap(1, timedelta(days=7), ("service",)),))
    found = round_desk.what_if(evolve(ROUND, sending=capped))
    (held,) = found.sendings

    assert ("order.confirmed", "sent", "waiting", "too_many") == (
        held.step,
        held.was.outcome,
        held.would.outcome,
        held.would.reason,
    )


def test_fewer_attempts_would_have_let_a_case_lapse_sooner(round_desk: Desk, clock: ManualClock, post: Post) -> None:
    """A silent customer is asked once instead of three times; the case lapses after that."""
    told = round_desk.incidents.log_conversation(reported(round_desk).id, channel="phone", summary="so", by="ana")
    round_desk.incidents.resolve(told.id, reason="nothing is due")
    for _ in range(22):
        clock.advance(hours=6)
        round_desk.tick()
        round_desk.send_due()
    found = round_desk.what_if(other(ROUND, attempts=1), since=date(2026, 3, 1))
    (change,) = found.asks

    assert ((3, 1), 0) == ((len(change.asked_was), len(change.asked_would)), found.apart_in_all)
    assert change.lapsed_was is not None
    assert change.lapsed_would is not None
    assert change.lapsed_would < change.lapsed_was
    assert {"ask.fewer": 1, "lapse.moved": 1} == {code: found.counts[code] for code in ("ask.fewer", "lapse.moved")}


def test_a_step_would_have_been_late(round_desk: Desk, clock: ManualClock) -> None:
    """The first step of the protocol, done after three hours, with two hours for it."""
    case = reported(round_desk)
    clock.advance(hours=3)
    round_desk.incidents.log_conversation(case.id, channel="phone", summary="said so", by="ana")
    told = ProtocolStep("told", done_by="notify", within=timedelta(hours=2))
    found = round_desk.what_if(other(ROUND, steps=(told,)))

    assert [("step:told", "none", "missed")] == [(change.clock, change.was, change.would) for change in found.deadlines]


def test_another_team_would_have_been_accountable(round_desk: Desk) -> None:
    """The protocol names one; who took a case over later stays."""
    case = reported(round_desk)
    found = round_desk.what_if(other(ROUND, team="warehouse"))

    assert [(case.id, "after-sales", "warehouse")] == [(change.case, change.was, change.would) for change in found.owners]


# --- Authority ---------------------------------------------------------------------------------------------------


def test_a_budget_would_have_asked_somebody_else(round_desk: Desk) -> None:
    """Three offers of five euros: with ten for a case, the third would have had to be asked for."""
    refunds(round_desk, reported(round_desk), "5", "5", "5")
    found = round_desk.what_if(evolve(ROUND, authority={"agent": Authority(per_incident=Decimal(10))}))

    assert [("refund", Money(5, "EUR"), "allowed", "asked")] == [(c.kind, c.amount, c.was, c.would) for c in found.grants]
    assert (Money(0, "EUR"), Money(5, "EUR"), 3) == (found.gained, found.lost, found.offers)


def test_a_larger_budget_would_have_allowed_what_was_asked_for(opened: Opened) -> None:
    """What nobody approved counts as granted in that world: of two requests of four euros one would fit."""
    desk = opened(shop=evolve(ROUND, authority={"agent": Authority(per_incident=Decimal(5))}))
    refunds(desk, reported(desk), "5", "4", "3")
    found = desk.what_if(evolve(ROUND, authority={"agent": Authority(per_incident=Decimal(9))}))

    assert [("asked", "allowed")] == [(c.was, c.would) for c in found.grants]
    assert (Money(4, "EUR"), Money(0, "EUR"), 0) == (found.gained, found.lost, found.apart_in_all)


def test_a_request_for_several_rounds_is_worth_all_of_them(opened: Opened) -> None:
    """One cause, two orders of a customer, five euros each: ten are asked for at once, and fit into ten, not into nine."""
    desk = opened(shop=evolve(ROUND, authority={"agent": Authority(per_incident=Decimal(4))}))
    placed(desk), placed(desk)
    mass = desk.mass.open("damaged", "The pallet fell.", rule=OrderRule(product="A"), by="ana")
    desk.mass.work(mass.id)
    desk.mass.offer(mass.id, [Offer("refund", desk.clock() + timedelta(days=9), "5")], by="ana")
    fits, fails = (desk.what_if(evolve(ROUND, authority={"agent": Authority(per_incident=Decimal(n))})) for n in (10, 9))

    assert ([Money(10, "EUR")], Money(10, "EUR"), True) == ([c.amount for c in fits.grants], fits.gained, fails.empty)


def test_a_counter_offer_takes_the_place_of_what_it_answers(opened: Opened, clock: ManualClock) -> None:
    """Six euros asked for, and seven agreed to instead: granted at once, that would have been seven and not thirteen."""
    desk = opened(shop=evolve(ROUND, authority={"agent": Authority(per_incident=Decimal(5))}))
    case, by = reported(desk), clock.now + timedelta(days=9)
    refunds(desk, case, "6")
    desk.incidents.approve(case.id, "approval-1", by="eva")
    case = desk.incidents.counter(case.id, "offer-1", Offer("refund", by, "7"), by="customer")
    with pytest.raises(AuthorityExceeded):
        desk.incidents.agree(case.id, case.offers[-1].id, by="ana")
    found = desk.what_if(evolve(ROUND, authority={"agent": Authority(per_incident=Decimal(9))}))

    assert [Money(6, "EUR"), Money(7, "EUR")] == [change.amount for change in found.grants]
    assert (Money(7, "EUR"), 0) == (found.gained, found.apart_in_all)


def test_a_kind_that_the_protocol_leaves_out_would_have_been_refused(round_desk: Desk) -> None:
    """Whatever authority somebody has."""
    refunds(round_desk, reported(round_desk), "5")
    found = round_desk.what_if(other(ROUND, remedies=("replacement",)))

    assert [("allowed", "refused")] == [(c.was, c.would) for c in found.grants]


def test_a_case_keeps_the_protocol_that_it_began_under(opened: Opened, round_desk: Desk) -> None:
    """Settings that have changed since are no difference: the same as today's change nothing, whatever a case follows."""
    reported(round_desk)
    today = other(ROUND, communicate_within=timedelta(hours=1), version=2)
    desk = opened(shop=today)

    assert desk.what_if(today).empty
    assert {"deadline.moved": 1} == dict(desk.what_if(other(ROUND, communicate_within=timedelta(hours=2))).counts)


# --- What it leaves alone ----------------------------------------------------------------------------------------


def test_nothing_is_called_and_nothing_is_written(
    opened: Opened, clock: ManualClock, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not with a channel that fails on any call, nor with a store that can only be read."""
    desk = opened(shop=ROUND)
    lived(desk, clock, post, 5)

    def trapped(*_: object, **__: object) -> NoReturn:
        raise AssertionError("an effect got out")

    for channel in (post.post, post.wire):
        monkeypatch.setattr(channel, "send", trapped)
    monkeypatch.setattr(desk._runtime.store, "unit", trapped)
    quiet = evolve(ROUND.sending, quiet_hours={"post": QuietHours("08:00-20:00")})
    found = desk.what_if(evolve(other(ROUND, attempts=1), sending=quiet), since=date(2026, 3, 1))

    assert not found.empty


def test_settings_come_from_a_file_too(round_desk: Desk, tmp_path: Path) -> None:
    """A shop.toml, by its path; what is no settings is refused."""
    reported(round_desk)
    file = tmp_path / "new.toml"
    file.write_text('[shop]\nchannel = ""\n[protocols.damaged]\ncommunicate_within = "1h"\n', "utf-8")

    assert isinstance(round_desk.what_if(file), WhatIf)
    with pytest.raises(ConfigurationError):
        round_desk.what_if(tmp_path / "none.toml")


@pytest.mark.parametrize(("since", "until"), [(date(2026, 3, 2), date(2026, 3, 2)), (date(2030, 1, 1), None)])
def test_an_empty_span_is_refused(round_desk: Desk, since: date, until: date | None) -> None:
    """Nothing can be learned from no time at all."""
    with pytest.raises(InvalidInput, match="must be before until and the present"):
        round_desk.what_if(ROUND, since=since, until=until)


def test_another_currency_is_refused(round_desk: Desk) -> None:
    """Nobody converts what was granted."""
    with pytest.raises(InvalidInput, match="keep the currency, EUR"):
        round_desk.what_if(evolve(ROUND, currency="USD"))


def test_progress_is_told(round_desk: Desk) -> None:
    """It ends with all of it."""
    reported(round_desk)
    told: list[tuple[int, int]] = []
    round_desk.what_if(ROUND, progress=lambda done, whole: told.append((done, whole)))

    assert (2, 2) == told[-1]


def test_an_imported_or_withdrawn_case_owes_nothing(round_desk: Desk) -> None:
    """A case that counts nowhere has no deadline in any world."""
    case = reported(round_desk)
    round_desk.incidents.withdraw(case.id, reason="never happened")

    assert {} == dict(round_desk.what_if(other(ROUND, communicate_within=timedelta(hours=1))).counts)


def test_a_type_that_is_new_changes_no_case(round_desk: Desk) -> None:
    """Nor does one that nothing was reported of."""
    reported(round_desk)
    more = evolve(ROUND, protocols=(*ROUND.protocols, Protocol("lost")))

    assert round_desk.what_if(more).empty
