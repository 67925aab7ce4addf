"""``incidentkit scoreboard``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.files import write_whole
from incidentkit.cli.options import AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read

if TYPE_CHECKING:
    from incidentkit.domain.shop import Shop
    from incidentkit.goals.board import Scoreboard

__all__ = ["scoreboard", "show_board"]


def scoreboard(
    ctx: typer.Context,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE")] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show in five seconds whether the shop is winning or losing."""
    words = words_of(ctx)
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        board = desk.scoreboard()
        if html is not None:
            _write_page(html, desk.shop, board, words.language)
        if as_json:
            show_json(board.as_dict())
        elif html is not None:
            Screen.of(words).say("board.written", file=html)
        else:
            show_board(Screen.of(words), desk.shop, board)


def _write_page(file: Path, shop: Shop, board: Scoreboard, language: str) -> None:
    from incidentkit.web.scoreboard import render_scoreboard

    write_whole(file, render_scoreboard(board, language=language, zone=shop.zone))


def show_board(screen: Screen, shop: Shop, board: Scoreboard) -> None:
    """A shop's scoreboard in words; the demo ends with it too."""
    from incidentkit.cli.board import show_scoreboard
    from incidentkit.cli.values import Values

    show_scoreboard(screen, Values(screen.words, shop.tzinfo), board)
