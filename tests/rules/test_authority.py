"""What stands granted, what is left of each limit, and who may grant: by the rules alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.actors import HOST, RULE, Actor
from incidentkit.domain.authority import Authority, Budget, Scope
from incidentkit.domain.ids import CustomerId, IncidentId, OfferId
from incidentkit.domain.incidents import Phase
from incidentkit.domain.remedies import OfferState
from incidentkit.domain.shop import Agent
from incidentkit.rules.authority import (
    approvers,
    authority_of,
    beside,
    budgets,
    grants_of,
    may_approve,
    role_of,
    total,
    verdict,
)
from tests.rules.authority_world import ANA, EVA, NOBODY, case, euros, granted, made, now, offered, remedy, shop
from tests.rules.lives import START

D = Decimal


def worths(*offers: Any, **given: Any) -> list[Any]:
    """What stands granted in a case, one by one."""
    return [grant.worth for grant in grants_of(case(*offers, **given))]


# --- What stands granted -----------------------------------------------------------------------------------------


def test_of_offers_made_together_the_largest_counts() -> None:
    """One of them will be taken; rounds add up."""
    assert [euros(7), euros(4)] == worths(offered(1, 5, 1), offered(2, 7, 1), offered(3, 4, 2))


def test_offers_from_before_rounds_were_kept_stand_alone() -> None:
    """Each of them could be taken."""
    assert [euros(5), euros(7)] == worths(offered(1, 5, 0), offered(2, 7, 0))


@pytest.mark.parametrize("state", ["declined", "passed", "expired", "asked", "countered"])
def test_an_offer_that_cannot_be_taken_counts_nothing(state: str) -> None:
    """It is given back; what the customer asks for was never granted."""
    assert [] == worths(offered(1, 5, state=OfferState(state)))


def test_an_accepted_offer_counts_what_its_remedy_is_worth() -> None:
    """However much the others of its round were."""
    assert [euros(5)] == worths(offered(1, 5, 1), offered(2, 7, 1, state=OfferState.PASSED), remedies=(remedy(1, 1, 5),))


def test_a_dropped_remedy_is_given_back() -> None:
    """Nothing stands of its round."""
    assert [] == worths(offered(1, 5), remedies=(remedy(1, 1, 5, dropped_at=START),))


def test_a_remedy_in_two_parts_counts_as_both() -> None:
    """Two of three units came back: the rest stays owed as a remedy of its own."""
    assert [euros(9)] == worths(offered(1, 9), remedies=(remedy(1, 1, 6), remedy(2, 1, 3)))


def test_of_a_remedy_in_two_parts_the_dropped_one_is_given_back() -> None:
    """The other stands."""
    parts = (remedy(1, 1, 6), remedy(2, 1, 3, dropped_at=START))

    assert [euros(6)] == worths(offered(1, 9), remedies=parts)


def test_a_part_of_unknown_worth_makes_it_unknown() -> None:
    """Nobody can say what both come to."""
    assert [None] == worths(offered(1, 9), remedies=(remedy(1, 1, 6), remedy(2, 1, None)))


def test_a_remedy_from_before_worth_was_kept_counts_its_amount() -> None:
    """What was given back."""
    assert [euros(5)] == worths(offered(1, 5), remedies=(evolve(remedy(1, 1, 5), worth=None),))


def test_of_open_offers_one_of_unknown_worth_comes_first() -> None:
    """It could be anything."""
    assert [None] == worths(offered(1, 5, 1), offered(2, None, 1))


def test_a_withdrawn_case_grants_only_what_was_agreed() -> None:
    """Its open offers can't be taken any more."""
    assert [euros(3)] == worths(offered(1, 5), offered(2, 3), remedies=(remedy(1, 2, 3),), phase=Phase.WITHDRAWN)


@pytest.mark.parametrize("phase", ["resolved", "closed", "lapsed", "merged"])
def test_an_open_offer_of_a_case_that_rests_counts(phase: str) -> None:
    """It can be taken once the case is reopened or unmerged."""
    assert [euros(5)] == worths(offered(1, 5), phase=Phase(phase))


def test_a_grant_says_by_whom_and_when() -> None:
    """Whoever offered, at that time; where it was approved, whoever did."""
    later = START + timedelta(days=1)
    offers = (offered(1, 5), offered(2, 6, approved_by="agent:eva", made_at=later))

    assert [("agent:ana", START), ("agent:eva", later)] == [(g.by, g.at) for g in grants_of(case(*offers))]


