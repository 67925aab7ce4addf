"""``incidentkit rebuild``."""

from __future__ import annotations

import typer

from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, ShopFile, Store
from incidentkit.cli.screen import Screen, progress_of, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read

__all__ = ["rebuild"]


def rebuild(
    ctx: typer.Context,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Make documents, facts and figures anew from the events, by the settings as they are now."""
    from incidentkit.cli.values import Values

    words = words_of(ctx)
    with progress_of(words.say("progress.rebuild"), words, quiet=as_json) as progress, desk_to_read(store, shop) as desk:
        streams = desk.rebuild(progress=progress)
        if as_json:
            show_json({"streams": streams})
        else:
            Screen.of(words).say("rebuild.done", streams=Values(words, desk.shop.tzinfo).number(streams))
