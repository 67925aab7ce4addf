"""``incidentkit doctor``."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, Now, ShopFile, Store
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read

if TYPE_CHECKING:
    from incidentkit.cli.values import Values
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.health import Health, Problem, Waiting

__all__ = ["doctor"]

_WAITING = ("messages", "payments", "timers", "inbox", "receipts")
_COUNTS = ("dead", "unknown", "payments_failed", "payments_unknown", "inbox_dead")


def doctor(
    ctx: typer.Context,
    late: Annotated[int, typer.Option("--late", metavar="MINUTES", min=0, max=1_000_000)] = 15,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Say whether the work is done: what waits and since when, and what somebody should see to."""
    screen = Screen.of(words_of(ctx))
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        found = desk.health(late=timedelta(minutes=late))
        if as_json:
            show_json(_as_dict(found))
        else:
            _show(screen, desk, found)
    if not found.healthy:
        raise typer.Exit(1)


def _show(screen: Screen, desk: Desk, found: Health) -> None:
    from incidentkit.cli.values import Values

    say, values = screen.words.say, Values(screen.words, desk.shop.tzinfo)
    standing = "well" if not found.problems else "fair" if found.healthy else "ill"
    screen.line((say(f"doctor.{standing}"), "bold"), (f" · {values.moment(found.at)}", "dim"))
    for problem in found.problems:
        screen.line(("✗ " if problem.grave else "! ", "bold"), _said(problem, screen, values))
    screen.line()
    rows = [(say(f"doctor.{name}"), _waiting(getattr(found, name), screen, values)) for name in _WAITING]
    rows += [(say(f"doctor.{name}"), str(getattr(found, name))) for name in _COUNTS]
    rows.append((say("doctor.paused"), ", ".join(found.paused) or "0"))
    rows.append((say("doctor.store"), say("doctor.database", name=found.database, schema=found.schema, events=found.events)))
    wide = max(len(name) for name, _ in rows)
    for name, value in rows:
        screen.line((f"  {name:{wide}}  ", "dim"), value)


def _said(problem: Problem, screen: Screen, values: Values) -> str:
    since = values.moment(problem.since) if problem.since else ""
    return screen.words.say(f"doctor.problem.{problem.code}", count=problem.count, since=since)


def _waiting(waiting: Waiting, screen: Screen, values: Values) -> str:
    if waiting.since is None:
        return str(waiting.count)
    return screen.words.say("doctor.since", count=waiting.count, since=values.moment(waiting.since))


def _as_dict(found: Health) -> dict[str, Any]:
    from attrs import asdict

    from incidentkit.version import __version__

    def plain(inst: type, attribute: Any, value: Any) -> Any:
        return value.isoformat() if hasattr(value, "isoformat") else value

    return {"healthy": found.healthy, "version": __version__, **asdict(found, value_serializer=plain)}
