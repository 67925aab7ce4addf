"""The sandbox: what a text may do, and the many ways out of it that are all shut."""

from __future__ import annotations

import pytest
from jinja2 import TemplateError

from incidentkit.delivery.templates.cleaning import Link
from incidentkit.delivery.templates.sandbox import FILTERS, LOOP, compiled, faults
from incidentkit.delivery.templates.shaping import LONGEST, fill, fill_line
from incidentkit.errors import InvalidInput

NAMES = frozenset({"order", "name", "offers", "status_url"})
LISTS = frozenset({"offers", "items"})
VALUES = {"order": "S-1", "name": "Ana", "offers": ("one", "two"), "status_url": Link("https://shop.example/s")}

REACHING = [
    "{{ order.__class__ }}",
    "{{ order.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''.__class__.__base__.__subclasses__() }}",
    "{{ ().__class__ }}",
    "{{ order['__class__'] }}",
    "{{ order[0] }}",
    "{{ offers[0] }}",
    "{{ offers.0 }}",
    "{{ order.upper() }}",
    "{{ order.format(order) }}",
    "{{ '{0.__class__}'.format(order) }}",
    "{{ '{0.__class__}'.format_map({}) }}",
    "{{ order() }}",
    "{{ name.join(offers) }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ order | attr('__class__') }}",
    "{{ offers | map(attribute='__class__') | join }}",
    "{{ offers | map('attr', '__class__') | list }}",
    "{{ offers | join(',', '__class__') }}",
    "{{ offers | join(attribute='__class__') }}",
    "{{ offers | groupby('__class__') }}",
    "{{ offers | sort(attribute='__class__') }}",
    "{{ offers | selectattr('__class__') | list }}",
    "{{ order | pprint }}",
    "{{ order | tojson }}",
    "{{ order | safe }}",
    "{{ order | urlize }}",
    "{{ '%s' % order }}",
    "{{ order | format(order) }}",
    "{{ 'a' * 1000000000 }}",
    "{{ order * 1000000000 }}",
    "{{ 10 ** 1000000 }}",
    "{{ 1 + 1 }}",
    "{{ -1 }}",
    "{{ 1 / 0 }}",
    "{{ order + name }}",
    "{{ range(1000000000) | join }}",
    "{{ lipsum(10) }}",
    "{{ cycler('a', 'b') }}",
    "{{ joiner() }}",
    "{{ namespace() }}",
    "{{ dict(a=1) }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ config }}",
    "{{ request }}",
    "{{ url_for.__globals__ }}",
    "{{ caller() }}",
    "{{ varargs }}",
    "{{ kwargs }}",
    "{{ loop }}",
    "{{ loop.index }}",
    "{% for offer in offers %}{{ loop.__class__ }}{% endfor %}",
    "{% for offer in offers %}{{ loop._iterator }}{% endfor %}",
    "{% for offer in offers %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for offer in offers %}{{ loop.changed(offer) }}{% endfor %}",
    "{% for offer in offers recursive %}{{ loop(offers) }}{% endfor %}",
    "{% for offer in offers %}{{ offer.__class__ }}{% endfor %}",
    "{% for offer in offers %}{{ loop }}{% endfor %}",
    "{{ environment }}",
    "{{ context }}",
    "{{ values taken }}",
    "{{ _ }}",
    "{{ offers }}",
    "{{ none }}",
    "{{ true }}",
    "{{ 1.5 }}",
    "{{ [order] }}",
    "{{ {'a': order} }}",
    "{{ (order, name) }}",
    "{{ missing }}",
]
"""Attempts to look into, call or count with something, to say what is no word, or to use what is not there."""

BUILDING = [
    "{{ order[0:3] }}",
    "{{ " + "9" * 5000 + " }}",
    "{% include '/etc/passwd' %}",
    "{% include order %}",
    "{% import 'os' as os %}{{ os }}",
    "{% from 'os' import system %}",
    "{% extends order %}",
    "{% block a %}{% endblock %}",
    "{% macro a() %}x{% endmacro %}",
    "{% call order() %}{% endcall %}",
    "{% filter upper %}x{% endfilter %}",
    "{% set order = 'x' %}",
    "{% set x %}a{% endset %}",
    "{% with x = 1 %}{% endwith %}",
    "{% autoescape false %}{{ order }}{% endautoescape %}",
    "{% for a in offers %}{% for b in offers %}{{ b }}{% endfor %}{% endfor %}",
    "{% for a in order %}{{ a }}{% endfor %}",
    "{% for a in 'abc' %}{{ a }}{% endfor %}",
    "{% for order in offers %}{{ order }}{% endfor %}",
    "{% for loop in offers %}{% endfor %}",
    "{% for a, b in offers %}{{ a }}{% endfor %}",
    "{% for a in offers | sort %}{{ a }}{% endfor %}",
    "{% for a in offers %}{% else %}{{ a }}{% endfor %}",
    "{{ order is defined }}",
    "{{ order is string }}",
    "{% if order is sameas name %}{% endif %}",
    "{{ order if name }}",
    "{{ offers ~ order }}",
    "{{ offers | upper }}",
    "{{ order | upper('x') }}",
    "{{ offers | join(order) }}",
    "{% debug %}",
    "{% do order.append(1) %}",
    "{% trans %}{{ order }}{% endtrans %}",
    "{% continue %}",
    "{% if order %}",
    "{{ order",
    "{{ " + "(" * 5000 + "order" + ")" * 5000 + " }}",
]
"""Tags and forms that a text has no use for."""

