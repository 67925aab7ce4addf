"""``incidentkit shortages``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Piece, Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read

if TYPE_CHECKING:
    from incidentkit.cli.values import Values
    from incidentkit.desk.advising import ShortageRow, Shortages
    from incidentkit.desk.desk import Desk

__all__ = ["shortages"]


def shortages(
    ctx: typer.Context,
    since: Annotated[str | None, typer.Option("--since", metavar="D")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="D")] = None,
    type_: Annotated[str, typer.Option("--type", metavar="TYPE")] = "out_of_stock",
    every: Annotated[bool, typer.Option("--all-types")] = False,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show planners which products come up short, beside the orders that it could have happened to."""
    first, last = day_or_time(since, "--since"), day_or_time(until, "--until")
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        found = desk.shortages(first, last, type=None if every else type_)
        if as_json:
            show_json(_as_dict(found))
        else:
            _show(Screen.of(words_of(ctx)), desk, found)


def _show(screen: Screen, desk: Desk, found: Shortages) -> None:
    from incidentkit.cli.table import Column, show_table
    from incidentkit.cli.values import Values

    say, values = screen.words.say, Values(screen.words, desk.shop.tzinfo)
    title = f"{desk.shop.name} · {say('shortages.title')}"
    about = f" · {screen.words.named('types', found.type)}" if found.type else ""
    screen.line((title + about, "bold"), (f" · {values.moment(found.since)} – {values.moment(found.until)}", "dim"))
    if not found.rows:
        screen.say("shortages.empty")
        return
    heads = [say(f"shortages.{head}") for head in ("incidents", "orders", "units", "rate", "interval")]
    spares = (0, 0, 2, 0, 1)
    numbers = [Column(head, right=True, spare=spare) for head, spare in zip(heads, spares, strict=True)]
    columns = (Column(say("shortages.product"), flexible=True), *numbers)
    show_table(screen, columns, [_row(row, values) for row in found.rows])
    if found.total > len(found.rows):
        screen.line((say("shortages.more", count=values.number(found.total - len(found.rows))), "dim"))


def _row(row: ShortageRow, values: Values) -> Sequence[Piece]:
    counts = [values.number(count) for count in (row.incidents, row.orders, row.units)]
    if row.rate is None or row.interval is None:
        return (row.product, *counts, "", "")
    rate, low, high = (values.number(100 * each, 1, closing=True) for each in (row.rate, row.interval.low, row.interval.high))
    return (row.product, *counts, rate, f"{low} – {high}")


def _as_dict(found: Shortages) -> dict[str, object]:
    rows = [
        {
            "product": row.product,
            "incidents": row.incidents,
            "orders": row.orders,
            "units": row.units,
            "rate": row.rate,
            "interval": None if row.interval is None else [row.interval.low, row.interval.high],
        }
        for row in found.rows
    ]
    span = {"since": found.since.isoformat(), "until": found.until.isoformat()}
    return {"as_of": found.as_of.isoformat(), **span, "type": found.type, "total": found.total, "products": rows}
