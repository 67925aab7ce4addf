"""What events do to a survey ask."""

from __future__ import annotations

from incidentkit.domain import events as ev
from incidentkit.domain.copying import changed
from incidentkit.domain.events import Event
from incidentkit.domain.messages import LOST
from incidentkit.domain.surveys import Answer, Ask

__all__ = ["answered", "asked", "coded", "receipt", "resent", "undelivered"]


def asked(data: ev.SurveyAsked, event: Event) -> Ask:
    return Ask(
        id=data.ask,
        survey=data.survey,
        scale=data.scale,
        asked_at=event.occurred_at,
        order=data.order,
        incident=data.incident,
        customer=data.customer,
        passive=data.passive,
        elsewhere=data.elsewhere,
        standing=data.standing,
    )


def answered(ask: Ask, data: ev.SurveyAnswered, event: Event) -> Ask:
    # Other words may be about something else.
    return changed(ask, answer=Answer(data.score, event.occurred_at, data.comment, data.standing), step=None)


def coded(ask: Ask, data: ev.SurveyCoded, event: Event) -> Ask:
    return changed(ask, step=data.step)


def receipt(ask: Ask, data: ev.MessageReceipt, event: Event) -> Ask:
    return changed(ask, lost=ask.lost or data.receipt in LOST)


def resent(ask: Ask, data: ev.MessageResent, event: Event) -> Ask:
    return changed(ask, lost=False)


def undelivered(ask: Ask, data: ev.MessageUndelivered, event: Event) -> Ask:
    return changed(ask, lost=True)
