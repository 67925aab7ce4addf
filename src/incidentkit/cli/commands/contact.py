"""``incidentkit contact``."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.incidents import found_incident
from incidentkit.cli.options import As, AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.orders import found_order
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.domain.actors import Actor

if TYPE_CHECKING:
    from incidentkit.domain.contacts import Contact
    from incidentkit.domain.needs import Need

__all__ = ["contact"]


class Deed(StrEnum):
    """What can be done with contacts."""

    LOG = "log"
    PLACE = "place"


def contact(
    ctx: typer.Context,
    deed: Annotated[Deed, typer.Argument(metavar="log|place")],
    channel: Annotated[str, typer.Option("--channel", metavar="NAME")] = "counter",
    order: Annotated[str | None, typer.Option("--order", metavar="ORDER")] = None,
    incident: Annotated[str | None, typer.Option("--incident", metavar="ID")] = None,
    customer: Annotated[str | None, typer.Option("--customer", metavar="KEY")] = None,
    need: Annotated[str | None, typer.Option("--need", metavar="ID")] = None,
    summary: Annotated[str | None, typer.Option("--summary", metavar="WORDS")] = None,
    ticket: Annotated[str | None, typer.Option("--ticket", metavar="NUMBER")] = None,
    out: Annotated[bool, typer.Option("--out")] = False,
    live: Annotated[bool, typer.Option("--live")] = False,
    thanks: Annotated[bool, typer.Option("--thanks")] = False,
    as_: As = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Take down that a customer got in touch, or somebody with them; or say what a message is about that nobody placed."""
    screen = Screen.of(words_of(ctx))
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        if deed is Deed.PLACE:
            case = found_incident(desk, incident).id if incident else None
            about = found_order(desk, order).id if order else None
            placed = desk.inbox.place(need or "", order=about, incident=case, by=Actor("cli", as_) if as_ else None)
            _show_placed(screen, placed, as_json=as_json)
            return
        logged = desk.contacts.log(
            channel=channel,
            direction="out" if out else "in",
            order=found_order(desk, order).id if order else None,
            incident=incident,
            customer=customer,
            summary=summary,
            ticket=ticket,
            live=live,
            expects_answer=False if thanks else None,
            by=Actor("cli", as_) if as_ else None,
        )
        joined = desk.needs.get(logged.need)
        if as_json:
            show_json(_as_dict(logged, joined))
        else:
            screen.say(f"contact_done.{logged.because}", need=joined.id, count=len(joined.contacts))


def _show_placed(screen: Screen, need: Need, *, as_json: bool) -> None:
    if as_json:
        show_json({"need": need.id, "orders": list(need.orders), "incidents": list(need.incidents)})
    else:
        screen.say("contact_done.placed", need=need.id, count=len(need.contacts))


def _as_dict(logged: Contact, need: Need) -> dict[str, object]:
    return {
        "contact": logged.id,
        "need": need.id,
        "because": logged.because,
        "channel": logged.channel,
        "direction": logged.direction,
        "at": logged.at.isoformat(),
        "cost": str(logged.cost) if logged.cost else None,
        "contacts": len(need.contacts),
        "open": need.open,
    }
