"""Messages one by one: looked at, sent again, settled, and what came back about them from outside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from attrs import evolve

from incidentkit.delivery.perform import look_up
from incidentkit.desk.calls import By, Call, given
from incidentkit.desk.paging import wanted
from incidentkit.desk.preferring import note_restored
from incidentkit.desk.receiving import gave_up, receive_outside, take_receipt
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.work import Work
from incidentkit.domain import events as ev
from incidentkit.domain.actors import RULE
from incidentkit.domain.effects import Intent, IntentState, Receipt
from incidentkit.domain.ids import CustomerId
from incidentkit.domain.messages import ReceiptKind
from incidentkit.domain.pages import Page
from incidentkit.domain.people import Customer
from incidentkit.domain.times import instant
from incidentkit.errors import InvalidInput, RuleViolation, UnknownIdError
from incidentkit.rules.decision import Decision
from incidentkit.rules.resending import DISMISSED, RESENT, dismiss, resend, settle
from incidentkit.store.intents import doubt
from incidentkit.store.messages import (
    StoredReceipt,
    alike,
    count_dead,
    dead_messages,
    find_messages,
    is_dead,
    message,
    move_message,
    receipts_of,
    see_to,
)
from incidentkit.store.reading import people
from incidentkit.store.unit import Unit

__all__ = ["Messages"]

T = TypeVar("T")

_MOST = 10_000


class Messages:
    """Messages of one desk, by the key that each of them has.

    What is returned holds nothing personal: addresses and words lie in the vault.

    Raises, from any of them:
        UnknownIdError: no message has that key.
        InvalidInput: a value that can't be right.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    # --- Looking -------------------------------------------------------------------------------------------------

    def get(self, key: str) -> Intent:
        """The message with that key, as it stands."""
        with self._runtime.store.reading() as unit:
            return _found(unit, key)

    def find(
        self,
        *,
        stream: str | None = None,
        customer: Customer | str | None = None,
        channel: str | None = None,
        state: IntentState | str | None = None,
        reference: str | None = None,
        limit: int = 100,
        after: str | None = None,
    ) -> Page[Intent]:
        """Messages, the latest due first.

        Args:
            stream: the id of the order, case or survey ask that they are about.
            customer: whom they go to.
            reference: what their channel calls them.
            limit: how many at the most, 1 to 10,000.
            after: where the page before ended, as its `Page.next`.
        """
        asked = {"stream": stream, "channel": channel, "state": _state(state), "reference": reference}
        page = wanted(self._runtime, "messages.find", {**asked, "customer": customer}, limit, after)
        with self._runtime.store.reading() as unit:
            person = None if customer is None else self._runtime.person(unit, customer) or ""
            return find_messages(unit, page, **asked, customer=person)

    def dead(self, limit: int = 100, *, after: str | None = None) -> Page[Intent]:
        """Dead letters, the oldest first: what was given up, is in doubt, or came back, and waits for a person to decide.

        Args:
            limit: how many at the most, 1 to 10,000.
            after: where the page before ended, as its `Page.next`.
        """
        page = wanted(self._runtime, "messages.dead", {}, limit, after)
        with self._runtime.store.reading() as unit:
            return dead_messages(unit, page)

    def count_dead(self) -> int:
        """How many dead letters there are."""
        with self._runtime.store.reading() as unit:
            return count_dead(unit)

    def receipts(self, key: str) -> tuple[StoredReceipt, ...]:
        """What was said of a message from outside, and of one that did not arrive; the earliest first."""
        with self._runtime.store.reading() as unit:
            return tuple(receipts_of(unit, _found(unit, key).key))

    # --- Deciding ------------------------------------------------------------------------------------------------

    def repair(
        self, key: str, *, email: str | None = None, phone: str | None = None, language: str | None = None, by: By = None
    ) -> Intent:
        """Correct what is known of the person whom a message goes to; then it can be sent again.

        Args:
            email, phone, language: what they are now; what is not given stays.

        Raises:
            RuleViolation: it goes to nobody who is known, or they were forgotten.
        """
        corrected = given(email=email, phone=phone, language=language)
        if not corrected:
            raise InvalidInput("A repair", "corrects something", got="nothing", next="Give email=, phone= or language=.")

        def body(work: Work) -> Intent:
            intent = _found(work.unit, key)
            person = _person(work.unit, intent)
            work.customer(evolve(person, **corrected))
            work.apply(intent.stream, Decision())
            for kind in ("email", "phone"):
                if kind in corrected and intent.customer is not None:
                    note_restored(work, intent.customer, kind)
            return intent

        return self._run("messages.repair", body, by)

    def resend(self, key: str, *, by: By = None, reason: str | None = None, channel: str | None = None) -> Intent:
        """Have a dead letter sent again. Whether it is still wanted is decided when it goes out, as for any message.

        What certainly did not go out keeps its key. What came back, or goes by another channel now, is a message of its own.

        Args:
            reason: why, in words; kept in the vault.
            channel: another one than it had.

        Returns:
            The message that will go out.

        Raises:
            TransitionRefused: it is no dead letter; or nobody knows whether it went out, which is to be settled first.
        """

        def body(work: Work) -> Intent:
            intent = _found(work.unit, key)
            if channel is not None and channel not in work.now.confirms:
                known = ", ".join(sorted(work.now.confirms)) or "none"
                rule = "goes by a channel that is there"
                raise InvalidInput("A message", rule, got=repr(channel)[:40], next=f"Channels: {known}.")
            held = work.unit.any(intent.stream)
            dead, others = is_dead(work.unit, intent), len(alike(work.unit, intent))
            again = resend(intent, held.state if held else None, dead, channel, others, work.now)
            noted = ev.MessageResent(intent.key, intent.step, again.intent.channel, work.text(reason or None))
            _note(work, intent, Decision((noted, *again.events), intents=again.planned))
            work.unit.flush()
            if again.left is not None:
                move_message(work.unit, again.left, intent.state)
            else:
                see_to(work.unit, intent.key, RESENT)
            return again.intent

        return self._run("messages.resend", body, by)

    def dismiss(self, key: str, *, by: By = None) -> Intent:
        """Nobody need do anything about a dead letter any more.

        Raises:
            TransitionRefused: it is no dead letter; or nobody knows whether it went out, which is to be settled first.
        """

        def body(work: Work) -> Intent:
            intent = _found(work.unit, key)
            _note(work, intent, dismiss(intent, is_dead(work.unit, intent)))
            see_to(work.unit, intent.key, DISMISSED)
            return _found(work.unit, key)

        return self._run("messages.dismiss", body, by)

    def settle(self, key: str, *, sent: bool, reference: str = "", by: By = None) -> Intent:
        """Say whether a message went out of which nobody knows.

        Args:
            sent: it did: it counts as accepted by its channel. If not, it is a dead letter that can be sent again.
            reference: what the channel calls it, so that receipts find it.

        Raises:
            TransitionRefused: it is known already what became of it.
        """

        def body(work: Work) -> Intent:
            intent = _found(work.unit, key)
            settled = settle(intent, sent, reference, work.now)
            move_message(work.unit, settled, intent.state)
            _note(work, intent, Decision((ev.MessageSettled(intent.key, intent.step, intent.channel, sent),)))
            if sent:
                take_receipt(work, settled, Receipt(ReceiptKind.ACCEPTED, reference))
            else:
                gave_up(work, settled, settled.reason)
            return settled

        return self._run("messages.settle", body, by)

    def put_back(self) -> int:
        """Say that this store is an older copy that was put back: whatever is due may have gone out since it was made.

        The next worker sees to it as to what another one had when it died: channels that are idempotent get it again under the
        same key, those that can be asked are asked, and the rest stands as unknown for a person to `settle`. Tick first, so
        that what has come due since is among it.

        Returns:
            How many messages that is.
        """

        def change(unit: Unit) -> int:
            unit.wait_turn()
            return doubt(unit, self._runtime.clock())

        return self._runtime.transaction(change)

    def look_up(self, limit: int = 100) -> int:
        """Ask the channels that can tell what became of messages of which nobody knows; how many that settled.

        What a channel knows nothing of stays in doubt: it may still be on its way there.
        """
        settled = 0
        for intent in self.find(state=IntentState.UNKNOWN, limit=limit):
            channel = self._runtime.plugins.channels.get(intent.channel)
            found = None if channel is None else look_up(channel, intent.key).receipt
            if found is not None:
                key = f"looked up/{intent.key}/{intent.attempts}"
                settled += self.receipt(channel=intent.channel, reference=intent.key, receipt=found, key=key)
        return settled

    # --- From outside --------------------------------------------------------------------------------------------

    def receipt(
        self,
        *,
        channel: str,
        reference: str,
        receipt: Receipt,
        at: datetime | None = None,
        key: str = "",
        address: str = "",
    ) -> bool:
        """Take what a channel says of a message that is out, however often and in whatever order it says so.

        The channel's own words (``receipt.raw``) are kept in the vault. What comes before its own message is concluded waits
        for it.

        Args:
            reference: what the channel calls the message, or the message's key.
            at: when the channel said so; default: now.
            key: the channel's own id of this receipt; default: made from what it says.
            address: where the message had gone, if the channel says so; default: the one that the person has now.

        Returns:
            False where it had been received before: nothing follows from it.
        """
        if not channel or not reference:
            raise InvalidInput("A receipt", "names its channel and its message", got="nothing", next="Give both.")

        def body(work: Work) -> bool:
            said = work.now.at if at is None else instant(at)
            return receive_outside(work, channel, reference, receipt, said, key, address)

        return self._run("messages.receipt", body, RULE)

    def _run(self, command: str, body: Callable[[Work], T], by: By) -> T:
        call = Call(command, {}, by)
        return self._runtime.transaction(lambda unit: body(self._begun(unit, call)))

    def _begun(self, unit: Unit, call: Call) -> Work:
        # Nobody else decides about a message meanwhile.
        unit.wait_turn()
        return self._runtime.work(unit, call)


def _note(work: Work, intent: Intent, decision: Decision) -> None:
    """Write down what was decided; what people of the shop are sent is nothing that happened to an order or case."""
    if work.unit.any(intent.stream) is not None:
        work.apply(intent.stream, evolve(decision, events=()) if intent.purpose == "staff" else decision)


def _found(unit: Unit, key: str) -> Intent:
    found = message(unit, key)
    if found is None:
        raise UnknownIdError("The message", "must be in this record", got=repr(key)[:60], next="Look at messages.find().")
    return found


def _person(unit: Unit, intent: Intent) -> Customer:
    known = people(unit, [intent.customer]) if intent.customer is not None else {}
    if intent.customer not in known:
        rule, step = "goes to somebody who is known", "Cancel what it is about, or call them."
        raise RuleViolation("The message", rule, got="nobody, or somebody who was forgotten", next=step)
    return known[CustomerId(intent.customer)]


def _state(state: IntentState | str | None) -> str | None:
    try:
        return None if state is None else IntentState(state).value
    except ValueError:
        raise InvalidInput("state", f"must be one of {', '.join(IntentState)}", got=repr(state)[:40]) from None
