"""``incidentkit check``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from incidentkit.cli.faces import words_of
from incidentkit.cli.options import AsJson, Lang
from incidentkit.cli.screen import Screen, show_json
from incidentkit.cli.stores import DEFAULT_SHOP
from incidentkit.errors import ConfigurationError

if TYPE_CHECKING:
    from incidentkit.codec.problems import Problem
    from incidentkit.domain.shop import Shop

__all__ = ["check"]


def check(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE")] = DEFAULT_SHOP,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Name every mistake in a shop.toml; ok with a short summary where there is none."""
    from incidentkit.codec.problems import refuse

    shop, problems = _read(file)
    if as_json:
        show_json({"file": str(file), "ok": not problems, "problems": [_as_dict(p) for p in problems]})
    if problems:
        refuse(str(file), problems)
    if shop is not None and not as_json:
        _summary(Screen.of(words_of(ctx)), file, shop)


def _read(file: Path) -> tuple[Shop | None, list[Problem]]:
    """The shop, and everything that is wrong: in the file, in its plugins' settings, in its own texts and measures."""
    from incidentkit.codec.settings import parse_shop
    from incidentkit.codec.toml import parse_toml, read_text

    try:
        text = read_text(file, "a shop.toml")
        plugins = parse_toml(text, str(file)).get("plugins", {})
    except ConfigurationError as error:
        return None, _problems(error)
    try:
        shop, problems = parse_shop(text, str(file)), []
    except ConfigurationError as error:
        shop, problems = None, _problems(error)
    folder = file.absolute().parent
    of_plugins = list(_plugin_problems(plugins, folder)) if isinstance(plugins, dict) else []
    of_texts = _text_problems(shop, folder) if shop is not None and shop.templates else []
    # Which measures and kinds there are is known only once every plugin has been asked.
    of_names = _name_problems(shop, folder) if shop is not None and not of_plugins else []
    return shop, [*problems, *of_plugins, *of_texts, *of_names]


def _name_problems(shop: Shop, folder: Path) -> list[Problem]:
    """What is wrong with the measures and the kinds of remedies that the settings name."""
    from incidentkit.desk.known_measures import known_measures
    from incidentkit.hooks.manager import load_plugins
    from incidentkit.version import __version__

    try:
        plugins = load_plugins(shop, host_version=__version__, directory=folder)
        known_measures(shop, plugins, __version__)
    except ConfigurationError as error:
        return _problems(error)
    return list(_kind_problems(shop, plugins.kinds))


def _kind_problems(shop: Shop, known: Mapping[str, Any]) -> Iterator[Problem]:
    """Kinds of remedies that a protocol allows or a role may grant, and that nobody can offer."""
    from incidentkit.codec.problems import Problem, nearest, shown

    named = {f"protocols.{protocol.type}.remedies": protocol.remedies for protocol in shop.protocols}
    named |= {f"authority.{role}.kinds": authority.kinds for role, authority in shop.authority.items()}
    for at, kinds in named.items():
        for place, kind in enumerate(kinds):
            if kind not in known:
                yield Problem(f"{at}[{place}]", f"one of {', '.join(known)}", shown(kind) + nearest(kind, known))


def _text_problems(shop: Shop, folder: Path) -> list[Problem]:
    """What is wrong with the shop's own texts, which lie beside its settings."""
    from attrs import evolve

    from incidentkit.delivery.catalogue import load_catalogue

    try:
        load_catalogue(evolve(shop, templates=str(folder / shop.templates)))
    except ConfigurationError as error:
        return _problems(error)
    return []


def _plugin_problems(plugins: Mapping[str, Any], folder: Path) -> Iterator[Problem]:
    """Each plugin is asked on its own, so that one's mistakes hide no other's."""
    from incidentkit.domain.shop import Shop
    from incidentkit.hooks.manager import load_plugins
    from incidentkit.version import __version__

    for name, settings in plugins.items():
        if not isinstance(settings, dict):
            continue  # said already
        try:
            load_plugins(Shop(plugins={name: settings}), host_version=__version__, directory=folder)
        except ConfigurationError as error:
            yield from _problems(error)


def _problems(error: ConfigurationError) -> list[Problem]:
    from incidentkit.codec.problems import Problem

    found = error.context.get("problems", ()) or (str(error),)
    return [problem if isinstance(problem, Problem) else Problem.parse(problem) for problem in found]


def _as_dict(problem: Problem) -> dict[str, str]:
    return {"path": problem.path, "expected": problem.expected, "found": problem.found}


def _summary(screen: Screen, file: Path, shop: Shop) -> None:
    screen.say("check.good", file=file, name=shop.name, zone=shop.zone, currency=shop.currency)
    screen.say(
        "check.details",
        types=len(shop.protocols),
        teams=len(shop.teams),
        agents=len(shop.agents),
        lines=len(shop.scoreboard),
    )
