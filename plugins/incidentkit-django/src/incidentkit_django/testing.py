"""For a project's own tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.test.runner import DiscoverRunner
from django.test.utils import override_settings

import incidentkit as ik
from incidentkit_django.desks import close_desks, desk

__all__ = ["Runner", "fresh_record"]


class Runner(DiscoverRunner):
    """Django's runner, for TEST_RUNNER: lets go of the test database before Django drops it, which PostgreSQL insists on."""

    def teardown_databases(self, old_config: Any, **kwargs: Any) -> None:
        """Close the desks first."""
        close_desks()
        super().teardown_databases(old_config, **kwargs)


@contextmanager
def fresh_record() -> Iterator[ik.Desk]:
    """A record with nothing in it, for tests that commit: a tenant of its own, in the same database.

    Django's `TestCase` rolls back what a test wrote inside `atomic`, and needs nothing of this. `TransactionTestCase` empties
    Django's tables only.
    """
    with override_settings(INCIDENTKIT={**getattr(settings, "INCIDENTKIT", {}), "TENANT": f"test-{uuid4().hex}"}):
        yield desk()
