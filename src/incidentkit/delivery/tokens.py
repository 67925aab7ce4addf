"""Tokens: what a link lets its holder see or do, signed so that nobody can make or change one.

A token says for which tenant, person and thing it is, which offers as they stood, and until when. Its kind goes into the
signature: one made to look at an order answers no offer. Keys change; what an earlier one signed holds until it expires.
Needs the extra ``web``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from base64 import b32decode, b32encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from attrs import evolve, field, frozen

from incidentkit.errors import MissingExtra

if TYPE_CHECKING:
    from itsdangerous import Signer

__all__ = ["LONGEST_LIFE", "Claims", "TokenKey", "TokenKind", "Tokens", "usable_keys"]

TokenKind = Literal["answer", "preferences", "status", "survey", "unsubscribe"]
"""What a link is for."""

LONGEST_LIFE = timedelta(days=90)
"""No token lives longer: as long as idempotency keys are kept, which make it act once."""

_TOKEN = re.compile(r"[\w-]{8,1400}\.([\w-]{43})", re.ASCII)
_ADDRESS = re.compile(r"[^@]*\+([a-z2-7]{42})@[^@]+", re.IGNORECASE | re.ASCII)
_MAC_BYTES = 10


@frozen
class TokenKey:
    """A key, and since when it signs.

    Args:
        alone: what was signed with earlier ones counts no more.
    """

    secret: bytes = field(repr=False)
    since: datetime
    alone: bool = False


@frozen
class Claims:
    """What a token says. Its repr shows nothing that would make it another's.

    Args:
        person: whose link it is, by the id that the record has for them.
        subject: the id of the order, incident or ask; for ``unsubscribe`` the purpose of the messages.
        expires: in UTC, in whole seconds; not valid from then on.
        offers: the ids of the offers that it answers.
        generation: how many offers the case had when they were put; with more, these were replaced.
        tenant: whose record it is about; given by `Tokens`.
    """

    kind: TokenKind
    person: str = field(repr=False)
    subject: str
    expires: datetime
    offers: tuple[str, ...] = ()
    generation: int = 1
    tenant: str = ""

    @property
    def key(self) -> str:
        """What makes it act once: the same for every token that lets the same person do the same thing."""
        said = "\0".join((self.kind, self.tenant, self.person, self.subject, str(self.generation)))
        return f"page/{hashlib.sha256(said.encode()).hexdigest()}"


def usable_keys(keys: Sequence[TokenKey], at: datetime) -> tuple[TokenKey, ...]:
    """Of the keys, the oldest first, those that may still have signed a token that lives."""
    found: list[TokenKey] = []
    for key in reversed(keys):
        if found and (found[0].alone or found[0].since + LONGEST_LIFE <= at):
            break
        found.insert(0, key)
    return tuple(found)


class Tokens:
    """Makes and reads the tokens of one tenant. Its repr shows no key.

    Args:
        keys: the oldest first; the last one signs.

    Raises:
        MissingExtra: itsdangerous is not installed.
    """

    def __init__(self, tenant: str, keys: Sequence[TokenKey]) -> None:
        _check_extra()
        self._tenant = tenant
        self._secrets = [key.secret for key in keys]
        self._signers: dict[TokenKind, Signer] = {}

    def sign(self, claims: Claims) -> str:
        """The token: letters, digits, ``-``, ``_`` and a point."""
        said = json.dumps(_packed(evolve(claims, tenant=self._tenant)), separators=(",", ":"))
        return self._signer(claims.kind).sign(_based(said.encode())).decode("ascii")

    def read(self, kind: TokenKind, token: str, at: datetime) -> Claims | None:
        """What it says; None for one that is altered, expired, of another kind or tenant, or none at all. Never raises."""
        from itsdangerous import BadSignature

        found = _TOKEN.fullmatch(token)
        if found is None or not _is_canonical(found[1]):
            return None
        try:
            claims = _unpacked(kind, json.loads(_unbased(self._signer(kind).unsign(token))))
        except (BadSignature, ValueError, TypeError, AttributeError, OverflowError, OSError):
            return None  # all but the first for what another version signed
        return claims if claims.tenant == self._tenant and at < claims.expires else None

    def _signer(self, kind: TokenKind) -> Signer:
        if kind not in self._signers:
            self._signers[kind] = _signer(self._secrets, kind)
        return self._signers[kind]

    # --- Addresses that answers come back to ---------------------------------------------------------------------

    def address(self, base: str, subject: str) -> str:
        """An address for answers about a thing, ``shop+TOKEN@...``; ``""`` where its id, or the address, takes no token.

        Args:
            base: the address that it extends.
        """
        id_, (local, _, domain) = _uuid(subject), base.partition("@")
        if id_ is None or not domain:
            return ""
        token = b32encode(id_.bytes + self._mac(self._secrets[-1], id_)).decode().rstrip("=").lower()
        extended = f"{local}+{token}"
        return f"{extended}@{domain}" if len(extended) <= 64 else ""

    def read_address(self, address: str) -> str | None:
        """The id of the thing that an address is about, whatever the case of its letters; None for any other. Never raises."""
        found = _ADDRESS.fullmatch(address.strip())
        if found is None:
            return None
        raw = b32decode(found[1].upper() + "=" * 6)
        id_, mac = UUID(bytes=raw[:-_MAC_BYTES]), raw[-_MAC_BYTES:]
        right = [hmac.compare_digest(mac, self._mac(secret, id_)) for secret in self._secrets]
        return str(id_) if any(right) else None

    def _mac(self, secret: bytes, id_: UUID) -> bytes:
        said = b"\0".join((b"incidentkit.address", self._tenant.encode(), id_.bytes))
        return hmac.digest(secret, said, hashlib.sha256)[:_MAC_BYTES]


def _signer(secrets: Sequence[bytes], kind: TokenKind) -> Signer:
    from itsdangerous import Signer

    return Signer(list(secrets), salt=f"incidentkit.{kind}", key_derivation="hmac", digest_method=hashlib.sha256)


def _check_extra() -> None:
    if find_spec("itsdangerous") is None:
        raise MissingExtra(
            "Links to the pages",
            "need itsdangerous",
            got="no itsdangerous",
            next="Install it: pip install 'incidentkit[web]', or leave pages_url and reply_to out of shop.toml.",
            extra="web",
        )


def _is_canonical(signature: str) -> bool:
    """Whether no other text would be read as the same bytes."""
    return _based(_unbased(signature.encode())) == signature.encode()


def _based(raw: bytes) -> bytes:
    """Base64 for addresses, without the signs that fill it up."""
    return urlsafe_b64encode(raw).rstrip(b"=")


def _unbased(text: bytes) -> bytes:
    return urlsafe_b64decode(text + b"=" * (-len(text) % 4))


# --- As few characters as can be: a link must fit a line ---------------------------------------------------------


def _packed(claims: Claims) -> list[Any]:
    said = [claims.tenant, _short(claims.person), _short(claims.subject), int(claims.expires.timestamp())]
    return [*said, claims.generation, *claims.offers] if claims.offers or claims.generation != 1 else said


def _unpacked(kind: TokenKind, said: Any) -> Claims:
    tenant, person, subject, expires, *rest = said
    generation, *offers = rest or [1]
    at = datetime.fromtimestamp(expires, UTC)
    return Claims(kind, _long(person), _long(subject), at, tuple(offers), generation, tenant)


def _short(id_: str) -> str:
    """An id of the usual form in 22 characters; any other as it is, behind a mark."""
    found = _uuid(id_)
    return f"={id_}" if found is None else _based(found.bytes).decode()


def _long(short: str) -> str:
    return short[1:] if short.startswith("=") else str(UUID(bytes=_unbased(short.encode())))


def _uuid(id_: str) -> UUID | None:
    try:
        found = UUID(id_)
    except ValueError:
        return None
    return found if str(found) == id_ else None
