"""``incidentkit export``: the record, or what follows from it, in files that other programs read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from incidentkit.cli.commands.export_files import facts, ocel
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, ShopFile, Store
from incidentkit.cli.screen import Screen, progress_of, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read

__all__ = ["EXPORTS"]


def events(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    personal: Annotated[bool, typer.Option("--personal")] = False,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Write the whole record as JSON Lines, of which an equal store can be made."""
    from incidentkit.cli.values import Values

    words = words_of(ctx)
    with progress_of(words.say("progress.export"), words, quiet=as_json) as progress, desk_to_read(store, shop) as desk:
        count = desk.export_events(file, personal=personal, progress=progress)
        if as_json:
            show_json({"events": count, "file": str(file), "personal": personal})
        else:
            number = Values(words, desk.shop.tzinfo).number(count)
            Screen.of(words).say("export.events_personal" if personal else "export.events", events=number, file=file)


EXPORTS: Mapping[str, Callable[..., None]] = {"events": events, "facts": facts, "ocel": ocel}
"""The commands of the group by their names."""
