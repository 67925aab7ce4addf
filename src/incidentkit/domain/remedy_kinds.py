"""Kinds of remedies: what can be offered, what it gives, and what shows that it was done."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Literal

from attrs import field, frozen

from incidentkit.errors import InvalidInput

__all__ = ["KINDS", "Gives", "RemedyKind", "kind_code"]

Gives = Literal["money", "credit", "goods", "nothing"]
"""What a customer has of it that they did not pay for."""

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_GIVES = ("money", "credit", "goods", "nothing")


def kind_code(value: str) -> str:
    """The code of a kind as given, once it has the form of one.

    Raises:
        InvalidInput: not 1 to 40 small letters, digits and ``_``, the first a letter.
    """
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        rule = "is a code of 1 to 40 small letters, digits and _, such as refund"
        raise InvalidInput("A kind of remedy", rule, got=repr(value)[:40])
    return str(value)


def _gives(kind: RemedyKind, attribute: object, value: str) -> None:
    if value not in _GIVES:
        raise InvalidInput(f"The kind {kind.name}", f"gives one of {', '.join(_GIVES)}", got=repr(value)[:40])


def _product(kind: RemedyKind, attribute: object, value: str) -> None:
    if value not in ("", "same", "other"):
        raise InvalidInput(f"The kind {kind.name}", "is of the same or of an other product, or of none", got=repr(value)[:40])


def _words(value: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(value))


@frozen(eq=False)
class RemedyKind:
    """One kind of remedy.

    Args:
        name: its code, e.g. ``refund``.
        gives: ``money`` out of what the order captured; ``credit`` to buy with; ``goods``; ``nothing`` beyond what was bought.
        takes_units: whether it can be for units of an order's lines, which are made good by it and by nothing else.
        evidence: what its reference names when it is carried out: ``refund``, ``order``, ``parcel``, ``coupon``, ``credit``, or
            a word of the host's own; ``none``: nothing is left to do once it is agreed.
        product: whether it is the ``same`` product that was ordered, an ``other`` one that the offer may name, or empty.
        labels: what it is called, by language.
        means: what carrying it out means, in one sentence, by language.
    """

    name: str = field(converter=kind_code)
    gives: Gives = field(validator=_gives)
    takes_units: bool = False
    evidence: str = field(default="none", converter=kind_code)
    product: Literal["same", "other", ""] = field(default="", validator=_product)
    labels: Mapping[str, str] = field(factory=dict, converter=_words)
    means: Mapping[str, str] = field(factory=dict, converter=_words)

    @property
    def takes_amount(self) -> bool:
        """Whether an offer of it has an amount."""
        return self.gives in ("money", "credit")

    @property
    def due(self) -> bool:
        """Whether something is left to do once it is agreed."""
        return self.evidence != "none"

    def label(self, language: str) -> str:
        """What it is called in a language, else in English, else its code in words."""
        return self.labels.get(language) or self.labels.get("en") or self.name.replace("_", " ")


def _kind(name: str, gives: Gives, evidence: str, product: Any, en: str, es: str, means: tuple[str, str]) -> RemedyKind:
    takes = name not in ("discount", "apology")
    return RemedyKind(name, gives, takes, evidence, product, {"en": en, "es": es}, {"en": means[0], "es": means[1]})


def _by_name(kinds: Iterable[RemedyKind]) -> Mapping[str, RemedyKind]:
    return MappingProxyType({kind.name: kind for kind in kinds})


KINDS: Mapping[str, RemedyKind] = _by_name(
    (
        _kind(
            "substitution",
            "goods",
            "order",
            "other",
            "substitution",
            "sustitución",
            ("another product is sent instead", "se envía otro producto en su lugar"),
        ),
        _kind(
            "restock",
            "nothing",
            "parcel",
            "same",
            "restock",
            "reposición",
            ("what was ordered is sent once it is there again", "se envía lo pedido en cuanto lo haya de nuevo"),
        ),
        _kind(
            "replacement",
            "goods",
            "order",
            "same",
            "replacement",
            "reenvío",
            ("the same product is sent once more", "se envía de nuevo el mismo producto"),
        ),
        _kind("refund", "money", "refund", "", "refund", "reembolso", ("money is paid back", "se devuelve dinero")),
        _kind(
            "discount",
            "money",
            "refund",
            "",
            "discount",
            "descuento",
            (
                "part of the price is paid back, and the goods are kept",
                "se devuelve parte del precio y el producto se conserva",
            ),
        ),
        _kind(
            "store_credit",
            "credit",
            "coupon",
            "",
            "store credit",
            "vale de compra",
            ("a coupon for a later order is given", "se entrega un vale para un pedido posterior"),
        ),
        _kind(
            "apology",
            "nothing",
            "none",
            "",
            "apology",
            "disculpa",
            ("nothing is due: it is done once it is agreed", "nada se debe: queda hecho al acordarse"),
        ),
    )
)
"""Those that come with every desk, by their names. Hosts add theirs by ``incidentkit_register_remedies``."""
