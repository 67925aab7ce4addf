"""Jinja2, shut in: a text can show values, choose between words and go through a list, and nothing else.

Two walls stand one behind the other. `faults` reads the syntax tree and refuses every kind of it that is not listed here,
when a text is loaded. The sandbox refuses every attribute, subscript and call when a text is filled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from incidentkit.codec.problems import nearest

__all__ = ["FILTERS", "LOOP", "TAKEN", "compiled", "faults", "values_of"]

FILTERS = ("capitalize", "first", "join", "last", "length", "lower", "title", "trim", "upper")
"""What may be done to a value."""

LOOP = ("first", "index", "last", "length")
"""What a text may ask of the loop that it is in."""

TAKEN = "values taken"  # no name: a text can't reach it
"""Under this key a list stands among the values that takes what a text says; what comes out are marks in its place."""

_OF_LISTS = ("first", "join", "last", "length")
_EMPTY, _MARK = "\0", "qz{}zq"
_MOST_VALUES = 1000
_MARKS = tuple(_MARK.format(at) for at in range(_MOST_VALUES))
_ALONE = re.compile(r"^[ \t]*(?:(?:\{%(?:(?!%\})[^\n])*%\}|\{#(?:(?!#\})[^\n])*#\})[ \t]*)+\n", re.MULTILINE)

_KINDS = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.For,
    nodes.Filter,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Concat,
    nodes.Getattr,
)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Values are plain: nothing hangs on them that a text could take or call, and nobody counts with them."""

    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)
    intercepted_unops = frozenset(ImmutableSandboxedEnvironment.default_unop_table)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002 - jinja2's own shape
        raise SecurityError("a text can't count")

    def call_unop(self, context: Context, operator: str, arg: Any) -> Any:  # noqa: ARG002 - jinja2's own shape
        raise SecurityError("a text can't count")

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is LoopContext and attribute in LOOP:
            return getattr(obj, attribute)
        raise SecurityError("a text can't look into a value")

    def getitem(self, obj: Any, argument: Any) -> Any:  # noqa: ARG002 - jinja2's own shape
        raise SecurityError("a text can't look into a value")

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ARG002 - jinja2's own shape
        raise SecurityError("a text can't call anything")

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ARG002 - jinja2's own shape
        return False

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ARG002 - jinja2's own shape
        return False


@pass_context
def _said(context: Context, value: Any) -> str:
    """What comes out for a value: itself in a line, a mark in a text."""
    if type(value) is int:
        value = str(value)
    elif not isinstance(value, str):
        raise SecurityError("a text can only say words")
    taken = context.parent[TAKEN]
    if taken is None:
        return str(value)
    if not value:
        return _EMPTY
    if len(taken) >= _MOST_VALUES:
        raise SecurityError("a text is too long")
    taken.append(value)
    return _MARKS[len(taken) - 1]


@cache
def _sandbox() -> _Sandbox:
    # Not optimized: nothing is worked out before the second wall stands.
    made = _Sandbox(
        undefined=StrictUndefined, finalize=_said, optimized=False, autoescape=False, cache_size=0, keep_trailing_newline=True
    )
    made.filters = {name: made.filters[name] for name in FILTERS}
    made.tests = {}
    made.globals = {}
    return made


@lru_cache(maxsize=2048)
def compiled(text: str) -> Template:
    """The text, ready to be filled. A line with nothing but tags leaves no line behind.

    Raises:
        jinja2.TemplateSyntaxError: it is no text that `faults` lets through.
    """
    box = _sandbox()
    return box.from_string(_ALONE.sub(lambda found: found[0].strip(), text))


def values_of(template: str) -> frozenset[str]:
    """The names of the values that a text uses."""
    from jinja2.meta import find_undeclared_variables

    return frozenset(find_undeclared_variables(_sandbox().parse(template)))


# --- The first wall ----------------------------------------------------------------------------------------------


def faults(text: str, names: AbstractSet[str], lists: AbstractSet[str], what: str) -> Iterator[tuple[int, str, str]]:
    """What a text must not have in it: the line, what was expected, and what was found.

    Args:
        names: the values that there are for it.
        lists: those of them that are several.
        what: how the text is called, such as ``order.shipped``.
    """
    try:
        tree = _sandbox().parse(f"{text}\n")  # an opening sign at the very end would pass for words
    except TemplateSyntaxError as error:
        yield error.lineno, "a text that can be read", (error.message or "a mistake").partition(". ")[0][:200]
        return
    except (RecursionError, ValueError):
        yield 1, "fewer brackets in brackets, and shorter numbers", ""
        return
    yield from _Reader(names, lists, what).read(tree, frozenset())


