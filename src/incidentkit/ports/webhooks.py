"""Webhooks: a request as it came in, what an adapter makes of it, and the checks of two schemes of signatures.

Checks are made over the raw bytes, before anything is parsed, and take the same time for a signature that is nearly right as
for one that is all wrong. Several secrets can be valid at once, so that they can be changed without losing a request.
"""

from __future__ import annotations

import binascii
import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha1, sha256
from typing import Protocol, runtime_checkable
from urllib.parse import SplitResult, parse_qsl, unquote_to_bytes, urlsplit

from attrs import field, frozen

from incidentkit.domain.secrets import Secret
from incidentkit.errors import InvalidInput

__all__ = ["StandardWebhooks", "TwilioSignature", "WebhookAdapter", "WebhookRequest"]


@frozen
class WebhookRequest:
    """One request, as it came in. Its repr shows nothing of what is in it.

    Args:
        method: in capital letters.
        url: the whole of it, as its sender called it.
        headers: names and values, in their order.
        body: the raw bytes.
    """

    method: str
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)

    def header(self, name: str) -> str:
        """The value of a header, whatever the case of its name; ``""`` where it is missing, or stands there twice."""
        values = [value for own, value in self.headers if own.lower() == name.lower()]
        return values[0] if len(values) == 1 else ""


@runtime_checkable
class WebhookAdapter(Protocol):
    """Says of a request whether it is its vendor's, and which event it brings. It reads no further: that comes later."""

    @property
    def name(self) -> str:
        """The last part of the address that the vendor calls, and the source under which the raw bytes are kept."""
        ...

    def event_id(self, request: WebhookRequest, at: datetime) -> str | None:
        """The vendor's own id of the event, the same each time that it is sent; None for a request to be refused.

        Args:
            at: the present, in UTC.
        """
        ...


def _secrets(given: Secret | str | Iterable[Secret | str]) -> tuple[Secret, ...]:
    several = (given,) if isinstance(given, Secret | str) else given
    return tuple(Secret(one) if isinstance(one, str) else one for one in several)


def _there(check: object, attribute: object, secrets: Sequence[Secret]) -> None:
    if not secrets or not all(secret.reveal().strip() for secret in secrets):
        raise InvalidInput("A webhook's secret", "must be there", got="none", next="Take it from the vendor's own pages.")


def _any_equal(given: Iterable[bytes], right: Sequence[bytes]) -> bool:
    """Whether one of those given is one of the right ones, looking at all of them whatever is found."""
    found = [hmac.compare_digest(one, other) for one in given for other in right]
    return any(found)


# --- Standard Webhooks -------------------------------------------------------------------------------------------

_PREFIX, _VERSION = "whsec_", b"v1,"
_SECONDS = re.compile(r"[0-9]{1,12}")


def _keys(check: StandardWebhooks, attribute: object, secrets: Sequence[Secret]) -> None:
    _there(check, attribute, secrets)
    for secret in secrets:
        _key(secret)


def _key(secret: Secret) -> bytes:
    text = secret.reveal().removeprefix(_PREFIX).rstrip("=")
    try:
        key = b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        rule = "must be base64, with or without whsec_ before it"
        raise InvalidInput("A webhook's secret", rule, got="another text", next="Take it from the vendor's own pages.")
    return key


