"""Whether what the store keeps of itself is there and can be read: settings, what is known of channels, names given once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, exists, select

from incidentkit.codec.settings import shop_from_json
from incidentkit.errors import ConfigurationError
from incidentkit.store import tables as t
from incidentkit.store.database import STORE, key_of
from incidentkit.store.derived import NAMED
from incidentkit.store.rebuilding import is_current
from incidentkit.store.verifying.findings import Findings

__all__ = ["judge_itself"]


def judge_itself(connection: Connection, tenant: str, findings: Findings) -> None:
    """Look at all that belongs to no stream."""
    for subject, words in _bad_settings(connection, tenant):
        findings.add("settings", subject, words)
    for subject, words in _bad_channels(connection, tenant):
        findings.add("settings", subject, words)
    for row in connection.execute(_loose_names(tenant)):
        findings.add("names", f"{row.kind} {row.name}", "it leads to nothing of that kind")


def _bad_settings(connection: Connection, tenant: str) -> Iterator[tuple[str, str]]:
    key = key_of(connection) or ""
    if len(key) != 64 or not _reads(bytes.fromhex, key):
        yield "the store's key", "it is missing, or can't be read"
    if not is_current(connection, tenant):
        yield "facts", "they were made by another version, and not made anew"
    s = t.settings.c
    shop = connection.execute(select(s.value).where(s.tenant == tenant, s.name == "shop")).scalar()
    if shop is not None and not _reads(shop_from_json, shop):
        yield "shop", "the settings of the shop can't be read"
    schema = connection.execute(select(s.value).where(s.tenant == STORE, s.name == "schema")).scalar()
    if schema != str(t.SCHEMA_VERSION):
        yield "schema", "it is not the version that the store has"


def _bad_channels(connection: Connection, tenant: str) -> Iterator[tuple[str, str]]:
    c = t.channel_state.c
    for row in connection.execute(select(c.channel, c.recent, c.failures, c.opened).where(c.tenant == tenant)):
        if not _reads(json.loads, row.recent) or row.failures < 0 or row.opened < 0:
            yield f"channel {row.channel}", "what is known of it can't be read"


def _loose_names(tenant: str) -> Any:
    n, s = t.names.c, t.streams.c
    there = exists().where(s.tenant == tenant, s.stream == n.stream, s.kind == n.kind)
    return select(n.kind, n.name).where(n.tenant == tenant, n.kind.not_in(NAMED), ~there)


def _reads(read: Callable[[str], Any], text: str) -> bool:
    try:
        read(text)
    except (ValueError, ConfigurationError):
        return False
    return True
