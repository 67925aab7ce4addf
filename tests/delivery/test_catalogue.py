"""The catalogue: every text in every language, and the words that values become."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from attrs import evolve

from incidentkit.delivery.catalogue import Catalogue, Rendered, load_catalogue
from incidentkit.delivery.templates.folders import FRAMES, WORDS_FILE, shipped
from incidentkit.delivery.templates.language import LABELS
from incidentkit.delivery.templates.samples import SAMPLE_LINKS, least_values, sample_values
from incidentkit.delivery.templates.sandbox import values_of
from incidentkit.delivery.templates.source import faults_of_source, read_source
from incidentkit.delivery.templates.steps import OFFERS, STEPS
from incidentkit.domain.causes import CAUSES
from incidentkit.domain.clocks import CLOCK_NAMES
from incidentkit.domain.default_protocols import DEFAULT_PROTOCOLS
from incidentkit.domain.incidents import Phase
from incidentkit.domain.remedy_kinds import KINDS, RemedyKind
from incidentkit.domain.shop import Shop
from incidentkit.errors import InvalidInput
from incidentkit.phrases.words import LANGUAGES

OFFERED = "refund|12.50 EUR|2026-05-09; substitution|Blue; large|2026-05-12; restock||2026-06-01; discount|3 EUR|2026-05-04"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The texts of a shop that speaks Spanish."""
    return load_catalogue(Shop(name="La tienda", language="es", zone="Europe/Madrid"))


class Reader(HTMLParser):
    """What somebody reads on a page: its words in their order, without those of the head."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._said = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._silent = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._silent = self._silent or tag == "head"

    def handle_endtag(self, tag: str) -> None:
        self._silent = self._silent and tag != "head"

    def handle_data(self, data: str) -> None:
        self._said += "" if self._silent else data

    @property
    def words(self) -> list[str]:
        return self._said.split()


def source(language: str, step: str) -> str:
    """The shipped text."""
    return shipped().read(language, f"{step}.md")


# --- Complete ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", STEPS)
def test_every_text_renders_in_every_language(catalogue: Catalogue, step: str, language: str) -> None:
    """A subject of one line, a greeting, words and the shop's name, and no tag left."""
    rendered = catalogue.render(step, language, sample_values(step), SAMPLE_LINKS)
    lines = rendered.text.splitlines()

    assert rendered.subject
    assert "\n" not in rendered.subject
    assert sample_values(step)["name"] in lines[0]
    assert "La tienda" in lines
    assert not {"{", "}", "qz"} & set(rendered.subject + rendered.text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", STEPS)
def test_every_text_makes_sense_with_the_least_that_is_known(catalogue: Catalogue, step: str, language: str) -> None:
    """With only what a case always has there is a subject and a first sentence, and no line is cut or leads nowhere."""
    rendered = catalogue.render(step, language, least_values(step))
    said = rendered.text.splitlines()[2:]

    assert rendered.subject
    assert said[0].endswith((".", "?", ":"))
    assert [] == [line for line in said if line.rstrip(".").endswith((": ", "()", "http"))]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", STEPS)
def test_every_shipped_text_passes_the_check_of_a_shops_own(step: str, language: str) -> None:
    """Its file is made as any host's has to be."""
    assert [] == list(faults_of_source(source(language, step), step))


@pytest.mark.parametrize("step", STEPS)
def test_a_text_says_the_same_in_both_languages(step: str) -> None:
    """Both languages use the same values, in the subject, the brief line and the text."""
    english, spanish = (read_source(source(language, step)) for language in LANGUAGES)

    assert values_of(english.subject) == values_of(spanish.subject)
    assert values_of(english.brief) == values_of(spanish.brief)
    assert values_of(english.body) == values_of(spanish.body)


@pytest.mark.parametrize("step", STEPS)
def test_a_text_is_in_its_own_language(step: str) -> None:
    """No text was left untranslated."""
    english, spanish = (read_source(source(language, step)) for language in LANGUAGES)

    assert english.subject != spanish.subject
    assert english.body != spanish.body


@pytest.mark.parametrize("step", STEPS)
def test_every_value_of_a_step_is_said(step: str) -> None:
    """What is particular to a step stands in its text."""
    spare = {"date", "cause", "by", "next", "type", "survey", "offers", "responsible"}
    text = read_source(source("en", step))

    assert STEPS[step].values - spare <= values_of(text.body) | values_of(text.subject) | values_of(text.brief)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_file_is_for_nothing(language: str) -> None:
    """Each file is a step's text, a frame, or the words."""
    assert {f"{step}.md" for step in STEPS} | {*FRAMES.values(), WORDS_FILE} == shipped().files[language]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("types", [protocol.type for protocol in DEFAULT_PROTOCOLS]),
        ("causes", list(CAUSES)),
        ("offers", list(KINDS)),
        ("phases", [phase.value for phase in Phase]),
        ("severities", list(Shop().severities)),
    ],
)
def test_every_code_has_its_label(catalogue: Catalogue, language: str, group: str, codes: list[str]) -> None:
    """Each built-in type, cause, offer, phase and severity has words in each language, and no words are for none."""
    assert sorted(codes) == sorted(catalogue.language(language).labels[group])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_clock_has_its_label(catalogue: Catalogue, language: str) -> None:
    """Each clock can be named, and both languages name the same codes in every group."""
    labels = catalogue.language(language).labels

    assert set(CLOCK_NAMES) <= set(labels["clocks"])
    assert {group: set(labels[group]) for group in LABELS} == {
        group: set(catalogue.language("en").labels[group]) for group in LABELS
    }


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_offer_can_be_said(catalogue: Catalogue, language: str, kind: str) -> None:
    """Each kind of offer has its sentence, with its date where something is left to do by then."""
    what = "5.00 EUR" if KINDS[kind].takes_amount else ""
    rendered = catalogue.render("incident.offered", language, [("offers", f"{kind}|{what}|2026-05-09")])

    assert kind in OFFERS
    assert [KINDS[kind].due] == ["2026" in line for line in rendered.text.splitlines() if line.startswith("- ")]


