"""Commands and questions about check-ins: the weekly meeting in which a team answers to each other for its goals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from incidentkit.desk.agendas import agenda_for, commitments_since, last_checkin, progress_for
from incidentkit.desk.calls import By, Call, given, ids
from incidentkit.desk.commitments import Commitments
from incidentkit.desk.crediting import credits_of
from incidentkit.desk.figure_reader import FigureReader
from incidentkit.desk.invitations import invitation
from incidentkit.desk.paging import wanted
from incidentkit.desk.work import Work
from incidentkit.domain.checkins import CheckIn, Obstacle, Progress, WentWell
from incidentkit.domain.commitments import Commitment
from incidentkit.domain.ids import CheckInId
from incidentkit.domain.pages import Page
from incidentkit.domain.times import instant
from incidentkit.errors import InvalidInput
from incidentkit.goals.agenda import Agenda
from incidentkit.learning.went_well import Credit
from incidentkit.phrases.meetings import Meetings
from incidentkit.phrases.words import LANGUAGES, Words, words_in
from incidentkit.rules import checkins as rules
from incidentkit.store.meetings import find_checkins
from incidentkit.store.unit import Held, Unit

__all__ = ["CheckIns", "Praised", "Standing"]

Standing = str | tuple[str, str]
"""What stands in the way: words, or words and the agent who will see to it."""

Praised = str | tuple[str, Sequence[str]]
"""What went well: words, or words and the agents and teams who were behind it."""

_WEEK = timedelta(days=7)


class CheckIns(Commitments):
    """Check-ins of one desk, and the commitments that are made in them.

    Every command takes ``by=`` (who; the host vouches for it), ``at=`` (when it happened, with a zone; default: the desk's
    clock; never in the future) and ``key=`` (idempotency: the same key and arguments return the first result), and returns
    what it is about as it stands then.
    """

    def agenda(self, team: str, at: datetime | None = None, minutes: int | None = None) -> Agenda:
        """What a team has to speak about, fitted into the time there is, whatever waits.

        Three questions: what progress in each Key Result, what stands in the way, what will each of us do next. Under them
        stand the figures, the commitments to report on, those that were kept and missed since the last check-in, what went
        well and who was behind it, the obstacles of the last time and the worst patterns of the review.

        Args:
            at: when the check-in is; default: now. It may be in the future.
            minutes: how long it may take, 5 to 60; default: as the team's settings have it, which is 20 unless they say so.

        Raises:
            InvalidInput: no such team, or a length that can't be.
        """
        now = self._now()
        planned = rules.team_named(team, self._runtime.shop).checkin.minutes if minutes is None else minutes
        return agenda_for(self._runtime, team, now if at is None else instant(at), planned, now)

    def hold(
        self,
        team: str,
        *,
        present: Sequence[str],
        obstacles: Sequence[Standing] = (),
        went_well: Sequence[Praised] = (),
        notes: str | None = None,
        reported: Sequence[str] | None = None,
        made: Sequence[str] | None = None,
        minutes: float | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> CheckIn:
        """Keep what was said in a check-in, with how each Key Result stands now.

        Args:
            present: the agents who were there, by handle.
            obstacles: each in words, or with the agent who will see to it.
            went_well: each in words, or with the agents and teams who were behind it.
            notes: whatever else, in words. Words are kept in the vault.
            reported, made: ids of commitments that were reported on and made; default: the team's since its last check-in.
            minutes: how long it took.

        Raises:
            InvalidInput: no such team or agent, nobody present, or something without words.
            UnknownIdError: no such commitment.
            RuleViolation: a commitment among ``reported`` is still open.
        """
        progress = self._progress(team)

        def body(work: Work) -> Held:
            since, moved = _moved(work, team) if reported is None or made is None else (work.now.at, ())
            new = rules.NewCheckIn(
                checkin=CheckInId(work.new_id()),
                team=team,
                present=ids("present", present),
                progress=progress,
                obstacles=tuple(_obstacle(work, one) for one in obstacles),
                went_well=tuple(_praise(work, one) for one in went_well),
                reported=tuple(c for c in moved if _reported_after(c, since)) if reported is None else _named(work, reported),
                made=tuple(c for c in moved if c.made_at > since) if made is None else _named(work, made),
                notes=work.text(notes or None),
                took=None if minutes is None else _minutes(minutes),
            )
            return work.apply(new.checkin, rules.hold(new, work.now))

        arguments = given(
            team=team,
            present=present,
            obstacles=obstacles,
            went_well=went_well,
            notes=notes,
            reported=reported,
            made=made,
            minutes=minutes,
        )
        return self._held(Call("checkins.hold", arguments, by, at, key), body)

    def note(
        self, checkin_id: str, notes: str, *, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> CheckIn:
        """Add something to the minutes afterwards; what stands there stays.

        Raises:
            UnknownIdError: no such check-in.
            InvalidInput: no words.
        """

        def body(work: Work) -> Held:
            return work.apply(checkin_id, rules.note(_checkin(work.unit, checkin_id), work.words(notes)))

        return self._held(Call("checkins.note", given(checkin=checkin_id, notes=notes), by, at, key), body)

    def get(self, checkin_id: str) -> CheckIn:
        """The check-in with that id.

        Raises:
            UnknownIdError: there is none.
        """
        with self._runtime.store.reading() as unit:
            return _checkin(unit, checkin_id)

    def find(self, *, team: str | None = None, limit: int = 100, after: str | None = None) -> Page[CheckIn]:
        """Check-ins that were held, the latest first.

        Args:
            limit: how many at the most, 1 to 10,000.
            after: where the page before ended, as its `Page.next`.
        """
        page = wanted(self._runtime, "checkins.find", {"team": team}, limit, after)
        with self._runtime.store.reading() as unit:
            found = find_checkins(unit, page, team=team)
            unit.load_all(found)
            return found.map(lambda checkin: _checkin(unit, checkin))

    def minutes(self, checkin_id: str, *, language: str | None = None) -> str:
        """What was said in a check-in, as Markdown.

        Args:
            language: ``en`` or ``es``; default: the shop's, else English.

        Raises:
            UnknownIdError: no such check-in.
        """
        with self._runtime.store.reading() as unit:
            checkin = _checkin(unit, checkin_id)
            named = {str(one): _commitment(unit, one) for one in (*checkin.reported, *checkin.made)}
        return self._told(language).minutes_page(checkin, named)

    def agenda_page(self, agenda: Agenda, *, language: str | None = None) -> str:
        """An agenda as Markdown.

        Args:
            language: ``en`` or ``es``; default: the shop's, else English.
        """
        return self._told(language).agenda_page(agenda)

    def invitation(self, team: str, *, language: str | None = None) -> bytes:
        """The team's weekly check-in as an iCalendar file, for its agents who have an e-mail address in the settings.

        Nothing is sent. It holds no personal data but their handles and addresses. A newer file replaces an older one.

        Raises:
            InvalidInput: no such team.
            RuleViolation: the team is never at work.
            MissingExtra: the extra ``report`` is not installed.
        """
        runtime = self._runtime
        return invitation(runtime.shop, runtime.tenant, team, self._words(language), self._now())

    def went_well(self, team: str | None = None) -> tuple[Credit, ...]:
        """Agents and teams who clearly did better than all others in the last four complete weeks, by name.

        It is no ranking: who has fewer than 20 cases is not compared, and the chance that anybody is named where in truth all
        are alike is at most one in twenty, however many are compared.

        Args:
            team: only this team and its agents; default: all.
        """
        with self._runtime.store.reading() as unit:
            reader = FigureReader(self._runtime, unit, self._now())
            found = credits_of(reader, self._runtime.shop, team)
        reader.keep()
        return found

    def _held(self, call: Call, body: Callable[[Work], Held]) -> CheckIn:
        state = self._runtime.run(call, body)
        assert isinstance(state, CheckIn), "its stream holds a check-in"
        return state

    def _progress(self, team: str) -> tuple[Progress, ...]:
        with self._runtime.store.reading() as unit:
            reader = FigureReader(self._runtime, unit, self._now())
            found = progress_for(self._runtime, reader, unit, team)
        reader.keep()
        return found

    def _now(self) -> datetime:
        return instant(self._runtime.clock(), "The desk's clock")

    def _words(self, language: str | None) -> Words:
        shops = self._runtime.shop.language
        return words_in(language or (shops if shops in LANGUAGES else LANGUAGES[0]))

    def _told(self, language: str | None) -> Meetings:
        return Meetings(self._words(language), self._runtime.shop.tzinfo)


def _moved(work: Work, team: str) -> tuple[datetime, tuple[Commitment, ...]]:
    """Since when the team has not met, and the commitments that were made, due or reported on since."""
    work.unit.flush()  # what was said a moment ago in the same transaction
    last = last_checkin(work.unit, team, work.now.at)
    since = last.held_at if last is not None else work.now.at - _WEEK
    moved = commitments_since(work.unit, team, since, work.now.at)
    return since, tuple(sorted(moved, key=lambda commitment: (commitment.made_at, commitment.id)))


def _reported_after(commitment: Commitment, since: datetime) -> bool:
    return commitment.reported_at is not None and commitment.reported_at > since


def _named(work: Work, given_: Sequence[str]) -> tuple[Commitment, ...]:
    return tuple(_commitment(work.unit, one) for one in ids("A commitment", given_))


def _obstacle(work: Work, said: Standing) -> Obstacle:
    what, who = _pair("An obstacle", said, "")
    return Obstacle(work.words(what), who)


def _praise(work: Work, said: Praised) -> WentWell:
    what, who = _pair("What went well", said, ())
    return WentWell(work.words(what), ids("Who is behind what went well", who))


def _pair(subject: str, said: Any, nobody: Any) -> tuple[str, Any]:
    if isinstance(said, str):
        return said, nobody
    if not isinstance(said, (tuple, list)) or len(said) != 2:
        raise InvalidInput(subject, "is words, or words and who", got=type(said).__name__)
    return said[0], said[1]


def _minutes(minutes: float) -> timedelta:
    try:
        return timedelta(minutes=minutes)
    except (OverflowError, TypeError, ValueError):
        raise InvalidInput("minutes", "must be a number of minutes", got=repr(minutes)[:40]) from None


def _checkin(unit: Unit, id: str) -> CheckIn:
    state = unit.load("checkin", id).state
    assert isinstance(state, CheckIn), "a check-in's stream holds one"
    return state


def _commitment(unit: Unit, id: str) -> Commitment:
    state = unit.load("commitment", id).state
    assert isinstance(state, Commitment), "a commitment's stream holds one"
    return state
