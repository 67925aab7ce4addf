"""What a test needs beside Python: without it the test is skipped, or fails where the environment says so."""

from __future__ import annotations

import os

import pytest

__all__ = ["need"]

REQUIRED = "INCIDENTKIT_REQUIRE_SERVICES"


def need(what: str, found: object, install: str) -> None:
    """Go on if ``found``; else skip, or fail where INCIDENTKIT_REQUIRE_SERVICES is 1.

    Args:
        what: its name, such as ``Chromium``.
        install: how to get it, in words.
    """
    if found:
        return
    message = f"{what} is not here; to run this test: {install}"
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)
