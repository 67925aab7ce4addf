"""Putting the floors together. The only place that makes a store, loads plugins and reads the machine's clock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from incidentkit.desk.desk import Desk
    from incidentkit.domain.incidents import Incident
    from incidentkit.domain.shop import Shop
    from incidentkit.ports import BlobStore, KeyStore, TombstoneLedger
    from incidentkit.store.store import Store

__all__ = ["open_desk"]


def open_desk(
    url: str,
    shop: Shop | None = None,
    *,
    tenant: str = "default",
    plugins: Iterable[object] = (),
    clock: Callable[[], datetime] | None = None,
    ids: Callable[[], str] | None = None,
    guards: Mapping[str, Callable[[Incident], bool]] | None = None,
    blobs: BlobStore | Path | None = None,
    keys: KeyStore | None = None,
    tombstones: TombstoneLedger | None = None,
    shared: bool = False,
) -> Desk:
    """Open the desk of a shop on a database, which is made if it is not there.

    Args:
        url: an SQLAlchemy URL, e.g. ``sqlite:///shop.db``; ``sqlite://`` is a database in memory.
        shop: the settings; default: those that the store was first opened with, else the built-in ones.
        tenant: whose record; a desk sees one.
        plugins: modules or objects with hooks, besides the installed ones.
        clock: gives the present, with a zone; default: the machine's.
        ids: gives a fresh UUID of version 7 as text; default: by the clock and the machine's randomness.
        guards: the shop's ``host_guards``: whether a case may take a step, by the guard's name.
        blobs: keeps the files that come with messages, or the folder to keep them in; default: the folder ``files`` beside the
            database, or a temporary one.
        keys: keeps the keys of personal data and free text, which are encrypted then; default: where ``vault.keys`` of the
            settings says, else none.
        tombstones: names those who were forgotten, apart from the database, so that a restored copy forgets them again;
            default: the file that ``vault.tombstones`` of the settings names, else one beside an SQLite database, else none.
        shared: the tables may be made among those of others, such as your own; they are found again without it.

    Raises:
        ConfigurationError: unusable settings or URL, a guard that the settings do not name, or a store whose words need other
            keys.
        LifecycleError: the shop's own sub-states or guards make an unsound life of a case; ``path`` shows it.
        PluginError: a plugin that can't be loaded.
        StoreError: a database that can't be used: not ours, of a newer version, read-only.
    """
    # Imported here: naming open_desk must cost nothing before it is called.
    from incidentkit.delivery.catalogue import load_catalogue
    from incidentkit.desk.desk import Desk
    from incidentkit.desk.ids import uuid7_source
    from incidentkit.desk.kept_protocols import keep_protocols
    from incidentkit.desk.known_measures import known_measures
    from incidentkit.desk.runtime import Runtime
    from incidentkit.hooks.manager import load_plugins
    from incidentkit.store.engine import directory_of
    from incidentkit.store.store import Store
    from incidentkit.version import __version__

    now = _in_utc(clock or _machine_clock)
    store = Store(url, _tenant(tenant), shared=shared)
    try:
        settings = _settled(store, shop)
        own = _guards(settings, guards or {})
        loaded = load_plugins(settings, extra=plugins, host_version=__version__, directory=directory_of(url))
        store.serve(settings, loaded.observe)
        store.keep_apart(keys, settings.vault)
        store.bring_up_to_date()
        key = _fingerprint_key(settings, store)
        measures = known_measures(settings, loaded, __version__)
        runtime = Runtime(store, settings, loaded, now, ids or uuid7_source(now), store.tenant, key, own, measures)
        folder = directory_of(url)
        catalogue = load_catalogue(settings, loaded.kinds)
        desk = Desk(runtime, catalogue, _files(blobs, folder), tombstones or _ledger(settings, url))
        desk.remember_forgotten()
        # Kept once they have proved to work.
        _keep(store, shop)
        keep_protocols(store, settings)
        return desk
    except BaseException:
        store.close()
        raise


def _files(given: BlobStore | Path | None, beside: Path | None) -> BlobStore:
    """Where files are kept: where it was said, else beside the database."""
    from pathlib import Path

    from incidentkit.delivery.blobs import FolderBlobs

    if isinstance(given, Path):
        return FolderBlobs(given)
    return given or FolderBlobs(beside / "files" if beside else None)


def _ledger(shop: Shop, url: str) -> TombstoneLedger | None:
    """Where those who were forgotten are named: where the settings say, else beside an SQLite database."""
    from pathlib import Path

    from incidentkit.delivery.tombstones import FileLedger
    from incidentkit.store.engine import file_of

    if shop.vault.tombstones:
        return FileLedger(Path(shop.vault.tombstones))
    file = file_of(url)
    return None if file is None else FileLedger(file.with_name(f"{file.name}.forgotten.jsonl"))


def _in_utc(clock: Callable[[], datetime]) -> Callable[[], datetime]:
    """The same clock; a time without a zone is refused wherever it is looked at."""
    from incidentkit.domain.times import instant

    return lambda: instant(clock(), "The desk's clock")


def _machine_clock() -> datetime:
    return datetime.now(UTC)


def _tenant(name: str) -> str:
    from incidentkit.errors import InvalidInput

    if not isinstance(name, str) or not name or len(name) > 64 or "/" in name:
        raise InvalidInput("tenant", "must be a name of 1 to 64 characters without a slash", got=type(name).__name__)
    return name


def _settled(store: Store, shop: Shop | None) -> Shop:
    """The settings to work by: those given, else those that the store was first opened with, else the built-in ones."""
    from incidentkit.codec.settings import shop_from_json
    from incidentkit.domain.shop import Shop

    if shop is not None:
        return shop
    kept = store.setting("shop")
    return shop_from_json(kept) if kept else Shop()


def _guards(shop: Shop, guards: Mapping[str, Callable[[Incident], bool]]) -> Mapping[str, Callable[[Incident], bool]]:
    """The host's guards, once its own sub-states and guards have proved sound."""
    from incidentkit.errors import ConfigurationError
    from incidentkit.rules.extensions import check_extension

    check_extension(shop)
    unknown = sorted(guards.keys() - set(shop.host_guards))
    if unknown:
        raise ConfigurationError(
            "guards",
            f"are those that host_guards names: {', '.join(shop.host_guards) or 'none'}",
            got=", ".join(unknown),
            next="Name them in the shop's settings.",
            problems=tuple(f"guards: {name!r} is not among host_guards" for name in unknown),
        )
    return dict(guards)


def _keep(store: Store, shop: Shop | None) -> None:
    """The settings that a store is first opened with are kept in it."""
    from incidentkit.codec.settings import shop_to_json

    if shop is not None and store.setting("shop") is None:
        store.set_setting("shop", shop_to_json(shop))


def _fingerprint_key(shop: Shop, store: Store) -> bytes:
    """The key of idempotency fingerprints: named by the settings, else the one made with the store."""
    from incidentkit.errors import ConfigurationError

    if shop.fingerprint_key is None:
        return store.secret
    name = shop.fingerprint_key.get("env", "")
    value = os.environ.get(name, "")
    if not value:
        raise ConfigurationError(
            "fingerprint_key",
            "names an environment variable that is set",
            got=f"{name or 'no name'} without a value",
            next="Set it, or leave fingerprint_key out.",
            problems=(f"fingerprint_key: {name} is not set",),
        )
    return value.encode()
