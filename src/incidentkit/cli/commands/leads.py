"""``incidentkit leads``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from incidentkit.cli.bounds import day_or_time
from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang, Now, ShopFile, Statistic, Store, statistic_of
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_STORE, desk_to_read
from incidentkit.cli.usage import Misused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from incidentkit.measures.leading import LeadEvidence

__all__ = ["leads"]


def leads(
    ctx: typer.Context,
    lead: Annotated[str | None, typer.Argument(metavar="LEAD")] = None,
    lag: Annotated[str | None, typer.Argument(metavar="LAG")] = None,
    objective: Annotated[str | None, typer.Option("--objective", metavar="ID")] = None,
    lead_statistic: Annotated[Statistic, typer.Option("--lead-statistic", metavar="STATISTIC")] = Statistic.VALUE,
    lag_statistic: Annotated[Statistic, typer.Option("--lag-statistic", metavar="STATISTIC")] = Statistic.VALUE,
    pairs: Annotated[int, typer.Option("--pairs", metavar="N", min=1)] = 1,
    since: Annotated[str | None, typer.Option("--since", metavar="D")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="D")] = None,
    store: Store = DEFAULT_STORE,
    shop: ShopFile = None,
    now: Now = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Say whether a lead measure moves before the measure that it should move."""
    if objective is None and (lead is None or lag is None):
        raise Misused("missing_argument", name="LEAD" if lead is None else "LAG")
    first, end = day_or_time(since, "--since"), day_or_time(until, "--until")
    with desk_to_read(store, shop, day_or_time(now, "--now")) as desk:
        if objective is not None:
            found = desk.lead_evidence(objective)
        else:
            assert lead is not None and lag is not None, "asked for above"  # noqa: PT018
            one, other = statistic_of(lead_statistic), statistic_of(lag_statistic)
            found = (desk.leads(lead, lag, since=first, until=end, lead_statistic=one, lag_statistic=other, pairs=pairs),)
    if as_json:
        show_json({"evidence": [each.as_dict() for each in found]})
    else:
        _show(Screen.of(words_of(ctx)), found)


def _show(screen: Screen, found: Sequence[LeadEvidence]) -> None:
    from incidentkit.phrases.evidence import evidence_figures, evidence_said

    if not found:
        screen.say("leads.none")
    for each in found:
        screen.hanging("", evidence_said(screen.words, each), _STYLES[each.verdict])
        figures = evidence_figures(screen.words, each)
        if figures:
            screen.hanging("  ", figures, "dim")
    if any(each.verdict == "leads" for each in found):
        screen.line()
        screen.hanging("", screen.words.say("leads.no_cause"), "dim")


_STYLES = {"leads": "bold", "no_evidence": "", "cannot_say": "yellow"}