def test_an_offer_of_a_hosts_own_kind_can_be_said(catalogue: Catalogue) -> None:
    """By the name that its kind brings, with what is given, and its date."""
    kinds = {"spare_part": RemedyKind("spare_part", "goods", labels={"en": "a spare part"})}
    rendered = evolve(catalogue, kinds=kinds).render("incident.offered", "en", [("offers", "spare_part|A-1|2026-05-09")])

    assert "- a spare part (A-1), by 9 May 2026" in rendered.text.splitlines()


# --- Words -------------------------------------------------------------------------------------------------------


def test_an_incident_is_told_with_what_why_by_when_and_who(catalogue: Catalogue) -> None:
    """The first message about a problem says what happened, why, until when, and who is responsible."""
    text = catalogue.render("incident.detected", "en", sample_values("incident.detected")).text

    assert [
        "What happened: a product is out of stock",
        "Why: we had fewer in stock than our records said",
        "We had promised it by: 12 May 2026",
        "You hear from us again by: 6 May 2026",
        "We mean to have put it right by: 9 May 2026",
        "Responsible for you: after-sales",
    ] == text.splitlines()[4:10]


def test_offers_are_listed_with_amounts_and_dates(catalogue: Catalogue) -> None:
    """Each offer is a line of its own, in the language's way of writing numbers and dates, whatever a product is called."""
    text = catalogue.render("incident.offered", "es", {"offers": OFFERED}).text

    assert [
        "- un reembolso de 12,50 EUR, antes de que acabe el 9 de mayo de 2026",
        "- Blue; large en su lugar, antes de que acabe el 12 de mayo de 2026",
        "- te lo enviamos en cuanto lo tengamos de nuevo, antes de que acabe el 1 de junio de 2026",
        "- un descuento de 3,00 EUR, antes de que acabe el 4 de mayo de 2026",
    ] == [line for line in text.splitlines() if line.startswith("- ")]


