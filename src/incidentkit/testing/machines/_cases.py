"""Cases: reported, told, put right, and whatever else is asked of them where they stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import MultipleResults, rule

from incidentkit.domain.contacts import Direction
from incidentkit.domain.evidence import Evidence
from incidentkit.domain.incidents import Incident, Phase
from incidentkit.domain.people import Customer
from incidentkit.domain.remedies import ANSWERABLE, Offer
from incidentkit.domain.remedy_kinds import KINDS
from incidentkit.testing.machines._base import ASKS, INCIDENTS, NEEDS, ORDERS, Driven
from incidentkit.testing.machines._drawn import PERSONAL, TYPES, customers, hours_ago, who, words

__all__ = ["CaseRules"]

_STEPS = ("log", "resolve", "close", "reopen", "withdraw")
_CHANNELS = (None, "post", "wire", "wire", "wire", "pigeon")


class CaseRules(Driven):
    """What happens to cases."""

    @rule(
        target=INCIDENTS,
        about=st.lists(ORDERS, max_size=2),
        type=st.sampled_from(TYPES),
        words=words(),
        cause=st.sampled_from((None, "oversold", "no_such_cause")),
        customer=customers(),
        reported_by=st.sampled_from(("shop", "customer")),
        need=st.none() | NEEDS,
        follows=st.none() | st.none() | INCIDENTS,
        by=who(),
    )
    def report(
        self,
        about: list[str],
        type: str,
        words: str,
        cause: str | None,
        customer: Customer | None,
        reported_by: str,
        need: str | None,
        follows: str | None,
        by: str | None,
    ) -> MultipleResults[str]:
        """Something goes wrong, with no order, one or several; perhaps again, perhaps by a contact that was taken down."""
        return self._id(
            self._try(
                lambda: self.desk.incidents.report(
                    about, type, words, cause, customer=customer, reported_by=reported_by, need=need, follows=follows, by=by
                )
            )
        )

    @rule(incident=INCIDENTS, steps=st.integers(1, 6), then=st.none() | st.sampled_from(_STEPS))
    def go_on(self, incident: str, steps: int, then: str | None) -> None:
        """What a good agent would do next, and after that; then something else. Only that may be refused."""
        for _ in range(steps):
            self.clock.advance(hours=1)
            self._go_on(self.desk.incidents.get(incident))
        if then is not None:
            self._then(lambda: self._step(incident, then, f"{PERSONAL} called", "ana", 0))

    def _go_on(self, case: Incident) -> None:
        desk = self.desk.incidents
        owed = next((r for r in case.remedies if r.owed), None)
        if case.passive or case.substate in ("waiting_for_photo", "in_review"):
            return
        if case.phase is Phase.DETECTED:
            desk.log_conversation(case.id, channel="phone", summary=f"told {PERSONAL}", by="ana")
        elif case.phase is Phase.COMMUNICATED and owed is None and not case.remedies:
            soon = self.clock.now + timedelta(days=2)
            refund = self._money_left(case) >= Decimal("0.50")
            offered = desk.offer(case.id, [Offer("refund", soon, "0.50") if refund else Offer("restock", soon)], by="ana")
            desk.accept(case.id, offered.offers[-1].id, by="customer")
        elif case.phase is Phase.COMMUNICATED and owed is not None:
            # Each refund was within what was left of the money then; it need not be now.
            self._then(lambda: desk.carry_out(case.id, owed.id, reference="RF-1"))
        elif case.phase is Phase.COMMUNICATED:
            desk.resolve(case.id)
        elif case.phase is Phase.RESOLVED and case.evidence is None:
            spoken = desk.log_conversation(case.id, channel="phone", summary=f"{PERSONAL} is happy", by="leo")
            desk.confirm_satisfaction(case.id, Evidence.conversation(spoken.conversations[-1].id), by="leo")
        elif case.phase is Phase.RESOLVED:
            # A later word of the customer may speak against the evidence.
            self._then(lambda: desk.close(case.id))

    def _money_left(self, case: Incident) -> Decimal:
        """What the order of a case could still give back."""
        if not case.orders:
            return Decimal(0)
        order = self.desk.orders.get(case.orders[0])
        return order.captured.amount - order.refunded.amount

    @rule(incident=INCIDENTS, channel=st.sampled_from(_CHANNELS), mood=st.sampled_from((None, "delivered", "bounced")))
    def notify(self, incident: str, channel: str | None, mood: str | None) -> None:
        """Write to the customer, perhaps at once."""
        self._try(lambda: self.desk.incidents.notify(incident, channel))
        if mood is not None:
            self.the_record_holds()
            self.post.post.mood, self.post.wire.mood = mood, "accepted"
            self.desk.send_due()

    @rule(
        incident=INCIDENTS,
        kinds=st.lists(st.sampled_from(tuple(KINDS)), max_size=2),
        days=st.sampled_from((-2, 0, 3)),
        amount=st.sampled_from(("0", "2.50", "7", "1000")),
    )
    def offer(self, incident: str, kinds: list[str], days: int, amount: str) -> None:
        """Offers, perhaps too late or too dear."""
        by = self.clock.now.date() + timedelta(days=days)
        offers = [Offer(kind, by, amount if KINDS[kind].takes_amount else None) for kind in kinds]
        self._try(lambda: self.desk.incidents.offer(incident, offers))

    @rule(
        incident=INCIDENTS,
        place=st.integers(0, 2),
        what=st.sampled_from(("accept", "accept", "decline", "counter", "agree", "carry_out", "drop")),
        first=st.booleans(),
    )
    def agree(self, incident: str, place: int, what: str, first: bool) -> None:
        """The customer takes an offer, or does not; or what they took is done, perhaps again."""
        desk = self.desk.incidents
        if first:
            self._try(lambda: desk.offer(incident, [Offer("restock", self.clock.now + timedelta(days=1))]))
            self.the_record_holds()
        case = desk.get(incident)
        open_: list[str] = [offer.id for offer in case.offers if offer.state in ANSWERABLE] or ["offer-1"]
        offer = open_[place % len(open_)]
        commands: dict[str, Callable[[], Incident]] = {
            "accept": lambda: desk.accept(incident, offer, by="customer"),
            "decline": lambda: desk.decline(incident, offer, by="customer"),
            "carry_out": lambda: desk.carry_out(incident, f"remedy-{place}", reference=f"RF-{place}"),
            "counter": lambda: desk.counter(incident, offer, Offer("discount", self.clock.now + timedelta(days=1), "1")),
            "agree": lambda: desk.agree(incident, offer, by="eva"),
            "drop": lambda: desk.drop(incident, f"remedy-{place}", reason=f"{PERSONAL} keeps it"),
        }
        self._try(commands[what])

    @rule(
        incident=INCIDENTS,
        what=st.sampled_from(_STEPS),
        words=words(),
        by=who(),
        hours_ago=hours_ago(),
        direction=st.sampled_from(("in", "out")),
    )
    def step(self, incident: str, what: str, words: str, by: str | None, hours_ago: int, direction: Direction) -> None:
        """A step of its life, wherever it stands."""
        self._try(lambda: self._step(incident, what, words, by, hours_ago, direction))

    def _step(
        self, incident: str, what: str, words: str, by: str | None, hours_ago: int, direction: Direction = "out"
    ) -> Incident:
        desk, at = self.desk.incidents, self.clock.now - timedelta(hours=hours_ago)
        commands: dict[str, Callable[[], Incident]] = {
            "log": lambda: desk.log_conversation(incident, channel="phone", summary=words, by=by, at=at, direction=direction),
            "resolve": lambda: desk.resolve(incident, reason=words, by=by),
            "close": lambda: desk.close(incident, by=by),
            "reopen": lambda: desk.reopen(incident, reason=words, by=by),
            "withdraw": lambda: desk.withdraw(incident, reason=words, by=by),
        }
        if what == "withdraw":
            # The shop asks for the cause first.
            self._try(lambda: desk.amend(incident, reason=PERSONAL, cause="oversold"))
            self.the_record_holds()
        return commands[what]()

    @rule(incident=INCIDENTS, ask=ASKS, spoken=st.booleans())
    def confirm_satisfaction(self, incident: str, ask: str, spoken: bool) -> None:
        """Evidence, perhaps of something else."""
        evidence = Evidence.conversation("conversation-1") if spoken else Evidence.answer(ask)
        self._try(lambda: self.desk.incidents.confirm_satisfaction(incident, evidence, by="ana"))

    @rule(
        incident=INCIDENTS,
        reason=words(),
        type=st.sampled_from((None, *TYPES)),
        severity=st.sampled_from((None, "critical", "minor", "dire")),
        description=st.none() | words(),
    )
    def amend_incident(
        self, incident: str, reason: str, type: str | None, severity: str | None, description: str | None
    ) -> None:
        """A correction."""
        desk = self.desk.incidents
        self._try(
            lambda: desk.amend(incident, reason=reason, type=type, severity=severity, cause="oversold", description=description)
        )
