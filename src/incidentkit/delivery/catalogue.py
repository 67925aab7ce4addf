"""The texts of all languages: which one a customer gets, and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from attrs import field, frozen

from incidentkit.delivery.language import Language, read_language
from incidentkit.domain.money import Money
from incidentkit.domain.shop import Shop
from incidentkit.phrases.amounts import Amounts
from incidentkit.phrases.dates import Dates
from incidentkit.phrases.words import LANGUAGES, words_in

__all__ = ["Catalogue", "Rendered", "load_catalogue"]

_NO_ZONE = ZoneInfo("UTC")  # a day is the same day in every zone

# Between two offers; a product's own name may hold a semicolon.
_NEXT_OFFER = re.compile(r"; (?=(?:substitution|restock|discount|refund)\|)")


@frozen
class Rendered:
    """A message's words."""

    subject: str = field(repr=False)
    text: str = field(repr=False)


@frozen
class Catalogue:
    """Texts by step and language.

    Args:
        languages: by code.
        default: the shop's language, for customers whose own has no texts.
        shop: the name that stands below each message.
    """

    languages: Mapping[str, Language] = field(repr=False)
    default: str
    shop: str

    def language(self, wanted: str = "") -> Language:
        """The nearest that there is: ``es-AR``, else ``es``, else the shop's, else English."""
        for code in (*_wider(wanted), *_wider(self.default), LANGUAGES[0]):
            if code in self.languages:
                return self.languages[code]
        raise KeyError(LANGUAGES[0])  # pragma: no cover - English ships

    def has(self, step: str) -> bool:
        """Whether there is a text for it."""
        return self._text(step) in self.languages[LANGUAGES[0]].texts

    def label(self, group: str, code: str, language: str = "") -> str:
        """The words for a code of ``types``, ``causes``, ``offers`` or ``phases``."""
        return self.language(language).label(group, code)

    def render(self, step: str, language: str, values: Iterable[tuple[str, str]]) -> Rendered:
        """What the message says.

        Args:
            step: such as ``order.shipped``; a survey without a text of its own gets the general one.
            language: the customer's; empty for the shop's.
            values: an intent's: codes and ISO dates, not words. ``name`` is the customer's.

        Raises:
            KeyError: there is no text for that step.
        """
        spoken = self.language(language)
        subject, text = spoken.texts[self._text(step)]
        words = {"shop": self.shop, **dict(_words(spoken, dict(values)))}
        greeting = spoken.frame["greeting" if words.get("name") else "greeting_unnamed"]
        parts = (greeting.fill(words), text.fill(words), spoken.frame["closing"].fill(words))
        return Rendered(subject.fill(words), "\n\n".join(parts) + "\n")

    def _text(self, step: str) -> str:
        own = step in self.languages[LANGUAGES[0]].texts
        return step if own or not step.startswith("survey.") else "survey.other"


def load_catalogue(shop: Shop) -> Catalogue:
    """The texts that ship, for ``shop``."""
    return Catalogue({code: read_language(code) for code in LANGUAGES}, shop.language, shop.name)


def _wider(tag: str) -> Iterator[str]:
    """A language tag, then without its last part, and so on."""
    tag = tag.replace("_", "-").lower()
    while tag:
        yield tag
        tag = tag.rpartition("-")[0]


def _words(spoken: Language, values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each value as it is said; those without a special reading are said as they are."""
    yield from values.items()
    word = "order" if values.get("order") else "order_unknown"
    yield "order", spoken.words[word].fill(values)
    if values.get("type"):
        yield "type", spoken.label("types", values["type"])
    if values.get("cause"):
        yield "cause", spoken.label("causes", values["cause"])
    if values.get("date"):
        yield "date", _day(spoken, values["date"])
    if values.get("offers"):
        yield "offers", "\n".join(f"- {_offer(spoken, offer)}" for offer in _NEXT_OFFER.split(values["offers"]))


def _day(spoken: Language, iso: str) -> str:
    return Dates(words_in(spoken.code), _NO_ZONE).day(date.fromisoformat(iso))


def _offer(spoken: Language, offer: str) -> str:
    """An offer in words, from ``kind|amount or product|date``."""
    kind, _, rest = offer.partition("|")
    what, _, by = rest.rpartition("|")
    sentence, words = spoken.offers[kind], {"date": _day(spoken, by)}
    if "amount" in sentence.placeholders:
        words["amount"] = Amounts(words_in(spoken.code)).money(Money.parse(what)) if what else ""
    else:
        words["product"] = what or spoken.words["product_unknown"].fill({})
    return sentence.fill(words)
