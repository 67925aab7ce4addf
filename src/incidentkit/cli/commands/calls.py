"""``incidentkit calls``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import After, As, AsJson, Lang, Limit, Now, ShopFile, Store
from incidentkit.cli.screen import Piece, Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.domain.actors import Actor
from incidentkit.errors import InvalidInput, UnknownIdError

if TYPE_CHECKING:
    from incidentkit.cli.table import Column
    from incidentkit.cli.values import Values
    from incidentkit.desk.desk import Desk
    from incidentkit.desk.verification_calls import CallToMake
    from incidentkit.domain.calls import CallList, VerificationCall
    from incidentkit.domain.pages import Page
    from incidentkit.phrases.words import Words

__all__ = ["calls"]

_MOST = 10_000
_SHOWN_OF_ID = 8


class Action(StrEnum):
    """What can be done about calls."""

    LIST = "list"
    SHOW = "show"
    RECORD = "record"


def calls(
    ctx: typer.Context,
    action: Annotated[Action | None, typer.Argument(metavar="list|show|record")] = None,
    call: Annotated[str | None, typer.Argument(metavar="CALL")] = None,
    outcome: Annotated[str | None, typer.Argument(metavar="OUTCOME")] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="WORDS")] = None,
    told: Annotated[str | None, typer.Option("--told", metavar="WORDS")] = None,
    limit: Limit = None,
    after: After = None,
    as_: As = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show whom to ring about their deliveries and what to say, make the morning's list, or say what came of a call."""
    screen = Screen.of(words_of(ctx))
    by = Actor("cli", as_) if as_ else None
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        if action is Action.RECORD:
            found = _found(desk, call).call
            if not outcome:
                known = ", ".join(each.code for each in desk.verification_calls.outcomes())
                raise InvalidInput("OUTCOME", "says what came of it", got="none", next=f"One of {known}.")
            _recorded(screen, desk, desk.verification_calls.record(found.id, outcome, note=note, told=told, by=by), as_json)
        elif action is Action.SHOW:
            _show(screen, desk, _found(desk, call), as_json)
        else:
            made = desk.verification_calls.list(by=by) if action is Action.LIST else None
            _list(screen, desk, made, desk.verification_calls.to_make(limit=limit or _MOST, after=after), as_json)


def _found(desk: Desk, given: str | None) -> CallToMake:
    """One that waits, by its id or by how that ends; any other by its id."""
    if not given:
        raise InvalidInput("CALL", "names the call", got="none", next="Those that wait: incidentkit calls")
    waiting = desk.verification_calls.to_make(limit=_MOST)
    ending = [entry for entry in waiting if len(given) >= 4 and entry.call.id.endswith(given)]
    if len(ending) == 1:
        return ending[0]
    try:
        return desk.verification_calls.entry(given)
    except UnknownIdError as error:
        raise UnknownIdError(
            "The call",
            "is one of this record, by its id or the end of it",
            got=f"{len(ending)} waiting ones that end in {given[:40]!r}",
            next="Those that wait: incidentkit calls",
        ) from error


# --- The list ----------------------------------------------------------------------------------------------------


def _list(screen: Screen, desk: Desk, made: CallList | None, found: Page[CallToMake], as_json: bool) -> None:
    present = desk.clock()
    if as_json:
        listed = [_as_dict(entry) for entry in found]
        head = {"as_of": present.isoformat(), "list": _list_as_dict(made) if made is not None else None}
        show_json(head | {"calls": listed, "next": found.next})
        return
    from incidentkit.cli.table import show_next, show_table
    from incidentkit.cli.values import Values

    words, values = screen.words, Values(screen.words, desk.shop.tzinfo)
    count = words.say("calls_page.count", count=values.number(len(found)))
    screen.line(
        (f"{desk.shop.name} · {words.say('calls_page.title')}", "bold"), (f" · {count} · {values.moment(present)}", "dim")
    )
    for line in _chosen(words, values, made) if made is not None else ():
        screen.line((line, "dim"))
    if not found:
        screen.say("calls_page.empty")
        return
    screen.line()
    show_table(screen, _columns(words), [_row(entry, values, present) for entry in found])
    screen.line()
    screen.line((words.say("calls_page.how", call=_short(found[0].call)), "dim"))
    show_next(screen, found.next)


