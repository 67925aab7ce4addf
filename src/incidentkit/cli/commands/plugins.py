"""``incidentkit plugins``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, ShopFile, Store
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, chosen_shop, desk_to_read, is_new, store_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from incidentkit.hooks.plugins import PluginInfo

__all__ = ["plugins"]


def plugins(
    ctx: typer.Context,
    store: Store | None = None,
    shop: ShopFile = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """List the plugins, the blocked ones too."""
