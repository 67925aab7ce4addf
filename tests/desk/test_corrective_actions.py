"""Corrective actions through the desk, on both stores: what is done against a kind of incident, and whether it helped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from incidentkit.desk.desk import Desk
from incidentkit.domain.corrective_actions import ActionState, CorrectiveAction, Counted, EffectReason
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Line, Order
from incidentkit.domain.people import Customer
from incidentkit.errors import InvalidInput, RuleViolation, UnknownIdError
from incidentkit.rules.signatures import Signature
from incidentkit.testing._audit import Copy, faults
from incidentkit.testing.clocks import ManualClock
from tests.desk.conftest import Opened
from tests.desk.world import SHOP

PACKING = Signature("packaging", "step", "packing")
DAYS, WEEK = timedelta(days=1), timedelta(weeks=1)


def ordered(desk: Desk, product: str = "lamp") -> Order:
    return desk.orders.place(customer=Customer("c-1"), lines=[Line(product, 1, "10.00")])


def torn(desk: Desk, product: str = "lamp", **given: Any) -> Incident:
    """An order whose box was torn."""
    about = {"type": "damaged", "description": "torn", "cause": "packaging", **given}
    return desk.incidents.report(ordered(desk, product).id, **about)


def planned(desk: Desk, **given: Any) -> CorrectiveAction:
    return desk.corrective_actions.plan(
        **{
            "what": "double wall boxes",
            "sponsor": "eva",
            "doer": "warehouse",
            "due": desk.clock() + 3 * DAYS,
            "signature": PACKING,
            "window": 4 * WEEK,
            "settle": WEEK,
            "baseline": 10 * WEEK,
            **given,
        }
    )


def finished(desk: Desk, **given: Any) -> CorrectiveAction:
    return desk.corrective_actions.done(planned(desk, **given).id, outcome="all boxes replaced", by="leo")


def weeks(desk: Desk, clock: ManualClock, count: int, *, orders: int, torn_boxes: int) -> None:
    """So many weeks, each with so many orders, some of which arrive torn."""
    for _ in range(count):
        # Not at the instant at which something else was done: what was ordered then could not be helped by it.
        clock.advance(minutes=1)
        with desk.batch():
            for place in range(orders):
                (torn if place < torn_boxes else ordered)(desk)
        clock.advance(days=7, minutes=-1)
        desk.tick()


# --- X15 ---------------------------------------------------------------------------------------------------------


def test_what_helped_is_effective_once_its_window_is_over(desk: Desk, clock: ManualClock) -> None:
    """Decided by the desk itself, from orders before and since; nobody says so."""
    weeks(desk, clock, 10, orders=6, torn_boxes=2)
    action = finished(desk)
    weeks(desk, clock, 4, orders=6, torn_boxes=0)
    before_the_end = desk.corrective_actions.get(action.id)
    clock.advance(days=8)
    report = desk.tick()
    judged = desk.corrective_actions.get(action.id)

    assert ActionState.DONE is before_the_end.state
    assert 1 == report.done["corrective_action.judged"]
    assert judged.effect is not None
    assert (ActionState.EFFECTIVE, EffectReason.RARER, False) == (judged.state, judged.effect.reason, judged.open)
    assert (Counted(20, 60), Counted(0, 24)) == (judged.effect.before, judged.effect.after)


def test_a_recurrence_opens_it_again_and_is_linked(desk: Desk, clock: ManualClock) -> None:
    """Where before there was one case, one since is more than the limit allows; it stands on both timelines."""
    first = torn(desk)
    action = finished(desk, incidents=first.id)
    clock.advance(days=3)
    again = torn(desk)
    desk.tick()
    reopened = desk.corrective_actions.get(action.id)
    told = [entry.type for entry in desk.orders.timeline(again.orders[0]) if entry.stream == action.id]

    assert (ActionState.PLANNED, 1, (again.id,)) == (reopened.state, reopened.reopened, reopened.recurrences)
    assert "corrective_action.recurred" in told
    assert ["action_recurred"] == [task.rule for task in desk.tasks.find(owner="warehouse")]
    assert (reopened,) == desk.corrective_actions.find(incident=again.id) == desk.corrective_actions.find(incident=first.id)


def test_simulated_recurrence_opens_it_again(desk: Desk, clock: ManualClock) -> None:
    """Of what did nothing, within its window."""
    weeks(desk, clock, 10, orders=6, torn_boxes=2)
    action = finished(desk)
    weeks(desk, clock, 4, orders=6, torn_boxes=2)
    after = desk.corrective_actions.get(action.id)

    assert (ActionState.PLANNED, 1) == (after.state, after.reopened)
    assert after.effect is not None
    assert after.effect.after.hits > after.effect.allowed


def test_without_orders_since_it_is_never_effective(desk: Desk, clock: ManualClock) -> None:
    """No recurrence shows nothing where nothing could recur; the sponsor decides what to do."""
    weeks(desk, clock, 10, orders=6, torn_boxes=2)
    action = finished(desk)
    clock.advance(days=40)
    desk.tick()
    judged = desk.corrective_actions.get(action.id)

    assert judged.effect is not None
    assert (ActionState.INCONCLUSIVE, EffectReason.NO_EXPOSURE, True) == (judged.state, judged.effect.reason, judged.open)
    # The same customer got torn boxes again and again: those cases are hers too.
    assert ["action_unproven"] == [task.rule for task in desk.tasks.find(owner="eva") if task.incident is None]


def test_a_small_base_is_inconclusive(desk: Desk, clock: ManualClock) -> None:
    """One case before, a few orders since: there is no telling; it can be watched for longer."""
    torn(desk)
    clock.advance(days=7)
    action = finished(desk)
    weeks(desk, clock, 4, orders=1, torn_boxes=0)
    clock.advance(days=8)
    desk.tick()
    judged = desk.corrective_actions.get(action.id)
    longer = desk.corrective_actions.extend(action.id, window=20 * WEEK, by="eva")

    assert judged.effect is not None
    assert (ActionState.INCONCLUSIVE, EffectReason.TOO_FEW) == (judged.state, judged.effect.reason)
    assert (ActionState.DONE, 1) == (longer.state, longer.looks)


# --- What counts -------------------------------------------------------------------------------------------------


def test_orders_placed_before_it_was_done_are_no_recurrence(desk: Desk, clock: ManualClock) -> None:
    """Nothing done since could have helped them; they count before."""
    early = ordered(desk)
    clock.advance(days=1)
    action = finished(desk)
    clock.advance(days=2)
    desk.incidents.report(early.id, type="damaged", description="torn", cause="packaging")
    desk.tick()
    effect = desk.corrective_actions.effect(action.id)

    assert ActionState.DONE is desk.corrective_actions.get(action.id).state
    assert (Counted(1, 1), Counted(0, 0)) == (effect.before, effect.after)


def test_what_comes_to_light_late_does_not_count(desk: Desk, clock: ManualClock) -> None:
    """On neither side: orders before had no longer to show their trouble than those since."""
    early, late = ordered(desk), ordered(desk)
    clock.advance(days=7)
    desk.incidents.report(early.id, type="damaged", description="torn", cause="packaging")
    clock.advance(days=1)
    desk.incidents.report(late.id, type="damaged", description="torn", cause="packaging")

    assert Counted(1, 2) == desk.corrective_actions.effect(planned(desk).id).before


def test_only_orders_count_that_it_could_happen_to(desk: Desk, clock: ManualClock) -> None:
    """Those of the product, or of the carrier; for a step all of them."""
    torn(desk, cause="defect")
    torn(desk, "mug", cause="defect")
    ordered(desk, "mug")
    sent = desk.orders.ship(torn(desk, "mug", cause="carrier_damage").orders[0], carrier="post", by="leo")
    clock.advance(days=1)

    def before(signature: str) -> Counted:
        return desk.corrective_actions.effect(planned(desk, signature=signature).id).before

    assert sent.shipments
    assert Counted(1, 1) == before("defect/product/lamp")
    assert Counted(1, 3) == before("defect/product/mug")
    assert Counted(2, 4) == before("defect/step/product")
    assert Counted(1, 1) == before("carrier_damage/carrier/post")


def test_two_cases_of_one_order_are_one_hit(desk: Desk, clock: ManualClock) -> None:
    """And what was withdrawn is none."""
    case = torn(desk)
    desk.incidents.report(case.orders[0], type="damaged", description="torn again", cause="packaging")
    desk.incidents.withdraw(torn(desk).id, reason="a mistake")
    clock.advance(days=1)

    assert Counted(1, 2) == desk.corrective_actions.effect(planned(desk).id).before


def test_cases_without_an_order_count_by_when_they_were_seen(desk: Desk, clock: ManualClock) -> None:
    """Each is a hit."""
    desk.incidents.report(None, customer="c-9", type="damaged", description="torn", cause="packaging")
    clock.advance(days=1)
    action = finished(desk)
    clock.advance(days=1)
    seen = desk.incidents.report(None, customer="c-9", type="damaged", description="torn", cause="packaging")
    effect = desk.corrective_actions.effect(action.id)

    assert (1, 1) == (effect.before.hits, effect.after.hits)
    assert (seen.id,) == desk.corrective_actions.verify(action.id).recurrences


def test_a_late_fact_is_seen_when_somebody_looks_again(desk: Desk, clock: ManualClock) -> None:
    """What was effective is open again where cases of its window are only reported now."""
    weeks(desk, clock, 10, orders=6, torn_boxes=2)
    action = finished(desk)
    clock.advance(minutes=1)
    late = [ordered(desk) for _ in range(24)]
    clock.advance(days=40)
    desk.tick()
    good = desk.corrective_actions.get(action.id)
    for order in late[:6]:
        desk.incidents.report(
            order.id, type="damaged", description="torn", cause="packaging", at=desk.clock() - timedelta(days=36)
        )
    again = desk.corrective_actions.verify(action.id)

    assert (ActionState.EFFECTIVE, ActionState.PLANNED) == (good.state, again.state)


# --- Commands ----------------------------------------------------------------------------------------------------


def test_one_case_is_reason_enough(desk: Desk) -> None:
    """A description corrected after a single complaint is a corrective action, and stands on the order's timeline."""
    case = torn(desk, type="damaged", cause="wrong_description")
    action = planned(desk, what="correct the page", signature="wrong_description/step/product", incidents=case.id)

    assert "corrective_action.planned" in [entry.type for entry in desk.orders.timeline(case.orders[0])]
    assert (action,) == desk.corrective_actions.find(incident=case.id)


