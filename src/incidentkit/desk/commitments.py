"""Commands and questions about commitments: what people will do by the next check-in, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from incidentkit.desk.calls import By, given
from incidentkit.desk.commands import Changes
from incidentkit.desk.paging import wanted
from incidentkit.desk.work import Work
from incidentkit.domain.commitments import Commitment
from incidentkit.domain.goals import KeyResult, Objective
from incidentkit.domain.ids import CommitmentId
from incidentkit.domain.pages import Page
from incidentkit.domain.times import Due, due_instant
from incidentkit.domain.times import due as due_time
from incidentkit.errors import RuleViolation
from incidentkit.goals.commitments import Tally, tally
from incidentkit.measures.windows import first_instant
from incidentkit.rules import commitments as rules
from incidentkit.rules.checkins import next_checkin, zone_of
from incidentkit.store.meetings import find_commitments
from incidentkit.store.objectives import running_objectives
from incidentkit.store.unit import Held, Unit

__all__ = ["Commitments", "objectives_of"]

_MOST = 10_000


class Commitments(Changes[Commitment]):
    """Commitments of one desk, each to a colleague and for a lead measure."""

    _noun = Commitment
    _kind = "commitment"

    def _gather(self, work: Work, id: str) -> Commitment:
        return _commitment(work.unit, id)

    def commit(
        self,
        person: str,
        what: str,
        *,
        measure: str,
        asked_by: str,
        due: Due | None = None,
        objective: str | None = None,
        key_result: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Commitment:
        """Somebody will do one thing, so that a lead measure moves.

        Args:
            person: an agent, by handle.
            what: in words; kept in the vault.
            measure: the lead measure that it should move.
            asked_by: the colleague who will ask for it; another agent.
            due: by when they report on it; a date lasts to its end where their team works. Default: the day of the team's next
                check-in.
            objective, key_result: the goal that the measure is to move, by the Objective's id and the Key Result's. Default:
                the one running Key Result of their team that has this lead measure, if it is one.

        Raises:
            InvalidInput: no such agent or measure, no words, or a due time that is over or further off than a quarter.
            UnknownIdError: no such Objective.
            RuleViolation: asked by themselves, for a measure that is no lead measure, or for one that the Key Result has not.
        """

        role = self._runtime.measures.named(measure).role

        def body(work: Work) -> Held:
            return _commit(work, person, what, measure, role, asked_by, due, objective, key_result)

        arguments = given(
            person=person, what=what, measure=measure, asked_by=asked_by, due=due, objective=objective, key_result=key_result
        )
        return self._run("checkins.commit", arguments, body, by, at, key)

    def report(
        self,
        commitment_id: str,
        kept: bool,
        *,
        evidence: str | None = None,
        reason: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Commitment:
        """What came of it. Without a report by its due time it is missed; `Desk.tick` notes that.

        Args:
            evidence: by what one can see that it was kept, in words; kept in the vault. Nothing is kept without.
            reason: why it was missed, in words; kept in the vault.
            at: when it was said; one that was said in time may be written down later.

        Raises:
            UnknownIdError: no such commitment.
            TransitionRefused: no evidence, or it was reported on before.
            RuleViolation: said to be kept after it was due.
        """
        return self._change(
            "checkins.report",
            commitment_id,
            lambda c, w: rules.report_on(c, bool(kept), w.text(evidence), w.text(reason), w.now),
            given(kept=kept, evidence=evidence, reason=reason),
            by,
            at,
            key,
        )

    def commitment(self, commitment_id: str) -> Commitment:
        """The commitment with that id.

        Raises:
            UnknownIdError: there is none.
        """
        return self._get(commitment_id)

    def commitments(
        self,
        *,
        person: str | None = None,
        team: str | None = None,
        asked_by: str | None = None,
        measure: str | None = None,
        open: bool | None = None,
        since: Due | None = None,
        until: Due | None = None,
        limit: int = 100,
        after: str | None = None,
    ) -> Page[Commitment]:
        """Commitments, the soonest due first.

        Args:
            open: whether they are still to be reported on; default: all.
            since, until: when they are due, half-open; a date is that day's beginning in the shop's zone.
            limit: how many at the most, 1 to 10,000.
            after: where the page before ended, as its `Page.next`.
        """
        zone = self._runtime.shop.zone
        first = None if since is None else first_instant(since, zone, "since")
        last = None if until is None else first_instant(until, zone, "until")
        asked = {"person": person, "team": team, "asked_by": asked_by, "measure": measure}
        page = wanted(self._runtime, "commitments", {**asked, "open": open, "since": first, "until": last}, limit, after)
        with self._runtime.store.reading() as unit:
            return self._seen_all(unit, find_commitments(unit, page, **asked, open_=open, since=first, until=last))

    def kept(
        self, *, person: str | None = None, team: str | None = None, since: Due | None = None, until: Due | None = None
    ) -> Tally:
        """How many were kept of those that were due from ``since`` to ``until``, as known now.

        For more than 10,000 of them ask the measure ``commitments_kept_rate``.
        """
        found = self.commitments(person=person, team=team, since=since, until=until, limit=_MOST)
        return tally(found, self._runtime.clock())


def objectives_of(unit: Unit, team: str) -> tuple[Objective, ...]:
    """The running Objectives that a team works for: its own, the shop's, and those with a Key Result of the team's."""
    mine = (o for o in running_objectives(unit) if o.team in ("", team) or any(k.team == team for k in o.key_results))
    return tuple(mine)


def _commit(
    work: Work,
    person: str,
    what: str,
    measure: str,
    role: str,
    asked_by: str,
    due: Due | None,
    objective: str | None,
    key_result: str | None,
) -> Held:
    agent = work.now.shop.agent(person) if isinstance(person, str) else None
    team = agent.team if agent is not None else ""
    goal = _goal(work.unit, team, measure, objective, key_result)
    new = rules.NewCommitment(
        commitment=CommitmentId(work.new_id()),
        person=person,
        what=work.words(what),
        measure=measure,
        role=role,
        asked_by=asked_by,
        due=_due(work, team, due),
        objective=goal[0].id if goal else "",
        key_result=goal[1].id if goal else "",
    )
    return work.apply(new.commitment, rules.commit(new, work.now))


def _due(work: Work, team: str, given_: Due | None) -> datetime:
    """The last instant of the day, where the team works: until then the check-in can be held."""
    shop, at = work.now.shop, work.now.at
    zone = zone_of(shop, team)
    if given_ is not None:
        return due_instant(due_time(given_, "due"), zone)
    meeting = next_checkin(shop, team, at) if shop.team(team) is not None else None
    return due_instant(_local_day(meeting or at, zone), zone)


def _local_day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def _goal(
    unit: Unit, team: str, measure: str, objective: str | None, key_result: str | None
) -> tuple[Objective, KeyResult] | None:
    """The Key Result that was named, or else the only one that has this lead measure."""
    if objective is None and key_result is None:
        found = [(o, k) for o, k in _key_results(objectives_of(unit, team)) if measure in k.lead_measures]
        return found[0] if len(found) == 1 else None
    chosen = objectives_of(unit, team) if objective is None else (_objective(unit, objective),)
    named = [(o, k) for o, k in _key_results(chosen) if key_result in (None, k.id)]
    leading = [(o, k) for o, k in named if measure in k.lead_measures]
    if len(leading) == 1:
        return leading[0]
    leads = ", ".join(dict.fromkeys(lead for _, k in named for lead in k.lead_measures)) or "none"
    raise RuleViolation(
        "A commitment",
        "is for one Key Result, and for one of its lead measures",
        got=f"{len(leading)} Key Results with {measure}, of {len(named)} of that name",
        next=f"Name objective= and key_result=; their lead measures: {leads}.",
    )


def _key_results(objectives: Iterable[Objective]) -> Iterable[tuple[Objective, KeyResult]]:
    return ((objective, key_result) for objective in objectives for key_result in objective.key_results)


def _objective(unit: Unit, id: str) -> Objective:
    state = unit.load("objective", id).state
    assert isinstance(state, Objective), "an objective's stream holds one"
    return state


def _commitment(unit: Unit, id: str) -> Commitment:
    state = unit.load("commitment", id).state
    assert isinstance(state, Commitment), "a commitment's stream holds one"
    return state
