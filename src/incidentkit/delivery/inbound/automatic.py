"""Whether a machine wrote a mail: the marks that machines set, and what people call such mails.

Whatever a machine wrote is never answered by one, and moves no case. Sources: RFC 3834, RFC 5230, RFC 2919, RFC 5321 4.5.5.
"""

from __future__ import annotations

import re

from incidentkit.delivery.inbound.headers import Headers

__all__ = ["automatic", "is_reply"]

_ROBOTS = re.compile(
    r"(?:mailer[._-]?daemon|post[._-]?master|mail[._-]?delivery[._-]?(?:system|subsystem)|(?:do[._-]?not|no"
    r"|dont)[._-]?(?:reply|responder)"
    r"|bounces?|auto-?reply|autoresponder)(?:[+._-].*)?",
    re.IGNORECASE,
)
_SUBJECTS = re.compile(
    r"(?:auto(?:mat(?:ic|ed))?[ -]?(?:re(?:ply|sponse)|antwort)\b|automatische antwort|out of (?:the )?office"
    r"|ooo:|away from (?:my|the) (?:mail|office)"
    r"|vacation|respuesta autom[aá]tica|fuera de (?:la |mi )?oficina|estoy de vacaciones|ausencia(?: temporal)?:"
    r"|r[ée]ponse automatique|risposta automatica|resposta autom[aá]tica)",
    re.IGNORECASE,
)
_PRECEDENCE = {"bulk": "bulk", "junk": "bulk", "auto_reply": "auto_replied", "list": "list"}
_SUPPRESS = frozenset({"all", "oof", "autoreply"})


def automatic(headers: Headers, sender: str) -> str:
    """Why no person wrote it, by code; empty for a person's.

    ``auto_replied``, ``auto_generated``: it says so (RFC 3834), or its subject does. ``list``, ``bulk``: sent to many.
    ``no_return``: nothing can come back to it. ``robot``: its sender is called like one.
    """
    submitted = headers.first("auto-submitted").partition(";")[0].partition("(")[0].strip().lower()
    if submitted and submitted != "no":
        return "auto_replied" if submitted.startswith("auto-replied") else "auto_generated"
    if is_reply(headers):
        return "auto_replied"
    if "list-id" in headers or "list-unsubscribe" in headers:
        return "list"
    precedence = _PRECEDENCE.get(headers.first("precedence").strip().lower())
    if precedence:
        return precedence
    if any(path.replace(" ", "") == "<>" for path in headers.raw("return-path")):
        return "no_return"
    return "robot" if _ROBOTS.fullmatch(sender.partition("@")[0]) else ""


def is_reply(headers: Headers) -> bool:
    """Whether it answers a message by itself: a holiday notice, an acknowledgement."""
    if headers.first("auto-submitted").strip().lower().startswith("auto-replied"):
        return True
    if any(name in headers for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-mailer-autoreply")):
        return True
    asked = {word.strip().lower() for word in headers.first("x-auto-response-suppress").split(",")}
    return bool(asked & _SUPPRESS) or any(_SUBJECTS.match(said.strip()[:200]) for said in headers.all("subject"))