def test_actions_are_found_by_who_has_them_and_where_they_stand(desk: Desk, clock: ManualClock) -> None:
    """The soonest due first; what is over only when it is asked for."""
    late = planned(desk, due=desk.clock() + 9 * DAYS, doer="ana", signature="defect/product/lamp")
    soon = planned(desk)
    gone = desk.corrective_actions.cancel(planned(desk).id, reason="a mistake", by="eva")
    done = finished(desk, due=desk.clock() + 20 * DAYS)

    def found(**given: Any) -> list[str]:
        return [action.id for action in desk.corrective_actions.find(**given)]

    assert [soon.id, late.id, done.id] == found()
    assert [gone.id] == found(open=False)
    assert [late.id] == found(doer="ana") == found(signature="defect/product/lamp")
    assert [soon.id, done.id] == found(doer="warehouse")
    assert [done.id] == found(state="done") == found(doer="leo")
    assert [soon.id, late.id, done.id] == found(sponsor="eva")


def test_an_action_that_is_late_becomes_its_sponsors_task(desk: Desk, clock: ManualClock) -> None:
    """Once, however often the desk looks."""
    action = planned(desk)
    clock.advance(days=4)
    desk.tick()
    desk.tick()
    (task,) = desk.tasks.find(owner="eva")

    assert ("action_overdue", "double wall boxes") == (task.rule, str(task.what))
    assert action.due == desk.corrective_actions.get(action.id).overdue


