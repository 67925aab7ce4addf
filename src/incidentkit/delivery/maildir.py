"""A Maildir as a mailbox: whatever a mail program or a server puts there is taken in, and nothing in it is changed."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path

from incidentkit.errors import TransientChannelError
from incidentkit.ports import Fetched

__all__ = ["MaildirBox"]

_SETTLED_NS = 3_600 * 1_000_000_000
"""How long a mail may take from being written to being seen in the folder."""

_PARTS = ("new", "cur")


class MaildirBox:
    """Reads the mails of one Maildir, in the order in which they came.

    The cursor holds the time up to which everything was seen, and the names of what was seen in the hour before: a folder
    shows mails later than their own times say, when two are written at once. A folder that is not there is empty.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder

    def __repr__(self) -> str:
        return f"MaildirBox({self.name!r}, {str(self._folder)!r})"

    def fetch(self, cursor: str | None, limit: int) -> Fetched:
        """The mails after ``cursor``.

        Raises:
            TransientChannelError: the folder can't be read.
        """
        since, seen = _read(cursor)
        try:
            fresh = sorted(each for each in self._mails() if each[0] >= since - _SETTLED_NS and each[1] not in seen)
            mails = [(name, path.read_bytes()) for _, name, path in fresh[:limit]]
        except OSError as error:
            got = errno.errorcode.get(error.errno or 0, "an error of the file system")
            raise TransientChannelError(f"The mailbox {self.name}", "must be readable", got=got) from error
        for at, name, _ in fresh[:limit]:
            since, seen[name] = max(since, at), at
        kept = {name: at for name, at in seen.items() if at >= since - _SETTLED_NS}
        return Fetched(mails, json.dumps([since, kept], separators=(",", ":")), more=len(fresh) > limit)

    def _mails(self) -> Iterator[tuple[int, str, Path]]:
        """When each came, its name without the flags that mail programs add, and where it lies."""
        for part in _PARTS:
            try:
                entries = list(os.scandir(self._folder / part))
            except FileNotFoundError:
                continue
            for entry in entries:
                if entry.is_file() and not entry.name.startswith("."):
                    yield entry.stat().st_ctime_ns, entry.name.partition(":")[0], Path(entry.path)


def _read(cursor: str | None) -> tuple[int, dict[str, int]]:
    if cursor is None:
        return 0, {}
    since, seen = json.loads(cursor)
    return since, dict(seen)
