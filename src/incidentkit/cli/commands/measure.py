"""``incidentkit measure``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from attrs import frozen

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, AsOf, Lang, Now, ShopFile, Statistic, Store, statistic_of
from incidentkit.cli.screen import Piece, Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.cli.usage import Misused
from incidentkit.cli.views import desk_as_known

if TYPE_CHECKING:
    from incidentkit.cli.table import Column
    from incidentkit.cli.values import Values
    from incidentkit.desk.desk import Desk
    from incidentkit.measures.catalogue import MeasureCatalogue
    from incidentkit.measures.figures import Figures, Row
    from incidentkit.measures.measure import Measure

__all__ = ["measure"]

Cuts = tuple[str | None, str | None]
"""A window of time and a segment; None for none."""


class Clock(StrEnum):
    """What ``--clock`` takes."""

    ELAPSED = "elapsed"
    WORKING = "working"


def measure(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME")] = None,
    by: Annotated[list[str] | None, typer.Option("--by", metavar="WINDOW|SEGMENT")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="D")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="D")] = None,
    clock: Annotated[Clock, typer.Option("--clock", metavar="CLOCK")] = Clock.ELAPSED,
    listing: Annotated[bool, typer.Option("--list")] = False,
    rows: Annotated[bool, typer.Option("--rows")] = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1)] = 200,
    after: Annotated[str | None, typer.Option("--after", metavar="PLACE")] = None,
    chart: Annotated[bool, typer.Option("--chart")] = False,
    rule: Annotated[list[str] | None, typer.Option("--rule", metavar="RULE")] = None,
    baseline: Annotated[tuple[str, str] | None, typer.Option("--baseline", metavar="D D")] = None,
    segment: Annotated[tuple[str, str] | None, typer.Option("--segment", metavar="SEGMENT VALUE")] = None,
    statistic: Annotated[Statistic, typer.Option("--statistic", metavar="STATISTIC")] = Statistic.VALUE,
    least: Annotated[int, typer.Option("--least", metavar="N", min=1)] = 5,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show what a measure comes to."""
    words, cuts = words_of(ctx), _cuts(by or ())
    if listing:
        _list(Screen.of(words), _known(name, store, shop), as_json)
        return
    if name is None:
        raise Misused("missing_argument", name="NAME")
    chosen: Literal["elapsed", "working"] = "working" if clock is Clock.WORKING else "elapsed"
    first, end = day_or_time(since, "--since"), day_or_time(until, "--until")
    with desk_as_known(words, store, shop, now, as_of, quiet=as_json) as desk:
        if chart:
            asked = _Charted(
                _window_of(cuts), segment or None, first, end, chosen, statistic, least, tuple(rule or ()), baseline or None
            )
            _chart(Screen.of(words), desk, name, asked, as_json)
            return
        if rows:
            page = _Page(segment or None, first, end, chosen, limit, after)
            _rows_of(Screen.of(words), desk, name, page, as_json)
            return
        figures = desk.measure(name, by=[cut for cut in cuts if cut], since=first, until=end, clock=chosen)
        if as_json:
            show_json(figures.as_dict())
        else:
            _show(Screen.of(words), desk, figures, cuts)


def _cuts(given: Sequence[str]) -> Cuts:
    """The window and the segment that ``--by`` names, each at most once, in either order.

    Raises:
        Misused: there is no such cut, or two of one kind.
    """
    from incidentkit.measures.segments import SEGMENTS
    from incidentkit.measures.windows import WINDOWS

    for cut in given:
        if cut not in (*WINDOWS, *SEGMENTS):
            raise Misused("choice", "--by", got=cut[:40] or '""', choices=", ".join((*WINDOWS, *SEGMENTS)))
    windows, segments = [cut for cut in given if cut in WINDOWS], [cut for cut in given if cut in SEGMENTS]
    if len(windows) > 1 or len(segments) > 1:
        raise Misused("cuts", "--by", got=", ".join(given))
    return (windows[0] if windows else None), (segments[0] if segments else None)


# --- The figures ---


def _show(screen: Screen, desk: Desk, figures: Figures, cuts: Cuts) -> None:
    from incidentkit.cli.table import show_table
    from incidentkit.cli.values import Values
    from incidentkit.phrases.measures import measure_about, measure_name

    words, values = screen.words, Values(screen.words, desk.shop.tzinfo)
    title = f"{desk.shop.name} · {measure_name(words, figures.measure, brief=True, title=figures.title)}"
    screen.line((title, "bold"), (f" · {values.moment(figures.as_of)}", "dim"))
    screen.hanging("", measure_about(words, figures.measure, figures.definition), "dim")
    screen.line()
    rows = [_row(row, figures.unit, desk, values, cuts) for row in figures.rows]
    show_table(screen, _columns(screen, cuts[1]), rows)
    if any(_unfinished(row, cuts) for row in figures.rows):
        screen.line((words.say("measure.incomplete"), "dim"))


def _columns(screen: Screen, segment: str | None) -> Sequence[Column]:
    from incidentkit.cli.table import Column

    say = screen.words.say
    return (
        Column(say("measure.from")),
        Column(say(f"segments.{segment}") if segment else "", flexible=True),
        Column("n", right=True),
        Column(say("measure.value"), right=True),
        Column(say("measure.p50"), right=True),
        Column(say("measure.p90"), right=True),
        Column(say("measure.open"), right=True, spare=1),
        Column(say("measure.invalid"), right=True, spare=2),
        Column(say("measure.claimed"), right=True, spare=3),
    )


