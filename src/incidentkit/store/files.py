"""Files that came in, as the store of files holds them: as they are, or each under a key of its own that lies in the vault."""

from __future__ import annotations

import os

from incidentkit.store.bodies import key_ref
from incidentkit.store.ciphers import KEY_BYTES, Spoilt, cipher, locked, opened, packed, unpacked
from incidentkit.store.unit import Unit

__all__ = ["is_sealed", "open_file", "seal_file", "sealed_file"]

_SIGN = b"\0IKV1"
_SEALED, _PLAIN = _SIGN + b"+", _SIGN + b"="


def seal_file(unit: Unit, ref: str, content: bytes, customer: str | None, stream: str | None) -> bytes:
    """The bytes to keep of a file, whose key is kept with whatever else is kept of its owner.

    Args:
        ref: what the store of files calls it.
    """
    if not unit.vault.keyed:
        return _PLAIN + content if content.startswith(_SIGN) else content
    unit.keep(key_ref(ref), packed(os.urandom(KEY_BYTES)), customer, stream)
    return sealed_file(unit, ref, content)


def sealed_file(unit: Unit, ref: str, content: bytes) -> bytes:
    """The bytes to keep of a file that has its key already."""
    key = unit.bodies([key_ref(ref)])[key_ref(ref)]
    return _SEALED + locked(cipher(unpacked(key)), content, ref.encode())


def open_file(unit: Unit, ref: str, content: bytes) -> bytes | None:
    """The file that these bytes were kept of; None where its key was forgotten, or it is not what was kept."""
    if not content.startswith(_SEALED):
        return content.removeprefix(_PLAIN)
    key = unit.bodies([key_ref(ref)]).get(key_ref(ref))
    try:
        return None if key is None else opened(cipher(unpacked(key)), content[len(_SEALED) :], ref.encode())
    except Spoilt:
        return None


def is_sealed(content: bytes) -> bool:
    """Whether these bytes are under a key."""
    return content.startswith(_SEALED)
