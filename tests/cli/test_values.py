"""Values as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.cli.values import Values, span, sparkline
from incidentkit.cli.words import load_words
from incidentkit.domain.money import Money

Day = tuple[int, int, int]
MADRID = ZoneInfo("Europe/Madrid")
EN, ES = (Values(load_words(language), MADRID) for language in ("en", "es"))


@pytest.mark.parametrize(
    ("english", "spanish", "value", "unit"),
    [
        ("45 s", "45 s", 45, "seconds"),
        ("35 min", "35 min", 2100, "seconds"),
        ("1.0 h", "1,0 h", 3600, "seconds"),
        ("12.1 h", "12,1 h", 43_461, "seconds"),
        ("10.3 d", "10,3 d", 893_000, "seconds"),
        ("91.98%", "92,0 %", 0.9198, "share"),
        ("8,135", "8.135", 8135, "orders"),
        ("3.27", "3,27", 3.271611, "score"),
        ("–", "–", None, "share"),
    ],
)
def test_a_figure_is_written_in_its_unit(english: str, spanish: str, value: float | None, unit: str) -> None:
    """Time in the unit that suits it, shares as per cent, counts grouped; each language in its own way."""
    further = 1 if english == "91.98%" else 0

    assert english == EN.figure(value, unit, further)
    assert spanish == ES.figure(value, unit)


@pytest.mark.parametrize(
    ("expected", "value", "unit"),
    [("1 h", 3600, "seconds"), ("90%", 0.9, "share"), ("2.5 d", 216_000, "seconds"), ("100", 100, "orders"), ("4", 4, "score")],
)
def test_a_target_has_no_closing_zeros(expected: str, value: float, unit: str) -> None:
    """Somebody set it round, and it reads round."""
    assert expected == EN.target(value, unit)


def test_a_value_just_short_of_its_target_is_told_apart_from_it() -> None:
    """89.97 % against 90 % never reads as 90 % against 90 %."""
    assert ("89.97%", "90%") == EN.apart(0.8997, 0.9, "share")


@given(st.floats(0, 1e9), st.floats(0, 1e9), st.sampled_from(["seconds", "share", "score", "orders"]))
def test_apart_changes_no_value_beyond_its_digits(value: float, target: float, unit: str) -> None:
    """Both are given as words, whatever the numbers."""
    shown = EN.apart(value, target, unit)

    assert all(shown)


def test_money_keeps_its_digits() -> None:
    """Grouped, with the language's own point, and the currency."""
    assert "1,204.50 EUR" == EN.money(Money("1204.5", "EUR"))
    assert "1.204,50 EUR" == ES.money(Money("1204.5", "EUR"))
    assert "1.204 JPY" == ES.money(Money("1204", "JPY"))


def test_times_are_in_the_shops_zone() -> None:
    """An instant reads as the shop's clock shows it; a day stays that day."""
    assert "5 Sep 2026 12:30" == EN.due(datetime(2026, 9, 5, 10, 30, tzinfo=UTC))
    assert "5 sep 2026" == ES.due(date(2026, 9, 5))


@pytest.mark.parametrize(
    ("expected", "from_", "until", "by"),
    [
        ("1 Sep 2026", (2026, 9, 1), (2026, 9, 2), "day"),
        ("21–27 Sep 2026", (2026, 9, 21), (2026, 9, 28), "week"),
        ("28 Sep–4 Oct 2026", (2026, 9, 28), (2026, 10, 5), "week"),
        ("28 Dec 2026–3 Jan 2027", (2026, 12, 28), (2027, 1, 4), "week"),
        ("Sep 2026", (2026, 9, 1), (2026, 10, 1), "month"),
        ("Q3 2026", (2026, 7, 1), (2026, 10, 1), "quarter"),
    ],
)
def test_a_window_is_named_by_its_days(
    expected: str, from_: tuple[int, int, int], until: tuple[int, int, int], by: str
) -> None:
    """Its last day is the last one in it, in the shop's zone."""
    start, end = (datetime(*bound, tzinfo=MADRID).astimezone(UTC) for bound in (from_, until))

    assert expected == EN.window(start, end, by)


def test_a_window_without_a_bound_says_which() -> None:
    """Everything, from a time on, or until one."""
    at = datetime(2026, 9, 9, 22, tzinfo=UTC)

    assert ("everything", "from 10 Sep 2026 00:00", "until 10 Sep 2026 00:00") == (
        EN.window(None, None, None),
        EN.window(at, None, None),
        EN.window(None, at, None),
    )


@pytest.mark.parametrize(("expected", "seconds"), [("0 min", 59), ("45 min", 2700), ("47 h", 171_000), ("2 d", 172_800)])
def test_a_span_is_rough(expected: str, seconds: float) -> None:
    """Whole minutes, hours or days."""
    assert expected == span(seconds)


@pytest.mark.parametrize(
    ("expected", "values"),
    [
        ("", ()),
        ("", (None, None)),
        ("▁█", (1.0, 2.0)),
        ("▅▅", (3.0, 3.0)),
        ("▁·█", (None, 1.0, None, 9.0)),
        ("▁▃▅█", (0.0, 1.0, 2.0, 4.0)),
    ],
)
def test_a_sparkline_goes_from_the_lowest_to_the_highest(expected: str, values: tuple[float | None, ...]) -> None:
    """What is not known is a dot, unless nothing was known before it."""
    assert expected == sparkline(values)
