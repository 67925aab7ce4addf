"""``incidentkit verify``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Screen, progress_of, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.cli.usage import Misused

if TYPE_CHECKING:
    from incidentkit.cli.values import Values
    from incidentkit.domain.verification import Damage, VerifyReport

__all__ = ["verify"]

_SEAL = re.compile(r"\d+:[0-9a-f]{64}")


def verify(
    ctx: typer.Context,
    seal: Annotated[str | None, typer.Option("--seal", metavar="N:HASH")] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=100_000)] = 20,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Look the whole record over, and name what is not as it was written."""
    from incidentkit.cli.values import Values

    if seal is not None and not _SEAL.fullmatch(seal):
        raise Misused("seal", "--seal", got=seal[:40] or '""')
    words = words_of(ctx)
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        with progress_of(words.say("progress.verify"), words, quiet=as_json) as progress:
            report = desk.verify(limit=limit, seal=seal, progress=progress)
        if as_json:
            show_json(_as_dict(report))
        else:
            _show(Screen.of(words), Values(words, desk.shop.tzinfo), report)
    if not report.ok:
        raise typer.Exit(1)


def _show(screen: Screen, values: Values, report: VerifyReport) -> None:
    say, number = screen.words.say, values.number
    counts = {"events": number(report.events), "streams": number(report.streams), "seals": number(report.seals)}
    if report.ok:
        screen.line((say("verify.sound", **counts), "bold"))
    else:
        screen.line((say("verify.damaged", count=number(report.damaged), **counts), "bold red"))
        for damage in report.damages:
            _show_damage(screen, damage)
        if report.damaged > len(report.damages):
            screen.line((say("verify.more", count=number(report.damaged - len(report.damages))), "dim"))
        screen.line(say("verify.rebuild" if report.rebuildable else "verify.restore"))
    if report.seal:
        screen.line((say("verify.seal", seal=report.seal), "dim"))


def _show_damage(screen: Screen, damage: Damage) -> None:
    where = "" if damage.seq is None else screen.words.say("verify.at", seq=damage.seq)
    screen.line(("✗ ", "red"), screen.words.named("damage", damage.kind), (f" {where}".rstrip(), "bold"))
    screen.hanging("  ", f"{damage.subject}: {damage.words}", "dim")


def _as_dict(report: VerifyReport) -> dict[str, Any]:
    from attrs import asdict

    found = asdict(report)
    found["damages"] = [{**asdict(damage), "rebuildable": damage.rebuildable} for damage in report.damages]
    return {"ok": report.ok, "rebuildable": report.rebuildable, **found, "at": report.at.isoformat()}
