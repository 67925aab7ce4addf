"""What an event does to a state: the one definition of "current state", used when writing, replaying and rebuilding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from incidentkit.domain import events as ev
from incidentkit.domain.accounts import Account
from incidentkit.domain.analyses import Analysis
from incidentkit.domain.calls import CallList, VerificationCall
from incidentkit.domain.checkins import CheckIn
from incidentkit.domain.commitments import Commitment
from incidentkit.domain.corrective_actions import CorrectiveAction
from incidentkit.domain.events import Event, Happening
from incidentkit.domain.folds import (
    accounts,
    analyses,
    approvals,
    blocks,
    calls,
    checkins,
    clocks,
    commitments,
    corrective_actions,
    goals,
    handovers,
    incidents,
    ledger,
    mass,
    messages,
    needs,
    orders,
    payments,
    people,
    protocols,
    readings,
    recurrence,
    remedies,
    shared,
    surveys,
    tasks,
)
from incidentkit.domain.goals import Objective
from incidentkit.domain.heeding import heeded
from incidentkit.domain.incidents import Incident
from incidentkit.domain.mass import MassIncident
from incidentkit.domain.needs import Need
from incidentkit.domain.orders import Order
from incidentkit.domain.preferences import Preferences
from incidentkit.domain.readings import Reading
from incidentkit.domain.surveys import Ask
from incidentkit.domain.tasks import Task

__all__ = ["State", "evolve", "evolved", "replay"]

State = (
    Order
    | Incident
    | Ask
    | Task
    | Need
    | Account
    | Preferences
    | Analysis
    | CorrectiveAction
    | Commitment
    | CheckIn
    | Objective
    | Reading
    | MassIncident
    | VerificationCall
    | CallList
)


def evolve(state: State | None, event: Event) -> State:
    """The state after ``event``. ``state`` is None exactly for the first event of a stream."""
    data = event.data
    start = _STARTS.get(type(data))
    if start is not None:
        return start(data, event)
    if state is None and type(data) in _STEPS[Preferences]:
        state = people.nothing_said(event)  # whichever of them comes first: there is no event of meeting somebody
    assert state is not None, f"{event.type} can't be the first event of a stream"
    steps = _STEPS[type(state)]
    after = steps[type(data)](state, data, event)
    return heeded(state, after, event) if isinstance(state, Incident) and isinstance(after, Incident) else after


def replay(events: Iterable[Event]) -> State:
    """The state that a whole stream adds up to."""
    state: State | None = None
    for event in events:
        state = evolve(state, event)
    assert state is not None, "an empty stream has no state"
    return state


def evolved(events: Iterable[Event]) -> Iterator[tuple[Event, State]]:
    """Each event of a whole stream, with the state that it led to."""
    state: State | None = None
    for event in events:
        state = evolve(state, event)
        yield event, state


_STARTS: Mapping[type[Happening], Callable[[Any, Event], State]] = {
    ev.OrderPlaced: orders.placed,
    ev.IncidentReported: incidents.reported,
    ev.SurveyAsked: surveys.asked,
    ev.TaskOpened: tasks.opened,
    ev.NeedOpened: needs.opened,
    ev.CommitmentMade: commitments.made,
    ev.CheckInHeld: checkins.held,
    ev.ReadingEntered: readings.entered,
    ev.MassOpened: mass.opened,
    ev.CallListed: calls.listed,
    ev.CallListMade: calls.list_made,
    # Said in full each time: whatever was known before, it starts anew.
    ev.AccountDescribed: accounts.described,
    ev.AnalysisBegun: analyses.begun,
    ev.ObjectiveSet: goals.objective_set,
    ev.ActionPlanned: corrective_actions.planned,
}

_STEPS: Mapping[type[State], Mapping[type[Happening], Callable[[Any, Any, Event], State]]] = {
    Order: {
        ev.PromiseMade: orders.promised,
        ev.PromiseBroken: shared.promise_broken,
        ev.OrderConfirmed: orders.confirmed,
        ev.OrderShipped: orders.shipped,
        ev.OrderDelivered: orders.delivered,
        ev.DeliveryFailed: orders.delivery_failed,
        ev.OrderCancelled: orders.cancelled,
        ev.OrderReturned: orders.returned,
        ev.StatusPublished: orders.published,
        ev.OrderAdopted: orders.adopted,
        ev.OrderAdvised: orders.advised,
        ev.OrderAmended: orders.amended,
        ev.AnomalyNoted: orders.anomaly,
        ev.MoneyReturned: ledger.paid,
        ev.ClaimMade: ledger.made,
        ev.ClaimReceived: ledger.received,
        ev.ClaimDone: ledger.done,
        ev.ClaimDropped: ledger.dropped,
        ev.OrderReplaced: ledger.replaced,
        ev.OrderSentInstead: ledger.sent_instead,
        ev.RefundFound: payments.found,
        ev.SourceStatusNoted: shared.source_status,
        ev.MessageReceipt: orders.receipt,
        ev.MessageResent: shared.unchanged,
        ev.MessageSettled: shared.unchanged,
        ev.MessageUndelivered: shared.unchanged,
    },
    Incident: {
        ev.CustomerAwaited: shared.unchanged,
        ev.WaitEnded: shared.unchanged,
        ev.ClockWarned: clocks.warned,
        ev.ClockBroken: clocks.broken,
        ev.IncidentEscalated: clocks.escalated,
        ev.PromiseMade: clocks.promised,
        ev.PromiseBroken: shared.promise_broken,
        ev.NoticePlanned: messages.notice_planned,
        ev.MessageReceipt: messages.receipt,
        ev.MessageResent: shared.unchanged,
        ev.MessageSettled: shared.unchanged,
        ev.MessageUndelivered: shared.unchanged,
        ev.CustomerTold: messages.told,
        ev.CustomerUntold: messages.untold,
        ev.ConversationLogged: messages.conversation,
        ev.IncidentContactNoted: messages.contact_noted,
        ev.OffersMade: remedies.offered,
        ev.OfferAccepted: remedies.accepted,
        ev.OfferDeclined: remedies.declined,
        ev.OfferCountered: remedies.countered,
        ev.OffersExpired: remedies.expired,
        ev.RemedyCarriedOut: remedies.carried_out,
        ev.RemedyReceived: remedies.received,
        ev.RemedyDropped: remedies.dropped,
        ev.ApprovalAsked: approvals.asked,
        ev.ApprovalGiven: approvals.given,
        ev.ApprovalRefused: approvals.refused,
        ev.ApprovalEnded: approvals.ended,
        ev.PaymentFailed: shared.unchanged,
        ev.PaymentDoubted: shared.unchanged,
        ev.PaymentSettled: shared.unchanged,
        ev.PaymentRetried: shared.unchanged,
        ev.IncidentRecurred: recurrence.recurred,
        ev.IncidentRepeated: recurrence.repeated,
        ev.IncidentAppointed: recurrence.appointed,
        ev.IncidentBlocked: blocks.blocked,
        ev.BlockWorkedAround: blocks.worked_around,
        ev.BlockLeft: blocks.left,
        ev.IncidentResolved: incidents.resolved,
        ev.SurveyAnswerReceived: incidents.answered,
        ev.SatisfactionConfirmed: incidents.satisfied,
        ev.IncidentClosed: incidents.closed,
        ev.IncidentReopened: incidents.reopened,
        ev.IncidentAttempted: incidents.attempted,
        ev.IncidentLapsed: incidents.lapsed,
        ev.IncidentUnreached: incidents.unreached,
        ev.IncidentWaived: incidents.waived,
        ev.IncidentLinked: incidents.linked,
        ev.IncidentMerged: incidents.merged,
        ev.IncidentUnmerged: incidents.unmerged,
        ev.IncidentTookIn: incidents.took_in,
        ev.IncidentGaveBack: incidents.gave_back,
        ev.SubstateEntered: incidents.substate,
        ev.IncidentOrdersAdded: mass.orders_added,
        ev.IncidentStagePassed: mass.stage_passed,
        ev.IncidentWithdrawn: incidents.withdrawn,
        ev.IncidentAdopted: incidents.adopted,
        ev.IncidentAmended: incidents.amended,
        ev.ProtocolMoved: protocols.moved,
        ev.StepOpened: protocols.step_opened,
        ev.StepEnded: protocols.step_ended,
        ev.StepLate: protocols.step_late,
        ev.HandoverAsked: handovers.asked,
        ev.HandoverAccepted: handovers.accepted,
        ev.HandoverReturned: handovers.returned,
        ev.SourceStatusNoted: shared.source_status,
    },
    Ask: {
        ev.SurveyAnswered: surveys.answered,
        ev.SurveyCoded: surveys.coded,
        ev.MessageReceipt: surveys.receipt,
        ev.MessageResent: surveys.resent,
        ev.MessageSettled: shared.unchanged,
        ev.MessageUndelivered: surveys.undelivered,
    },
    Task: {
        ev.TaskTaken: tasks.taken,
        ev.TaskDone: tasks.done,
        ev.TaskReturned: tasks.returned,
        ev.TaskCancelled: tasks.cancelled,
    },
    Objective: {
        ev.ObjectiveChanged: goals.objective_changed,
        ev.InitiativeBegun: goals.initiative_begun,
        ev.InitiativeEnded: goals.initiative_ended,
        ev.ForecastsKept: goals.forecasts_kept,
        ev.ObjectiveEnded: goals.ended,
    },
    Need: {
        ev.ContactLogged: needs.contact_logged,
        ev.NeedLinked: needs.linked,
        ev.NeedRemedied: needs.remedied,
        ev.NeedResolved: needs.resolved,
        ev.NeedReopened: needs.reopened,
        ev.NeedJoined: needs.joined,
        ev.NeedTookIn: needs.took_in,
        ev.NeedSplit: needs.split,
    },
    Analysis: {
        ev.WhyAdded: analyses.why_added,
        ev.WhysRetracted: analyses.retracted,
        ev.IncidentsExplained: analyses.explained,
        ev.CustomerHeard: analyses.heard,
        ev.AnalysisConcluded: analyses.concluded,
        ev.AnalysisReopened: analyses.reopened,
        ev.AnalysisDropped: analyses.dropped,
    },
    CorrectiveAction: {
        ev.ActionTaken: corrective_actions.taken,
        ev.ActionDone: corrective_actions.done,
        ev.ActionOverdue: corrective_actions.overdue,
        ev.ActionRecurred: corrective_actions.recurred,
        ev.ActionReopened: corrective_actions.reopened,
        ev.ActionJudged: corrective_actions.judged,
        ev.ActionExtended: corrective_actions.extended,
        ev.ActionCancelled: corrective_actions.cancelled,
    },
    Commitment: {
        ev.CommitmentKept: commitments.kept,
        ev.CommitmentMissed: commitments.missed,
    },
    CheckIn: {ev.CheckInNoted: checkins.noted},
    MassIncident: {ev.MassOrdersListed: mass.listed, ev.MassStageBegun: mass.stage_begun},
    Reading: {ev.ReadingCorrected: readings.corrected, ev.ReadingWithdrawn: readings.withdrawn},
    VerificationCall: {ev.CallMade: calls.made, ev.CallLapsed: calls.lapsed},
    CallList: {},
    Preferences: {
        ev.PersonConsented: people.consented,
        ev.PersonOptedOut: people.opted_out,
        ev.PersonOptedIn: people.opted_in,
        ev.AddressFailed: people.address_failed,
        ev.AddressRestored: people.address_restored,
        ev.PersonHeld: people.held,
        ev.PersonReleased: people.released,
        ev.PersonForgotten: people.forgotten,
    },
}
