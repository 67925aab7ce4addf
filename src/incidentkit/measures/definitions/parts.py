"""What several definitions share."""

from __future__ import annotations

from incidentkit.measures.conditions import Equals

__all__ = ["ABOUT_CASE", "ABOUT_ORDER", "BY_CUSTOMER", "COUNTED"]

COUNTED = Equals("counts", 1)

BY_CUSTOMER = (Equals("direction", "in"), Equals("automatic", 0))
"""A person of the customer's side got in touch."""

ABOUT_ORDER = (("need_orders", "order_id"), ("contacts", "need_id"))
ABOUT_CASE = (("need_incidents", "incident_id"), ("contacts", "need_id"))