class _Reader:
    """Goes through the tree of one text."""

    def __init__(self, names: AbstractSet[str], lists: AbstractSet[str], what: str) -> None:
        self._names, self._lists, self._what = names, lists & names, what

    def read(self, node: nodes.Node, scope: AbstractSet[str]) -> Iterator[tuple[int, str, str]]:
        """The faults in ``node``; ``scope`` has the names of the loop around it."""
        if not isinstance(node, _KINDS) or (type(node) is nodes.Getattr and not self._of_loop(node, scope)):
            yield node.lineno or 1, "values, if, and for through a list; nothing else", _shown(node)
        elif isinstance(node, nodes.Name):
            yield from self._name(node, scope)
        elif isinstance(node, nodes.For):
            yield from self._loop(node, scope)
        elif not isinstance(node, nodes.Getattr):
            if isinstance(node, nodes.Const) and type(node.value) not in (str, int):
                yield node.lineno, "words or a whole number", _shown(node)
            if isinstance(node, nodes.Filter):
                yield from self._filter(node)
            if isinstance(node, nodes.CondExpr) and node.expr2 is None:
                yield node.lineno, "else, with what is said otherwise", "nothing"
            if isinstance(node, nodes.Output | nodes.Concat) or (isinstance(node, nodes.Filter) and node.name not in _OF_LISTS):
                yield from self._several(node, scope)
            for child in node.iter_child_nodes():
                yield from self.read(child, scope)

    def _of_loop(self, node: nodes.Getattr, scope: AbstractSet[str]) -> bool:
        return bool(scope) and isinstance(node.node, nodes.Name) and node.node.name == "loop" and node.attr in LOOP

    def _name(self, node: nodes.Name, scope: AbstractSet[str]) -> Iterator[tuple[int, str, str]]:
        if node.name not in self._names and node.name not in scope:
            known = ", ".join(sorted(self._names))
            yield node.lineno, f"one of the values of {self._what} ({known})", node.name + nearest(node.name, self._names)

    def _loop(self, node: nodes.For, scope: AbstractSet[str]) -> Iterator[tuple[int, str, str]]:
        if scope:
            yield node.lineno, "no loop in a loop", "for"
        if not isinstance(node.iter, nodes.Name) or node.iter.name not in self._lists:
            several = " or ".join(sorted(self._lists)) or f"no loop: {self._what} has no list"
            yield node.lineno, f"a loop through {several}" if self._lists else several, "another"
        if not isinstance(node.target, nodes.Name) or node.target.name in {*self._names, "loop"}:
            yield node.lineno, "one new name for each of the list", "another"
            return
        if node.recursive:
            yield node.lineno, "no loop that calls itself", "recursive"
        inner = frozenset({node.target.name})
        for child in (*node.body, *([node.test] if node.test else ())):
            yield from self.read(child, inner)
        for child in node.else_:
            yield from self.read(child, scope)

    def _several(self, node: nodes.Node, scope: AbstractSet[str]) -> Iterator[tuple[int, str, str]]:
        for child in node.iter_child_nodes():
            if isinstance(child, nodes.Name) and child.name in self._lists and child.name not in scope:
                yield child.lineno, f"a loop through {child.name}, or {child.name} | join", child.name

    def _filter(self, node: nodes.Filter) -> Iterator[tuple[int, str, str]]:
        if node.name not in FILTERS:
            yield node.lineno, f"one of {', '.join(FILTERS)} behind a |", node.name + nearest(node.name, FILTERS)
        elif len(node.args) > (node.name == "join") or node.kwargs or node.dyn_args or node.dyn_kwargs:
            yield node.lineno, f"nothing in brackets after {node.name}" + " but one text" * (node.name == "join"), "more"
        elif not all(isinstance(given, nodes.Const) for given in node.args):
            yield node.lineno, f"a fixed text after {node.name}", "another"


def _shown(node: nodes.Node) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(node).__name__).lower()
