"""``incidentkit find``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.faces import words_of
from incidentkit.cli.options import After, AsJson, Lang, Limit, ShopFile, Store
from incidentkit.cli.screen import Piece, Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.errors import InvalidInput

if TYPE_CHECKING:
    from incidentkit.cli.values import Values
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.orders import Order
    from incidentkit.domain.pages import Page

__all__ = ["find"]

_SCREENFUL = 50
_MOST = 10_000


def find(
    ctx: typer.Context,
    number: Annotated[str | None, typer.Argument(metavar="NUMBER")] = None,
    person: Annotated[str | None, typer.Option("--person", metavar="WHO")] = None,
    phone: Annotated[str | None, typer.Option("--phone", metavar="NUMBER")] = None,
    email: Annotated[str | None, typer.Option("--email", metavar="ADDRESS")] = None,
    limit: Limit = None,
    after: After = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Find orders by their number, or by who bought, their telephone or their address."""
    screen = Screen.of(words_of(ctx))
    if not any((number, person, phone, email)):
        raise InvalidInput("find", "takes what is known of an order", got="nothing", next="Give its number, or --phone.")
    with desk_to_read(store, shop) as desk:
        most = limit or (_MOST if as_json else _SCREENFUL)
        found = desk.orders.find(number=number, person=person, phone=phone, email=email, limit=most, after=after)
        if as_json:
            show_json({"orders": [_as_dict(order) for order in found], "next": found.next})
        else:
            _show(screen, desk, found)


def _show(screen: Screen, desk: Desk, found: Page[Order]) -> None:
    from incidentkit.cli.table import Column, show_next, show_table
    from incidentkit.cli.values import Values

    if not found:
        screen.say("find.nothing")
        return
    say, values = screen.words.say, Values(screen.words, desk.shop.tzinfo)
    columns = (
        Column(say("find.number")),
        Column(say("find.id"), spare=1),
        Column(say("find.status"), flexible=True),
        Column(say("find.placed"), right=True),
        Column(say("find.paid"), right=True),
    )
    show_table(screen, columns, [_row(order, values) for order in found])
    show_next(screen, found.next)


def _row(order: Order, values: Values) -> Sequence[Piece]:
    words = values.words
    status = words.named("statuses", order.status.value)
    shown: Piece = (f"{status} · {words.say('timeline.incident')}", "red") if order.in_incident else status
    return order.number or "", order.id, shown, values.moment(order.placed_at), values.money(order.captured)


def _as_dict(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "number": order.number or None,
        "customer": order.customer,
        "status": order.status.value,
        "in_incident": order.in_incident,
        "placed_at": order.placed_at.isoformat(),
        "paid": str(order.captured),
    }
