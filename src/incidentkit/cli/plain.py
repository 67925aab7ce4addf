"""What the record holds, as JSON has it."""

from __future__ import annotations

from typing import Any

__all__ = ["plain"]


def plain(value: Any) -> Any:
    """A frozen value as JSON has it: words in place of their references, instants in ISO 8601, money as text."""
    from datetime import date, timedelta
    from decimal import Decimal
    from enum import Enum

    from attrs import fields, has

    from incidentkit.domain.money import Money
    from incidentkit.domain.texts import Text

    if isinstance(value, Text):
        return value.value
    if isinstance(value, (Money, Decimal)):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, frozenset)):
        return [plain(item) for item in value]
    if has(type(value)):
        # What is only worked out on the way is no part of the value.
        return {field.name: plain(getattr(value, field.name)) for field in fields(type(value)) if field.init}
    return value
