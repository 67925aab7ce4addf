"""A figure is written in a unit that suits it, in the language's form, and never wrongly rounded across a border."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.domain.money import Money
from incidentkit.phrases.amounts import Amounts
from incidentkit.phrases.words import LANGUAGES, words_in

EN, ES = (Amounts(words_in(language)) for language in LANGUAGES)
figures = st.floats(0, 1e9)


@pytest.mark.parametrize(
    ("value", "unit", "english", "spanish"),
    [
        (0, "seconds", "0 seconds", "0 segundos"),
        (1, "seconds", "1 second", "1 segundo"),
        (59.6, "seconds", "1 minute", "1 minuto"),
        (3599, "seconds", "1 hour", "1 hora"),
        (5400, "seconds", "1.5 hours", "1,5 horas"),
        (172_799, "seconds", "2 days", "2 días"),
        (1_081_555, "seconds", "12.5 days", "12,5 días"),
        (0.93124, "share", "93.1%", "93,1 %"),
        (1.0, "share", "100%", "100 %"),
        (3.271611, "score", "3.27", "3,27"),
        (-42.0, "score", "−42", "−42"),
        (-0.001, "score", "0", "0"),
        (12.5, "EUR", "12.50 EUR", "12,50 EUR"),
        (1250.4, "JPY", "1,250 JPY", "1.250 JPY"),
        (1.416, "contacts", "1.42 contacts", "1,42 contactos"),
        (8135, "orders", "8,135 orders", "8.135 pedidos"),
        (1, "orders", "1 order", "1 pedido"),
    ],
)
def test_figures_read_as_people_write_them(value: float, unit: str, english: str, spanish: str) -> None:
    """Each unit has its words, digits and signs in both languages."""
    told = [str(amounts.amount(value, unit)).replace("\N{NO-BREAK SPACE}", " ") for amounts in (EN, ES)]

    assert [english, spanish] == told


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_a_number_is_the_number(value: float, digits: int) -> None:
    """Read back, a written number is the value to the digits that were asked for."""
    told = ES.number(value, digits).replace(".", "").replace(",", ".").replace("−", "-")

    assert round(value, digits) == float(told)


@given(figures, figures)
def test_what_differs_looks_different(value: float, target: float) -> None:
    """A figure and a target that differ visibly are not shown as the same; equal ones are."""
    further = EN.further(value, target, "score")
    shown = [EN.amount(figure, "score", further) for figure in (value, target)]

    assert (round(value, 5) == round(target, 5)) or shown[0] != shown[1] or abs(value - target) < 1e-4
    assert (value != target) or shown[0] == shown[1]


@pytest.mark.parametrize(
    ("expected", "value", "unit"),
    [("1 min", 59.6, "seconds"), ("1.0 h", 3599, "seconds"), ("2.0 d", 172_799, "seconds"), ("7", 7, "orders")],
)
def test_the_short_form_crosses_no_border_wrongly(expected: str, value: float, unit: str) -> None:
    """Never "60 s" for what is a little less than a minute; closing zeros stay where a column wants them."""
    assert expected == str(Amounts(words_in("en"), short=True).amount(value, unit, closing=True))


def test_money_keeps_its_coins() -> None:
    """Grouped, with the language's own point, and the currency by its code."""
    assert ("1,204.50 EUR", "1.204,50 EUR") == (EN.money(Money("1204.5", "EUR")), ES.money(Money("1204.5", "EUR")))
    assert "1.204 JPY" == ES.money(Money("1204", "JPY"))
