"""``incidentkit receive``."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.faces import words_of
from incidentkit.cli.options import After, AsJson, Lang, ShopFile, Store
from incidentkit.cli.screen import Screen, progress_of, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.domain.pages import Page

if TYPE_CHECKING:
    from collections.abc import Callable

    from incidentkit.desk.desk import Desk
    from incidentkit.desk.fetching import FetchReport
    from incidentkit.desk.inbox import InboxReport
    from incidentkit.domain.inbound import Arrival
    from incidentkit.phrases.words import Words

__all__ = ["receive"]

_EVERY = 60
_MOST = 1_000


class Apart(StrEnum):
    """What waits for a person."""

    UNPLACED = "unplaced"
    HELD = "held"
    DEAD = "dead"


def receive(
    ctx: typer.Context,
    watch: Annotated[bool, typer.Option("--watch")] = False,
    every: Annotated[int, typer.Option("--every", metavar="SECONDS", min=1, max=86_400)] = _EVERY,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1)] = None,
    show: Annotated[Apart | None, typer.Option("--show", metavar="unplaced|held|dead")] = None,
    after: After = None,
    release: Annotated[str | None, typer.Option("--release", metavar="SOURCE/ID")] = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Fetch what has come in and make it contacts and receipts, once, or again and again with --watch."""
    from incidentkit.cli.crew import Stop

    words = words_of(ctx)
    with desk_to_read(store, shop) as desk:
        if release is not None:
            source, _, event_id = release.partition("/")
            _tell_list(words, desk, Page([desk.inbox.release(source, event_id)]), as_json)
        elif show is not None:
            _tell_list(words, desk, _apart(desk, show, limit or _MOST, after), as_json)
        else:
            stop = Stop()
            with stop.heard():
                _run(words, desk, limit, stop, every if watch else None, as_json)


def _run(words: Words, desk: Desk, limit: int | None, stop: Any, every: int | None, as_json: bool) -> None:
    while not stop():
        with progress_of(words.say("progress.receive"), words, quiet=as_json or every is not None) as progress:
            fetched = desk.inbox.fetch()
            report = desk.inbox.process(limit=limit, progress=partial(_all_of, progress))
        if as_json:
            show_json(_as_dict(desk, fetched, report))
        elif every is None or report.total or fetched.failed:
            _show(words, desk, fetched, report)
        if every is None:
            return
        stop.wait(every)


def _all_of(progress: Callable[[int, int], None], done: int) -> None:
    progress(done, done)


def _show(words: Words, desk: Desk, fetched: FetchReport, report: InboxReport) -> None:
    from incidentkit.cli.values import Values

    screen, values = Screen.of(words), Values(words, desk.shop.tzinfo)
    moment, count = values.moment(desk.clock()), values.number(report.total)
    screen.line((words.say("receive.total", moment=moment, count=count, fetched=values.number(fetched.fetched)), "bold"))
    for name, number in sorted(report.outcomes.items()):
        screen.line(f"  {values.number(number)} × {words.named('receive.became', name)}")
    for name, number, style in (("again", report.again, "yellow"), ("dead", report.dead, "red")):
        if number:
            screen.line((f"  {values.number(number)} × {words.named('receive.became', name)}", style))
    for mailbox, code in sorted(fetched.failed.items()):
        screen.line((f"  {words.say('receive.unread', mailbox=mailbox, code=code)}", "red"))


def _apart(desk: Desk, what: Apart, limit: int, after: str | None) -> Page[Arrival]:
    """Those that nobody has placed yet, or that stand in that state."""
    if what is not Apart.UNPLACED:
        return desk.inbox.find(state=what.value, limit=limit, after=after)
    found = desk.inbox.find(outcome="none", limit=limit, after=after)
    needs = {arrival.need: desk.needs.get(arrival.need) for arrival in found if arrival.need is not None}
    waiting = {name for name, need in needs.items() if not (need.orders or need.incidents or need.joined)}
    return Page((arrival for arrival in found if arrival.need in waiting), found.next)


def _tell_list(words: Words, desk: Desk, arrivals: Page[Arrival], as_json: bool) -> None:
    """What they are called, never what is in them."""
    if as_json:
        show_json({"inbox": [_arrival(arrival) for arrival in arrivals], "next": arrivals.next})
        return
    from incidentkit.cli.table import show_next
    from incidentkit.cli.values import Values

    screen, values = Screen.of(words), Values(words, desk.shop.tzinfo)
    if not arrivals:
        screen.say("receive.nothing")
    for arrival in arrivals:
        said = [f"{arrival.source}/{arrival.event_id}", values.moment(arrival.received_at)]
        said.append(words.named("receive.states", arrival.state.value))
        said += [part for part in (arrival.need or "", arrival.reason) if part]
        screen.line("  ".join(said))
    show_next(screen, arrivals.next)


def _arrival(arrival: Arrival) -> dict[str, Any]:
    return {
        "source": arrival.source,
        "event_id": arrival.event_id,
        "received_at": arrival.received_at.isoformat(),
        "state": arrival.state.value,
        "outcome": arrival.outcome.value,
        "reason": arrival.reason,
        "attempts": arrival.attempts,
        "need": arrival.need,
    }


def _as_dict(desk: Desk, fetched: FetchReport, report: InboxReport) -> dict[str, Any]:
    return {
        "as_of": desk.clock().isoformat(),
        "fetched": fetched.fetched,
        "failed": dict(sorted(fetched.failed.items())),
        "outcomes": dict(sorted(report.outcomes.items())),
        "again": report.again,
        "dead": report.dead,
    }
