"""Asking customers, and their answers."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from incidentkit.desk.calls import By, given
from incidentkit.desk.commands import Commands
from incidentkit.desk.paging import wanted
from incidentkit.desk.work import Work
from incidentkit.domain.ids import AskId
from incidentkit.domain.pages import Page
from incidentkit.domain.shop import Shop
from incidentkit.domain.surveys import Ask
from incidentkit.errors import InvalidInput
from incidentkit.learning.coding import suggest
from incidentkit.rules import surveys as rules
from incidentkit.rules.decision import Decision
from incidentkit.store.surveyed import unread
from incidentkit.store.unit import Held

__all__ = ["OpenAnswer", "Surveys", "Unread"]


@frozen
class OpenAnswer:
    """One open answer that is to be read; ``suggestion`` is the step that it seems to be about, None where nothing says so.

    ``comment`` is None where its customer was forgotten since.
    """

    ask: Ask
    comment: str | None = field(repr=False)
    suggestion: str | None = None


@frozen
class Unread:
    """The open answers that nobody has said the step of: how many there are, and some of them."""

    total: int
    answers: Page[OpenAnswer]


def _to_read(ask: Ask, shop: Shop) -> OpenAnswer:
    comment = ask.answer.comment.value if ask.answer is not None and ask.answer.comment is not None else None
    stood, steps = ask.stood, [step.code for step in shop.steps]
    case_step = shop.step_of(stood.type, stood.cause) or None if stood is not None else None
    seems = suggest(comment or "", language=shop.language, case_step=case_step, steps=steps, words=shop.step_words)
    return OpenAnswer(ask, comment, seems)


class Surveys(Commands[Ask]):
    """Surveys of one desk. Every command takes ``by=``, ``at=`` and ``key=`` and returns the ask as it stands then."""

    _noun = Ask
    _kind = "ask"

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

    def code(self, ask: str, step: str, *, by: By = None, at: datetime | None = None, key: str | None = None) -> Ask:
        """Say which step of the process the open answer is about. Said again of the same answer, the last word counts.

        Args:
            ask: the ask's id.
            step: the code of one of the shop's steps, e.g. ``transit``.

        Raises:
            UnknownIdError: no such ask.
            InvalidInput: the shop has no such step.
            RuleViolation: there is no open answer.
        """

        def body(work: Work) -> Held:
            return work.apply(ask, rules.code(work.ask(ask), step, work.now))

        return self._run("surveys.code", given(ask=ask, step=step), body, by, at, key)

    def uncoded(self, survey: str | None = None, *, limit: int = 100, after: str | None = None) -> Unread:
        """The open answers that nobody has said the step of, the latest first, each with a suggestion.

        They hold what customers wrote: show them, and log nothing of them.

        Args:
            survey: of that survey only.
            limit: how many at the most, 1 to 10,000.
            after: where the page before ended, as the `Page.next` of its answers.
        """
        page = wanted(self._runtime, "surveys.uncoded", {"survey": survey}, limit, after)
        shop = self._runtime.shop
        with self._runtime.store.reading() as unit:
            total, ids = unread(unit, page, survey)
            asks = self._seen_all(unit, ids)
        return Unread(total, asks.map(lambda ask: _to_read(ask, shop)))

    def get(self, ask_id: str) -> Ask:
        """The ask with that id, and its answer if there is one.

        Raises:
            UnknownIdError: there is none.
        """
        return self._get(ask_id)


def ask(work: Work, survey: str, order_id: str | None, incident_id: str | None, *, silent: bool = False) -> Held:
    """The body of asking, which answering and importing share."""
    ask_id = AskId(work.new_id())
    decision, orders = _asked(work, ask_id, survey, order_id, incident_id, silent=silent)
    return _linked(work, work.apply(ask_id, decision), orders)


def answer(
    work: Work, ask_id: str | None, score: int, comment: str | None, survey: str, order_id: str | None, incident_id: str | None
) -> Held:
    """The body of answering, which importing shares."""
    if ask_id is None:
        return _answered_unasked(work, score, comment, survey, order_id, incident_id)
    if order_id is not None or incident_id is not None:
        raise InvalidInput(
            "An answer", "names its ask, or else an order or incident", got="both", next="Leave ask= or the others out."
        )
    asked = work.ask(ask_id)
    incident = work.survivor(asked.incident) if asked.incident is not None else None
    return work.apply(ask_id, rules.answer(asked, score, work.text(comment), incident))


def _answered_unasked(
    work: Work, score: int, comment: str | None, survey: str, order_id: str | None, incident_id: str | None
) -> Held:
    """Ask and answer as one decision, so that an answer that is refused leaves no ask behind."""
    ask_id = AskId(work.new_id())
    asked, orders = _asked(work, ask_id, survey, order_id, incident_id, silent=True)
    incident = work.survivor(incident_id) if incident_id is not None else None
    answered = rules.answer(work.foreseen(ask_id, asked), score, work.text(comment), incident)
    both = Decision((*asked.events, *answered.events), answered.elsewhere)
    return _linked(work, work.apply(ask_id, both), orders)


def _asked(
    work: Work, ask_id: AskId, survey: str, order_id: str | None, incident_id: str | None, *, silent: bool
) -> tuple[Decision, tuple[str, ...]]:
    """The decision to ask, and the orders whose timelines it belongs on."""
    incident = work.incident(incident_id) if incident_id is not None else None
    order = work.order(order_id) if order_id is not None else None
    if order is None and incident is not None:
        order = work.order_of(incident)
    orders = (*((order.id,) if order else ()), *(incident.orders if incident else ()))
    decision = rules.ask(ask_id, survey, incident, order, work.now, silent=silent)
    return decision, tuple(dict.fromkeys(orders))


def _linked(work: Work, held: Held, orders: tuple[str, ...]) -> Held:
    for order in orders:
        work.unit.link(order, held.stream)
    return held
