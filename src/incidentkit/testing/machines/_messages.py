"""Messages that are out: what channels say of them afterwards, and what people do about those that did not arrive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from incidentkit.domain.effects import Intent, IntentState, Receipt
from incidentkit.domain.messages import LostReason, ReceiptKind
from incidentkit.testing.machines._base import Driven
from incidentkit.testing.machines._drawn import PERSONAL, hours_ago, who

__all__ = ["MessageRules"]


class MessageRules(Driven):
    """What comes back about messages."""

    @rule(
        place=st.integers(0, 9),
        kind=st.sampled_from(ReceiptKind),
        reason=st.none() | st.sampled_from(LostReason),
        hours_ago=hours_ago(),
        times=st.integers(1, 2),
    )
    def hear_of_a_message(self, place: int, kind: ReceiptKind, reason: LostReason | None, hours_ago: int, times: int) -> None:
        """A receipt from outside about one of the latest messages, perhaps late, early or twice."""
        found = self.desk.messages.find(limit=10)
        if not found:
            return
        message, at = found[place % len(found)], self.clock.now - timedelta(hours=hours_ago)
        receipt = Receipt(kind, raw=PERSONAL, reason=reason)
        taken = [
            self.desk.messages.receipt(channel=message.channel, reference=message.key, receipt=receipt, at=at)
            for _ in range(times)
        ]
        assert not any(taken[1:]), "a receipt had an effect twice"

    @rule(
        place=st.integers(0, 9),
        what=st.sampled_from(("resend", "resend", "dismiss", "repair", "settle", "settle")),
        channel=st.sampled_from((None, None, "post", "wire", "pigeon")),
        sent=st.booleans(),
        by=who(),
    )
    def work_on_a_letter(self, place: int, what: str, channel: str | None, sent: bool, by: str | None) -> None:
        """One of the dead letters, or else any message, is repaired, settled, sent again or let go."""
        desk = self.desk.messages
        found = desk.dead() or desk.find(limit=10)
        if not found:
            return
        letter = found[place % len(found)]
        commands: dict[str, Callable[[], Intent]] = {
            "resend": lambda: desk.resend(letter.key, by=by, reason=PERSONAL, channel=channel),
            "dismiss": lambda: desk.dismiss(letter.key, by=by),
            "repair": lambda: desk.repair(letter.key, email="right@example.com", by=by),
            "settle": lambda: desk.settle(letter.key, sent=sent, by=by),
        }
        self._try(commands[what])
        assert letter.state is not IntentState.UNKNOWN or what in ("repair", "settle") or desk.get(letter.key) == letter
