"""``incidentkit plugins``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, ShopFile
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, chosen_shop, desk_to_read, is_new, store_url

if TYPE_CHECKING:
    from incidentkit.hooks.plugins import PluginInfo

__all__ = ["plugins"]


def plugins(
    ctx: typer.Context,
    store: Annotated[str | None, typer.Option("--store", metavar="URL")] = None,
    shop: ShopFile = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """List the plugins, the blocked ones too."""
    found = _listing(store, shop)
    if as_json:
        from attrs import asdict

        show_json({"plugins": [asdict(plugin) for plugin in found]})
    else:
        _show(Screen.of(words_of(ctx)), found)


def _listing(store: str | None, shop: Path | None) -> Sequence[PluginInfo]:
    """Those of the desk; without a store, those that the settings would load."""
    if store is not None or not is_new(store_url(DEFAULT_STORE)):
        with desk_to_read(store or DEFAULT_STORE, shop) as desk:
            return desk.plugins.listing()
    from incidentkit.domain.shop import Shop
    from incidentkit.hooks.manager import load_plugins
    from incidentkit.version import __version__

    return load_plugins(chosen_shop(shop) or Shop(), host_version=__version__, directory=Path.cwd()).listing()


def _show(screen: Screen, found: Sequence[PluginInfo]) -> None:
    from incidentkit.cli.table import Column, show_table

    say = screen.words.say
    if not found:
        screen.say("plugins.none")
        return
    columns = (
        Column(say("plugins.name")),
        Column(say("plugins.state")),
        Column(say("plugins.version")),
        Column(say("plugins.channels")),
        Column(say("plugins.from"), spare=2),
        Column(say("plugins.hooks"), spare=1),
    )
    rows = [
        (
            (p.name, "bold"),
            say("plugins.blocked" if p.blocked else "plugins.loaded"),
            p.version,
            ", ".join(dict.fromkeys((*p.channels, *p.inbound, *p.mailboxes, *p.measures, *p.payers, *p.remedies))),
            p.distribution,
            ", ".join(hook.removeprefix("incidentkit_") for hook in p.hooks),
        )
        for p in found
    ]
    show_table(screen, columns, rows)
