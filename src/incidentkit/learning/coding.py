"""Coding: which step of the process an open answer is about, suggested to whoever reads it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

__all__ = ["STEP_WORDS", "suggest"]

STEP_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {
        "product": ("quality", "description", "photo", "size", "colour", "color", "broke after", "material"),
        "stock": ("out of stock", "sold out", "not available", "unavailable"),
        "ordering": ("website", "checkout", "form", "web page", "app"),
        "payment": ("payment", "card", "charged", "paypal", "invoice", "price"),
        "confirmation": ("confirmation", "confirmed"),
        "picking": ("wrong product", "wrong item", "wrong colour", "missing", "incomplete"),
        "packing": ("box", "packaging", "packed", "wrapping", "wrapped"),
        "handover": ("dispatched", "not sent", "shipped late"),
        "transit": ("courier", "carrier", "damaged", "crushed", "tracking", "lost", "late", "delay"),
        "delivery": ("delivery", "delivered", "driver", "doorstep", "neighbour", "neighbor", "nobody rang"),
        "returns": ("return", "sent it back", "send back", "collection"),
        "refund": ("refund", "money back", "voucher"),
        "after_sales": ("customer service", "support", "phone", "answered", "agent", "e-mail", "email", "reply"),
    },
    "es": {
        "product": ("calidad", "descripción", "foto", "talla", "color", "material"),
        "stock": ("sin existencias", "agotado", "agotada", "no disponible"),
        "ordering": ("página", "web", "formulario", "aplicación", "app"),
        "payment": ("pago", "tarjeta", "cobrado", "cobraron", "paypal", "factura", "precio"),
        "confirmation": ("confirmación", "confirmado", "confirmaron"),
        "picking": ("producto equivocado", "equivocado", "equivocada", "falta", "faltaba", "incompleto"),
        "packing": ("caja", "embalaje", "embalado", "envoltorio", "envuelto"),
        "handover": ("no enviado", "sin enviar", "tardaron en enviar"),
        "transit": (
            "mensajería",
            "transportista",
            "roto",
            "rota",
            "golpeado",
            "aplastada",
            "seguimiento",
            "perdido",
            "tarde",
            "retraso",
        ),
        "delivery": ("entrega", "entregado", "entregaron", "repartidor", "repartidora", "vecino", "puerta"),
        "returns": ("devolución", "devolver", "devuelto", "recogida"),
        "refund": ("reembolso", "dinero", "abono", "vale"),
        "after_sales": ("atención al cliente", "atención", "teléfono", "contestaron", "respondieron", "correo", "llamada"),
    },
}
"""Words of open answers by language and step, for a start: a shop adds its own."""


def suggest(
    comment: str,
    *,
    language: str,
    case_step: str | None,
    steps: Sequence[str],
    words: Mapping[str, Mapping[str, Sequence[str]]] = {},
) -> str | None:
    """The step that an open answer seems to be about; None where nothing says so.

    The step with the most different words in it; of several, the one that its case comes from, else the first in the order of
    the process. Without any of the words, where its case comes from. It is a suggestion: nothing counts it.

    Args:
        language: BCP 47, of the shop; words of other languages are looked for where none of its own are there.
        case_step: where the case that the ask is about comes from.
        steps: the codes of the shop's steps, in order.
        words: the shop's own, by language and step, beside `STEP_WORDS`.
    """
    text, spoken = _plain(comment), language.partition("-")[0]
    theirs = {step: n for step, n in _counted(text, [spoken], words) if step in steps}
    every = dict.fromkeys((*STEP_WORDS, *words))
    found = theirs or {step: n for step, n in _counted(text, [*every], words) if step in steps}
    if not found:
        return case_step
    most = max(found.values())
    best = [step for step in steps if found.get(step) == most]
    return case_step if case_step in best else best[0]


def _counted(text: str, languages: Sequence[str], own: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[tuple[str, int]]:
    """How many different words of each step stand in a text."""
    lists = [words for each in languages for words in (STEP_WORDS.get(each, {}), own.get(each, {}))]
    for step in dict.fromkeys(step for words in lists for step in words):
        n = sum(_stands_in(word, text) for word in {word for words in lists for word in words.get(step, ())})
        if n:
            yield step, n


def _stands_in(word: str, text: str) -> bool:
    return bool(word.strip()) and _pattern(_plain(word)).search(text) is not None


@lru_cache(maxsize=4096)
def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")


def _plain(text: str) -> str:
    """Small letters without accents, which people leave out."""
    parts = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c))
