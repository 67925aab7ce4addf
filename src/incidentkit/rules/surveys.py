"""Asking the customer, the answer that counts, and what it is about."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.events import Happening
from incidentkit.domain.ids import AskId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.domain.surveys import Ask, Standing
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, RuleViolation
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.messages import ask_message

__all__ = ["answer", "ask", "code", "standing_of"]


def ask(
    ask_id: AskId,
    survey: str,
    incident: Incident | None,
    order: Order | None,
    now: Circumstances,
    *,
    silent: bool = False,
    step: str = "",
) -> Decision:
    """Put a survey's question to the customer of an incident or an order; ``silent`` when it was put already, elsewhere.

    What comes from a source may be about neither. ``step`` names another text than the survey's own.
    """
    found = now.shop.survey(survey)
    if found is None:
        known = ", ".join(s.name for s in now.shop.surveys)
        raise InvalidInput("A survey", "must be one of the shop's", got=repr(survey)[:40], next=f"Known: {known}.")
    about = incident or order
    if about is None and not now.passive:
        raise InvalidInput("A survey", "asks about an incident or an order", got="neither", next="Give incident= or order=.")
    passive = now.passive or (about is not None and about.passive)
    customer = about.customer if about is not None else None
    asked = ev.SurveyAsked(
        ask=ask_id,
        survey=survey,
        scale=found.scale,
        order=order.id if order else None,
        incident=incident.id if incident else None,
        customer=customer,
        passive=passive,
        elsewhere=silent and not passive,
        standing=standing_of(incident),
    )
    state = Ask(ask_id, survey, found.scale, now.at, customer=customer, passive=passive)
    type_ = incident.type if incident is not None and step else ""
    message = () if silent else ask_message(state, now, order.label if order else "", step, type=type_)
    return Decision((asked,), intents=message)


def answer(ask: Ask, score: int, comment: Text | None, incident: Incident | None = None) -> Decision:
    """The customer's answer; a later one to the same ask takes its place. A case that it is about hears of it.

    ``incident`` is that case; how it stands now goes with the answer.
    """
    event = ev.SurveyAnswered(ask.scale.check(score), comment if comment and comment.value else None, standing_of(incident))
    elsewhere: tuple[tuple[str, Happening], ...] = ()
    if ask.incident is not None:
        # Where its case was merged, the one that goes on for it hears.
        about = incident.id if incident is not None else ask.incident
        elsewhere = ((about, ev.SurveyAnswerReceived(ask.id, ask.survey, score)),)
    return Decision((event,), elsewhere)


def code(ask: Ask, step: str, now: Circumstances) -> Decision:
    """Which step of the process the open answer is about, as somebody said who read it; said again, nothing changes."""
    known = [each.code for each in now.shop.steps]
    if step not in known:
        raise InvalidInput("A step", "must be one of the shop's", got=repr(step)[:40], next=f"Known: {', '.join(known)}.")
    if ask.answer is None or ask.answer.comment is None:
        raise RuleViolation(
            f"Ask {ask.id}", "is coded once it has an open answer", got="none", next="Wait until its customer has written."
        )
    return Decision() if ask.step == step else Decision((ev.SurveyCoded(step),))


def standing_of(incident: Incident | None) -> Standing | None:
    """How a case stands, for an ask or an answer to go with."""
    if incident is None:
        return None
    owner = incident.owner
    return Standing(incident.type, incident.severity, incident.cause, owner.team, owner.agent)
