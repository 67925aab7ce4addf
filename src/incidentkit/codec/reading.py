"""Tables to values: nothing is taken for what it isn't, and all mistakes come at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from types import UnionType
from typing import Any, Generic, Literal, TypeVar, Union, get_args, get_origin

from attrs import evolve, fields, fields_dict, frozen, has
from cattrs import AttributeValidationNote, Converter, IterableValidationNote
from cattrs.cols import mapping_structure_factory
from cattrs.errors import ClassValidationError, ForbiddenExtraKeysError, IterableValidationError
from cattrs.gen import make_dict_structure_fn

from incidentkit.codec.durations import duration_text, parse_duration
from incidentkit.codec.problems import Location, Problem, Wrong, nearest, problem_path, shown
from incidentkit.errors import ConfigurationError, RuleViolation, SetupError

__all__ = ["Reading", "as_expected", "make_reader", "structure", "words"]

T = TypeVar("T")


def make_reader() -> Converter:
    """A converter that takes nothing for what it isn't: no text as a number, no unknown key, no text as a list."""
    reader = Converter(forbid_extra_keys=True, detailed_validation=True)
    reader.register_structure_hook(str, lambda raw, _: _of_kind(raw, str))
    reader.register_structure_hook(int, lambda raw, _: _of_kind(raw, int))
    reader.register_structure_hook(bool, lambda raw, _: _of_kind(raw, bool))
    reader.register_structure_hook(float, lambda raw, _: float(_of_kind(raw, int, float)))
    reader.register_structure_hook(timedelta, _duration)
    reader.register_unstructure_hook(timedelta, duration_text)
    for kind in (datetime, date, time):
        reader.register_structure_hook(kind, _moment)
        reader.register_unstructure_hook(kind, kind.isoformat)
    reader.register_structure_hook_factory(_is_choice, _choice_hook)
    reader.register_structure_hook_factory(_is_list, _list_hook)
    reader.register_structure_hook_factory(_is_table, _table_hook)
    reader.register_structure_hook_factory(has, _class_hook)
    return reader


_WORDS: Mapping[Any, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    timedelta: 'a duration such as "4h" or "3d"',
    datetime: "a date with its time",
    date: "a date",
    time: "a time of day",
}


def words(kind: Any) -> str:
    """What a value of that type is called in a file."""
    if kind in _WORDS:
        return _WORDS[kind]
    if get_origin(kind) in (Union, UnionType):
        return " or ".join(words(k) for k in get_args(kind) if k is not type(None))
    if _is_choice(kind):
        return f"one of {', '.join(map(str, get_args(kind)))}"
    return "a list" if _is_list(kind) else "a table" if _is_table(kind) or has(kind) else "a value"


def _of_kind(raw: Any, *kinds: type) -> Any:
    if isinstance(raw, kinds) and (not isinstance(raw, bool) or bool in kinds):
        return raw
    raise Wrong(words(kinds[-1]), shown(raw))


def _duration(raw: Any, _: Any) -> timedelta:
    try:
        return parse_duration(_of_kind(raw, str))
    except ValueError:
        raise Wrong(words(timedelta), shown(raw)) from None


def _moment(raw: Any, kind: Any) -> Any:
    if isinstance(raw, str):
        try:
            return kind.fromisoformat(raw)
        except ValueError:
            raise Wrong(words(kind), shown(raw)) from None
    return _of_kind(raw, kind)


def _is_choice(kind: Any) -> bool:
    return get_origin(kind) is Literal


def _is_list(kind: Any) -> bool:
    inner = get_args(kind)
    alike = len(inner) == 1 or (len(inner) == 2 and inner[1] is Ellipsis)
    return get_origin(kind) in (tuple, list, frozenset, set, Sequence) and alike


def _is_table(kind: Any) -> bool:
    return get_origin(kind) in (dict, Mapping)


def _choice_hook(kind: Any, _: Converter) -> Callable[[Any, Any], Any]:
    def choose(raw: Any, _: Any) -> Any:
        for choice in get_args(kind):
            if type(choice) is type(raw) and choice == raw:
                return choice
        near = nearest(raw, map(str, get_args(kind))) if isinstance(raw, str) else ""
        raise Wrong(words(kind), shown(raw) + near)

    return choose


class _Gone:
    """Stands in a list for what was cut out of it, so that the others keep their places."""


