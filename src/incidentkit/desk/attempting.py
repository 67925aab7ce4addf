"""The command that says that a delivery failed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from incidentkit.desk.calls import By, given
from incidentkit.desk.commands import Changes
from incidentkit.domain.orders import Order
from incidentkit.rules.attempts import delivery_failed

__all__ = ["Attempting"]


class Attempting(Changes[Order]):
    """The part of `Orders` about what a carrier tried in vain."""

    def delivery_failed(
        self,
        order_id: str,
        units: Mapping[str, int] | None = None,
        *,
        reason: str | None = None,
        shipment: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Order:
        """A carrier could not hand units over. They are still on their way: the next attempt has begun.

        The third attempt at one line, in whatever parcel of this order or of one that replaces some of it, can't pass as a
        small thing: its case is raised to a supervisor, and opened where there is none; see `RecurrencePolicy.attempts`.

        Args:
            units: how many of which line, by line id or product; default: all that are on their way.
            reason: why, in words; kept in the vault.
            shipment: the id of the parcel; default: the oldest first.

        Raises:
            InvalidInput: no such parcel or line.
            QuantityError: more than are on their way.
        """
        return self._change(
            "orders.delivery_failed",
            order_id,
            lambda o, w: delivery_failed(o, units, shipment, w.text(reason)),
            given(units=units, reason=reason, shipment=shipment),
            by,
            at,
            key,
        )
