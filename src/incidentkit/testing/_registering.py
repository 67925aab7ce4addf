"""Loads one plugin under observation; run by the conformance kit in an interpreter of its own."""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import incidentkit.codec.settings  # noqa: F401 - loaded before the watch begins
from incidentkit.domain.shop import Shop
from incidentkit.hooks.manager import load_plugins

__all__ = ["run"]

# Audit events that say that something outside the process is touched. Reading files is how importing works.
_TOUCHING = (
    "ftplib.",
    "http.client.",
    "os.exec",
    "os.fork",
    "os.link",
    "os.mkdir",
    "os.posix_spawn",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.symlink",
    "os.system",
    "os.truncate",
    "smtplib.",
    "socket.bind",
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostby",
    "socket.sendto",
    "sqlite3.connect",
    "subprocess.Popen",
    "urllib.Request",
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def run(order: str) -> None:
    """Import and register the plugin that ``order`` (JSON) names; print what it brought and touched, as JSON."""
    asked = json.loads(order)
    touched: list[str] = []
    sys.addaudithook(lambda event, args: touched.append(event) if _touches(event, args) else None)
    module = importlib.import_module(asked["plugin"])
    name = asked["plugin"].rpartition(".")[2]
    shop = Shop(plugins={name: asked["settings"]} if asked["settings"] else {})
    plugins = load_plugins(shop, extra=(module,), host_version="0", directory=Path(asked["directory"]), discover=False)
    sys.stdout.write("\n" + json.dumps({"channels": list(plugins.channels), "touched": touched}) + "\n")


def _touches(event: str, args: tuple[Any, ...]) -> bool:
    if event == "open":
        flags = args[2] if len(args) > 2 and isinstance(args[2], int) else 0
        return bool(flags & _WRITING)
    return event.startswith(_TOUCHING)


if __name__ == "__main__":
    run(sys.argv[1])
