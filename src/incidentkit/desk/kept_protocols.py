"""The protocols that a shop had so far: a version says the same for good, or nobody knows what a case was answered by."""

from __future__ import annotations

from incidentkit.codec.record import encode_protocol
from incidentkit.domain.default_protocols import DEFAULT_PROTOCOLS
from incidentkit.domain.protocols import Protocol
from incidentkit.domain.shop import Shop
from incidentkit.store.store import Store

__all__ = ["keep_protocols", "unraised"]

_UNDER = "protocol/"


def keep_protocols(store: Store, shop: Shop) -> None:
    """Keep each protocol of the shop's own under its type and version, unless that version is kept already."""
    own = _own(shop)
    kept = store.settings(_UNDER) if own else {}
    for protocol in own:
        if _name(protocol) not in kept:
            store.set_setting(_name(protocol), encode_protocol(protocol))


def unraised(store: Store, shop: Shop) -> tuple[str, ...]:
    """The types whose protocol says something else than it did under the same version, or has a lower one than before."""
    own = _own(shop)
    kept = store.settings(_UNDER) if own else {}
    return tuple(protocol.type for protocol in own if _changed(protocol, kept))


def _changed(protocol: Protocol, kept: dict[str, str]) -> bool:
    under = f"{_UNDER}{protocol.type}/"
    versions = [int(name.removeprefix(under)) for name in kept if name.startswith(under)]
    same = kept.get(_name(protocol)) in (None, encode_protocol(protocol))
    return not same or protocol.version < max(versions, default=0)


def _own(shop: Shop) -> list[Protocol]:
    """Those that the shop itself decides on; the built-in ones follow the version of incidentkit."""
    return [protocol for protocol in shop.protocols if protocol not in DEFAULT_PROTOCOLS]


def _name(protocol: Protocol) -> str:
    return f"{_UNDER}{protocol.type}/{protocol.version}"
