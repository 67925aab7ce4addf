"""The one cipher: AES-256-GCM, which also shows whether what it reads is what was written, and in that place."""

from __future__ import annotations

import base64
import binascii
import os
from typing import TYPE_CHECKING, Any

from incidentkit.errors import MissingExtra

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["KEY_BYTES", "Spoilt", "cipher", "locked", "opened", "packed", "unpacked"]

KEY_BYTES = 32
_NONCE_BYTES = 12


class Spoilt(Exception):
    """Something is not what was written with this key in this place."""


def cipher(secret: bytes) -> AESGCM:
    """A cipher for that key.

    Raises:
        MissingExtra: the package for it is not installed.
    """
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError as error:
        raise MissingExtra(
            "Encrypted words", "need cryptography", got="none", next="Install incidentkit[vault].", extra="vault"
        ) from error
    return AESGCM(secret)


def locked(by: Any, content: bytes, place: bytes) -> bytes:
    """The content so that only the key opens it, and only for that place: a fresh nonce, then cipher text and tag."""
    nonce = os.urandom(_NONCE_BYTES)
    made: bytes = by.encrypt(nonce, content, place)
    return nonce + made


def opened(by: Any, content: bytes, place: bytes) -> bytes:
    """The inverse of `locked`.

    Raises:
        Spoilt: it was changed, is under another key, or stood somewhere else.
    """
    from cryptography.exceptions import InvalidTag

    try:
        found: bytes = by.decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], place)
    except (InvalidTag, ValueError) as error:
        raise Spoilt from error
    return found


def packed(content: bytes) -> str:
    """Bytes as text."""
    return base64.b64encode(content).decode("ascii")


def unpacked(text: str) -> bytes:
    """The inverse of `packed`.

    Raises:
        Spoilt: it is no such text.
    """
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Spoilt from error
