"""The scoreboard in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

from incidentkit.cli.board import show_scoreboard
from incidentkit.cli.screen import Screen
from incidentkit.cli.values import Values
from incidentkit.cli.words import load_words
from incidentkit.goals.board import Scoreboard
from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.scoreboard import BoardLine, Reason, TrendPoint, Verdict
from incidentkit.phrases.words import LANGUAGES

AS_OF = datetime(2026, 10, 1, 19, tzinfo=UTC)
FROM = datetime(2026, 9, 20, 22, tzinfo=UTC)


def weeks(*values: float) -> tuple[TrendPoint, ...]:
    """Weeks with these figures."""
    return tuple(TrendPoint(FROM, FROM + timedelta(days=7), 400, value) for value in values)


LINE = BoardLine(
    measure="on_time_delivery_rate",
    unit="share",
    target=0.9,
    better="up",
    statistic="value",
    window="week",
    least_n=20,
    definition="delivered by the first promise",
    version=1,
    from_=FROM,
    until=FROM + timedelta(days=7),
    n=412,
    claimed=None,
    value=0.931,
    verdict=Verdict.WINNING,
    reason=None,
    trend=weeks(0.9, 0.92, 0.931),
)


def board(capsys: pytest.CaptureFixture[str], *lines: BoardLine, language: str = "en", width: int | None = None) -> list[str]:
    words = load_words(language)
    values = Values(words, ZoneInfo("Europe/Madrid"))
    show_scoreboard(Screen(words, width), values, Scoreboard(AS_OF, "Casa Luz", lines))
    return capsys.readouterr().out.splitlines()


def test_a_line_says_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    """State in a shape and a word, name, value, target, n, window, trend; above it the shop, the instant and the window."""
    expected = [
        "Casa Luz · Scoreboard · 1 Oct 2026 21:00",
        "Last complete week: 21–27 Sep 2026",
        "",
        "                              Value  Target    n  Window          Trend",
        "▲ winning  Delivered on time  93.1%   ≥ 90%  412  21–27 Sep 2026  ▁▆█",
    ]

    assert expected == board(capsys, LINE)


def test_it_speaks_spanish(capsys: pytest.CaptureFixture[str]) -> None:
    """The same line, with the words and numbers of the language."""
    [*_, line] = board(capsys, evolve(LINE, value=0.85, verdict=Verdict.LOSING), language="es")

    assert "▼ perdiendo  Entregados a tiempo  85,0 %    ≥ 90 %  412  21–27 sep 2026  ▁▆█" == line


def test_what_is_only_claimed_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """A line whose figure rests on a source's word alone says for how many; others leave the place empty."""
    [*_, titles, claimed, known] = board(capsys, evolve(LINE, claimed=37), LINE)

    assert "  n  Claimed  Window" in titles
    assert "412       37  21–27 Sep" in claimed
    assert "412           21–27 Sep" in known


@pytest.mark.parametrize(
    ("reason", "note"),
    [
        (Reason.TOO_FEW, "● Delivered on time: n is 7, and it takes 20 to judge"),
        (Reason.NO_TARGET, "● Delivered on time: no target is set"),
        (Reason.NO_COMPLETE_WINDOW, "● Delivered on time: no window is complete yet"),
        (Reason.NO_FIGURE, "● Delivered on time: nothing to work the figure out from"),
    ],
)
def test_what_is_unknown_says_why(capsys: pytest.CaptureFixture[str], reason: Reason, note: str) -> None:
    """An unknown line is never left unexplained."""
    unknown = evolve(LINE, verdict=Verdict.UNKNOWN, reason=reason, n=7)

    assert note == board(capsys, unknown)[-1]


def test_lines_of_different_windows_each_show_theirs(capsys: pytest.CaptureFixture[str]) -> None:
    """Where no one window is common, the narrowest terminal still shows each line's own."""
    month = evolve(
        LINE, window="month", from_=datetime(2026, 8, 31, 22, tzinfo=UTC), until=datetime(2026, 9, 30, 22, tzinfo=UTC)
    )
    shown = board(capsys, LINE, month, width=80)

    assert ["21–27 Sep 2026", "Sep 2026"] == [line.split("412  ")[1].split("  ")[0] for line in shown[-2:]]


def test_an_empty_scoreboard_says_how_to_fill_it(capsys: pytest.CaptureFixture[str]) -> None:
    """A shop without lines is told where they go."""
    assert "[[scoreboard]]" in board(capsys)[-1]


def widest() -> Iterator[BoardLine]:
    """Every measure in its longest form."""
    for measure in MEASURES.values():
        for statistic in ("value", "p50", "p90") if measure.kind in ("duration", "score") else ("value",):
            value = {"seconds": 4e6, "share": 1.0, "score": 9.99}.get(measure.unit, 99_999)
            line = evolve(
                LINE, measure=measure.name, unit=measure.unit, statistic=statistic, value=value, target=value, n=99_999
            )
            yield evolve(line, verdict=Verdict.UNKNOWN, trend=weeks(*[1.0] * 13))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [80, 120])
def test_every_measure_fits_the_terminal(capsys: pytest.CaptureFixture[str], language: str, width: int) -> None:
    """No line is wider than the terminal, no name is cut, and 80 columns still hold value, target and n."""
    lines = list(widest())
    shown = board(capsys, *lines, language=language, width=width)

    assert [] == [line for line in shown if len(line) > width or "…" in line]
    assert len(lines) == sum("99" in line for line in shown)
