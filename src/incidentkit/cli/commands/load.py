"""``incidentkit load``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, ShopFile, Store
from incidentkit.cli.screen import Screen, progress_of, show_json
from incidentkit.cli.stores import DEFAULT_STORE, chosen_shop, open_store, store_label, store_url

__all__ = ["load"]


def load(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Make a new store of a file of events."""
    from incidentkit.cli.values import Values
    from incidentkit.desk.transferring import shop_in

    words = words_of(ctx)
    with (
        progress_of(words.say("progress.load"), words, quiet=as_json) as progress,
        open_store(store_url(store), chosen_shop(shop) or shop_in(file)) as desk,
    ):
        loaded = desk.load_events(file, progress=progress)
        if as_json:
            show_json({"events": loaded.events, "streams": loaded.streams, "texts": loaded.texts})
        else:
            number = Values(words, desk.shop.tzinfo).number
            Screen.of(words).say(
                "load.done", events=number(loaded.events), streams=number(loaded.streams), store=store_label(store)
            )
