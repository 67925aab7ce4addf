"""``incidentkit delivery-failed``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import As, AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.orders import found_order
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.domain.actors import Actor

if TYPE_CHECKING:
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.orders import Order

__all__ = ["delivery_failed"]


def delivery_failed(
    ctx: typer.Context,
    order: Annotated[str, typer.Argument(metavar="ORDER")],
    shipment: Annotated[str | None, typer.Option("--shipment", metavar="PARCEL")] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="WORDS")] = None,
    as_: As = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Note that a carrier could not hand over what is on its way; the third attempt is raised to a supervisor."""
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        found = found_order(desk, order)
        by = Actor("cli", as_) if as_ else None
        _answer(
            Screen.of(words_of(ctx)),
            desk,
            desk.orders.delivery_failed(found.id, reason=reason, shipment=shipment, by=by),
            as_json,
        )


def _answer(screen: Screen, desk: Desk, order: Order, as_json: bool) -> None:
    from incidentkit.cli.plain import plain

    tried = desk.context(order.id).attempts
    if as_json:
        show_json({"order": order.id, "attempts": [plain(each) for each in tried]})
        return
    for each in tried:
        screen.say("delivery_failed.attempt", order=order.label, product=each.product, count=each.count)
