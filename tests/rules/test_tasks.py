"""Decisions about tasks: who is accountable, who may take one, and when one is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve as changed
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain import events as ev
from incidentkit.domain.actors import HOST, RULE, Actor
from incidentkit.domain.effects import Timer
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import evolve, replay
from incidentkit.domain.ids import ConversationId, CustomerId, IncidentId, OrderId, TaskId
from incidentkit.domain.incidents import Incident, Owner
from incidentkit.domain.money import Money
from incidentkit.domain.orders import Order
from incidentkit.domain.rotas import Absence
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.domain.tasks import Task, TaskState
from incidentkit.domain.texts import Text
from incidentkit.errors import IncidentkitError, InvalidInput, RuleViolation, TransitionRefused
from incidentkit.rules import tasks as rules
from incidentkit.rules.around import Around
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.tasks import NewTask

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SHOP = Shop(
    teams=(Team("after-sales"), Team("warehouse")),
    agents=(
        Agent("ana", "after-sales"),
        Agent("luis", "after-sales"),
        Agent("leo", "warehouse"),
        Agent("eva", "warehouse", "supervisor"),
    ),
)
WORDS = Text("text:1", "ring her")
TIMER = Timer("t-1", "shift", START)
ORDER = Order(OrderId("o-1"), START, Money("9", "EUR"), (), customer=CustomerId("c-1"))
CASE = Incident(
    IncidentId("i-1"),
    "late",
    "minor",
    WORDS,
    START,
    Owner("warehouse", "leo", START),
    orders=(OrderId("o-2"), OrderId("o-3")),
    customer=CustomerId("c-2"),
)


def now(who: str = "", hours: float = 1) -> Circumstances:
    return Circumstances(SHOP, START + timedelta(hours=hours), Actor("agent", who) if who else HOST)


def after(task: Task | None, decision: Decision, at: Circumstances) -> Task:
    state: Any = task
    for data in decision.events:
        state = evolve(state, Event("t-1", 1, data, at.at, at.at, str(at.actor), "test"))
    assert isinstance(state, Task)
    return state


def new(**given: Any) -> NewTask:
    return NewTask(**{"task": TaskId("t-1"), "kind": "call", "what": WORDS, **given})


def opened(**given: Any) -> Task:
    return after(None, rules.open_task(new(**given), now()), now())


def without(away: str) -> Circumstances:
    """As ever, but somebody is absent."""
    return changed(now(), shop=changed(SHOP, absences=(Absence(away, date(2026, 3, 1), date(2026, 3, 9)),)))


def taken(who: str = "ana", **given: Any) -> Task:
    return after(task := opened(**given), rules.take_task(task, now(who)), now(who))


# --- Opening -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "owner", "asked"),
    [
        ({}, "after-sales", "after-sales"),
        ({"owner": "warehouse"}, "warehouse", "warehouse"),
        ({"owner": "leo"}, "warehouse", "leo"),
        ({"incident": CASE}, "warehouse", "leo"),
        ({"incident": CASE, "owner": "ana"}, "after-sales", "ana"),
    ],
)
def test_a_team_is_accountable_from_the_first_instant(given: dict[str, Any], owner: str, asked: str) -> None:
    """Whoever is asked, nobody is accountable by name before they took it."""
    task = opened(**given)

    assert (Owner(owner, "", now().at), asked) == (task.owner, task.asked)


def test_a_case_brings_its_order_and_customer() -> None:
    """The first of its orders; what is given goes before."""
    of_case, of_order = opened(incident=CASE), opened(incident=CASE, order=ORDER)

    assert ("i-1", "o-2", "c-2") == (of_case.incident, of_case.order, of_case.customer)
    assert ("i-1", "o-1", "c-2") == (of_order.incident, of_order.order, of_order.customer)
    assert "c-1" == opened(order=ORDER).customer


def test_a_rule_needs_no_words() -> None:
    """Its code says what is to be done."""
    assert "notice_bounced" == opened(what=None, rule="notice_bounced").rule


@pytest.mark.parametrize("given", [{"what": None}, {"what": Text("text:1", " ")}, {"kind": "Call her"}, {"owner": "bob"}])
def test_what_names_nothing_is_refused(given: dict[str, Any]) -> None:
    """No words, no code, or nobody of the shop."""
    with pytest.raises(InvalidInput):
        opened(**given)


def test_nothing_is_to_be_done_about_what_is_imported() -> None:
    """A passive case or order is silent until it is adopted."""
    with pytest.raises(RuleViolation, match="adopt"):
        opened(incident=changed(CASE, passive=True))
    with pytest.raises(RuleViolation, match="adopt"):
        opened(order=changed(ORDER, passive=True))


def test_another_streams_decision_opens_the_same_task() -> None:
    """As events of the task's own stream."""
    decided = rules.open_task(new(), now())

    assert tuple(("t-1", event) for event in decided.events) == rules.task_elsewhere(new(), now())


