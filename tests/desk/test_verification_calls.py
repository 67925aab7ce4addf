"""Verification calls: the morning's list, what comes of ringing, and the figure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from attrs import evolve

import incidentkit as ik
from incidentkit.domain.call_policy import CallOutcome, CallPolicy
from incidentkit.domain.calls import CallState, VerificationCall
from incidentkit.domain.rates import Rate
from incidentkit.testing.clocks import ManualClock

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
TUESDAY = date(2026, 3, 3)
EVERYBODY = CallPolicy(share=1.0, reasons=("repeat", "carrier", "new", "random"))
SHOP = ik.Shop(
    zone="UTC",
    teams=(ik.Team("after-sales"),),
    agents=(ik.Agent("ana", "after-sales"), ik.Agent("leo", "after-sales")),
    channel="",
    rates=(Rate("phone", "3.00"),),
    verification_calls=EVERYBODY,
)


@pytest.fixture
def clock() -> ManualClock:
    """A Monday morning."""
    return ManualClock(MONDAY)


@pytest.fixture
def desk(store_url: str, clock: ManualClock) -> Iterator[ik.Desk]:
    """A desk on a new store of each kind."""
    with ik.open_desk(store_url, SHOP, clock=clock) as opened:
        yield opened


def person(name: str, **given: Any) -> ik.Customer:
    """Somebody with a telephone."""
    return ik.Customer(name, **{"name": name.title(), "phone": f"+346000{sum(map(ord, name)):05}", **given})


def delivered(desk: ik.Desk, who: ik.Customer | None, carrier: str = "", **given: Any) -> ik.Order:
    """An order of theirs that has arrived now."""
    order = desk.orders.place(customer=who, lines=[ik.Line("mug", 2, "10.00")], **given)
    desk.orders.ship(order.id, carrier=carrier)
    return desk.orders.deliver(order.id)


def listed(desk: ik.Desk, clock: ManualClock, *who: ik.Customer) -> list[VerificationCall]:
    """The calls of the next morning's list, on deliveries to these."""
    for each in who:
        delivered(desk, each)
    clock.advance(days=1)
    made = desk.verification_calls.list()
    return [desk.verification_calls.get(call) for call in made.calls]


# --- Listing -----------------------------------------------------------------------------------------------------


def test_yesterdays_deliveries_are_listed_once(desk: ik.Desk, clock: ManualClock) -> None:
    """A day has one list, which is the same however often it is asked for, and no delivery stands on two."""
    listed(desk, clock, person("marta"), person("joan"))
    first, again = desk.verification_calls.list(), desk.verification_calls.list(TUESDAY)
    clock.advance(days=1)
    later = desk.verification_calls.list()

    assert (2, first, ()) == (len(first.calls), again, later.calls)
    assert [[], 2] == [list(desk.verification_calls.find(day=date(2026, 3, 4))), len(desk.verification_calls.find())]


def test_todays_deliveries_wait_for_tomorrow(desk: ik.Desk, clock: ManualClock) -> None:
    """The list is of whole days: what arrives this morning is asked about the next."""
    delivered(desk, person("marta"))

    assert () == desk.verification_calls.list().calls
    clock.advance(days=1)
    assert 1 == len(desk.verification_calls.list().calls)


def test_a_weekend_is_on_mondays_list(desk: ik.Desk, clock: ManualClock) -> None:
    """All that arrived since the last list is looked at, however many days there were none."""
    desk.verification_calls.list()
    for days in (1, 4, 5):
        clock.now = MONDAY + timedelta(days=days)
        delivered(desk, person(f"one{days}"))
    clock.now = MONDAY + timedelta(days=7)

    assert 3 == len(desk.verification_calls.list().calls)


