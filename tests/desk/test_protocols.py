"""A case keeps the protocol that it began with; its steps are given out, late, done, and moved on purpose. On both stores."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from incidentkit.desk.desk import Desk
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.protocols import Protocol, ProtocolStep
from incidentkit.domain.remedies import Offer
from incidentkit.domain.shop import Shop
from incidentkit.domain.tasks import Task, TaskState
from incidentkit.errors import InvalidInput
from incidentkit.testing._audit import Copy
from incidentkit.testing.clocks import ManualClock
from tests.desk import world
from tests.desk.conftest import Opened
from tests.desk.world import agreed, placed, reported, told

HOUR = timedelta(hours=1)
STEPS = (
    ProtocolStep("tell", done_by="notify"),
    ProtocolStep("trace", {"en": "Have it traced", "es": "Que lo busquen"}, after=("tell",), within=2 * HOUR),
    ProtocolStep("agree", done_by="accept", after=("tell",)),
    ProtocolStep("fetch", after=("agree",), who="warehouse"),
)
DAMAGED = Protocol("damaged", severity="critical", steps=STEPS)


def with_protocol(**given: Any) -> Shop:
    changed = evolve(DAMAGED, **given)
    return evolve(world.SHOP, protocols=(changed, *world.SHOP.protocols[1:]))


SHOP = with_protocol()


@pytest.fixture
def stepped(opened: Opened) -> Desk:
    """A desk whose protocol of damaged goods has steps."""
    return opened(shop=SHOP)


def states(desk: Desk, case: Incident) -> dict[str, str]:
    return {reading.name: reading.state for reading in desk.incidents.steps(case.id)}


def task_of(desk: Desk, case: Incident, step: str = "trace") -> Task:
    (found,) = (task for task in desk.tasks.find(incident=case.id, open=None) if task.step == step)
    return found


# --- Steps -------------------------------------------------------------------------------------------------------


def test_a_task_is_given_out_with_its_turn(stepped: Desk, clock: ManualClock) -> None:
    """In the same command, for the case's owner, with the shop's words and by when."""
    before = stepped.tasks.find(incident=reported(stepped).id)
    case = told(stepped)
    task = task_of(stepped, case)

    assert () == before
    assert ("trace", "protocol", "Have it traced", "after-sales") == (task.kind, task.rule, str(task.what), task.asked)
    assert [r.due for r in stepped.incidents.steps(case.id) if r.name == "trace"] == [task.due]
    assert {"tell": "done", "trace": "open", "agree": "open", "fetch": "waiting"} == states(stepped, case)


def test_a_task_says_it_in_the_shops_language(opened: Opened) -> None:
    """The words are the shop's own."""
    desk = opened(shop=evolve(SHOP, language="es"))

    assert "Que lo busquen" == str(task_of(desk, told(desk)).what)


def test_a_step_is_done_with_its_task(stepped: Desk, clock: ManualClock) -> None:
    """By whoever did it, at that time."""
    case = told(stepped)
    clock.now += HOUR
    stepped.tasks.done(task_of(stepped, case).id, outcome="it lies in Lleida", by="ana")
    (done,) = (reading for reading in stepped.incidents.steps(case.id) if reading.name == "trace")

    assert ("done", clock.now, "ana") == (done.state, done.done_at, done.by)


def test_a_step_is_not_needed_once_its_task_is_cancelled(stepped: Desk) -> None:
    """By a person, who says why; no other is opened."""
    case = told(stepped)
    stepped.tasks.cancel(task_of(stepped, case).id, reason="the customer has found it", by="ana")
    after = stepped.incidents.wait(case.id, reason="photos", until=stepped.clock() + timedelta(days=2), by="ana")

    assert "not_needed" == states(stepped, after)["trace"]
    assert 1 == len(stepped.tasks.find(incident=case.id, open=None))


def test_a_later_task_is_for_whom_the_step_names(stepped: Desk) -> None:
    """A team of the shop."""
    case = agreed(stepped)

    assert ("warehouse", "warehouse") == (task_of(stepped, case, "fetch").asked, task_of(stepped, case, "fetch").owner.team)