def test_an_agreed_offer_was_granted_when_it_was_made() -> None:
    """By whoever made it, not by the customer who took it."""
    taken = remedy(1, 1, 5, agreed_at=START + timedelta(days=3), agreed_by="customer:customer")

    assert [("offer-1", "agent:ana", START)] == [(g.id, g.by, g.at) for g in grants_of(case(offered(1, 5), remedies=(taken,)))]


def test_a_counter_offer_was_granted_when_it_was_agreed_to() -> None:
    """By whoever agreed."""
    later = START + timedelta(days=3)
    asked = offered(2, 5, 1, made_by="customer:customer", answers=OfferId("offer-1"))
    agreed = case(asked, remedies=(remedy(1, 2, 5, agreed_at=later, agreed_by="agent:eva"),))

    assert [("agent:eva", later)] == [(g.by, g.at) for g in grants_of(agreed)]


def test_what_nobody_says_when_was_granted_when_the_case_began() -> None:
    """Records from before that was kept."""
    offers = (offered(1, 5, made_at=None), offered(2, 3, made_at=None))

    assert [START, START] == [grant.at for grant in grants_of(case(*offers, remedies=(remedy(1, 2, 3),)))]


# --- Sums --------------------------------------------------------------------------------------------------------


def test_merged_cases_are_one() -> None:
    """What was granted in a case goes with it, from one to the next."""
    first = case(offered(1, 1), merged_into=IncidentId("i-2"), phase=Phase.MERGED)
    second = case(offered(1, 2), id=IncidentId("i-2"), merged_into=IncidentId("i-3"), phase=Phase.MERGED)
    third = case(offered(1, 4), id=IncidentId("i-3"))
    sums = total((first, second, third), "EUR")

    assert [D(0), D(0), D(7)] == [sums(Scope("incident", of)) for of in ("i-1", "i-2", "i-3")]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope("customer", "c-1"), 6),
        (Scope("customer", "c-2"), 8),
        (Scope("cause", "unknown"), 6),
        (Scope("cause", "defect"), 8),
        (Scope("day", "ana"), 10),
        (Scope("day", "eva"), 4),
        (Scope("customer", "c-1", START), 6),
        (Scope("customer", "c-1", START + timedelta(hours=1)), 4),
        (Scope("customer", "c-1", START + timedelta(hours=2)), 4),
        (Scope("customer", "c-1", START + timedelta(hours=3)), 0),
        (Scope("customer", "c-1", until=START + timedelta(hours=2)), 2),
        (Scope("customer", "c-1", until=START), 0),
    ],
)
def test_a_scope_counts_what_lies_in_it(scope: Scope, expected: int) -> None:
    """Of its customer, cause or agent; from its beginning on, and before its end."""
    later = START + timedelta(hours=2)
    first = case(offered(1, 2), offered(2, 4, approved_by="agent:eva", made_at=later))
    second = case(offered(1, 8), id=IncidentId("i-2"), customer=CustomerId("c-2"), cause="defect")

    assert expected == granted(first, second)(scope)


def test_a_case_merged_into_one_that_is_not_looked_at_counts_for_itself() -> None:
    """There is nothing that it could count for instead."""
    lone = case(offered(1, 5), merged_into=IncidentId("i-9"), phase=Phase.MERGED)

    assert [D(5), D(0)] == [granted(lone)(Scope("incident", of)) for of in ("i-1", "i-9")]


def test_other_currencies_are_counted_apart() -> None:
    """The desk never converts."""
    both = case(offered(1, euros(5, "USD")), offered(2, 3))

    assert [D(3), D(5)] == [total((both,), each)(Scope("incident", "i-1")) for each in ("EUR", "USD")]


def test_what_takes_the_place_of_a_round_does_not_count_on_top_of_it() -> None:
    """A counter-offer that is agreed to ends the round that it is of, and no other."""
    known = case(offered(1, 5, 1), offered(2, 3, 2))
    counter = offered(3, 6, 1, answers=OfferId("offer-1"))
    sums = beside(known, (counter,), granted(known), shop())

    assert [D(8), D(3)] == [each(Scope("incident", "i-1")) for each in (granted(known), sums)]


def test_offers_that_answer_none_take_no_place() -> None:
    """A new round comes on top."""
    known = case(offered(1, 5, 0))
    sums = beside(known, made(4, turn=0), granted(known), shop())

    assert D(5) == sums(Scope("incident", "i-1"))


