"""The shop's settings for where personal data and free text are kept apart: their keys, and who was forgotten."""

from __future__ import annotations

from attrs import field, frozen

__all__ = ["VaultSettings"]


@frozen
class VaultSettings:
    """How the vault's words are kept. Without keys they lie in the database as they are.

    A path in shop.toml starts where that file lies.

    Args:
        keys: the file with the keys of everybody's words, or the URL of a database for them; never the store's own. With it the
            words are encrypted.
        keys_env: the environment variable that holds that, for a URL with a password in it.
        master_env: the environment variable with the key that those keys are wrapped with: 32 bytes in hexadecimal.
        tombstones: the file with the ids of those who were forgotten; empty for one beside an SQLite store.
    """

    keys: str = field(default="", repr=False)
    keys_env: str = ""
    master_env: str = ""
    tombstones: str = ""

    @property
    def keyed(self) -> bool:
        """Whether the words are to be encrypted."""
        return bool(self.keys or self.keys_env)
