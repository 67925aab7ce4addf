"""Where the keys of the vault's words lie: apart from the record, so that a copy of the record without them says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from attrs import field, frozen

__all__ = ["Key", "KeyStore"]


@frozen
class Key:
    """A key and what it is called.

    Args:
        id: 1 to 64 letters, digits, - and _; no other key ever has it.
        secret: 32 bytes that nobody can guess. Not in the repr.
    """

    id: str
    secret: bytes = field(repr=False)


@runtime_checkable
class KeyStore(Protocol):
    """Keys by their owners: what belongs to one person and one thing, or to a thing alone. Owners are names of ours, without
    anything personal, and written like paths: below ``default/person/ID`` lies everything of that person.

    Several threads and processes may use it at once. What it says lasts: a key that `current` gave is there after a crash, for
    words may lie under it; one that was destroyed is nowhere, not in a log nor in a backup of the keys that is kept for long.
    """

    def current(self, owner: str) -> Key:
        """The key that new words of this owner are put under; made where there is none. Everybody is given the same one."""
        ...

    def secret_of(self, id: str) -> bytes | None:
        """The key of that id, whether current or retired; None where it was destroyed, or never was."""
        ...

    def retire(self, owner: str) -> tuple[str, ...]:
        """Give this owner, and every one below it, a fresh key from now on. The ids of all keys that they have had and that are
        not destroyed.
        """
        ...

    def destroy(self, ids: Sequence[str]) -> None:
        """Destroy these keys for ever; nothing happens where there are none. The owner's next `current` is another one."""
        ...
