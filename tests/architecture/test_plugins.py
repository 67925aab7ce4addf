"""Plugins of this tree take from incidentkit what any other plugin could take."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.plugins import plugin_modules, private
from tests.architecture.sources import REPO


@pytest.mark.parametrize("module", plugin_modules(), ids=lambda path: str(path.relative_to(REPO / "plugins")))
def test_a_plugin_imports_public_names_only(module: Path) -> None:
    """Everything that it imports from incidentkit is on the page of public names."""
    plugin = module.relative_to(REPO / "plugins").parts[0].replace("-", "_")

    assert [] == private(module.read_text("utf-8"), plugin)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("from incidentkit.delivery.local import LocalChannel", ["incidentkit.delivery.local.LocalChannel"]),
        ("import incidentkit.store", ["incidentkit.store"]),
        ("from incidentkit import store", ["incidentkit.store"]),
        ("def late():\n    from incidentkit.hooks.manager import load_plugins", ["incidentkit.hooks.manager.load_plugins"]),
        ("from incidentkit.hooks import manager", ["incidentkit.hooks.manager"]),
        ("import incidentkit as ik\nfrom incidentkit.hooks import hookimpl\nfrom incidentkit_sms.codes import CODES", []),
    ],
)
def test_a_private_name_is_found(line: str, expected: list[str]) -> None:
    """The check sees every way to import, and lets public names and the plugin's own pass."""
    assert expected == private(line, "incidentkit_sms")
