"""Every event of the record in plain words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.cli.happenings import Teller
from incidentkit.cli.values import Values
from incidentkit.cli.words import load_words
from incidentkit.delivery.catalogue import load_catalogue
from incidentkit.desk.timeline import TimelineEntry
from incidentkit.domain import events as ev
from incidentkit.domain.advice import Advice
from incidentkit.domain.ids import LineId, OfferId, OrderId, RemedyId
from incidentkit.domain.incidents import Owner
from incidentkit.domain.money import Money
from incidentkit.domain.orders import WHOLE, Line, Order
from incidentkit.domain.promises import Promise
from incidentkit.domain.remedies import Offer, Remedy
from incidentkit.domain.shop import Shop
from incidentkit.domain.texts import Text
from incidentkit.phrases.words import LANGUAGES
from incidentkit.testing.strategies import happenings

AT = datetime(2026, 9, 1, 8, tzinfo=UTC)
LABELS = {language: load_catalogue(Shop()).language(language) for language in LANGUAGES}
LINES = (Line("tea", 2, Money("5", "EUR"), LineId("1")), Line("cup", 1, Money("9", "EUR"), LineId("2")))
ORDER = Order(OrderId("o-1"), AT, Money("19", "EUR"), LINES, number="1001")


def teller(order: Order = ORDER, language: str = "en") -> Teller:
    return Teller(order, Values(load_words(language), ZoneInfo("Europe/Madrid")), LABELS[language])


def entry(data: ev.Happening, by: str = "agent:ana", stream: str = "i-1") -> TimelineEntry:
    return TimelineEntry(1, AT, AT, data.type, by, stream, data)


def text(words: str | None) -> Text:
    return Text("text:1", words)


PROMISE = Promise("p-1", "delivery", date(2026, 9, 5), AT, "host:host")
REFUND = Offer("refund", date(2026, 9, 3), Money("5", "EUR"), id=OfferId("offer-1"))
SWAP = Offer("substitution", date(2026, 9, 4), product="mug", id=OfferId("offer-2"))


@pytest.mark.parametrize(
    ("english", "spanish", "data"),
    [
        (
            "Order placed: 2 × tea, 1 × cup · paid 19.00 EUR",
            "Pedido hecho: 2 × tea, 1 × cup · pagado 19,00 EUR",
            ev.OrderPlaced(OrderId("o-1"), LINES, Money("19", "EUR")),
        ),
        (
            "Promised: delivery by 5 Sep 2026",
            "Prometido: entrega, como muy tarde el 5 sep 2026",
            ev.PromiseMade(PROMISE),
        ),
        (
            "New promise: delivery by 5 Sep 2026; the first one stays on record",
            "Nueva promesa: entrega, como muy tarde el 5 sep 2026; la primera queda en el registro",
            ev.PromiseMade(PROMISE, "p-0"),
        ),
        (
            "Shipped: 1 × tea · carrier Rayo",
            "Enviado: 1 × tea · transportista Rayo",
            ev.OrderShipped("s-1", (("1", 1),), "Rayo"),
        ),
        (
            "Delivered: 2 × tea, 1 × cup",
            "Entregado: 2 × tea, 1 × cup",
            ev.OrderDelivered((ev.Portion("s-1", (("1", 1),)), ev.Portion("s-2", (("1", 1), ("2", 1))))),
        ),
        (
            "Advice shown: tea was short 3 times in 30 days, in 9 orders; customer with repeated trouble",
            "Aviso mostrado: tea faltó 3 veces en 30 días, en 9 pedidos; cliente con problemas repetidos",
            ev.OrderAdvised(
                (
                    Advice("product_short", "tea", (("count", "3"), ("days", "30"), ("orders", "9"))),
                    Advice("customer_repeat"),
                )
            ),
        ),
        (
            "The open answer is about this step: packing",
            "La respuesta abierta habla de este paso: embalaje",
            ev.SurveyCoded("packing"),
        ),
        ("Cancelled: the whole order", "Cancelado: el pedido entero", ev.OrderCancelled(((WHOLE, 1),))),
        (
            "Incident opened: late, minor · cup · “gone” · cause: we packed the wrong thing · owner: w",
            "Incidencia abierta: retraso, leve · cup · «gone» · causa: preparamos un artículo equivocado · responsable: w",
            ev.IncidentReported(
                OrderId("i-1"),  # type: ignore[arg-type]
                "late",
                "minor",
                text("gone"),
                Owner("w"),
                lines=(LineId("2"),),
                cause="picking",
            ),
        ),
        (
            "Incident corrected: severity: minor → critical; cause: nothing → we packed the wrong thing · reason: twice",
            "Incidencia corregida: gravedad: leve → crítica; causa: nada → preparamos un artículo equivocado · motivo: twice",
            ev.IncidentAmended(
                (ev.Change("severity", "minor", "critical"), ev.Change("cause", None, "picking")), text("twice")
            ),
        ),
        (
            "Offered: refund (5.00 EUR) by 3 Sep 2026; substitution (mug) by 4 Sep 2026",
            "Ofrecido: reembolso (5,00 EUR) para el 3 sep 2026; sustitución (mug) para el 4 sep 2026",
            ev.OffersMade((REFUND, SWAP)),
        ),
        ("Status for the customer: (forgotten)", "Estado para el cliente: (olvidado)", ev.StatusPublished(text(None))),
        ("Incident resolved", "Incidencia resuelta", ev.IncidentResolved()),
        (
            "Incident resolved, as the source claims",
            "Incidencia resuelta, según el origen",
            ev.IncidentResolved(claimed=True),
        ),
    ],
)
def test_an_event_is_told_in_both_languages(english: str, spanish: str, data: ev.Happening) -> None:
    """What is known is said, what is not is left out."""
    assert english == teller().tell(entry(data))
    assert spanish == teller(language="es").tell(entry(data))


@pytest.mark.parametrize("type_", ev.EVENT_TYPES)
@given(data=st.data())
def test_every_event_can_be_told(type_: str, data: Any) -> None:
    """Any event of any type becomes words, in both languages, that begin with its own."""
    happening = data.draw(happenings(type_))
    told = [teller(language=language).tell(entry(happening)) for language in LANGUAGES]

    assert all(told)
    assert [] == [words for words in told if words.startswith(" · ")]


def test_a_later_event_recalls_what_was_offered() -> None:
    """A declined offer and a remedy carried out are told by what they are, not by their ids."""
    telling = teller()
    telling.tell(entry(ev.OffersMade((REFUND, SWAP))))
    remedy = Remedy(RemedyId("remedy-1"), OfferId("offer-1"), "refund", date(2026, 9, 3), Money("5", "EUR"))
    telling.tell(entry(ev.OfferAccepted(OfferId("offer-1"), remedy)))

    assert "Declined: substitution (mug) by 4 Sep 2026" == telling.tell(entry(ev.OfferDeclined(OfferId("offer-2"))))
    done = ev.RemedyCarriedOut(RemedyId("remedy-1"), "RF-1")
    assert "Carried out: refund (5.00 EUR) by 3 Sep 2026 · reference RF-1" == telling.tell(entry(done))


@pytest.mark.parametrize(
    ("expected", "by"),
    [
        ("ana", "agent:ana"),
        ("shop", "host:host"),
        ("desk", "rule:desk"),
        ("customer", "customer:customer"),
        ("olist", "source:olist"),
    ],
)
def test_who_did_it_is_said(expected: str, by: str) -> None:
    """People by their handles, the rest by words."""
    assert expected == teller().who(entry(ev.IncidentClosed(), by))


def test_incidents_are_counted_in_their_order() -> None:
    """Events of the second incident are told from those of the first; an order's own belong to none."""
    telling = teller()
    entries = [entry(ev.IncidentClosed(), stream=stream) for stream in ("i-1", "i-2", "i-1")]

    assert [1, 2, 1] == [telling.case(e) for e in entries]
    assert 0 == telling.case(entry(ev.OrderConfirmed(), stream="o-1"))
