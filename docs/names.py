"""The public names, by the modules that they are taken from, and the page that lists them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from typing import Any, get_origin

from attrs import frozen

__all__ = ["PLACES", "Place", "names_page"]


@frozen
class Place:
    """A module that has public names.

    Args:
        about: what is found there, in a sentence.
        only: those names; default: all of its ``__all__``.
        called: under what name a desk has the one class that is meant; its methods are listed then.
    """

    module: str
    about: str
    only: tuple[str, ...] = ()
    called: str = ""

    def names(self) -> Iterator[str]:
        """In order, without what begins with an underscore."""
        public = self.only or import_module(self.module).__all__
        return (name for name in sorted(public) if not name.startswith("_"))

    def value(self, name: str) -> Any:
        """What the name stands for."""
        return getattr(import_module(self.module), name)

    def rows(self) -> Iterator[tuple[str, Any]]:
        """What is listed: the names, or the methods, each with what it stands for."""
        for name in self.names():
            if not self.called:
                yield name, self.value(name)
                continue
            # Commands that are kept in files of their own are the desk's all the same.
            methods = [item for kind in self.value(name).__mro__ if kind is not object for item in vars(kind).items()]
            yield from ((f"{self.called}.{part}", value) for part, value in methods if not part.startswith("_"))


PLACES = (
    Place("incidentkit", "Everything that a shop's backend needs: `import incidentkit as ik`."),
    Place("incidentkit.desk.orders", "The commands on orders, and looking them up.", ("Orders",), "desk.orders"),
    Place("incidentkit.desk.incidents", "The commands on cases, and looking them up.", ("Incidents",), "desk.incidents"),
    Place("incidentkit.desk.surveys", "Asking customers, and what they answered.", ("Surveys",), "desk.surveys"),
    Place("incidentkit.desk.contacts", "Taking down what is said with customers.", ("Contacts",), "desk.contacts"),
    Place("incidentkit.desk.needs", "The commands on customers' needs, and looking them up.", ("Needs",), "desk.needs"),
    Place("incidentkit.desk.pages", "Links, and what customers see and answer by them.", ("Pages",), "desk.pages"),
    Place("incidentkit.desk.page_views", "What `desk.pages` gives."),
    Place("incidentkit.domain.views", "What a customer may see of an order and its cases."),
    Place("incidentkit.web", "The pages as an application that a host mounts."),
    Place("incidentkit.desk.context", "What `desk.context` gives.", ("CaseInContext", "Context", "Owed", "Said")),
    Place("incidentkit.hooks", "What the author of a plugin needs."),
    Place("incidentkit.cli", "The command line, for an application that has it as a command of its own."),
    Place("incidentkit.mail", "A message as the bytes of a mail, for channels that speak it."),
    Place("incidentkit.testing.clocks", "Time for tests."),
    Place(
        "incidentkit.testing.contracts",
        "The conformance kit for channels; comes with the extra `testing`.",
        ("ChannelContract", "Fault", "messages"),
    ),
)


def names_page() -> Iterator[str]:
    """The parts of the page."""
    yield "# Public names"
    yield (
        "What is listed here is public: it is typed, tested and kept. Everything else may change at any time. Errors have "
        "[a page of their own](errors.md) with each cause and next step, and so have [events](events.md) and "
        "[measures](measures.md)."
    )
    for place in PLACES:
        rows = "\n".join(f"| `{name}` | {_said(value)} |" for name, value in place.rows())
        yield f"## {place.called or place.module}\n\n{place.about}\n\n| name | what it is |\n|---|---|\n{rows}"


def _said(value: Any) -> str:
    """The first paragraph of its docstring; an alias says what it stands for."""
    if not callable(value) or get_origin(value) is not None:
        return f"`{str(value).removeprefix('typing.')}`"
    first = (inspect.getdoc(value) or "").split("\n\n")[0]
    return " ".join(first.split()).replace("``", "`").replace("|", "\\|")
