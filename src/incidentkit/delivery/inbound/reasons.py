"""Why a mail was lost, from its status code and the words of the server that refused it.

An address is called unknown only where the code is a permanent one and nothing speaks of blocking, of the content or of a
full mailbox: writing to a dead address again does little harm, giving up a living one loses a customer.

Sources: RFC 3463 and the IANA registry of enhanced status codes.
"""

from __future__ import annotations

import re

from attrs import frozen

__all__ = ["Status", "reason_of", "status_in"]

_LONGEST = 4_000

_CODE = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]\d)(?!\d)")
_REPLY = re.compile(r"(?<![\d.])([245])\d\d(?=[ -])")

_UNKNOWN = frozenset({"1.0", "1.1", "1.2", "1.3", "1.4", "1.6", "1.10", "4.4"})
_BY_CODE = {
    "1.7": "policy",
    "1.8": "policy",
    "2.2": "mailbox_full",
    "2.3": "content",
    "2.4": "policy",
    "3.4": "content",
    "4.7": "expired",
}
# What the third number leaves open is left to the words, and only then to these.
_BY_SUBJECT = {"4": "expired", "6": "content", "7": "policy"}

_BLOCKED = (
    r"black ?list|block ?list|block(?:ed)? (?:by|using|for)|blocked - see|dnsbl|\brbl\b|spamhaus|spamcop"
    r"|client host (?:rejected|blocked)"
    r"|\bip (?:address )?(?:is )?(?:blocked|rejected)|blocked ip|reputation|reverse dns|\bptr\b|ip name lookup"
    r"|not accepting connections"
    r"|too many (?:connections|recipients)|rate limit|frequency limited|spamming|poor sender"
)
_POLICY = (
    r"\bdmarc\b|\bspf\b|\bdkim\b|unauthenticated|sender address rejected|domain of sender|sender verify"
    r"|sender domain|relay(?:ing)? (?:not|denied|access)"
    r"|to relay|policy|policies|authentication required|not (?:a )?member|permission to post|not allowed"
    r"|my name was rejected"
)
_CONTENT = (
    r"\bspam\b|\bvirus\b|content rejected|spam classification|too large|size (?:limit|exceed)"
    r"|exceeds (?:the )?(?:maximum|limit|size)|length exceeds"
    r"|rfc ?5322|duplicate header|8-bit data|suspicious|malware"
)
_FULL = (
    r"mailbox (?:is )?full|over ?quota|quota|mailbox (?:size|limit)|storage (?:space|limit)|(?:disk"
    r"|mailbox) (?:is )?(?:full|exceeded)|full mailbox"
)
_EXPIRED = (
    r"tim(?:ed|e) ?out|expired|too long|retry (?:time|limit)|giving up|gave up|could not be delivered for"
    r"|lost connection|connection refused"
)
_GONE = (
    r"(?:user|recipient|mailbox|account|address|addressee)(?: is| was)? (?:unknown|not found|invalid|inexistent"
    r"|does ?n[o']t exist|rejected|unavailable)"
    r"|unknown (?:user|recipient|address|mailbox|local)|no such (?:user|recipient|mailbox|person|domain|host"
    r"|address|account)|not found|unrouteable"
    r"|(?:does|did) ?n[o']t exist|doesn't have an? \S{1,80} account|no longer|not our customer|has moved"
    r"|invalid (?:recipient|domain|address|mailbox|user)"
    r"|inactive email|host unknown|unknown host|domain (?:name )?not found|nxdomain|null mx|bad destination"
    r"|recipient address|no mailbox"
    r"|isn't a valid|not a valid|not listed|unknown or illegal|couldn't be found|unable to find|no account"
    r"|not known|not exist|check if address is correct"
    r"|usuario desconocido|no existe|desconocid[oa]"
)
_LATER = "later"
_SUSPENDED = r"disabled|suspended|discontinued|deactivated|inactive(?! email)"

_SAID = tuple(
    (reason, re.compile(pattern))
    for reason, pattern in (
        ("blocked", _BLOCKED),
        ("mailbox_full", _FULL),
        ("content", _CONTENT),
        ("policy", _POLICY),
        ("other", _SUSPENDED),
        (_LATER, r"try again|temporar(?:y|ily)"),
        ("unknown_address", _GONE),
        ("expired", _EXPIRED),
    )
)


@frozen
class Status:
    """What a server said about one recipient.

    Args:
        code: the enhanced status code; empty where there is none.
        permanent: whether it gave up for good; None where nothing says so.
    """

    code: str
    permanent: bool | None


def status_in(field: str, diagnostic: str) -> Status:
    """The status of a report, made more exact by the server's own words where it has a code there.

    The field is what the reporting server made of the answer; the answer itself says more.
    """
    said, own = _CODE.search(field[:_LONGEST]), _CODE.search(diagnostic[:_LONGEST])
    found = own if own is not None and (said is None or own[1] != "2") else said
    if found is not None:
        return Status(f"{found[1]}.{found[2]}.{found[3]}", found[1] == "5" if found[1] != "2" else None)
    reply = _REPLY.search(diagnostic[:_LONGEST])
    return Status("", None if reply is None or reply[1] == "2" else reply[1] == "5")


def reason_of(status: Status, words: str) -> str:
    """Why, in the words of receipts."""
    said = _said(words)
    if said == _LATER and status.permanent:
        said = _said(words, later=False)
    said = "expired" if said == _LATER else said
    detail = status.code.partition(".")[2]
    if said in ("blocked", "mailbox_full", "content"):
        return said
    if detail in _BY_CODE:
        return _BY_CODE[detail]
    if status.permanent is False:
        return said if said in ("policy", "expired") else _BY_SUBJECT.get(detail.partition(".")[0], "other")
    if detail in _UNKNOWN or said == "unknown_address":
        return "unknown_address"
    return said or _BY_SUBJECT.get(detail.partition(".")[0], "other")


def _said(words: str, *, later: bool = True) -> str:
    """What the words speak of; ``later`` asks to try again, which counts where no code says otherwise."""
    small = " ".join(words[:_LONGEST].lower().replace("’", "'").split())
    return next((reason for reason, pattern in _SAID if (later or reason != _LATER) and pattern.search(small)), "")
