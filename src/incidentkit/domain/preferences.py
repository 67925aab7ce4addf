"""What a person wants to be sent, and where: consents, opt-outs with their scope, and addresses that take nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, get_args

from attrs import frozen

from incidentkit.domain.ids import CustomerId
from incidentkit.domain.legal_holds import PersonHold
from incidentkit.domain.texts import Text
from incidentkit.errors import InvalidInput

__all__ = ["PURPOSES", "Choice", "Consent", "FailedAddress", "Preferences", "Purpose", "Scope", "same_address"]

Purpose = Literal["service", "legal", "survey", "staff", "marketing"]
"""What a message is sent for. ``legal`` is a duty of the shop, ``staff`` goes to people of the shop."""

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)


def same_address(one: str, other: str) -> bool:
    """Whether two texts are one address: blanks and capitals make no difference."""
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


@frozen
class Scope:
    """How far a wish goes.

    Args:
        purpose: only messages for this; empty for every purpose.
        channel: only this channel; empty for every channel.
        address: only this address of the person; kept in the vault. None for whichever they have.

    Raises:
        InvalidInput: no such purpose.
    """

    purpose: str = ""
    channel: str = ""
    address: Text | None = None

    def __attrs_post_init__(self) -> None:
        if self.purpose and self.purpose not in PURPOSES:
            raise InvalidInput("A purpose", f"must be one of {', '.join(PURPOSES)}", got=repr(self.purpose)[:40])

    def covers(self, purpose: str, channel: str, address: str) -> bool:
        """Whether a message for that purpose, on that channel, to that address, is meant."""
        return (
            self.purpose in ("", purpose)
            and self.channel in ("", channel)
            and (self.address is None or same_address(self.address.value or "", address))
        )

    def within(self, other: Scope) -> bool:
        """Whether everything that this means is meant by the other too."""
        return (
            other.purpose in ("", self.purpose)
            and other.channel in ("", self.channel)
            and other.address in (None, self.address)
        )


@frozen
class Consent:
    """The person agreed to be sent something, or took that back. An empty channel is every channel.

    Args:
        source: where they said so, as a short code, e.g. ``checkout``.
    """

    purpose: str
    channel: str
    given: bool
    at: datetime
    source: str = ""


@frozen
class Choice:
    """The person wants no more of something (``wanted`` is False), or wants it again."""

    scope: Scope
    wanted: bool
    at: datetime
    source: str = ""

    def excepts(self, earlier: Choice) -> bool:
        """Whether it wants a part of what the earlier one refused; what only crosses it says nothing of it."""
        return self.wanted and not earlier.wanted and self.scope.within(earlier.scope)


@frozen
class FailedAddress:
    """An address that takes no messages: what its server or carrier said was final.

    Args:
        kind: ``email`` or ``phone``.
        code: what was said, e.g. ``5.1.1``; empty where nothing was.
    """

    kind: str
    address: Text
    at: datetime
    code: str = ""


@frozen
class Preferences:
    """What one person wants to be sent, and where.

    Of two words on one message the later counts where one of them means all that the other does. Where they only cross, a
    refusal stands: who wants surveys again has not taken back a STOP to one number. One address is one `Text` in all of it,
    so that nothing hangs on words that may be forgotten.

    Args:
        id: the person's, as orders and cases carry it.
        consents: the last word for each purpose and channel, in the order in which they were given.
        choices: opt-outs, and what was wanted again after them, as far as they still decide something.
        failed: addresses that take nothing.
        holds: what forbids to forget them, each reason once.
        forgotten_at: when they were; None while they are not.
    """

    id: CustomerId
    consents: tuple[Consent, ...] = ()
    choices: tuple[Choice, ...] = ()
    failed: tuple[FailedAddress, ...] = ()
    holds: tuple[PersonHold, ...] = ()
    forgotten_at: datetime | None = None

    @property
    def customer(self) -> CustomerId:
        """Whose they are: what is kept in the vault with them is forgotten with that person."""
        return self.id

    def held(self, at: datetime) -> PersonHold | None:
        """The legal hold that stands at an instant, the one that lasts longest; None for none."""
        standing = [hold for hold in self.holds if hold.stands(at)]
        return max(standing, key=lambda hold: (hold.until is None, hold.until or at), default=None)

    def consent(self, purpose: str, channel: str) -> Consent | None:
        """The last word on agreeing to be sent something; None where there is none."""
        said = (consent for consent in reversed(self.consents) if consent.purpose == purpose)
        return next((consent for consent in said if consent.channel in ("", channel)), None)

    def objection(self, purpose: str, channel: str, address: str) -> Choice | None:
        """The opt-out that stands against a message; None where the person has nothing against it."""
        meant = [choice for choice in self.choices if choice.scope.covers(purpose, channel, address)]
        for place, choice in enumerate(meant):
            if not choice.wanted and not any(later.excepts(choice) for later in meant[place + 1 :]):
                return choice
        return None

    def known_address(self, address: str) -> Text | None:
        """The text that stands for an address in it; None for one that is new to it."""
        texts = (*(choice.scope.address for choice in self.choices), *(failed.address for failed in self.failed))
        return next((text for text in texts if text is not None and same_address(text.value or "", address)), None)

    def failure(self, kind: str, address: str) -> FailedAddress | None:
        """Why an address takes nothing; None where nothing is known against it."""
        return next((f for f in self.failed if f.kind == kind and same_address(f.address.value or "", address)), None)
