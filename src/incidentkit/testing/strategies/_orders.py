"""Strategies for the parts of an order: lines, units, shipments, promises."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from incidentkit.domain.ids import LineId
from incidentkit.domain.orders import Line
from incidentkit.domain.promises import Promise
from incidentkit.domain.shipments import Shipment, Units
from incidentkit.testing.strategies._basics import actors, currencies, dues, instants, money, one_liners

__all__ = ["carriers", "lines", "products", "promises", "shipments", "units"]


def products() -> st.SearchStrategy[str]:
    """A shop's own codes for products."""
    return one_liners(min_size=1)


def carriers() -> st.SearchStrategy[str]:
    """Names of carriers; empty for unknown."""
    return st.sampled_from(("", "correos", "seur", "dhl"))


@st.composite
def lines(draw: st.DrawFn, currency: str | None = None, *, id: str | None = None, moved: bool = False) -> Line:
    """Lines as they are ordered; ``moved``: with units cancelled, shipped, delivered and returned within their bounds.

    Args:
        currency: of the price; any by default.
        id: the line's; by default none for a fresh line, and "1" for a moved one.
    """
    price = draw(money(currency or draw(currencies())))
    quantity = draw(st.integers(1, 12))
    name = LineId(id if id is not None else "1" if moved else "")
    if not moved:
        return Line(draw(products()), quantity, price, name)
    cancelled = draw(st.integers(0, quantity))
    shipped = draw(st.integers(0, quantity - cancelled))
    delivered = draw(st.integers(0, shipped))
    returned = draw(st.integers(0, delivered))
    return Line(draw(products()), quantity, price, name, cancelled, shipped, delivered, returned)


@st.composite
def units(draw: st.DrawFn, free: Mapping[str, int] | None = None) -> Units:
    """Units by line: at least one, none above what is ``free``; often all of it.

    Args:
        free: by line id; by default a few lines with a few units each. One must be above zero.
    """
    if free is None:
        free = draw(st.dictionaries(st.integers(1, 9).map(str), st.integers(1, 9), min_size=1, max_size=4))
    there = {line: count for line, count in free.items() if count}
    if draw(st.booleans()):
        return tuple(there.items())
    chosen = draw(st.lists(st.sampled_from(sorted(there)), min_size=1, unique=True))
    return tuple((line, draw(st.integers(1, there[line]))) for line in chosen)


@st.composite
def shipments(draw: st.DrawFn, carried: Units | None = None) -> Shipment:
    """Parcels of which nothing, a part or all has arrived.

    Args:
        carried: what is in them; by default anything.
    """
    inside = draw(units()) if carried is None else carried
    arrived = draw(st.just(()) | units(dict(inside)))
    left = draw(instants())
    complete = dict(arrived) == dict(inside)
    return Shipment(
        draw(st.integers(1, 9).map(lambda n: f"shipment-{n}")),
        inside,
        left,
        draw(carriers()),
        draw(one_liners()),
        arrived,
        draw(instants(min_value=left)) if complete else None,
    )


@st.composite
def promises(draw: st.DrawFn, id: str | None = None) -> Promise:
    """Promises of a delivery or of a remedy, by a day or an instant, kept up or replaced."""
    place = draw(st.integers(1, 8))
    what = draw(st.sampled_from(("delivery", "delivery", "restock", "refund")))
    return Promise(
        id=id or f"promise-{place}",
        what=what,
        due=draw(dues()),
        made_at=draw(instants()),
        made_by=str(draw(actors())),
        source=draw(st.sampled_from(("order", "message", "conversation") if what == "delivery" else ("offer",))),
        replaced_by=draw(st.none() | st.just(f"promise-{place + 1}")),
    )
