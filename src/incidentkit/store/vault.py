"""The vault's words as the database holds them: as they are, or under a key that lies elsewhere.

Words under a key are one text: a sign that no words of people begin with, the key's id, and what AES-256-GCM made of them. That
is bound to the tenant and the reference: moved to another row, it opens no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from incidentkit.errors import ConfigurationError, StoreError
from incidentkit.ports import Key, KeyStore
from incidentkit.store.ciphers import KEY_BYTES, Spoilt, cipher, locked, opened, packed, unpacked

__all__ = ["SIGN", "Vault", "has_own_key", "key_in"]

SIGN = "\x02"
"""Begins every body that is not simply the words."""

_ALONE = ("inbox:", "raw:")
"""References whose words belong to nobody yet when they are kept: each has a key of its own."""

_MOST = 10_000


class Vault:
    """How the words of one tenant are kept.

    Args:
        keys: where the keys lie; None keeps words as they are.
    """

    def __init__(self, tenant: str, keys: KeyStore | None = None) -> None:
        self.tenant = tenant
        self.keys = keys
        self._ciphers: dict[str, Any] = {}

    @property
    def keyed(self) -> bool:
        """Whether words are encrypted."""
        return self.keys is not None

    # --- Writing -------------------------------------------------------------------------------------------------

    def sealed(self, rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Rows of the table with their words as they are kept."""
        if self.keys is None:
            return [{**row, "body": f"{SIGN}:{row['body']}"} if row["body"].startswith(SIGN) else row for row in rows]
        known: dict[str, Key] = {}
        return [{**row, "body": self.seal(row["ref"], row["body"], self.owner_of(row), known)} for row in rows]

    def seal(self, ref: str, words: str, owner: str, known: dict[str, Key] | None = None) -> str:
        """Words as they are kept, under the present key of that owner.

        Args:
            known: the keys of owners who were asked for already; noted there.
        """
        assert self.keys is not None, "who has no keys seals nothing"
        known = {} if known is None else known
        if owner not in known:
            known[owner] = self.keys.current(owner)
        key = known[owner]
        content = locked(self._note(key), words.encode("utf-8", "surrogatepass"), self._place(ref, key.id))
        return f"{SIGN}{key.id}:{packed(content)}"

    def owner_of(self, row: Mapping[str, Any]) -> str:
        """Whose key a row's words lie under: a person's for that stream, or the stream's; mails and receipts have their own."""
        if has_own_key(row):
            return f"{self.tenant}/{row['ref']}"
        # Words of one case go when its time has come, and the rest of a person stays readable in earlier copies.
        if row["customer"] is not None:
            return f"{self.person(row['customer'])}/{row['stream'] or 'details'}"
        return f"{self.tenant}/stream/{row['stream']}"

    def person(self, customer: str) -> str:
        """What all owners of a person's words lie below."""
        return f"{self.tenant}/person/{customer}"

    # --- Reading -------------------------------------------------------------------------------------------------

    def words(self, ref: str, body: str) -> str | None:
        """The words of a row; None where their key was destroyed.

        Raises:
            ConfigurationError: they are encrypted, and there are no keys. StoreError: they are not what was written there.
        """
        if not body.startswith(SIGN):
            return body
        of, _, content = body[1:].partition(":")
        if not of:
            return content
        by = self._cipher(of)
        if by is None:
            return None
        try:
            return opened(by, unpacked(content), self._place(ref, of)).decode("utf-8", "surrogatepass")
        except Spoilt:
            step = "See what else was changed: incidentkit verify."
            raise StoreError("The vault", "holds what was written", got=f"something else at {ref[:48]}", next=step) from None

    def all_words(self, bodies: Mapping[str, str | None]) -> dict[str, str]:
        """The words by their references; those that were forgotten are left out."""
        found: dict[str, str] = {}
        for ref, body in bodies.items():
            words = None if body is None else self.words(ref, body)
            if words is not None:
                found[ref] = words
        return found

    def check(self, ref: str, body: str) -> bool:
        """Whether a row holds what was written there, as far as it has a key that is known."""
        if self.keys is None:
            return True
        try:
            self.words(ref, body)
        except StoreError:
            return False
        return True

    def _cipher(self, of: str) -> Any:
        """The cipher for the key of that id; None where it was destroyed."""
        known = self._ciphers.get(of)
        if known is not None:
            return known
        if self.keys is None:
            raise _no_keys("none")
        secret = self.keys.secret_of(of)
        return None if secret is None else self._note(Key(of, secret))

    def _note(self, key: Key) -> Any:
        known = self._ciphers.get(key.id)
        if known is None:
            if len(key.secret) != KEY_BYTES:
                rule, problems = f"has {KEY_BYTES} bytes", ("keys: a key of another length",)
                raise ConfigurationError("A key of the vault", rule, got=len(key.secret), problems=problems)
            known = self._ciphers[key.id] = cipher(key.secret)
            while len(self._ciphers) > _MOST:
                self._ciphers.pop(next(iter(self._ciphers)), None)
        return known

    def _place(self, ref: str, of: str) -> bytes:
        return f"{self.tenant}\0{ref}\0{of}".encode()

    # --- Forgetting ----------------------------------------------------------------------------------------------

    def retire(self, owner: str) -> tuple[str, ...]:
        """Have fresh keys for that owner and those below it from now on; the ids of those that they have had."""
        return self.keys.retire(owner) if self.keys is not None else ()

    def destroy(self, ids: Iterable[str]) -> None:
        """Destroy keys for ever, again too: what lies under them is forgotten, wherever a copy of it may be."""
        gone = list(ids)
        if self.keys is not None and gone:
            self.keys.destroy(gone)
        for of in gone:
            self._ciphers.pop(of, None)

    # --- Are these its keys? -------------------------------------------------------------------------------------

    def proof(self) -> str:
        """What only these keys open."""
        return self.seal("proof", self.tenant, f"{self.tenant}/proof")

    def check_proof(self, proof: str) -> None:
        """Refuse to go on without the keys that made it.

        Raises:
            ConfigurationError: there are none, or others.
        """
        if self.keys is None:
            raise _no_keys("none")
        try:
            found = self.words("proof", proof)
        except StoreError:
            found = None
        if found != self.tenant:
            raise _no_keys("those of another store")


def has_own_key(row: Mapping[str, Any]) -> bool:
    """Whether a row's words lie under a key that nothing else lies under."""
    return row["ref"].startswith(_ALONE) or (row["customer"] is None and row["stream"] is None)


def key_in(body: str) -> str:
    """The id of the key that a body lies under; empty for none."""
    return body[1:].partition(":")[0] if body.startswith(SIGN) else ""


def _no_keys(got: str) -> ConfigurationError:
    return ConfigurationError(
        "The store's words",
        "are encrypted, and need the keys that they were written with",
        got=got,
        next="Name their place under [vault] keys in the shop's settings, or give open_desk(..., keys=).",
        problems=("vault.keys: the keys of this store",),
    )
