"""Causes have a code of their own and a category to group by."""

from __future__ import annotations

from incidentkit.domain.causes import CAUSES


def test_a_cause_is_kept_under_its_code() -> None:
    """The key is the code."""
    assert list(CAUSES) == [cause.code for cause in CAUSES.values()]


def test_order_errors_are_what_the_measure_counts() -> None:
    """Wrong product, quantity, address and description are errors in the order itself."""
    errors = {cause.code for cause in CAUSES.values() if cause.category == "order_error"}

    assert {"wrong_product", "wrong_quantity", "wrong_address", "wrong_description"} == errors
