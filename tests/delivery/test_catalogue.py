"""The catalogue: every text in every language, and the words that values become."""

from __future__ import annotations

from importlib import resources

import pytest

from incidentkit.delivery.catalogue import Catalogue, load_catalogue
from incidentkit.delivery.language import STEPS, read_language
from incidentkit.domain.causes import CAUSES
from incidentkit.domain.incidents import Phase
from incidentkit.domain.remedies import OfferKind
from incidentkit.domain.shop import DEFAULT_PROTOCOLS, Shop
from incidentkit.errors import ConfigurationError
from incidentkit.phrases.words import LANGUAGES

VALUES = {
    "order": "S-1001",
    "date": "2026-05-03",
    "carrier": "Correos",
    "tracking": "PK123",
    "type": "out_of_stock",
    "cause": "stock_count",
    "responsible": "after-sales",
    "offers": "refund|12.50 EUR|2026-05-09; substitution|Blue; large|2026-05-12; restock||2026-06-01; "
    "discount|3 EUR|2026-05-04",
    "reference": "R-77",
    "survey": "csat",
    "low": "1",
    "high": "5",
    "name": "Ana",
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The texts of a shop that speaks Spanish."""
    return load_catalogue(Shop(name="La tienda", language="es"))


def _toml(code: str) -> str:
    return (resources.files("incidentkit") / "catalogue" / f"{code}.toml").read_text("utf-8")


# --- Complete ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", STEPS)
def test_every_text_renders_in_every_language(catalogue: Catalogue, step: str, language: str) -> None:
    """A subject of one line, a greeting, words and the shop's name, and no placeholder left."""
    rendered = catalogue.render(step, language, VALUES.items())

    assert "\n" not in rendered.subject
    assert rendered.subject
    assert "Ana" in rendered.text.splitlines()[0]
    assert "La tienda" == rendered.text.splitlines()[-1]
    assert "$" not in rendered.subject + rendered.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", STEPS)
def test_every_text_makes_sense_with_the_least_that_is_known(catalogue: Catalogue, step: str, language: str) -> None:
    """With only what an incident always has, the subject stands, the first line is said, and no line is cut."""
    rendered = catalogue.render(step, language, [("type", "late")])
    first = catalogue.languages[language].texts[step][1].lines[0][0]
    lines = rendered.text.splitlines()[2:-4]

    assert rendered.subject
    assert lines[0].startswith(first)
    assert [] == [line for line in lines if line.rstrip(".").endswith((":", " ", "()"))]


@pytest.mark.parametrize("step", STEPS)
def test_a_text_says_the_same_in_both_languages(catalogue: Catalogue, step: str) -> None:
    """Both languages use the same placeholders, line by line."""
    english, spanish = (
        [[line[1::2] for line in template.lines] for template in catalogue.languages[code].texts[step]] for code in LANGUAGES
    )

    assert english == spanish


@pytest.mark.parametrize("step", STEPS)
def test_a_text_is_in_its_own_language(catalogue: Catalogue, step: str) -> None:
    """No text was left untranslated."""
    english, spanish = (catalogue.languages[code].texts[step] for code in LANGUAGES)

    assert english[0] != spanish[0]
    assert english[1] != spanish[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("types", [protocol.type for protocol in DEFAULT_PROTOCOLS]),
        ("causes", list(CAUSES)),
        ("offers", [kind.value for kind in OfferKind]),
        ("phases", [phase.value for phase in Phase]),
    ],
)
def test_every_code_has_its_label(catalogue: Catalogue, language: str, group: str, codes: list[str]) -> None:
    """Each built-in type, cause, offer and phase has words in each language, and no words are for none."""
    assert sorted(codes) == sorted(catalogue.languages[language].labels[group])


