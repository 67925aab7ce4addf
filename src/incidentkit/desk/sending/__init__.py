"""Performing what is due: by as many workers as there are, each message and payment in effect once, or named as in doubt."""

from __future__ import annotations

from incidentkit.desk.sending.reports import SendReport
from incidentkit.desk.sending.sending import Only, send_due

__all__ = ["Only", "SendReport", "send_due"]