ALLOWED = [
    "{{ order }}",
    "{{ name or 'you' }}",
    "{% if name and not order == 'x' %}{{ name }}{% elif order %}{{ order }}{% else %}-{% endif %}",
    "{{ order if order else 'none' }}",
    "{% for offer in offers if offer %}{{ loop.index }} of {{ loop.length }}: {{ offer }}{% else %}-{% endfor %}",
    "{{ offers | join('; ') }} {{ offers | length }} {{ offers | first | upper }}",
    "{{ order ~ '/' ~ name }}",
    "{% raw %}{{ what }}{% endraw %}{# a remark #}",
]


@pytest.mark.parametrize("text", REACHING + BUILDING, ids=lambda text: text[:60])
def test_the_first_wall_refuses_it(text: str) -> None:
    """The reader of the syntax tree names it when the text is loaded."""
    assert list(faults(text, NAMES, LISTS, "a text"))


@pytest.mark.parametrize("text", REACHING, ids=lambda text: text[:60])
def test_the_second_wall_refuses_it(text: str) -> None:
    """Were the first wall not there, the sandbox would refuse to read it, or to fill it."""
    with pytest.raises((TemplateError, InvalidInput)):
        fill(compiled(text), VALUES)


@pytest.mark.parametrize("text", REACHING, ids=lambda text: text[:60])
def test_a_subject_has_the_second_wall_too(text: str) -> None:
    """A line is filled by the same sandbox; what is only a name must have a value."""
    with pytest.raises((TemplateError, InvalidInput, KeyError)):
        fill_line(text, VALUES)


@pytest.mark.parametrize("text", ALLOWED)
def test_what_a_text_needs_is_allowed(text: str) -> None:
    """Values, choices, loops and the filters pass both walls."""
    assert [] == list(faults(text, NAMES, LISTS, "a text"))
    assert fill(compiled(text), VALUES).text


@pytest.mark.parametrize("name", FILTERS)
def test_every_filter_is_there(name: str) -> None:
    """What is said to be allowed works."""
    value = "offers" if name in ("first", "join", "last") else "order"

    assert fill(compiled(f"{{{{ {value} | {name} }}}}"), VALUES).text


@pytest.mark.parametrize("name", LOOP)
def test_every_question_to_the_loop_is_there(name: str) -> None:
    """What may be asked of the loop has an answer."""
    assert (
        "x" == fill(compiled(f"{{% for offer in offers %}}{{% if loop.{name} %}}x{{% endif %}}{{% endfor %}}"), VALUES).text[0]
    )


def test_a_fault_names_its_line_and_the_nearest_name() -> None:
    """Whoever writes a text finds the place, and the word that was meant."""
    ((line, expected, found),) = faults("Hello\n\n{{ ordr }}", NAMES, LISTS, "order.placed")

    assert (3, "one of the values of order.placed (name, offers, order, status_url)") == (line, expected)
    assert "ordr (did you mean order?)" == found


def test_output_is_capped_while_it_grows() -> None:
    """A text that a loop makes too long is stopped, in a moment and with little memory."""
    text = compiled("{% for offer in offers %}" + "x" * 10_000 + "{% endfor %}")

    with pytest.raises(InvalidInput, match=f"at most {LONGEST:,}"):
        fill(text, {"offers": ("",) * 50_000_000})


def test_so_many_values_are_too_many() -> None:
    """Even empty loops of values end."""
    with pytest.raises(InvalidInput):
        fill(compiled("{% for offer in offers %}{{ offer }}{% endfor %}"), {"offers": ("a",) * 5000})


@pytest.mark.parametrize(
    "text", ["[x]({{ name }})", "[x](https://shop.example/{{ order }})", "<{{ name }}>[y]({{ status_url | upper }})"]
)
def test_only_links_are_led_to(text: str) -> None:
    """A value that is no link can't become an address, whole or in part."""
    with pytest.raises(InvalidInput, match="lead to a link"):
        fill(compiled(text), VALUES)


def test_a_link_is_led_to() -> None:
    """A link can be, with more words behind it."""
    filled = fill(compiled("[Go on]({{ status_url }}#now)"), VALUES)

    assert '<p><a href="https://shop.example/s#now">Go on</a></p>\n' == filled.html
    assert "Go on: https://shop.example/s#now" == filled.text
