"""Every error of incidentkit, in sections by what the caller should do.

::

    IncidentkitError
    ├── RuleViolation (ValueError)            fix the request
    │   ├── InvalidInput                      a value that can never be right
    │   │   ├── MoneyError
    │   │   ├── QuantityError
    │   │   └── TimeError
    │   ├── UnknownIdError (LookupError)      no such thing in this record
    │   ├── TransitionRefused                 not from where the thing stands now
    │   ├── AuthorityExceeded                 more than whoever asks may grant; those who may were asked
    │   ├── KeyReusedError                    the same key with other arguments
    │   └── LegalHold                         somebody's data must not be deleted
    ├── ConflictError                         reload and try again
    ├── ChannelError                          a channel did not take the message
    │   ├── TransientChannelError             try again later
    │   ├── PermanentChannelError             use another channel
    │   └── UnsupportedFeature                send something simpler
    ├── PayerError                            a payer did not pay
    │   ├── TransientPayerError               nothing was paid; try again later
    │   └── PermanentPayerError               nothing was paid; a person has to see to it
    ├── ImportRefused                         nothing of the files was imported
    └── StoreError                            the database can't be used
        ├── NotOurStore
        ├── StoreTooNew
        ├── StoreReadOnly
        ├── StoreFull
        ├── StoreBusy
        └── OutcomeUnknown                    nobody can say whether it was written

    SetupError                                fix the installation, then start again
    ├── ConfigurationError (ValueError)
    ├── LifecycleError (ValueError)
    ├── PluginError
    └── MissingExtra (ImportError)

Every error says its subject, the rule, what was got and what to do next, in that order, and carries the same
as attributes. ``code`` is stable: it is the anchor of the error's entry in the documentation.
"""

from __future__ import annotations

from typing import Any, ClassVar

__all__ = [
    "AuthorityExceeded",
    "ChannelError",
    "ConfigurationError",
    "ConflictError",
    "ImportRefused",
    "IncidentkitError",
    "InvalidInput",
    "KeyReusedError",
    "LegalHold",
    "LifecycleError",
    "MissingExtra",
    "MoneyError",
    "NotOurStore",
    "OutcomeUnknown",
    "PayerError",
    "PermanentChannelError",
    "PermanentPayerError",
    "PluginError",
    "QuantityError",
    "RuleViolation",
    "SetupError",
    "StoreBusy",
    "StoreError",
    "StoreFull",
    "StoreReadOnly",
    "StoreTooNew",
    "TimeError",
    "TransientChannelError",
    "TransientPayerError",
    "TransitionRefused",
    "UnknownIdError",
    "UnsupportedFeature",
]


class _Explained(Exception):
    """An error whose text is built from its parts, so that no part can be forgotten.

    Args:
        subject: what the error is about, without personal data ("Order 1001").
        rule: what must hold.
        got: what was found instead, without personal data.
        next: what to do now.
        context: further facts, readable as attributes.
    """

    code: ClassVar[str]

    def __init__(self, subject: str, rule: str, *, got: object = None, next: str = "", **context: Any) -> None:
        self.subject = subject
        self.rule = rule
        self.got = got
        self.next = next
        self.context = context
        super().__init__(_sentence(subject, rule, got, next))

    def __getattr__(self, name: str) -> Any:
        # Only reached for names that are no attribute: the context of this error.
        context = self.__dict__.get("context", {})
        if name in context:
            return context[name]
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.subject, self.rule, self.got, self.next, self.context)


def _rebuild(kind: type[_Explained], subject: str, rule: str, got: object, next: str, context: dict[str, Any]) -> Any:
    return kind(subject, rule, got=got, next=next, **context)


def _sentence(subject: str, rule: str, got: object, next: str) -> str:
    found = "" if got is None else f"; got {got}"
    step = f" {next}" if next else ""
    return f"{subject}: {rule}{found}.{step}"


class IncidentkitError(_Explained):
    """The root of everything that can go wrong while a desk works."""

    code = "incidentkit-error"


# --- Fix the request ---------------------------------------------------------------------------------------------


class RuleViolation(IncidentkitError, ValueError):
    """A rule of the desk forbids the request; the record is as it was before, but for what `AuthorityExceeded` asks for."""

    code = "rule-violation"


class InvalidInput(RuleViolation):
    """A value that can never be right, whatever the record holds."""

    code = "invalid-input"


class MoneyError(InvalidInput):
    """An amount that is negative, too fine for its currency, or in another currency."""

    code = "money"


class QuantityError(InvalidInput):
    """Units that would break ``delivered ≤ shipped ≤ ordered − cancelled`` or ``returned ≤ delivered``."""

    code = "quantity"


class TimeError(InvalidInput):
    """An instant without a zone, or one that has not come yet."""

    code = "time"