def test_what_becomes_known_late_is_still_listed(desk: ik.Desk, clock: ManualClock) -> None:
    """A delivery that is noted two days after it was is on the next list."""
    order = desk.orders.place(customer=person("marta"), lines=[ik.Line("mug", 1, "10.00")])
    desk.orders.ship(order.id)
    for _ in range(2):
        clock.advance(days=1)
        desk.verification_calls.list()
    desk.orders.deliver(order.id, at=MONDAY + timedelta(hours=2))
    clock.advance(days=1)

    assert 1 == len(desk.verification_calls.list().calls)


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 3, 4)])
def test_no_list_is_made_of_another_day(desk: ik.Desk, day: date) -> None:
    """A list that was not made in its time is not made up, and none is made ahead."""
    with pytest.raises(ik.InvalidInput):
        desk.verification_calls.list(day)


def test_the_reasons_are_the_most_telling_first(desk: ik.Desk, clock: ManualClock) -> None:
    """Whoever had a case comes before whoever is new, and they before chance."""
    old, troubled, new = person("old"), person("troubled"), person("new")
    for each in (old, troubled):
        desk.orders.place(customer=each, lines=[ik.Line("mug", 1, "10.00")])
    desk.incidents.report(desk.orders.find()[0].id, "damaged", "crushed", customer=troubled)
    clock.advance(minutes=1)
    calls = listed(desk, clock, old, new, troubled)

    assert ["repeat", "new", "random"] == [call.reason for call in calls]


def test_risky_carriers_are_asked_about(desk: ik.Desk, clock: ManualClock) -> None:
    """A carrier whose orders go wrong more often than others', beyond chance, is a reason by itself."""
    for number in range(12):
        order = delivered(desk, None, "Lento" if number % 2 else "Rayo", number=f"o-{number}")
        if number % 2:
            desk.incidents.report(order.id, "damaged", "crushed")
    mine, other = person("marta"), person("joan")
    for each in (mine, other):
        desk.orders.place(customer=each, lines=[ik.Line("mug", 1, "10.00")])
    clock.advance(minutes=1)
    delivered(desk, mine, "Lento")
    delivered(desk, other, "Rayo")
    clock.advance(days=1)
    calls = [desk.verification_calls.get(call) for call in desk.verification_calls.list().calls]

    assert [("carrier", "Lento"), ("random", "")] == [(call.reason, call.carrier) for call in calls]


def test_nobody_is_listed_who_must_not_be_rung(desk: ik.Desk, clock: ManualClock) -> None:
    """Who has no telephone, said no, has a case that is being worked on, or bought twice is left out, each by its reason."""
    without, objects, twice, busy = person("a", phone=""), person("b"), person("c"), person("d")
    for each in (without, objects, twice, twice):
        delivered(desk, each)
    desk.incidents.report(delivered(desk, busy).id, "damaged", "crushed")
    delivered(desk, None)
    desk.people.opt_out(objects, purpose="survey")
    clock.advance(days=1)
    made = desk.verification_calls.list()

    assert (1, {"no_phone": 1, "objects": 1, "rested": 1, "in_case": 1}, 5) == (
        len(made.calls),
        dict(made.left_out),
        made.deliveries,
    )


def test_a_list_is_not_longer_than_a_day_allows(store_url: str, clock: ManualClock) -> None:
    """What finds no room is counted, and may stand on the next day's list."""
    shop = evolve(SHOP, verification_calls=evolve(EVERYBODY, daily=2))
    with ik.open_desk(store_url, shop, clock=clock) as desk:
        first = listed(desk, clock, *(person(name) for name in ("ada", "bea", "cid")))
        full = dict(desk.verification_calls.list().left_out)
        clock.advance(days=1)

        assert (2, {"full": 1}) == (len(first), full)
        assert 1 == len(desk.verification_calls.list().calls)


def test_nobody_is_rung_again_too_soon(desk: ik.Desk, clock: ManualClock) -> None:
    """A customer who was on a list rests, whatever came of it, and is asked again afterwards."""
    marta = person("marta")
    listed(desk, clock, marta)
    again = listed(desk, clock, marta)
    clock.advance(days=60)

    assert ([], 1) == (again, len(listed(desk, clock, marta)))