def test_tasks_end_with_their_case(stepped: Desk) -> None:
    """By the rule that says so; a step that nobody did was not needed."""
    case = told(stepped)
    stepped.incidents.withdraw(case.id, reason="it was another order", by="ana")

    assert (TaskState.CANCELLED, "case_over") == (task_of(stepped, case).state, task_of(stepped, case).ended_by)
    assert "not_needed" == states(stepped, case)["trace"]


def test_a_case_on_its_own_again_has_its_tasks_again(stepped: Desk) -> None:
    """After a merge was undone."""
    order = placed(stepped)
    one, other = told(stepped, order=order), told(stepped, order=order)
    stepped.incidents.merge(one.id, into=other.id, by="ana")
    merged = task_of(stepped, one).state
    stepped.incidents.unmerge(one.id, reason="two boxes", by="ana")
    open_ = [task.step for task in stepped.tasks.find(incident=one.id)]

    assert (TaskState.CANCELLED, ["trace"], "open") == (merged, open_, states(stepped, one)["trace"])


def test_a_late_step_is_told_once(stepped: Desk, clock: ManualClock) -> None:
    """On the case, when the team is there."""
    case = told(stepped)
    clock.now += 3 * HOUR
    first, second = stepped.tick().done, stepped.tick().done

    assert 1 == first["incident.step_late"]
    assert "incident.step_late" not in second
    assert "late" == states(stepped, case)["trace"]
    assert ["trace"] == [step for step, _ in stepped.incidents.get(case.id).late_steps]


def test_a_case_without_a_protocol_has_no_steps(desk: Desk) -> None:
    """Nor does it get any tasks."""
    case = told(desk)

    assert ((), ()) == (desk.incidents.steps(case.id), desk.tasks.find(incident=case.id))


def test_the_context_shows_the_steps(stepped: Desk) -> None:
    """And offers only what the protocol allows."""
    case = told(stepped)
    (found,) = stepped.context(case.orders[0]).cases

    assert stepped.incidents.steps(case.id) == found.steps


def test_the_record_is_sound_with_steps(stepped: Desk, record: Callable[[], Copy]) -> None:
    """Every document follows from its events."""
    case = agreed(stepped)
    stepped.tasks.done(task_of(stepped, case).id, outcome="found", by="ana")
    stepped.rebuild()

    assert stepped.verify().damages == ()


# --- Which protocol counts ---------------------------------------------------------------------------------------


def test_a_case_keeps_the_protocol_that_it_began_with(opened: Opened) -> None:
    """Other settings count for cases that begin later."""
    first = opened(shop=SHOP)
    old = reported(first)
    second = opened(shop=with_protocol(version=2, threshold=5, steps=()))
    new = reported(second)

    assert (DAMAGED, 5) == (second.incidents.get(old.id).protocol, getattr(new.protocol, "threshold", None))
    assert (4, 0) == (len(second.incidents.steps(old.id)), len(second.incidents.steps(new.id)))


def test_what_satisfies_was_said_when_it_began(opened: Opened) -> None:
    """A threshold that is raised afterwards does not disprove what a customer said."""
    first = opened(shop=SHOP)
    case = world.resolved(first)
    second = opened(shop=with_protocol(version=2, threshold=5))
    ask = second.surveys.ask("csat", incident=case.id)
    second.surveys.answer(ask.id, score=4, by="customer")
    second.incidents.confirm_satisfaction(case.id, Evidence.answer(ask.id), by="ana")

    assert Phase.CLOSED is second.incidents.close(case.id, by="ana").phase


def test_another_type_brings_its_protocol(stepped: Desk) -> None:
    """And takes back the tasks of steps that it does not have."""
    case = told(stepped)
    after = stepped.incidents.amend(case.id, type="late", reason="it was only late", by="ana")

    assert after.protocol == SHOP.protocol("late")
    assert (TaskState.CANCELLED, "protocol_moved") == (task_of(stepped, case).state, task_of(stepped, case).ended_by)


def test_a_corrected_severity_keeps_the_protocol(opened: Opened) -> None:
    """Its deadlines come from the one that the case keeps."""
    first = opened(shop=SHOP)
    case = reported(first)
    second = opened(shop=with_protocol(version=2, resolve_within=999 * HOUR))
    after = second.incidents.amend(case.id, severity="minor", reason="not so bad", by="ana")

    assert (DAMAGED, DAMAGED.resolve_within) == (after.protocol, after.deadlines.targets.resolve_within)