# --- Roles -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actor", "role"),
    [
        (ANA, "agent"),
        (EVA, "supervisor"),
        (Actor("agent", "lea"), "lead"),
        (Actor("agent", "gone"), "agent"),
        (Actor("cli", "eva"), "supervisor"),
        (Actor("cli", "anybody"), "cli"),
        (Actor("host", "eva"), "host"),
        (Actor("customer", "customer"), "host"),
        (Actor("source", "files"), "host"),
        (HOST, "host"),
        (RULE, "rule"),
    ],
)
def test_everybody_acts_in_a_role(actor: Actor, role: str) -> None:
    """An agent in their own, others for the host, a rule or a terminal."""
    assert role == role_of(actor, shop())


def test_a_role_that_the_settings_say_nothing_of_is_not_limited() -> None:
    """It may grant anything."""
    settings = shop(agent=Authority(per_day=D(5)))

    assert (D(5), None) == (authority_of(ANA, settings).per_day, authority_of(EVA, settings))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("role", "authority", "expected"),
    [
        ("agent", None, False),
        ("supervisor", None, True),
        ("agent", Authority(), False),
        ("agent", Authority(may_approve=True), True),
        ("supervisor", Authority(), True),
        ("supervisor", Authority(may_approve=False), False),
        ("lead", Authority(supervises=True), True),
        ("lead", Authority(supervises=True, may_approve=False), False),
        ("lead", Authority(), False),
    ],
)
def test_whoever_supervises_approves_unless_it_is_said(role: str, authority: Authority | None, expected: bool) -> None:
    """By the role's table, else by its powers."""
    settings = shop(**({} if authority is None else {role: authority}))

    assert expected == may_approve(Agent("zoe", "after-sales", role), settings)


# --- What is left ------------------------------------------------------------------------------------------------

FULL = Authority(
    per_incident=D(25), per_customer=D(100), customer_days=90, per_day=D(60), per_cause={"defect": D(500)}, cause_days=30
)


def test_each_limit_says_what_was_used_of_it() -> None:
    """With since when; per cause only for the case's own."""
    known = case(offered(1, 6), cause="defect")
    left = budgets(ANA, known, granted(known), now(shop(agent=FULL), days=1))
    day = datetime(2026, 3, 2, 23, tzinfo=UTC)
    earlier = START + timedelta(days=1)

    assert [
        ("incident", "i-1", euros(25), euros(6), None),
        ("customer", "c-1", euros(100), euros(6), earlier - timedelta(days=90)),
        ("day", "ana", euros(60), euros(0), day),
        ("cause", "defect", euros(500), euros(6), earlier - timedelta(days=30)),
    ] == [(b.kind, b.of, b.limit, b.used, b.since) for b in left]


def test_a_day_is_one_of_the_shop_s_zone() -> None:
    """From its first instant up to the next day's: in Madrid it is summer for the last eighteen hours of the 29th of March."""
    asked: list[Scope] = []

    def sums(scope: Scope) -> Decimal:
        asked.append(scope)
        return D(0)

    at = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # half past midnight there
    there = evolve(now(shop(agent=Authority(per_day=D(1)))), at=at)
    budgets(ANA, case(), sums, there)

    assert [Scope("day", "ana", datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC))] == asked


def test_a_cause_without_a_budget_has_none() -> None:
    """Nor has one that nobody knows, unless the settings say what is left for ``unknown``."""
    limited = shop(agent=Authority(per_cause={"defect": D(5), "unknown": D(3)}))
    causes = ("defect", "unknown", None, "picking")
    left = [budgets(ANA, case(cause=cause), NOBODY, now(limited)) for cause in causes]

    assert [[5], [3], [3], []] == [[b.limit.amount for b in some] for some in left]


def test_a_case_without_a_customer_has_no_budget_of_one() -> None:
    """There is nobody whom it could count for."""
    assert () == budgets(ANA, case(customer=None), NOBODY, now(shop(agent=Authority(per_customer=D(5)))))


def test_nothing_is_summed_for_a_role_without_limits() -> None:
    """It costs no look at the record."""

    def sums(scope: Scope) -> Decimal:
        raise AssertionError("asked for nothing")

    settings = shop(agent=Authority(kinds=("refund",)))

    assert [(), ()] == [budgets(EVA, case(), sums, now(settings)), budgets(ANA, case(), sums, now(settings))]
    assert verdict(ANA, made(5), case(), sums, now(settings)).allowed