class UnknownIdError(RuleViolation, LookupError):
    """Nothing in this record has that id."""

    code = "unknown-id"


class TransitionRefused(RuleViolation):
    """The thing stands where that step is not possible, or the step lacks what it needs.

    Attributes:
        phase: where it stands.
        attempted: the step that was refused.
        missing: names of what the step still needs; empty when the phase itself forbids it.
    """

    code = "transition-refused"


class AuthorityExceeded(RuleViolation):
    """More than whoever asks may grant. Nothing was granted; the request for approval is in the record.

    Attributes:
        limit, remaining: of the limit that leaves least, as `Money`.
        exceeded: every limit that it goes beyond, as `Budget`.
        may: the agents who may grant it; empty for nobody.
        approval: the id of the request, which they were asked to answer.
    """

    code = "authority-exceeded"


class KeyReusedError(RuleViolation):
    """An idempotency key was given again with other arguments."""

    code = "key-reused"


class LegalHold(RuleViolation):
    """What is kept of the person must stay: a legal hold stands.

    Attributes:
        reason: the rule that demands it, as a code.
        by: who set the hold.
        until: until when it stands; None until it is released.
    """

    code = "legal-hold"


# --- Reload and try again ----------------------------------------------------------------------------------------


class ConflictError(IncidentkitError):
    """Somebody else wrote first. ``retry`` says whether the same call may succeed when made again."""

    code = "conflict"


# --- Sending -----------------------------------------------------------------------------------------------------


class ChannelError(IncidentkitError):
    """A channel did not take a message."""

    code = "channel"


class TransientChannelError(ChannelError):
    """It may work later: try the same message again.

    ``retry_after``, if given, is how long the channel asks to be left alone: a timedelta, or seconds.
    """

    code = "channel-transient"


class PermanentChannelError(ChannelError):
    """It will never work for this message on this channel: use another one.

    ``reason``, if given, is a `LostReason`: ``unknown_address`` marks the address itself as one that takes nothing.
    """

    code = "channel-permanent"


class UnsupportedFeature(ChannelError):
    """The channel can't carry something in the message: send something simpler."""

    code = "channel-unsupported"


# --- Paying ------------------------------------------------------------------------------------------------------


class PayerError(IncidentkitError):
    """A payer did not give the money back."""

    code = "payer"


class TransientPayerError(PayerError):
    """Nothing was paid, for certain, and it may work later: the same payment is tried again.

    ``retry_after``, if given, is how long the payer asks to be left alone: a timedelta, or seconds.
    """

    code = "payer-transient"


class PermanentPayerError(PayerError):
    """Nothing was paid, for certain, and trying again will not help: a person has to see to it.

    ``reason``, if given, is a short code, such as ``too_late`` or ``key_reused``.
    """

    code = "payer-permanent"


# --- Importing ---------------------------------------------------------------------------------------------------


class ImportRefused(IncidentkitError):
    """The files don't fit the profile; nothing was imported from the file that is named."""

    code = "import-refused"


# --- The database ------------------------------------------------------------------------------------------------


class StoreError(IncidentkitError):
    """The database can't be used."""

    code = "store"


class NotOurStore(StoreError):
    """The file or database holds something else."""

    code = "store-not-ours"


class StoreTooNew(StoreError):
    """A later version of incidentkit wrote it."""

    code = "store-too-new"


class StoreReadOnly(StoreError):
    """It can be read, but not written."""

    code = "store-read-only"


class StoreFull(StoreError):
    """There is no room left on its disk; nothing of what was being written is there."""

    code = "store-full"


class StoreBusy(StoreError):
    """Another process held the write lock for longer than the desk waits, or the server went away before anything was written.

    Nothing was written: the same call may be made again.
    """

    code = "store-busy"


class OutcomeUnknown(StoreError):
    """The database went away while a transaction was being made to last: it is there as a whole, or not at all.

    Whoever gave an idempotency key makes the same call again with it: what was written is returned, what was not is done.
    """

    code = "store-outcome-unknown"


# --- Fix the installation ----------------------------------------------------------------------------------------


class SetupError(_Explained):
    """The root of what is wrong before a desk works: never retried, never swallowed."""

    code = "setup"


class ConfigurationError(SetupError, ValueError):
    """Settings that can't be used. ``problems`` lists every one of them, each with its path."""

    code = "configuration"


class LifecycleError(SetupError, ValueError):
    """A lifecycle table with a trap, an unreachable state, or a way around what it must pass. ``path`` shows it."""

    code = "lifecycle"


class PluginError(SetupError):
    """A plugin can't be loaded, or breaks what it promised. Has ``plugin``, ``version`` and ``host_version``."""

    code = "plugin"


class MissingExtra(SetupError, ImportError):
    """A feature whose packages are not installed. ``extra`` names what to install."""

    code = "missing-extra"
