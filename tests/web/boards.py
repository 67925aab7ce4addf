"""Boards to show: one of each kind of line, and any."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from attrs import evolve
from hypothesis import strategies as st

from incidentkit.goals.board import Scoreboard
from incidentkit.measures.definitions import MEASURES
from incidentkit.measures.public import MeasureNote
from incidentkit.measures.scoreboard import TREND, BoardLine, Reason, TrendPoint, Verdict
from incidentkit.testing.strategies import instants

__all__ = ["BOARD", "LOSING", "NO_FIGURE", "NO_TARGET", "NO_WINDOW", "TOO_FEW", "WINNING", "board_of", "boards", "trend"]

UNTIL = datetime(2026, 9, 27, 22, tzinfo=UTC)  # Monday's first instant in Madrid
WEEK = timedelta(days=7)


def trend(*values: float | None) -> tuple[TrendPoint, ...]:
    """The figures of so many weeks, the last one judged."""
    starts = [UNTIL - (len(values) - place) * WEEK for place in range(len(values))]
    return tuple(TrendPoint(start, start + WEEK, 100, value) for start, value in zip(starts, values, strict=True))


WINNING = BoardLine(
    measure="order_confirmation_time",
    unit="seconds",
    target=3600.0,
    better="down",
    statistic="p50",
    window="week",
    least_n=20,
    definition=MEASURES["order_confirmation_time"].definition,
    version=1,
    from_=UNTIL - WEEK,
    until=UNTIL,
    n=1412,
    claimed=None,
    value=1240.0,
    verdict=Verdict.WINNING,
    reason=None,
    trend=trend(5000.0, 4200.0, None, 2600.0, 1240.0),
)
LOSING = evolve(
    WINNING,
    measure="incident_rate",
    unit="share",
    target=0.1,
    statistic="value",
    value=0.1337,
    verdict=Verdict.LOSING,
    trend=trend(0.12, 0.1337),
)
TOO_FEW = evolve(
    WINNING,
    measure="csat_mean",
    unit="score",
    target=4.0,
    better="up",
    statistic="value",
    n=1,
    value=4.5,
    verdict=Verdict.UNKNOWN,
    reason=Reason.TOO_FEW,
    trend=trend(4.5),
)
NO_TARGET = evolve(
    WINNING,
    measure="orders_received",
    unit="orders",
    target=None,
    better="up",
    statistic="value",
    value=1412.0,
    verdict=Verdict.UNKNOWN,
    reason=Reason.NO_TARGET,
    trend=trend(1300.0, 1412.0),
)
NO_FIGURE = evolve(
    TOO_FEW, measure="csat_top_share", unit="share", target=0.5, n=0, value=None, reason=Reason.NO_FIGURE, trend=trend(None)
)
NO_WINDOW = evolve(
    WINNING,
    measure="delivery_time",
    target=432_000.0,
    statistic="p90",
    from_=None,
    until=None,
    n=0,
    value=None,
    verdict=Verdict.UNKNOWN,
    reason=Reason.NO_COMPLETE_WINDOW,
    trend=(),
)


def board_of(*lines: BoardLine, shop_name: str = "Casa Lumbre") -> Scoreboard:
    """A board with these lines."""
    names = dict.fromkeys(line.measure for line in lines)
    notes = tuple(MeasureNote.of(MEASURES[name]) for name in names if name in MEASURES)
    return Scoreboard(datetime(2026, 9, 30, 10, 5, tzinfo=UTC), shop_name, lines, measures=notes)


BOARD = board_of(WINNING, LOSING, TOO_FEW, NO_TARGET, NO_FIGURE, NO_WINDOW)

_values = st.none() | st.floats(0, 1e9)


@st.composite
def _lines(draw: st.DrawFn) -> BoardLine:
    measure = MEASURES[draw(st.sampled_from(sorted(MEASURES)))]
    start = draw(st.none() | instants())
    verdict = draw(st.sampled_from(Verdict))
    return BoardLine(
        measure=measure.name,
        unit=measure.unit,
        target=draw(_values),
        better=draw(st.sampled_from(("up", "down"))),
        statistic=draw(st.sampled_from(("value", "p50", "p90"))),
        window=draw(st.sampled_from(("day", "week", "month", "quarter"))),
        least_n=draw(st.integers(1, 1000)),
        definition=measure.definition,
        version=measure.version,
        from_=start,
        until=start + WEEK if start else None,
        n=draw(st.integers(0, 10**7)),
        claimed=draw(st.none() | st.integers(0, 10**7)),
        value=draw(_values),
        verdict=verdict,
        reason=draw(st.sampled_from(Reason)) if verdict is Verdict.UNKNOWN else None,
        trend=trend(*draw(st.lists(_values, max_size=TREND))),
    )


def boards() -> st.SearchStrategy[Scoreboard]:
    """Any board, also such as no shop would ever have."""
    return st.builds(
        Scoreboard,
        as_of=instants(),
        shop_name=st.text(max_size=60),
        lines=st.lists(_lines(), max_size=4).map(tuple),
    )
