"""``incidentkit payments``."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.incidents import found_incident
from incidentkit.cli.options import After, As, AsJson, Lang, Limit, Now, ShopFile, Store
from incidentkit.cli.orders import found_order
from incidentkit.cli.plain import plain
from incidentkit.cli.screen import Piece, Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.domain.actors import Actor
from incidentkit.domain.effects import IntentState
from incidentkit.errors import InvalidInput

if TYPE_CHECKING:
    from incidentkit.cli.table import Column
    from incidentkit.cli.values import Values
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.pages import Page
    from incidentkit.domain.payments import PaymentRecord
    from incidentkit.phrases.words import Words

__all__ = ["payments"]

_MOST = 100
_SHOWN_OF_ID = 8
_STYLES = {"failed": "red", "abandoned": "red", "unknown": "yellow", "done": "green"}


class Action(StrEnum):
    """What can be done about payments."""

    RETRY = "retry"
    SETTLE = "settle"
    FOUND = "found"


def payments(
    ctx: typer.Context,
    action: Annotated[Action | None, typer.Argument(metavar="|".join(Action))] = None,
    about: Annotated[str | None, typer.Argument(metavar="CASE|ORDER")] = None,
    what: Annotated[str | None, typer.Argument(metavar="REMEDY|AMOUNT")] = None,
    state: Annotated[IntentState | None, typer.Option("--state", metavar="|".join(IntentState))] = None,
    paid: Annotated[bool | None, typer.Option("--paid/--not-paid")] = None,
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
    """Show the money that goes back to customers, have it paid once more, or say what became of it."""
    screen, by = Screen.of(words_of(ctx)), Actor("cli", as_) if as_ else None
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        if action is None:
            _list(screen, desk, desk.payments.find(state=state, limit=limit or _MOST, after=after), as_json)
        elif action is Action.FOUND:
            _found(screen, desk, _given(about, "ORDER"), _given(what, "AMOUNT"), reference, by, as_json)
        else:
            _decide(screen, desk, action, (_given(about, "CASE"), _given(what, "REMEDY")), paid, reference, by, as_json)


def _given(value: str | None, name: str) -> str:
    if not value:
        raise InvalidInput(name, "must be given", got="nothing", next="Those that there are: incidentkit payments")
    return value


def _decide(
    screen: Screen,
    desk: Desk,
    action: Action,
    named: tuple[str, str],
    paid: bool | None,
    reference: str | None,
    by: Actor | None,
    as_json: bool,
) -> None:
    case, remedy = found_incident(desk, named[0]).id, named[1]
    if action is Action.RETRY:
        desk.payments.retry(case, remedy, by=by)
        said = "payments.retried"
    elif paid is None:
        raise InvalidInput("settle", "says whether it was paid", got="neither", next="Give --paid or --not-paid.")
    else:
        desk.payments.settle(case, remedy, paid=paid, reference=reference or "", by=by)
        said = "payments.paid" if paid else "payments.unpaid"
    if as_json:
        show_json(plain(desk.payments.get(case, remedy)))
    else:
        screen.say(said, remedy=remedy)


def _found(
    screen: Screen, desk: Desk, number: str, amount: str, reference: str | None, by: Actor | None, as_json: bool
) -> None:
    order = found_order(desk, number)
    noted = {refund.reference for refund in order.outside}
    after = desk.payments.found(order.id, amount, reference or "", by=by)
    outside = {refund.reference for refund in after.outside} - noted
    placed = after.refunded > order.refunded
    if as_json:
        show_json({"order": after.id, "reference": reference, "placed": placed, "noted": sorted(outside)})
    else:
        screen.say("payments.placed" if placed else "payments.outside" if outside else "payments.known")


# --- What there is -----------------------------------------------------------------------------------------------


def _list(screen: Screen, desk: Desk, found: Page[PaymentRecord], as_json: bool) -> None:
    if as_json:
        show_json({"as_of": desk.clock().isoformat(), "payments": [plain(each) for each in found], "next": found.next})
        return
    if not found:
        screen.say("payments.none")
        return
    from incidentkit.cli.table import show_next, show_table
    from incidentkit.cli.values import Values

    values = Values(screen.words, desk.shop.tzinfo)
    show_table(screen, _columns(screen.words), [_row(record, values) for record in found])
    show_next(screen, found.next)


def _columns(words: Words) -> Sequence[Column]:
    from incidentkit.cli.table import Column

    say = words.say
    return (
        Column(say("payments.case")),
        Column(say("payments.remedy")),
        Column(say("payments.order"), spare=2),
        Column(say("payments.amount"), right=True),
        Column(say("payments.payer"), spare=1),
        Column(say("payments.state")),
        Column(say("payments.why"), flexible=True),
        Column(say("payments.reference"), spare=3),
    )


def _row(record: PaymentRecord, values: Values) -> Sequence[Piece]:
    words, state = values.words, record.state.value
    return (
        record.incident[-_SHOWN_OF_ID:],
        record.remedy,
        record.number,
        values.money(record.amount),
        record.payer or words.say("payments.person"),
        (words.named("payment_states", state), _STYLES.get(state, "")),
        words.named("payment_reasons", record.note) if record.note else "",
        record.reference,
    )
