"""``incidentkit queue``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.faces import words_of
from incidentkit.cli.options import After, AsJson, AsOf, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Piece, Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE
from incidentkit.cli.views import desk_as_known

if TYPE_CHECKING:
    from incidentkit.cli.table import Column
    from incidentkit.cli.values import Values
    from incidentkit.desk.desk import Desk
    from incidentkit.desk.queue import QueueItem
    from incidentkit.domain.pages import Page
    from incidentkit.phrases.words import Words
    from incidentkit.rules.priority import Part

__all__ = ["queue"]

_SCREENFUL = 50
_REASONS = 2
_ALL = 100_000


def queue(
    ctx: typer.Context,
    owner: Annotated[str | None, typer.Option("--owner", metavar="NAME")] = None,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, max=_ALL)] = None,
    after: After = None,
    explain: Annotated[bool, typer.Option("--explain")] = False,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show the open incidents and tasks, the most pressing first, and why."""
    words = words_of(ctx)
    with desk_as_known(words, store, shop, now, as_of, quiet=as_json) as desk:
        present, count = desk.clock(), desk.queue_size(owner)
        items = desk.queue(owner, limit=limit or (_ALL if as_json else _SCREENFUL), after=after)
        if as_json:
            share = desk.severity_share()
            shown = {"severity": share.severity, "critical": share.critical, "open": share.open, "most": share.most}
            listed = [_as_dict(item) for item in items]
            head = {"as_of": present.isoformat(), "open": count, "severity_share": shown}
            head |= {"calls": desk.verification_calls.waiting()}
            show_json(head | {"items": listed, "next": items.next})
        else:
            _show(Screen.of(words), desk, items, count, present, explain=explain)


def _show(screen: Screen, desk: Desk, items: Page[QueueItem], count: int, now: datetime, *, explain: bool) -> None:
    from incidentkit.cli.table import show_next
    from incidentkit.cli.values import Values

    words, values = screen.words, Values(screen.words, desk.shop.tzinfo)
    told = words.say("queue.count", count=values.number(count))
    screen.line((f"{desk.shop.name} · {words.say('queue.title')}", "bold"), (f" · {told} · {values.moment(now)}", "dim"))
    if not items:
        screen.say("queue.empty")
        return
    screen.line()
    rows = [_row(item, desk, values, now) for item in items]
    if explain:
        _explained(screen, words, items, rows)
    else:
        _table(screen, words, rows)
    screen.line()
    if len(items) < count:
        numbers = {"shown": values.number(len(items)), "count": values.number(count)}
        screen.line((words.say("queue.more", limit=count, **numbers), "dim"))
        show_next(screen, items.next)
    _foot(screen, desk, values)


def _table(screen: Screen, words: Words, rows: Sequence[Sequence[Piece]]) -> None:
    from incidentkit.cli.table import show_table

    show_table(screen, _columns(words), rows)


def _explained(screen: Screen, words: Words, items: Sequence[QueueItem], rows: Sequence[Sequence[Piece]]) -> None:
    """Each with its points, and every reason for them."""
    for item, row in zip(items, rows, strict=True):
        head = " · ".join(text for piece in row[:3] if (text := piece if isinstance(piece, str) else piece[0]))
        group = words.say(f"queue.groups.{item.priority.group}")
        screen.line((head, "bold"), f" · {words.say('queue.points', points=item.priority.score)} · {group}")
        for part in item.priority.parts:
            screen.line(f"  {part.points:>5}  {_reason(part, words)}")


def _foot(screen: Screen, desk: Desk, values: Values) -> None:
    """Where everything is critical, nothing is; and whom to ring beside that."""
    share, words = desk.severity_share(), screen.words
    if waiting := desk.verification_calls.waiting():
        screen.line((words.say("queue.calls", count=values.number(waiting)), "dim"))
    if asked := desk.approvals.waiting():
        screen.line((words.say("queue.approvals", count=values.number(asked)), "dim"))
    numbers = {
        "severity": words.named("severities", share.severity),
        "critical": values.number(share.critical),
        "open": values.number(share.open),
        "most": str(values.amount(share.most, "share")),
    }
    if share.over:
        screen.line((words.say("queue.inflated", over=values.number(share.over), **numbers), "red"))
    elif share.open:
        screen.line((words.say("queue.share", **numbers), "dim"))


def _columns(words: Words) -> Sequence[Column]:
    from incidentkit.cli.table import Column

    return (
        Column(words.say("queue.severity")),
        Column(words.say("queue.order")),
        Column(words.say("queue.type"), flexible=True),
        Column(words.say("queue.why"), spare=1, flexible=True),
        Column(words.say("queue.phase"), spare=1),
        Column(words.say("queue.owner"), spare=2),
        Column(words.say("queue.promised"), right=True, spare=3),
        Column(words.say("queue.due"), right=True, spare=1),
        Column(words.say("queue.age"), right=True),
    )


def _row(item: QueueItem, desk: Desk, values: Any, now: datetime) -> Sequence[Piece]:
    words = values.words
    first = desk.shop.rank(item.severity) == 0
    return (
        (f"{'!' if first else '·'} {_severity(item, words)}", "bold red" if first else ""),
        item.number or item.order or words.say("numbers.none"),
        words.named("tasks" if item.task else "types", item.type),
        " · ".join(_reason(part, words) for part in item.priority.parts[:_REASONS]),
        "" if item.task else desk.catalogue.label("phases", item.phase, words.language),
        item.owner + (f" → {item.handover_to}" if item.handover_to not in ("", item.owner) else ""),
        values.day(values.local(item.promised)) if item.promised else "",
        _due(item, words, now),
        _span((now - item.detected_at).total_seconds()),
    )


def _severity(item: QueueItem, words: Words) -> str:
    return words.named("severities", item.severity) if item.severity else words.say("queue.task")


def _reason(part: Part, words: Words) -> str:
    """One reason for a place in the queue."""
    seconds = part.left.total_seconds()
    if part.name == "severity":
        return words.named("severities", part.of)
    if part.name == "age":
        return words.say("queue.reasons.age", span=_span(seconds))
    if part.name in ("clock", "promise"):
        what = words.named("clocks", part.of) if part.of else words.say("queue.reasons.promise")
        return f"{what}: {words.say('queue.late' if seconds < 0 else 'queue.ahead', span=_span(abs(seconds)))}"
    return words.say(f"queue.reasons.{part.name}", count=part.count)


def _due(item: QueueItem, words: Words, now: datetime) -> Piece:
    if item.imported:
        return words.say("queue.imported"), "dim"
    if item.due is None:
        return ""
    seconds = (item.due - now).total_seconds()
    if item.waits_for == "customer" and not item.overdue:
        return words.say("queue.waiting", span=_span(seconds)), "dim"
    if item.overdue:
        return words.say("queue.late", span=_span(-seconds)), "red"
    return words.say("queue.ahead", span=_span(seconds))


def _span(seconds: float) -> str:
    from incidentkit.cli.values import span

    return span(max(seconds, 0))


def _as_dict(item: QueueItem) -> dict[str, Any]:
    from attrs import asdict

    plain = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(item).items()}
    priority = item.priority
    why = [{"reason": part.name, "of": part.of or None, "points": part.points, "words": part.about} for part in priority.parts]
    return {**plain, "priority": {"group": priority.group, "score": priority.score, "parts": why}, "why": item.why}
