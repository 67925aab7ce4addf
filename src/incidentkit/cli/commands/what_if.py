"""``incidentkit what-if``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Screen, progress_of, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read

if TYPE_CHECKING:
    from incidentkit.learning.what_if.values import WhatIf

__all__ = ["what_if"]


def what_if(
    ctx: typer.Context,
    changed: Annotated[Path, typer.Argument(metavar="FILE")],
    since: Annotated[str | None, typer.Option("--since", metavar="D")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="D")] = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show what other settings would have done to what happened. Nothing is written and nothing is sent."""
    words = words_of(ctx)
    first, last = day_or_time(since, "--since"), day_or_time(until, "--until")
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        with progress_of(words.say("progress.what_if"), words, quiet=as_json) as progress:
            found = desk.what_if(changed, since=first, until=last, progress=progress)
        if as_json:
            show_json(_as_dict(found))
            return
        from incidentkit.cli.other_worlds import show
        from incidentkit.cli.values import Values

        show(Screen.of(words), Values(words, desk.shop.tzinfo), found, changed.name)


def _as_dict(found: WhatIf) -> dict[str, Any]:
    from incidentkit.cli.plain import plain

    return {**plain(found), "empty": found.empty}
