"""People: what they want to be sent, addresses that fail, legal holds, and being forgotten."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import rule

from incidentkit.domain.people import Customer
from incidentkit.domain.preferences import Preferences
from incidentkit.testing.machines._base import Driven
from incidentkit.testing.machines._drawn import customers, who

__all__ = ["WishRules"]

_CHANNELS = (None, "wire", "wire", "post")
_PURPOSES = (None, "survey", "marketing", "service", "fun")


class WishRules(Driven):
    """What people say about being written to, and what becomes known of their addresses."""

    @rule(
        customer=customers(),
        what=st.sampled_from(("opt_out", "opt_out", "opt_in", "consent", "address_failed", "address_restored")),
        purpose=st.sampled_from(_PURPOSES),
        channel=st.sampled_from(_CHANNELS),
        kind=st.sampled_from(("phone", "phone", "email")),
        by=who(),
    )
    def say_a_wish(
        self, customer: Customer | None, what: str, purpose: str | None, channel: str | None, kind: str, by: str | None
    ) -> None:
        """Consents, opt-outs and opt-ins of any scope; addresses that take nothing, and take messages again."""
        if customer is None:
            return
        desk, address = self.desk.people, (customer.email if kind == "email" else customer.phone) or "old@example.com"
        given, one = kind == "email", address if kind == "email" else None
        commands: dict[str, Callable[[], Preferences]] = {
            "opt_out": lambda: desk.opt_out(customer, purpose=purpose, channel=channel, address=one, by=by),
            "opt_in": lambda: desk.opt_in(customer, channel=channel, by=by),
            "consent": lambda: desk.consent(customer, purpose=purpose or "survey", channel=channel, given=given, by=by),
            "address_failed": lambda: desk.address_failed(customer, kind=kind, address=address, code="5.1.1", by=by),
            "address_restored": lambda: desk.address_restored(customer, kind=kind, by=by),
        }
        self._try(commands[what])

    @rule(customer=customers(), what=st.sampled_from(("forget", "forget", "hold", "release")), by=who())
    def see_to_what_is_kept(self, customer: Customer | None, what: str, by: str | None) -> None:
        """Somebody is forgotten, or must not be. Whoever comes with the same key afterwards is somebody new."""
        if customer is None:
            return
        desk = self.desk.people
        commands: dict[str, Callable[[], object]] = {
            "forget": lambda: desk.forget(customer, reason="request", by=by),
            "hold": lambda: desk.hold(customer, "tax", by=by),
            "release": lambda: desk.release(customer, by=by),
        }
        self._try(commands[what])