@pytest.mark.parametrize("kind", OfferKind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_offer_can_be_said(catalogue: Catalogue, language: str, kind: OfferKind) -> None:
    """Each kind of offer has its sentence, with its date."""
    what = "5.00 EUR" if kind in (OfferKind.REFUND, OfferKind.DISCOUNT) else ""
    rendered = catalogue.render("incident.offered", language, [("offers", f"{kind}|{what}|2026-05-09")])

    assert 1 == sum("2026" in line for line in rendered.text.splitlines() if line.startswith("- "))


# --- Words -------------------------------------------------------------------------------------------------------


def test_an_incident_is_told_with_what_why_and_who(catalogue: Catalogue) -> None:
    """The first message about a problem says what happened, why, until when, and who is responsible."""
    text = catalogue.render("incident.detected", "en", VALUES.items()).text

    assert [
        "What happened: a product is out of stock.",
        "Why: we had fewer in stock than our records said.",
        "We promised it by 3 May 2026.",
        "Responsible for you: after-sales.",
    ] == text.splitlines()[3:7]


def test_offers_are_listed_with_amounts_and_dates(catalogue: Catalogue) -> None:
    """Each offer is a line of its own, in the language's way of writing numbers and dates, whatever a product is called."""
    text = catalogue.render("incident.offered", "es", VALUES.items()).text

    assert [
        "- un reembolso de 12,50 EUR, antes de que acabe el 9 de mayo de 2026",
        "- Blue; large en su lugar, antes de que acabe el 12 de mayo de 2026",
        "- te lo enviamos en cuanto lo tengamos de nuevo, antes de que acabe el 1 de junio de 2026",
        "- un descuento de 3,00 EUR, antes de que acabe el 4 de mayo de 2026",
    ] == [line for line in text.splitlines() if line.startswith("- ")]


def test_a_line_without_its_value_is_left_out(catalogue: Catalogue) -> None:
    """What is not known is not said, rather than said with a hole."""
    text = catalogue.render("order.shipped", "en", [("order", "S-1"), ("carrier", "Correos")]).text

    assert "Carrier: Correos" in text
    assert "Tracking" not in text


def test_a_shop_s_own_codes_are_read_as_words(catalogue: Catalogue) -> None:
    """A type or cause that the shop added is said by its code, without underscores."""
    text = catalogue.render("incident.detected", "en", [("type", "gift_wrap"), ("cause", "wrong_paper")]).text

    assert ("What happened: gift wrap.", "Why: wrong paper.") == tuple(text.splitlines()[3:5])


def test_a_value_is_never_read_as_a_text(catalogue: Catalogue) -> None:
    """A dollar sign in a value stays what it is."""
    text = catalogue.render("order.placed", "en", [("order", "$shop"), ("name", "$order")]).text

    assert "Hello $order," == text.splitlines()[0]
    assert "your order $shop." in text


def test_a_survey_of_the_shop_gets_the_general_text(catalogue: Catalogue) -> None:
    """A survey without words of its own is asked in the general ones."""
    own, general = (catalogue.render(step, "en", VALUES.items()) for step in ("survey.speed", "survey.other"))

    assert general == own


def test_a_step_without_a_text_is_known(catalogue: Catalogue) -> None:
    """The desk can tell beforehand whether there is a text."""
    assert (True, True, False) == tuple(catalogue.has(step) for step in ("order.placed", "survey.speed", "order.sung"))


def test_words_are_not_shown(catalogue: Catalogue) -> None:
    """The repr of what was rendered shows nothing of it."""
    assert "Ana" not in repr(catalogue.render("order.placed", "en", VALUES.items()))


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
    ],
)
def test_a_customer_gets_the_nearest_language(wanted: str, shop: str, got: str) -> None:
    """Their own, else a wider one, else the shop's, else English."""
    assert got == load_catalogue(Shop(language=shop)).language(wanted).code


# --- Checked when read -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_ships_has_no_problem(code: str) -> None:
    """The shipped files pass their own check."""
    assert code == read_language(code, _toml(code)).code


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("Carrier: $carrier", "Carrier: $courier", "texts.order.shipped.text: expected no $courier"),
        ("Carrier: $carrier", "Carrier: $type", "texts.order.shipped.text: expected no $type"),
        ("Carrier: $carrier", "Costs $5", "texts.order.shipped.text: expected a name after each $"),
        ('"$product instead, by $date"', '"$amount instead, by $date"', "offers.substitution: expected no $amount"),
        ('"Hello $name,"', '"Hello $order,"', "frame.greeting: expected no $order"),
        ('[texts."survey.nps"]', '[texts."survey.nsp"]', "texts.survey.nps: expected, but not there"),
        ('[texts."survey.nps"]', '[texts."survey.nsp"]', "texts.survey.nsp: not expected"),
        ('order_unknown = "order"', "", "words.order_unknown: expected, but not there"),
        ("[labels.phases]", "[labels.stages]", "labels.phases: expected, but not there"),
    ],
)
def test_a_mistake_in_a_text_is_found_when_it_is_read(old: str, new: str, problem: str) -> None:
    """A missing text, and a placeholder that its step has no value for, never wait for a customer."""
    source = _toml("en")
    assert old in source

    with pytest.raises(ConfigurationError) as caught:
        read_language("en", source.replace(old, new, 1))

    assert problem in caught.value.problems


def test_all_mistakes_are_named_at_once() -> None:
    """An empty file misses everything, and the error says so."""
    with pytest.raises(ConfigurationError) as caught:
        read_language("xx", "")

    assert set(STEPS) <= {problem.removeprefix("texts.").partition(":")[0] for problem in caught.value.problems}