# --- Verdicts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("worth", "allowed"), [(4, True), ("4.01", False), (0, True)])
def test_what_is_left_can_be_granted_to_the_cent(worth: Any, allowed: bool) -> None:
    """And not a cent more."""
    known = case(offered(1, 6))
    settings = shop(agent=Authority(per_incident=D(10)))

    assert allowed == verdict(ANA, made(euros(worth)), known, granted(known), now(settings)).allowed


def test_rounds_that_are_made_together_add_up() -> None:
    """One of each will be taken."""
    settings = shop(agent=Authority(per_incident=D(9)))
    rounds = [(*made(5, 3, turn=1), *made(last, 1, turn=2)) for last in (4, 5)]

    assert [True, False] == [verdict(ANA, offers, case(), NOBODY, now(settings)).allowed for offers in rounds]


def test_a_limit_of_nothing_allows_only_what_is_worth_nothing() -> None:
    """An apology can always be made."""
    settings = shop(agent=Authority(per_incident=D(0)))

    assert [True, False] == [verdict(ANA, made(euros(w)), case(), NOBODY, now(settings)).allowed for w in ("0", "0.01")]


def test_of_alternatives_the_largest_decides() -> None:
    """For it could be taken."""
    settings = shop(agent=Authority(per_incident=D(5)))

    assert not verdict(ANA, made(6, 3), case(), NOBODY, now(settings)).allowed
    assert [True, False] == [verdict(ANA, made(*some), case(), NOBODY, now(settings)).allowed for some in ((5, 3), (3, 6))]


@pytest.mark.parametrize("kind", ["incident", "customer", "day", "cause"])
def test_every_limit_holds_by_itself(kind: str) -> None:
    """And is named where it is exceeded."""
    key = {"incident": "per_incident", "customer": "per_customer", "day": "per_day", "cause": "per_cause"}[kind]
    limit: dict[str, Any] = {key: {"unknown": D(5)} if kind == "cause" else D(5)}
    settings = shop(agent=Authority(**limit))
    found = verdict(ANA, made(6), case(), NOBODY, now(settings))

    assert ([kind], [euros(5)], False) == (
        [b.kind for b in found.exceeded],
        [b.remaining for b in found.exceeded],
        found.allowed,
    )


def test_a_kind_that_the_role_may_not_grant_is_beyond_it() -> None:
    """Whatever it is worth; each such kind is named once."""
    settings = shop(agent=Authority(kinds=("discount",)))
    found = verdict(ANA, made(1, 2), case(), NOBODY, now(settings))

    assert (Budget("kind", euros(0), euros(0), "refund"),) == found.exceeded


def test_a_role_without_sums_grants_any_worth_of_its_kinds() -> None:
    """Unknown ones and other currencies too."""
    settings = shop(agent=Authority(kinds=("refund",)))

    assert verdict(ANA, made(None, euros(5, "USD")), case(), NOBODY, now(settings)).allowed


def test_a_worth_that_nobody_knows_is_within_no_budget() -> None:
    """It could be anything."""
    settings = shop(agent=Authority(per_day=D(1000)))
    found = verdict(ANA, made(None), case(), NOBODY, now(settings))

    assert (Budget("worth", euros(0), euros(0)),) == found.exceeded


def test_another_currency_is_within_no_budget() -> None:
    """Unless it is nothing; the desk never converts."""
    settings = shop(agent=Authority(per_day=D(1000)))
    offers = [made(euros(5, "USD"), euros(7, "USD")), made(euros(0, "USD"))]
    found = [verdict(ANA, some, case(), NOBODY, now(settings)) for some in offers]

    assert [(Budget("currency", euros(0), euros(0), "USD"),), ()] == [each.exceeded for each in found]


@pytest.mark.parametrize(
    ("actor", "role"), [(HOST, "host"), (RULE, "rule"), (Actor("cli", "x"), "cli"), (Actor("cli", "ana"), "agent")]
)
def test_machines_can_be_limited_too(actor: Actor, role: str) -> None:
    """By tables of their own; a name said at a terminal is worth no more than that person's role."""
    settings = shop(**{role: Authority(per_incident=D(5))})

    assert [True, False] == [verdict(actor, made(worth), case(), NOBODY, now(settings)).allowed for worth in (5, 6)]


# --- Who may -----------------------------------------------------------------------------------------------------


