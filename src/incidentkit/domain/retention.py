"""For how long personal data is kept once there is no more use for it."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from attrs import field, frozen

from incidentkit.errors import InvalidInput

__all__ = ["PersonalKind", "Retention"]

_LEAST, _MOST = timedelta(days=1), timedelta(days=36_500)


class PersonalKind(StrEnum):
    """Kinds of personal data that are kept for different times.

    ``mails``: what came in, as it came. ``files``: those that came with it. ``messages``: what channels said about messages to
    somebody. ``case_words``: what was written and said about a case: it, its needs, questions, answers and tasks.
    ``order_words``: the same about an order. ``customers``: everything about somebody who has ordered.
    ``customers_without_orders``: everything about somebody who has not.
    """

    MAILS = "mails"
    FILES = "files"
    MESSAGES = "messages"
    CASE_WORDS = "case_words"
    ORDER_WORDS = "order_words"
    CUSTOMERS = "customers"
    CUSTOMERS_WITHOUT_ORDERS = "customers_without_orders"


def _span(policy: object, attribute: object, value: timedelta | None) -> None:
    if value is not None and not _LEAST <= value <= _MOST:
        name = getattr(attribute, "name", "A span")
        raise InvalidInput(name, "must be from a day to a hundred years", got=str(value))


@frozen(kw_only=True)
class Retention:
    """``[retention]`` in shop.toml. Each span counts from the last thing that happened to the case, the order or the person,
    once that is over. None keeps it until the person is forgotten.
    """

    mails: timedelta | None = field(default=None, validator=_span)
    files: timedelta | None = field(default=None, validator=_span)
    messages: timedelta | None = field(default=None, validator=_span)
    case_words: timedelta | None = field(default=None, validator=_span)
    order_words: timedelta | None = field(default=None, validator=_span)
    customers: timedelta | None = field(default=None, validator=_span)
    customers_without_orders: timedelta | None = field(default=None, validator=_span)

    def of(self, kind: PersonalKind) -> timedelta | None:
        """For how long that is kept; None for ever."""
        span: timedelta | None = getattr(self, kind.value)
        return span

    @property
    def kinds(self) -> tuple[PersonalKind, ...]:
        """What is not kept for ever."""
        return tuple(kind for kind in PersonalKind if self.of(kind) is not None)
