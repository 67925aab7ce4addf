"""What may happen to a corrective action: taken, done, and judged by what happened since.

Nobody says that it worked: the rate of its incidents does, after against before, among orders that it could have helped.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from incidentkit.domain import events as ev
from incidentkit.domain.corrective_actions import (
    ActionState,
    CorrectiveAction,
    Effectiveness,
    Observed,
)
from incidentkit.domain.effects import Timer
from incidentkit.domain.events import Happening
from incidentkit.domain.ids import TaskId
from incidentkit.domain.incidents import Owner
from incidentkit.domain.shop import Agent
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, RuleViolation
from incidentkit.rules.around import Around
from incidentkit.rules.cases import in_words
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.lifecycles import CORRECTIVE_ACTION
from incidentkit.rules.ownership import present
from incidentkit.rules.planning_actions import LONGEST_WINDOW
from incidentkit.rules.tasks import NewTask, task_elsewhere

__all__ = [
    "OVERDUE",
    "WATCH",
    "action_overdue",
    "cancel_action",
    "extend_action",
    "finish_action",
    "judge_action",
    "reopen_action",
    "take_action",
    "watch_action",
]

OVERDUE = "action_due"
"""The name of the timer at which a sponsor is told that an action is not done in time."""

WATCH = "action_watch"
"""The name of the timer at which it is looked whether it has happened again."""

_DAY = timedelta(days=1)


def take_action(action: CorrectiveAction, now: Circumstances) -> Decision:
    """An agent takes it; also one that did not help, or of which there is no telling, to try again.

    Raises:
        RuleViolation: somebody of another team, the sponsor, or somebody who is absent.
    """
    agent = _taker(action, now)
    present(_name(action), agent, now)
    return _taken(action, agent)


def finish_action(action: CorrectiveAction, outcome: Text, now: Circumstances) -> Decision:
    """It is done; the words say what was done. Whether it helped, the incidents of the coming weeks say.

    Who does one that nobody has taken has taken it by that.
    """
    in_words(outcome, _name(action), "outcome")
    taken: tuple[Happening, ...] = ()
    if action.state is ActionState.TAKEN:
        CORRECTIVE_ACTION.check(_name(action), action.state, "finish")
    else:
        taken = _taken(action, _taker(action, now)).events
    return Decision((*taken, ev.ActionDone(outcome)), timers=(Timer(action.id, WATCH, now.at + _DAY),))


def cancel_action(action: CorrectiveAction, reason: Text, now: Circumstances) -> Decision:
    """It is given up; a supervisor's decision."""
    CORRECTIVE_ACTION.check(_name(action), action.state, "cancel")
    in_words(reason, _name(action), "reason")
    _supervisor(action, "given up", now)
    return Decision((ev.ActionCancelled(reason),), timers=(Timer(action.id, WATCH, None),))


def reopen_action(action: CorrectiveAction, reason: Text) -> Decision:
    """It must be taken up again, whatever the figures say."""
    CORRECTIVE_ACTION.check(_name(action), action.state, "reopen")
    in_words(reason, _name(action), "reason")
    return Decision((ev.ActionReopened(reason),), timers=(Timer(action.id, WATCH, None),))


def extend_action(action: CorrectiveAction, window: timedelta, now: Circumstances) -> Decision:
    """Orders are looked at for longer, where so far there is no telling; a supervisor's decision.

    Every further judgement asks for more certainty, so that looking often enough does not find an effect by chance.

    Raises:
        InvalidInput: a window that is not longer.
    """
    CORRECTIVE_ACTION.check(_name(action), action.state, "extend")
    _supervisor(action, "watched for longer", now)
    if not action.verification.window < window <= LONGEST_WINDOW:
        raise InvalidInput(
            _name(action), "is watched for longer than before, at most ten years", got=window, next="Give a longer window."
        )
    return Decision((ev.ActionExtended(window),), timers=(Timer(action.id, WATCH, now.at + _DAY),))