# --- Taking ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "given"), [("ana", {}), ("eva", {}), ("leo", {"incident": CASE, "owner": "leo"})])
def test_one_of_the_team_or_who_was_asked_or_a_supervisor_takes_it(who: str, given: dict[str, Any]) -> None:
    """And is accountable by name from then on."""
    task = taken(who, **given)

    assert (TaskState.TAKEN, who) == (task.state, task.owner.agent)


def test_another_team_does_not_take_it() -> None:
    """The refusal says who could."""
    with pytest.raises(RuleViolation, match="ana, luis"):
        rules.take_task(opened(), now("leo"))


def test_a_team_without_agents_is_told_so() -> None:
    """There may be nobody by name."""
    at = changed(now("leo"), shop=changed(SHOP, agents=SHOP.agents[2:]))

    with pytest.raises(RuleViolation, match="nobody by name"):
        rules.take_task(opened(), at)


def test_only_an_agent_takes_it() -> None:
    """Somebody the settings don't name can't be accountable."""
    with pytest.raises(InvalidInput):
        rules.take_task(opened(), now())


def test_taking_ones_own_again_changes_nothing() -> None:
    """A colleague can take it over, which moves it."""
    task = taken("ana")

    assert () == rules.take_task(task, now("ana")).events
    assert "luis" == after(task, rules.take_task(task, now("luis")), now("luis")).owner.agent


# --- Ending ------------------------------------------------------------------------------------------------------


def test_doing_it_takes_it() -> None:
    """Nothing is done that nobody took."""
    decided = rules.finish_task(opened(), WORDS, now("ana"))

    assert [ev.TaskTaken, ev.TaskDone] == [type(event) for event in decided.events]


def test_what_is_taken_is_done_once() -> None:
    """By anybody who knows what came of it; done again it is refused."""
    task = after(ours := taken(), rules.finish_task(ours, WORDS, now("leo")), now("leo"))

    assert (TaskState.DONE, "ana", WORDS) == (task.state, task.owner.agent, task.outcome)
    with pytest.raises(TransitionRefused):
        rules.finish_task(task, WORDS, now("ana"))
    with pytest.raises(TransitionRefused):
        rules.take_task(task, now("luis"))


def test_ending_needs_words() -> None:
    """What came of it, or why it need not be done."""
    with pytest.raises(InvalidInput, match="outcome"):
        rules.finish_task(taken(), Text(""), now("ana"))
    with pytest.raises(InvalidInput, match="reason"):
        rules.cancel_task(taken(), Text(""))


def test_a_cancelled_task_is_over() -> None:
    """With its reason and time."""
    task = after(ours := opened(), rules.cancel_task(ours, WORDS), now(hours=2))

    assert (TaskState.CANCELLED, WORDS, now(hours=2).at, False) == (task.state, task.reason, task.ended_at, task.open)


_STEPS = ("take:ana", "take:luis", "take:leo", "take:eva", "return:ana", "return:eva", "done:ana", "done:", "cancel:")


@given(st.lists(st.sampled_from(_STEPS), max_size=8), st.sampled_from(("", "leo", "warehouse")))
def test_a_task_has_one_accountable_owner_at_every_instant(steps: list[str], owner: str) -> None:
    """Law: whatever is tried, there is a team; by name exactly from a taking on until it is given back."""
    events = [Event("t-1", 1, rules.open_task(new(owner=owner), now()).events[0], START, START, str(RULE), "test")]
    for hour, step in enumerate(steps, 1):
        what, who = step.split(":")
        task: Any = replay(events)
        at = now(who, hour)
        with_words: dict[str, Callable[[Task, Circumstances], Decision]] = {
            "take": rules.take_task,
            "done": lambda t, n: rules.finish_task(t, WORDS, n),
            "return": lambda t, n: rules.return_task(t, TIMER, Around(), without(n.actor.name)),
        }
        try:
            decided = rules.cancel_task(task, WORDS) if what == "cancel" else with_words[what](task, at)
        except IncidentkitError:
            continue
        events += [Event("t-1", 1, data, at.at, at.at, str(at.actor), "test") for data in decided.events]

    for length in range(1, len(events) + 1):
        state: Any = replay(events[:length])
        assert state.owner.team
        turns = [event.data for event in events[:length] if isinstance(event.data, (ev.TaskTaken, ev.TaskReturned))]
        assert bool(state.owner.agent) == isinstance(turns[-1] if turns else None, ev.TaskTaken)
        assert state.open == (state.ended_at is None)