def _chosen(words: Words, values: Values, made: CallList) -> Iterator[str]:
    """From how many deliveries the list was chosen, and why the others are not on it."""
    yield words.say("calls_page.chosen", count=values.number(len(made.calls)), deliveries=values.number(made.deliveries))
    left = ", ".join(f"{words.named('call_left_out', code)}: {values.number(count)}" for code, count in made.left_out)
    if left:
        yield words.say("calls_page.left_out", left=left)


def _columns(words: Words) -> Sequence[Column]:
    from incidentkit.cli.table import Column

    return (
        Column(words.say("calls_page.id")),
        Column(words.say("calls_page.who"), flexible=True),
        Column(words.say("calls_page.phone")),
        Column(words.say("queue.order"), spare=1),
        Column(words.say("calls_page.why"), flexible=True, spare=2),
        Column(words.say("calls_page.tried"), right=True, spare=3),
        Column(words.say("calls_page.from"), right=True),
    )


def _row(entry: CallToMake, values: Values, now: datetime) -> Sequence[Piece]:
    call, words = entry.call, values.words
    who = entry.customer
    return (
        _short(call),
        who.name if who is not None else words.say("calls_page.gone"),
        who.phone if who is not None else "",
        entry.order.label,
        _why(call, words),
        f"{len(call.attempts)}/{call.allowed}",
        words.say("calls_page.now") if call.not_before <= now else values.moment(call.not_before),
    )


def _why(call: VerificationCall, words: Words) -> str:
    reason = words.named("call_reasons", call.reason)
    return f"{reason}: {call.carrier}" if call.carrier else reason


# --- One call ----------------------------------------------------------------------------------------------------


def _show(screen: Screen, desk: Desk, entry: CallToMake, as_json: bool) -> None:
    if as_json:
        show_json(_as_dict(entry))
        return
    from incidentkit.cli.values import Values

    words, values, call = screen.words, Values(screen.words, desk.shop.tzinfo), entry.call
    state = words.named("call_states", call.state.value)
    screen.line((f"{words.say('timeline.order')} {entry.order.label}", "bold"), f" · {state} · ", (call.id, "dim"))
    who = entry.customer
    screen.hanging("", f"{who.name} · {who.phone}" if who is not None else words.say("calls_page.gone"))
    arrived = words.say("calls_page.arrived", day=values.moment(call.delivered_at))
    screen.hanging("", f"{_why(call, words)} · {arrived}", "dim")
    lines = [f"{line.quantity} × {line.product}" for line in entry.order.lines]
    screen.hanging("", ", ".join(lines), "dim")
    screen.section(words.say("calls_page.say"), [(line, "") for line in entry.script.splitlines()])
    outcomes = [f"{o.code}: {_outcome(o.code, o.labels, words)}" for o in desk.verification_calls.outcomes()]
    screen.section(words.say("calls_page.outcomes"), [(line, "") for line in outcomes])
    for attempt in call.attempts:
        said = " ".join(str(attempt.note or "").split())
        told = (values.moment(attempt.at), attempt.agent, words.named("call_outcomes", attempt.outcome), said)
        screen.hanging("", " · ".join(part for part in told if part))


def _outcome(code: str, labels: Any, words: Words) -> str:
    return labels.get(words.language) or words.named("call_outcomes", code)


def _recorded(screen: Screen, desk: Desk, call: VerificationCall, as_json: bool) -> None:
    if as_json:
        show_json(_call_as_dict(call))
        return
    from incidentkit.cli.values import Values

    words, values = screen.words, Values(screen.words, desk.shop.tzinfo)
    known = desk.shop.verification_calls.outcome(call.outcome)
    screen.say(
        f"calls_done.{call.state.value}",
        call=_short(call),
        outcome=_outcome(call.outcome, known.labels if known is not None else {}, words),
        case=call.incident or "",
        moment=values.moment(call.not_before),
    )


def _short(call: VerificationCall) -> str:
    return call.id[-_SHOWN_OF_ID:]


# --- As JSON -----------------------------------------------------------------------------------------------------


def _as_dict(entry: CallToMake) -> dict[str, Any]:
    who = entry.customer
    person = None if who is None else {"name": who.name, "phone": who.phone, "language": who.language}
    return _call_as_dict(entry.call) | {"number": entry.order.number, "customer": person, "script": entry.script}


def _call_as_dict(call: VerificationCall) -> dict[str, Any]:
    from incidentkit.cli.plain import plain

    return dict(plain(call)) | {"open": call.open, "outcome": call.outcome or None}


def _list_as_dict(made: CallList) -> dict[str, Any]:
    from incidentkit.cli.plain import plain

    return dict(plain(made)) | {"left_out": dict(made.left_out)}
