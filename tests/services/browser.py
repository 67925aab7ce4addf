"""A real Chromium, and axe-core to judge pages in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tests.services.need import need

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["axe_source", "chromium"]

_SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium with a profile of its own, thrown away afterwards."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    need("Chromium", program, "install Debian's package chromium")
    need("playwright", find_spec("playwright"), "pip install 'incidentkit[browser]'")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_SWITCHES))
        try:
            yield browser
        finally:
            browser.close()


def axe_source() -> str:
    """The text of axe.min.js: of INCIDENTKIT_AXE, else where .ci/run puts it."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    installed = cache / "incidentkit-ci" / "node_modules" / "axe-core" / "axe.min.js"
    file = Path(os.environ.get("INCIDENTKIT_AXE") or installed)
    install = f"npm install --prefix {installed.parents[2]} axe-core, or name its axe.min.js in INCIDENTKIT_AXE"
    need("axe-core", file.is_file(), install)
    return file.read_text("utf-8")
