"""Carriers whose parcels go wrong more often than others', beyond what chance explains."""

from __future__ import annotations

from collections.abc import Mapping

from incidentkit.measures.intervals import share_interval

__all__ = ["risky_carriers"]


def risky_carriers(counted: Mapping[str, tuple[int, int]], confidence: float = 0.95) -> frozenset[str]:
    """Those whose share of orders with an incident lies above that of all others together, with all of its interval.

    Wilson's score interval (1927). One alone is held against nobody, and is not risky.

    Args:
        counted: by carrier, its orders with an incident, and all of its orders.
    """
    hits, orders = (sum(each[place] for each in counted.values()) for place in (0, 1))
    found = set()
    for carrier, (with_incident, its) in counted.items():
        interval, others = share_interval(with_incident, its, confidence), orders - its
        if interval is not None and others and interval.low > (hits - with_incident) / others:
            found.add(carrier)
    return frozenset(found)
