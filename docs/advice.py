"""What a page says one should do about each error."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["ADVICE"]

ADVICE: Mapping[str, str] = {
    "incidentkit-error": "Catch it where anything that a desk refuses or fails at should end. Its subclasses say what to do.",
    "rule-violation": "Read the text: it ends with the next step. Change the request and make it again.",
    "invalid-input": "Correct the value that is named. The same call fails again, whenever it is made.",
    "money": "Give an amount above zero, with no more decimals than its currency has, in the order's currency, and no more "
    "than what was captured and has not gone back.",
    "quantity": "Look at the order's lines: `order.lines` has how many were ordered, cancelled, shipped, delivered and "
    "returned. Give no more than what is left for that step, or leave `units` out.",
    "time": "Give a `datetime` with a zone that is not later than `desk.clock()`.",
    "unknown-id": "Look the id up, with `find` or in the queue. Ids of another tenant are unknown too.",
    "transition-refused": "See `phase` for where it stands, and `missing` for what the step still needs. The text names the "
    "steps that lead on; [the lifecycles](../explanation/lifecycles.md) show all of them.",
    "authority-exceeded": "Nothing: one of `may` answers the request, with `desk.incidents.approve` or `refuse_approval`. "
    "Something smaller can be offered meanwhile; `desk.incidents.budgets` says how much. [Authority](../how-to/authority.md).",
    "key-reused": "If it is another request, give it a key of its own. If it should be the same, give the same arguments.",
    "legal-hold": "Nothing, as long as the hold stands: the text says why, who set it and until when. Once the reason is gone, "
    "`desk.people.release`, and ask again.",
    "conflict": "Make the call again: the desk loads what is there now and decides anew. It has tried five times by itself.",
    "channel": "Raised by channels, and handled by `desk.send_due`. Authors of channels raise one of the three below.",
    "channel-transient": "Nothing to do: the message waits, and `desk.send_due` tries it again later.",
    "channel-permanent": "Tell the customer in another way: `notify` with another channel, or a conversation.",
    "channel-unsupported": "Send something simpler, or use another channel.",
    "payer": "Raised by payers, and handled by `desk.send_due`. Authors of payers raise one of the two below.",
    "payer-transient": "Nothing to do: nothing was paid, and `desk.send_due` tries the same payment again later.",
    "payer-permanent": "See why in `incidentkit payments`. Once the reason is gone, `desk.payments.retry`; or pay by hand, and "
    "say so with `carry_out`. [Payments](../how-to/payments.md).",
    "import-refused": "Correct the profile or the file that is named, and import again. What was imported before is "
    "not taken twice.",
    "store": "See the text for which of the cases below it is.",
    "store-not-ours": "Name another file. incidentkit never writes into a database that it did not make.",
    "store-too-new": "Install a version of incidentkit that is at least as new as the one that wrote it.",
    "store-read-only": "Give the process the right to write the file, its folder, and the `-wal` and `-shm` files beside it.",
    "store-full": "Make room where the database lies, then make the call again.",
    "store-outcome-unknown": "Make the same call again with the same `key`: if it was written, its first result is returned. "
    "Without a key, look at the record first. [What was tried](../explanation/faults.md) shows when this happens.",
    "store-busy": "Make the call again. If it happens often, look for a process that holds a batch open for long.",
    "setup": "Correct the installation and start again. It is not an `IncidentkitError`, so that code which handles refusals "
    "does not hide it.",
    "configuration": "`problems` lists every mistake with its path. `incidentkit check` shows the same.",
    "lifecycle": "Only for those who define lifecycles: `path` shows the way that proves the table wrong.",
    "plugin": "See which `plugin` and `version` it is. Correct or update it, or block it by name in `blocked_plugins`.",
    "missing-extra": "Install the extra that is named, such as `pip install 'incidentkit[cli]'`.",
}
"""What to do about each error, by its code."""
