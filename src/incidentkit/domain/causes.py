"""Causes of incidents, each in a category. ``order_error`` is what a shop gets wrong in the order itself."""

from __future__ import annotations

from attrs import frozen

__all__ = ["CAUSES", "Cause"]


@frozen
class Cause:
    """Why something went wrong: a code, and the category that measures group by."""

    code: str
    category: str


CAUSES: dict[str, Cause] = {
    code: Cause(code, category)
    for category, codes in {
        "order_error": ("wrong_product", "wrong_quantity", "wrong_address", "wrong_description"),
        "stock": ("stock_count", "oversold", "supplier_short"),
        "warehouse": ("picking", "packaging"),
        "carrier": ("carrier_delay", "carrier_damage", "carrier_loss"),
        "product": ("defect",),
        "billing": ("wrong_charge",),
        "customer": ("changed_mind", "absent"),
        "unknown": ("unknown",),
    }.items()
    for code in codes
}
"""The causes that every shop starts with; settings may add others."""
