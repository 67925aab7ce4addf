"""Steps of the process: where on the way from the product's description to after-sales something went wrong."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

__all__ = ["STEPS", "ProcessStep", "in_order"]


@frozen
class ProcessStep:
    """One step on the way of an order.

    Args:
        code: what records and settings call it, e.g. ``packing``.
        title: what the shop calls it; empty for the words that ship with a built-in code, or else the code as words.
    """

    code: str
    title: str = ""


STEPS: tuple[ProcessStep, ...] = tuple(
    ProcessStep(code)
    for code in (
        "product",
        "stock",
        "ordering",
        "payment",
        "confirmation",
        "picking",
        "packing",
        "handover",
        "transit",
        "delivery",
        "returns",
        "refund",
        "after_sales",
    )
)
"""The steps that every shop starts with, in the order of the process; settings may add others, rename and move them."""


def in_order(given: Iterable[tuple[ProcessStep, str]], built_in: Iterable[ProcessStep] = STEPS) -> tuple[ProcessStep, ...]:
    """All steps in the order of the process: the built-in ones, with those given in their place or beside them.

    Args:
        given: each with the code of the step that it comes after. Where that is empty, one with a built-in code takes that
            one's place, and any other comes last. Those that come after the same step stay in the order in which they are
            given; one that names a step that is not there comes last.
    """
    way = list(built_in)
    newest: dict[str, str] = {}
    for step, after in given:
        place = next((i for i, known in enumerate(way) if known.code == step.code), len(way))
        del way[place : place + 1]
        if after:
            beside = newest.get(after, after)
            newest[after] = step.code
            place = next((i + 1 for i, known in enumerate(way) if known.code == beside), len(way))
        way.insert(place, step)
    return tuple(way)
