"""Whatever a value holds, it stays words: no markup, no link, no tag, no line of its own; in text, page and subject."""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from incidentkit.delivery.catalogue import Catalogue, load_catalogue
from incidentkit.delivery.templates.cleaning import LONGEST_VALUE, Link, clean
from incidentkit.delivery.templates.samples import SAMPLE_LINKS, sample_values
from incidentkit.delivery.templates.sandbox import compiled
from incidentkit.delivery.templates.shaping import fill, fill_line
from incidentkit.delivery.templates.steps import STEPS
from incidentkit.domain.shop import Shop
from incidentkit.errors import InvalidInput
from incidentkit.phrases.words import LANGUAGES

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</title></style></div><h1>Paid</h1>",
    '" onmouseover="alert(1)',
    "' style='display:none",
    "&lt;b&gt; &amp; &#x41;",
    "<!-- --> <![CDATA[x]]>",
    "[Pay here](https://evil.example/pay)",
    "![x](https://evil.example/pixel.png)",
    "<https://evil.example>",
    "https://evil.example/login",
    "Click http://evil.example now",
    "www.evil.example",
    "evil.example",
    "bücher.example",
    "evil。example",
    "mallory@evil.example",
    "mailto:mallory@evil.example",
    "javascript:alert(1)",
    "**bold** _it_ `code` ~~x~~",
    "# Heading",
    "- item",
    "1. item",
    "> quote",
    "***",
    "    code",
    "{{ shop }}",
    "{% for a in b %}",
    "{# x #}",
    "${shop} %s %(shop)s %d {0} {shop}",
    "qz0zq",
    "qz1zqqz2zq",
    "\0",
    "a\nb\r\nc\x0bd\x85e\u2028f",
    "\x1b[2J\x07",
    "\u202eevil\u202c\u2066x\u2069",
    "\ud800",
    "\ufffe\uffff",
    "A" * 100_000,
    "<" * 10_000,
    "\N{ZERO WIDTH SPACE}\N{WORD JOINER}",
    "Zoë Núñez 🧑‍🤝‍🧑 שלום مرحبا",
]

words = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            ["<", ">", "&", '"', "'", "qz", "0", "zq", "{{", "}}", "%", "(", "]", "://", ".", "a", "com", "\n", "|", ";"]
        )
    ).map("".join),
)
SPOKEN = ("name", "carrier", "tracking", "reference", "responsible", "owner", "case")
LINKED = re.compile(r"[a-z][a-z0-9+.-]*://|\w[.\u3002\uff0e\uff61][^\W\d_]{2}", re.IGNORECASE)
"""What a mail program would make a link of."""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The texts that ship."""
    return load_catalogue(Shop(name="La tienda", language="es"))


class Tags(HTMLParser):
    """The elements of a page with their attributes, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[object] = []
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs), tuple(v for n, v in attrs if n == "href")))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(tag)

    def handle_comment(self, data: str) -> None:
        self.tags.append("comment")

    def handle_data(self, data: str) -> None:
        self.words += data


# --- Whole messages ----------------------------------------------------------------------------------------------


@given(
    step=st.sampled_from(list(STEPS)),
    language=st.sampled_from(LANGUAGES),
    values=st.dictionaries(st.sampled_from(SPOKEN), words),
)
def test_no_value_becomes_markup(catalogue: Catalogue, step: str, language: str, values: dict[str, str]) -> None:
    """The page has the same elements, attributes and addresses as with tame values, however wild they are."""
    tame = {**sample_values(step), **dict.fromkeys(values, "tame")}
    assume(all(clean(value) for value in values.values()))
    expected = Tags(catalogue.render(step, language, tame, SAMPLE_LINKS).html).tags
    try:
        rendered = catalogue.render(step, language, {**tame, **values}, SAMPLE_LINKS)
    except InvalidInput:
        return  # a subject that would not be one line

    assert expected == Tags(rendered.html).tags


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value)[:40])
def test_no_value_becomes_a_line_or_a_link(catalogue: Catalogue, value: str) -> None:
    """The text has as many lines as with a tame value, each with its beginning, and nothing that a mail program links."""
    values = sample_values("order.shipped")
    tame = catalogue.render("order.shipped", "en", values | {"tracking": "tame"}).text.splitlines()
    text = catalogue.render("order.shipped", "en", values | {"tracking": value}).text
    at = tame.index("Tracking number: tame")
    said = text.split("\n")[:-1]

    if clean(value):
        assert [*tame[:at], *tame[at + 1 :]] == [*said[:at], *said[at + 1 :]]
        assert said[at] == f"Tracking number: {clean(value)}"
    assert not LINKED.search(text)


