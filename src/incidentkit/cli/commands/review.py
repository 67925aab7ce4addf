"""``incidentkit review``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read

if TYPE_CHECKING:
    from incidentkit.cli.reviews import ReviewPage, Section
    from incidentkit.learning.reviews import Review

__all__ = ["review"]


def review(
    ctx: typer.Context,
    since: Annotated[str | None, typer.Option("--since", metavar="D")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="D")] = None,
    team: Annotated[str | None, typer.Option("--team", metavar="NAME")] = None,
    markdown: Annotated[Path | None, typer.Option("--markdown", metavar="FILE")] = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show where unhappy customers were made, what is new, what came back, and what it cost."""
    words = words_of(ctx)
    first, last = day_or_time(since, "--since"), day_or_time(until, "--until")
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        found = desk.review(first, last, team)
        if as_json:
            show_json(_as_dict(found))
            return
        from incidentkit.cli.reviews import ReviewPage, markdown_of
        from incidentkit.cli.values import Values

        page, screen = ReviewPage(desk, found, Values(words, desk.shop.tzinfo)), Screen.of(words)
        if markdown is None:
            _show(screen, page)
            return
        from incidentkit.cli.files import write_whole

        write_whole(markdown, markdown_of(page))
        screen.say("review.written", path=markdown)


def _show(screen: Screen, page: ReviewPage) -> None:
    screen.line((page.title, "bold"))
    for line in page.head():
        screen.hanging("→ ", line)
    for section in page.sections():
        _section(screen, section)
    screen.line()
    screen.line((screen.words.say("review.as_of", moment=page.values.moment(page.review.as_of)), "dim"))


def _section(screen: Screen, section: Section) -> None:
    from incidentkit.cli.table import Column, show_table

    screen.line()
    screen.line((section.title, "bold"))
    for line in section.lines:
        screen.hanging("  ", line)
    if section.columns:
        last = len(section.columns) - section.right
        columns = [
            Column(head, right=place >= last, spare=_spare(place, len(section.columns)), flexible=place < last)
            for place, head in enumerate(section.columns)
        ]
        show_table(screen, columns, section.rows, indent="  ")


def _spare(place: int, count: int) -> int:
    """What is left out first where there is no room: what stands in the middle."""
    return 0 if place < 2 or place == count - 1 else place


def _as_dict(found: Review) -> dict[str, Any]:
    from incidentkit.cli.plain import plain

    shown: dict[str, Any] = plain(found)
    shown["worst"] = None if found.worst is None else found.worst.whole.step
    shown["answers"], shown["unhappy"] = found.answers, found.unhappy
    shown["avoided"]["contacts"] = found.avoided.contacts
    return shown
