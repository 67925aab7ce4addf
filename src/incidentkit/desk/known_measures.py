"""The measures that a desk knows, once they and what the shop's settings make of them have proved sound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from incidentkit.domain.shop import ScoreboardLine, Shop
from incidentkit.errors import ConfigurationError, PluginError
from incidentkit.hooks.plugins import Plugins
from incidentkit.measures.catalogue import BUILT_IN, MeasureCatalogue
from incidentkit.measures.lines import bad_line
from incidentkit.measures.measure import Measure
from incidentkit.measures.readings import own_measure
from incidentkit.store.figures import unknown_columns

__all__ = ["known_measures"]


def known_measures(shop: Shop, plugins: Plugins, host_version: str) -> MeasureCatalogue:
    """Those that ship, the shop's own and those of its plugins.

    Raises:
        ConfigurationError: a measure of the shop's has the name of another, or a line of its scoreboard is of none.
        PluginError: one of a plugin's has the name of another, or looks at what is not in the record.
    """
    for name, measure in plugins.measures.items():
        problem = _wrong(measure, shop)
        if problem:
            raise _of_plugin(name, problem, plugins, host_version)
    problems = [f"measures[{i}].name: {m.name!r} ships already" for i, m in enumerate(shop.measures) if m.name in BUILT_IN]
    own = [own_measure(own) for own in shop.measures if own.name not in BUILT_IN]
    found = MeasureCatalogue.of(BUILT_IN, own, plugins.measures.values())
    if not problems:
        problems = [f"scoreboard[{i}].{said}" for i, line in enumerate(shop.scoreboard) for said in _bad_line(line, found)]
    if problems:
        rule, step = "must name measures that there are, each once", "Correct the names."
        raise ConfigurationError("The shop's settings", rule, got="; ".join(problems), next=step, problems=tuple(problems))
    return found


def _wrong(measure: Measure, shop: Shop) -> str:
    if measure.name in BUILT_IN:
        return f"{measure.name}, which ships already"
    if measure.name in {own.name for own in shop.measures}:
        return f"{measure.name}, which the shop's settings have too"
    unknown = unknown_columns(measure)
    return f"{measure.name}, which looks at {', '.join(unknown)}" if unknown else ""


def _of_plugin(measure: str, problem: str, plugins: Plugins, host_version: str) -> PluginError:
    owner = next((info for info in plugins.listing() if measure in info.measures), None)
    name, version = (owner.name, owner.version) if owner else ("", "")
    return PluginError(
        f"Plugin {name}",
        "must bring measures of its own, over what is in the record",
        got=problem,
        next="Update the plugin, rename the measure, or block the plugin.",
        plugin=name,
        version=version,
        host_version=host_version,
    )


def _bad_line(line: ScoreboardLine, known: MeasureCatalogue) -> Iterator[str]:
    if line.measure not in known:
        yield f"measure: expected one of {', '.join(known.names)}, found {line.measure!r}{_nearest(line.measure, known.names)}"
        return
    for key, expected, got in bad_line(line, known.named(line.measure)):
        yield f"{key}: expected {expected}, found {got}"


def _nearest(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1)
    return f" (did you mean {close[0]}?)" if close else ""