@pytest.mark.parametrize(
    ("task", "away", "why"),
    [
        (taken("ana"), "ana", "absent"),
        (taken("ana"), "luis", ""),
        (opened(owner="ana"), "ana", ""),
        (after(done := taken("ana"), rules.finish_task(done, WORDS, now("ana")), now("ana")), "ana", ""),
    ],
)
def test_what_somebody_absent_had_taken_is_open_again(task: Task, away: str, why: str) -> None:
    """For their team; what nobody had taken, and what is over, stays as it is."""
    decided = rules.return_task(task, TIMER, Around(), without(away))

    assert ((ev.TaskReturned(why),) if why else ()) == decided.events
    if why:
        again = after(task, decided, now())
        assert (TaskState.OPEN, "after-sales", "after-sales") == (again.state, again.owner.label, again.asked)
        assert "luis" == after(again, rules.take_task(again, now("luis")), now("luis")).owner.agent


def test_what_somebody_had_taken_who_left_the_shop_is_open_again() -> None:
    """The settings no longer name them."""
    without_ana = changed(now(), shop=changed(SHOP, agents=SHOP.agents[1:]))

    assert (ev.TaskReturned("gone"),) == rules.return_task(taken("ana"), TIMER, Around(), without_ana).events


def test_nobody_takes_a_task_while_absent() -> None:
    """It would be given back at once; what is done already may be said to be."""
    away = changed(without("ana"), actor=Actor("agent", "ana"))

    with pytest.raises(RuleViolation, match="On duty in after-sales now: luis"):
        rules.take_task(opened(), away)
    task = opened()
    assert "ana" == after(task, rules.finish_task(task, WORDS, away), away).owner.agent


def test_somebody_who_is_absent_is_not_asked() -> None:
    """A person is refused, a rule asks their team; so does a task about a case of theirs."""
    at = without("leo")

    with pytest.raises(RuleViolation, match="On duty in warehouse now: eva"):
        rules.open_task(new(owner="leo"), at)
    for wanted in ({"owner": "leo", "rule": "unreachable"}, {"incident": CASE}):
        assert ("warehouse", "warehouse") == (
            after(None, rules.open_task(new(**wanted), at), at).asked,
            opened(**wanted).owner.team,
        )


SPOKEN = ev.ConversationLogged(ConversationId("conversation-1"), "phone", "ana", WORDS)


@pytest.mark.parametrize(
    ("happened", "given", "why"),
    [
        (ev.IncidentClosed(), {"rule": "unreachable"}, "case_over"),
        (ev.IncidentWithdrawn(WORDS), {"rule": "notice_bounced"}, "case_over"),
        (ev.IncidentMerged(IncidentId("i-2")), {"rule": "communicate_by"}, "case_over"),
        (SPOKEN, {"rule": "notice_bounced"}, "told"),
        (SPOKEN, {"rule": "stocktaking", "kind": "check"}, ""),
        (ev.CustomerTold("notice-1"), {"rule": "communicate_by"}, "told"),
        (ev.CustomerTold("notice-1"), {"rule": "unreachable"}, ""),
        (ev.IncidentReopened(WORDS), {"rule": "unreachable"}, ""),
        (ev.IncidentClosed(), {}, ""),
    ],
)
def test_what_a_rule_wanted_is_cancelled_when_nobody_need_do_it(happened: Any, given: dict[str, Any], why: str) -> None:
    """The case is over, or the customer has been told; what a person wants done stays."""
    task = opened(**given)
    decided = rules.needless(task, [happened])

    assert why == "".join(event.rule for event in decided.events if isinstance(event, ev.TaskCancelled))
    assert why == (after(task, decided, now()).ended_by if why else "")
    assert not why or rules.settles_tasks([happened])


def test_a_task_that_is_over_stays_so() -> None:
    """Whatever happens to its case."""
    done = after(ours := taken(rule="unreachable"), rules.finish_task(ours, WORDS, now("ana")), now("ana"))

    assert Decision() == rules.needless(done, [ev.IncidentClosed()])
    assert not rules.settles_tasks([ev.IncidentReopened(WORDS)])
