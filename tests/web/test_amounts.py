"""A figure is written in a unit that suits it, in the language's form, and never wrongly rounded across a border."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.web.amounts import Amounts
from incidentkit.web.phrases import LANGUAGES, load_phrases

EN, ES = (Amounts(load_phrases(language)) for language in LANGUAGES)
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
    shown = EN.apart(value, target, "score")

    assert (round(value, 5) == round(target, 5)) or shown[0] != shown[1] or abs(value - target) < 1e-4
    assert (value != target) or shown[0] == shown[1]
