"""``incidentkit vault``: whether personal data and free text are encrypted, and doing so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, ShopFile, Store
from incidentkit.cli.screen import Screen, progress_of, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read

__all__ = ["VAULT"]


def status(
    ctx: typer.Context,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show how much is encrypted."""
    from incidentkit.cli.values import Values

    words = words_of(ctx)
    with desk_to_read(store, shop) as desk:
        found = desk.vault.status()
        if as_json:
            texts = {"encrypted": found.encrypted, "plain": found.plain}
            files = {"encrypted": found.files_encrypted, "plain": found.files_plain}
            show_json({"keyed": found.keyed, "texts": texts, "files": files})
            return
        number, screen = Values(words, desk.shop.tzinfo).number, Screen.of(words)
        screen.say("vault.keyed" if found.keyed else "vault.not_keyed")
        screen.say("vault.texts", encrypted=number(found.encrypted), plain=number(found.plain))
        screen.say("vault.files", encrypted=number(found.files_encrypted), plain=number(found.files_plain))
        if found.keyed and found.plain + found.files_plain:
            screen.say("vault.some_plain")


def encrypt(
    ctx: typer.Context,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Put under keys what was kept before there were any."""
    from incidentkit.cli.values import Values

    words = words_of(ctx)
    with progress_of(words.say("progress.encrypt"), words, quiet=as_json) as progress, desk_to_read(store, shop) as desk:
        done = desk.vault.encrypt(progress=progress)
        if as_json:
            show_json({"texts": done.rows, "files": done.files, "wiped": done.wiped})
            return
        number, screen = Values(words, desk.shop.tzinfo).number, Screen.of(words)
        screen.say("vault.encrypted", texts=number(done.rows), files=number(done.files))
        if not done.wiped:
            screen.say("vault.not_wiped")


def rotate(
    ctx: typer.Context,
    drop_old: Annotated[bool, typer.Option("--drop-old")] = False,
    master: Annotated[str | None, typer.Option("--master", metavar="NAME")] = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Give everybody fresh keys, or wrap the keys with another master key."""
    from incidentkit.cli.values import Values
    from incidentkit.store.keys import master_key

    words = words_of(ctx)
    new = None if master is None else master_key(master)
    with progress_of(words.say("progress.rotate"), words, quiet=as_json) as progress, desk_to_read(store, shop) as desk:
        number = Values(words, desk.shop.tzinfo).number
        if new is not None:
            keys = desk.vault.rewrap(new)
            shown, said = {"keys": keys}, words.say("vault.rewrapped", keys=number(keys), name=master)
        else:
            done = desk.vault.rotate(drop_old=drop_old, progress=progress)
            shown = {"texts": done.rows, "dropped": done.dropped}
            said = words.say("vault.dropped" if done.dropped else "vault.rotated", texts=number(done.rows))
        if as_json:
            show_json(shown)
        else:
            Screen.of(words).line(said)


VAULT: Mapping[str, Callable[..., None]] = {"status": status, "encrypt": encrypt, "rotate": rotate}
"""The commands of the group by their names."""
