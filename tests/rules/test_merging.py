"""Merging by the rules alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve

from incidentkit.domain import events as ev
from incidentkit.domain.actors import Actor
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import evolve as fold
from incidentkit.domain.ids import CustomerId, IncidentId, NeedId, OrderId
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.merges import Joined
from incidentkit.domain.remedies import Offer, OfferState, Remedy
from incidentkit.domain.shop import Shop
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, RuleViolation, TransitionRefused
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.merging import lives_elsewhere, merge, unmerge
from tests.rules.lives import WORDS
from tests.rules.test_evidence import case, hours, spoken

SHOP = Shop()


def now(by: str = "agent:ana") -> Circumstances:
    """Circumstances of somebody."""
    kind, _, name = by.partition(":")
    return Circumstances(SHOP, hours(3), Actor(kind, name), confirms={"local": True})  # type: ignore[arg-type]


def open_case(id_: str, **given: Any) -> Incident:
    """A case that its customer was told of."""
    return case(id=IncidentId(id_), phase=Phase.COMMUNICATED, resolved_at=None, **given)


def taken(survivor: Incident, event: Any) -> Incident:
    """The case after what another brought."""
    state = fold(survivor, Event(survivor.id, 2, event, hours(3), hours(3), "agent:ana", "test"))
    assert isinstance(state, Incident)
    return state


def brought(gone: Incident, stays: Incident) -> ev.IncidentTookIn:
    """What the other case gains."""
    (stream, event), *_ = merge(gone, [stays], None, now()).elsewhere
    assert (stays.id, True) == (stream, isinstance(event, ev.IncidentTookIn))
    return event  # type: ignore[return-value]


ONE, TWO = OrderId("o-1"), OrderId("o-2")


def test_the_other_case_gains_what_it_did_not_have() -> None:
    """Orders, needs, a customer, a higher severity: those, and nothing that it had."""
    gone = open_case("a", orders=(ONE, TWO), needs=(NeedId("n-1"), NeedId("n-2")), customer=CustomerId("c"))
    stays = open_case("b", orders=(ONE,), needs=(NeedId("n-1"),), severity="minor")

    assert ev.IncidentTookIn(gone.id, (TWO,), CustomerId("c"), "critical", (NeedId("n-2"),)) == brought(gone, stays)
    bare = evolve(gone, orders=(), needs=(), customer=None)
    assert ev.IncidentTookIn(gone.id) == brought(bare, evolve(stays, severity="critical"))


def test_a_less_severe_duplicate_changes_no_severity() -> None:
    """Nor one that is as severe."""
    assert "" == brought(open_case("a", severity="minor"), open_case("b")).severity
    assert "" == brought(open_case("a"), open_case("b")).severity


def test_a_customer_of_its_own_stays() -> None:
    """One that another case had brought is brought again, so that either can be taken back."""
    mine = CustomerId("c")
    gone = open_case("a", customer=mine)
    stays = open_case("b", customer=mine)
    through = evolve(stays, took_in=(Joined(IncidentId("x"), (), mine),))

    assert (None, mine) == (brought(gone, stays).customer, brought(gone, through).customer)


def test_giving_back_is_the_inverse_of_taking_in() -> None:
    """In whatever order, for orders, needs and the customer; only the severity stays as high as it was."""
    stays = open_case("b", severity="minor")
    first = brought(open_case("a", orders=(ONE,), customer=CustomerId("c"), needs=(NeedId("n"),)), stays)
    after_one = taken(stays, first)
    second = brought(open_case("x", orders=(ONE, TWO), customer=CustomerId("c")), after_one)
    both = taken(after_one, second)
    without_first = taken(both, ev.IncidentGaveBack(IncidentId("a")))
    neither = taken(without_first, ev.IncidentGaveBack(IncidentId("x")))

    assert ((ONE, TWO), CustomerId("c"), ()) == (without_first.orders, without_first.customer, without_first.needs)
    assert evolve(stays, severity="critical") == neither


def test_a_circle_shows_its_path() -> None:
    """From the case round to itself, and no further."""
    chain = [open_case("b"), open_case("a"), open_case("z")]
    with pytest.raises(RuleViolation, match="got a → b → a") as caught:
        merge(open_case("a"), chain, None, now())

    assert ("a", "b", "a") == caught.value.path


@pytest.mark.parametrize(
    ("words", "gone", "stays"),
    [
        ("must be open", {}, {"phase": Phase.CLOSED}),
        ("must be open", {}, {"phase": Phase.LAPSED}),
        ("must be open", {}, {"phase": Phase.WITHDRAWN}),
        ("merge is possible from", {"phase": Phase.CLOSED}, {}),
        ("merge is possible from", {"phase": Phase.MERGED}, {}),
        ("an imported case, which is silent", {}, {"passive": True}),
        ("keeps their own closing", {"customer": CustomerId("c")}, {"customer": CustomerId("d")}),
    ],
)
def test_what_is_not_merged(words: str, gone: dict[str, Any], stays: dict[str, Any]) -> None:
    """And why."""
    with pytest.raises(RuleViolation, match=words):
        merge(evolve(open_case("a"), **gone), [evolve(open_case("b"), **stays)], None, now())


@pytest.mark.parametrize(("gone", "stays"), [(True, True), (True, False)])
def test_an_imported_case_may_go_into_any(gone: bool, stays: bool) -> None:
    """It had no timers to lose."""
    assert merge(open_case("a", passive=gone), [open_case("b", passive=stays)], None, now()).events


OFFERED = Offer("restock", hours(9).date(), id="offer-1")  # type: ignore[arg-type]
OWED = Remedy("remedy-1", "offer-1", "restock", hours(9).date())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("refused", "given"),
    [
        ("offer-1", {"offers": (OFFERED,)}),
        ("remedy-1", {"remedies": (OWED,)}),
        ("remedy-1, offer-1", {"offers": (OFFERED,), "remedies": (OWED,)}),
        (None, {"offers": (evolve(OFFERED, state=OfferState.DECLINED),)}),
        (None, {"remedies": (evolve(OWED, carried_out_at=hours(2), reference="x"),)}),
    ],
)
def test_what_was_put_in_writing_keeps_a_case_by_itself(refused: str | None, given: dict[str, Any]) -> None:
    """Open offers and remedies that are owed; not what was declined or done."""
    gone = open_case("a", **given)
    if refused is None:
        assert merge(gone, [open_case("b")], None, now()).events
    else:
        with pytest.raises(TransitionRefused, match=f"got {refused}\\. carry_out"):
            merge(gone, [open_case("b")], None, now())


@pytest.mark.parametrize(
    ("expected", "by"),
    [
        (True, "agent:ana"),
        (True, "host:web"),
        (True, "cli:me"),
        (False, "rule:desk"),
        (False, "customer:customer"),
        (False, "source:file"),
    ],
)
def test_people_decide(expected: bool, by: str) -> None:
    """Both ways."""
    merged = evolve(open_case("a"), phase=Phase.MERGED, merged_from=Phase.DETECTED, merged_into=IncidentId("b"))
    acts: dict[str, Callable[[], Decision]] = {
        "merge": lambda: merge(open_case("a"), [open_case("b")], None, now(by)),
        "unmerge": lambda: unmerge(merged, open_case("b"), WORDS, None, now(by)),
    }
    for what, act in acts.items():
        if expected:
            assert act().events
        else:
            with pytest.raises(RuleViolation, match=f": {what} is for people to decide; got by={by}"):
                act()


@pytest.mark.parametrize("told", [True, False])
def test_who_was_told_hears_of_it(told: bool) -> None:
    """By a message of the case that goes on, and of its own when it is taken back."""
    gone = open_case("a", customer=CustomerId("c"), conversations=(spoken(),) if told else ())
    decision = merge(gone, [open_case("b", customer=CustomerId("c"))], None, now())
    merged = evolve(gone, phase=Phase.MERGED, merged_from=Phase.COMMUNICATED, merged_into=IncidentId("b"))
    back = unmerge(merged, open_case("b"), WORDS, None, now())

    assert (("b", ev.IncidentGaveBack(gone.id)),) == back.elsewhere
    assert (2 if told else 1) == len(back.events) == len(decision.elsewhere)
    assert (["b"] if told else []) == [intent.stream for intent in decision.intents]
    assert (["incident.merged"] if told else []) == [intent.step for intent in decision.intents]
    assert (["incident.unmerged"] if told else []) == [intent.step for intent in back.intents]


@pytest.mark.parametrize(("gone", "stays"), [("c", "c"), ("c", None), (None, "c"), (None, None)])
def test_a_case_of_nobody_known_goes_with_any(gone: str | None, stays: str | None) -> None:
    """Only two who are known can be two."""
    customers = [CustomerId(who) if who else None for who in (gone, stays)]

    assert merge(open_case("a", customer=customers[0]), [open_case("b", customer=customers[1])], None, now()).events


@pytest.mark.parametrize(
    ("phase", "given", "survivor"),
    [("closed", {}, {"phase": Phase.CLOSED}), ("communicated", {"remedies": (OWED,)}, {})],
    ids=["a closed case", "one that owes"],
)
def test_a_refusal_says_what_was_tried(phase: str, given: dict[str, Any], survivor: dict[str, Any]) -> None:
    """And where the case that stands in the way stands."""
    with pytest.raises(TransitionRefused) as caught:
        merge(open_case("a", **given), [evolve(open_case("b"), **survivor)], None, now())

    assert (phase, "merge") == (caught.value.phase, caught.value.attempted)


def test_the_customer_whom_a_merger_brings_hears_of_it() -> None:
    """The case that goes on had none to write to before."""
    gone = open_case("a", customer=CustomerId("c"), conversations=(spoken(),))

    assert ["c"] == [intent.customer for intent in merge(gone, [open_case("b")], None, now()).intents]


def test_the_customer_of_the_case_that_goes_on_hears_of_a_merger() -> None:
    """Who was spoken to about the other was nobody known."""
    gone = open_case("a", conversations=(spoken(),))

    assert ["c"] == [i.customer for i in merge(gone, [open_case("b", customer=CustomerId("c"))], None, now()).intents]


def test_taking_back_needs_words_and_a_living_parent() -> None:
    """Why stands in the record; the outer merger is taken back first."""
    merged = evolve(open_case("a"), phase=Phase.MERGED, merged_from=Phase.DETECTED, merged_into=IncidentId("b"))
    with pytest.raises(InvalidInput, match="needs a reason in words"):
        unmerge(merged, open_case("b"), Text("t", ""), None, now())
    with pytest.raises(RuleViolation, match=r"which was merged too\. unmerge\(\) b first"):
        unmerge(merged, evolve(open_case("b"), phase=Phase.MERGED), WORDS, None, now())
    with pytest.raises(TransitionRefused, match="unmerge is possible from merged only"):
        unmerge(open_case("a"), None, WORDS, None, now())


PAID = evolve(OWED, kind="refund", amount="1.00 EUR", carried_out_at=hours(2), reference="x")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("refused", "given"),
    [
        (True, {"remedies": (PAID,)}),
        (False, {"remedies": (evolve(PAID, amount=None),)}),
        (False, {"remedies": (evolve(PAID, carried_out_at=None),)}),
        (True, {"remedies": (evolve(OWED, order=ONE),)}),
        (False, {"remedies": (evolve(OWED, order=ONE, dropped_at=hours(2)),)}),
        (False, {"remedies": (evolve(OWED, order=TWO),), "orders": (TWO, ONE)}),
        (False, {"remedies": (PAID,), "orders": (TWO, ONE)}),
        (False, {}),
    ],
)
def test_an_order_that_a_remedy_is_of_is_not_taken_back(refused: bool, given: dict[str, Any]) -> None:
    """Its money and units would belong to no case; those of the case's own orders do."""
    merged = evolve(open_case("a", orders=(ONE,)), phase=Phase.MERGED, merged_from=Phase.DETECTED, merged_into=IncidentId("b"))
    parent = evolve(open_case("b", orders=(ONE,), took_in=(Joined(merged.id, (ONE,)),)), **given)
    if refused:
        with pytest.raises(RuleViolation, match="an order that a remedy is of"):
            unmerge(merged, parent, WORDS, None, now())
    else:
        assert unmerge(merged, parent, WORDS, None, now()).events


def test_what_is_decided_elsewhere_names_the_other_case() -> None:
    """With what was tried."""
    error = lives_elsewhere(evolve(open_case("a"), phase=Phase.MERGED), open_case("b"), "close")

    assert "Incident a: is decided on the case that goes on for it; got merged into b. Ask for b." == str(error)
    assert ("merged", "close") == (error.phase, error.attempted)
