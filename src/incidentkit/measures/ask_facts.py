"""Facts of asks: what was asked, whether it arrived, what was answered, and which step of the process that is about."""

from __future__ import annotations

from incidentkit.domain.shop import Shop
from incidentkit.domain.surveys import Ask, Standing
from incidentkit.domain.times import micros
from incidentkit.measures.fact import Fact, at

__all__ = ["answer_fact", "ask_fact", "ask_rows", "step_of_ask"]


def ask_rows(ask: Ask, shop: Shop) -> dict[str, list[Fact]]:
    """Every row of an ask, by the name of its table."""
    answer = answer_fact(ask, shop)
    return {"facts_asks": [ask_fact(ask, shop)], "facts_answers": [] if answer is None else [answer]}


def step_of_ask(ask: Ask, standing: Standing | None, shop: Shop) -> str | None:
    """The step that an ask is about: as somebody who read the open answer said, else where its case comes from."""
    if ask.step is not None:
        return ask.step
    return None if standing is None else shop.step_of(standing.type, standing.cause) or None


def ask_fact(ask: Ask, shop: Shop) -> Fact:
    """The row of ``facts_asks``; team and agent are those that had its case when it was answered, or else when it was put."""
    stood, answer = ask.stood, ask.answer
    return {
        "ask_id": ask.id,
        "survey": ask.survey,
        "order_id": ask.order,
        "incident_id": ask.incident,
        "customer": ask.customer,
        "asked_at": micros(ask.asked_at),
        "ours": int(ask.ours),
        "lost": int(ask.lost),
        "answered_at": at(answer.at if answer is not None else None),
        "commented": int(answer is not None and answer.comment is not None),
        "coded": int(ask.step is not None),
        "team": stood.team if stood is not None else None,
        "agent": (stood.agent or None) if stood is not None else None,
        "step": step_of_ask(ask, stood, shop),
    }


def answer_fact(ask: Ask, shop: Shop) -> Fact | None:
    """The row of ``facts_answers``; None while nobody has answered. The step and the kind are the shop's at this moment."""
    if ask.answer is None:
        return None
    survey = shop.survey(ask.survey)
    return {
        "ask_id": ask.id,
        "survey": ask.survey,
        "kind": survey.kind if survey is not None else "csat",
        "order_id": ask.order,
        "incident_id": ask.incident,
        "customer": ask.customer,
        "asked_at": micros(ask.asked_at),
        "answered_at": micros(ask.answer.at),
        "score": ask.answer.score,
        "top": int(ask.answer.score == ask.scale.high),
        "passive": int(ask.passive),
        **_standing(ask.answer.standing),
        "step": step_of_ask(ask, ask.answer.standing, shop),
    }


def _standing(standing: Standing | None) -> Fact:
    if standing is None:
        return dict.fromkeys(("type", "severity", "cause", "team", "agent"))
    return {
        "type": standing.type,
        "severity": standing.severity,
        "cause": standing.cause,
        "team": standing.team,
        "agent": standing.agent or None,
    }
