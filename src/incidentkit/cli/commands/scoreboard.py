"""``incidentkit scoreboard``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read

if TYPE_CHECKING:
    from incidentkit.domain.shop import Shop
    from incidentkit.measures.scoreboard import Scoreboard

__all__ = ["scoreboard", "show_board"]


def scoreboard(
    ctx: typer.Context,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show in five seconds whether the shop is winning or losing."""
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        board = desk.scoreboard()
        if as_json:
            show_json(board.as_dict())
        else:
            show_board(Screen.of(words_of(ctx)), desk.shop, board)


def show_board(screen: Screen, shop: Shop, board: Scoreboard) -> None:
    """A shop's scoreboard in words; the demo ends with it too."""
    from incidentkit.cli.board import show_scoreboard
    from incidentkit.cli.values import Values

    least: dict[tuple[str, str], int] = {(line.measure, line.window): line.least_n for line in shop.scoreboard}
    show_scoreboard(screen, Values(screen.words, shop.tzinfo), board, least)
