"""Which strategy draws what: what ``from_type`` looks up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from incidentkit.domain import (
    accounts,
    actors,
    advice,
    analyses,
    approvals,
    authority,
    blocks,
    calendars,
    call_policy,
    calls,
    causes,
    channels,
    checkins,
    clocks,
    commitments,
    contacts,
    corrective_actions,
    effects,
    events,
    evidence,
    goals,
    health,
    holds,
    ids,
    inbound,
    incidents,
    journeys,
    ledger,
    legal_holds,
    mass,
    merges,
    messages,
    money,
    needs,
    orders,
    payments,
    people,
    phones,
    preferences,
    priority,
    promises,
    protocols,
    rates,
    readings,
    recurrence,
    remedies,
    remedy_kinds,
    retention,
    retrying,
    rotas,
    secrets,
    sending,
    shipments,
    shop,
    steps,
    substates,
    surveys,
    targets,
    tasks,
    texts,
    vault,
    verdicts,
    verification,
    views,
)
from incidentkit.testing import strategies as ours

__all__ = ["REGISTERED", "register_all"]

Make = Callable[[], st.SearchStrategy[Any]]


def _by(name: str, *arguments: Any) -> Make:
    """Loads the strategy only when it is drawn from."""
    return lambda: getattr(ours, name)(*arguments)


def _changes() -> st.SearchStrategy[events.Change]:
    from incidentkit.testing.strategies._events import changes

    return changes()


def _portions() -> st.SearchStrategy[events.Portion]:
    from incidentkit.testing.strategies._events import portions

    return portions()


def _answers_of_incidents() -> st.SearchStrategy[evidence.IncidentAnswer]:
    return st.builds(evidence.IncidentAnswer, ours.ids(), st.sampled_from(("csat", "nps")), st.integers(0, 10), ours.instants())


def _source_statuses() -> st.SearchStrategy[orders.SourceStatus]:
    return st.builds(orders.SourceStatus, ours.handles(), ours.instants())


def _periods() -> st.SearchStrategy[incidents.Period]:
    return st.builds(incidents.Period, ours.instants(), ours.instants())


def _calendar_changes() -> st.SearchStrategy[calendars.CalendarChange]:
    whole = ours.instants().map(lambda at: at.replace(microsecond=0))
    return st.builds(calendars.CalendarChange, whole, ours.schedules())


def _standings() -> st.SearchStrategy[surveys.Standing]:
    handles = ours.handles()
    return st.builds(surveys.Standing, handles, handles, st.none() | handles, handles, st.just("") | handles)


def _of_surveys() -> st.SearchStrategy[surveys.Respondent]:
    from incidentkit.testing.strategies._surveys import respondents

    return respondents()


def _advice(name: str) -> Make:
    """As `_by`, for advice and whom a rule asks, which have no public strategy."""

    def make() -> st.SearchStrategy[Any]:
        from incidentkit.testing.strategies import _advice as home

        drawn: st.SearchStrategy[Any] = getattr(home, name)()
        return drawn

    return make


def _of_needs(name: str) -> Make:
    """As `_by`, for the parts of needs that have no public strategy."""

    def make() -> st.SearchStrategy[Any]:
        from incidentkit.testing.strategies import _needs

        made: st.SearchStrategy[Any] = getattr(_needs, name)()
        return made

    return make


def _of_checkins(name: str) -> Make:
    """As `_by`, for the parts of check-ins that have no public strategy."""

    def make() -> st.SearchStrategy[Any]:
        from incidentkit.testing.strategies import _checkins

        made: st.SearchStrategy[Any] = getattr(_checkins, name)()
        return made

    return make


def _judged(name: str) -> Make:
    """As `_by`, for the parts of judged cases that have no public strategy."""

    def make() -> st.SearchStrategy[Any]:
        from incidentkit.testing.strategies import _judged as home

        drawn: st.SearchStrategy[Any] = getattr(home, name)()
        return drawn

    return make


def _of_approvals(name: str) -> Make:
    """As `_by`, for authority and requests, which have no public strategy."""

    def make() -> st.SearchStrategy[Any]:
        from incidentkit.testing.strategies import _approvals

        made: st.SearchStrategy[Any] = getattr(_approvals, name)()
        return made

    return make


def _of_protocols(name: str) -> Make:
    """As `_by`, for the parts of protocols that have no public strategy."""

    def make() -> st.SearchStrategy[Any]:
        from incidentkit.testing.strategies import _protocols

        made: st.SearchStrategy[Any] = getattr(_protocols, name)()
        return made

    return make


def _of_goals(name: str) -> Make:
    """As `_by`, for the parts of Objectives that have no public strategy."""

    def make() -> st.SearchStrategy[Any]:
        from incidentkit.testing.strategies import _goals

        made: st.SearchStrategy[Any] = getattr(_goals, name)()
        return made

    return make


def _of_calls(name: str) -> Make:
    """As `_by`, for the parts of verification calls that have no public strategy."""

    def make() -> st.SearchStrategy[Any]:
        from incidentkit.testing.strategies import _calls

        made: st.SearchStrategy[Any] = getattr(_calls, name)()
        return made

    return make


def _of_ledger(name: str) -> Make:
    """As `_by`, for what remedies claim of orders."""

    def make() -> st.SearchStrategy[Any]:
        from incidentkit.testing.strategies import _ledger

        made: st.SearchStrategy[Any] = getattr(_ledger, name)()
        return made

    return make


def _of_payments(name: str) -> Make:
    """As `_by`, for payments."""

    def make() -> st.SearchStrategy[Any]:
        from incidentkit.testing.strategies import _payments

        made: st.SearchStrategy[Any] = getattr(_payments, name)()
        return made

    return make


def _of_causes(name: str) -> Make:
    """As `_by`, for the parts of analyses and corrective actions that have no public strategy."""

    def make() -> st.SearchStrategy[Any]:
        from incidentkit.testing.strategies import _causes

        made: st.SearchStrategy[Any] = getattr(_causes, name)()
        return made

    return make


def _of_sending(kind: type) -> Make:
    """As `_by`, for what sending is decided by and has no public strategy."""

    def make() -> st.SearchStrategy[Any]:
        from incidentkit.testing.strategies._preferences import PARTS

        drawn: st.SearchStrategy[Any] = PARTS[kind]()
        return drawn

    return make


def _kept(kind: type) -> Make:
    """As `_by`, for how a record is kept."""

    def make() -> st.SearchStrategy[Any]:
        from incidentkit.testing.strategies._keeping import PARTS

        drawn: st.SearchStrategy[Any] = PARTS[kind]()
        return drawn

    return make


def _again(kind: type) -> Make:
    """As `_by`, for what happens again, and what blocks."""

    def make() -> st.SearchStrategy[Any]:
        from incidentkit.testing.strategies._again import PARTS

        drawn: st.SearchStrategy[Any] = PARTS[kind]()
        return drawn

    return make


def _shown(kind: type) -> Make:
    """As `_by`, for what is shown and has no public strategy."""

    def make() -> st.SearchStrategy[Any]:
        from incidentkit.testing.strategies._looks import PARTS

        drawn: st.SearchStrategy[Any] = PARTS[kind]()
        return drawn

    return make


def _of_mass(kind: type) -> Make:
    """As `_by`, for the parts of mass incidents that have no public strategy."""

    def make() -> st.SearchStrategy[Any]:
        from incidentkit.testing.strategies._mass import PARTS

        drawn: st.SearchStrategy[Any] = PARTS[kind]()
        return drawn

    return make


_SHOWN: tuple[type, ...] = (
    health.CommandSeen,
    health.Health,
    health.MessageSeen,
    health.Problem,
    health.Waiting,
    inbound.Arrival,
    inbound.InboundPolicy,
    inbound.ReceivedFile,
    incidents.EarlierTeam,
    views.CaseView,
    views.DeliveryPromise,
    views.HistoryEntry,
    views.LineView,
    views.OfferView,
    views.OrderView,
    views.ParcelView,
    views.RemedyView,
    views.StatusView,
)


def _counted(kind: str) -> Make:
    return lambda: st.integers(1, 9).map(lambda place: f"{kind}-{place}")


_NOUNS: dict[type, Make] = {
    accounts.Account: _by("accounts"),
    actors.Actor: _by("actors"),
    analyses.Analysis: _by("analyses"),
    analyses.Voice: _of_causes("voices"),
    analyses.Why: _of_causes("whys"),
    advice.Advice: _advice("advice"),
    advice.Advised: _advice("advised"),
    blocks.Block: _again(blocks.Block),
    blocks.ProcessRule: _again(blocks.ProcessRule),
    calendars.Calendar: _by("calendars"),
    calendars.CalendarChange: _calendar_changes,
    calendars.Hours: _by("hours"),
    calendars.PublicHolidays: _by("public_holidays"),
    calendars.Schedule: _by("schedules"),
    call_policy.CallOutcome: _of_calls("call_outcomes"),
    call_policy.CallPolicy: _by("call_policies"),
    calls.CallAttempt: _of_calls("attempts"),
    calls.CallList: _by("call_lists"),
    calls.VerificationCall: _by("verification_calls"),
    causes.Cause: lambda: st.sampled_from(list(causes.CAUSES.values())),
    steps.ProcessStep: lambda: st.sampled_from(steps.STEPS),
    channels.ChannelState: _by("channel_states"),
    checkins.CheckIn: _by("checkins"),
    checkins.CheckInTime: _by("checkin_times"),
    checkins.Obstacle: _of_checkins("obstacles"),
    checkins.Progress: _of_checkins("progress"),
    checkins.WentWell: _of_checkins("praise"),
    clocks.Clock: _by("clocks"),
    commitments.Commitment: _by("commitments"),
    contacts.Contact: _by("contacts"),
    contacts.ContactNote: _of_needs("contact_notes"),
    corrective_actions.CorrectiveAction: _by("corrective_actions"),
    corrective_actions.Counted: _of_causes("counts"),
    corrective_actions.Effect: _of_causes("effects"),
    corrective_actions.Observed: _of_causes("observations"),
    corrective_actions.Verification: _of_causes("verifications"),
    effects.Intent: _by("intents"),
    effects.Receipt: _by("receipts"),
    effects.Timer: _by("timers"),
    events.Change: _changes,
    events.Event: _by("events"),
    events.Happening: _by("happenings"),
    events.Portion: _portions,
    evidence.Evidence: _by("evidence"),
    evidence.IncidentAnswer: _answers_of_incidents,
    goals.Baseline: _of_goals("baselines"),
    goals.Initiative: _of_goals("initiatives"),
    goals.KeptForecast: _of_goals("kept_forecasts"),
    goals.KeyResult: _by("key_results"),
    goals.Objective: _by("objectives"),
    goals.Segment: _of_goals("goal_segments"),
    goals.Stated: _of_goals("stated"),
    holds.Hold: _by("holds"),
    incidents.Deadlines: _by("deadlines"),
    incidents.Handover: _by("handovers"),
    mass.MassIncident: _by("mass_incidents"),
    **{kind: _of_mass(kind) for kind in (mass.MassPart, mass.MassStage, mass.OrderRule)},
    merges.Joined: _judged("joins"),
    substates.Substate: _judged("places"),
    incidents.Incident: _by("incidents"),
    incidents.Owner: _by("owners"),
    incidents.Period: _periods,
    journeys.Journey: _by("journeys"),
    journeys.Step: _of_needs("steps"),
    ledger.Claim: _of_ledger("claims"),
    ledger.Part: _of_ledger("parts"),
    ledger.Replaced: _of_ledger("replaced"),
    legal_holds.PersonHold: _kept(legal_holds.PersonHold),
    messages.Conversation: _by("conversations"),
    messages.Notice: _by("notices"),
    money.Money: _by("money"),
    needs.Need: _by("needs"),
    needs.Remedied: _of_needs("remedied"),
    orders.Line: lambda: ours.lines() | ours.lines(moved=True),
    orders.Order: _by("orders"),
    orders.SourceStatus: _source_statuses,
    payments.FoundRefund: _of_payments("found_refunds"),
    payments.PaymentRecord: _of_payments("payment_records"),
    payments.PaymentSettings: _of_payments("payment_settings"),
    people.Customer: _by("customers"),
    phones.Phone: _kept(phones.Phone),
    preferences.Choice: _of_sending(preferences.Choice),
    preferences.Consent: _of_sending(preferences.Consent),
    preferences.FailedAddress: _of_sending(preferences.FailedAddress),
    preferences.Preferences: _by("preferences"),
    preferences.Scope: _of_sending(preferences.Scope),
    priority.PriorityWeights: _by("priority_weights"),
    promises.Promise: _by("promises"),
    protocols.Protocol: _by("protocols"),
    approvals.Approval: _of_approvals("approvals"),
    authority.Authority: _of_approvals("authorities"),
    authority.Budget: _of_approvals("budgets"),
    authority.Grant: _of_approvals("grants"),
    authority.Scope: _of_approvals("scopes"),
    authority.Verdict: _of_approvals("verdicts"),
    protocols.ProtocolStep: _of_protocols("protocol_steps"),
    protocols.StepTask: _of_protocols("step_tasks"),
    rates.Rate: _by("rates"),
    readings.OwnMeasure: _by("own_measures"),
    readings.Reading: _by("readings"),
    recurrence.Recurrence: _again(recurrence.Recurrence),
    recurrence.RecurrencePolicy: _again(recurrence.RecurrencePolicy),
    remedies.Offer: _by("offers"),
    remedies.Remedy: _by("remedies"),
    remedy_kinds.RemedyKind: _of_ledger("remedy_kinds"),
    retention.Retention: _kept(retention.Retention),
    shipments.FailedAttempt: _again(shipments.FailedAttempt),
    shipments.Shipment: _by("shipments"),
    secrets.Secret: lambda: st.builds(secrets.Secret, ours.handles()),
    retrying.BreakerPolicy: _by("breaker_policies"),
    retrying.RateLimit: _by("rate_limits"),
    retrying.RetryPolicy: _by("retry_policies"),
    rotas.Absence: _by("absences"),
    rotas.Rota: _by("rotas"),
    rotas.Swap: _by("swaps"),
    sending.FrequencyCap: _of_sending(sending.FrequencyCap),
    sending.QuietHours: _by("quiet_hours"),
    sending.SendPolicy: _by("send_policies"),
    sending.Sent: _of_sending(sending.Sent),
    sending.Standing: _by("standings"),
    shop.Agent: _by("agents"),
    shop.ChannelSettings: _by("channel_settings"),
    shop.ScoreboardLine: _by("scoreboard_lines"),
    shop.Shop: _by("shops"),
    shop.Survey: _by("surveys"),
    shop.Team: _by("teams"),
    targets.Targets: _by("targets"),
    surveys.Answer: _by("answers"),
    surveys.Ask: _by("asks"),
    surveys.Asked: _advice("asked"),
    surveys.Asking: _advice("askings"),
    surveys.Respondent: _of_surveys,
    surveys.Scale: _by("scales"),
    surveys.Standing: _standings,
    tasks.Task: _by("tasks"),
    vault.VaultSettings: _kept(vault.VaultSettings),
    verification.Damage: _kept(verification.Damage),
    verification.VerifyReport: _kept(verification.VerifyReport),
    verdicts.Because: _of_sending(verdicts.Because),
    verdicts.Defer: _of_sending(verdicts.Defer),
    verdicts.Matter: _of_sending(verdicts.Matter),
    verdicts.Send: _of_sending(verdicts.Send),
    verdicts.Suppress: _of_sending(verdicts.Suppress),
    verdicts.Switch: _of_sending(verdicts.Switch),
    texts.Text: lambda: ours.texts() | ours.texts(forgotten=True),
}

_IDS: dict[Any, Make] = {
    **dict.fromkeys((ids.CallId, ids.CallListId), _by("ids")),
    **dict.fromkeys((ids.OrderId, ids.IncidentId, ids.CustomerId, ids.AskId, ids.TaskId), _by("ids")),
    **dict.fromkeys((ids.ContactId, ids.NeedId, ids.AccountId, ids.AnalysisId, ids.CorrectiveActionId), _by("ids")),
    **dict.fromkeys((ids.CheckInId, ids.CommitmentId, ids.ObjectiveId, ids.InitiativeId), _by("ids")),
    ids.MassId: _by("ids"),
    ids.LineId: lambda: st.integers(1, 9).map(str),
    ids.BlockId: _counted("block"),
    ids.ApprovalId: _counted("approval"),
    ids.OfferId: _counted("offer"),
    ids.RemedyId: _counted("remedy"),
    ids.NoticeId: _counted("notice"),
    ids.ConversationId: _counted("conversation"),
}

REGISTERED: dict[Any, Make] = {
    **_NOUNS,
    **{kind: _shown(kind) for kind in _SHOWN},
    **_IDS,
    **{kind: _by("happenings", name) for name, kind in events.EVENT_TYPES.items()},
}
"""What ``from_type`` draws, by type; each strategy is made when it is first asked for."""


def register_all() -> None:
    """Tell Hypothesis of all of them."""
    for kind, make in REGISTERED.items():
        st.register_type_strategy(kind, _resolver(make))


def _resolver(make: Make) -> Callable[[object], st.SearchStrategy[Any]]:
    return lambda _: make()
