"""``incidentkit retention``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Screen, progress_of, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read

if TYPE_CHECKING:
    from incidentkit.cli.values import Values
    from incidentkit.desk.retaining import RetentionReport

__all__ = ["retention"]


def retention(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Delete what was kept for as long as the settings say."""
    from incidentkit.cli.values import Values

    words = words_of(ctx)
    with (
        desk_to_read(store, shop, day_or_time(now, "--now")) as desk,
        progress_of(words.say("progress.retention"), words, quiet=as_json) as progress,
    ):
        report, kinds = desk.retain(dry_run=dry_run, progress=progress), desk.shop.retention.kinds
        values = Values(words, desk.shop.tzinfo)
    if as_json:
        show_json({"looked": report.looked, "deleted": report.deleted, "held": report.held, "dry_run": dry_run})
    elif not kinds:
        Screen.of(words).say("retention.none")
    else:
        _show(Screen.of(words), values, report, dry_run=dry_run)


def _show(screen: Screen, values: Values, report: RetentionReport, *, dry_run: bool) -> None:
    text = "retention.would" if dry_run else "retention.done"
    screen.line((screen.words.say(text, count=values.number(report.total), looked=values.number(report.looked)), "bold"))
    for kind, count in report.deleted.items():
        screen.line(f"  {values.number(count)} × {screen.words.named('personal_kinds', kind)}")
    if report.held:
        screen.line((screen.words.say("retention.held", count=values.number(report.held)), "dim"))
