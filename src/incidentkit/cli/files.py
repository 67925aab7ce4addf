"""Files that others may be reading while they are written."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

__all__ = ["write_whole"]


def write_whole(file: Path, text: str) -> None:
    """Put ``text`` into ``file`` at one stroke: whoever opens it finds all of the old, or all of the new.

    A link stays one, and what it leads to is replaced. The permissions of a file that is there are kept. What is no file,
    such as a pipe or ``/dev/stdout``, is written to.

    Raises:
        OSError: it can't be written, with ``file`` as its name; what was there is as it was.
    """
    try:
        if file.exists() and not file.is_file() and not file.is_dir():
            file.write_text(text, encoding="utf-8", newline="")
        else:
            _replace(Path(os.path.realpath(file)), text)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from None


def _replace(file: Path, text: str) -> None:
    part = file.with_name(f".{file.name[:40]}.{token_hex(8)}.part")
    try:
        with part.open("x", encoding="utf-8", newline="") as new:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
        with suppress(FileNotFoundError):
            part.chmod(file.stat().st_mode & 0o777)
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
