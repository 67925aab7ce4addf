"""Secrets are used, and never shown."""

from __future__ import annotations

import pytest

from incidentkit.domain.secrets import Secret


@pytest.mark.parametrize("show", [repr, str, "{}".format, "%s".__mod__, lambda secret: repr({"token": secret})])
def test_a_secret_is_never_shown(show: object) -> None:
    """Whatever writes it out writes the same three stars."""
    assert callable(show)
    shown = show(Secret("hunter2-token"))

    assert "hunter2-token" not in shown
    assert "Secret(***)" in shown


def test_a_secret_is_revealed_to_its_one_user() -> None:
    """By asking for it by name."""
    assert "hunter2-token" == Secret("hunter2-token").reveal()
