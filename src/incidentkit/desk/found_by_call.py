"""What a verification call has found out, in the cases that it is about."""

from __future__ import annotations

from incidentkit.desk.incidents import report
from incidentkit.desk.telling import spoken
from incidentkit.desk.work import Work
from incidentkit.domain.call_policy import CallOutcome
from incidentkit.domain.calls import VerificationCall
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.ids import IncidentId
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.phrases.words import LANGUAGES, words_in
from incidentkit.rules import incidents as rules
from incidentkit.rules.cases import WORKABLE

__all__ = ["case_of", "outcome_words", "taken_as_word"]


def outcome_words(outcome: CallOutcome, language: str) -> str:
    """What an outcome is called in a language: by the settings, else by the texts that ship."""
    spoken_ = language if language in LANGUAGES else LANGUAGES[0]
    return outcome.labels.get(language) or words_in(spoken_).named("call_outcomes", outcome.code)


def case_of(
    work: Work, call: VerificationCall, outcome: CallOutcome, note: str | None, told: str | None
) -> tuple[IncidentId, bool]:
    """The case of what is wrong, and whether the call was taken down as a contact of its need."""
    case = next((case for case in _cases(work, call) if case.phase in WORKABLE and case.type == outcome.type), None)
    if case is None:
        words = note or _found(work, outcome)
        held = report(work, (call.order,), outcome.type, words, None, None, (), None, "shop")
        assert isinstance(held.state, Incident), "what was reported is a case"
        case = held.state
    if told:
        work.apply(case.id, spoken(work, case, "phone", work.words(told), "out"))
    return case.id, bool(told)


def taken_as_word(work: Work, call: VerificationCall, outcome: CallOutcome, note: str | None) -> bool:
    """Take down in the resolved cases on the order that all is well; whether the call is a contact by that.

    It is the customer's word where a named agent had it. It closes nothing.
    """
    resolved = [case for case in _cases(work, call) if case.phase is Phase.RESOLVED and not case.passive]
    for place, case in enumerate(resolved):
        summary = work.words(note or _found(work, outcome))
        said = (
            rules.log_conversation(case, "phone", summary, work.now) if place else spoken(work, case, "phone", summary, "out")
        )
        held = work.apply(case.id, said)
        assert isinstance(held.state, Incident), "a case stays one"
        last = held.state.conversations[-1]
        if last.agent and held.state.evidence is None:
            work.apply(case.id, rules.confirm_satisfaction(held.state, Evidence.conversation(last.id), work.now))
    return bool(resolved)


def _found(work: Work, outcome: CallOutcome) -> str:
    language = work.now.shop.language
    spoken_ = language if language in LANGUAGES else LANGUAGES[0]
    return words_in(spoken_).say("calls.found", outcome=outcome_words(outcome, language))


def _cases(work: Work, call: VerificationCall) -> list[Incident]:
    """The open cases on the order, the oldest first."""
    open_ = work.unit.load("order", call.order).open_incidents
    return sorted((work.incident(case) for case in open_), key=lambda case: (case.detected_at, case.id))
