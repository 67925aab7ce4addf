"""What files are called in the store of files, which several tenants may share: each desk knows its own again."""

from __future__ import annotations

import hashlib
import hmac

__all__ = ["file_ref", "is_own"]

_NAME, _MARK = 20, 8
"""Bytes of a reference: what tells it from every other, and whose it is."""


def file_ref(secret: bytes, tenant: str, raw: str, number: int) -> str:
    """The reference of a file that came with something; every further attempt to keep it gives the same.

    Args:
        raw: where the vault has what it came with; ``number`` is its place among the files there.
    """
    said = f"{tenant}\0{raw}\0{number}".encode()
    name = hashlib.blake2b(said, key=secret[:64], digest_size=_NAME).hexdigest()
    return name + _mark(secret, tenant, name)


def is_own(secret: bytes, tenant: str, ref: str) -> bool:
    """Whether a tenant's desk gave that reference."""
    name, mark = ref[: 2 * _NAME], ref[2 * _NAME :]
    return hmac.compare_digest(mark.encode("utf-8", "replace"), _mark(secret, tenant, name).encode())


def _mark(secret: bytes, tenant: str, name: str) -> str:
    said = f"file\0{tenant}\0{name}".encode("utf-8", "replace")
    return hashlib.blake2b(said, key=secret[:64], digest_size=_MARK).hexdigest()
