"""``incidentkit preview``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from incidentkit.cli.faces import words_of
from incidentkit.cli.files import write_whole
from incidentkit.cli.options import AsJson, Lang, ShopFile
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import chosen_shop

if TYPE_CHECKING:
    from incidentkit.delivery.catalogue import Catalogue, Rendered
    from incidentkit.phrases.words import Words

__all__ = ["preview"]


def preview(
    ctx: typer.Context,
    step: Annotated[str | None, typer.Argument(metavar="STEP")] = None,
    language: Annotated[str | None, typer.Option("--language", metavar="TAG")] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE")] = None,
    listing: Annotated[bool, typer.Option("--list")] = False,
    shop: ShopFile = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show a message as a customer would get it, with sample values; or list every text."""
    from incidentkit.delivery.catalogue import load_catalogue
    from incidentkit.delivery.templates.steps import steps_of
    from incidentkit.domain.shop import Shop

    settings = chosen_shop(shop) or Shop()
    catalogue, wanted, steps = load_catalogue(settings), language or settings.language, steps_of(settings)
    if step is None or listing:
        _list(words_of(ctx), catalogue, wanted, [name for name in steps if step in (None, name)], as_json)
        return
    _check(step, list(steps))
    rendered = _sample(catalogue, step, wanted)
    if html is not None:
        write_whole(html, rendered.html)
    if as_json:
        show_json({"step": step, "language": catalogue.language(wanted).code, **_as_dict(rendered)})
    elif html is not None:
        Screen.of(words_of(ctx)).say("preview.written", file=html)
    else:
        _show(Screen.of(words_of(ctx)), rendered)


def _check(step: str, steps: list[str]) -> None:
    from incidentkit.codec.problems import nearest
    from incidentkit.errors import InvalidInput

    if step not in steps:
        got = repr(step)[:40] + nearest(step, steps)
        raise InvalidInput("STEP", "must be one of those that incidentkit preview --list shows", got=got)


def _sample(catalogue: Catalogue, step: str, language: str) -> Rendered:
    from incidentkit.delivery.templates.samples import SAMPLE_LINKS, sample_values

    return catalogue.render(step, language, sample_values(step), SAMPLE_LINKS)


def _as_dict(rendered: Rendered) -> dict[str, str]:
    return {"subject": rendered.subject, "text": rendered.text, "html": rendered.html}


def _show(screen: Screen, rendered: Rendered) -> None:
    screen.line((rendered.subject, "bold"))
    screen.line()
    for line in rendered.text.rstrip("\n").split("\n"):
        screen.line(line)


def _list(words: Words, catalogue: Catalogue, language: str, steps: list[str], as_json: bool) -> None:
    rows = [(step, _sample(catalogue, step, language).subject, catalogue.origin(step, language)) for step in steps]
    if as_json:
        texts = [{"step": step, "subject": subject, "file": file} for step, subject, file in rows]
        show_json({"language": catalogue.language(language).code, "texts": texts})
        return
    from incidentkit.cli.table import Column, show_table

    columns = [
        Column(words.say("preview.step")),
        Column(words.say("preview.subject"), flexible=True),
        Column(words.say("preview.file"), spare=1),
    ]
    show_table(Screen.of(words), columns, [((step, "bold"), subject, (file, "dim")) for step, subject, file in rows])
