"""What may happen to a case, and what follows: every command's decision, each in the file of its question."""

from __future__ import annotations

from incidentkit.rules.evidence import waive
from incidentkit.rules.extensions import enter
from incidentkit.rules.merging import lives_elsewhere, merge, unmerge
from incidentkit.rules.pricing import priced
from incidentkit.rules.remedies import accept, agree, carry_out, counter, decline, drop, offer
from incidentkit.rules.reopening import reopen, reopens_until
from incidentkit.rules.reporting import Report, amend, report
from incidentkit.rules.resolving import claim, close, confirm_satisfaction, resolve, withdraw
from incidentkit.rules.telling import log_conversation, notify

__all__ = [
    "Report",
    "accept",
    "agree",
    "amend",
    "carry_out",
    "claim",
    "close",
    "confirm_satisfaction",
    "counter",
    "decline",
    "drop",
    "enter",
    "lives_elsewhere",
    "log_conversation",
    "merge",
    "notify",
    "offer",
    "priced",
    "reopen",
    "reopens_until",
    "report",
    "resolve",
    "unmerge",
    "waive",
    "withdraw",
]
