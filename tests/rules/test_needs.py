"""Which need a contact belongs to, when a need is resolved, and how people put both right."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.ids import ContactId, IncidentId, NeedId, OfferId, RemedyId
from incidentkit.domain.incidents import Phase
from incidentkit.domain.money import Money
from incidentkit.domain.needs import Need, Remedied
from incidentkit.domain.remedies import Remedy
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, RuleViolation, UnknownIdError
from incidentkit.rules import needs as rules
from incidentkit.testing.strategies import needs
from tests.rules.needs_world import (
    JOAN,
    MARTA,
    SHOP,
    START,
    a_case,
    decided,
    happened,
    logged,
    now,
    opened,
    resolved,
    said,
)

DAY = 24.0
WORDS = Text("t", "not at all")


def joined(new: rules.NewContact, at: float, *among: Need) -> tuple[str | None, str]:
    """The need that a contact joins, and the reason."""
    found = rules.joining(new, among, START + timedelta(hours=at))
    return (found.need.id if found.need else None), found.because


# --- Joining -----------------------------------------------------------------------------------------------------


def test_the_first_contact_opens_a_need() -> None:
    """It has the person and the orders, and begins then."""
    need = opened((2, said(orders=["o-1"])))

    assert (START + timedelta(hours=2), MARTA, ("o-1",), ("k-1",), True) == (
        need.opened_at,
        need.customer,
        need.orders,
        tuple(c.id for c in need.contacts),
        need.open,
    )


@pytest.mark.parametrize("second", [said("k-2", "phone", orders=["o-1"]), said("k-2", "counter")])
def test_a_second_contact_joins_the_open_need(second: rules.NewContact) -> None:
    """Of the same order, or of none, on any channel."""
    need = opened((0, said(orders=["o-1"])), (1, second))

    assert ["k-1", "k-2"] == [c.id for c in need.contacts]


def test_the_reason_is_said() -> None:
    """Why a contact belongs where it does is part of it."""
    about, silent = opened((0, said(orders=["o-1"]))), opened((1, said("k-2")))
    case = a_case()
    linked = evolve(about, incidents=(case.id,))

    assert ("n-1", "order") == joined(said(orders=["o-1"]), 2, about, silent)
    assert ("n-1", "incident") == joined(said(incidents=[case], orders=["o-1"]), 2, linked, silent)
    assert ("n-1", "only") == joined(said(), 2, about)
    assert ("n-2", "unnamed") == joined(said(orders=["o-9"]), 2, about, silent)
    assert ("n-1", "named") == joined(said(named=about), 2, silent)
    assert (None, "new") == joined(said(orders=["o-9"]), 2, about)
    assert (None, "new") == joined(said(), 2, about, silent)


def test_the_latest_need_about_an_order_is_joined() -> None:
    """Of several that fit, the one that began last."""
    first, second = opened((0, said(orders=["o-1"]))), opened((1, said("k-2", orders=["o-1"])))

    assert ("n-2", "order") == joined(said(orders=["o-1"]), 2, first, second)


@pytest.mark.parametrize(
    ("expected", "new", "hours"),
    [
        (("n-1", "repeat_order"), said(orders=["o-1"]), 1 + 7 * DAY),
        (("n-1", "repeat_only"), said(), 1 + 7 * DAY),
        (("n-1", "order"), said(orders=["o-1"]), 1),
        ((None, "new"), said(orders=["o-1"]), 1.01 + 7 * DAY),
        ((None, "new"), said(orders=["o-2"]), 2),
    ],
)
def test_for_a_week_a_resolved_need_is_joined(expected: tuple[str | None, str], new: rules.NewContact, hours: float) -> None:
    """To the microsecond; what was said before the resolution belongs to it all the same."""
    assert expected == joined(new, hours, resolved(opened((0, said(orders=["o-1"]))), 1))


def test_an_open_need_comes_before_a_resolved_one() -> None:
    """A repeat is only what has nothing open to belong to."""
    done, current = resolved(opened((0, said(orders=["o-1"])))), opened((2, said("k-2", orders=["o-1"])))

    assert ("n-2", "order") == joined(said(orders=["o-1"]), 3, done, current)
    assert ("n-2", "only") == joined(said(), 3, done, current)


def test_nobody_joins_somebody_elses_need() -> None:
    """Not even about the same order."""
    assert (None, "new") == joined(said(orders=["o-1"], customer=JOAN), 1, opened((0, said(orders=["o-1"]))))


def test_where_nobody_is_known_the_order_joins() -> None:
    """A word without a name belongs to what its order is about; one without either to nothing."""
    about = opened((0, said(orders=["o-1"])))

    assert ("n-1", "order") == joined(said(orders=["o-1"], customer=None), 1, about)
    assert (None, "new") == joined(said(customer=None), 1, about)


def test_a_joined_need_is_not_found() -> None:
    """What it had is elsewhere."""
    gone = evolve(opened((0, said(orders=["o-1"]))), joined=NeedId("n-9"))

    assert (None, "new") == joined(said(orders=["o-1"]), 1, gone)


@given(st.lists(needs(), max_size=4), st.sampled_from(["", "o-1"]), st.integers(0, 10**6))
def test_joining_is_one_answer(among: list[Need], order: str, hours: int) -> None:
    """Whatever needs there are, in whatever order they are looked at, a contact belongs to one of them or to a new one."""
    new = said(orders=[order] if order else [])

    found = rules.joining(new, among, START + timedelta(hours=hours))
    again = rules.joining(new, among[::-1], START + timedelta(hours=hours))

    assert found.because == again.because
    assert found.need is None or found.need in among
    assert (found.need is None) == (found.because == "new")


# --- Logging -----------------------------------------------------------------------------------------------------


def test_a_contact_says_who_had_it() -> None:
    """An agent with the team of that moment, or nobody by name; a rule's words are automatic."""
    ana, shop, rule = (
        opened((0, said()), (1, said("k-2", direction="out"))).contacts[-1],
        logged([], said(), now(by="web", kind="host")).contacts[0],
        logged([], said(direction="out"), now(by="desk", kind="rule")).contacts[0],
    )

    assert ("ana", "after-sales", False) == (ana.agent, ana.team, ana.automatic)
    assert ("", "", False) == (shop.agent, shop.team, shop.automatic)
    assert rule.automatic


