"""What every command goes through: gather, decide, apply, in one transaction, once for each idempotency key."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from attrs import evolve, field, frozen

from incidentkit.codec.record import canonical
from incidentkit.desk.calls import By, Call, given
from incidentkit.desk.watching import ON_COMMAND, Watch
from incidentkit.desk.work import Work, person_hash
from incidentkit.domain.actors import HOST, Actor
from incidentkit.domain.evolve import State, replay
from incidentkit.domain.incidents import Incident
from incidentkit.domain.orders import Order
from incidentkit.domain.people import Customer
from incidentkit.domain.shop import Shop
from incidentkit.domain.times import instant
from incidentkit.errors import ConflictError, InvalidInput, KeyReusedError, TimeError
from incidentkit.hooks.plugins import Plugins
from incidentkit.measures.catalogue import BUILT_IN, MeasureCatalogue
from incidentkit.rules.decision import Circumstances
from incidentkit.store.standing import customer_of
from incidentkit.store.store import Store
from incidentkit.store.unit import Held, Remembered, Unit

__all__ = ["Runtime"]

T = TypeVar("T")

_ATTEMPTS = 5

# As JSON has it, behind an even number of backslashes. Not every database can hold one.
_NUL = rb"\u0000"
_A_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_KEY_LIFE = timedelta(days=90)


@frozen
class Runtime:
    """What the commands of one desk share."""

    store: Store
    shop: Shop
    plugins: Plugins
    clock: Callable[[], datetime]
    ids: Callable[[], str]
    tenant: str
    fingerprint_key: bytes = field(repr=False)
    guards: Mapping[str, Callable[[Incident], bool]] = field(factory=dict, repr=False)
    measures: MeasureCatalogue = field(default=BUILT_IN, repr=False)

    def run(self, call: Call, body: Callable[[Work], Held]) -> Any:
        """Run a command and return the new state; on a conflict decide again, a bounded number of times."""
        watch = Watch(self.plugins, call.command) if self.plugins.observed(ON_COMMAND) else None
        if watch is None:
            return self.transaction(lambda unit: self._once(unit, call, body))
        with watch:
            return self.transaction(lambda unit: self._once(unit, call, body), watch.conflict)

    def transaction(self, body: Callable[[Unit], T], conflict: Callable[[], None] | None = None) -> T:
        """Run ``body`` in a transaction; on a conflict anew, and then as the only writer, a bounded number of times.

        Args:
            conflict: called at each conflict.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with self.store.unit(alone=attempt > 1) as unit:
                    return body(unit)
            except ConflictError as error:
                if conflict is not None:
                    conflict()
                if attempt == _ATTEMPTS or self.store.joined or not error.retry:
                    raise
        raise AssertionError("unreachable")

    def _once(self, unit: Unit, call: Call, body: Callable[[Work], Held]) -> State:
        # What comes from a source was read as text, and has no key to compare by.
        said = _said(call) if call.source is None else b""
        if call.key is None:
            return unit.view(body(self.work(unit, call)))
        fingerprint = self._fingerprint(call, said)
        earlier = self._earlier(unit, call, fingerprint)
        if earlier is not None:
            return earlier
        held = body(self.work(unit, call))
        unit.remember_key(call.key, fingerprint, held, self.clock())
        return unit.view(held)

    def work(self, unit: Unit, call: Call) -> Work:
        """A call's bench: its unit, its circumstances, and its ids."""
        now = instant(self.clock(), "The desk's clock")
        return Work(unit, self._circumstances(call, now), now, self.ids, self.store.secret, call)

    def circumstances(self, by: By = None) -> Circumstances:
        """What a decision may look at that somebody would take now; nothing of it is done."""
        return self._circumstances(Call("", {}, by), instant(self.clock(), "The desk's clock"))

    def _circumstances(self, call: Call, now: datetime) -> Circumstances:
        at = now if call.at is None else instant(call.at)
        if at > now:
            raise TimeError(
                "at", "must not be in the future", got=at.isoformat(), next=f"The desk's clock says {now.isoformat()}."
            )
        confirms = {name: channel.features.confirms for name, channel in self.plugins.channels.items()}
        addresses = {name: channel.address for name, channel in self.plugins.channels.items()}
        passive = call.source is not None
        kinds = self.plugins.kinds
        return Circumstances(self.shop, at, self.actor(call.by), self.tenant, confirms, passive, self.guards, addresses, kinds)

    def actor(self, by: By) -> Actor:
        """Who ``by`` names."""
        if by is None:
            return HOST
        if isinstance(by, Actor):
            return by
        if by == "customer":
            return Actor("customer", "customer")
        return Actor("agent" if self.shop.agent(by) else "host", by)

    def person(self, unit: Unit, customer: Customer | str) -> str | None:
        """The id of a person who is known: by the shop's key for them, or by that id."""
        key = customer.key if isinstance(customer, Customer) else customer
        found = unit.person(person_hash(self.store.secret, self.tenant, key))
        if found is None:
            return customer if isinstance(customer, str) and customer_of(unit, customer) else None
        return found[0]

    def _fingerprint(self, call: Call, said: bytes) -> str:
        if not isinstance(call.key, str) or not call.key.strip() or len(call.key) > 200:
            raise InvalidInput(
                "key",
                "must be a text of 1 to 200 characters",
                got="an empty or overlong one",
                next="Derive it from what is done.",
            )
        return hmac.new(self.fingerprint_key, said, hashlib.sha256).hexdigest()

    def _earlier(self, unit: Unit, call: Call, fingerprint: str) -> State | None:
        """What the key's first call returned; None for a key that is new, or older than it is kept."""
        assert call.key is not None
        found = unit.key(call.key)
        if found is None:
            return None
        if found.made_at + _KEY_LIFE < self.clock():
            return None
        if not hmac.compare_digest(found.fingerprint, fingerprint):
            raise KeyReusedError(
                f"The key {call.key[:64]}",
                "goes with the arguments it was first given with",
                got=f"others for {call.command}",
                next="Use a new key.",
            )
        return _as_of(unit, found)


def _said(call: Call) -> bytes:
    """The command with the arguments that the caller gave, as bytes.

    Raises:
        InvalidInput: one of them can't be written down.
    """
    arguments = given(by=call.by, at=call.at, key=call.key) | dict(call.arguments)
    rule = "must be Unicode that can be written down"
    try:
        said = canonical(arguments)
    except UnicodeEncodeError:
        # The error itself would show the words.
        raise InvalidInput("A text", rule, got="half a surrogate pair") from None
    if _NUL in said and _A_NUL.search(said):
        raise InvalidInput("A text", rule, got="a NUL character")
    return call.command.encode() + b"\0" + said


def _as_of(unit: Unit, known: Remembered) -> State:
    """The state that a key's first call returned, whatever has happened since."""
    held = unit.any(known.stream)
    assert held is not None, "a key's stream is written with it"
    state = held.state if held.version == known.version else replay(unit.history(known.stream, known.version))
    return evolve(state, in_incident=True) if known.in_incident and isinstance(state, Order) else state