def judge_action(action: CorrectiveAction, seen: Observed, now: Circumstances, fresh: Sequence[str] = ()) -> Decision:
    """What follows from what the record shows now.

    Incidents that show it again are linked at once. As soon as there are more of them than the limit leaves room for, it is
    open again. Otherwise it is judged once, when its window is over and everything has come to light; nothing before, however
    well it looks.

    Args:
        fresh: ids for tasks that it opens.
    """
    if action.done_at is None or action.state in (ActionState.PLANNED, ActionState.TAKEN, ActionState.CANCELLED):
        return Decision(timers=(Timer(action.id, WATCH, None),))
    new = tuple(incident for incident in seen.recurrences if incident not in action.recurrences)
    linked: tuple[Happening, ...] = (ev.ActionRecurred(new),) if new else ()
    if seen.effect.after.hits > seen.effect.allowed:
        return _again(action, linked, seen, now, fresh)
    if action.state is not ActionState.DONE or _watched_until(action) > now.at:
        return Decision(linked, timers=(Timer(action.id, WATCH, _next_look(action, now)),))
    told = (
        () if seen.effect.verdict is Effectiveness.EFFECTIVE else _task(action, action.sponsor, "action_unproven", now, fresh)
    )
    return Decision((*linked, ev.ActionJudged(seen.effect)), told, timers=(Timer(action.id, WATCH, None),))


def watch_action(action: CorrectiveAction, timer: Timer, around: Around, now: Circumstances) -> Decision:
    """As `judge_action`, by itself, once a day as long as it is watched."""
    assert around.observed is not None, "the shell looks before it asks"
    return judge_action(action, around.observed, now, around.ids)


def action_overdue(action: CorrectiveAction, timer: Timer, around: Around, now: Circumstances) -> Decision:
    """It is not done in time: its sponsor, who answers for it, gets a task; once for each due date."""
    if not action.to_do or action.overdue == action.due or action.due >= now.at:
        return Decision()
    return Decision((ev.ActionOverdue(action.due),), _task(action, action.sponsor, "action_overdue", now, around.ids))


def _again(
    action: CorrectiveAction, linked: tuple[Happening, ...], seen: Observed, now: Circumstances, fresh: Sequence[str]
) -> Decision:
    reopened = ev.ActionReopened(effect=seen.effect)
    told = _task(action, action.asked, "action_recurred", now, fresh)
    return Decision((*linked, reopened), told, timers=(Timer(action.id, WATCH, None),))


def _task(
    action: CorrectiveAction, whom: str, rule: str, now: Circumstances, fresh: Sequence[str]
) -> tuple[tuple[str, Happening], ...]:
    """A task for somebody, or where the settings no longer name them, for the team that is accountable."""
    known = now.shop.agent(whom) is not None or now.shop.team(whom) is not None
    owner = whom if known else action.owner.team if now.shop.team(action.owner.team) is not None else ""
    # Its words are the action's own: they lie in the vault once.
    return task_elsewhere(NewTask(TaskId(fresh[0]), rule, what=action.what, rule=rule, owner=owner), now)


def _watched_until(action: CorrectiveAction) -> datetime:
    until = action.judged_from
    assert until is not None, "what is done is judged some day"
    return until


def _next_look(action: CorrectiveAction, now: Circumstances) -> datetime | None:
    until = _watched_until(action)
    return min(now.at + _DAY, until) if now.at < until else None


def _taken(action: CorrectiveAction, agent: Agent) -> Decision:
    if action.state is ActionState.TAKEN and action.owner.agent == agent.name:
        return Decision()
    CORRECTIVE_ACTION.check(_name(action), action.state, "take")
    return Decision((ev.ActionTaken(Owner(agent.team, agent.name)),))


def _taker(action: CorrectiveAction, now: Circumstances) -> Agent:
    agent = now.shop.agent(now.actor.name)
    if agent is None:
        raise InvalidInput(
            _name(action),
            "is done by an agent named in the shop's settings",
            got="somebody who is not",
            next="Give by= with the agent's handle.",
        )
    if agent.name != action.sponsor and (agent.team == action.owner.team or action.asked in (agent.name, agent.team)):
        return agent
    there = [a.name for a in now.shop.agents if a.team == action.owner.team and a.name != action.sponsor]
    raise RuleViolation(
        _name(action),
        f"is done by {action.owner.team}, and not by its sponsor",
        got=f"{agent.name} of {agent.team}",
        next=f"In {action.owner.team}: {', '.join(there) or 'nobody by name'}.",
    )


def _supervisor(action: CorrectiveAction, what: str, now: Circumstances) -> None:
    agent = now.shop.agent(now.actor.name)
    if agent is None or not now.shop.supervises(agent):
        raise RuleViolation(
            _name(action), f"is {what} by a supervisor", got=f"{now.actor}", next=f"Its sponsor is {action.sponsor}."
        )


def _name(action: CorrectiveAction) -> str:
    return f"Corrective action {action.id}"