@pytest.mark.parametrize(("expected", "channel"), [(Money("2.50", "EUR"), "phone"), (None, "telegram")])
def test_a_contact_costs_what_the_rates_say(expected: Money | None, channel: str) -> None:
    """At the rate of its channel; without one it is not known."""
    assert expected == opened((0, said(channel=channel))).contacts[0].cost


def test_its_cases_hear_of_a_contact() -> None:
    """Those that it names; and where it names none, the unresolved ones of its need."""
    case = a_case()
    named = decided(said(incidents=[case], orders=["o-1"]), now())
    need = happened(None, named.events, now())
    _, silent = rules.log(said("k-2"), [need], lambda _: [case], now(1))

    assert [("i-1", "k-1"), ("i-1", "k-2")] == [
        (of, event.contact) for d in (named, silent) for of, event in d.elsewhere if isinstance(event, ev.IncidentContactNoted)
    ]
    assert (("i-1",), "damaged", ("o-1",)) == (need.incidents, need.type, need.orders)


def test_a_conversation_is_not_noted_twice() -> None:
    """Its case has it already."""
    assert () == decided(said(incidents=[a_case()], noted=False), now()).elsewhere


def test_a_new_link_brings_what_the_case_has_cost() -> None:
    """To the first need of a case, and to no other, so that nothing is counted twice."""
    done = Remedy(RemedyId("r-1"), OfferId("f-1"), "refund", START, Money(5, "EUR"), "", "RF-1", START)
    free = evolve(done, id=RemedyId("r-2"), amount=None)
    owed = evolve(done, id=RemedyId("r-3"), carried_out_at=None)
    case = a_case(remedies=(done, free, owed))
    first = logged([], said(incidents=[case]), now())
    second = logged([], said(incidents=[evolve(case, needs=(first.id,))]), now())

    assert (Remedied(case.id, done.id, Money(5, "EUR")),) == first.remedied
    assert () == second.remedied


def test_a_question_after_the_resolution_reopens() -> None:
    """A repeat shows that it was none; thanks, a machine and the shop's own words do not."""
    done = resolved(opened((0, said())))
    quiet = ({"expects_answer": False}, {"automatic": True}, {"direction": "out"})

    assert (True, 1) == ((again := logged([done], said("k-2"), now(2))).open, again.reopened)
    assert [False] * 3 == [logged([done], said("k-2", **more), now(2)).open for more in quiet]
    assert not logged([done], said("k-2"), now(0.5)).open


@pytest.mark.parametrize(
    ("match", "wrong"),
    [
        ("one word", {"channel": "by phone"}),
        ("one word", {"channel": None}),
        ("is in", {"direction": "sideways"}),
        ("automatic or live", {"automatic": True, "live": True}),
    ],
)
def test_a_contact_is_given_rightly(match: str, wrong: dict[str, Any]) -> None:
    """Anything else is refused with a reason."""
    with pytest.raises(InvalidInput, match=match):
        decided(evolve(said(), **wrong), now())


