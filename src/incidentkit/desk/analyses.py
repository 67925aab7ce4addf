"""Commands and questions about analyses: why something goes wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from incidentkit.desk.calls import By, given, ids
from incidentkit.desk.commands import Changes
from incidentkit.desk.paging import wanted
from incidentkit.desk.work import Work
from incidentkit.domain.analyses import Analysis
from incidentkit.domain.ids import AnalysisId
from incidentkit.domain.incidents import Incident
from incidentkit.domain.pages import Page
from incidentkit.rules import analyses as rules
from incidentkit.rules.decision import Decision
from incidentkit.rules.signatures import Signature
from incidentkit.store.effectiveness import find_analyses
from incidentkit.store.unit import Held

__all__ = ["Analyses", "signature_key"]


class Analyses(Changes[Analysis]):
    """Analyses of one desk: from a problem to its root cause, one why after the other, each with what shows it.

    Every command takes ``by=``, ``at=`` and ``key=`` as those on cases do, and returns the analysis as it stands then.

    Raises, from any command:
        UnknownIdError: no such analysis or incident.
        TransitionRefused: not from where the analysis stands now.
        RuleViolation: another rule forbids it. The record is as it was.
    """

    _noun = Analysis
    _kind = "analysis"

    def _gather(self, work: Work, id: str) -> Analysis:
        return work.analysis(id)

    def begin(
        self,
        *,
        problem: str,
        incidents: str | Sequence[str] | None = None,
        signature: Signature | str | None = None,
        team: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Analysis:
        """Somebody wants to know why.

        Args:
            problem: what goes wrong, in words; kept in the vault.
            incidents: the ids of cases that it is to explain; it stands on the timelines of their orders. One case is enough.
            signature: of what kind of incident, as a `Signature` or its key, e.g. ``packaging/step/packing``.
            team: who sees it through; default: the shop's default team.
        """
        about, signed = ids("incidents", incidents), signature_key(signature)

        def body(work: Work) -> Held:
            new = rules.NewAnalysis(
                analysis=AnalysisId(work.new_id()),
                problem=work.words(problem),
                signature=signed,
                incidents=_cases(work, about),
                team=team or "",
            )
            return work.apply(new.analysis, rules.begin_analysis(new, work.now))

        arguments = given(problem=problem, incidents=about, signature=signed or None, team=team)
        return self._run("analyses.begin", arguments, body, by, at, key)

    def why(
        self,
        analysis_id: str,
        *,
        because: str,
        evidence: str,
        step: str,
        incidents: str | Sequence[str] | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Analysis:
        """The reason for what the last why says, or for the problem itself.

        Args:
            because: the reason, in words; kept in the vault.
            evidence: what shows it: what somebody saw, a count, a photo's name; kept in the vault.
            step: the step of the process that it lies in.
            incidents: the ids of cases that show it.
        """
        about = ids("incidents", incidents)
        return self._change(
            "analyses.why",
            analysis_id,
            lambda a, w: rules.add_why(a, rules.NewWhy(w.words(because), w.words(evidence), step, _cases(w, about)), w.now),
            given(because=because, evidence=evidence, step=step, incidents=about),
            by,
            at,
            key,
        )

    def retract(
        self,
        analysis_id: str,
        place: int,
        *,
        reason: str,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Analysis:
        """The reason at that place does not hold: it goes, with those that answer it. The record keeps them."""
        return self._change(
            "analyses.retract",
            analysis_id,
            lambda a, w: rules.retract_whys(a, place, w.words(reason)),
            given(place=place, reason=reason),
            by,
            at,
            key,
        )

    def explain(
        self,
        analysis_id: str,
        incidents: str | Sequence[str],
        *,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Analysis:
        """It explains further cases, also after it is concluded."""
        about = ids("incidents", incidents)
        return self._change(
            "analyses.explain",
            analysis_id,
            lambda a, w: rules.explain_incidents(a, _cases(w, about)),
            given(incidents=about),
            by,
            at,
            key,
        )

    def hear(
        self,
        analysis_id: str,
        *,
        words: str,
        incident: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Analysis:
        """What a customer says about it. No cause is found without their voice.

        Args:
            words: theirs; kept in the vault, and forgotten with the customer of the incident.
            incident: the id of their case.
        """

        def decide(analysis: Analysis, work: Work) -> Decision:
            case = None if incident is None else work.incident(incident)
            said = work.words(words, customer=case.customer if case else None)
            return rules.hear_customer(analysis, said, case)

        return self._change("analyses.hear", analysis_id, decide, given(words=words, incident=incident), by, at, key)

    def conclude(
        self,
        analysis_id: str,
        *,
        cause: str,
        root: int | None = None,
        step: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Analysis:
        """The root cause is found. It needs a why with what shows it, and a customer's voice.

        Args:
            cause: its code, one of the shop's causes.
            root: the place of the why that it is; default: the last.
            step: the step of the process where it lies; default: that why's.
        """
        return self._change(
            "analyses.conclude",
            analysis_id,
            lambda a, w: rules.conclude_analysis(a, cause, root, step, w.now),
            given(cause=cause, root=root, step=step),
            by,
            at,
            key,
        )

    def reopen(
        self, analysis_id: str, *, reason: str, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Analysis:
        """The conclusion does not hold: say, the action that followed from it did not help."""
        return self._change(
            "analyses.reopen",
            analysis_id,
            lambda a, w: rules.reopen_analysis(a, w.words(reason)),
            given(reason=reason),
            by,
            at,
            key,
        )

    def drop(
        self, analysis_id: str, *, reason: str, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Analysis:
        """It is not followed any further."""
        return self._change(
            "analyses.drop",
            analysis_id,
            lambda a, w: rules.drop_analysis(a, w.words(reason)),
            given(reason=reason),
            by,
            at,
            key,
        )

    def get(self, analysis_id: str) -> Analysis:
        """The analysis with that id.

        Raises:
            UnknownIdError: there is none.
        """
        return self._get(analysis_id)

    def find(
        self,
        *,
        open: bool | None = None,
        incident: str | None = None,
        cause: str | None = None,
        step: str | None = None,
        team: str | None = None,
        limit: int = 100,
        after: str | None = None,
    ) -> Page[Analysis]:
        """Analyses, the latest first.

        Args:
            open: whether the cause is still looked for; None for all.
            incident: the id of a case that it explains, or that shows one of its whys.
            cause, step: of the conclusion.
            limit: how many at the most, 1 to 10,000.
            after: where the page before ended, as its `Page.next`.
        """
        asked = {"incident": incident, "cause": cause, "step": step, "team": team}
        page = wanted(self._runtime, "analyses.find", {**asked, "open": open}, limit, after)
        with self._runtime.store.reading() as unit:
            return self._seen_all(unit, find_analyses(unit, page, **asked, open_=open))


def signature_key(signature: Signature | str | None) -> str:
    """The key of a signature, however it is given; empty for none."""
    return signature.key if isinstance(signature, Signature) else signature or ""


def _cases(work: Work, incidents: Sequence[str]) -> tuple[Incident, ...]:
    return tuple(work.incident(incident) for incident in incidents)