def test_a_limit_must_lie_below_the_rate_before(desk: Desk, clock: ManualClock) -> None:
    """Or it would be met with nothing done."""
    weeks(desk, clock, 1, orders=4, torn_boxes=1)

    with pytest.raises(InvalidInput, match="1 of 4 orders before"):
        planned(desk, limit=0.3)
    assert 0.1 == planned(desk, limit=0.1).verification.limit


def test_the_same_key_is_the_same_action(desk: Desk) -> None:
    """However often it is planned."""
    one = planned(desk, key="k-1", due=desk.clock() + DAYS)

    assert one == planned(desk, key="k-1", due=desk.clock() + DAYS)


def test_what_is_not_there_is_said_so(desk: Desk) -> None:
    """An action, an analysis, a case."""
    attempts: tuple[Callable[[], object], ...] = (
        lambda: desk.corrective_actions.get("nothing"),
        lambda: planned(desk, analysis="nothing"),
        lambda: planned(desk, incidents="nothing"),
    )
    for attempt in attempts:
        with pytest.raises(UnknownIdError):
            attempt()
    with pytest.raises(RuleViolation):
        desk.corrective_actions.find(limit=0)


def test_an_action_is_the_same_after_opening_the_store_again(desk: Desk, clock: ManualClock, opened: Opened) -> None:
    """Its words and its judgement too."""
    torn(desk)
    action = finished(desk, incidents=torn(desk).id)
    clock.advance(days=40)
    desk.tick()

    assert desk.corrective_actions.get(action.id) == opened().corrective_actions.get(action.id)


# --- The record --------------------------------------------------------------------------------------------------


def test_the_record_holds_through_a_random_life(desk: Desk, clock: ManualClock, record: Callable[[], Copy]) -> None:
    """Whatever is done with several actions: facts, documents and timers are what the events add up to."""
    random = Random(7)
    actions = [planned(desk, doer=doer, window=2 * WEEK).id for doer in ("warehouse", "leo", "ana")]
    do = desk.corrective_actions
    steps: list[Callable[[str], object]] = [
        lambda action: do.take(action, by=random.choice(("leo", "ana"))),
        lambda action: do.done(action, outcome="so it is", by=random.choice(("leo", "ana"))),
        do.verify,
        lambda action: do.extend(action, window=(4 + random.randint(0, 20)) * WEEK, by="eva"),
        lambda action: do.reopen(action, reason="not so"),
        lambda action: torn(desk),
        lambda action: ordered(desk),
        lambda action: clock.advance(days=random.choice((1, 9, 30))),
        lambda action: desk.tick(),
    ]
    for _ in range(60):
        try:
            random.choice(steps)(random.choice(actions))
        except RuleViolation:
            continue

    assert [] == faults(record(), SHOP)
    desk.rebuild()
    assert [] == faults(record(), SHOP)