def test_a_line_without_its_value_is_left_out(catalogue: Catalogue) -> None:
    """What is not known is not said, rather than said with a hole; in both forms."""
    rendered = catalogue.render("order.shipped", "en", {"order": "S-1", "carrier": "Correos"})

    assert "Carrier: Correos" in rendered.text
    assert "Tracking" not in rendered.text + rendered.html
    assert "status" not in rendered.text + rendered.html


def test_an_instant_is_said_in_the_shops_zone(catalogue: Catalogue) -> None:
    """A notice to staff names the time, with its zone."""
    values = {"case": "0199-4f2a91c0", "by": "2026-05-06T14:30:00+00:00"}
    text = catalogue.render("staff.assigned", "en", values).text

    assert "Case 4f2a91c0 waits for you." in text
    assert "Please take it by: 6 May 2026, 16:30 (Europe/Madrid)" in text


def test_several_orders_are_told_in_one_message(catalogue: Catalogue) -> None:
    """A bundle says the brief line of each, in their order."""
    rendered = catalogue.render("bundle.orders", "en", sample_values("bundle.orders"))

    assert "News about 3 of your orders" == rendered.subject
    assert ["S-1001", "S-1002", "S-1003"] == [
        word.rstrip(".;")
        for line in rendered.text.splitlines()
        if line.startswith("- ")
        for word in line.split()
        if "S-" in word
    ]


def test_a_bundle_keeps_the_order_of_its_numbers(catalogue: Catalogue) -> None:
    """The tenth comes after the ninth, however they are given."""
    values = {f"item.{n}.{key}": word for n in range(12, 0, -1) for key, word in (("step", "order.placed"), ("order", f"#{n}"))}
    lines = catalogue.render("bundle.orders", "en", values).text.splitlines()

    assert [f"- We have received your order #{n}." for n in range(1, 13)] == [line for line in lines if line.startswith("- ")]


def test_a_shop_s_own_codes_are_read_as_words(catalogue: Catalogue) -> None:
    """A type or cause that the shop added is said by its code, without underscores."""
    text = catalogue.render("incident.detected", "en", {"type": "gift_wrap", "cause": "wrong_paper"}).text

    assert ["What happened: gift wrap", "Why: wrong paper"] == text.splitlines()[4:6]


def test_a_survey_of_the_shop_gets_the_general_text(catalogue: Catalogue) -> None:
    """A survey without words of its own is asked in the general ones."""
    own, general = (catalogue.render(step, "en", sample_values(step)) for step in ("survey.speed", "survey.other"))

    assert general == own


def test_a_step_without_a_text_is_known(catalogue: Catalogue) -> None:
    """The desk can tell beforehand whether there is a text, and rendering one that is not there is a KeyError."""
    assert (True, True, False) == tuple(catalogue.has(step) for step in ("order.placed", "survey.speed", "order.sung"))
    with pytest.raises(KeyError):
        catalogue.render("order.sung", "en", {})
    with pytest.raises(KeyError):
        catalogue.render("bundle.orders", "en", {"item.1.step": "order.sung"})


def test_words_are_not_shown(catalogue: Catalogue) -> None:
    """The repr of what was rendered shows nothing of it."""
    assert "Ana" not in repr(catalogue.render("order.placed", "en", sample_values("order.placed")))


def test_a_subject_is_one_line_or_nothing() -> None:
    """What was rendered can't be made with a line end in its subject."""
    with pytest.raises(InvalidInput, match="one line"):
        Rendered("Hello\r\nBcc: all@example.com", "")


