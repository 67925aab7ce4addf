"""What events do to a corrective action."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.corrective_actions import ActionState, CorrectiveAction
from incidentkit.domain.events import Event
from incidentkit.domain.incidents import Owner

__all__ = ["cancelled", "done", "extended", "judged", "overdue", "planned", "recurred", "reopened", "taken"]


def planned(data: ev.ActionPlanned, event: Event) -> CorrectiveAction:
    return CorrectiveAction(
        id=data.action,
        what=data.what,
        signature=data.signature,
        sponsor=data.sponsor,
        owner=changed(data.owner, since=event.occurred_at),
        asked=data.asked,
        due=data.due,
        planned_at=event.occurred_at,
        verification=data.verification,
        analysis=data.analysis,
        incidents=data.incidents,
    )


def taken(action: CorrectiveAction, data: ev.ActionTaken, event: Event) -> CorrectiveAction:
    owner = changed(data.owner, since=event.occurred_at)
    return changed(action, state=ActionState.TAKEN, owner=owner, taken_at=event.occurred_at)


def done(action: CorrectiveAction, data: ev.ActionDone, event: Event) -> CorrectiveAction:
    return changed(action, state=ActionState.DONE, outcome=data.outcome, done_at=event.occurred_at, looks=0)


def overdue(action: CorrectiveAction, data: ev.ActionOverdue, event: Event) -> CorrectiveAction:
    return changed(action, overdue=data.due)


def recurred(action: CorrectiveAction, data: ev.ActionRecurred, event: Event) -> CorrectiveAction:
    return changed(action, recurrences=(*action.recurrences, *data.incidents))


def reopened(action: CorrectiveAction, data: ev.ActionReopened, event: Event) -> CorrectiveAction:
    return changed(
        action,
        state=ActionState.PLANNED,
        owner=Owner(action.owner.team, since=event.occurred_at),
        reopened=action.reopened + 1,
        effect=data.effect or action.effect,
        judged_at=event.occurred_at if data.effect else action.judged_at,
        reason=data.reason,
        ended_at=None,
    )


def judged(action: CorrectiveAction, data: ev.ActionJudged, event: Event) -> CorrectiveAction:
    state = ActionState(data.effect.verdict.value)
    return changed(
        action,
        state=state,
        effect=data.effect,
        judged_at=event.occurred_at,
        looks=action.looks + 1,
        ended_at=event.occurred_at if state is ActionState.EFFECTIVE else None,
    )


def extended(action: CorrectiveAction, data: ev.ActionExtended, event: Event) -> CorrectiveAction:
    return changed(action, state=ActionState.DONE, verification=changed(action.verification, window=data.window))


def cancelled(action: CorrectiveAction, data: ev.ActionCancelled, event: Event) -> CorrectiveAction:
    return changed(action, state=ActionState.CANCELLED, reason=data.reason, ended_at=event.occurred_at)