def test_a_named_need_is_the_customers_own() -> None:
    """And it stands by itself."""
    need = opened((0, said()))

    with pytest.raises(RuleViolation, match="contacts of one customer"):
        decided(said("k-2", customer=JOAN, named=need), now())
    with pytest.raises(RuleViolation, match="part of another need"):
        decided(said("k-2", named=evolve(need, joined=NeedId("n-9"))), now())
    assert 2 == len(logged([need], said("k-2", customer=None, named=need), now(1)).contacts)


# --- Resolution --------------------------------------------------------------------------------------------------


def test_a_need_is_resolved_once() -> None:
    """The second time changes nothing."""
    need = resolved(opened((0, said())), 3)

    assert (START + timedelta(hours=3), False) == (need.resolved_at, need.open)
    assert () == rules.resolve(need, []).events


def test_a_need_waits_for_its_case() -> None:
    """It can't be resolved before its incident, whatever else has become of that."""
    need = opened((0, said()))

    with pytest.raises(RuleViolation, match="is resolved with its incident"):
        rules.resolve(need, [a_case(phase=Phase.DETECTED)])
    assert rules.resolve(need, [a_case(phase=Phase.WITHDRAWN)]).events


def test_a_need_is_reopened_with_a_reason() -> None:
    """Once it was resolved; the first resolution stays on record."""
    done = resolved(opened((0, said())), 1)
    again = happened(done, rules.reopen(done, WORDS).events, now(2))

    assert (True, 1, done.resolved_at) == (again.open, again.reopened, again.first_resolved_at)
    with pytest.raises(RuleViolation, match="once it was resolved"):
        rules.reopen(again, WORDS)
    with pytest.raises(InvalidInput, match="a reason in words"):
        rules.reopen(done, Text("t", " "))


def test_a_need_is_resolved_with_the_last_of_its_cases() -> None:
    """And reopened with any of them."""
    need = evolve(opened((0, said())), incidents=(IncidentId("i-1"), IncidentId("i-2")))
    case = a_case(phase=Phase.RESOLVED, needs=(need.id,))

    assert () == rules.follow(need, case, [ev.IncidentResolved()], [a_case("i-2")])
    assert (ev.NeedResolved(case.id),) == rules.follow(need, case, [ev.IncidentResolved()], [a_case("i-2", Phase.CLOSED)])
    assert (ev.NeedReopened(incident=case.id),) == rules.follow(resolved(need), case, [ev.IncidentReopened(WORDS)], [])
    assert () == rules.follow(need, case, [ev.IncidentReopened(WORDS), ev.IncidentClosed()], [])
    assert () == rules.follow(resolved(need), case, [ev.IncidentResolved()], [])


def test_only_some_things_are_followed() -> None:
    """What a need does nothing about is not looked at."""
    assert rules.followed([ev.IncidentClosed(), ev.IncidentResolved()])
    assert not rules.followed([ev.IncidentClosed()])


def test_a_remedy_costs_the_first_need_of_its_case() -> None:
    """What was carried out, and only there."""
    need = opened((0, said()))
    done = Remedy(RemedyId("r-1"), OfferId("f-1"), "refund", START, Money(5, "EUR"), "", "RF-1", START)
    happenings = [ev.RemedyCarriedOut(done.id, "RF-1")]
    case = a_case(remedies=(done,), needs=(need.id,))

    assert (ev.NeedRemedied(Remedied(case.id, done.id, Money(5, "EUR"))),) == rules.follow(need, case, happenings, [])
    assert () == rules.follow(need, case, happenings, [], pays=False)


def test_a_case_without_a_need_brings_its_cost_when_it_gains_one() -> None:
    """A case that takes in another is about its needs too; one that had needs of its own is counted there."""
    need = opened((0, said()))
    done = Remedy(RemedyId("r-1"), OfferId("f-1"), "refund", START, Money(5, "EUR"), "", "RF-1", START)
    taken = [ev.IncidentTookIn(a_case("i-2").id, needs=(need.id,))]

    assert 1 == len(rules.follow(need, a_case(remedies=(done,), needs=(need.id,)), taken, []))
    assert () == rules.follow(need, a_case(remedies=(done,), needs=(NeedId("n-0"), need.id)), taken, [])


def test_a_reported_incident_is_the_needs_own() -> None:
    """A need that was resolved is owed something again, and nobody reports from another's."""
    need = opened((0, said(orders=["o-1"])))
    linked = ev.NeedLinked(a_case().id, "damaged", ("o-1",))  # type: ignore[arg-type]

    assert (linked,) == rules.linked(need, linked.incident, "damaged", linked.orders, MARTA)
    assert (linked, ev.NeedReopened(incident=linked.incident)) == rules.linked(
        resolved(need), linked.incident, "damaged", linked.orders, None
    )
    with pytest.raises(RuleViolation, match="its own customer"):
        rules.linked(need, linked.incident, "damaged", linked.orders, JOAN)


# --- Corrections -------------------------------------------------------------------------------------------------