# --- Moving ------------------------------------------------------------------------------------------------------


def test_a_case_is_moved_on_purpose(opened: Opened, clock: ManualClock) -> None:
    """Its deadlines are the new ones, and the time that was used stays used."""
    first = opened(shop=SHOP)
    case = told(first)
    clock.now += HOUR
    second = opened(shop=with_protocol(version=2, resolve_within=4 * HOUR, steps=STEPS[:1]))
    after = second.incidents.move_protocol(case.id, reason="we are quicker now", by="ana")
    (solve,) = (reading for reading in second.incidents.clocks(case.id) if reading.clock.name == "resolve_by")

    assert (2, 4 * HOUR) == (getattr(after.protocol, "version", 0), after.deadlines.targets.resolve_within)
    assert (HOUR, 3 * HOUR) == (solve.used, solve.left)
    assert ["tell"] == list(states(second, case))
    assert (TaskState.CANCELLED, "protocol_moved") == (task_of(second, case).state, task_of(second, case).ended_by)


def test_a_move_is_made_once(opened: Opened, record: Callable[[], Copy]) -> None:
    """Moved again, a case stays as it is."""
    case = reported(opened(shop=SHOP))
    desk = opened(shop=with_protocol(version=2))
    once = desk.incidents.move_protocol(case.id, reason="new", by="ana")

    assert once == desk.incidents.move_protocol(case.id, reason="new", by="ana")
    assert 1 == sum(entry.type == "incident.protocol_moved" for entry in desk.orders.timeline(case.orders[0]))


def test_a_move_needs_its_reason(opened: Opened) -> None:
    """In words."""
    case = reported(opened(shop=SHOP))

    with pytest.raises(InvalidInput, match="reason"):
        opened(shop=with_protocol(version=2)).incidents.move_protocol(case.id, reason=" ", by="ana")


def test_cases_that_go_by_another_version_are_listed(opened: Opened) -> None:
    """The open ones, of one type or of all."""
    first = opened(shop=SHOP)
    one, over, late = reported(first), reported(first), reported(first, type="late")
    first.incidents.withdraw(over.id, reason="none", by="ana")
    second = opened(shop=evolve(with_protocol(version=2), protocols=(evolve(DAMAGED, version=2), Protocol("late", version=2))))

    assert {one.id, late.id} == {case.id for case in second.incidents.behind()}
    assert [one.id] == [case.id for case in second.incidents.behind("damaged")]
    assert [] == list(first.incidents.behind())


# --- Versions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "types"),
    [
        ({}, ()),
        ({"threshold": 5}, ("damaged",)),
        ({"threshold": 5, "version": 2}, ()),
        ({"version": 1}, ()),
    ],
    ids=["as it was", "changed", "raised", "the same"],
)
def test_a_version_says_the_same_for_good(opened: Opened, later: dict[str, int], types: tuple[str, ...]) -> None:
    """What was changed under the same version is a problem that somebody should see to."""
    opened(shop=SHOP)
    found = opened(shop=with_protocol(**later)).health()

    assert types == found.protocols
    assert (["protocols_unraised"] if types else []) == [problem.code for problem in found.problems]


def test_a_lower_version_than_before_is_named(opened: Opened) -> None:
    """Two versions with one number would follow."""
    opened(shop=with_protocol(version=3))

    assert ("damaged",) == opened(shop=with_protocol(version=2, threshold=5)).health().protocols


def test_an_offer_of_another_kind_is_refused(opened: Opened) -> None:
    """It says which ones a case of that type may have."""
    desk = opened(shop=with_protocol(remedies=("replacement", "apology")))
    case = told(desk)

    with pytest.raises(InvalidInput, match=r"replacement, apology"):
        desk.incidents.offer(case.id, [Offer("refund", world.SOON, "5.00")], by="ana")


def test_the_context_offers_what_may_be_offered(opened: Opened) -> None:
    """Of the kinds that the desk has, those of the protocol."""
    desk = opened(shop=with_protocol(remedies=("replacement", "apology")))
    case = told(desk)
    (found,) = desk.context(case.orders[0]).cases

    assert ("replacement", "apology") == found.may_offer
