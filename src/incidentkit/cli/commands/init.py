"""``incidentkit init``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from incidentkit.cli.faces import words_of
from incidentkit.cli.options import Lang
from incidentkit.cli.screen import Screen
from incidentkit.cli.stores import DEFAULT_SHOP
from incidentkit.errors import ConfigurationError

__all__ = ["init"]


def init(ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE")] = DEFAULT_SHOP, lang: Lang = None) -> None:
    """Write a commented shop.toml that runs as it is; a file that is there stays as it is."""
    from incidentkit.codec.settings import shop_template

    words = words_of(ctx)
    text = shop_template(words.language)
    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(text)
    except FileExistsError:
        raise ConfigurationError(
            str(file),
            "must not be there yet",
            got="a file or folder of that name",
            next="Name another file, or check this one with: incidentkit check",
        ) from None
    Screen.of(words).say("init.done", file=file)
