"""A window is told by the days that it covers in the shop's zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from incidentkit.measures.windows import windows
from incidentkit.phrases.dates import Dates
from incidentkit.phrases.words import words_in

MADRID = ZoneInfo("Europe/Madrid")
EN, ES = (Dates(words_in(language), MADRID) for language in ("en", "es"))


@pytest.mark.parametrize(
    ("kind", "within", "english", "spanish"),
    [
        ("day", (2026, 10, 25), "25 October 2026", "25 de octubre de 2026"),
        ("week", (2026, 9, 23), "21–27 September 2026", "21–27 de septiembre de 2026"),
        ("week", (2026, 9, 30), "28 September – 4 October 2026", "28 de septiembre – 4 de octubre de 2026"),
        ("week", (2026, 12, 30), "28 December 2026 – 3 January 2027", "28 de diciembre de 2026 – 3 de enero de 2027"),
        ("month", (2026, 2, 3), "February 2026", "febrero de 2026"),
        ("quarter", (2026, 11, 3), "Q4 2026", "trimestre 4 de 2026"),
    ],
)
def test_windows_read_as_people_write_them(kind: str, within: tuple[int, int, int], english: str, spanish: str) -> None:
    """Days, weeks across months and years, months and quarters, also where the clocks change."""
    at = datetime(*within, 12, tzinfo=UTC)
    [window] = windows(kind, MADRID.key, at, at.replace(minute=1))

    assert [english, spanish] == [dates.window(window.from_, window.until, kind) for dates in (EN, ES)]


def test_a_moment_is_the_shops() -> None:
    """An instant is told by the clock of the shop's zone, which is named."""
    shown = Dates(words_in("en"), ZoneInfo("America/Sao_Paulo")).moment(datetime(2026, 1, 1, 1, 30, tzinfo=UTC))

    assert "31 December 2025, 22:30 (America/Sao Paulo)" == shown
