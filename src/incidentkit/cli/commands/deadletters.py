"""``incidentkit deadletters``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import After, As, AsJson, Lang, Limit, Now, ShopFile, Store
from incidentkit.cli.plain import plain
from incidentkit.cli.screen import Piece, Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.domain.actors import Actor
from incidentkit.errors import InvalidInput, UnknownIdError

if TYPE_CHECKING:
    from incidentkit.cli.table import Column
    from incidentkit.cli.values import Values
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.effects import Intent
    from incidentkit.domain.pages import Page
    from incidentkit.phrases.words import Words

__all__ = ["deadletters"]

_MOST = 10_000
_SHOWN_OF_ID = 8


class Action(StrEnum):
    """What can be done with dead letters."""

    SHOW = "show"
    REPAIR = "repair"
    RESEND = "resend"
    DISMISS = "dismiss"
    SETTLE = "settle"
    LOOK_UP = "look-up"
    PUT_BACK = "put-back"


def deadletters(
    ctx: typer.Context,
    action: Annotated[Action | None, typer.Argument(metavar="|".join(Action))] = None,
    letter: Annotated[str | None, typer.Argument(metavar="LETTER")] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="WORDS")] = None,
    channel: Annotated[str | None, typer.Option("--channel", metavar="NAME")] = None,
    email: Annotated[str | None, typer.Option("--email", metavar="ADDRESS")] = None,
    phone: Annotated[str | None, typer.Option("--phone", metavar="NUMBER")] = None,
    sent: Annotated[bool | None, typer.Option("--sent/--not-sent")] = None,
    reference: Annotated[str | None, typer.Option("--reference", metavar="NAME")] = None,
    limit: Limit = None,
    after: After = None,
    as_: As = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show the messages that did not arrive or are in doubt, and have them repaired, settled or sent again."""
    screen, by = Screen.of(words_of(ctx)), Actor("cli", as_) if as_ else None
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        if action is None:
            _list(screen, desk, desk.messages.dead(limit or _MOST, after=after), as_json)
        elif action is Action.LOOK_UP:
            _tell(screen, as_json, {"settled": (count := desk.messages.look_up(_MOST))}, "deadletters.looked", count=count)
        elif action is Action.PUT_BACK:
            _tell(screen, as_json, {"doubted": (count := desk.messages.put_back())}, "deadletters.put_back", count=count)
        elif action is Action.SHOW:
            _show(screen, desk, _found(desk, letter), as_json)
        elif action is Action.REPAIR:
            found = desk.messages.repair(_found(desk, letter).key, email=email, phone=phone, by=by)
            _tell(screen, as_json, plain(found), "deadletters.repaired")
        elif action is Action.RESEND:
            again = desk.messages.resend(_found(desk, letter).key, by=by, reason=reason, channel=channel)
            step = _step(screen.words, again)
            _tell(screen, as_json, plain(again), "deadletters.resent", step=step, channel=again.channel)
        elif action is Action.DISMISS:
            gone = desk.messages.dismiss(_found(desk, letter).key, by=by)
            _tell(screen, as_json, plain(gone), "deadletters.dismissed", step=_step(screen.words, gone))
        else:
            _settle(screen, desk, _found(desk, letter), sent, reference, by, as_json)


def _settle(
    screen: Screen, desk: Desk, letter: Intent, sent: bool | None, reference: str | None, by: Actor | None, as_json: bool
) -> None:
    if sent is None:
        raise InvalidInput("settle", "says whether the message had gone out", got="neither", next="Give --sent or --not-sent.")
    settled = desk.messages.settle(letter.key, sent=sent, reference=reference or "", by=by)
    text = "deadletters.sent" if sent else "deadletters.not_sent"
    _tell(screen, as_json, plain(settled), text, step=_step(screen.words, settled))


def _tell(screen: Screen, as_json: bool, what: dict[str, Any], text: str, **values: object) -> None:
    if as_json:
        show_json(what)
    else:
        screen.say(text, **values)


def _found(desk: Desk, given: str | None) -> Intent:
    """By its key, or by the id that the list shows."""
    if not given:
        raise InvalidInput("LETTER", "names the message", got="none", next="Those that wait: incidentkit deadletters")
    short = [letter for letter in desk.messages.dead(_MOST) if len(given) >= 4 and _id(letter).startswith(given)]
    if len(short) == 1:
        return short[0]
    try:
        return desk.messages.get(given)
    except UnknownIdError as error:
        raise UnknownIdError(
            "The message",
            "is one of this record, by its id or its key",
            got=f"{len(short)} that begin with {given[:40]!r}",
            next="Those that wait: incidentkit deadletters",
        ) from error


