"""``incidentkit import``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, ShopFile, Store
from incidentkit.cli.screen import Screen, progress_of, show_json
from incidentkit.cli.stores import DEFAULT_STORE, beside, chosen_shop, discard, is_new, open_store, store_label, store_url
from incidentkit.cli.usage import Misused
from incidentkit.errors import ConfigurationError, ImportRefused, InvalidInput

if TYPE_CHECKING:
    from incidentkit.cli.values import Values
    from incidentkit.desk.importing import ImportReport
    from incidentkit.domain.profile import Profile
    from incidentkit.domain.shop import Shop
    from incidentkit.phrases.words import Words

__all__ = ["import_"]

_COUNTS = (
    "orders_new",
    "orders_changed",
    "orders_unchanged",
    "accounts",
    "promises",
    "incidents",
    "answers",
    "contacts",
    "events",
)
_SELDOM = ("accounts", "promises", "contacts")
"""Named where there are any: few profiles have them."""


def import_(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...")],
    profile: Annotated[str | None, typer.Option("--profile", metavar="FILE")] = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    sketch: Annotated[bool, typer.Option("--sketch")] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    rejects: Annotated[Path | None, typer.Option("--rejects", metavar="FILE")] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Read files into the record, by a profile, or write a first profile for them."""
    from incidentkit.cli.values import Values
    from incidentkit.codec.profile import load_profile

    words = words_of(ctx)
    if sketch:
        _sketch(words, paths, profile, out)
        return
    if profile is None or out is not None:
        raise Misused("import_needs", "--profile" if profile is None else "--out")
    read, url = load_profile(profile), store_url(store)
    settings, made = _shop(read, chosen_shop(shop), url), is_new(url)
    listing = rejects if rejects is not None or dry_run else beside(url, "rejects.csv")
    try:
        with (
            _place(url, apart=dry_run and made) as place,
            progress_of(words.say("progress.import"), words, quiet=as_json) as progress,
            open_store(place, settings) as desk,
        ):
            values = Values(words, desk.shop.tzinfo)
            report = desk.imports.run(read, paths, progress=progress, rejects=listing, dry_run=dry_run)
    except (ImportRefused, ConfigurationError):
        if made and not dry_run:
            _discard_if_empty(url)
        raise
    if as_json:
        from attrs import asdict

        show_json(asdict(report))
    else:
        _show(
            Screen.of(words),
            values,
            report,
            words.say("import.would" if dry_run else "import.done", source=report.profile, store=store_label(store)),
        )
        if report.listed:
            Screen.of(words).say("import.listed", count=values.number(report.listed), file=listing)


@contextmanager
def _place(url: str, *, apart: bool) -> Iterator[str]:
    """Where there is no store yet, a dry run leaves none: it counts in one that goes away, in a folder as plugins may want."""
    if not apart:
        yield url
        return
    with TemporaryDirectory(prefix="incidentkit-") as folder:
        yield f"sqlite:///{folder}/shop.db"


def _sketch(words: Words, paths: list[Path], profile: str | None, out: Path | None) -> None:
    """Write a first profile to the terminal, or into a file that is not there yet."""
    from incidentkit.desk.importing.sketching import sketch

    if profile is not None:
        raise Misused("import_needs", "--profile")
    text = sketch(paths, words.language)
    if out is None:
        print(text, end="")
        return
    try:
        with out.open("x", encoding="utf-8", newline="") as new:
            new.write(text)
    except FileExistsError:
        raise InvalidInput(f"The file {out}", "must not be there yet", got="one of that name", next="Name another.") from None
    Screen.of(words).say("import.sketched", file=out)


def _discard_if_empty(url: str) -> None:
    """Leave no store behind that was made in vain: it would hold the settings of an import that never was."""
    from incidentkit.domain.shop import Shop

    with open_store(url, Shop()) as desk:
        empty = not desk.orders.find(limit=1)
    if empty:
        discard(url)


def _shop(profile: Profile, chosen: Shop | None, url: str) -> Shop | None:
    """A new store takes zone and currency from the profile."""
    if not is_new(url):
        return chosen
    from incidentkit.desk.importing import shop_for

    return shop_for(profile, chosen)


def _show(screen: Screen, values: Values, report: ImportReport, title: str) -> None:
    from incidentkit.cli.table import Column, show_table

    words = screen.words
    screen.line((title, "bold"))
    shown = [name for name in _COUNTS if name not in _SELDOM or getattr(report, name)]
    counts = [(words.say(f"import.{name}"), values.number(getattr(report, name))) for name in shown]
    show_table(screen, (Column(""), Column("", right=True)), counts, indent="  ")
    if not report.events:
        screen.say("import.nothing")
    for key, group in (("anomalies", report.anomalies), ("dropped", report.dropped), ("rejected", report.rejected)):
        if group:
            screen.line()
            screen.say(f"import.{key}")
            rows = list(_reasons(screen, values, key, group))
            show_table(screen, (Column("", flexible=True), Column("", right=True)), rows, indent="  ")
    for example in report.examples:
        screen.hanging("  ", example, "dim")


def _reasons(screen: Screen, values: Values, key: str, group: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """The most frequent first."""
    from incidentkit.cli.anomalies import anomaly_words, rejection_words

    said = rejection_words if key == "rejected" else anomaly_words
    for code, count in sorted(group.items(), key=lambda item: (-item[1], item[0])):
        yield said(screen.words, code), values.number(count)
