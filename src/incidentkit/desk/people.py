"""Commands and questions about people: what they want to be sent, what is kept of them, and that they are forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from attrs import frozen

from incidentkit.desk.calls import By, given
from incidentkit.desk.commands import Commands
from incidentkit.desk.exporting_people import exported
from incidentkit.desk.forgetting import Erased, Erasing, Forgotten
from incidentkit.desk.preferring import address_text, person_of, preferences_of, said
from incidentkit.desk.runtime import Runtime
from incidentkit.desk.work import Work
from incidentkit.domain.effects import Intent
from incidentkit.domain.ids import CustomerId
from incidentkit.domain.people import Customer
from incidentkit.domain.preferences import Preferences, Scope
from incidentkit.domain.times import Due, due_instant, instant
from incidentkit.domain.verdicts import Defer, Send, Switch, Verdict
from incidentkit.errors import InvalidInput, UnknownIdError
from incidentkit.rules import people as rules
from incidentkit.rules.sending import decide
from incidentkit.store.forgetting import forgotten
from incidentkit.store.standing import gather, planned
from incidentkit.store.unit import Held, Unit

__all__ = ["People", "SendExplanation"]


@frozen
class SendExplanation:
    """What would become of a message at an instant, and why.

    Args:
        message: as it stands; of one that is over, ``state`` and ``reason`` say what became of it.
        at: the instant that the verdict is for.
        verdict: by what is known now; its ``because`` are the facts.
    """

    message: Intent
    at: datetime
    verdict: Verdict

    @property
    def outcome(self) -> str:
        """``send``, ``defer``, ``suppress`` or ``switch``."""
        return type(self.verdict).__name__.lower()

    @property
    def reason(self) -> str:
        """Why it is not simply sent, as a code; empty where it is."""
        return "" if isinstance(self.verdict, Send) else self.verdict.reason.value

    @property
    def because(self) -> tuple[tuple[str, dict[str, str]], ...]:
        """The facts that the verdict rests on, each as a code with its values; nothing personal."""
        return tuple((fact.code, dict(fact.values)) for fact in self.verdict.because)

    @property
    def channel(self) -> str:
        """By which channel it goes; empty where it does not go now."""
        return self.verdict.channel if isinstance(self.verdict, (Send, Switch)) else ""

    @property
    def until(self) -> datetime | None:
        """Until when it is put off; None where it is not."""
        return self.verdict.until if isinstance(self.verdict, Defer) else None


class People(Commands[Preferences]):
    """People of one desk: whom the shop writes to, and what they want.

    A person is named by the shop's own key for them, by a `Customer`, or by the id that orders and cases carry.
    """

    _noun = Preferences
    _kind = "person"

    def __init__(self, runtime: Runtime, erasing: Erasing) -> None:
        super().__init__(runtime)
        self._erasing = erasing

    def consent(
        self,
        customer: Customer | str,
        *,
        purpose: str,
        channel: str | None = None,
        given: bool = True,
        source: str = "",
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Preferences:
        """The person agrees to be sent something, or takes that back.

        Who agrees to what they had opted out of for that very purpose wants it again; a wider opt-out stays.

        Args:
            purpose: ``marketing``, ``survey`` or ``service``.
            channel: only there; default: on every channel.
            source: where they said so, as a short code, e.g. ``checkout``.
            by, at, key: as with every command.

        Raises:
            InvalidInput: no such purpose, or one that nobody is asked for.
        """

        def body(work: Work) -> Held:
            return said(
                work,
                person_of(work, customer),
                lambda known, _: rules.consent(known, purpose, _code(channel or ""), given, _code(source)),
            )

        arguments = _given(customer, purpose=purpose, channel=channel, source=source or None, given=None if given else "no")
        return self._run("people.consent", arguments, body, by, at, key)

    def opt_out(
        self,
        customer: Customer | str,
        *,
        purpose: str | None = None,
        channel: str | None = None,
        address: str | None = None,
        source: str = "",
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Preferences:
        """The person wants no more of something. What is not named means every one: nothing named is everything.

        Args:
            purpose: no more messages for this.
            channel: no more on this channel; a STOP to one of the shop's numbers is an opt-out of that channel.
            address: no more to this address of theirs; kept in the vault.
            source: where they said so, as a short code, e.g. ``stop`` or ``page``.
            by, at, key: as with every command.

        Raises:
            InvalidInput: no such purpose.
        """

        def body(work: Work) -> Held:
            person, scope = _scope(work, customer, purpose, channel, address)
            return said(work, person, lambda known, _: rules.opt_out(known, scope, _code(source)))

        arguments = _given(customer, purpose=purpose, channel=channel, address=address, source=source or None)
        return self._run("people.opt_out", arguments, body, by, at, key)

    def opt_in(
        self,
        customer: Customer | str,
        *,
        purpose: str | None = None,
        channel: str | None = None,
        address: str | None = None,
        source: str = "",
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Preferences:
        """The person wants something again. It takes back opt-outs as far as what is named, and agrees to nothing new.

        Args:
            purpose, channel, address, source: as with `opt_out`.
            by, at, key: as with every command.

        Raises:
            InvalidInput: no such purpose.
        """

        def body(work: Work) -> Held:
            person, scope = _scope(work, customer, purpose, channel, address)
            return said(work, person, lambda known, first: rules.opt_in(known, scope, _code(source), first))

        arguments = _given(customer, purpose=purpose, channel=channel, address=address, source=source or None)
        return self._run("people.opt_in", arguments, body, by, at, key)

    def address_failed(
        self,
        customer: Customer | str,
        *,
        kind: str,
        address: str,
        code: str = "",
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Preferences:
        """An address of the person takes no messages: nothing more is sent there.

        Args:
            kind: ``email`` or ``phone``.
            address: which one; kept in the vault. Another address that they get later is not meant.
            code: what its server or carrier said, e.g. ``5.1.1``.
            by, at, key: as with every command.

        Raises:
            InvalidInput: no such kind, or no address.
        """

        def body(work: Work) -> Held:
            if not isinstance(address, str) or not address.strip():
                raise InvalidInput("An address", "must be given", got="none")
            person = person_of(work, customer)
            text = address_text(work, person, address)
            return said(work, person, lambda known, _: rules.address_failed(known, kind, text, _code(code)))

        arguments = _given(customer, kind=kind, address=address, code=code or None)
        return self._run("people.address_failed", arguments, body, by, at, key)

    def address_restored(
        self,
        customer: Customer | str,
        *,
        kind: str,
        address: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Preferences:
        """An address of the person takes messages again.

        Args:
            kind: ``email`` or ``phone``.
            address: which one; default: every one of that kind.
            by, at, key: as with every command.

        Raises:
            InvalidInput: no such kind.
        """

        def body(work: Work) -> Held:
            person = person_of(work, customer)
            text = address_text(work, person, address) if address else None
            return said(work, person, lambda known, first: rules.address_restored(known, kind, text, first))

        arguments = _given(customer, kind=kind, address=address)
        return self._run("people.address_restored", arguments, body, by, at, key)

    # --- What is kept of them ------------------------------------------------------------------------------------

    def hold(
        self,
        customer: Customer | str,
        reason: str,
        *,
        until: Due | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Preferences:
        """What is kept of the person must stay: neither `forget` nor retention deletes any of it, whoever asks.

        Args:
            reason: the rule that demands it, as a short code, e.g. ``tax``; every reason is a hold of its own. It stands in
                errors: nothing about the person.
            until: until when; a date is that day's end in the shop's zone. Default: until it is released.
            by, at, key: as with every command.

        Raises:
            UnknownIdError: nobody is known by that name.
            TimeError: it would be over already.
        """
        end = None if until is None else due_instant(until, self._runtime.shop.zone)

        def body(work: Work) -> Held:
            now = self._runtime.clock()
            return said(
                work, self._known_person(work.unit, customer), lambda known, _: rules.hold(known, _code(reason), end, now)
            )

        return self._run("people.hold", _given(customer, reason=reason, until=until), body, by, at, key)

    def release(
        self,
        customer: Customer | str,
        reason: str | None = None,
        *,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Preferences:
        """A legal hold ends.

        Args:
            reason: the one for this reason; default: every one.
            by, at, key: as with every command.

        Raises:
            UnknownIdError: nobody is known by that name.
            RuleViolation: there is no such hold.
        """

        def body(work: Work) -> Held:
            return said(
                work, self._known_person(work.unit, customer), lambda known, _: rules.release(known, _code(reason or ""))
            )

        return self._run("people.release", _given(customer, reason=reason), body, by, at, key)

    def forget(
        self,
        customer: Customer | str,
        *,
        reason: str | None = None,
        by: By = None,
        at: datetime | None = None,
        key: str | None = None,
    ) -> Forgotten:
        """Delete everything personal of somebody for good: who they are, what was written and said by and about them, what
        came in from them, and by what they were found.

        Their orders and cases stay, under an id that says nothing about anybody, and so does every figure. Messages to them
        that are not out yet never go. Made again with that id, it deletes what has come since. Whoever comes with the same key
        later is somebody new.

        Args:
            reason: why, as a short code, e.g. ``request``.
            by, at, key: as with every command.

        Raises:
            UnknownIdError: nobody is known by that name; somebody who was forgotten is known by the id alone.
            LegalHold: what is kept of them must stay.
        """
        erased: list[Erased] = []

        def body(work: Work) -> Held:
            held, some = self._erasing.forget(work, self._known_person(work.unit, customer), _code(reason or ""))
            erased[:] = [some]
            return held

        state = self._run("people.forget", _given(customer, reason=reason), body, by, at, key)
        self._erasing.sweep()
        assert state.forgotten_at is not None, "they were forgotten"
        done = erased[0] if erased else Erased()
        return Forgotten(state.id, done.rows, done.files, state.forgotten_at)

    def export_person(self, customer: Customer | str) -> dict[str, Any]:
        """Everything that is kept of a person, ready to be written as JSON: who they are, what they wanted to be sent, their
        orders, cases and messages with every word, what came in from them, and the files that came with it.

        What is about others is left out: people of the shop are called ``agent``, and other customers' orders are not named. It
        holds personal data: hand it to the person, and log nothing of it.

        Raises:
            UnknownIdError: nobody is known by that name.
        """
        with self._runtime.store.reading() as unit:
            return exported(unit, self._known_person(unit, customer), self._runtime)

    def _known_person(self, unit: Unit, customer: Customer | str) -> CustomerId:
        """Somebody who is known, or by their id somebody who was.

        Raises:
            UnknownIdError: nobody is known by that name.
        """
        found = self._runtime.person(unit, customer)
        if found is None and isinstance(customer, str) and forgotten(unit, [customer]):
            found = customer
        if found is None:
            raise UnknownIdError("The person", "must be known", got="nobody by that name", next="Look the key or id up.")
        return CustomerId(found)

    # --- Looking -------------------------------------------------------------------------------------------------

    def preferences(self, customer: Customer | str) -> Preferences:
        """What a person said about being written to; empty where they never did.

        Raises:
            UnknownIdError: nobody is known by that name.
        """
        with self._runtime.store.reading() as unit:
            person = self._known_person(unit, customer)
            return preferences_of(unit, person) or Preferences(person)

    def explain_send(self, key: str, *, at: datetime | None = None) -> SendExplanation:
        """What would become of a message now, or at another instant, by what is known now; and the facts that say so.

        Args:
            key: the message's.
            at: default: now. It may be in the future.

        Raises:
            UnknownIdError: there is no such message.
        """
        runtime = self._runtime
        when = runtime.clock() if at is None else instant(at)
        channels = {name: channel.address for name, channel in runtime.plugins.channels.items()}
        with runtime.store.reading() as unit:
            message = planned(unit, key)
            if message is None:
                raise UnknownIdError("The message", "must be in this record", got=repr(key)[:80], next="Look the key up.")
            standing, matter = gather(unit, [message], when, runtime.shop).of(message)
        return SendExplanation(message, when, decide(message, standing, matter, when, runtime.shop, channels))


def _scope(
    work: Work, customer: Customer | str, purpose: str | None, channel: str | None, address: str | None
) -> tuple[CustomerId, Scope]:
    person = person_of(work, customer)
    text = address_text(work, person, address) if address else None
    return person, Scope(purpose or "", _code(channel or ""), text)


def _code(code: str) -> str:
    """A short code, which can be no words about anybody."""
    if not isinstance(code, str) or len(code) > 40 or not all(c.isalnum() or c in "._-" for c in code):
        raise InvalidInput("A code", "must be at most 40 letters, digits, dots, dashes and underscores", got="another text")
    return code


def _given(customer: Customer | str, **arguments: object) -> dict[str, object]:
    return given(customer=customer, **arguments)
