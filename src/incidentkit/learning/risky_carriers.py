"""Carriers whose parcels go wrong more often than others', beyond what chance explains."""

from __future__ import annotations

from collections.abc import Mapping

from incidentkit.measures.intervals import difference_of_shares

__all__ = ["risky_carriers"]


def risky_carriers(counted: Mapping[str, tuple[int, int]], confidence: float = 0.95) -> frozenset[str]:
    """Those whose share of orders with an incident is above that of all others together, whatever chance may have done.

    Newcombe's interval of the difference (1998) lies above nothing. One alone is held against nobody, and is not risky.

    Args:
        counted: by carrier, its orders with an incident, and all of its orders.
    """
    hits, orders = (sum(each[place] for each in counted.values()) for place in (0, 1))
    found = set()
    for carrier, (with_incident, its) in counted.items():
        more = difference_of_shares(hits - with_incident, orders - its, with_incident, its, confidence)
        if more is not None and more.interval.low > 0:
            found.add(carrier)
    return frozenset(found)
