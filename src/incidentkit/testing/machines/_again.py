"""What happens again, and what the process does not allow."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from incidentkit.testing.machines._base import INCIDENTS, ORDERS, Driven
from incidentkit.testing.machines._drawn import PERSONAL, units, who, words

__all__ = ["AgainRules"]

_RULES = ("returns_30_days", "no_refund_abroad", "Not A Code", "authority.customer")


class AgainRules(Driven):
    """Deliveries that fail, and rules that stand in the way."""

    @rule(
        order=ORDERS, times=st.integers(1, 3), units=st.none() | units(), parcel=st.sampled_from((None, "shipment-1", "none"))
    )
    def fail_to_deliver(self, order: str, times: int, units: dict[str, int] | None, parcel: str | None) -> None:
        """A carrier comes back with units, perhaps again and again."""
        self._try(lambda: self.desk.orders.ship(order, units, "SEUR", "T-2"))
        for _ in range(times):
            self._try(
                lambda: self.desk.orders.delivery_failed(order, units, reason=f"{PERSONAL} was not at home", shipment=parcel)
            )

    @rule(incident=INCIDENTS, code=st.sampled_from(_RULES), wanted=words(), by=who())
    def be_blocked(self, incident: str, code: str, wanted: str, by: str | None) -> None:
        """The process does not allow something."""
        self._try(lambda: self.desk.incidents.blocked(incident, rule=code, wanted=wanted, by=by))

    @rule(
        incident=INCIDENTS,
        place=st.integers(1, 3),
        how=words(),
        allowed=st.sampled_from(("ana", "eva", "leo", "nobody")),
        cost=st.sampled_from((None, "0", "4.50", "-1")),
        by=who(),
    )
    def get_around(self, incident: str, place: int, how: str, allowed: str, cost: str | None, by: str | None) -> None:
        """Somebody allows a way around, or wants to."""
        desk = self.desk.incidents
        self._try(lambda: desk.work_around(incident, f"block-{place}", how=how, allowed_by=allowed, cost=cost, by=by))

    @rule(incident=INCIDENTS, place=st.integers(1, 3), reason=words())
    def leave_it(self, incident: str, place: int, reason: str) -> None:
        """It stays as it is."""
        self._try(lambda: self.desk.incidents.leave_blocked(incident, f"block-{place}", reason=reason))
