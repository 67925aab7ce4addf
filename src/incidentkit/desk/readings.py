"""Commands and questions about readings: numbers that people count or rate themselves and enter by hand."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from incidentkit.desk.calls import By, given
from incidentkit.desk.commands import Changes
from incidentkit.desk.paging import wanted
from incidentkit.desk.work import Work
from incidentkit.domain.ids import ReadingId
from incidentkit.domain.pages import Page
from incidentkit.domain.readings import Reading
from incidentkit.domain.times import Due
from incidentkit.measures.readings import reading_kind
from incidentkit.measures.windows import first_instant
from incidentkit.rules import readings as rules
from incidentkit.store.readings import find_readings
from incidentkit.store.unit import Held, Unit

__all__ = ["Readings"]

_MOST = 10_000

Number = int | float | Decimal
"""A reading's value; at most four decimals of it are kept."""


class Readings(Changes[Reading]):
    """Readings of one desk, each of one of its measures over readings."""

    _noun = Reading
    _kind = "reading"

    def _gather(self, work: Work, id: str) -> Reading:
        return _reading(work.unit, id)

    def enter(
        self,
        measure: str,
        value: Number | None = None,
        *,
        hits: int | None = None,
        of: int | None = None,
        team: str | None = None,
        agent: str | None = None,
        note: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Reading:
        """Enter a number. Several of one window count together.

        Args:
            measure: one over readings: the shop's own, or a plugin's.
            value: for counts and scores.
            hits, of: for shares: how many out of how many.
            team, agent: whose it is; an agent's is their team's too.
            note: anything to remember, in words; kept in the vault.
            at: when it was taken, which places it in a window.

        Raises:
            InvalidInput: no such measure, team or agent, or a number that does not fit the measure.
        """

        def body(work: Work) -> Held:
            entered = self._entered(measure, value, hits, of)
            new = rules.NewReading(
                ReadingId(work.new_id()), measure, entered, team=team or "", agent=agent or "", note=work.text(note)
            )
            return work.apply(new.reading, rules.enter(new, work.now))

        arguments = given(measure=measure, value=value, hits=hits, of=of, team=team, agent=agent, note=note)
        return self._run("readings.enter", arguments, body, by, at, key)

    def correct(
        self,
        reading_id: str,
        value: Number | None = None,
        *,
        hits: int | None = None,
        of: int | None = None,
        reason: str,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Reading:
        """It was another number. One that was taken at another time is withdrawn, and entered anew.

        Args:
            reason: why, in words; kept in the vault.

        Raises:
            UnknownIdError: no such reading.
            InvalidInput: a number that does not fit its measure, or no reason.
            RuleViolation: it was withdrawn.
        """
        return self._change(
            "readings.correct",
            reading_id,
            lambda r, w: rules.correct(r, self._entered(r.measure, value, hits, of), w.words(reason)),
            given(value=value, hits=hits, of=of, reason=reason),
            by,
            at,
            key,
        )

    def withdraw(
        self, reading_id: str, *, reason: str, by: By = None, at: datetime | None = None, key: str | None = None
    ) -> Reading:
        """It was entered by mistake: it counts nowhere from now on, and stays in the record.

        Args:
            reason: why, in words; kept in the vault.

        Raises:
            UnknownIdError: no such reading. InvalidInput: no reason. RuleViolation: it was withdrawn before.
        """
        return self._change(
            "readings.withdraw",
            reading_id,
            lambda r, w: rules.withdraw(r, w.words(reason)),
            given(reason=reason),
            by,
            at,
            key,
        )

    def get(self, reading_id: str) -> Reading:
        """The reading with that id.

        Raises:
            UnknownIdError: there is none.
        """
        return self._get(reading_id)

    def find(
        self,
        measure: str | None = None,
        *,
        team: str | None = None,
        agent: str | None = None,
        since: Due | None = None,
        until: Due | None = None,
        withdrawn: bool = False,
        limit: int = 100,
        after: str | None = None,
    ) -> Page[Reading]:
        """Readings, the latest first.

        Args:
            since, until: when they were taken, half-open; a date is that day's beginning in the shop's zone.
            withdrawn: those too that were entered by mistake.
            limit: how many at the most, 1 to 10,000.
            after: where the page before ended, as its `Page.next`.
        """
        zone = self._runtime.shop.zone
        first = None if since is None else first_instant(since, zone, "since")
        last = None if until is None else first_instant(until, zone, "until")
        asked = {"measure": measure, "team": team, "agent": agent}
        page = wanted(
            self._runtime, "readings.find", {**asked, "since": first, "until": last, "withdrawn": withdrawn}, limit, after
        )
        with self._runtime.store.reading() as unit:
            return self._seen_all(unit, find_readings(unit, page, **asked, since=first, until=last, withdrawn=withdrawn))

    def _entered(self, measure: str, value: Number | None, hits: int | None, of: int | None) -> rules.Entered:
        kind = reading_kind(self._runtime.measures.named(measure))
        return rules.check_entered(measure, kind, value, hits, of)


def _reading(unit: Unit, reading_id: str) -> Reading:
    state = unit.load("reading", reading_id).state
    assert isinstance(state, Reading), "a reading's stream holds a reading"
    return state
