"""What is new in an answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentkit.delivery.inbound.replies import reply_of

NEW = "No, thank you.\n\nI would rather have the money."


@pytest.mark.parametrize(
    "below",
    [
        "",
        "\n\nOn Mon, 2 Mar 2026 at 10:00, Shop <shop@x.example> wrote:\n> We are sorry\n>\n> Shop\n",
        "\n\nOn Mon, 2 Mar 2026 at 10:00,\nShop <shop@x.example>\nwrote:\n\n> We are sorry\n",
        "\n\nEl lun, 2 mar 2026 a las 10:00, Tienda (<shop@x.example>) escribió:\n\n> Lo sentimos\n",
        "\n\n--\nMarta Vidal\n+34 600 000 001\n",
        "\n-- \nMarta Vidal\n",
        "\n\nSent from my iPhone\n",
        "\n\nEnviado desde mi iPhone\n\n> Lo sentimos\n",
        "\n\n________________________________\nFrom: Shop\nSent: Monday\nTo: Marta\nSubject: Your order\n\nWe are sorry\n",
        "\n\n-----Mensaje original-----\nDe: Tienda\nEnviado el: lunes\nPara: Marta\nAsunto: Su pedido\n\nLo sentimos\n",
        "\r\n\r\n> quoted\r\n> more\r\n",
    ],
)
def test_quotes_and_signatures_at_the_end_go(below: str) -> None:
    """In English and Spanish, as the common programs write them."""
    assert NEW == reply_of(NEW + below)


def test_a_quote_between_new_lines_stays() -> None:
    """Whoever answers point by point is understood only with the points."""
    text = "> Do you want the money?\nYes\n> Or another one?\nNo"

    assert text == reply_of(text + "\n\n> and so on")


@pytest.mark.parametrize("text", ["> only a quote", "--\nonly a signature", "From: a\nTo: b\n\nforwarded"])
def test_what_holds_nothing_new_stays_whole(text: str) -> None:
    """Better too much than nothing."""
    assert text == reply_of(text)


@pytest.mark.parametrize(
    "text", ["On the other hand, we wrote:\nnothing", "A dash -- in a line", "- one\n- two", "From: here\non it broke"]
)
def test_ordinary_words_are_kept(text: str) -> None:
    """What only looks a little like a quote or a signature."""
    assert text == reply_of(text)


@given(st.text())
def test_nothing_is_made_up(text: str) -> None:
    """Every word of it stood in the text, and only a text of nothing is empty."""
    reply = reply_of(text)

    assert set(reply.split()) <= set(text.split())
    assert bool(reply) == bool(text.strip())


@given(st.text(), st.lists(st.text(alphabet=st.characters(exclude_characters="\r\n")), max_size=5))
def test_a_quote_below_changes_nothing_of_what_has_words(text: str, quoted: list[str]) -> None:
    """Adding what was quoted leaves the answer to an ordinary text as it was."""
    new = f"Answer: {' '.join(text.split())}"

    assert reply_of(new) == reply_of(new + "\n" + "\n".join(f"> {line}" for line in quoted))
