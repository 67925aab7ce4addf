"""``incidentkit copy``."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, Store
from incidentkit.cli.screen import Screen, progress_of, show_json
from incidentkit.cli.stores import DEFAULT_STORE, check_there, store_url

__all__ = ["copy"]


def copy(
    ctx: typer.Context,
    to: Annotated[str, typer.Option("--to", metavar="URL")],
    store: Store = DEFAULT_STORE,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Copy a whole store into a new one, of the same kind of database or the other."""
    from incidentkit.cli.values import Values
    from incidentkit.store.copying import copy_store

    words, source, target = words_of(ctx), store_url(store), store_url(to)
    check_there(source)
    with progress_of(words.say("progress.copy"), words, quiet=as_json) as progress:
        copied = copy_store(source, target, progress)
    if as_json:
        show_json({"rows": dict(copied.rows), "streams": copied.streams})
    else:
        values = Values(words, ZoneInfo("UTC"))
        rows, streams = values.number(sum(copied.rows.values())), values.number(copied.streams)
        Screen.of(words).say("copy.done", rows=rows, streams=streams, to=to)
