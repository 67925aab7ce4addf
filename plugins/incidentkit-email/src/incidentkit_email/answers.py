"""What a mail server's answer means for the message (RFC 5321, 4.2; RFC 3463)."""

from __future__ import annotations

import re

from attrs import field, frozen

from incidentkit.errors import ChannelError, PermanentChannelError, TransientChannelError, UnsupportedFeature

__all__ = ["Answer", "refusal"]

_STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})(?:\s|$)")
# About this side and its password, whatever the message: 530 to 538 (RFC 4954). 421: the server is about to go.
_ABOUT_US = frozenset({421, 530, 534, 535, 538})
# The message would do in another form: too large, not 8bit, an address or a kind of part that is not taken.
_FORM = frozenset({"2.3", "3.4", "6.1", "6.2", "6.3", "6.5", "6.7", "6.8", "6.9", "6.10"})
_REASONS = {
    "1.1": "unknown_address",
    "1.2": "unknown_address",
    "1.3": "unknown_address",
    "1.6": "unknown_address",
    "1.10": "unknown_address",
    "2.1": "unknown_address",
    "2.2": "mailbox_full",
    "7.1": "policy",
    "7.23": "policy",
    "7.25": "policy",
    "7.26": "policy",
}


@frozen
class Answer:
    """A reply.

    Args:
        code: its three digits.
        text: the rest, with its lines joined; it may quote an address, and is never shown.
    """

    code: int
    text: str = field(default="", repr=False)

    @property
    def ok(self) -> bool:
        """Whether it goes on."""
        return 200 <= self.code < 400

    @property
    def status(self) -> str:
        """The enhanced status code, such as ``5.1.1``; empty without one."""
        found = _STATUS.match(self.text)
        return ".".join(found.groups()) if found else ""

    @property
    def detail(self) -> str:
        """The status without its class, such as ``1.1``."""
        return self.status.partition(".")[2]

    @property
    def shown(self) -> str:
        """Its digits only."""
        return f"{self.code} {self.status}".strip()


def refusal(answer: Answer, step: str) -> ChannelError:
    """The error for a message that was refused.

    Args:
        step: what was answered: ``MAIL``, ``RCPT``, ``DATA`` or ``the mail``.
    """
    got = f"{answer.shown} to {step}"
    if answer.code in _ABOUT_US or not 500 <= answer.code < 600:
        return TransientChannelError("The mail server", "must take the message", got=got)
    if (answer.code == 552 and answer.detail != "2.2") or answer.detail in _FORM:
        rule = "must be able to carry the message as it is"
        return UnsupportedFeature("The mail server", rule, got=got, next="Send something simpler.")
    return PermanentChannelError(
        "The mail server", "must take the message", got=got, next="Use another channel.", reason=_reason(answer, step)
    )


def _reason(answer: Answer, step: str) -> str:
    """Why, in the words of receipts. Without an enhanced code, 550 and 553 to an address say that there is none."""
    if answer.detail:
        return _REASONS.get(answer.detail, "content" if answer.detail.startswith("6.") else "other")
    return "unknown_address" if step == "RCPT" and answer.code in (550, 551, 553) else "other"
