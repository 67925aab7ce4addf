"""``incidentkit tick``."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Screen, progress_of, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read

if TYPE_CHECKING:
    from incidentkit.cli.values import Values
    from incidentkit.desk.desk import Desk
    from incidentkit.desk.ticking import TickReport

__all__ = ["tick"]

_EVERY = 60


def tick(
    ctx: typer.Context,
    watch: Annotated[bool, typer.Option("--watch")] = False,
    every: Annotated[int, typer.Option("--every", metavar="SECONDS", min=1, max=86_400)] = _EVERY,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1)] = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Act on what has come due, once, or again and again with --watch."""
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        _once(ctx, desk, limit, as_json)
        while watch:
            time.sleep(every)
            _once(ctx, desk, limit, as_json)


def _once(ctx: typer.Context, desk: Desk, limit: int | None, as_json: bool) -> None:
    from incidentkit.cli.values import Values

    words = words_of(ctx)
    with progress_of(words.say("progress.tick"), words, quiet=as_json) as progress:
        report = desk.tick(limit=limit, progress=progress)
    if as_json:
        show_json(_as_dict(report, desk))
    else:
        _show(Screen.of(words), Values(words, desk.shop.tzinfo), report, desk)


def _show(screen: Screen, values: Values, report: TickReport, desk: Desk) -> None:
    say = screen.words.say
    screen.line((say("tick.done", moment=values.moment(desk.clock()), count=values.number(report.total)), "bold"))
    for name, count in sorted(report.done.items()):
        screen.line(f"  {values.number(count)} × {screen.words.named('happened', name)}")
    if report.idle:
        screen.line((f"  {say('tick.idle', count=values.number(report.idle))}", "dim"))
    if report.deleted:
        screen.say("tick.deleted", count=values.number(report.deleted))
    if report.listed:
        screen.say("tick.listed", count=values.number(report.listed))
    if report.refused:
        screen.line((f"  {say('tick.refused', count=values.number(report.refused))}", "red"))


def _as_dict(report: TickReport, desk: Desk) -> dict[str, Any]:
    return {
        "as_of": desk.clock().isoformat(),
        "acted": report.acted,
        "idle": report.idle,
        "refused": report.refused,
        "deleted": report.deleted,
        "listed": report.listed,
        "done": dict(sorted(report.done.items())),
    }
