"""``incidentkit serve``."""

from __future__ import annotations

from typing import Annotated

import typer

from incidentkit.cli.faces import words_of
from incidentkit.cli.options import Lang, ShopFile, Store
from incidentkit.cli.screen import Screen
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read

__all__ = ["serve"]

_PORT = 8000


def serve(
    ctx: typer.Context,
    port: Annotated[int, typer.Option("--port", metavar="N", min=0, max=65_535)] = _PORT,
    no_scoreboard: Annotated[bool, typer.Option("--no-scoreboard")] = False,
    board: Annotated[bool, typer.Option("--board")] = False,
    rotate_keys: Annotated[bool, typer.Option("--rotate-keys")] = False,
    drop_links: Annotated[bool, typer.Option("--drop-links")] = False,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    lang: Lang = None,
) -> None:
    """Serve the customers' pages on this machine, or change the keys of their links."""
    from incidentkit.web import app, board_app, check_extra

    check_extra("starlette", "uvicorn", "itsdangerous")
    from incidentkit.web.serving import serve as serving

    screen = Screen.of(words_of(ctx))
    with desk_to_read(store, shop) as desk:
        if rotate_keys or drop_links:
            desk.pages.rotate_keys(drop=drop_links)
            screen.say("serve.dropped" if drop_links else "serve.rotated")
            return
        if not desk.shop.pages_url and not board:
            screen.say("serve.no_links")
        pages = board_app(desk) if board else app(desk, scoreboard=not no_scoreboard)
        serving(pages, port, lambda url: screen.say("serve.ready", url=url))
