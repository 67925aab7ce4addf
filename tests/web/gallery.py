"""Every page that a customer can come to, in each language, served over a real socket."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import uvicorn
from attrs import evolve
from starlette.types import ASGIApp

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.orders import Line
from incidentkit.domain.people import Customer
from incidentkit.domain.remedies import Offer
from incidentkit.testing._post import Post
from incidentkit.testing.clocks import ManualClock
from incidentkit.web import app
from tests.web.customers import SHOP, links, path, token, world

__all__ = ["gallery", "served"]

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2


@contextmanager
def served(pages: ASGIApp) -> Iterator[str]:
    """The address of an application, as long as the block lasts."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(pages, log_config=None, access_log=False, lifespan="off", ws="none"))
        running = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        running.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            running.join()


@contextmanager
def gallery(folder: Path) -> Iterator[tuple[ASGIApp, dict[str, str]]]:
    """An application, and the path of each of its pages by ``LANGUAGE-NAME``."""
    clock = ManualClock()
    with open_desk(f"sqlite:///{folder / 'shop.db'}", SHOP, plugins=(Post(),), clock=clock) as desk:
        people = [Customer(f"c-{language}", email=f"{language}@example.com", language=language) for language in ("en", "es")]
        # What is late first: time goes on for it, and all other offers still stand.
        found = {f"{who.language}-late": _late(desk, clock, who) for who in people}
        for who in people:
            found |= {f"{who.language}-{name}": one for name, one in {**_answers(desk, who), **_questions(desk, who)}.items()}
        yield app(desk), {**found, "en-closed": "/status/x", "en-scoreboard": "/scoreboard"}


def _late(desk: Desk, clock: ManualClock, who: Customer) -> str:
    """An order with everything that can be shown: late, in parcels, with cases that are open, late and settled."""
    now = desk.clock()
    order = desk.orders.place(
        customer=who,
        lines=[Line("mug", 3, "9.90"), Line(LONG, 1, "45.00")],
        promised=(now + timedelta(days=1)).date(),
        number=who.language,
    )
    desk.orders.confirm(order.id)
    desk.orders.ship(order.id, {"1": 2}, carrier="Correos", tracking="PQ4F6H0700000000")
    desk.orders.publish_status(order.id, "The rest follows from our other warehouse.")
    settled = desk.incidents.report(order.id, "late", "x", cause="carrier_delay")
    desk.incidents.log_conversation(settled.id, channel="phone", summary="told", by="ana")
    desk.incidents.offer(settled.id, [Offer("discount", (now + timedelta(days=2)).date(), "5.00")])
    desk.incidents.accept(settled.id, "offer-1", by="customer")
    desk.incidents.carry_out(settled.id, "remedy-1", reference="C-1")
    desk.incidents.resolve(settled.id)
    open_ = desk.incidents.report(order.id, "damaged", "x")
    desk.incidents.log_conversation(open_.id, channel="phone", summary="told", by="ana")
    desk.incidents.offer(open_.id, [Offer("refund", (now + timedelta(days=2)).date(), "5.00")])
    desk.incidents.accept(open_.id, "offer-1", by="customer")
    clock.advance(days=5)
    desk.orders.deliver(order.id, {"1": 2})
    desk.incidents.offer(open_.id, [Offer("substitution", (desk.clock() + timedelta(days=2)).date(), product=LONG)])
    desk.incidents.promise(open_.id, by_when=desk.clock() + timedelta(days=1))
    return path(links(desk, desk.orders.get(order.id))["status_url"])


def _answers(desk: Desk, who: Customer) -> dict[str, str]:
    found = {}
    for name in ("open", "accepted", "declined", "replaced", "over"):
        about = world(desk, who, number=f"{who.language}-{name}")
        found[f"answer-{name}"] = path(links(desk, about.case)["answer_url"])
        found.setdefault("status", path(links(desk, about.case)["status_url"]))
        if name in ("accepted", "declined"):
            desk.pages.answer(token(found[f"answer-{name}"]), "offer-1" if name == "accepted" else "none")
        elif name == "replaced":
            desk.incidents.offer(about.case.id, [Offer("restock", (desk.clock() + timedelta(days=9)).date())])
        elif name == "over":
            desk.incidents.resolve(about.case.id, reason="put right")
    return found


def _questions(desk: Desk, who: Customer) -> dict[str, str]:
    found = {}
    for name in ("csat", "nps", "answered"):
        about = world(desk, evolve(who, key=f"{who.language}-{name}"), number=f"{who.language}-{name}")
        ask = about.ask if name != "nps" else desk.surveys.ask("nps", order=about.order.id)
        all_ = links(desk, ask)
        found[f"survey-{name}"] = path(all_["survey_url"])
        found[f"unsubscribe-{name}"], found["preferences"] = path(all_["unsubscribe_url"]), path(all_["preferences_url"])
    desk.pages.rate(token(found["survey-answered"]), 5)
    desk.pages.unsubscribe(token(found["unsubscribe-answered"]))
    del found["unsubscribe-nps"]
    return found
