"""A shop's own folder of texts, checked when it is loaded: every text in every language, with every problem named at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from attrs import frozen
from jinja2 import TemplateSyntaxError

from incidentkit.codec.problems import Problem, nearest, refuse
from incidentkit.delivery.templates.folders import FRAMES, LARGEST, PAGE, WORDS_FILE, Folder, wider
from incidentkit.delivery.templates.language import LABELS, OWN_PHRASES
from incidentkit.delivery.templates.markdown import faults_of_markdown
from incidentkit.delivery.templates.page import faults_of_page
from incidentkit.delivery.templates.samples import SAMPLE_LINKS, least_values, sample_values
from incidentkit.delivery.templates.sandbox import compiled, faults
from incidentkit.delivery.templates.shaping import MARK, fill
from incidentkit.delivery.templates.source import FIELDS, faults_of_source, in_frame, read_source
from incidentkit.delivery.templates.steps import ALWAYS, LISTS, OFFERS, WORDS, Step, steps_of, usual
from incidentkit.delivery.templates.values import links_said
from incidentkit.domain.protocols import POINTS
from incidentkit.domain.shop import Shop
from incidentkit.errors import InvalidInput
from incidentkit.phrases.template import Template
from incidentkit.phrases.words import LANGUAGES, words_in

if TYPE_CHECKING:
    from incidentkit.delivery.catalogue import Catalogue

__all__ = ["check"]

_CONTROL = re.compile(r"[\0-\x08\x0b-\x1f\x7f]")
_MONTHS = 12
_HERE = "here"
_UNCLOSED = "must be closed before its end"
_TABLES = ("words", "offers", "labels", *OWN_PHRASES)


def check(catalogue: Catalogue, folder: Folder, shop: Shop) -> None:
    """Refuse the folder if anything in it, or missing from it, would wait for a customer.

    Raises:
        ConfigurationError: ``problems`` lists everything.
    """
    found = list(_Check(catalogue, folder, shop).problems())
    if found:
        refuse(folder.name, found)


@frozen
class _Check:
    catalogue: Catalogue
    folder: Folder
    shop: Shop

    def problems(self) -> Iterator[Problem]:
        found = list(self._read())
        yield from found
        if not found:  # a text may stand in another language's frame, or in its place
            for locale, tag in self.folder.locales.items():
                yield from self._tried(locale, tag)

    def _read(self) -> Iterator[Problem]:
        for locale, tag in self.folder.locales.items():
            for file in sorted(self.folder.files[locale]):
                yield from self._file(locale, tag, file)
            yield from self._missing(locale, tag)
        yield from self._named_by_protocols()
        if self.folder.page:
            source, unreadable = _read(self.folder, "", PAGE, PAGE)
            yield from [unreadable] if unreadable else faults_of_page(source, PAGE)

    def _named_by_protocols(self) -> Iterator[Problem]:
        """What a protocol names must be there in one language at least."""
        there = {file for files in self.folder.files.values() for file in files}
        for protocol in self.shop.protocols:
            for point, name in protocol.messages.items():
                file = f"{POINTS[point]}.{name}.md"
                if file not in there:
                    yield Problem(
                        f"protocols.{protocol.type}.messages.{point}", f"a text {file} in the folder", "nothing there"
                    )

    # --- One file ------------------------------------------------------------------------------------------------

    def _file(self, locale: str, tag: str, file: str) -> Iterator[Problem]:
        path, step, steps = f"{tag}/{file}", file.removesuffix(".md"), steps_of(self.shop)
        if file.startswith("."):
            return
        if file not in (WORDS_FILE, *FRAMES.values()) and not (file.endswith(".md") and step in steps):
            yield Problem(path, f"{WORDS_FILE}, {' or '.join(FRAMES.values())}, or STEP.md", file + nearest(step, steps))
            return
        text, unreadable = _read(self.folder, locale, file, path)
        if unreadable:
            yield unreadable
        elif file == WORDS_FILE:
            yield from _bad_words(text, path)
        elif file in FRAMES.values():
            yield from _bad_frame(text, path)
        else:
            yield from _bad_text(text, path, step, steps[step])

    # --- What is missing -----------------------------------------------------------------------------------------

    def _missing(self, locale: str, tag: str) -> Iterator[Problem]:
        """What neither the folder has in this language, or a wider one, nor what ships."""
        there = {
            file for folder in self.catalogue.folders for code in wider(locale) for file in folder.files.get(code, frozenset())
        }
        needed = [*FRAMES.values(), *(f"{step}.md" for step in steps_of(self.shop) if not _optional(step))]
        yield from (Problem(f"{tag}/{file}", "a text", "nothing there") for file in needed if file not in there)
        if not any(code in LANGUAGES for code in wider(locale)):
            yield from self._missing_words(locale, tag)

    def _missing_words(self, locale: str, tag: str) -> Iterator[Problem]:
        raw: dict[str, Any] = {}
        for code in reversed(list(wider(locale))):
            if self.folder.has(code, WORDS_FILE):
                try:
                    raw |= tomllib.loads(self.folder.read(code, WORDS_FILE))
                except (tomllib.TOMLDecodeError, UnicodeDecodeError):
                    return  # said already
        shared = words_in(LANGUAGES[0]).texts
        phrases = {table: [k for k in shared if k.startswith(f"{table}.")] for table in OWN_PHRASES}
        needed = [f"words.{name}" for name in WORDS] + [f"offers.{name}" for name in OFFERS]
        there = {name for table in _TABLES for name, _ in _pairs(raw.get(table, {}), f"{table}.")}
        for name in (*needed, *(name for names in phrases.values() for name in names)):
            if name not in there:
                yield Problem(f"{tag}/{WORDS_FILE}", f"{name}, as no language that ships has it", "nothing there")

    # --- Tried with samples --------------------------------------------------------------------------------------

    def _tried(self, locale: str, tag: str) -> Iterator[Problem]:
        own = self.folder.files[locale]
        whole = bool(own & {*FRAMES.values(), WORDS_FILE})
        for step in steps_of(self.shop):
            if not whole and f"{step}.md" not in own:
                continue
            for values, links in ((sample_values(step), SAMPLE_LINKS), (least_values(step), {})):
                try:
                    self.catalogue.render(step, tag, values, links)
                except (InvalidInput, TemplateSyntaxError) as error:
                    rule = getattr(error, "rule", _UNCLOSED)
                    yield Problem(f"{tag}/{step}.md", f"a text that can be filled: it {rule}")
                    break


def _optional(step: str) -> bool:
    """A survey of the shop's own has the general text where it has none, and a protocol's the usual one."""
    return bool(usual(step)) or (step.startswith("survey.") and step not in ("survey.other", "survey.verification"))


def _read(folder: Folder, locale: str, file: str, path: str) -> tuple[str, Problem | None]:
    """The file's text, or why it can't be used."""
    try:
        text = folder.read(locale, file)
    except UnicodeDecodeError:
        return "", Problem(path, "text in UTF-8", "other bytes")
    if len(text) > LARGEST:
        return "", Problem(path, f"at most {LARGEST:,} characters", f"{len(text):,}")
    for pattern, what in ((_CONTROL, "a control character"), (MARK, "a mark that is kept for values")):
        bad = pattern.search(text)
        if bad:
            line = text.count("\n", 0, bad.start()) + 1
            return "", Problem(f"{path}:{line}", "other words", what)
    return text, None


def _bad_text(text: str, path: str, step: str, known: Step) -> Iterator[Problem]:
    early = list(faults_of_source(text, path))
    if early:
        yield from early
        return
    source = read_source(text)
    for part in FIELDS:
        yield from _bad_tags(getattr(source, part), path, source.lines[part], known.names, step)
    yield from _bad_tags(source.body, path, source.lines["body"], known.names, step)
    for line, expected, found in faults_of_markdown(source.body):
        yield Problem(f"{path}:{source.lines['body'] + line - 1}", expected, found)


def _bad_frame(text: str, path: str) -> Iterator[Problem]:
    if in_frame("\x07", text).count("\x07") != 1:
        yield Problem(path, "{{ text }} on a line of its own", "nothing")
        return
    # The words in its place have as many lines, so that the others keep their numbers.
    around = in_frame("x", text)
    if "{{ text }}" in around:
        yield Problem(path, "{{ text }} once", "more")
    early = list(_bad_tags(around, path, 1, ALWAYS, "the frame"))
    yield from early
    yield from () if early else _bad_filled(text, path)
    for line, expected, found in faults_of_markdown(around):
        yield Problem(f"{path}:{line}", expected, found)


def _bad_filled(frame: str, path: str) -> Iterator[Problem]:
    """Whether the text is there whatever is known."""
    for known in ({"name": "Ana", **SAMPLE_LINKS}, {}):
        words = {**dict.fromkeys(ALWAYS, ""), "shop": "shop", **known, **dict(links_said(known))}
        try:
            if _HERE in fill(compiled(in_frame(_HERE, frame)), words).text:
                continue
            yield Problem(path, "{{ text }} where it always stands, whatever is known", "a choice around it")
        except (InvalidInput, TemplateSyntaxError) as error:
            yield Problem(path, f"a frame that can be filled: it {getattr(error, 'rule', _UNCLOSED)}")
        return


def _bad_tags(text: str, path: str, first: int, names: AbstractSet[str], what: str) -> Iterator[Problem]:
    for line, expected, found in faults(text, names, LISTS, what):
        yield Problem(f"{path}:{first + line - 1}", expected, found)


def _bad_words(text: str, path: str) -> Iterator[Problem]:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        yield Problem(path, "TOML", str(error))
        return
    for table, value in raw.items():
        if table not in _TABLES or not isinstance(value, dict):
            yield Problem(path, f"tables of {', '.join(_TABLES)}", table + nearest(table, _TABLES))
        elif table in ("words", "offers"):
            yield from _bad_lines(table, value, path)
        elif table == "labels":
            yield from _bad_labels(value, path)
        else:
            yield from _bad_phrases(table, value, path)


def _bad_lines(table: str, raw: Mapping[str, Any], path: str) -> Iterator[Problem]:
    known = WORDS if table == "words" else OFFERS
    for name, words in raw.items():
        at = f"{path}: {table}.{name}"
        if name not in known:
            yield Problem(at, f"one of {', '.join(known)}", name + nearest(name, known))
        elif not isinstance(words, str) or "\n" in words or not words.strip():
            yield Problem(at, "one line of words", "another value")
        else:
            for _, expected, found in faults(words, known[name], frozenset(), f"{table}.{name}"):
                yield Problem(at, expected, found)


def _bad_labels(raw: Mapping[str, Any], path: str) -> Iterator[Problem]:
    for group, labels in raw.items():
        if group not in LABELS or not isinstance(labels, dict):
            yield Problem(f"{path}: labels.{group}", f"one of {', '.join(LABELS)}", group + nearest(group, LABELS))
        else:
            odd = (code for code, words in labels.items() if not isinstance(words, str) or not words.strip())
            yield from (Problem(f"{path}: labels.{group}.{code}", "words", "another value") for code in odd)


def _bad_phrases(table: str, raw: Mapping[str, Any], path: str) -> Iterator[Problem]:
    shared = words_in(LANGUAGES[0]).texts
    for key, words in _pairs(raw, f"{table}."):
        if key not in shared:
            yield Problem(f"{path}: {key}", "a name of how numbers and dates are written", key + nearest(key, shared))
        elif not isinstance(words, str):
            yield Problem(f"{path}: {key}", "words", "another value")
        elif key.endswith(".months") and len(words.split()) != _MONTHS:
            yield Problem(f"{path}: {key}", f"{_MONTHS} words", str(len(words.split())))
        else:
            odd = Template(words).placeholders - Template(shared[key]).placeholders
            yield from (Problem(f"{path}: {key}", "the values of the language that ships", f"${name}") for name in sorted(odd))


def _pairs(table: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in table.items() if isinstance(table, dict) else ():
        if isinstance(value, dict):
            yield from _pairs(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