def test_those_who_may_are_named_where_it_is_not_allowed() -> None:
    """Supervisors have no limit here; nobody is named for what is allowed."""
    settings = shop(agent=Authority(per_incident=D(5)))
    found = [verdict(ANA, made(worth), case(), NOBODY, now(settings)).may for worth in (5, 6)]

    assert [(), ("eva", "sam")] == found


def test_whoever_asks_is_not_among_them() -> None:
    """However much they may grant themselves, and however they are called in."""
    settings = shop(supervisor=Authority(per_incident=D(5)), lead=Authority(may_approve=True))
    asking = [EVA, Actor("cli", "eva"), Actor("host", "lea")]
    may = [[a.name for a in approvers(each, made(6), case(), NOBODY, now(settings))] for each in asking]

    assert [["lea"], ["lea"], []] == may


def test_those_whose_own_limits_are_exceeded_may_not() -> None:
    """Each by what is left to them: eva has granted much today, and leads are limited per case."""
    today = case(offered(1, 90, made_by="agent:eva"), id=IncidentId("i-2"), customer=None)
    settings = shop(
        agent=Authority(per_incident=D(5)),
        supervisor=Authority(per_day=D(100)),
        lead=Authority(per_incident=D(15), may_approve=True),
    )
    found = [verdict(ANA, made(worth), case(), granted(today), now(settings)).may for worth in (10, 12, 16, 101)]

    assert [("eva", "sam", "lea"), ("sam", "lea"), ("sam",), ()] == found


# --- Against an account kept by hand -----------------------------------------------------------------------------


@given(st.data())
def test_grants_are_what_an_account_kept_by_hand_says(data: st.DataObject) -> None:
    """Over rounds whose offers are taken, declined, left open, dropped or done in parts, in any mix."""
    offers: list[Any] = []
    remedies: list[Any] = []
    expected, place = Decimal(0), 0
    for turn in range(1, data.draw(st.integers(1, 4)) + 1):
        prices = data.draw(st.lists(st.integers(0, 50), min_size=1, max_size=3))
        taken = data.draw(st.none() | st.integers(0, len(prices) - 1))
        standing = []
        for number, price in enumerate(prices):
            place += 1
            if taken == number:
                part = data.draw(st.integers(0, price))
                dropped = data.draw(st.tuples(st.booleans(), st.booleans()))
                for worth, gone in zip((part, price - part), dropped, strict=True):
                    remedies.append(remedy(len(remedies) + 1, place, worth, dropped_at=START if gone else None))
                    expected += 0 if gone else worth
                state = OfferState.ACCEPTED
            elif taken is not None:
                state = OfferState.PASSED
            else:
                state = data.draw(st.sampled_from((OfferState.OPEN, OfferState.DECLINED, OfferState.EXPIRED)))
                standing += [price] if state is OfferState.OPEN else []
            offers.append(offered(place, price, turn, state=state))
        expected += max(standing, default=0)
    known = case(*offers, remedies=tuple(remedies))

    assert expected == granted(known)(Scope("incident", "i-1"))


@given(st.lists(st.tuples(st.sampled_from(("ana", "leo")), st.integers(0, 30), st.integers(0, 2)), max_size=12))
def test_slices_stop_at_the_same_total_as_one_large_sum(steps: list[tuple[str, int, int]]) -> None:
    """However a case's or a customer's budget is cut up, among whomever and over which cases: it is never overspent."""
    limits = Authority(per_incident=D(25), per_customer=D(60), per_day=D(40))
    cases = {n: case(id=IncidentId(f"i-{n}")) for n in range(3)}
    spent: dict[tuple[str, object], int] = {}
    for agent, worth, number in steps:
        keys = (("case", number), ("customer", 0), ("day", agent))
        room = all(spent.get(key, 0) + worth <= most for key, most in zip(keys, (25, 60, 40), strict=True))
        by = Actor("agent", agent)
        found = verdict(by, made(worth), cases[number], granted(*cases.values()), now(shop(agent=limits), by))
        assert (room or worth == 0) == found.allowed
        if found.allowed:
            spent |= {key: spent.get(key, 0) + worth for key in keys}
            place = len(cases[number].offers) + 1
            grown = (*cases[number].offers, offered(place, worth, made_by=str(by)))
            cases[number] = evolve(cases[number], offers=grown)

    assert sum(spent.get(("case", n), 0) for n in cases) == granted(*cases.values())(Scope("customer", "c-1"))
