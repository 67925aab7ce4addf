"""``incidentkit duty``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Piece, Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from incidentkit.cli.values import Values
    from incidentkit.desk.desk import Desk
    from incidentkit.rules.rotas import Duty

__all__ = ["duty"]


def duty(
    ctx: typer.Context,
    team: Annotated[str | None, typer.Argument(metavar="TEAM")] = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show who is on duty, and why the others are not."""
    words = words_of(ctx)
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        found = desk.duty(team)
        if as_json:
            show_json({"as_of": desk.clock().isoformat(), "agents": [_as_dict(one, desk) for one in found]})
        else:
            _show(Screen.of(words), desk, found)


def _show(screen: Screen, desk: Desk, found: Sequence[Duty]) -> None:
    from incidentkit.cli.table import Column, show_table
    from incidentkit.cli.values import Values

    words, values = screen.words, Values(screen.words, desk.shop.tzinfo)
    screen.line((f"{desk.shop.name} · {words.say('duty.title')}", "bold"), (f" · {values.moment(desk.clock())}", "dim"))
    if not found:
        screen.say("duty.empty")
        return
    screen.line()
    columns = [Column(words.say(f"duty.{name}")) for name in ("agent", "team", "why", "until")]
    show_table(screen, columns, [_row(one, desk, values) for one in found])


def _row(one: Duty, desk: Desk, values: Values) -> Sequence[Piece]:
    why = values.words.named("duties", one.why)
    until = values.moment(one.until) if one.until else ""
    return (("● " if one.on else "· ") + one.agent, _team(one, desk), (why, "" if one.on else "dim"), until)


def _team(one: Duty, desk: Desk) -> str:
    agent = desk.shop.agent(one.agent)
    return agent.team if agent else ""


def _as_dict(one: Duty, desk: Desk) -> dict[str, Any]:
    until = one.until.isoformat() if one.until else None
    return {"agent": one.agent, "team": _team(one, desk), "on": one.on, "why": one.why, "until": until}
