"""Causes of incidents, each in a category. ``order_error`` is what a shop gets wrong in the order itself."""

from __future__ import annotations

from attrs import frozen

__all__ = ["CAUSES", "Cause"]


@frozen
class Cause:
    """Why something went wrong: a code, the category that measures group by, and the step of the process it comes from.

    Args:
        step: the code of a `ProcessStep`; empty where it says nothing of one: then the type of the incident does.
    """

    code: str
    category: str
    step: str = ""


_BUILT_IN: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "order_error",
        (
            ("wrong_product", "ordering"),
            ("wrong_quantity", "ordering"),
            ("wrong_address", "ordering"),
            ("wrong_description", "product"),
        ),
    ),
    ("stock", (("stock_count", "stock"), ("oversold", "stock"), ("supplier_short", "stock"))),
    ("warehouse", (("picking", "picking"), ("packaging", "packing"))),
    ("carrier", (("carrier_delay", "transit"), ("carrier_damage", "transit"), ("carrier_loss", "transit"))),
    ("product", (("defect", "product"),)),
    ("billing", (("wrong_charge", "payment"),)),
    ("customer", (("changed_mind", "ordering"), ("absent", "delivery"))),
    ("unknown", (("unknown", ""),)),
)

CAUSES: dict[str, Cause] = {code: Cause(code, category, step) for category, codes in _BUILT_IN for code, step in codes}
"""The causes that every shop starts with; settings may add others."""
