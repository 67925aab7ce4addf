"""``incidentkit approvals``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.incidents import found_incident
from incidentkit.cli.options import After, AsJson, Lang, Limit, Now, ShopFile, Store
from incidentkit.cli.screen import Piece, Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.errors import InvalidInput

if TYPE_CHECKING:
    from incidentkit.cli.table import Column
    from incidentkit.cli.values import Values
    from incidentkit.delivery.templates.language import Language
    from incidentkit.desk.desk import Desk
    from incidentkit.domain.approvals import Approval
    from incidentkit.domain.authority import Budget
    from incidentkit.domain.incidents import Incident
    from incidentkit.domain.pages import Page
    from incidentkit.phrases.words import Words

__all__ = ["approvals"]

_MOST = 10_000
_SHOWN_OF_ID = 8


def approvals(
    ctx: typer.Context,
    named: Annotated[str | None, typer.Argument(metavar="[INCIDENT]")] = None,
    asked_of: Annotated[str | None, typer.Option("--asked-of", metavar="NAME")] = None,
    left_to: Annotated[str | None, typer.Option("--left-to", metavar="NAME")] = None,
    all_: Annotated[bool, typer.Option("--all")] = False,
    limit: Limit = None,
    after: After = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show what waits for an approval, and what somebody may still grant in a case."""
    if left_to is not None and named is None:
        raise InvalidInput("--left-to", "goes with a case", got="none", next="incidentkit approvals INCIDENT --left-to NAME")
    screen = Screen.of(words_of(ctx))
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        case = None if named is None else found_incident(desk, named)
        # Of one case everything is shown: there is little of it, and what was answered says why.
        open_ = None if all_ or case is not None else True
        about = None if case is None else case.id
        found = desk.approvals.find(asked_of=asked_of, incident=about, open=open_, limit=limit or _MOST, after=after)
        left = _left(desk, case, left_to)
        if as_json:
            _write(desk, found, left)
        else:
            _show(screen, desk, found)
            _show_left(screen, desk, left, left_to)


def _left(desk: Desk, case: Incident | None, name: str | None) -> tuple[Budget, ...] | None:
    """What a person may still grant; None where nobody asked."""
    if case is None or name is None:
        return None
    if desk.shop.agent(name) is None:
        known = ", ".join(agent.name for agent in desk.shop.agents) or "none"
        raise InvalidInput("--left-to", "names an agent of the shop", got=repr(name)[:40], next=f"Known: {known}.")
    return desk.incidents.budgets(case.id, by=name)


def _write(desk: Desk, found: Page[Approval], left: tuple[Budget, ...] | None) -> None:
    said: dict[str, Any] = {
        "as_of": desk.clock().isoformat(),
        "approvals": [_as_dict(approval) for approval in found],
        "next": found.next,
    }
    show_json(said if left is None else {**said, "left": [_limit(budget) for budget in left]})


def _as_dict(approval: Approval) -> dict[str, Any]:
    return {
        "id": approval.id,
        "incident": approval.incident,
        "state": approval.state.value,
        "worth": None if approval.worth is None else str(approval.worth),
        "asked_by": approval.asked_by,
        "asked_at": approval.asked_at.isoformat(),
        "may": list(approval.may),
        "asked_of": list(approval.asked_of),
        "until": None if approval.until is None else approval.until.isoformat(),
        "agrees": approval.agrees,
        "offers": [{"kind": o.kind, "amount": None if o.amount is None else str(o.amount)} for o in approval.offers],
        "exceeded": [_limit(budget) for budget in approval.exceeded],
        "reason": approval.reason.value if approval.reason is not None else None,
        "answered_by": approval.by or None,
        "ended_at": None if approval.ended_at is None else approval.ended_at.isoformat(),
    }


def _limit(budget: Budget) -> dict[str, Any]:
    return {
        "kind": budget.kind,
        "of": budget.of,
        "limit": str(budget.limit),
        "used": str(budget.used),
        "remaining": str(budget.remaining),
        "since": None if budget.since is None else budget.since.isoformat(),
    }


def _show(screen: Screen, desk: Desk, found: Page[Approval]) -> None:
    from incidentkit.cli.table import show_next, show_table
    from incidentkit.cli.values import Values

    words, values = screen.words, Values(screen.words, desk.shop.tzinfo)
    screen.line((f"{desk.shop.name} · {words.say('approvals.title')}", "bold"), (f" · {values.moment(desk.clock())}", "dim"))
    if not found:
        screen.say("approvals.none")
        return
    labels = desk.catalogue.language(words.language)
    screen.line()
    show_table(screen, _columns(words), [_row(approval, values, labels) for approval in found])
    show_next(screen, found.next)
    if any(approval.pending for approval in found):
        screen.line()
        screen.say("approvals.how")


def _columns(words: Words) -> Sequence[Column]:
    from incidentkit.cli.table import Column

    names = ("case", "request", "what", "worth", "asked_by", "asked_of", "state")
    return tuple(Column(words.say(f"approvals.{name}"), flexible=name == "what", right=name == "worth") for name in names)


def _row(approval: Approval, values: Values, labels: Language) -> Sequence[Piece]:
    from incidentkit.cli.deals import deal

    what = "; ".join(deal(offer, values, labels) for offer in approval.offers) or approval.agrees or ""
    ends = approval.until if approval.pending else None
    until = "" if ends is None else values.words.say("approvals.until", moment=values.moment(ends))
    return (
        approval.incident[-_SHOWN_OF_ID:],
        approval.id,
        what,
        "" if approval.worth is None else values.money(approval.worth),
        approval.asked_by.partition(":")[2],
        ", ".join(approval.asked_of) if approval.pending else approval.by.partition(":")[2],
        " ".join(filter(None, (values.words.named("approval_states", approval.state.value), until))),
    )


def _show_left(screen: Screen, desk: Desk, left: tuple[Budget, ...] | None, name: str | None) -> None:
    if left is None:
        return
    from incidentkit.cli.values import Values

    values = Values(screen.words, desk.shop.tzinfo)
    screen.line()
    if not left:
        screen.say("approvals.unlimited", name=name)
    for budget in left:
        screen.say(
            "approvals.left",
            name=name,
            kind=screen.words.named("budgets", budget.kind),
            left=values.money(budget.remaining),
            limit=values.money(budget.limit),
        )
