"""What an intent knows, as a text says it: codes by their words, dates as dates, all of it clean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from incidentkit.delivery.templates.cleaning import Link, clean
from incidentkit.delivery.templates.language import Language
from incidentkit.delivery.templates.shaping import fill_line
from incidentkit.delivery.templates.steps import LINKS, LISTS, OFFERS, Step
from incidentkit.domain.money import Money
from incidentkit.rules.mass_texts import BETWEEN

__all__ = ["MOST_ITEMS", "carried", "links_said", "said"]

MOST_ITEMS = 50
"""So many of a list are said."""

_LABELLED = {
    "type": "types",
    "cause": "causes",
    "severity": "severities",
    "clock": "clocks",
    "rule": "rules",
    "kind": "kinds",
    "answer": "answers",
}
_IDS = ("case", "task")
_SHORT = 8  # the end of an id, which the command line takes for it
_DATES = ("date", "was", "by", "next")

# Between two offers; a product's own name may hold a semicolon, but no bar.
_NEXT_OFFER = re.compile(rf"; (?=(?:{'|'.join(OFFERS)})\|)")
_ITEM = re.compile(r"item\.([1-9]\d{0,5})\.([a-z_]+)")


def said(language: Language, zone: ZoneInfo, step: Step, values: Mapping[str, str]) -> dict[str, Any]:
    """The words for every value that the step may have; empty ones for those that are not known.

    Raises:
        ValueError: a value that is not of its kind, such as a date that is none.
    """
    words: dict[str, Any] = {name: () if name in LISTS else "" for name in step.names}
    for name, value in values.items():
        if value and name in words and name not in LISTS and name not in LINKS:
            words[name] = _one(language, zone, name, value)
    if "order" in words and step.reader == "customer":
        words["order"] = _order(language, words["order"])
    if "orders" in words and values.get("orders"):
        words["orders"] = tuple(clean(label) for label in values["orders"].split(BETWEEN)[:MOST_ITEMS])
    if "offers" in words and values.get("offers"):
        offers = _NEXT_OFFER.split(values["offers"])[:MOST_ITEMS]
        words["offers"] = tuple(_offer(language, zone, offer) for offer in offers)
    return words


def links_said(links: Mapping[str, str]) -> Iterator[tuple[str, Link]]:
    """The links that there are.

    Raises:
        InvalidInput: one leads nowhere.
    """
    yield from ((name, Link(links[name])) for name in LINKS if links.get(name))


def carried(values: Mapping[str, str]) -> list[tuple[str, dict[str, str]]]:
    """The messages that one message carries, in their order: the step of each, and its values.

    The third value ``order`` of what is carried is called ``item.3.order``, and its step ``item.3.step``.
    """
    items: dict[int, dict[str, str]] = {}
    for name, value in values.items():
        found = _ITEM.fullmatch(name)
        if found:
            items.setdefault(int(found[1]), {})[found[2]] = value
    return [(items[at].get("step", ""), items[at]) for at in sorted(items)[:MOST_ITEMS]]


def _one(language: Language, zone: ZoneInfo, name: str, value: str) -> str:
    if name in _IDS:
        return clean(value[-_SHORT:])
    if name in _LABELLED:
        return clean(language.label(_LABELLED[name], value))
    if name == "worth":
        return language.amounts.money(Money.parse(value))
    return language.due(value, zone) if name in _DATES else clean(value)


def _order(language: Language, label: str) -> str:
    return fill_line(language.words["order" if label else "order_unknown"], {"order": label})


def _offer(language: Language, zone: ZoneInfo, offer: str) -> str:
    """An offer in words, from ``kind|amount or product|date``, with ``|order`` behind it where there are several."""
    kind, what, by, order = (*offer.split("|"), "", "", "")[:4]
    words = {"date": language.due(by, zone)}
    if kind not in OFFERS:
        label = clean(language.label("offers", kind))
        return fill_line(language.offers["other"], {**words, "offer": f"{label} ({clean(what)})" if what else label})
    if "amount" in OFFERS[kind]:
        words["amount"] = language.amounts.money(Money.parse(what)) if what else ""
    if "product" in OFFERS[kind]:
        words["product"] = clean(what) or fill_line(language.words["product_unknown"], {})
    line = fill_line(language.offers[kind], words)
    return f"{clean(order)}: {line}" if order else line
