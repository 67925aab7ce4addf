"""A message as the bytes of a mail: what every channel that speaks mail needs (RFC 5322, MIME, RFC 6532)."""

from __future__ import annotations

from incidentkit.mail.identity import digest, envelope_id, message_id, of_envelope_id
from incidentkit.mail.writing import mail

__all__ = ["digest", "envelope_id", "mail", "message_id", "of_envelope_id"]
