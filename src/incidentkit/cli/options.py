"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["As", "AsJson", "Lang", "Language", "Now", "ShopFile", "Store"]


class Language(StrEnum):
    """What ``--lang`` takes."""

    EN = "en"
    ES = "es"


# What they do stands in the texts, under options.NAME.
Store = Annotated[str, typer.Option("--store", metavar="URL")]
ShopFile = Annotated[Path | None, typer.Option("--shop", metavar="FILE")]
As = Annotated[str | None, typer.Option("--as", metavar="WHO")]
AsJson = Annotated[bool, typer.Option("--json")]
Lang = Annotated[Language | None, typer.Option("--lang", metavar="es|en")]
Now = Annotated[str | None, typer.Option("--now", metavar="T")]
