"""Time: it passes, over nights, weekends, holidays and changed clocks, and the desk acts on what comes due and sends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import MultipleResults, rule

from incidentkit.domain.incidents import Phase
from incidentkit.domain.times import micros
from incidentkit.rules.due import NAMES
from incidentkit.testing._audit import Copy
from incidentkit.testing._post import MOODS
from incidentkit.testing.machines._base import INCIDENTS
from incidentkit.testing.machines._mailing import Mailing

__all__ = ["TimeRules"]

_POST_MOODS = ("delivered", "delivered", *MOODS)
_WIRE_MOODS = ("accepted", "accepted", *MOODS)

# The wall clock of the shop, on a day to come: just before it opens, in its pause, in the night's shift, at the week's end.
_CLOCKS = ((0, 8, 59), (0, 14, 30), (1, 3, 0), (1, 23, 0))
_SUNDAY = 6


class TimeRules(Mailing):
    """What time brings."""

    @rule(limit=st.none() | st.integers(1, 3), post=st.sampled_from(_POST_MOODS), wire=st.sampled_from(_WIRE_MOODS))
    def send_due(self, limit: int | None, post: str, wire: str) -> None:
        """Send what is due, by channels that do well or badly."""
        self._mail(limit, post, wire)

    @rule(minutes=st.sampled_from((0, 1, 20, 60, 300, 1440, 3 * 1440, 40 * 1440)))
    def time_passes(self, minutes: int) -> None:
        """Minutes, hours or days, or more than a month."""
        self.clock.advance(minutes=minutes)

    @rule(to=st.sampled_from((*_CLOCKS, "sunday", "holiday", "changed clocks")))
    def time_comes(self, to: tuple[int, int, int] | str) -> None:
        """An hour of the wall clock that is special to somebody's working time."""
        at = self._special(to)
        self.clock.now = max(self.clock.now, at)

    def _special(self, to: tuple[int, int, int] | str) -> datetime:
        zone = ZoneInfo(self.shop.zone)
        here = self.clock.now.astimezone(zone)
        if to == "holiday":
            return datetime(here.year, 3, 19, 9, 30, tzinfo=zone).astimezone(UTC)
        if to == "changed clocks":
            return datetime(here.year, 3, 29, 1, 59, tzinfo=zone).astimezone(UTC)
        days, hour, minute = (to[0], to[1], to[2]) if isinstance(to, tuple) else ((_SUNDAY - here.weekday()) % 7, 12, 0)
        there = (here + timedelta(days=days)).replace(hour=hour, minute=minute, second=0, microsecond=0)
        return there.astimezone(UTC)

    @rule(target=INCIDENTS, limit=st.none() | st.none() | st.integers(1, 3), minutes=st.sampled_from((0, 0, 10, 1440)))
    def tick(self, limit: int | None, minutes: int) -> MultipleResults[str]:
        """The desk acts on what has come due."""
        self.clock.advance(minutes=minutes)
        return self._ticked(limit)

    @rule(target=INCIDENTS, days=st.integers(1, 4), mood=st.sampled_from(("delivered", "delivered", "bounced", "permanent")))
    def days_go_by(self, days: int, mood: str) -> MultipleResults[str]:
        """Nobody does anything but the desk itself, twice a day, once in somebody's hours."""
        return self._days(days, mood)

    def _days(self, days: int, mood: str) -> MultipleResults[str]:
        seen = len(self.post.seen)
        for _ in range(days):
            for hour in (12, 23):
                here = self.clock.now.astimezone(ZoneInfo(self.shop.zone))
                later = here.replace(hour=hour, minute=5, second=0, microsecond=0)
                self.clock.now = (later if later > here else later + timedelta(days=1)).astimezone(UTC)
                self._ticked(None)
                self._mail(None, mood, "accepted")
        return self._new_cases(seen)

    @rule(target=INCIDENTS, incident=INCIDENTS, mood=st.sampled_from(("delivered", "bounced")))
    def silence(self, incident: str, mood: str) -> MultipleResults[str]:
        """It is put right, and the customer says nothing, or is not reached at all."""
        self._lead(incident, Phase.RESOLVED)
        return self._days(4, mood)

    def _ticked(self, limit: int | None) -> MultipleResults[str]:
        seen = len(self.post.seen)
        report = self.desk.tick(limit=limit)
        assert limit is None or report.total <= limit
        assert not report.refused, "a rule refused what it set a timer for"
        if limit is None:
            self.the_record_holds()
            self._nothing_is_left()
        return self._new_cases(seen)

    def _nothing_is_left(self) -> None:
        """After a tick nothing is due any more, and another at the same instant does nothing at all."""
        now = self.clock.now
        for row in Copy(self._url).of("timers", "default"):
            assert row["name"] not in NAMES or row["due"] > micros(now), f"{row['name']} was due, and is still there"
        for case in self.desk.incidents.find(open=True, limit=10_000):
            until = case.handover.until if case.handover is not None else None
            assert case.passive or until is None or until > now, "a hand-over that was over is still pending"
        assert not self.desk.tick().total, "there was more to do"
        self._nothing_changed("a second tick")