def both(first: Need, second: Need, at: float = 5) -> tuple[Need, Need]:
    """Two needs after the first was joined into the second."""
    decision = rules.join(first, second)
    return (
        happened(first, decision.events, now(at)),
        happened(second, [event for _, event in decision.elsewhere], now(at)),
    )


def test_joined_needs_are_one() -> None:
    """All that the first had belongs to the second, which begins when the first did."""
    first, second = opened((0, said(orders=["o-1"]))), opened((1, said("k-2", orders=["o-2"])))
    gone, kept = both(first, second)

    assert (second.id, ()) == (gone.joined, gone.contacts)
    assert (START, ("o-2", "o-1"), {second.id}) == (kept.opened_at, kept.orders, {c.need for c in kept.contacts})
    with pytest.raises(RuleViolation, match="part of another need"):
        rules.join(gone, kept)
    with pytest.raises(RuleViolation, match="part of another need"):
        rules.join(kept, gone)


@pytest.mark.parametrize(("expected", "owed"), [(True, True), (False, False)])
def test_what_was_owed_is_still_owed(expected: bool, owed: bool) -> None:
    """An open need that is joined into a resolved one reopens it."""
    first, second = opened((0, said())), resolved(opened((1, said("k-2"))))

    assert expected == both(first if owed else resolved(first), second)[1].open


def test_an_open_need_without_a_question_is_still_owed() -> None:
    """The reopening names no contact then."""
    first, second = opened((0, said(direction="out"))), resolved(opened((1, said("k-2"))))

    assert ev.NeedReopened() in [event for _, event in rules.join(first, second).elsewhere]


def test_needs_of_two_people_stay_two() -> None:
    """And nothing is joined into itself; where one of them is not known, they may be the same."""
    first, second = opened((0, said())), opened((1, said("k-2", customer=JOAN)))

    with pytest.raises(RuleViolation, match="the same customer"):
        rules.join(first, second)
    with pytest.raises(InvalidInput, match="another need"):
        rules.join(first, first)
    assert MARTA == both(first, evolve(second, customer=None))[1].customer


def test_a_need_is_split_in_two() -> None:
    """Some contacts go, with the orders that they named; each need begins with its own first contact."""
    need = opened((0, said(orders=["o-1"])))
    whole = logged([need], said("k-2", orders=["o-2"], named=need), now(1))
    decision = rules.split(whole, ["k-1"], NeedId("n-8"))
    rest = happened(whole, decision.events, now(5))
    fresh = happened(None, [event for _, event in decision.elsewhere], now(5))

    assert ({"k-1"}, ("o-1",), START, MARTA) == (
        {c.id for c in fresh.contacts},
        fresh.orders,
        fresh.opened_at,
        fresh.customer,
    )
    assert {c.id for c in whole.contacts} - {"k-1"} == {c.id for c in rest.contacts}
    assert START < rest.opened_at


@pytest.mark.parametrize("moved", [[], ["k-1", "k-2"]])
def test_something_goes_and_something_stays(moved: list[str]) -> None:
    """A split leaves no need without contacts."""
    need = opened((0, said()), (1, said("k-2")))

    with pytest.raises(InvalidInput, match="some contacts go, some stay"):
        rules.split(need, moved, NeedId("n-8"))


def test_only_its_own_contacts_are_split_off() -> None:
    """Another id is unknown."""
    with pytest.raises(UnknownIdError, match="has 1 contacts"):
        rules.split(opened((0, said())), [ContactId("k-7")], NeedId("n-8"))


@given(st.lists(st.tuples(st.integers(0, 100), st.booleans()), min_size=2, max_size=6), st.data())
def test_split_and_join_lose_nothing(asked: list[tuple[int, bool]], data: st.DataObject) -> None:
    """Splitting a need and joining the parts again gives the same contacts at the same cost."""
    need = opened(*((hours, said(f"k-{n}", direction="in" if ours else "out")) for n, (hours, ours) in enumerate(asked, 1)))
    moved = data.draw(st.sets(st.sampled_from([c.id for c in need.contacts]), min_size=1, max_size=len(need.contacts) - 1))
    decision = rules.split(need, list(moved), NeedId("n-8"))
    rest = happened(need, decision.events, now(200))
    fresh = happened(None, [event for _, event in decision.elsewhere], now(200))

    whole = both(fresh, rest)[1]

    assert {(c.id, c.at, c.cost) for c in need.contacts} == {(c.id, c.at, c.cost) for c in whole.contacts}
    assert (need.opened_at, need.journey.cost) == (whole.opened_at, whole.journey.cost)


def test_the_shop_here_has_rates() -> None:
    """So that the contacts of these tests cost something."""
    assert SHOP.cost("email", "in", START) == Money(1, "EUR")