@given(values=st.dictionaries(st.sampled_from(SPOKEN), words))
def test_no_value_becomes_a_header(catalogue: Catalogue, values: dict[str, str]) -> None:
    """A subject is one printable line, or it is refused."""
    try:
        subject = catalogue.render("staff.assigned", "en", {"case": "1", **values}).subject
    except InvalidInput:
        return

    assert not [c for c in subject if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value)[:40])
def test_a_product_is_only_a_product(catalogue: Catalogue, value: str) -> None:
    """What stands in an offer is clean too, and adds no offer unless a bar is in it, which the rules take out."""
    text = catalogue.render("incident.offered", "en", {"offers": f"substitution|{value}|2026-05-09"}).text

    assert 1 == sum(line.startswith("- ") for line in text.splitlines())
    assert not LINKED.search(text)


@given(language=words)
def test_a_language_is_only_looked_up(catalogue: Catalogue, language: str) -> None:
    """Whatever stands in a customer's language, there is a text, and the page names a language that there is."""
    html = catalogue.render("order.placed", language, {}).html

    assert re.search(r'<html lang="(en|es)">', html)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://a b", 'https://a"b', "ftp://a", ""]
)
def test_a_link_that_is_none_is_refused(catalogue: Catalogue, address: str) -> None:
    """Only http, https and mailto lead anywhere; without an address the line is left out."""
    if not address:
        assert "Consulta" not in catalogue.render("order.placed", "es", {}, {"status_url": address}).text
        return
    with pytest.raises(InvalidInput, match="link"):
        catalogue.render("order.placed", "es", {}, {"status_url": address})


def test_a_value_is_no_link_by_its_name(catalogue: Catalogue) -> None:
    """An address among the values, instead of among the links, says nothing."""
    rendered = catalogue.render("order.placed", "es", {"status_url": "https://evil.example"})

    assert "evil" not in rendered.text + rendered.html


# --- A single value ----------------------------------------------------------------------------------------------


@given(value=words)
@example(value="a" * 299 + ".com")
def test_a_clean_value_is_one_short_line_without_links(value: str) -> None:
    """Cleaning leaves no control, no turn of direction, no link, and is done once."""
    said = clean(value)

    assert len(said.replace("\N{WORD JOINER}", "")) <= LONGEST_VALUE
    assert not [c for c in said if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert not LINKED.search(said)
    assert said == clean(said) or len(said) > LONGEST_VALUE


@pytest.mark.parametrize("value", ["S-1001", "12.50", "PK123456789ES", "Ana María", "O'Brien", "10:30", "S.L.", "a/b"])
def test_usual_values_stay_as_they_are(value: str) -> None:
    """Numbers, names and amounts are not touched."""
    assert value == clean(value)


@given(value=words.filter(lambda value: bool(clean(value))))
def test_both_forms_say_the_value_itself(value: str) -> None:
    """The text has the clean value as it is; the page has it too, once a browser has read it."""
    filled = fill(compiled("**Said:** {{ name }}!"), {"name": clean(value)})

    assert f"Said: {clean(value)}!" == filled.text
    assert f"<p><strong>Said:</strong> {clean(value)}!</p>\n" == unescape(filled.html)


@given(
    pieces=st.lists(
        st.one_of(st.sampled_from(["{{ name }}", "{{order}}", " and ", "%", "(", "%s", "{", "}", "."]), st.text(max_size=5)),
        max_size=8,
    ),
    name=words,
    order=words,
)
def test_a_plain_line_is_filled_as_the_sandbox_fills_it(pieces: list[str], name: str, order: str) -> None:
    """A line of mere names takes a shorter way, and says the same."""
    line, values = "".join(pieces), {"name": clean(name), "order": clean(order)}
    assume(not re.search(r"\{[%#{]|[%#}]\}", re.sub(r"\{\{ ?\w+ ?\}\}", "", line)) and "\r" not in line)
    slow = compiled(line).render({**values, "values taken": None})

    assert re.sub(r" {2,}", " ", slow).strip() == fill_line(line, values)


def test_a_link_keeps_what_it_is() -> None:
    """It is a string for everybody else."""
    assert "https://shop.example/a?b=c&d=%20" == Link("https://shop.example/a?b=c&d=%20")