def test_the_same_deliveries_are_drawn_whenever_it_is_looked(store_url: str, clock: ManualClock) -> None:
    """A random share is drawn by the order and the store's key: about that share, and nobody twice by looking again."""
    shop = evolve(SHOP, verification_calls=CallPolicy(share=0.3, reasons=("random",), daily=1000))
    with ik.open_desk(store_url, shop, clock=clock) as desk:
        calls = listed(desk, clock, *(person(f"p{number:03}") for number in range(60)))
        clock.advance(days=1)

        assert (6 < len(calls) < 32, ()) == (True, desk.verification_calls.list().calls)


def test_what_is_not_there_is_not_asked_about(desk: ik.Desk, clock: ManualClock) -> None:
    """An order that has not arrived, or that came back, is no delivery."""
    marta, joan = person("marta"), person("joan")
    desk.orders.place(customer=marta, lines=[ik.Line("mug", 1, "10.00")])
    back = delivered(desk, joan)
    desk.orders.take_back(back.id, {line.id: 2 for line in back.lines})
    clock.advance(days=1)

    assert 0 == desk.verification_calls.list().deliveries


def test_nobody_is_rung_at_night(store_url: str, clock: ManualClock) -> None:
    """A call waits for the morning where its customer lives, and for somebody to be at work here."""
    with ik.open_desk(store_url, SHOP, clock=clock) as desk:
        (here,) = listed(desk, clock, person("marta"))
        (there,) = listed(desk, clock, person("joan", zone="America/Mexico_City"))

        assert [datetime(2026, 3, 3, 9, tzinfo=UTC), datetime(2026, 3, 4, 15, tzinfo=UTC)] == [
            here.not_before,
            there.not_before,
        ]


def test_the_due_time_is_the_end_of_the_next_working_day(desk: ik.Desk, clock: ManualClock) -> None:
    """What is listed on a Friday is in time until Monday is over."""
    clock.now = MONDAY + timedelta(days=3)
    (call,) = listed(desk, clock, person("marta"))

    assert (date(2026, 3, 6), datetime(2026, 3, 10, tzinfo=UTC)) == (call.day, call.due)


def test_ticking_makes_the_list_when_the_day_begins(store_url: str, clock: ManualClock) -> None:
    """Each morning, once somebody works and never before, and never on a day without work."""
    shop = evolve(SHOP, verification_calls=evolve(EVERYBODY, each_morning=True))
    with ik.open_desk(store_url, shop, clock=clock) as desk:
        delivered(desk, person("marta"))
        counted = []
        for at in ((1, 8), (1, 10), (1, 11), (5, 11)):
            clock.now = MONDAY.replace(hour=0) + timedelta(days=at[0], hours=at[1])
            counted.append(desk.tick().listed)

        assert [0, 1, 0, 0] == counted


