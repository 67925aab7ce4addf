"""Key stores that each break one promise, and the honest one that they are made from."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from incidentkit.ports import Key, KeyStore

__all__ = ["SABOTEURS", "Honest"]


class _Shared:
    """What several of them on one folder have in common."""

    by_folder: ClassVar[dict[Path, _Shared]] = {}

    def __init__(self) -> None:
        self.owners: dict[str, list[str]] = {}
        self.current: dict[str, str] = {}
        self.secrets: dict[str, bytes] = {}
        self.turn = threading.RLock()


class Honest:
    """Keeps every promise, in memory."""

    def __init__(self, directory: Path) -> None:
        self.shared = _Shared.by_folder.setdefault(directory, _Shared())

    def current(self, owner: str) -> Key:
        with self.shared.turn:
            if owner not in self.shared.current:
                key = self.fresh()
                self.shared.secrets[key.id], self.shared.current[owner] = key.secret, key.id
                self.shared.owners.setdefault(owner, []).append(key.id)
            known = self.shared.current[owner]
            return Key(known, self.shared.secrets[known])

    def fresh(self) -> Key:
        return Key(secrets.token_hex(8), os.urandom(32))

    def secret_of(self, id: str) -> bytes | None:
        return self.shared.secrets.get(id)

    def retire(self, owner: str) -> tuple[str, ...]:
        with self.shared.turn:
            owners = [each for each in self.shared.owners if self.is_meant(each, owner)]
            for each in owners:
                self.shared.current.pop(each, None)
            return tuple(known for each in owners for known in self.shared.owners[each] if known in self.shared.secrets)

    def is_meant(self, each: str, owner: str) -> bool:
        return each == owner or each.startswith(f"{owner}/")

    def destroy(self, ids: Sequence[str]) -> None:
        with self.shared.turn:
            for gone in ids:
                self.shared.secrets.pop(gone, None)
                for owner in [o for o, known in self.shared.current.items() if known == gone]:
                    del self.shared.current[owner]


class Incomplete:
    """Can't retire anything."""

    def __init__(self, directory: Path) -> None:
        self._honest = Honest(directory)
        self.current, self.secret_of = self._honest.current, self._honest.secret_of


class Short(Honest):
    """Its keys have 16 bytes."""

    def fresh(self) -> Key:
        return Key(secrets.token_hex(8), os.urandom(16))


class Fickle(Honest):
    """Gives another key each time."""

    def current(self, owner: str) -> Key:
        self.retire(owner)
        return super().current(owner)


class Thrifty(Honest):
    """Has one key for everybody."""

    def current(self, owner: str) -> Key:
        return super().current("everybody")


class Generous(Honest):
    """Has a key for every id."""

    def secret_of(self, id: str) -> bytes | None:
        return super().secret_of(id) or bytes(32)


class Hasty(Honest):
    """Throws a key away when it is retired."""

    def retire(self, owner: str) -> tuple[str, ...]:
        retired = super().retire(owner)
        self.destroy(retired)
        return retired


class Forgetful(Honest):
    """Names the current key alone."""

    def retire(self, owner: str) -> tuple[str, ...]:
        known = self.shared.current.get(owner)
        super().retire(owner)
        return () if known is None else (known,)


class Flat(Honest):
    """Retires an owner, and nothing below it."""

    def is_meant(self, each: str, owner: str) -> bool:
        return each == owner


class Hoarder(Honest):
    """Keeps what it has seen once."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.seen: dict[str, bytes | None] = {}

    def secret_of(self, id: str) -> bytes | None:
        found = super().secret_of(id)
        return self.seen.setdefault(id, found) or found


class Undead(Honest):
    """Finds a destroyed key no more, and gives it again."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.first: dict[str, Key] = {}

    def current(self, owner: str) -> Key:
        if owner in self.first and self.first[owner].id not in self.shared.secrets:
            return self.first[owner]
        return self.first.setdefault(owner, super().current(owner)) if owner not in self.first else super().current(owner)


class Racing(Honest):
    """Looks, waits, and makes a key all the same."""

    def current(self, owner: str) -> Key:
        if owner in self.shared.current:
            return super().current(owner)
        wait = threading.Event()
        wait.wait(0.01)
        key = self.fresh()
        self.shared.secrets[key.id], self.shared.current[owner] = key.secret, key.id
        self.shared.owners.setdefault(owner, []).append(key.id)
        return key


class Chatty(Honest):
    """Shows its keys."""

    def __repr__(self) -> str:
        return f"Chatty({[secret.hex() for secret in self.shared.secrets.values()]})"


SABOTEURS: dict[str, Callable[[Path], KeyStore | Any]] = {
    "it_is_a_key_store": Incomplete,
    "a_key_has_32_bytes_and_a_plain_id": Short,
    "the_current_key_stays": Fickle,
    "owners_share_nothing": Thrifty,
    "an_unknown_id_is_none": Generous,
    "a_retired_key_is_still_read": Hasty,
    "retiring_names_every_key": Forgetful,
    "retiring_takes_what_is_below": Flat,
    "a_destroyed_key_is_gone": Hoarder,
    "after_destroying_there_is_another": Undead,
    "threads_are_given_one_key": Racing,
    "a_key_is_not_shown": Chatty,
}
"""For each promise, a key store that breaks it."""
