"""What may happen to an analysis: begun, followed from why to why with what shows each, concluded, opened again or dropped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import frozen

from incidentkit.domain import events as ev
from incidentkit.domain.analyses import Analysis, AnalysisState
from incidentkit.domain.ids import AnalysisId, IncidentId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.shop import Shop
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput, TransitionRefused
from incidentkit.rules.cases import in_words
from incidentkit.rules.decision import Circumstances, Decision
from incidentkit.rules.lifecycles import ANALYSIS
from incidentkit.rules.signatures import Signature

__all__ = [
    "NewAnalysis",
    "NewWhy",
    "add_why",
    "begin_analysis",
    "check_signature",
    "conclude_analysis",
    "drop_analysis",
    "explain_incidents",
    "hear_customer",
    "reopen_analysis",
    "retract_whys",
]


@frozen
class NewAnalysis:
    """What somebody wants to know the cause of.

    Args:
        analysis: a fresh id, which the shell gives.
        signature: the key of the signature that it is about; empty where it is not known yet.
        team: who sees it through; empty for the shop's default team.
    """

    analysis: AnalysisId
    problem: Text
    signature: str = ""
    incidents: Sequence[Incident] = ()
    team: str = ""


@frozen
class NewWhy:
    """The next reason, and what shows it."""

    because: Text
    evidence: Text
    step: str
    incidents: Sequence[Incident] = ()


def begin_analysis(new: NewAnalysis, now: Circumstances) -> Decision:
    """A new analysis, about cases, a kind of incident, or a problem that somebody sees.

    Raises:
        InvalidInput: no words, a team or a signature that the shop does not have.
    """
    in_words(new.problem, "An analysis", "problem")
    if new.signature:
        check_signature(new.signature, now.shop)
    begun = ev.AnalysisBegun(
        analysis=new.analysis,
        problem=new.problem,
        team=_team(new.team, now.shop),
        signature=new.signature,
        incidents=_ids(new.incidents),
    )
    return Decision((begun,))


def add_why(analysis: Analysis, new: NewWhy, now: Circumstances) -> Decision:
    """The reason for what the last one says. Nothing counts as a reason without something that shows it.

    Raises:
        TransitionRefused: it is concluded or dropped.
        InvalidInput: no words, no evidence, or a step that the shop does not have.
    """
    ANALYSIS.check(_name(analysis), analysis.state, "why")
    in_words(new.because, _name(analysis), "reason")
    in_words(new.evidence, _name(analysis), "evidence")
    _check_step(new.step, now.shop)
    return Decision((ev.WhyAdded(new.because, new.evidence, new.step, _ids(new.incidents)),))


def retract_whys(analysis: Analysis, place: int, reason: Text) -> Decision:
    """The reason at that place turned out wrong: it goes, with those that answer it; the record keeps them."""
    ANALYSIS.check(_name(analysis), analysis.state, "retract")
    in_words(reason, _name(analysis), "reason")
    _check_place(analysis, place)
    return Decision((ev.WhysRetracted(place, reason),))


def explain_incidents(analysis: Analysis, incidents: Sequence[Incident]) -> Decision:
    """Further cases that it explains; those that it names already change nothing."""
    _not_dropped(analysis, "explain")
    new = tuple(incident for incident in _ids(incidents) if incident not in analysis.incidents)
    return Decision((ev.IncidentsExplained(new),) if new else ())


def hear_customer(analysis: Analysis, words: Text, incident: Incident | None) -> Decision:
    """What a customer says about it, in their own words."""
    _not_dropped(analysis, "hear")
    in_words(words, _name(analysis), "customer's words")
    return Decision((ev.CustomerHeard(words, None if incident is None else incident.id),))


def conclude_analysis(analysis: Analysis, cause: str, root: int | None, step: str | None, now: Circumstances) -> Decision:
    """The root cause is found.

    Args:
        cause: its code, one of the shop's causes.
        root: the place of the why that it is; None for the last.
        step: where it lies; None for that why's step.

    Raises:
        TransitionRefused: no why, or no word of a customer: a cause that was found without them is not end to end.
        InvalidInput: a code, place or step that is not there.
    """
    ANALYSIS.check(_name(analysis), analysis.state, "conclude")
    missing = (*(() if analysis.whys else ("a why with evidence",)), *(() if analysis.voices else ("the customer's voice",)))
    ANALYSIS.check(_name(analysis), analysis.state, "conclude", missing, "Add it with why() or hear()." if missing else "")
    place = len(analysis.whys) if root is None else root
    _check_place(analysis, place)
    _check_cause(cause, now.shop)
    lies_in = analysis.whys[place - 1].step if step is None else step
    _check_step(lies_in, now.shop)
    return Decision((ev.AnalysisConcluded(place, cause, lies_in),))


def reopen_analysis(analysis: Analysis, reason: Text) -> Decision:
    """The conclusion does not hold: say, the action that followed from it did not help."""
    ANALYSIS.check(_name(analysis), analysis.state, "reopen")
    in_words(reason, _name(analysis), "reason")
    return Decision((ev.AnalysisReopened(reason),))


def drop_analysis(analysis: Analysis, reason: Text) -> Decision:
    """It is not followed any further."""
    ANALYSIS.check(_name(analysis), analysis.state, "drop")
    in_words(reason, _name(analysis), "reason")
    return Decision((ev.AnalysisDropped(reason),))


def check_signature(key: str, shop: Shop) -> Signature:
    """The signature of that key, whose cause and step are the shop's.

    Raises:
        InvalidInput: it is none, or names what the shop does not have.
    """
    try:
        signature = Signature.of_key(key)
    except ValueError:
        raise InvalidInput(
            "A signature",
            "is a cause with its product, carrier or step",
            got=repr(key)[:60],
            next="For example: defect/product/lamp or packaging/step/packing.",
        ) from None
    _check_cause(signature.cause, shop)
    if signature.subject_kind == "step":
        _check_step(signature.subject, shop)
    if not signature.subject:
        raise InvalidInput("A signature", "says what it is about", got="nothing", next="For example: defect/product/lamp.")
    return signature


def _check_cause(cause: str, shop: Shop) -> None:
    if cause not in shop.causes:
        raise InvalidInput("A cause", "is one of the shop's", got=repr(cause)[:40], next=_known(shop.causes))


def _check_step(step: str, shop: Shop) -> None:
    codes = [known.code for known in shop.steps]
    if step not in codes:
        raise InvalidInput("A step of the process", "is one of the shop's", got=repr(step)[:40], next=_known(codes))


def _check_place(analysis: Analysis, place: int) -> None:
    if not 1 <= place <= len(analysis.whys):
        raise InvalidInput(_name(analysis), f"has whys 1 to {len(analysis.whys)}", got=place)


def _not_dropped(analysis: Analysis, attempted: str) -> None:
    """What is learned later about a cause that was found belongs to it still."""
    if analysis.state is AnalysisState.DROPPED:
        raise TransitionRefused(
            _name(analysis),
            f"{attempted} is possible until it is dropped",
            got=analysis.state.value,
            next="Begin another one.",
            phase=analysis.state.value,
            attempted=attempted,
            missing=(),
        )


def _team(team: str, shop: Shop) -> str:
    if team and shop.team(team) is None:
        raise InvalidInput(
            "An analysis", "is seen through by a team of the shop", got=repr(team)[:40], next=_known(t.name for t in shop.teams)
        )
    return team or shop.default_team


def _known(names: Iterable[str]) -> str:
    return f"Known: {', '.join(names)}."


def _ids(incidents: Iterable[Incident]) -> tuple[IncidentId, ...]:
    return tuple(dict.fromkeys(incident.id for incident in incidents))


def _name(analysis: Analysis) -> str:
    return f"Analysis {analysis.id}"
