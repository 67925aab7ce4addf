"""The built-in store of files: one folder, one file for each reference."""

from __future__ import annotations

import itertools
import os
import re
import tempfile
from pathlib import Path

from incidentkit.errors import InvalidInput, UnknownIdError

__all__ = ["FolderBlobs"]

_REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{7,127}")


class FolderBlobs:
    """Keeps files in a folder that only its owner can read. It is made with the first file.

    Args:
        folder: where; None for a temporary one, in the machine's folder for such.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._counter = itertools.count()

    def __repr__(self) -> str:
        return f"FolderBlobs({str(self._folder)!r})"

    def put(self, ref: str, content: bytes) -> None:
        """Keep the bytes, whole or not at all."""
        path = self._path(ref)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{next(self._counter)}.part")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            draft.replace(path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise

    def get(self, ref: str) -> bytes:
        """The bytes.

        Raises:
            UnknownIdError: there are none.
        """
        try:
            return self._path(ref).read_bytes()
        except FileNotFoundError:
            raise UnknownIdError("A file", "must be in the store of files", got="none of that reference") from None

    def drop(self, ref: str) -> None:
        """Forget the bytes; nothing happens where there are none."""
        self._path(ref).unlink(missing_ok=True)

    def _path(self, ref: str) -> Path:
        # Whatever asks for it, no reference leads out of the folder.
        if not isinstance(ref, str) or not _REF.fullmatch(ref):
            raise InvalidInput("A reference", "must be 8 to 128 letters, digits, - and _", got="another text")
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="incidentkit-blobs-"))
        # Folders with many thousand entries are slow to list; the end of a reference is as good as random.
        return self._folder / ref[-2:].lower() / ref
