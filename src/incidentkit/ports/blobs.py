"""Where files lie that came with messages: beside the record, for they are large and can be forgotten."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

__all__ = ["BlobStore"]


@runtime_checkable
class BlobStore(Protocol):
    """Keeps bytes under a reference. Whoever gives a reference makes it fresh and unguessable; it has no slash."""

    def put(self, ref: str, content: bytes) -> None:
        """Keep them, whole or not at all; the same reference again replaces them."""
        ...

    def get(self, ref: str) -> bytes:
        """The bytes.

        Raises:
            UnknownIdError: there are none, or they were forgotten.
        """
        ...

    def drop(self, ref: str) -> None:
        """Forget them for good; nothing happens where there are none."""
        ...
