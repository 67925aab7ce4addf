"""Protocols as one text each, in events and documents: cases share a few of them, which are read and written once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from cattrs import Converter
from cattrs.gen import make_dict_unstructure_fn

from incidentkit.domain.protocols import Protocol

__all__ = ["register_protocols"]

_FEW = 256
"""So many protocols are remembered: more than the shops of one process have, in all their versions."""

_dump = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode


def register_protocols(converter: Converter) -> None:
    """A protocol is read from, and written as, one text. The same text gives the very same protocol."""
    # With what is the default today: the case keeps it, whatever the default is tomorrow.
    in_full: Callable[[Protocol], Mapping[str, Any]] = make_dict_unstructure_fn(
        Protocol, converter, _cattrs_omit_if_default=False
    )
    from_full: Callable[[Any, Any], Protocol] = converter.gen_structure_attrs_fromdict(Protocol)

    written: dict[int, tuple[Protocol, str]] = {}

    def known(protocol: Protocol, text: str) -> str:
        # By what it is, not by what it equals: that is looked up at once. It is held, so no other takes its id.
        if len(written) >= _FEW:
            written.clear()
        written[id(protocol)] = (protocol, text)
        return text

    @lru_cache(maxsize=_FEW)
    def read(text: str) -> Protocol:
        protocol = from_full(json.loads(text), Protocol)
        known(protocol, text)
        return protocol

    def write(protocol: Protocol) -> str:
        held = written.get(id(protocol))
        return held[1] if held is not None else known(protocol, _dump(in_full(protocol)))

    converter.register_structure_hook(Protocol, lambda value, _: read(value))
    converter.register_unstructure_hook(Protocol, write)