def _id(letter: Intent) -> str:
    """Short, and the same each time; a key is long, and ends like many others."""
    return hashlib.sha256(letter.key.encode()).hexdigest()[:_SHOWN_OF_ID]


def _list(screen: Screen, desk: Desk, found: Page[Intent], as_json: bool) -> None:
    present = desk.clock()
    if as_json:
        letters = [{"id": _id(letter), "why": _why(letter, desk), **plain(letter)} for letter in found]
        show_json({"as_of": present.isoformat(), "waiting": len(found), "letters": letters, "next": found.next})
        return
    from incidentkit.cli.table import show_next, show_table
    from incidentkit.cli.values import Values

    words, values = screen.words, Values(screen.words, desk.shop.tzinfo)
    count = words.say("deadletters.count", count=values.number(len(found)))
    head = (f"{desk.shop.name} · {words.say('deadletters.title')}", "bold")
    screen.line(head, (f" · {count} · {values.moment(present)}", "dim"))
    if not found:
        screen.say("deadletters.empty")
        return
    screen.line()
    show_table(screen, _columns(words), [_row(letter, desk, values) for letter in found])
    show_next(screen, found.next)


def _columns(words: Words) -> Sequence[Column]:
    from incidentkit.cli.table import Column

    say = words.say
    return (
        Column(say("deadletters.id")),
        Column(say("deadletters.message"), flexible=True),
        Column(say("deadletters.about"), spare=2),
        Column(say("deadletters.channel")),
        Column(say("deadletters.why"), spare=1),
        Column(say("deadletters.tries"), right=True),
        Column(say("deadletters.due"), right=True),
    )


def _row(letter: Intent, desk: Desk, values: Values) -> Sequence[Piece]:
    words = values.words
    why = words.named("undelivered", _why(letter, desk))
    return (
        _id(letter),
        _step(words, letter),
        dict(letter.values).get("order", ""),
        letter.channel,
        (why, "red") if letter.state != "unknown" else (why, "yellow"),
        str(letter.attempts),
        values.moment(letter.due),
    )


def _why(letter: Intent, desk: Desk) -> str:
    """The code of why it is dead: its own, or what was said of one that came back."""
    if letter.reason:
        return letter.reason
    said = [receipt for receipt in desk.messages.receipts(letter.key) if receipt.state == "lost"]
    last = said[-1] if said else None
    return (last.reason.value if last.reason else last.kind.value) if last else ""


def _step(words: Words, letter: Intent) -> str:
    return words.named("steps", letter.step)


def _show(screen: Screen, desk: Desk, letter: Intent, as_json: bool) -> None:
    said = desk.messages.receipts(letter.key)
    if as_json:
        show_json({"id": _id(letter), "why": _why(letter, desk), **plain(letter), "receipts": [plain(each) for each in said]})
        return
    for line in _lines(screen.words, desk, letter):
        screen.line(line)


def _lines(words: Words, desk: Desk, letter: Intent) -> Iterator[Piece]:
    from incidentkit.cli.values import Values

    values, say = Values(words, desk.shop.tzinfo), words.say
    yield f"{_step(words, letter)} · {letter.channel} · {dict(letter.values).get('order', '')}", "bold"
    state = say("deadletters.state", state=words.named("deadletters.states", letter.state.value))
    yield _because(state, words, _why(letter, desk))
    yield say("deadletters.when", due=values.moment(letter.due))
    yield say("deadletters.attempts", attempts=values.number(letter.attempts))
    if letter.reference:
        yield say("deadletters.reference", reference=letter.reference)
    for receipt in desk.messages.receipts(letter.key):
        told = words.named("receipts", receipt.kind.value)
        line = say("deadletters.said", moment=values.moment(receipt.at), receipt=told)
        yield _because(line, words, receipt.reason.value if receipt.reason else "")
    yield say("deadletters.key", letter=letter.key), "dim"


def _because(line: str, words: Words, code: str) -> str:
    return f"{line}: {words.named('undelivered', code)}" if code else line