def test_two_who_ask_at_once_get_one_list(store_url: str, clock: ManualClock) -> None:
    """Whoever is quicker makes it, and the other gets the same."""
    with ik.open_desk(store_url, SHOP, clock=clock) as desk:
        for name in ("ada", "bea", "cid"):
            delivered(desk, person(name))
        clock.advance(days=1)
        found: list[ik.CallList] = []
        threads = [Thread(target=lambda: found.append(desk.verification_calls.list())) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert (4, 1, 3) == (len(found), len({made.id for made in found}), len(desk.verification_calls.find()))
        assert not desk.verify().damages


# --- Recording ---------------------------------------------------------------------------------------------------


def test_a_bad_outcome_opens_a_case_before_the_complaint(desk: ik.Desk, clock: ManualClock) -> None:
    """What they say is wrong is a case of the shop's own finding from then on, linked with the call, with its owner."""
    (call,) = listed(desk, clock, person("marta"))
    done = desk.verification_calls.record(call.id, "damaged", note="one mug is cracked", by="ana")
    assert done.incident is not None
    case = desk.incidents.get(done.incident)

    assert (CallState.DONE, "damaged", "shop", "one mug is cracked", (call.order,)) == (
        done.state,
        case.type,
        case.reported_by,
        str(case.description),
        case.orders,
    )
    assert case.communicated_at is None
    assert desk.orders.get(call.order).in_incident


def test_what_they_are_told_at_once_communicates_the_case(desk: ik.Desk, clock: ManualClock) -> None:
    """Whoever says in the same call what happens next has told the customer, and the call counts as a contact once."""
    (call,) = listed(desk, clock, person("marta"))
    done = desk.verification_calls.record(call.id, "damaged", told="a new one leaves today", by="ana")
    case = desk.incidents.get(str(done.incident))

    assert (clock.now, None) == (case.communicated_at, done.attempts[0].cost)
    assert ik.Money("3.00", "EUR") == desk.cost_of(case.id).total


def test_the_same_trouble_has_one_case(desk: ik.Desk, clock: ManualClock) -> None:
    """Where its customer complained in between, the call is about that case."""
    (call,) = listed(desk, clock, person("marta"))
    case = desk.incidents.report(call.order, "damaged", "crushed", reported_by="customer")

    assert case.id == desk.verification_calls.record(call.id, "damaged", by="ana").incident


def test_all_well_is_the_customers_word_on_what_was_resolved(desk: ik.Desk, clock: ManualClock) -> None:
    """A resolved case on the order has its evidence by that, and is closed by nobody but who closes it."""
    order = delivered(desk, person("marta"))
    case = desk.incidents.report(order.id, "damaged", "crushed")
    desk.incidents.log_conversation(case.id, channel="phone", summary="a new one", by="ana")
    desk.incidents.resolve(case.id, reason="a new one was sent")
    clock.advance(days=1)
    (call,) = desk.verification_calls.list().calls
    desk.verification_calls.record(call, "all_well", by="ana")
    resolved = desk.incidents.get(case.id)

    assert ("conversation", "resolved") == (resolved.evidence and resolved.evidence.kind, resolved.phase)
    assert "closed" == desk.incidents.close(case.id).phase


def test_nobodys_word_is_no_evidence(desk: ik.Desk, clock: ManualClock) -> None:
    """Where nobody by name rang, it is noted that all is well, and shows nothing."""
    order = delivered(desk, person("marta"))
    case = desk.incidents.report(order.id, "damaged", "crushed")
    desk.incidents.log_conversation(case.id, channel="phone", summary="a new one", by="ana")
    desk.incidents.resolve(case.id, reason="a new one was sent")
    clock.advance(days=1)
    (call,) = desk.verification_calls.list().calls
    desk.verification_calls.record(call, "all_well")
    resolved = desk.incidents.get(case.id)

    assert (None, 2) == (resolved.evidence, len(resolved.conversations))


def test_nobody_answers_and_it_is_tried_again(desk: ik.Desk, clock: ManualClock) -> None:
    """As often as the settings say, no sooner than they say; then nobody was reached, unless they ring back."""
    (call,) = listed(desk, clock, person("marta"))
    states = []
    for _ in range(3):
        call = desk.verification_calls.record(call.id, "no_answer", by="ana")
        states.append((call.state.value, call.not_before > clock.now))
        clock.now = max(call.not_before, clock.now)
    with pytest.raises(ik.RuleViolation, match="not tried any more"):
        desk.verification_calls.record(call.id, "no_answer", by="ana")
    back = desk.verification_calls.record(call.id, "all_well", by="leo")

    assert [("open", True), ("open", True), ("unreached", False)] == states
    assert (CallState.DONE, 4) == (back.state, len(back.attempts))


def test_a_call_has_one_outcome(desk: ik.Desk, clock: ManualClock) -> None:
    """What is done is done: a second outcome is refused, and the record is as it was."""
    (call,) = listed(desk, clock, person("marta"))
    desk.verification_calls.record(call.id, "all_well", by="ana")

    with pytest.raises(ik.RuleViolation, match="has one outcome"):
        desk.verification_calls.record(call.id, "damaged", by="ana")
    assert [] == list(desk.incidents.find())


def test_the_same_key_rings_once(desk: ik.Desk, clock: ManualClock) -> None:
    """A repeated request gives the first result, with one case."""
    (call,) = listed(desk, clock, person("marta"))
    one = desk.verification_calls.record(call.id, "damaged", by="ana", key="k")
    two = desk.verification_calls.record(call.id, "damaged", by="ana", key="k")

    assert (one, 1) == (two, len(desk.incidents.find()))


@pytest.mark.parametrize(("outcome", "told"), [("unheard_of", None), ("all_well", "nothing")])
def test_what_can_not_be_said_is_refused(desk: ik.Desk, clock: ManualClock, outcome: str, told: str | None) -> None:
    """An outcome is one of the shop's, and nobody is told what happens next where nothing is wrong."""
    (call,) = listed(desk, clock, person("marta"))

    with pytest.raises(ik.InvalidInput):
        desk.verification_calls.record(call.id, outcome, told=told, by="ana")


def test_an_outcome_of_the_shops_own(store_url: str, clock: ManualClock) -> None:
    """The settings add outcomes, each with the type of case that it opens, and those without a protocol are none."""
    own = CallOutcome("smells", "wrong", "quality", {"en": "it smells"})
    policy = evolve(EVERYBODY, outcomes=(*EVERYBODY.outcomes, own))
    protocols = tuple(p for p in SHOP.protocols if p.type in ("quality", "damaged"))
    with ik.open_desk(store_url, evolve(SHOP, verification_calls=policy, protocols=protocols), clock=clock) as desk:
        (call,) = listed(desk, clock, person("marta"))
        done = desk.verification_calls.record(call.id, "smells", by="ana")
        case = desk.incidents.get(str(done.incident))

        assert ("quality", "Found when we rang and asked: it smells") == (case.type, str(case.description))
        assert ["damaged", "quality", "smells"] == [o.code for o in desk.verification_calls.outcomes() if o.means == "wrong"]


def test_who_refused_is_never_rung_again(desk: ik.Desk, clock: ManualClock) -> None:
    """Somebody who does not want to be rung is left alone for good."""
    marta = person("marta")
    (call,) = listed(desk, clock, marta)
    desk.verification_calls.record(call.id, "refused", by="ana")
    clock.advance(days=400)
    delivered(desk, marta)
    clock.advance(days=1)

    assert (("objects", 1),) == desk.verification_calls.list().left_out


def test_what_nobody_rang_lapses(desk: ik.Desk, clock: ManualClock) -> None:
    """A call does not stay open for good, and was listed all the same."""
    (call,) = listed(desk, clock, person("marta"))
    clock.now = call.until
    desk.tick()

    assert CallState.LAPSED == desk.verification_calls.get(call.id).state
    assert [(1, 0.0)] == [(row.n, row.value) for row in desk.measure("verification_call_coverage").rows]


def test_coverage_counts_what_was_asked_in_time(desk: ik.Desk, clock: ManualClock) -> None:
    """Listed deliveries with an outcome by the end of the next working day, be it that nobody answered, out of all listed."""
    one, two, _ = listed(desk, clock, person("ada"), person("bea"), person("cid"))
    desk.verification_calls.record(one.id, "no_answer", by="ana")
    clock.now = two.due
    desk.verification_calls.record(two.id, "all_well", by="ana")
    row = desk.measure("verification_call_coverage").rows[0]
    by_agent = {r.segment: (r.n, r.value) for r in desk.measure("verification_call_coverage", by="agent").rows}

    assert (3, 0.3333, {"ana": (2, 0.5), "": (1, 0.0)}) == (row.n, round(row.value or 0, 4), by_agent)


def test_a_call_costs_what_a_call_costs(desk: ik.Desk, clock: ManualClock) -> None:
    """Each attempt has the rate in force then; what found a case is that case's cost."""
    (call,) = listed(desk, clock, person("marta"))
    desk.verification_calls.record(call.id, "no_answer", by="ana")
    clock.advance(hours=5)
    done = desk.verification_calls.record(call.id, "damaged", by="ana")

    assert [ik.Money("3.00", "EUR")] * 2 == [attempt.cost for attempt in done.attempts]
    assert ik.Money("6.00", "EUR") == desk.cost_of(str(done.incident)).total


def test_whoever_rings_has_what_to_say(desk: ik.Desk, clock: ManualClock) -> None:
    """The calls that wait come with the customer and a script in their language; nothing of it is in a repr."""
    listed(desk, clock, person("marta", language="es"))
    (entry,) = desk.verification_calls.to_make()

    assert entry.customer is not None
    assert ("Marta", True) == (entry.customer.name, "¿Está todo como debe?" in entry.script)
    assert "Marta" not in repr(entry)


def test_the_shops_own_script(store_url: str, clock: ManualClock) -> None:
    """The settings' script counts before the one that ships, with its places filled in."""
    policy = evolve(EVERYBODY, script={"en": "Hello {name}, about {order}: all well?"})
    with ik.open_desk(store_url, evolve(SHOP, verification_calls=policy), clock=clock) as desk:
        delivered(desk, person("marta"), number="1001")
        clock.advance(days=1)
        desk.verification_calls.list()
        (entry,) = desk.verification_calls.to_make()

        assert "Hello Marta, about 1001: all well?" == entry.script


def test_a_call_stands_on_the_orders_timeline(desk: ik.Desk, clock: ManualClock) -> None:
    """Whoever looks at the order sees that it was asked about, and what came of it."""
    (call,) = listed(desk, clock, person("marta"))
    desk.verification_calls.record(call.id, "all_well", by="ana")

    assert ["call.listed", "call.made"] == [e.type for e in desk.orders.timeline(call.order) if e.type.startswith("call")]


def test_the_context_of_an_order_has_its_calls(desk: ik.Desk, clock: ManualClock) -> None:
    """Whoever answers its customer sees that they are to be rung, and what came of it."""
    (call,) = listed(desk, clock, person("marta"))
    before = desk.context(call.order)
    done = desk.verification_calls.record(call.id, "all_well", by="ana")

    assert [("call", "new", call.due, call.id)] == [(o.kind, o.what, o.due, o.reference) for o in before.owed]
    assert ((done,), (), 0) == (
        desk.context(call.order).calls,
        desk.context(call.order).owed,
        desk.verification_calls.waiting(),
    )


def test_calls_outlive_a_rebuild_and_verify(desk: ik.Desk, clock: ManualClock) -> None:
    """What is derived follows from the record, and is whole."""
    one, two = listed(desk, clock, person("ada"), person("bea"))
    desk.verification_calls.record(one.id, "damaged", by="ana")
    before = (desk.verification_calls.find(open=None), desk.measure("verification_call_coverage"))
    desk.rebuild()

    assert before == (desk.verification_calls.find(open=None), desk.measure("verification_call_coverage"))
    assert not desk.verify().damages
    assert two.open


def test_who_is_forgotten_is_not_rung(desk: ik.Desk, clock: ManualClock) -> None:
    """What was said of them is gone, and nobody is left to ring."""
    marta = person("marta")
    (call,) = listed(desk, clock, marta)
    desk.verification_calls.record(call.id, "no_answer", note="her mother answered", by="ana")
    desk.people.forget(marta, reason="asked")
    (entry,) = desk.verification_calls.to_make()

    assert (None, "") == (entry.customer, str(entry.call.attempts[0].note))
