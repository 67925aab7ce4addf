"""``incidentkit scoreboard``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from incidentkit.cli.faces import words_of
from incidentkit.cli.files import write_whole
from incidentkit.cli.options import AsJson, AsOf, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE
from incidentkit.cli.usage import Misused
from incidentkit.cli.views import desk_as_known

if TYPE_CHECKING:
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.shop import Shop
    from incidentkit.goals.board import Scoreboard
    from incidentkit.goals.public import PublicBoard

__all__ = ["scoreboard", "show_board"]


def scoreboard(
    ctx: typer.Context,
    objective: Annotated[str | None, typer.Option("--objective", metavar="ID")] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE")] = None,
    site: Annotated[Path | None, typer.Option("--site", metavar="FOLDER")] = None,
    public: Annotated[bool, typer.Option("--public")] = False,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show in five seconds whether the shop is winning or losing."""
    words = words_of(ctx)
    if public and html is None:
        raise Misused("goes_with", "--public", other="--html")
    with desk_as_known(words, store, shop, now, as_of, quiet=as_json) as desk:
        board = desk.scoreboard(objective)
        written = []
        if html is not None:
            _write_page(html, desk.shop, desk.public_scoreboard(objective) if public else board, words.language)
            written.append(html)
        if site is not None:
            written.append(_write_site(site, desk, board, words.language))
        if as_json:
            show_json(board.as_dict())
        for file in () if as_json else written:
            Screen.of(words).say("board.written", file=file)
        if not (as_json or written):
            show_board(Screen.of(words), desk.shop, board)


def _write_page(file: Path, shop: Shop, board: Scoreboard | PublicBoard, language: str) -> None:
    from incidentkit.web.scoreboard import render_scoreboard

    write_whole(file, render_scoreboard(board, language=language, zone=shop.zone))


def _write_site(folder: Path, desk: Desk, board: Scoreboard, language: str) -> Path:
    """Every page, each whole; the first to open last."""
    from incidentkit.web.figures.export import exported

    (folder / "figures").mkdir(parents=True, exist_ok=True)
    for path, page in exported(desk, board, language=language):
        write_whole(folder / path, page)
    return folder / "index.html"


def show_board(screen: Screen, shop: Shop, board: Scoreboard) -> None:
    """A shop's scoreboard in words; the demo ends with it too."""
    from incidentkit.cli.board import show_scoreboard
    from incidentkit.cli.values import Values

    show_scoreboard(screen, Values(screen.words, shop.tzinfo), board)
