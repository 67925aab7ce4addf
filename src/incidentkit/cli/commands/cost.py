"""``incidentkit cost``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.incidents import found_incident
from incidentkit.cli.options import AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.orders import found_order
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.cli.usage import Misused

if TYPE_CHECKING:
    from incidentkit.cli.values import Values
    from incidentkit.desk.desk import Desk
    from incidentkit.learning.costs import CostItem, IncidentCost
    from incidentkit.learning.journey_costs import JourneyCost

__all__ = ["cost"]


def cost(
    ctx: typer.Context,
    named: Annotated[str | None, typer.Argument(metavar="INCIDENT")] = None,
    order: Annotated[str | None, typer.Option("--order", metavar="NUMBER")] = None,
    need: Annotated[str | None, typer.Option("--need", metavar="ID")] = None,
    customer: Annotated[str | None, typer.Option("--customer", metavar="ID")] = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show what a case cost, or the whole journey of an order, a need or a customer."""
    words = words_of(ctx)
    if sum(given is not None for given in (named, order, need, customer)) != 1:
        raise Misused("one_cost")
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        found = _found(desk, named, order, need, customer)
        if as_json:
            from incidentkit.cli.plain import plain

            show_json(plain(found))
            return
        from incidentkit.cli.values import Values

        _show(Screen.of(words), Values(words, desk.shop.tzinfo), found)


def _found(
    desk: Desk, named: str | None, order: str | None, need: str | None, customer: str | None
) -> IncidentCost | JourneyCost:
    if named is not None:
        return desk.cost_of(found_incident(desk, named).id)
    whole = None if order is None else found_order(desk, order).id
    return desk.journey_cost(order=whole, need=need, customer=customer)


def _show(screen: Screen, values: Values, found: IncidentCost | JourneyCost) -> None:
    from incidentkit.cli.table import Column, show_table

    words = screen.words
    screen.line((words.say("cost.total", total=values.money(found.total)), "bold"))
    if found.unpriced:
        screen.say("cost.unknown", count=values.number(found.unpriced))
    columns = [Column(words.say(f"cost.{name}"), right=name == "amount") for name in ("when", "kind", "what", "amount")]
    show_table(screen, columns, [_row(values, item) for item in found.items], indent="  ")


def _row(values: Values, item: CostItem) -> tuple[str, ...]:
    words = values.words
    what = item.channel if item.kind == "remedy" else words.named("channels", item.channel)
    amount = words.say("numbers.none") if item.amount is None else values.money(item.amount)
    return values.moment(item.at), words.say(f"cost.{item.kind}"), what, amount
