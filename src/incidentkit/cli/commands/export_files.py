"""``incidentkit export facts`` and ``incidentkit export ocel``: what follows from the record, for other programs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, ShopFile, Store
from incidentkit.cli.screen import Screen, progress_of, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read

__all__ = ["facts", "ocel"]


class Format(StrEnum):
    """What ``--format`` takes."""

    CSV = "csv"
    PARQUET = "parquet"


def facts(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER")],
    format: Annotated[Format, typer.Option("--format", metavar="csv|parquet")] = Format.CSV,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Write the facts that figures are computed from, a file for each table."""
    from incidentkit.cli.values import Values

    words = words_of(ctx)
    with progress_of(words.say("progress.export"), words, quiet=as_json) as progress, desk_to_read(store, shop) as desk:
        rows = desk.export_facts(folder, "csv" if format is Format.CSV else "parquet", progress=progress)
        if as_json:
            show_json({"folder": str(folder), "format": format.value, "rows": rows})
        else:
            number = Values(words, desk.shop.tzinfo).number
            total, tables = number(sum(rows.values())), number(len(rows))
            Screen.of(words).say("export.facts", rows=total, tables=tables, folder=folder)


def ocel(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Write the record as an object-centric event log, for programs that mine processes."""
    from incidentkit.cli.values import Values

    words = words_of(ctx)
    with progress_of(words.say("progress.export"), words, quiet=as_json) as progress, desk_to_read(store, shop) as desk:
        log = desk.export_ocel(file, progress=progress)
        events, objects = sum(log.events.values()), sum(log.objects.values())
        if as_json:
            types = {"event_types": log.events, "object_types": log.objects, "relations": log.relations}
            show_json({"file": str(file), "events": events, "objects": objects, **types})
        else:
            number = Values(words, desk.shop.tzinfo).number
            Screen.of(words).say("export.ocel", events=number(events), objects=number(objects), file=file)