@frozen
class StandardWebhooks:
    """The symmetric signatures of Standard Webhooks: HMAC-SHA256 over id, time and raw body.

    Args:
        secrets: one or several, base64, with or without ``whsec_`` before it; any of them will do.
        tolerance: how far the sender's time may lie from the present, before or after it; what is older could be a replay.

    Raises:
        InvalidInput: no secret, or one that is none.
    """

    secrets: tuple[Secret, ...] = field(converter=_secrets, validator=_keys, repr=False)
    tolerance: timedelta = timedelta(minutes=5)

    def holds(self, request: WebhookRequest, at: datetime) -> bool:
        """Whether the request is signed with one of the secrets, and fresh. Its id is in the header ``webhook-id``."""
        id_, time, signatures = (request.header(f"webhook-{name}") for name in ("id", "timestamp", "signature"))
        # What is signed is put together with points: one in the id would let it be taken apart at another place.
        if not id_ or "." in id_ or not _SECONDS.fullmatch(time) or not self._fresh(int(time), at):
            return False
        try:
            head, given = f"{id_}.{time}.".encode("latin-1"), signatures.encode("latin-1").split(b" ")
        except UnicodeEncodeError:
            return False  # no header has such signs
        right = [_VERSION + b64encode(hmac.digest(_key(s), head + request.body, sha256)) for s in self.secrets]
        return _any_equal(given, right)

    def _fresh(self, seconds: int, at: datetime) -> bool:
        return abs(at.timestamp() - seconds) <= self.tolerance.total_seconds()


# --- Twilio ------------------------------------------------------------------------------------------------------

_DEFAULT_PORTS = {"http": "80", "https": "443"}
# Each field once with one "=", and escapes as every encoder writes them: else a byte could be changed and say the same.
_FORM = re.compile(rb"(?:[^&=%]|%[0-9A-F]{2})*=(?:[^&=%]|%[0-9A-F]{2})*")


@frozen
class TwilioSignature:
    """Twilio's signatures: HMAC-SHA1 over the URL and the fields of a form; any other body is held to its hash in the URL.

    They carry no time: a replay is known by its event's id alone.

    Args:
        secrets: the account's auth token, or several; any of them will do.

    Raises:
        InvalidInput: no secret.
    """

    secrets: tuple[Secret, ...] = field(converter=_secrets, validator=_there, repr=False)

    def holds(self, request: WebhookRequest) -> bool:
        """Whether the request is signed with one of the secrets, for its URL with its port or without."""
        signed = _signed_fields(request)
        if signed is None:
            return False
        try:
            given, urls = request.header("x-twilio-signature").encode("ascii"), [u.encode() for u in _urls(request.url)]
        except ValueError:
            return False  # signs, or a port, that nobody signs
        keys = [secret.reveal().encode() for secret in self.secrets]
        return _any_equal([given], [b64encode(hmac.digest(key, url + signed, sha1)) for key in keys for url in urls])


def _signed_fields(request: WebhookRequest) -> bytes | None:
    """What is signed behind the URL; None where the body is not covered by the signature."""
    if request.header("content-type").partition(";")[0].strip().lower() == "application/x-www-form-urlencoded":
        return _form_fields(request.body)
    return b"" if not request.body or _is_hashed(request) else None


def _form_fields(body: bytes) -> bytes | None:
    """Name and value of each field, sorted, each pair once."""
    pieces = body.split(b"&") if body else []
    if not all(_FORM.fullmatch(piece) for piece in pieces):
        return None
    pairs = {tuple(unquote_to_bytes(part) for part in piece.replace(b"+", b" ").split(b"=")) for piece in pieces}
    return b"".join(part for pair in sorted(pairs) for part in pair)


def _is_hashed(request: WebhookRequest) -> bool:
    try:
        query = parse_qsl(urlsplit(request.url).query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return False
    hashes = [value for name, value in query if name == "bodySHA256"]
    right = sha256(request.body).hexdigest().encode()
    return len(hashes) == 1 and hmac.compare_digest(hashes[0].encode("utf-8", "replace"), right)


def _urls(url: str) -> list[str]:
    """The URL as it is, without its port, and with the port that its scheme has by default."""
    parts = urlsplit(url)
    port = "" if parts.port is None else f":{parts.port}"
    bare = parts.netloc.removesuffix(port) if port else parts.netloc
    default = _DEFAULT_PORTS.get(parts.scheme)
    places = [bare] if port or default is None else [f"{bare}:{default}"]
    return [url, *(_at(parts, place) for place in places)]


def _at(parts: SplitResult, netloc: str) -> str:
    return parts._replace(netloc=netloc).geturl()
