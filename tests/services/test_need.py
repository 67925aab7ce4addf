"""A test is never passed by quietly leaving out what it needs."""

from __future__ import annotations

import pytest

from tests.services.need import REQUIRED, need


def test_what_is_there_is_no_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what it needs, a test goes on even where everything is required."""
    monkeypatch.setenv(REQUIRED, "1")

    need("A thing", "/usr/bin/thing", "install thing")


def test_what_is_missing_skips_and_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it, the test is skipped with the name of what to install."""
    monkeypatch.delenv(REQUIRED, raising=False)

    with pytest.raises(pytest.skip.Exception, match=r"A thing is not here; .*install thing"):
        need("A thing", None, "install thing")


def test_what_is_required_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where everything is required, a missing thing is a failure."""
    monkeypatch.setenv(REQUIRED, "1")

    with pytest.raises(pytest.fail.Exception, match="A thing is not here"):
        need("A thing", None, "install thing")
