"""A desk driven through random histories: whatever is done, and in whatever order, the record stays true."""

from __future__ import annotations

from incidentkit.testing.machines import DeskMachine

TestDesk = DeskMachine.TestCase
