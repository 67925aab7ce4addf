"""Where we read a bounce otherwise than the tool that the corpus takes its expectations from, and why we keep to it.

The tool calls a dead address soft where the server refused it after the message was sent rather than before: it takes that for
a filter. What the server says is "unknown user", so for us nothing will ever reach that address.
"""

from __future__ import annotations

__all__ = ["JUDGED"]

_SAID_UNKNOWN = "the server says that it knows no such user, with a permanent code: hard, whenever in the dialogue it said so"
_NO_SERVER = "no mail server wrote it, and it has no form that machines agree on: an automatic mail, which moves nothing"
_PERSON = "it comes from an ordinary address and says nothing of being automatic: a person can look at it"

JUDGED = {
    "bsd/lhost-amazonses-02.eml": _SAID_UNKNOWN,
    "bsd/lhost-amazonses-10.eml": "a notification in JSON by a vendor's service: for a plugin of that vendor",
    "bsd/lhost-amazonworkmail-02.eml": _SAID_UNKNOWN,
    "bsd/lhost-courier-02.eml": _SAID_UNKNOWN,
    "bsd/lhost-exchange2003-04.eml": _SAID_UNKNOWN,
    "bsd/lhost-exim-52.eml": "the address is malformed: nothing will ever reach it, though the fault may be ours",
    "bsd/lhost-fml-02.eml": _PERSON,
    "bsd/lhost-kddi-02.eml": _NO_SERVER,
    "bsd/lhost-mcafee-04.eml": _SAID_UNKNOWN,
    "bsd/lhost-messagingserver-06.eml": _SAID_UNKNOWN,
    "bsd/lhost-messagingserver-08.eml": _SAID_UNKNOWN,
    "bsd/lhost-mfilter-04.eml": "the same words are called hard in other mails of the corpus",
    "bsd/lhost-opensmtpd-12.eml": "its action is `delayed`: the server is still trying, whatever it says",
    "bsd/lhost-sendmail-14.eml": "a person forwarded a bounce: their own mail, and nothing that a server vouches for",
    "bsd/lhost-sendmail-40.eml": _SAID_UNKNOWN,
    "bsd/lhost-sendmail-48.eml": _SAID_UNKNOWN,
    "bsd/lhost-sendmail-50.eml": _SAID_UNKNOWN,
    "bsd/lhost-verizon-02.eml": _NO_SERVER,
    "bsd/lhost-yahoo-06.eml": _SAID_UNKNOWN,
    "bsd/rfc3464-42.eml": _SAID_UNKNOWN,
    "bsd/rhost-gsuite-08.eml": _SAID_UNKNOWN,
    "bsd/rhost-nttdocomo-02.eml": _SAID_UNKNOWN,
}
"""The name of each such mail, with the reason."""
