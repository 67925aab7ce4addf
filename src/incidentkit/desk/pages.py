"""What the pages show and take: each token is read, held against the record, and gives a view of it or nothing.

``None`` stands for every token that opens nothing: altered, expired, another tenant's, or of somebody who is not known any
more. A page can't tell them apart, so nobody learns from it which it was.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TypeVar

from attrs import frozen

from incidentkit.delivery.links import link, status_claims
from incidentkit.delivery.tokens import Claims, TokenKind
from incidentkit.desk.calls import Call, given
from incidentkit.desk.linking import reading_tokens, rotate_keys
from incidentkit.desk.page_views import ASKED_ABOUT, AnswerPage, PreferencesPage, StatusPage, SurveyPage
from incidentkit.desk.people import People
from incidentkit.desk.preferring import preferences_of
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.surveys import Surveys
from incidentkit.desk.work import Work
from incidentkit.domain.evolve import State
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.domain.surveys import Ask
from incidentkit.errors import KeyReusedError, RuleViolation, TransitionRefused
from incidentkit.rules.answering import Put, answer, answer_stands, offers_put
from incidentkit.rules.views import case_view, status_view
from incidentkit.store.finding import find_incidents
from incidentkit.store.paging import Wanted
from incidentkit.store.reading import people
from incidentkit.store.unit import Held, Unit

__all__ = ["Pages"]

V = TypeVar("V")
S = TypeVar("S", bound=State)


@frozen
class _Known:
    """A token that opens something: what it says, its person's language, and where to look things up."""

    unit: Unit
    claims: Claims
    at: datetime
    language: str

    def own(self, kind: str, cls: type[S]) -> S | None:
        """The thing that it is about, as long as it is this person's."""
        held = self.unit.any(self.claims.subject)
        if held is None or held.kind != kind or not isinstance(held.state, cls):
            return None
        return held.state if getattr(held.state, "customer", None) == self.claims.person else None

    def order(self, order_id: str | None) -> Order | None:
        state = self.unit.load("order", order_id).state if order_id else None
        return state if isinstance(state, Order) else None

    def label(self, order_id: str | None) -> str:
        order = self.order(order_id)
        return order.label if order else ""


