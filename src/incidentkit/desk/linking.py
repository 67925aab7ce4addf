"""The keys that links are signed with: derived from the store's own at first, then those that were made since."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from base64 import b64decode, b64encode
from datetime import UTC, datetime

from incidentkit.delivery.tokens import TokenKey, Tokens, usable_keys
from incidentkit.desk.runtime import Runtime

__all__ = ["rotate_keys", "tokens_of"]

_UNDER = "token_keys."


def tokens_of(runtime: Runtime) -> Tokens | None:
    """What makes and reads the links of a desk's messages, by the keys as they are now; None where the shop's settings name no
    place for pages and no address for replies.

    Raises:
        MissingExtra: itsdangerous is not installed.
    """
    if not (runtime.shop.pages_url or runtime.shop.reply_to):
        return None
    return reading_tokens(runtime)


def reading_tokens(runtime: Runtime) -> Tokens:
    """The same, whatever the settings name: what was sent before they changed can still be read."""
    return Tokens(runtime.tenant, usable_keys([_first(runtime), *_made(runtime).values()], runtime.clock()))


def rotate_keys(runtime: Runtime, *, alone: bool) -> None:
    """Sign with a new key from now on."""
    runtime.store.check_alone("A change of keys")
    kept = {"key": b64encode(secrets.token_bytes(32)).decode(), "since": runtime.clock().isoformat(), "alone": alone}
    value = json.dumps(kept, sort_keys=True)
    name = ""
    while runtime.store.setting(name) != value:  # somebody else may have taken the number
        name = f"{_UNDER}{len(_made(runtime)) + 1}"
        runtime.store.set_setting(name, value)


def _first(runtime: Runtime) -> TokenKey:
    said = f"incidentkit.tokens\0{runtime.tenant}".encode()
    return TokenKey(hmac.digest(runtime.store.secret, said, hashlib.sha256), datetime.min.replace(tzinfo=UTC))


def _made(runtime: Runtime) -> dict[int, TokenKey]:
    found = {int(name.removeprefix(_UNDER)): json.loads(value) for name, value in runtime.store.settings(_UNDER).items()}
    return {number: _read(found[number]) for number in sorted(found)}


def _read(kept: dict[str, str | bool]) -> TokenKey:
    return TokenKey(b64decode(str(kept["key"])), datetime.fromisoformat(str(kept["since"])), bool(kept["alone"]))
