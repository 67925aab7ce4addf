"""``incidentkit demo``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from incidentkit.cli.commands.scoreboard import show_board
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang
from incidentkit.cli.screen import Screen, progress_of, show_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from incidentkit.desk.desk import Desk
    from incidentkit.testing.simulator import DemoResult

__all__ = ["demo"]


def demo(
    ctx: typer.Context,
    out: Annotated[Path, typer.Option("--out", metavar="DIR")],
    orders: Annotated[int, typer.Option("--orders", metavar="N")] = 2000,
    seed: Annotated[int, typer.Option("--seed", metavar="S")] = 1,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Run a simulated month of a shop, then show its scoreboard."""
    from incidentkit.testing.simulator import run_demo

    words = words_of(ctx)
    with progress_of(words.say("progress.demo"), words, quiet=as_json) as progress:
        result = run_demo(out, orders=orders, seed=seed, language=words.language, progress=progress)
    if as_json:
        show_json(_as_dict(result))
    else:
        _show(Screen.of(words), result)


def _as_dict(result: DemoResult) -> dict[str, object]:
    return {
        "store": result.url,
        "orders": result.orders,
        "open_incidents": result.open_incidents,
        "messages": result.messages,
        "continued": result.continued,
        "scoreboard": result.scoreboard.as_dict(),
    }


def _show(screen: Screen, result: DemoResult) -> None:
    from incidentkit.cli.values import Values
    from incidentkit.desk.opening import open_desk

    with open_desk(result.url, clock=lambda: result.scoreboard.as_of) as desk:
        values = Values(screen.words, desk.shop.tzinfo)
        show_board(screen, desk.shop, result.scoreboard)
        screen.line()
        counts = {"orders": result.orders, "open": result.open_incidents, "messages": result.messages}
        screen.say("demo.done", **{name: values.number(count) for name, count in counts.items()})
        screen.line()
        screen.say("demo.try")
        for command in _next(desk, result):
            screen.line(f"  incidentkit {command}")


def _next(desk: Desk, result: DemoResult) -> Iterator[str]:
    """What can be looked at now, as it stood at the month's end."""
    present = result.scoreboard.as_of.astimezone(desk.shop.tzinfo).date()
    store = f"--store {shlex.quote(str(result.out / 'shop.db'))}"
    yield f"queue {store} --now {present}"
    for order in desk.orders.find(in_incident=True, limit=1) or desk.orders.find(limit=1):
        yield f"timeline {shlex.quote(order.label)} {store} --now {present}"
    yield f"measure on_time_delivery_rate --by week {store} --now {present}"
