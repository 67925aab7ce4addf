"""Asking customers, and their answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from incidentkit.desk.runtime import By, Call, Runtime, given
from incidentkit.desk.work import Work
from incidentkit.domain.ids import AskId
from incidentkit.domain.surveys import Ask
from incidentkit.errors import InvalidInput
from incidentkit.rules import surveys as rules
from incidentkit.store.unit import Held

__all__ = ["Surveys"]


class Surveys:
    """Surveys of one desk. Every command takes ``by=``, ``at=`` and ``key=`` and returns the ask as it stands then."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def ask(
        self,
        survey: str = "csat",
        *,
        order: str | None = None,
        incident: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Ask:
        """Put a survey's question to the customer of an order or an incident; `Desk.send_due` sends it."""

        def body(work: Work) -> Held:
            return ask(work, survey, order, incident)

        return self._run("surveys.ask", given(survey=survey, order=order, incident=incident), body, by, at, key)

    def answer(
        self,
        ask: str | None = None,
        *,
        score: int,
        comment: str | None = None,
        survey: str = "csat",
        order: str | None = None,
        incident: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Ask:
        """The customer's answer. A second one to the same ask replaces the first.

        Args:
            ask: the ask's id; without one, an ask that was put elsewhere is taken down for ``order`` or ``incident``.
            score: on the survey's own scale.
            comment: the customer's words; kept in the vault.

        Raises:
            UnknownIdError: no such ask.
            InvalidInput: a score off the scale.
        """

        def body(work: Work) -> Held:
            return answer(work, ask, score, comment, survey, order, incident)

        arguments = given(ask=ask, score=score, comment=comment, survey=survey, order=order, incident=incident)
        return self._run("surveys.answer", arguments, body, by, at, key)

    def get(self, ask_id: str) -> Ask:
        """The ask with that id, and its answer if there is one.

        Raises:
            UnknownIdError: there is none.
        """
        with self._runtime.store.reading() as unit:
            return _ask(unit.load("ask", ask_id).state)

    def _run(
        self,
        command: str,
        arguments: dict[str, Any],
        body: Callable[[Work], Held],
        by: By,
        at: datetime | None,
        key: str | None,
    ) -> Ask:
        return _ask(self._runtime.run(Call(command, arguments, by, at, key), body))


def ask(work: Work, survey: str, order_id: str | None, incident_id: str | None, *, silent: bool = False) -> Held:
    """The body of asking, which answering and importing share."""
    incident = work.incident(incident_id) if incident_id is not None else None
    order = work.order(order_id) if order_id is not None else None
    if order is None and incident is not None:
        order = work.order_of(incident)
    ask_id = AskId(work.new_id())
    decision = rules.ask(ask_id, survey, incident, order, work.now, silent=silent)
    held = work.apply(ask_id, decision)
    if order is not None:
        work.unit.link(order.id, ask_id)
    return held


def answer(
    work: Work, ask_id: str | None, score: int, comment: str | None, survey: str, order_id: str | None, incident_id: str | None
) -> Held:
    """The body of answering, which importing shares."""
    if ask_id is None:
        ask_id = ask(work, survey, order_id, incident_id, silent=True).stream
    elif order_id is not None or incident_id is not None:
        raise InvalidInput(
            "An answer", "names its ask, or else an order or incident", got="both", next="Leave ask= or the others out."
        )
    return work.apply(ask_id, rules.answer(work.ask(ask_id), score, work.text(comment)))


def _ask(state: Any) -> Ask:
    assert isinstance(state, Ask)
    return state