class Pages:
    """What customers see and answer without an account, by links that only they have.

    Whoever has the link counts as its person. Reading changes nothing, however often it is done and by whatever program.
    """

    def __init__(self, runtime: Runtime, people: People) -> None:
        self._runtime = runtime
        self._surveys = Surveys(runtime)
        self._people = people

    # --- Links ---------------------------------------------------------------------------------------------------

    def status_link(self, order_id: str) -> str:
        """The address of the status page of an order for its customer: for your own pages, or to read out.

        Raises:
            UnknownIdError: there is no such order.
            RuleViolation: nobody is known to be its customer, or the settings name no ``pages_url``.
        """
        if not self._runtime.shop.pages_url:
            raise RuleViolation("A link", "needs a place", got="no pages_url", next="Set pages_url in shop.toml.")
        with self._runtime.store.reading() as unit:
            order = unit.load("order", order_id).state
        assert isinstance(order, Order), "an order's stream holds an order"
        claims = status_claims(order, order.customer, self._runtime.clock()) if order.customer else None
        if claims is None:
            raise RuleViolation(f"Order {order.label}", "needs a customer for a link", got="nobody")
        return link(claims, reading_tokens(self._runtime), self._runtime.shop)

    def rotate_keys(self, *, drop: bool = False) -> None:
        """Sign links with a new key from now on. What is signed already holds until it expires.

        Args:
            drop: it does not: every link that was sent so far opens nothing any more. For when a key got out.

        Raises:
            RuleViolation: inside a batch.
        """
        rotate_keys(self._runtime, alone=drop)

    # --- Reading -------------------------------------------------------------------------------------------------

    def status(self, token: str) -> StatusPage | None:
        """How an order stands, with its cases; or a case without an order."""
        return self._read("status", token, self._status)

    def offers(self, token: str) -> AnswerPage | None:
        """The offers that were put in a message."""
        return self._read("answer", token, self._offers)

    def survey(self, token: str) -> SurveyPage | None:
        """The question that was put in a message."""
        return self._read("survey", token, self._survey)

    def preferences(self, token: str) -> PreferencesPage | None:
        """What a person is sent."""
        return self._read("preferences", token, self._preferences)

    def unsubscribing(self, token: str) -> PreferencesPage | None:
        """What a person would be sent no more; ``about`` is the purpose."""
        return self._read("unsubscribe", token, self._preferences)

    def _status(self, known: _Known) -> StatusPage | None:
        shop, order, case = self._runtime.shop, known.own("order", Order), known.own("incident", Incident)
        if order is not None:
            found = find_incidents(known.unit, Wanted(50), order=order.id)
            states = [known.unit.load("incident", incident).state for incident in found]
            cases = [state for state in states if isinstance(state, Incident)]
        elif case is not None:
            cases = [case]
        else:
            return None
        return StatusPage(known.language, status_view(order, cases, shop, known.at))

    def _offers(self, known: _Known) -> AnswerPage | None:
        case = known.own("incident", Incident)
        if case is None:
            return None
        shop, put = self._runtime.shop, _put(known.claims)
        return AnswerPage(
            known.language,
            known.label(next(iter(case.orders), None)),
            case_view(case, shop, known.at),
            offers_put(case, put, shop, known.at),
            answer_stands(case, put, shop, known.at),
        )

    def _survey(self, known: _Known) -> SurveyPage | None:
        ask = known.own("ask", Ask)
        if ask is None:
            return None
        score, at = (ask.answer.score, ask.answer.at) if ask.answer else (None, None)
        label, about_case = known.label(ask.order), ask.incident is not None
        return SurveyPage(known.language, label, ask.survey, ask.scale, about_case, score, at)

    def _preferences(self, known: _Known) -> PreferencesPage:
        said = preferences_of(known.unit, known.claims.person)
        agreed_to = self._runtime.shop.sending.consent

        def wanted(purpose: str) -> bool:
            consent = said.consent(purpose, "") if said else None
            agreed = purpose not in agreed_to or (consent is not None and consent.given)
            return agreed and (said is None or said.objection(purpose, "", "") is None)

        return PreferencesPage(known.language, tuple(filter(wanted, ASKED_ABOUT)), known.claims.subject)

    # --- Answering -----------------------------------------------------------------------------------------------

    def answer(self, token: str, choice: str) -> AnswerPage | None:
        """The customer takes the offer of that id, or ``none``: once, whatever comes after. The page as it stands then.

        Raises:
            InvalidInput: no such choice.
        """
        known = self._claims("answer", token)
        if known is None or self.offers(token) is None:
            return None

        def body(work: Work) -> Held:
            case = work.incident(known.subject)
            return work.apply(case.id, answer(case, _put(known), choice, work.orders_of(case), work.now))

        arguments = given(incident=known.subject, choice=choice)
        self._once(lambda: self._runtime.run(Call("pages.answer", arguments, "customer", key=known.key), body))
        return self.offers(token)

    def rate(self, token: str, score: int, comment: str = "") -> SurveyPage | None:
        """The customer answers a survey: once, whatever comes after. The page as it stands then.

        Raises:
            InvalidInput: a score off the scale.
        """
        known, page = self._claims("survey", token), self.survey(token)
        if known is None or page is None or page.score is not None:
            return page
        words = comment.strip() or None
        self._once(lambda: self._surveys.answer(known.subject, score=score, comment=words, by="customer", key=known.key))
        return self.survey(token)

    def choose(self, token: str, wanted: Collection[str]) -> PreferencesPage | None:
        """The person wants these of `ASKED_ABOUT` and none of the others. As often as they like."""
        known, page = self._claims("preferences", token), self.preferences(token)
        if known is None or page is None:
            return None
        for purpose in ASKED_ABOUT:
            if (purpose in wanted) != (purpose in page.wanted):
                self._prefer(known.person, purpose, wanted=purpose in wanted)
        return self.preferences(token)

    def unsubscribe(self, token: str) -> PreferencesPage | None:
        """The person wants no more messages of the link's purpose: the one click of RFC 8058."""
        known, page = self._claims("unsubscribe", token), self.unsubscribing(token)
        if known is None or page is None:
            return None
        self._prefer(known.person, known.subject, wanted=False)
        return self.unsubscribing(token)

    def _prefer(self, person: str, purpose: str, *, wanted: bool) -> None:
        if not wanted:
            self._people.opt_out(person, purpose=purpose, source="page", by="customer")
            return
        if self._people.preferences(person).objection(purpose, "", "") is not None:
            self._people.opt_in(person, purpose=purpose, source="page", by="customer")
        if purpose in self._runtime.shop.sending.consent:
            self._people.consent(person, purpose=purpose, source="page", by="customer")

    # --- Tokens --------------------------------------------------------------------------------------------------

    def _claims(self, kind: TokenKind, token: str) -> Claims | None:
        return reading_tokens(self._runtime).read(kind, token, self._runtime.clock())

    def _read(self, kind: TokenKind, token: str, view: Callable[[_Known], V | None]) -> V | None:
        claims = self._claims(kind, token)
        if claims is None:
            return None
        with self._runtime.store.reading() as unit:
            person = people(unit, [claims.person]).get(claims.person)
            if person is None:
                return None
            return view(_Known(unit, claims, self._runtime.clock(), person.language))

    def _once(self, act: Callable[[], object]) -> None:
        """What was answered already, or can't be any more, is no error: the page says so."""
        try:
            act()
        except (KeyReusedError, TransitionRefused):
            return


def _put(claims: Claims) -> Put:
    return Put(claims.offers, claims.generation)