def _row(row: Row, unit: str, desk: Desk, values: Values, cuts: Cuts) -> Sequence[Piece]:
    window, segment = cuts
    # Of one span over everything there is no window to tell beside the segments.
    span = "" if segment and row.from_ is None and row.until is None else values.window(row.from_, row.until, window)
    quantiles = ["" if row.mean is None else values.figure(value, unit) for value in (row.p50, row.p90)]
    counts = ["" if count is None else values.number(count) for count in (row.open, row.invalid, row.claimed)]
    return (
        f"{span} *" if _unfinished(row, cuts) else span,
        _segment(segment, row.segment, desk, values) if segment else "",
        values.number(row.n),
        (values.figure(row.value, unit), "bold"),
        *quantiles,
        *counts,
    )


def _unfinished(row: Row, cuts: Cuts) -> bool:
    return cuts[0] is not None and row.complete is False


def _segment(segment: str, code: str | None, desk: Desk, values: Values) -> str:
    """What a row's segment is called: a built-in code by its words, anything else as it is."""
    words = values.words
    if not code:
        return words.say("measure.nowhere")
    if segment == "cause":
        return desk.catalogue.label("causes", code, words.language)
    if segment == "step":
        return desk.shop.step_title(code) or words.named("steps", code)
    groups = {"type": "types", "severity": "severities", "channel": "channels"}
    return words.named(groups[segment], code) if segment in groups else code


# --- Signals ---


@frozen
class _Charted:
    """What is asked of a control chart."""

    by: str
    segment: tuple[str, str] | None
    since: date | datetime | None
    until: date | datetime | None
    clock: Literal["elapsed", "working"]
    statistic: Statistic
    least: int
    rules: tuple[str, ...]
    baseline: tuple[str, str] | None


def _window_of(cuts: Cuts) -> str:
    """The window of a chart: it takes one, and no segment beside it."""
    if cuts[1] is not None:
        raise Misused("chart_cut", "--by", got=cuts[1])
    return cuts[0] or "week"


def _chart(screen: Screen, desk: Desk, name: str, asked: _Charted, as_json: bool) -> None:
    from incidentkit.cli.charts import show_chart
    from incidentkit.cli.values import Values
    from incidentkit.measures.chart import BEYOND

    found = desk.signals(
        name,
        asked.by,
        asked.segment,
        _days(asked.baseline),
        asked.rules or BEYOND,
        since=asked.since,
        until=asked.until,
        statistic=statistic_of(asked.statistic),
        least_n=asked.least,
        clock=asked.clock,
    )
    if as_json:
        show_json(found.as_dict())
    else:
        show_chart(screen, Values(screen.words, desk.shop.tzinfo), found, desk.shop.name)


def _days(given: tuple[str, str] | None) -> tuple[date | datetime, date | datetime] | None:
    if given is None:
        return None
    since, until = (day_or_time(day, "--baseline") for day in given)
    assert since is not None
    assert until is not None
    return since, until


# --- Rows ---


@frozen
class _Page:
    """Which rows are asked for."""

    segment: tuple[str, str] | None
    since: date | datetime | None
    until: date | datetime | None
    clock: Literal["elapsed", "working"]
    limit: int
    after: str | None


def _rows_of(screen: Screen, desk: Desk, name: str, page: _Page, as_json: bool) -> None:
    from incidentkit.cli.measure_rows import show_rows
    from incidentkit.cli.values import Values

    found = desk.measure_rows(
        name,
        since=page.since,
        until=page.until,
        segment=page.segment,
        clock=page.clock,
        limit=page.limit,
        after=page.after,
    )
    if as_json:
        show_json(found.as_dict())
        return
    measure = desk.measures.on_clock(name, page.clock)
    unit = desk.shop.currency if measure.unit == "money" else measure.unit
    show_rows(screen, Values(screen.words, desk.shop.tzinfo), measure, found, desk.shop.name, unit)


# --- The measures that there are ---


def _known(name: str | None, store: str, shop: Path | None) -> Sequence[Measure]:
    """Those of the desk where there is one; else those that ship and the shop's own."""
    known = _catalogue(store, shop)
    return tuple(known) if name is None else (known.named(name),)


def _catalogue(store: str, shop: Path | None) -> MeasureCatalogue:
    from incidentkit.cli.stores import chosen_shop, is_new, store_url
    from incidentkit.measures.catalogue import BUILT_IN, MeasureCatalogue
    from incidentkit.measures.readings import own_measure

    if not is_new(store_url(store)):
        with desk_to_read(store, shop) as desk:
            return desk.measures
    settings = chosen_shop(shop)
    return MeasureCatalogue.of(BUILT_IN, map(own_measure, settings.measures if settings else ()))


def _list(screen: Screen, measures: Sequence[Measure], as_json: bool) -> None:
    from incidentkit.measures.segments import segments_of
    from incidentkit.measures.windows import WINDOWS
    from incidentkit.phrases.measures import measure_name

    if as_json:
        show_json({"windows": list(WINDOWS), "measures": [_as_dict(measure) for measure in measures]})
        return
    screen.say("measure.list", windows=", ".join(WINDOWS))
    for measure in measures:
        screen.line()
        named = measure_name(screen.words, measure.name, title=measure.title)
        role = screen.words.named("roles", measure.role)
        screen.line((measure.name, "bold"), f" · {named}", (f" · {role}", "dim"))
        screen.hanging("  ", ", ".join(segments_of(measure)), "dim")


def _as_dict(measure: Measure) -> dict[str, object]:
    from incidentkit.measures.segments import segments_of

    return {
        "measure": measure.name,
        "unit": measure.unit,
        "better": measure.better,
        "role": measure.role,
        "definition": measure.definition,
        "formula": measure.formula,
        "maturity": measure.maturity.total_seconds(),
        "version": measure.version,
        "segments": list(segments_of(measure)),
    }
