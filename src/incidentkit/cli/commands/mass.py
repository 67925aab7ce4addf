"""``incidentkit mass``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import As, AsJson, Lang, Limit, Now, ShopFile, Store
from incidentkit.cli.screen import Screen, progress_of, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.cli.usage import Misused
from incidentkit.cli.uses import Use, check_use, given_of
from incidentkit.domain.actors import Actor
from incidentkit.errors import InvalidInput, UnknownIdError

if TYPE_CHECKING:
    from collections.abc import Callable

    from incidentkit.cli.values import Values
    from incidentkit.desk.desk import Desk
    from incidentkit.desk.mass import MassProgress
    from incidentkit.desk.mass_working import MassReport
    from incidentkit.domain.mass import MassIncident
    from incidentkit.domain.remedies import Offer

__all__ = ["mass"]

_MOST = 10_000
_SHOWN_OF_ID = 8
_REFUSED_SHOWN = 20


class Action(StrEnum):
    """What can be done with a mass incident."""

    LIST = "list"
    SHOW = "show"
    OPEN = "open"
    ADD = "add"
    EXTEND = "extend"
    WORK = "work"
    NOTIFY = "notify"
    OFFER = "offer"
    CARRY_OUT = "carry-out"
    RESOLVE = "resolve"


_RULE = ("product", "carrier", "since", "until", "unshipped", "arrived")
_USES = {
    Action.LIST: Use("find"),
    Action.SHOW: Use("progress"),
    Action.OPEN: Use("open", ("description",), ("cause", "severity", "orders", *_RULE)),
    Action.ADD: Use("add", ("orders",)),
    Action.EXTEND: Use("extend"),
    Action.WORK: Use("work", (), ("again", "limit")),
    Action.NOTIFY: Use("notify", (), ("channel",)),
    Action.OFFER: Use("offer", ("offer",)),
    Action.CARRY_OUT: Use("carry_out", ("reference",), ("remedy",)),
    Action.RESOLVE: Use("resolve", (), ("reason",)),
}


def mass(
    ctx: typer.Context,
    action: Annotated[Action, typer.Argument(metavar="ACTION")] = Action.LIST,
    named: Annotated[str | None, typer.Argument(metavar="MASS|TYPE")] = None,
    description: Annotated[str | None, typer.Option("--description", metavar="WORDS")] = None,
    cause: Annotated[str | None, typer.Option("--cause", metavar="CODE")] = None,
    severity: Annotated[str | None, typer.Option("--severity", metavar="CODE")] = None,
    orders: Annotated[Path | None, typer.Option("--orders", metavar="FILE")] = None,
    product: Annotated[str | None, typer.Option("--product", metavar="CODE")] = None,
    carrier: Annotated[str | None, typer.Option("--carrier", metavar="CODE")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DAY")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DAY")] = None,
    unshipped: Annotated[bool, typer.Option("--unshipped")] = False,
    arrived: Annotated[bool, typer.Option("--arrived")] = False,
    channel: Annotated[str | None, typer.Option("--channel", metavar="NAME")] = None,
    offer: Annotated[list[str] | None, typer.Option("--offer", metavar="KIND=DAY[:WHAT]")] = None,
    reference: Annotated[str | None, typer.Option("--reference", metavar="WORDS")] = None,
    remedy: Annotated[str | None, typer.Option("--remedy", metavar="KIND")] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="WORDS")] = None,
    again: Annotated[bool, typer.Option("--again")] = False,
    limit: Limit = None,
    as_: As = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """One cause that went wrong for many orders: report it, work on it, and do something for everybody."""
    rule = {"product": product, "carrier": carrier, "since": since, "until": until, "unshipped": unshipped, "arrived": arrived}
    said: dict[str, Any] = {"description": description, "cause": cause, "severity": severity, "orders": orders, **rule}
    said |= {"channel": channel, "offer": offer, "reference": reference, "remedy": remedy, "reason": reason}
    said |= {"again": again, "limit": limit}
    check_use(_USES[action], action.value, given_of(**said))
    words = words_of(ctx)
    if action is not Action.LIST and not named:
        raise Misused("missing_argument", name="MASS|TYPE")
    with (
        desk_to_read(store, shop, day_or_time(now, "--now")) as desk,
        progress_of(words.say("progress.mass"), words, quiet=as_json or action in _SHORT) as progress,
    ):
        doing = _Doing(desk, Actor("cli", as_) if as_ else None, progress)
        screen = Screen.of(words)
        if action is Action.LIST:
            _list(screen, desk, as_json)
        elif action is Action.OPEN:
            _told(screen, desk, doing.open(str(named), said), None, as_json)
        else:
            found = _found(desk, str(named))
            _told(screen, desk, *doing.go_on(action, found, said), as_json)


_SHORT = (Action.LIST, Action.SHOW, Action.OPEN, Action.ADD, Action.EXTEND)


class _Doing:
    """One call: on which desk, by whom, and how far it is."""

    def __init__(self, desk: Desk, by: Actor | None, progress: Callable[[int, int], None]) -> None:
        self._desk, self._by, self._progress = desk, by, progress

    def open(self, type_: str, said: dict[str, Any]) -> MassIncident:
        """Report it."""
        from incidentkit.domain.mass import OrderRule

        rule = None
        if any(said[name] for name in _RULE):
            rule = OrderRule(
                product=said["product"] or "",
                carrier=said["carrier"] or "",
                placed_since=day_or_time(said["since"], "--since"),
                placed_until=day_or_time(said["until"], "--until"),
                undelivered=not said["arrived"],
                unshipped=said["unshipped"],
            )
        return self._desk.mass.open(
            type_,
            said["description"],
            orders=_orders(self._desk, said["orders"]),
            rule=rule,
            cause=said["cause"],
            severity=said["severity"],
            by=self._by,
        )

    def go_on(self, action: Action, found: MassIncident, said: dict[str, Any]) -> tuple[MassIncident, MassReport | None]:
        """Whatever is done with one that was reported, and what that came to."""
        desk, by, progress = self._desk.mass, self._by, self._progress
        if action is Action.ADD:
            return desk.add(found.id, _orders(self._desk, said["orders"]), by=by), None
        if action is Action.EXTEND:
            return desk.extend(found.id, by=by), None
        report: MassReport | None = None
        if action is Action.WORK:
            report = desk.work(found.id, progress=progress, limit=said["limit"], again=said["again"])
        elif action is Action.NOTIFY:
            report = desk.notify(found.id, said["channel"], by=by, progress=progress)
        elif action is Action.OFFER:
            made = [_offer(self._desk, each) for each in said["offer"]]
            report = desk.offer(found.id, made, by=by, progress=progress)
        elif action is Action.CARRY_OUT:
            kind = said["remedy"] or ""
            report = desk.carry_out(found.id, reference=said["reference"], remedy=kind, by=by, progress=progress)
        elif action is Action.RESOLVE:
            report = desk.resolve(found.id, reason=said["reason"], by=by, progress=progress)
        return desk.get(found.id), report


def _found(desk: Desk, given: str) -> MassIncident:
    """By its id or by how that ends."""
    ending = [each for each in desk.mass.find(limit=_MOST) if len(given) >= 4 and each.id.endswith(given)]
    if len(ending) != 1:
        raise UnknownIdError(
            "The mass incident",
            "is one of this record, by its id or the end of it",
            got=f"{len(ending)} that end in {given[:40]!r}",
            next="All of them: incidentkit mass",
        )
    return ending[0]


def _orders(desk: Desk, file: Path | None) -> Sequence[str]:
    """The ids of the orders in a file: an id or a number in each line."""
    if file is None:
        return ()
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise InvalidInput("--orders", "is a file of text that can be read", got=str(file)[-60:]) from None
    return [_order(desk, line.strip()) for line in lines if line.strip()]


def _order(desk: Desk, given: str) -> str:
    found = desk.orders.find(number=given, limit=1)
    return found[0].id if found else given


def _offer(desk: Desk, given: str) -> Offer:
    """``refund=2026-03-09``, ``discount=2026-03-09:5.00``, ``substitution=2026-03-12:CODE``."""
    from incidentkit.domain.remedies import Offer

    kind, _, rest = given.partition("=")
    day, _, what = rest.partition(":")
    by = day_or_time(day or None, "--offer")
    if not kind or by is None:
        raise InvalidInput("--offer", "is a kind and a day, such as refund=2026-03-09", got=given[:60])
    known = desk.plugins.kinds.get(kind)
    if known is not None and known.takes_amount:
        return Offer(kind, by, what or None)
    return Offer(kind, by, product=what)


# --- What is shown -----------------------------------------------------------------------------------------------


def _list(screen: Screen, desk: Desk, as_json: bool) -> None:
    found = [(each, desk.mass.progress(each.id)) for each in desk.mass.find(limit=100)]
    if as_json:
        show_json({"mass_incidents": [_as_dict(each, progress) for each, progress in found]})
        return
    from incidentkit.cli.table import Column, show_table
    from incidentkit.cli.values import Values

    words, values = screen.words, Values(screen.words, desk.shop.tzinfo)
    if not found:
        screen.say("mass.empty")
        return
    names = ("id", "type", "opened", "orders", "cases", "told", "closed", "left")
    columns = [Column(words.say(f"mass.{name}"), flexible=name == "type", right=name not in ("id", "type")) for name in names]
    show_table(screen, columns, [_row(each, progress, values) for each, progress in found])


def _row(each: MassIncident, progress: MassProgress, values: Values) -> list[str]:
    counts = (progress.orders, progress.cases, progress.told, progress.closed, progress.left)
    kind = values.words.named("types", each.type)
    return [each.id[-_SHOWN_OF_ID:], kind, values.moment(each.opened_at), *map(values.number, counts)]


def _told(screen: Screen, desk: Desk, found: MassIncident, report: MassReport | None, as_json: bool) -> None:
    progress = desk.mass.progress(found.id)
    if as_json:
        show_json(_as_dict(found, progress) | ({} if report is None else {"report": _report_as_dict(report)}))
        return
    from incidentkit.cli.table import Column, show_table
    from incidentkit.cli.values import Values

    words, values = screen.words, Values(screen.words, desk.shop.tzinfo)
    title = f"{words.named('types', found.type)} · {found.id[-_SHOWN_OF_ID:]}"
    screen.line((title, "bold"), (f" · {values.moment(found.opened_at)}", "dim"))
    screen.line(str(found.description))
    screen.line()
    show_table(screen, (Column("", flexible=True), Column("", right=True)), list(_standing(progress, values)), indent="  ")
    if report is not None:
        screen.line()
        screen.say("mass.done", covered=values.number(report.covered), cases=values.number(report.cases))
        _refused(screen, report)
    if progress.left:
        screen.line()
        screen.line((words.say("mass.go_on", mass=found.id[-_SHOWN_OF_ID:]), "dim"))


def _standing(progress: MassProgress, values: Values) -> Iterator[tuple[str, str]]:
    """How far it has come, a line for each number."""
    words = values.words
    for name in ("orders", "covered", "cases", "told", "offered", "accepted", "carried_out"):
        yield words.say(f"mass.{name}"), values.number(getattr(progress, name))
    for phase, count in progress.phases.items():
        yield words.named("phases", phase), values.number(count)
    for name in ("refused", "left"):
        yield words.say(f"mass.{name}"), values.number(getattr(progress, name))
    for cost in progress.cost:
        yield words.say("mass.cost"), values.money(cost)


def _refused(screen: Screen, report: MassReport) -> None:
    for refusal in report.refused[:_REFUSED_SHOWN]:
        screen.hanging("  ", refusal.message, "yellow")
    if len(report.refused) > _REFUSED_SHOWN:
        screen.say("mass.more", count=len(report.refused) - _REFUSED_SHOWN)


def _as_dict(found: MassIncident, progress: MassProgress) -> dict[str, Any]:
    from attrs import asdict

    said = {"id": found.id, "type": found.type, "cause": found.cause, "description": str(found.description)}
    stages = [
        {"number": stage.number, "kind": stage.kind, "by": stage.by, "at": stage.at.isoformat()} for stage in found.stages
    ]
    counts = asdict(progress, recurse=False) | {"cost": [str(cost) for cost in progress.cost], "phases": dict(progress.phases)}
    return {**said, "opened_at": found.opened_at.isoformat(), "stages": stages, "progress": counts}


def _report_as_dict(report: MassReport) -> dict[str, Any]:
    from attrs import asdict

    refused = [asdict(refusal) for refusal in report.refused]
    return {**asdict(report, recurse=False), "done": {str(n): count for n, count in report.done.items()}, "refused": refused}
