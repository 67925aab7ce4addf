"""What the steps of the built-in protocols are called, in the languages that ship; a shop's own steps bring their words."""

from __future__ import annotations

from collections.abc import Mapping

from incidentkit.domain.protocols import ProtocolStep

__all__ = ["STEP_WORDS", "step_words"]

STEP_WORDS: Mapping[str, Mapping[str, str]] = {
    "tell": {
        "en": "tell the customer what happened and when they hear more",
        "es": "contar al cliente qué ha pasado y cuándo sabrá más",
    },
    "photos": {
        "en": "ask the customer for photos of the goods and of the parcel",
        "es": "pedir al cliente fotos del producto y del paquete",
    },
    "hear": {
        "en": "hear from the customer what is not as it should be",
        "es": "escuchar del cliente qué no está como debería",
    },
    "recount": {
        "en": "compare what was packed with the order: packing list, weight, stock",
        "es": "comparar lo que se empaquetó con el pedido: albarán, peso, existencias",
    },
    "trace": {
        "en": "have the carrier trace the parcel",
        "es": "pedir al transportista que localice el paquete",
    },
    "proof": {
        "en": "ask the carrier for the proof of delivery, and look at who signed and where",
        "es": "pedir al transportista la prueba de entrega y ver quién firmó y dónde",
    },
    "redirect": {
        "en": "have the carrier stop the parcel or send it to the right address",
        "es": "pedir al transportista que pare el paquete o lo lleve a la dirección correcta",
    },
    "check_charge": {
        "en": "compare what was charged with what was ordered and sent",
        "es": "comparar lo cobrado con lo pedido y lo enviado",
    },
    "offer": {
        "en": "offer what makes it good, each with a date that can be kept",
        "es": "ofrecer con qué arreglarlo, cada cosa con una fecha que se pueda cumplir",
    },
    "agree": {
        "en": "agree with the customer on what is done",
        "es": "acordar con el cliente qué se hace",
    },
    "carry_out": {
        "en": "carry out what was agreed",
        "es": "llevar a cabo lo acordado",
    },
    "resolve": {
        "en": "say that it is solved",
        "es": "darlo por resuelto",
    },
    "confirm": {
        "en": "hear from the customer that all is well",
        "es": "saber por el cliente que todo está bien",
    },
}
"""By the name of a step."""


def step_words(step: ProtocolStep, language: str) -> str:
    """What is done in a step: the shop's own words, else those that ship for a step of that name, else the name."""
    shipped = STEP_WORDS.get(step.name, {})
    nearest = shipped.get(language.split("-", maxsplit=1)[0]) or shipped.get("en")
    return step.own_words(language) or nearest or step.name.replace("_", " ")