_GONE = _Gone()


def _list_hook(kind: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    item = get_args(kind)[0]
    read = converter.get_structure_hook(item)
    make = list if get_origin(kind) is Sequence else get_origin(kind)

    def items(raw: Any, _: Any) -> Any:
        if not isinstance(raw, list):
            raise Wrong("a list", shown(raw))
        done, errors = [], []
        for i, value in enumerate(raw):
            try:
                if value is not _GONE:
                    done.append(read(value, item))
            except Exception as error:  # noqa: BLE001 - every kind of mistake is gathered, and told together
                error.add_note(IterableValidationNote(f"item {i}", i, item))
                errors.append(error)
        if errors:
            raise IterableValidationError("items", errors, kind)
        return make(done)

    return items


def _table_hook(kind: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    return _tables_only(mapping_structure_factory(kind, converter, dict))


def _class_hook(kind: Any, converter: Converter) -> Callable[[Any, Any], Any]:
    whole = make_dict_structure_fn(kind, converter)

    def read(raw: Any, _: Any) -> Any:
        try:
            return whole(raw, kind)
        except ClassValidationError as error:
            # A class stops at its first check; here every one of them is heard, each at its own key.
            failed = list(_failed_checks(raw, kind, converter))
            told = [e for e in error.exceptions if not failed or _has_a_place(e)]
            raise ClassValidationError(error.message, [*told, *failed], kind) from None

    return _tables_only(read)


def _failed_checks(raw: dict[str, Any], kind: Any, converter: Converter) -> Iterator[Exception]:
    for attribute in fields(kind):
        if attribute.validator is None or attribute.name not in raw:
            continue
        try:
            value = converter.structure(raw[attribute.name], attribute.type)
        except Exception:  # noqa: BLE001, S112 - told already
            continue
        try:
            attribute.validator(None, attribute, value)
        except (ValueError, TypeError) as error:
            error.add_note(AttributeValidationNote("check", attribute.name, attribute.type))
            yield error
        except Exception:  # noqa: BLE001, S112 - one that needs the whole object: the class itself will run it
            continue


def _has_a_place(error: BaseException) -> bool:
    placed = any(isinstance(note, AttributeValidationNote) for note in getattr(error, "__notes__", ()))
    return placed or isinstance(error, ForbiddenExtraKeysError)


def _tables_only(read: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def table(raw: Any, kind: Any) -> Any:
        if not isinstance(raw, dict):
            raise Wrong("a table", shown(raw))
        return read(raw, kind)

    return table


# --- All mistakes at once ----------------------------------------------------------------------------------------


@frozen
class Reading(Generic[T]):
    """What a file amounts to.

    Args:
        value: the value without the parts that are wrong; None where nothing is left.
        problems: every mistake.
        cuts: where parts were left out.
    """

    value: T | None
    problems: tuple[Problem, ...]
    cuts: frozenset[Location]

    def still_true(self, problems: Iterable[str], referred: Iterable[str], alone: Iterable[str]) -> tuple[Problem, ...]:
        """Those of ``problems`` between the parts that are not the fault of what was cut out.

        Args:
            referred: tables that other parts refer to; where one has lost an entry, only problems of ``alone`` are sure.
            alone: keys that are judged by themselves.
        """
        torn = any(str(cut[0]) in referred and len(cut) <= 2 for cut in self.cuts if cut)
        placed = (Problem.parse(_at_its_place(text, self.cuts)) for text in problems)
        return tuple(p for p in placed if not torn or p.path in alone)


@frozen
class _Mistake:
    at: Location
    problem: Problem
    cut: Location


def structure(
    reader: Converter,
    raw: dict[str, Any],
    cls: type[T],
    *,
    root: Location = (),
    referred: Iterable[str] = (),
    alone: Iterable[str] = (),
    stand_ins: Mapping[str, Any] | None = None,
) -> Reading[T]:
    """``raw`` as a ``cls``, with all of its mistakes.

    Each mistake is cut out and the rest read again, because some show only when others are gone (a reference between two
    tables, a second value in one table).

    Args:
        root: stands before every path.
        referred, alone: for problems between the parts that ``cls`` itself finds, see `Reading.still_true`.
        stand_ins: for keys that ``cls`` can't do without, so that the rest is read although they are missing.
    """
    problems: list[Problem] = []
    cuts: set[Location] = set()
    while True:
        try:
            return Reading(reader.structure(raw, cls), tuple(problems), frozenset(cuts))
        except Exception as error:  # noqa: BLE001 - whatever a class's own checks raise is a mistake to tell
            so_far = Reading[T](None, tuple(problems), frozenset(cuts))
            if (between := _between(error)) is not None:
                return evolve(so_far, problems=(*problems, *so_far.still_true(between, referred, alone)))
            mistakes = list(_mistakes(error, cls, (), root))
        # What an earlier cut has torn is no mistake of the file's.
        problems += [m.problem for m in mistakes if not any(cut[: len(m.at)] == m.at for cut in cuts)]
        now = {_kept_alive(m, stand_ins or {}) for m in mistakes}
        if () in now or now <= cuts:
            return Reading(None, tuple(problems), frozenset(cuts | now))
        cuts |= now
        raw = {**(stand_ins or {}), **_without(raw, now)}


def _kept_alive(mistake: _Mistake, stand_ins: Mapping[str, Any]) -> Location:
    stands = len(mistake.at) == 1 and mistake.at[0] in stand_ins
    return mistake.at if stands else mistake.cut


def _between(error: BaseException) -> tuple[str, ...] | None:
    inner = error.exceptions if isinstance(error, ClassValidationError) else ()
    if len(inner) == 1 and isinstance(inner[0], ConfigurationError):
        return tuple(map(str, inner[0].problems))
    return None


def _mistakes(error: BaseException, kind: Any, at: Location, root: Location) -> Iterator[_Mistake]:
    if isinstance(error, (ClassValidationError, IterableValidationError)):
        placed, loose = error.group_exceptions()
        for inner, note in placed:
            step = note.name if isinstance(note, AttributeValidationNote) else note.index
            yield from _mistakes(inner, note.type, (*at, step), root)
        for inner in loose:
            yield from _mistakes(inner, error.cl, at, root)
    elif isinstance(error, ForbiddenExtraKeysError):
        for key in sorted(error.extra_fields):
            there = (*at, key)
            found = "an unknown key" + nearest(key, fields_dict(error.cl))
            yield _Mistake(there, Problem(problem_path((*root, *there)), _known_keys(error.cl), found), there)
    else:
        yield _mistake(error, kind, at, root)


def _mistake(error: BaseException, kind: Any, at: Location, root: Location) -> _Mistake:
    path = problem_path((*root, *at))
    if isinstance(error, Wrong):
        return _Mistake(at, Problem(path, error.expected, error.found), at)
    if isinstance(error, KeyError):
        return _Mistake(at, Problem(path, words(kind), "nothing"), at[:-1])
    if isinstance(error, (RuleViolation, SetupError)):
        return _Mistake(at, Problem(path, as_expected(error.rule), "" if error.got is None else str(error.got)), at)
    return _Mistake(at, Problem(path, _fitting(error, kind)), at)


def _fitting(error: BaseException, kind: Any) -> str:
    # What a plugin's own check says of the value; the value itself may be long.
    return f"a value that fits: {str(error.args[0])[:200]}" if error.args else words(kind)


def as_expected(rule: str) -> str:
    """What an error's rule says, as what was expected."""
    if rule.startswith("must be "):
        return rule.removeprefix("must be ")
    return "it to " + rule.removeprefix("must ") if rule.startswith("must ") else rule


def _known_keys(cls: Any) -> str:
    return "one of the keys " + ", ".join(fields_dict(cls))


def _without(raw: Any, cuts: set[Location], at: Location = ()) -> Any:
    if isinstance(raw, dict):
        return {k: _without(v, cuts, (*at, k)) for k, v in raw.items() if (*at, k) not in cuts}
    if isinstance(raw, list):
        return [_GONE if (*at, i) in cuts else _without(v, cuts, (*at, i)) for i, v in enumerate(raw)]
    return raw


def _at_its_place(text: str, cuts: frozenset[Location]) -> str:
    """The same problem with the number that the entry has in the file, where others before it were cut out."""
    numbered = re.match(r"(\w+)\[(\d+)\]", text)
    if numbered is None:
        return text
    table, place = numbered[1], int(numbered[2])
    for cut in sorted(c[1] for c in cuts if len(c) == 2 and c[0] == table and isinstance(c[1], int)):
        place += cut <= place
    return f"{table}[{place}]{text[numbered.end() :]}"
