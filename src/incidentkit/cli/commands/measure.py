"""``incidentkit measure``."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Piece, Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read

if TYPE_CHECKING:
    from incidentkit.cli.table import Column
    from incidentkit.cli.values import Values
    from incidentkit.cli.words import Words
    from incidentkit.desk.desk import Desk
    from incidentkit.measures.figures import Figures, Row

__all__ = ["measure"]


class Window(StrEnum):
    """What ``--by`` takes."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


def measure(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    by: Annotated[Window | None, typer.Option("--by", metavar="WINDOW")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="D")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="D")] = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show what a measure comes to."""
    words, window = words_of(ctx), by.value if by else None
    first, end = day_or_time(since, "--since"), day_or_time(until, "--until")
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        figures = desk.measure(name, by=window, since=first, until=end)
        if as_json:
            show_json(figures.as_dict())
        else:
            _show(Screen.of(words), desk, figures, window)


def _show(screen: Screen, desk: Desk, figures: Figures, by: str | None) -> None:
    from incidentkit.cli.board import measure_name
    from incidentkit.cli.table import show_table
    from incidentkit.cli.values import Values

    words, values = screen.words, Values(screen.words, desk.shop.tzinfo)
    title = f"{desk.shop.name} · {measure_name(values, figures.measure)}"
    screen.line((title, "bold"), (f" · {values.moment(figures.as_of)}", "dim"))
    screen.hanging("", words.named("measures", f"{figures.measure}.about"), "dim")
    screen.line()
    rows = [_row(row, figures.unit, values, by) for row in figures.rows]
    show_table(screen, _columns(words), rows)
    if by is not None and any(row.complete is False for row in figures.rows):
        screen.line((words.say("measure.incomplete"), "dim"))


def _columns(words: Words) -> Sequence[Column]:
    from incidentkit.cli.table import Column

    say = words.say
    return (
        Column(say("measure.from")),
        Column("n", right=True),
        Column(say("measure.value"), right=True),
        Column(say("measure.p50"), right=True),
        Column(say("measure.p90"), right=True),
        Column(say("measure.open"), right=True, spare=1),
        Column(say("measure.invalid"), right=True, spare=2),
        Column(say("measure.claimed"), right=True, spare=3),
    )


def _row(row: Row, unit: str, values: Values, by: str | None) -> Sequence[Piece]:
    window = values.window(row.from_, row.until, by)
    quantiles = ["" if row.mean is None else values.figure(value, unit) for value in (row.p50, row.p90)]
    counts = ["" if count is None else values.number(count) for count in (row.open, row.invalid, row.claimed)]
    marked = f"{window} *" if by is not None and row.complete is False else window
    return marked, values.number(row.n), (values.figure(row.value, unit), "bold"), *quantiles, *counts
