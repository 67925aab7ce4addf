"""What goes wrong between this side and a mail server, whatever the message."""

from __future__ import annotations

from incidentkit.errors import TransientChannelError

__all__ = ["AnswerLost", "no_line"]


class AnswerLost(Exception):
    """The mail was handed in, and no word came back: it may or may not have gone out."""


def no_line(error: OSError, server: str = "The mail server") -> TransientChannelError:
    """The error for a connection that failed before anything was handed in. What the error says is left out."""
    found_wrong = getattr(error, "verify_message", "")  # of ssl.SSLCertVerificationError
    if found_wrong:
        return TransientChannelError(
            server,
            "must have a certificate that holds for its name",
            got=str(found_wrong).partition(",")[0],
            next="Correct host or ca_file, or renew the certificate.",
        )
    return TransientChannelError(server, "must be reachable, and answer in time", got=type(error).__name__)
