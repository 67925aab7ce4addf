"""Commands and questions about Objectives: set, checked, worked for, foreseen, ended."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from incidentkit.desk.calls import By, given
from incidentkit.desk.commands import Changes
from incidentkit.desk.figure_reader import FigureReader
from incidentkit.desk.grounds import check_draft, settled
from incidentkit.desk.paging import wanted
from incidentkit.desk.progressing import progress_of, read_progress, read_record
from incidentkit.desk.work import Work
from incidentkit.domain.events import InitiativeBegun, ObjectiveSet
from incidentkit.domain.goals import Initiative, Objective, ObjectiveState
from incidentkit.domain.ids import InitiativeId, ObjectiveId
from incidentkit.domain.pages import Page
from incidentkit.domain.times import instant
from incidentkit.errors import InvalidInput, RuleViolation, UnknownIdError
from incidentkit.goals.checks import Lack
from incidentkit.goals.initiatives import Monday, monday_of
from incidentkit.goals.objectives import InitiativeDraft, ObjectiveDraft
from incidentkit.goals.pace import meets
from incidentkit.goals.scoring import ForecastRecord
from incidentkit.goals.verdicts import ObjectiveProgress
from incidentkit.measures.windows import first_instant
from incidentkit.rules import goals as rules
from incidentkit.rules.decision import Decision
from incidentkit.store.freshness import last_news
from incidentkit.store.objectives import find_objectives, running_objectives, steps_open
from incidentkit.store.unit import Held, Unit

__all__ = ["Objectives"]

_WEEK = timedelta(days=7)


class Objectives(Changes[Objective]):
    """Objectives of one desk: what a shop wants to reach, held against its own record.

    Every command takes ``by=`` (who; the host vouches for it), ``at=`` (when it happened, with a zone; default: the desk's
    clock; never in the future) and ``key=`` (idempotency: the same key and arguments return the first result), and returns
    the Objective as it stands then.

    Raises, from any command:
        UnknownIdError: no such Objective.
        TransitionRefused: not from where it stands now.
        RuleViolation: another rule forbids it. The record is as it was.
    """

    _noun = Objective
    _kind = "objective"

    def _gather(self, work: Work, id: str) -> Objective:
        return _loaded(work.unit, id)

    def set(
        self,
        draft: ObjectiveDraft,
        *,
        objective: str | None = None,
        reason: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Objective:
        """Work for a goal from now on, or set one anew.

        Starts that are left out are read off the record here, and stay as they were read.

        Args:
            draft: what is wanted; `check` says what it lacks.
            objective: the id of the one to set anew; its initiatives and forecasts stay.
            reason: why it is set anew, in words; kept in the vault.

        Raises:
            RuleViolation: it lacks something that is grave; ``lacks`` lists all of it.
        """

        def body(work: Work) -> Held:
            known = None if objective is None else self._gather(work, objective)
            new, begun = self._settled(work, draft, known)
            if known is None:
                return work.apply(new.objective, Decision((*rules.set_objective(new).events, *begun)))
            changed = rules.change_objective(known, new, work.words(reason))
            return work.apply(known.id, Decision((*changed.events, *begun)))

        return self._run("objectives.set", given(draft=draft, objective=objective, reason=reason), body, by, at, key)

    def check(self, draft: ObjectiveDraft, *, objective: str | None = None) -> tuple[Lack, ...]:
        """What a goal lacks, what is grave first; nothing is changed.

        Args:
            objective: the id of the one that it would be set in place of.
        """
        with self._runtime.store.reading() as unit:
            reader = self._reader(unit)
            return check_draft(self._runtime, unit, reader, draft.complete(), objective)[0]

    def end(
        self,
        objective_id: str,
        *,
        state: Literal["reached", "missed", "dropped"],
        outcome: str,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Objective:
        """Nobody works for it any more.

        Args:
            state: ``reached`` only where the last complete window of every Key Result says so.
            outcome: what came of it, in words; kept in the vault.

        Raises:
            RuleViolation: called reached, and the record says otherwise.
        """
        if state not in ("reached", "missed", "dropped"):
            raise InvalidInput("state", "is reached, missed or dropped", got=repr(state)[:40])

        def decide(known: Objective, work: Work) -> Decision:
            decision = rules.end_objective(known, ObjectiveState(state), work.words(outcome))
            if state == "reached":
                self._really(work, known)
            return decision

        return self._change("objectives.end", objective_id, decide, given(state=state, outcome=outcome), by, at, key)

    def add_initiative(
        self,
        objective_id: str,
        title: str,
        *,
        key_result: str,
        team: str | None = None,
        owner: str | None = None,
        lead_measure: str | None = None,
        due: date | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Objective:
        """Do something differently for a Key Result. Its steps are tasks: ``desk.tasks.open(initiative=...)``.

        Args:
            title: what, in words without anything personal.
            key_result: the id of the Key Result that it should move.
            team, owner: whose it is; default: the Key Result's.
            lead_measure: the lead measure that should show it first.
            due: the last day.
        """
        draft = InitiativeDraft(title, key_result, team or "", owner or "", lead_measure or "", due)

        def decide(known: Objective, work: Work) -> Decision:
            return rules.begin_initiative(known, _initiative(work, draft, known), work.now)

        arguments = given(title=title, key_result=key_result, team=team, owner=owner, lead_measure=lead_measure, due=due)
        return self._change("objectives.add_initiative", objective_id, decide, arguments, by, at, key)

    def end_initiative(
        self,
        objective_id: str,
        initiative_id: str,
        *,
        outcome: str,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Objective:
        """It is done, or given up. Its open tasks stay: they may be worth doing all the same.

        Args:
            outcome: what came of it, in words; kept in the vault.

        Raises:
            UnknownIdError: it has no such initiative.
        """

        def decide(known: Objective, work: Work) -> Decision:
            initiative = known.initiative(initiative_id)
            if initiative is None:
                raise UnknownIdError("The initiative", "must be one of this Objective", got=repr(initiative_id)[:40])
            return rules.end_initiative(known, initiative, work.words(outcome))

        arguments = given(initiative=initiative_id, outcome=outcome)
        return self._change("objectives.end_initiative", objective_id, decide, arguments, by, at, key)

    def get(self, objective_id: str) -> Objective:
        """The Objective with that id.

        Raises:
            UnknownIdError: there is none.
        """
        return self._get(objective_id)

    def find(
        self, *, running: bool | None = True, team: str | None = None, limit: int = 100, after: str | None = None
    ) -> Page[Objective]:
        """Objectives, the wildly important first, then by their last day.

        Args:
            running: whether they are still worked for; None for all.
            team: only that team's; empty for those of the whole shop.
            limit: how many at the most, 1 to 10,000.
            after: where the page before ended, as its `Page.next`.
        """
        page = wanted(self._runtime, "objectives.find", {"running": running, "team": team}, limit, after)
        with self._runtime.store.reading() as unit:
            return self._seen_all(unit, find_objectives(unit, page, running=running, team=team))

    def progress(self, objective_id: str) -> ObjectiveProgress:
        """How it stands now: each Key Result with its figure, its pace, its forecast and its verdict.

        Raises:
            UnknownIdError: there is none.
        """
        return read_progress(self._runtime, objective_id)

    def forecasts(self, objective_id: str) -> ForecastRecord:
        """The forecasts that `Desk.tick` kept each Monday, held against what came.

        Raises:
            UnknownIdError: there is none.
        """
        return read_record(self._runtime, objective_id)

    def monday(self, person: str | None = None, team: str | None = None) -> Monday:
        """What is done differently this week, by person and team; and which initiatives have no next step.

        Args:
            person, team: only theirs: an agent's handle, a team's name.
        """
        now, zone = self._now(), self._runtime.shop.zone
        today = now.astimezone(ZoneInfo(zone)).date()
        week = today - timedelta(days=today.weekday())
        ends = first_instant(week + _WEEK, zone, "week")
        with self._runtime.store.reading() as unit:
            objectives, steps = running_objectives(unit), steps_open(unit)
        return monday_of(objectives, steps, now, week, ends, zone, person, team)

    # --- Parts ---------------------------------------------------------------------------------------------------

    def _now(self) -> datetime:
        return instant(self._runtime.clock(), "The desk's clock")

    def _reader(self, unit: Unit) -> FigureReader:
        return FigureReader(self._runtime, unit, self._now())

    def _settled(
        self, work: Work, draft: ObjectiveDraft, known: Objective | None
    ) -> tuple[ObjectiveSet, tuple[InitiativeBegun, ...]]:
        """The event that a draft comes to, and its initiatives that are new."""
        whole = draft.complete()
        lacks, grounds = check_draft(self._runtime, work.unit, self._reader(work.unit), whole, known.id if known else None)
        _refuse(lacks)
        assert whole.since is not None and whole.until is not None, "a draft without dates lacks them"  # noqa: PT018
        new = ObjectiveSet(
            objective=known.id if known else ObjectiveId(work.new_id()),
            title=whole.title,
            importance=whole.importance,
            team=whole.team,
            owner=whole.owner,
            since=whole.since,
            until=whole.until,
            why=whole.why,
            key_results=tuple(settled(one, ground) for one, ground in zip(whole.key_results, grounds, strict=True)),
        )
        there = {(one.title, one.key_result) for one in known.initiatives} if known else set()
        fresh = [one for one in whole.initiatives if (one.title, one.key_result) not in there]
        after = Objective(
            new.objective,
            new.title,
            new.importance,
            new.team,
            new.owner,
            new.since,
            new.until,
            new.why,
            new.key_results,
            work.now.at,
        )
        begun = (rules.begin_initiative(after, _initiative(work, one, after), work.now).events for one in fresh)
        return new, tuple(event for events in begun for event in events if isinstance(event, InitiativeBegun))

    def _really(self, work: Work, objective: Objective) -> None:
        """Refuse to call reached what the record does not show."""
        found = progress_of(self._runtime, self._reader(work.unit), objective, last_news(work.unit))
        for one in found.key_results:
            value = None if one.reading is None else one.reading.value
            if value is None or not meets(one.key_result, value, one.key_result.target):
                raise RuleViolation(
                    f"Objective {objective.id}",
                    f"is reached once {one.key_result.id} has made its target of {one.key_result.target:g}",
                    got="no figure" if value is None else f"{value:g} in its last complete window",
                    next="Wait for the window that decides, or end it as missed.",
                )


def _loaded(unit: Unit, id: str) -> Objective:
    state = unit.load("objective", id).state
    assert isinstance(state, Objective)
    return state


def _initiative(work: Work, draft: InitiativeDraft, objective: Objective) -> Initiative:
    key_result = objective.key_result(draft.key_result)
    team = draft.team or (key_result.team if key_result else "") or objective.team or work.now.shop.default_team
    owner = draft.owner or (key_result.owner if key_result and not draft.team else "")
    fresh = InitiativeId(work.new_id())
    return Initiative(fresh, draft.title, draft.key_result, team, owner, draft.lead_measure, draft.due)


def _refuse(lacks: tuple[Lack, ...]) -> None:
    grave = [lack for lack in lacks if lack.grave]
    if grave:
        said = "; ".join(f"{lack.subject}: {lack.code}" + (f" ({lack.got})" if lack.got else "") for lack in grave)
        raise RuleViolation(
            "The Objective",
            "lacks nothing that is grave before it is set",
            got=said,
            next="desk.objectives.check() explains each.",
            lacks=lacks,
        )
