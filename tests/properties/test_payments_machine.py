"""Through whichever doors, in whatever order and with whatever a payer does: the money of a remedy goes out once.

The oracle is the payer's own book, kept outside every store, and what people did. People tell the truth here: they settle a
doubt by looking into that book.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from itertools import count
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from incidentkit.desk.desk import Desk
from incidentkit.desk.opening import open_desk
from incidentkit.domain.effects import IntentState
from incidentkit.domain.orders import Order
from incidentkit.domain.payments import PaymentRecord, PaymentSettings
from incidentkit.domain.remedies import Offer
from incidentkit.domain.retrying import BreakerPolicy, RetryPolicy
from incidentkit.errors import MoneyError, PermanentPayerError, RuleViolation, TransientPayerError
from incidentkit.ports import Payment
from incidentkit.testing.clocks import ManualClock
from tests.desk.bank import KINDS, PAYING, Bank
from tests.desk.world import placed

SHOP = evolve(PAYING, payments=PaymentSettings(RetryPolicy(attempts=3), BreakerPolicy(failures=100)))
AMOUNTS = st.sampled_from(("5.00", "7.00"))


class Payments(RuleBasedStateMachine):
    """Two orders of 35 euros, cases that owe parts of them, a payer in any mood, and people."""

    url: str
    tenants = count()

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        self.folder = tempfile.TemporaryDirectory()
        self.kind = "once-only"
        self.bank = Bank(Path(self.folder.name) / "ledger.tsv", self.kind)
        self.number, self.made = next(self.tenants), 0
        self.tenant = f"shop-{self.number}"
        self.desk = self._open()
        self.orders: list[Order] = [placed(self.desk), placed(self.desk)]
        self.by_hand: set[str] = set()
        self.on_page: set[str] = set()
        self.done_before: set[str] = set()
        self.late: list[str] = []
        self.refunds = 0

    def _open(self) -> Desk:
        self.bank.before = self._look
        plugins = (self.bank,)
        return open_desk(type(self).url, SHOP, plugins=plugins, clock=self.clock, tenant=self.tenant, ids=self._id)

    def _id(self) -> str:
        # In the order in which they are made, so that an example can be played again.
        self.made += 1
        return f"{self.made:08x}-0000-7000-8000-{self.number:012x}"

    def _look(self, payment: Payment) -> None:
        if payment.key in self.done_before:
            self.late.append(payment.key)

    def teardown(self) -> None:
        assert () == self.desk.verify().damages
        self.desk.close()
        self.folder.cleanup()

    def _records(self, *states: str) -> list[PaymentRecord]:
        return [record for record in self.desk.payments.find() if not states or record.state.value in states]

    # --- What happens ---

    @rule(kind=st.sampled_from(("once-only", "idempotent", "look-up", "listing")))
    @precondition(lambda self: not self.desk.payments.find(limit=1))
    def another_payer(self, kind: str) -> None:
        """The payer can do this or that."""
        self.desk.close()
        self.bank.features = KINDS[kind]
        self.kind = kind
        self.desk = self._open()

    @rule(place=st.integers(0, 1), amount=AMOUNTS)
    def agree(self, place: int, amount: str) -> None:
        """A case that owes something."""
        case = self.desk.incidents.report(self.orders[place].id, type="damaged", description="broken")
        by = self.clock().date().replace(year=2027)
        try:
            self.desk.incidents.offer(case.id, [Offer("refund", by, amount)])
            self.desk.incidents.accept(case.id, "offer-1", by="customer")
        except MoneyError:
            pass

    @rule(mood=st.sampled_from(("well", "lost", "busy", "refusing", "dead", "pending")))
    def work(self, mood: str) -> None:
        """A worker's round, with a payer in that mood."""
        self.done_before = {record.key for record in self._records("done")}
        self.bank.lost = [ConnectionResetError()] if mood == "lost" else []
        busy, never = TransientPayerError("The bank", "is open"), PermanentPayerError("The bank", "takes it")
        self.bank.refusals = [busy] if mood == "busy" else [never] if mood == "refusing" else []
        self.bank.state = "pending" if mood == "pending" else "paid"
        self.bank.after = self._die if mood == "dead" else lambda _: None
        try:
            self.desk.send_due(only="payments")
        except KeyboardInterrupt:
            assert mood == "dead"
        self.bank.state, self.bank.after = "paid", lambda _: None

    @staticmethod
    def _die(_: Payment) -> None:
        raise KeyboardInterrupt

    @rule(minutes=st.sampled_from((1, 3, 60, 1500)))
    def wait(self, minutes: int) -> None:
        """Time passes: leases end, tries come due, keys expire."""
        self.clock.advance(minutes=minutes)

    @rule(place=st.integers(0, 9))
    @precondition(lambda self: bool(self._records()))
    def pay_by_hand(self, place: int) -> None:
        """Somebody wants to pay, and does so where they are let."""
        record = self._pick(place)
        owed = self.desk.incidents.get(record.incident).remedies[0].owed
        try:
            self.desk.incidents.carry_out(record.incident, record.remedy, reference=f"hand {record.key}")
        except RuleViolation:
            return
        if owed:  # said twice, it is done once
            self.by_hand.add(record.key)

    @rule(place=st.integers(0, 9))
    @precondition(lambda self: bool(self._records()))
    def drop(self, place: int) -> None:
        """The customer keeps it as it is."""
        record = self._pick(place)
        paid = self._paid()[record.key]
        try:
            self.desk.incidents.drop(record.incident, record.remedy, reason="they keep it")
        except RuleViolation:
            return
        assert not paid, "what was paid is not given up"

    @rule(place=st.integers(0, 9))
    @precondition(lambda self: bool(self._records("unknown")))
    def settle(self, place: int) -> None:
        """Somebody looks into the payer's book."""
        record = self._pick(place, "unknown")
        paid = [line[3] for line in self.bank.lines() if line[0] == record.key]
        self.desk.payments.settle(record.incident, record.remedy, paid=bool(paid), reference=paid[0] if paid else "")

    @rule(place=st.integers(0, 9))
    @precondition(lambda self: bool(self._records("failed", "abandoned", "unknown")))
    def retry(self, place: int) -> None:
        """Somebody wants it tried once more."""
        record = self._pick(place, "failed", "abandoned", "unknown")
        self.desk.payments.retry(record.incident, record.remedy)

    @rule(place=st.integers(0, 1), amount=AMOUNTS, again=st.booleans())
    def find(self, place: int, amount: str, again: bool) -> None:
        """Somebody refunds on the payer's own page, and that is reported, perhaps twice."""
        if not self._records("planned", "failed"):
            return
        self.refunds += 1
        reference = f"page-{self.refunds}"
        order = self.desk.orders.get(self.orders[place].id)
        for _ in range(1 + again):
            self.desk.payments.found(order.id, amount, reference)
        self.on_page |= {record.key for record in self._records("done") if record.reference == reference}

    @rule()
    def put_back(self) -> None:
        """The store may be an older copy."""
        self.desk.messages.put_back()

    def _pick(self, place: int, *states: str) -> PaymentRecord:
        records = sorted(self._records(*states), key=lambda record: record.key)
        return records[place % len(records)]

    def _paid(self) -> Counter[str]:
        return Counter(line[0] for line in self.bank.lines())

    # --- What holds ---

    @invariant()
    def each_is_paid_once(self) -> None:
        """By the payer at most once, and never after or besides a person."""
        paid = self._paid()

        assert [] == [key for key, times in paid.items() if times > 1]
        assert set() == self.by_hand & paid.keys()
        assert [] == self.late

    @invariant()
    def the_record_agrees(self) -> None:
        """What is done was paid, and its remedy is carried out; what certainly failed was not."""
        paid = self._paid()
        for record in self._records():
            remedy = self.desk.incidents.get(record.incident).remedies[0]
            somewhere = bool(paid[record.key]) or record.key in self.by_hand | self.on_page
            if record.state is IntentState.DONE:
                assert somewhere
                assert remedy.reference == record.reference
            elif record.state in (IntentState.FAILED, IntentState.ABANDONED, IntentState.PLANNED):
                assert not somewhere
                assert remedy.carried_out_at is None

    @invariant()
    def no_more_goes_back_than_came_in(self) -> None:
        """Remedies of an order give back what was captured at the most."""
        for order in self.orders:
            now = self.desk.orders.get(order.id)
            assert now.refunded <= now.captured


def _run(url: str, examples: int) -> None:
    class Machine(Payments):
        pass

    Machine.url = url
    run_state_machine_as_test(Machine, settings=settings(max_examples=examples, stateful_step_count=20, deadline=None))


def test_money_goes_out_once(store_url: str) -> None:
    """Whatever comes together, on both kinds of store."""
    _run(store_url, 8)


@pytest.mark.long
def test_money_goes_out_once_in_many_ways(store_url: str) -> None:
    """The same, for longer."""
    _run(store_url, 300)
