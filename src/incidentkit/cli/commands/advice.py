"""``incidentkit advice``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.advice import advice_words
from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import As, AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.orders import found_order
from incidentkit.cli.screen import Piece, Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.cli.usage import Misused
from incidentkit.domain.actors import Actor

if TYPE_CHECKING:
    from incidentkit.cli.values import Values
    from incidentkit.desk.advising import AdviceRecord
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.advice import Advice
    from incidentkit.domain.orders import Order
    from incidentkit.learning.advice import AdviceScore
    from incidentkit.measures.intervals import Interval

__all__ = ["advice"]


def advice(
    ctx: typer.Context,
    order: Annotated[str | None, typer.Argument(metavar="ORDER")] = None,
    carrier: Annotated[str | None, typer.Option("--carrier", metavar="NAME")] = None,
    record: Annotated[bool, typer.Option("--record")] = False,
    since: Annotated[str | None, typer.Option("--since", metavar="D")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="D")] = None,
    as_: As = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show what the history says to look out for with an order; without one, what came of such advice."""
    screen, span = Screen.of(words_of(ctx)), (day_or_time(since, "--since"), day_or_time(until, "--until"))
    if order is None and (record or carrier):
        raise Misused("missing_argument", name="ORDER")
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        if order is None:
            _record(screen, desk, desk.advice_record(*span), as_json)
            return
        found = found_order(desk, order)
        shown = desk.advice(found.id, carrier=carrier)
        if record:
            desk.orders.advise(found.id, carrier=carrier, by=Actor("cli", as_) if as_ else None)
        _show(screen, found, shown, recorded=record and bool(shown), as_json=as_json)


def _show(screen: Screen, order: Order, shown: Sequence[Advice], *, recorded: bool, as_json: bool) -> None:
    if as_json:
        show_json({"order": order.label, "recorded": recorded, "advice": [_as_dict(each) for each in shown]})
        return
    words = screen.words
    screen.line((f"{words.say('advice.title')} · {order.label}", "bold"))
    if not shown:
        screen.say("advice.none")
    for each in shown:
        screen.hanging("- ", advice_words(words, each))
    if recorded:
        screen.line((words.say("advice.recorded"), "dim"))


def _as_dict(each: Advice) -> dict[str, Any]:
    return {"code": each.code, "subject": each.subject, "reasons": dict(each.reasons), "incidents": list(each.incidents)}


# --- What came of it ---------------------------------------------------------------------------------------------


def _record(screen: Screen, desk: Desk, record: AdviceRecord, as_json: bool) -> None:
    if as_json:
        show_json(
            {
                "as_of": record.as_of.isoformat(),
                "since": record.since.isoformat(),
                "until": record.until.isoformat(),
                "advice": [_score_as_dict(score) for score in record.scores],
            }
        )
        return
    from incidentkit.cli.table import Column, show_table
    from incidentkit.cli.values import Values

    say, values = screen.words.say, Values(screen.words, desk.shop.tzinfo)
    screen.line((f"{desk.shop.name} · {say('advice.record_title')}", "bold"), (f" · {values.moment(record.as_of)}", "dim"))
    screen.hanging("", say("advice.about"), "dim")
    heads = ("given", "trouble", "others", "difference")
    numbers = [Column(say(f"advice.{head}"), right=True) for head in heads]
    columns = (Column(say("advice.code"), flexible=True), *numbers, Column(say("advice.verdict")))
    show_table(screen, columns, [_row(score, values) for score in record.scores])


def _row(score: AdviceScore, values: Values) -> Sequence[Piece]:
    difference = score.difference
    return (
        values.words.named("advice_codes", score.code),
        values.number(score.given),
        _share(score.rate, score.interval, values),
        _share(score.comparable_rate, score.comparable_interval, values),
        "" if difference is None else _share(difference.value, difference.interval, values),
        values.words.say(f"advice_verdicts.{score.verdict}"),
    )


def _share(value: float | None, interval: Interval | None, values: Values) -> str:
    if value is None or interval is None:
        return ""
    shown = [values.figure(each, "share") for each in (value, interval.low, interval.high)]
    return values.words.say("surveys_page.interval", value=shown[0], low=shown[1], high=shown[2])


def _score_as_dict(score: AdviceScore) -> dict[str, Any]:
    from attrs import asdict

    plain = asdict(score)
    for name in ("interval", "comparable_interval"):
        plain[name] = _ends(getattr(score, name))
    difference = score.difference
    shown = None if difference is None else {"value": difference.value, "interval": _ends(difference.interval)}
    return plain | {"difference": shown, "rate": score.rate, "comparable_rate": score.comparable_rate}


def _ends(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [interval.low, interval.high]