@pytest.mark.parametrize("bad", ["S-1\r\nBcc: x@example.com", "S-1\nX: y", "S-1\r", "S\0", "S\u2028T"])
def test_a_value_with_a_line_end_is_refused_in_a_subject(catalogue: Catalogue, bad: str) -> None:
    """Header fields refuse CR and LF; the error does not show the value."""
    with pytest.raises(InvalidInput, match="one line") as caught:
        catalogue.render("order.placed", "en", {"order": bad})

    assert "Bcc" not in str(caught.value)


def test_a_value_with_a_line_end_is_one_line_in_a_text(catalogue: Catalogue) -> None:
    """It can't begin a line of its own there."""
    text = catalogue.render("order.shipped", "en", {"order": "1", "tracking": "A\r\n\r\nPay to: X", "carrier": "C"}).text

    assert "Tracking number: A Pay to: X" in text.splitlines()


# --- Languages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "shop", "got"),
    [
        ("es", "en", "es"),
        ("es-AR", "en", "es"),
        ("ES_ar", "en", "es"),
        ("en-GB", "es", "en"),
        ("fr", "es", "es"),
        ("fr", "es-MX", "es"),
        ("", "es", "es"),
        ("fr", "de", "en"),
        ("-", "de", "en"),
        ("../../etc", "es", "es"),
    ],
)
def test_a_customer_gets_the_nearest_language(wanted: str, shop: str, got: str) -> None:
    """Their own, else a wider one, else the shop's, else English."""
    assert got == load_catalogue(Shop(language=shop)).language(wanted).code


@pytest.mark.parametrize("shop", LANGUAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_b41_a_customer_is_written_to_in_their_own_language(language: str, shop: str) -> None:
    """B41: what the shop or whoever acts speaks does not matter: subject, text, page and its mark are in one language."""
    rendered = load_catalogue(Shop(language=shop)).render("order.delayed", language, sample_values("order.delayed"))
    alone = load_catalogue(Shop(language=language)).render("order.delayed", "", sample_values("order.delayed"))

    assert alone == rendered
    assert f'<html lang="{language}">' in rendered.html


# --- The page ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", STEPS)
def test_the_page_says_what_the_text_says(catalogue: Catalogue, step: str, language: str) -> None:
    """Both come from one source: the same words in the same order, after the shop's name and the subject."""
    rendered = catalogue.render(step, language, sample_values(step))
    words = [word for line in rendered.text.splitlines() for word in line.removeprefix("- ").split()]

    assert ["La", "tienda", *rendered.subject.split(), *words] == Reader(rendered.html).words


@pytest.mark.parametrize("step", STEPS)
def test_a_page_needs_nothing_from_elsewhere(catalogue: Catalogue, step: str) -> None:
    """No script, picture, font, stylesheet or frame; the only addresses are those of its links."""
    page = Reader(catalogue.render(step, "en", sample_values(step), SAMPLE_LINKS).html)
    loading = {"script", "img", "link", "iframe", "object", "embed", "video", "audio", "source", "form", "base"}

    assert not loading & {tag for tag, _ in page.tags}
    assert {attrs["href"] for _, attrs in page.tags if "href" in attrs} <= set(SAMPLE_LINKS.values())
    assert not [attrs for _, attrs in page.tags if {"src", "style", "background", "srcset"} & set(attrs)]


def test_a_page_is_readable_by_a_screen_reader_and_in_the_dark(catalogue: Catalogue) -> None:
    """It names its language twice, as some programs drop the outer one, has one heading, and suits both colour schemes."""
    html = catalogue.render("order.placed", "es", sample_values("order.placed")).html
    page = Reader(html)
    tags = [tag for tag, _ in page.tags]

    assert ["es", "es"] == [attrs["lang"] for _, attrs in page.tags if "lang" in attrs]
    assert 1 == tags.count("h1")
    assert 1 == tags.count("title")
    assert "light dark" == next(attrs["content"] for _, attrs in page.tags if attrs.get("name") == "color-scheme")
    assert "prefers-color-scheme: dark" in html
