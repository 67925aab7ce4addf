"""The command line: ``incidentkit``. Needs the extra ``cli``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec

from incidentkit.cli.hosting import Host, hosted
from incidentkit.errors import MissingExtra

__all__ = ["Host", "main"]

_NEEDED = ("typer", "rich")


def main(args: Sequence[str] | None = None, *, host: Host | None = None) -> int:
    """Run one command, by default the one that the process was called with.

    Args:
        host: the application that it runs inside: what it works on, unless ``--store`` and ``--shop`` say otherwise.

    Returns:
        0 done; 1 refused or failed, with the reason on stderr; 2 wrong usage; 130 interrupted.
    """
    try:
        _check_extra()
        from incidentkit.cli.app import run

        with hosted(host):
            return run(args)
    except MissingExtra as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _check_extra() -> None:
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise MissingExtra(
            "The command line",
            f"needs {' and '.join(_NEEDED)}",
            got=f"no {' and no '.join(missing)}",
            next="Install them: pip install 'incidentkit[cli]'",
            extra="cli",
        )
