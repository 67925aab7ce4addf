"""What people of the demo say and write, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["describe", "say"]

_WHAT: Mapping[str, tuple[str, str]] = {
    "out_of_stock": ("The shelf is empty although the list says two.", "El estante está vacío aunque la lista dice dos."),
    "damaged": ("A corner is broken, and the box was open.", "Tiene una esquina rota y la caja venía abierta."),
    "wrong_product": ("The colour is not the one ordered.", "El color no es el que se pidió."),
    "missing_item": ("One of the things was not in the parcel.", "Una de las cosas no venía en el paquete."),
    "late": ("It has not arrived on the promised day.", "No ha llegado el día prometido."),
    "lost": ("The carrier has not seen the parcel for days.", "El transportista no ve el paquete desde hace días."),
    "not_received": ("It counts as delivered, but nothing came.", "Consta como entregado, pero no ha llegado nada."),
    "wrong_address": ("The street number is missing on the label.", "Falta el número de la calle en la etiqueta."),
    "quality": ("The finish peels off.", "El acabado se levanta."),
    "billing": ("The card was charged twice for the shipping.", "Se cobró dos veces el envío en la tarjeta."),
    "other": ("The customer asks for an invoice in another name.", "Se pide la factura a otro nombre."),
}

_SAID: Mapping[str, tuple[str, str]] = {
    "called": ("Called, explained what happened, apologised.", "Llamada: explicado lo ocurrido y pedidas disculpas."),
    "well": ("Says that all is well now.", "Dice que ya está todo bien."),
    "nothing": ("The customer wants nothing in return.", "El cliente no quiere nada a cambio."),
    "sorted": ("Sorted out on the phone, nothing was due.", "Resuelto por teléfono, no había nada que compensar."),
    "again": ("The customer says that it is not solved.", "El cliente dice que no está resuelto."),
    "back": ("It has come back.", "Ha vuelto a pasar."),
    "mistaken": ("Taken down twice, it was no incident.", "Anotado dos veces, no era una incidencia."),
    "changed": ("The customer changed their mind.", "El cliente ha cambiado de idea."),
    "sold_out": ("It will not come in again.", "No volverá a entrar."),
    "returned": ("Sent back by the customer.", "Devuelto por el cliente."),
    "new_date": ("New date agreed with the carrier.", "Nueva fecha acordada con el transportista."),
    "packing": ("Being packed today.", "Se prepara hoy."),
    "asked": ("Where is my order?", "¿Dónde está mi pedido?"),
    "answered": ("It leaves tomorrow, with a number to follow it by.", "Sale mañana, con un número para seguirlo."),
    "thanks": ("Thank you!", "¡Gracias!"),
    "waived": ("Asked several times, all was delivered.", "Preguntado varias veces, todo se entregó."),
    "good": ("Thank you, quick and kind.", "Gracias, rápidos y amables."),
    "bad": ("I had to ask three times.", "Tuve que preguntar tres veces."),
}


def describe(type_: str, language: str) -> str:
    """What happened, for an incident of that type."""
    return _WHAT[type_][language == "es"]


def say(what: str, language: str) -> str:
    """One of the things that are said in the course of an order."""
    return _SAID[what][language == "es"]
