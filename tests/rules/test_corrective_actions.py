"""Decisions about corrective actions: done is not effective, and nobody says that it is but the record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve as changed
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from incidentkit.domain import events as ev
from incidentkit.domain.actors import HOST, RULE, Actor
from incidentkit.domain.analyses import Analysis
from incidentkit.domain.corrective_actions import (
    ActionState,
    CorrectiveAction,
    Counted,
    Effect,
    Effectiveness,
    EffectReason,
    Observed,
    Verification,
)
from incidentkit.domain.effects import Timer
from incidentkit.domain.events import Event
from incidentkit.domain.evolve import evolve
from incidentkit.domain.ids import AnalysisId, CorrectiveActionId, IncidentId
from incidentkit.domain.incidents import Owner
from incidentkit.domain.shop import Agent, Shop, Team
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, RuleViolation, TimeError, TransitionRefused
from incidentkit.rules import corrective_actions as rules
from incidentkit.rules import planning_actions as plans
from incidentkit.rules.around import Around
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.lifecycles import CORRECTIVE_ACTION
from incidentkit.rules.timers import timers_of
from incidentkit.testing.strategies._causes import observations

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
SHOP = Shop(
    teams=(Team("after-sales"), Team("warehouse")),
    agents=(
        Agent("ana", "after-sales"),
        Agent("leo", "warehouse"),
        Agent("eva", "after-sales", "supervisor"),
        Agent("sam", "warehouse", "supervisor"),
    ),
)
WORDS, NONE = Text("text:1", "double wall boxes"), Text("")
HELPED = Effect(Effectiveness.EFFECTIVE, EffectReason.RARER, Counted(20, 1000), Counted(0, 400), 0.01, 4, 0.0, 0.0, 0.4)
FRESH = ("task-1",)


def now(who: str = "", days: float = 0) -> Circumstances:
    return Circumstances(SHOP, START + days * DAY, Actor("agent", who) if who else HOST)


def after(state: Any, decision: Decision, at: Circumstances) -> CorrectiveAction:
    for data in decision.events:
        state = evolve(state, Event("c-1", 1, data, at.at, at.at, str(at.actor), "test"))
    assert isinstance(state, CorrectiveAction)
    return state


def planned(**given: Any) -> CorrectiveAction:
    return after(None, plans.plan_action(new(**given), now()), now())


def new(**given: Any) -> plans.NewAction:
    return plans.NewAction(
        **{
            "action": CorrectiveActionId("c-1"),
            "what": WORDS,
            "signature": "packaging/step/packing",
            "sponsor": "eva",
            "doer": "warehouse",
            "due": START + 3 * DAY,
            **given,
        }
    )


def finished(**given: Any) -> CorrectiveAction:
    return after(planned(**given), rules.finish_action(planned(**given), WORDS, now("leo", 1)), now("leo", 1))


def seen(*recurrences: str, hits: int = 0, effect: Effect = HELPED) -> Observed:
    return Observed(changed(effect, after=Counted(hits, 400)), tuple(map(IncidentId, recurrences)))


# --- Planning ----------------------------------------------------------------------------------------------------


def test_an_action_has_a_sponsor_a_doer_a_date_and_what_it_must_lower() -> None:
    """From the first instant."""
    action = planned()

    assert ("eva", Owner("warehouse", since=START), "warehouse") == (action.sponsor, action.owner, action.asked)
    assert (START + 3 * DAY, "packaging/step/packing", ActionState.PLANNED) == (action.due, action.signature, action.state)


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"sponsor": "ana"}, "is a supervisor.*Supervisors: eva, sam"),
        ({"sponsor": "nobody"}, "is a supervisor"),
        ({"doer": "eva"}, "somebody else than its sponsor"),
        ({"doer": "nobody"}, "by a team or an agent"),
        ({"what": NONE}, "in words"),
        ({"signature": ""}, "is a cause with its product"),
        ({"signature": "defect/line/o-1/1"}, "what can happen again"),
        ({"verification": Verification(window=timedelta(0))}, "window"),
        ({"verification": Verification(limit=1.0)}, "a share of orders"),
        ({"verification": Verification(limit=0.02), "before": Counted(1, 100)}, "below the rate before.*1 of 100 orders"),
    ],
)
def test_what_cannot_be_followed_up_is_not_planned(given: dict[str, Any], match: str) -> None:
    """The refusal says what is missing."""
    with pytest.raises(InvalidInput, match=match):
        plans.plan_action(new(**given), now())


def test_a_date_that_is_over_is_refused() -> None:
    """It could only be late."""
    with pytest.raises(TimeError):
        plans.plan_action(new(due=START), now())


def test_it_lowers_what_its_analysis_found() -> None:
    """The signature that the analysis is about, else its cause in its step."""
    found = Analysis(AnalysisId("a-1"), WORDS, "warehouse", START, cause="packaging", step="packing")
    about = Analysis(AnalysisId("a-1"), WORDS, "warehouse", START, signature="defect/product/lamp")

    assert "packaging/step/packing" == planned(signature="", analysis=found).signature
    assert "defect/product/lamp" == planned(signature="", analysis=about).signature


# --- Doing -------------------------------------------------------------------------------------------------------


def test_it_is_taken_and_done_by_those_who_do_the_work() -> None:
    """Who does what nobody has taken has taken it by that; it is watched from then on."""
    decision = rules.finish_action(planned(), WORDS, now("leo", 1))
    action = after(planned(), decision, now("leo", 1))

    assert [ev.ActionTaken, ev.ActionDone] == [type(data) for data in decision.events]
    assert (ActionState.DONE, "leo", START + DAY) == (action.state, action.owner.agent, action.done_at)
    assert (Timer("c-1", rules.WATCH, START + 2 * DAY),) == decision.timers


@pytest.mark.parametrize("who", ["ana", "eva"])
def test_others_and_the_sponsor_do_not_do_it(who: str) -> None:
    """It says who does."""
    with pytest.raises(RuleViolation, match="In warehouse: leo, sam"):
        rules.take_action(planned(), now(who))


def test_taking_ones_own_again_changes_nothing() -> None:
    """The colleague who was asked by name takes it too."""
    mine = after(planned(), rules.take_action(planned(), now("leo")), now("leo"))

    assert () == rules.take_action(mine, now("leo")).events
    assert "ana" == after(planned(doer="ana"), rules.take_action(planned(doer="ana"), now("ana")), now("ana")).owner.agent


def test_giving_up_is_a_supervisors_decision() -> None:
    """With a reason."""
    with pytest.raises(RuleViolation, match="by a supervisor"):
        rules.cancel_action(planned(), WORDS, now("leo"))
    gone = after(planned(), rules.cancel_action(planned(), WORDS, now("sam")), now("sam"))

    assert (ActionState.CANCELLED, False) == (gone.state, gone.open)


def test_a_sponsor_is_told_once_that_it_is_late() -> None:
    """By a task of theirs; a timer stands for it until it is done."""
    late = now(days=4)
    decision = rules.action_overdue(planned(), Timer("c-1", rules.OVERDUE, START), Around(ids=FRESH), late)
    told = after(planned(), decision, late)
    ((_, task),) = decision.elsewhere

    assert isinstance(task, ev.TaskOpened)
    assert ("eva", "action_overdue", WORDS) == (task.asked, task.rule, task.what)
    assert () == rules.action_overdue(told, Timer("c-1", rules.OVERDUE, START), Around(ids=FRESH), late).events
    assert [rules.OVERDUE] == list(timers_of(planned(), SHOP))
    assert {} == timers_of(told, SHOP) == timers_of(finished(), SHOP)


# --- Judging -----------------------------------------------------------------------------------------------------


def test_done_is_not_effective_before_its_window_is_over() -> None:
    """However well it looks; it is looked at again the next day."""
    decision = rules.judge_action(finished(), seen(), now(days=40), FRESH)

    assert () == decision.events
    assert (Timer("c-1", rules.WATCH, START + 41 * DAY),) == decision.timers


def test_it_is_judged_once_everything_has_come_to_light() -> None:
    """After the window, and the time that trouble may take."""
    how = Verification(window=30 * DAY, settle=7 * DAY)
    over = now(days=38)
    action = after(finished(verification=how), rules.judge_action(finished(verification=how), seen(), over, FRESH), over)

    assert (ActionState.EFFECTIVE, over.at, over.at, False) == (action.state, action.judged_at, action.ended_at, action.open)


@pytest.mark.parametrize("verdict", [Effectiveness.INEFFECTIVE, Effectiveness.INCONCLUSIVE])
def test_what_is_not_shown_to_help_stays_open_and_its_sponsor_decides(verdict: Effectiveness) -> None:
    """A task asks them to."""
    effect = Effect(verdict, EffectReason.TOO_FEW, allowed=4)
    decision = rules.judge_action(finished(), Observed(effect), now(days=100), FRESH)
    action = after(finished(), decision, now(days=100))
    ((_, task),) = decision.elsewhere

    assert isinstance(task, ev.TaskOpened)
    assert (verdict.value, True) == (action.state.value, action.open)
    assert ("eva", "action_unproven") == (task.asked, task.rule)


def test_recurrences_are_linked_as_they_come() -> None:
    """Each once; as long as the limit leaves room for them it stays as it is."""
    once = after(finished(), rules.judge_action(finished(), seen("i-1", hits=1), now(days=5), FRESH), now(days=5))
    twice = after(once, rules.judge_action(once, seen("i-1", "i-2", hits=2), now(days=6), FRESH), now(days=6))

    assert (ActionState.DONE, ("i-1",)) == (once.state, once.recurrences)
    assert (ActionState.DONE, ("i-1", "i-2")) == (twice.state, twice.recurrences)
    assert () == rules.judge_action(twice, seen("i-1", "i-2", hits=2), now(days=7), FRESH).events


def test_more_recurrences_than_the_limit_allows_open_it_again_at_once() -> None:
    """In the middle of its window; whoever does it gets a task, and nothing is watched any more."""
    decision = rules.judge_action(finished(), seen("i-1", "i-2", hits=5), now(days=5), FRESH)
    action = after(finished(), decision, now(days=5))
    ((_, task),) = decision.elsewhere

    assert isinstance(task, ev.TaskOpened)
    assert (ActionState.PLANNED, 1, ("i-1", "i-2")) == (action.state, action.reopened, action.recurrences)
    assert ("warehouse", "action_recurred") == (task.asked, task.rule)
    assert (Timer("c-1", rules.WATCH, None),) == decision.timers


def test_what_was_effective_is_opened_again_by_what_came_to_light_later() -> None:
    """Where somebody looks again."""
    over = now(days=100)
    good = after(finished(), rules.judge_action(finished(), seen(), over, FRESH), over)
    again = after(good, rules.judge_action(good, seen("i-1", hits=9), over, FRESH), over)

    assert (ActionState.PLANNED, None, True) == (again.state, again.ended_at, again.open)


def test_it_is_watched_for_longer_where_there_is_no_telling() -> None:
    """A supervisor decides; the window must be longer."""
    unsure = Observed(Effect(Effectiveness.INCONCLUSIVE, EffectReason.TOO_FEW, allowed=4))
    action = after(finished(), rules.judge_action(finished(), unsure, now(days=100), FRESH), now(days=100))
    longer = after(action, rules.extend_action(action, 200 * DAY, now("eva", 100)), now("eva", 100))

    assert (ActionState.DONE, 200 * DAY, 1) == (longer.state, longer.verification.window, longer.looks)
    with pytest.raises(RuleViolation):
        rules.extend_action(action, 200 * DAY, now("leo", 100))
    with pytest.raises(InvalidInput):
        rules.extend_action(action, 60 * DAY, now("eva", 100))


def test_what_did_not_help_is_tried_again() -> None:
    """Taken and done anew, it is watched from then on as if for the first time."""
    unsure = Observed(Effect(Effectiveness.INEFFECTIVE, EffectReason.ABOVE_LIMIT, allowed=4))
    action = after(finished(), rules.judge_action(finished(), unsure, now(days=100), FRESH), now(days=100))
    again = after(action, rules.finish_action(action, WORDS, now("leo", 110)), now("leo", 110))

    assert (ActionState.DONE, START + 110 * DAY, 0) == (again.state, again.done_at, again.looks)


def test_nobody_says_that_it_was_effective() -> None:
    """There is no command that leads there."""
    assert [False] == [move.command for move in CORRECTIVE_ACTION.moves if move.target == ActionState.EFFECTIVE]


# --- Its whole life ----------------------------------------------------------------------------------------------


class _Life(RuleBasedStateMachine):
    """Whatever is done with an action, and whatever the record shows of it."""

    def __init__(self) -> None:
        super().__init__()
        self.action = planned()
        self.days = 0.0
        self.watch: datetime | None = None
        self.done = 0
        self.linked: tuple[IncidentId, ...] = ()

    def do(self, decide: Any, who: str = "") -> None:
        at = Circumstances(SHOP, START + self.days * DAY, Actor("agent", who) if who else RULE)
        before = self.action
        try:
            decision = decide(at)
        except RuleViolation:
            return
        self.done += sum(isinstance(data, ev.ActionDone) for data in decision.events)
        for timer in decision.timers:
            self.watch = timer.due
        for data in decision.events:
            state = self.action.state
            self.action = after(self.action, Decision((data,)), at)
            arrows = {(source, target) for source, _, target in CORRECTIVE_ACTION.arrows()}
            assert state == self.action.state or (state, self.action.state) in arrows
        assert set(before.recurrences) <= set(self.action.recurrences)

    @rule(days=st.sampled_from((0.5, 1, 20, 90)))
    def time_passes(self, days: float) -> None:
        self.days += days

    @rule(who=st.sampled_from(("leo", "sam", "ana", "eva")))
    def take(self, who: str) -> None:
        self.do(lambda at: rules.take_action(self.action, at), who)

    @rule(who=st.sampled_from(("leo", "leo", "ana")), words=st.sampled_from((WORDS, WORDS, NONE)))
    def finish(self, who: str, words: Text) -> None:
        self.do(lambda at: rules.finish_action(self.action, words, at), who)

    @rule(hits=st.integers(0, 6))
    def verify_what_helped(self, hits: int) -> None:
        self.do(lambda at: rules.judge_action(self.action, seen(hits=hits), at, FRESH))

    @rule(seen=observations())
    def verify(self, seen: Observed) -> None:
        self.do(lambda at: rules.judge_action(self.action, seen, at, FRESH))

    @precondition(lambda self: self.watch is not None and self.watch <= START + self.days * DAY)
    @rule(seen=observations())
    def the_desk_looks(self, seen: Observed) -> None:
        self.do(
            lambda at: rules.watch_action(self.action, Timer("c-1", rules.WATCH, at.at), Around(ids=FRESH, observed=seen), at)
        )
        assert self.watch is None or self.watch > START + self.days * DAY

    @rule()
    def due(self) -> None:
        self.do(lambda at: rules.action_overdue(self.action, Timer("c-1", rules.OVERDUE, at.at), Around(ids=FRESH), at))

    @rule(window=st.integers(30, 400), who=st.sampled_from(("eva", "sam", "leo")))
    def extend(self, window: int, who: str) -> None:
        self.do(lambda at: rules.extend_action(self.action, window * DAY, at), who)

    @rule()
    def reopen(self) -> None:
        self.do(lambda at: rules.reopen_action(self.action, WORDS), "leo")

    @rule(who=st.sampled_from(("eva", "leo", "leo", "leo")))
    def cancel(self, who: str) -> None:
        self.do(lambda at: rules.cancel_action(self.action, WORDS, at), who)

    @invariant()
    def effective_is_what_the_record_says(self) -> None:
        """Done, its window over, few enough since, and so judged."""
        action = self.action
        if action.state is not ActionState.EFFECTIVE:
            return
        assert action.effect is not None
        assert action.judged_from is not None
        assert action.judged_at is not None
        assert self.done
        assert action.effect.verdict is Effectiveness.EFFECTIVE
        assert action.effect.after.hits <= action.effect.allowed
        assert action.judged_at >= action.judged_from

    @invariant()
    def what_is_done_is_watched(self) -> None:
        """And nothing else is."""
        assert (self.watch is not None) == (self.action.state is ActionState.DONE)

    @invariant()
    def it_is_open_until_it_is_shown_to_help_or_given_up(self) -> None:
        """It has an accountable team and a sponsor all the time."""
        assert self.action.open == (self.action.state not in (ActionState.EFFECTIVE, ActionState.CANCELLED))
        assert self.action.owner.team in ("warehouse", "after-sales")
        assert (self.action.ended_at is None) == self.action.open

    @invariant()
    def recurrences_are_linked_once(self) -> None:
        """And never forgotten."""
        assert len(set(self.action.recurrences)) == len(self.action.recurrences)


TestItsLife = _Life.TestCase


def test_a_refused_step_says_what_is_possible() -> None:
    """From where it stands."""
    with pytest.raises(TransitionRefused, match="Possible now: take"):
        rules.reopen_action(planned(), WORDS)
