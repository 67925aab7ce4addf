"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

__all__ = [
    "After",
    "As",
    "AsJson",
    "AsOf",
    "Lang",
    "Language",
    "Limit",
    "Now",
    "ShopFile",
    "Statistic",
    "Store",
    "statistic_of",
]


class Language(StrEnum):
    """What ``--lang`` takes."""

    EN = "en"
    ES = "es"


class Statistic(StrEnum):
    """What ``--statistic`` takes."""

    VALUE = "value"
    P50 = "p50"
    P90 = "p90"


def statistic_of(chosen: Statistic) -> Literal["p50", "p90", "value"]:
    """The same as the desk takes it."""
    if chosen is Statistic.P50:
        return "p50"
    return "p90" if chosen is Statistic.P90 else "value"


# What they do stands in the texts, under options.NAME.
Store = Annotated[str, typer.Option("--store", metavar="URL")]
ShopFile = Annotated[Path | None, typer.Option("--shop", metavar="FILE")]
As = Annotated[str | None, typer.Option("--as", metavar="WHO")]
AsJson = Annotated[bool, typer.Option("--json")]
Lang = Annotated[Language | None, typer.Option("--lang", metavar="es|en")]
Limit = Annotated[int | None, typer.Option("--limit", metavar="N", min=1, max=10_000)]
After = Annotated[str | None, typer.Option("--after", metavar="NEXT")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="T")]
Now = Annotated[str | None, typer.Option("--now", metavar="T")]
