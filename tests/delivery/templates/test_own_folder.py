"""A shop's own folder of texts: what it may hold, what counts before what, and every mistake named at once."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentkit.codec.settings import load_shop
from incidentkit.delivery.catalogue import Catalogue, load_catalogue
from incidentkit.delivery.templates.folders import LARGEST, WORDS_FILE, shipped
from incidentkit.delivery.templates.samples import SAMPLE_LINKS, sample_values
from incidentkit.delivery.templates.steps import STEPS
from incidentkit.domain.shop import Shop, Survey
from incidentkit.errors import ConfigurationError

TEXT = "---\nsubject: Ours: {{ order }}\nbrief: Ours.\n---\nOur own words about {{ order }}.\n"


def write(folder: Path, files: dict[str, str]) -> str:
    """A folder of texts."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return str(folder)


def loaded(folder: Path, files: dict[str, str], shop: Shop = Shop(name="Luz", language="es")) -> Catalogue:  # noqa: B008
    """The catalogue of a shop with these files of its own."""
    from attrs import evolve

    return load_catalogue(evolve(shop, templates=write(folder, files)))


def problems(folder: Path, files: dict[str, str]) -> list[str]:
    """What is wrong with these files."""
    with pytest.raises(ConfigurationError) as caught:
        loaded(folder, files)
    return [str(problem) for problem in caught.value.problems]


# --- What counts before what -------------------------------------------------------------------------------------


def test_a_shops_own_text_counts_before_the_one_that_ships(tmp_path: Path) -> None:
    """In its language; the others stay as they are."""
    catalogue = loaded(tmp_path, {"es/order.placed.md": TEXT})

    assert "Ours: pedido S-1" == catalogue.render("order.placed", "es", {"order": "S-1"}).subject
    assert "We have received your order S-1" == catalogue.render("order.placed", "en", {"order": "S-1"}).subject
    assert "Confirmado: tu pedido S-1" == catalogue.render("order.confirmed", "es", {"order": "S-1"}).subject


def test_a_region_falls_back_text_by_text(tmp_path: Path) -> None:
    """es-AR has what it says otherwise; all else comes from es, and the page still names es-AR."""
    catalogue = loaded(tmp_path, {"es-AR/order.placed.md": TEXT, "es-AR/words.toml": '[labels.types]\nlate = "viene tarde"\n'})
    other = catalogue.render("incident.closed", "es-AR", {"order": "S-1", "type": "late"})

    assert "Ours: pedido S-1" == catalogue.render("order.placed", "es-ar", {"order": "S-1"}).subject
    assert "Hemos recibido tu pedido S-1" == catalogue.render("order.placed", "es", {"order": "S-1"}).subject
    assert "(viene tarde)" in other.text
    assert '<html lang="es-AR">' in other.html


def test_a_language_comes_before_a_text_of_another_language(tmp_path: Path) -> None:
    """A survey that has words in Spanish only is asked in English by the general English ones."""
    shop = Shop(language="es", surveys=(Survey("csat"), Survey("speed")))
    catalogue = loaded(tmp_path, {"es/survey.speed.md": TEXT}, shop)

    assert "Ours: pedido S-1" == catalogue.render("survey.speed", "es", {"order": "S-1"}).subject
    assert "A question about your order S-1" == catalogue.render("survey.speed", "en", {"order": "S-1"}).subject


def test_a_shops_own_frame_and_page_stand_around_every_text(tmp_path: Path) -> None:
    """The greeting and closing of its language, and one page for all."""
    files = {
        "es/frame.customer.md": "¡Buenas!\n\n{{ text }}\n\nTu tienda {{ shop }}\n",
        "page.html": '<html lang="{{ language }}"><title>{{ subject }}</title><b>{{ shop }}</b>{{content}}</html>',
    }
    rendered = loaded(tmp_path, files).render("order.delivered", "es", {"order": "<S>"})

    assert rendered.text.startswith("¡Buenas!\n\nTu pedido <S> consta")
    assert rendered.text.endswith("\n\nTu tienda Luz\n")
    assert rendered.html.startswith('<html lang="es"><title>Entregado: tu pedido &lt;S&gt;</title><b>Luz</b><p>¡Buenas!</p>')


def test_a_language_of_the_shops_own_is_whole_or_refused(tmp_path: Path) -> None:
    """Every text, frame and word of it that is missing is named; with all of them it is spoken."""
    missing = problems(tmp_path / "a", {"fr/order.placed.md": TEXT})
    copied = {f"fr/{name}": shipped().read("es", name) for name in shipped().files["es"]}
    phrases = (Path(__file__).parents[3] / "src/incidentkit/phrases/texts/es.toml").read_text("utf-8")
    copied[f"fr/{WORDS_FILE}"] += "\n" + phrases[phrases.index("[numbers]") : phrases.index("[units]")].replace("mayo", "mai")
    catalogue = loaded(tmp_path / "b", copied)

    assert {f"fr/{step}.md" for step in STEPS if step not in ("order.placed", "survey.csat", "survey.nps")} <= {
        p.partition(":")[0] for p in missing
    }
    assert any("dates.months" in p for p in missing)
    assert any("offers.refund" in p for p in missing)
    assert "12 de mai de 2026" in catalogue.render("order.placed", "fr-CA", sample_values("order.placed")).text


def test_a_folder_beside_the_settings_is_found(tmp_path: Path) -> None:
    """``templates`` in shop.toml is read from where the file lies, whatever the current folder."""
    write(tmp_path, {"texts/es/order.placed.md": TEXT, "shop.toml": '[shop]\nlanguage = "es"\ntemplates = "texts"\n'})
    catalogue = load_catalogue(load_shop(tmp_path / "shop.toml"))

    assert "Ours: pedido S-1" == catalogue.render("order.placed", "", {"order": "S-1"}).subject


# --- Mistakes ----------------------------------------------------------------------------------------------------

HEAD = "---\nsubject: S\nbrief: B\n---\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (HEAD + "\nHello\n{{ courier }}\n", "es/order.shipped.md:7: expected one of the values of order.shipped"),
        (HEAD + "{{ type }}", "es/order.shipped.md:5: expected one of the values"),
        (HEAD + "{{ carier }}", "(did you mean carrier?)"),
        (HEAD + "a\nb {% if carrier %}", "es/order.shipped.md:6: expected a text that can be read"),
        (HEAD + "words {#", "es/order.shipped.md:5: expected a text that can be read, found Missing end of comment tag"),
        (HEAD + "{{ carrier", "es/order.shipped.md:5: expected a text that can be read"),
        (
            HEAD + "{% include 'x' %}",
            "es/order.shipped.md:5: expected values, if, and for through a list; nothing else, found include",
        ),
        (HEAD + "{{ carrier.upper() }}", "expected values, if, and for through a list; nothing else, found call"),
        (HEAD + "{{ carrier | safe }}", "expected one of capitalize, first, join"),
        (HEAD + "![x](https://a.example/x.png)", "es/order.shipped.md:5: expected words and links"),
        (HEAD + "x\n\n- ![x](y)", "es/order.shipped.md:7: expected words and links"),
        (HEAD + "[x]({{ carrier }})", "it must lead to a link"),
        (HEAD + "qz7zq", "es/order.shipped.md:5: expected other words, found a mark that is kept for values"),
        (HEAD + "a\x07", "found a control character"),
        (HEAD + "x" * LARGEST, "expected at most 16,384 characters"),
        (HEAD, "es/order.shipped.md: expected words below the second ---, found nothing"),
        ("---\nsubject: S\n---\nx", "es/order.shipped.md: expected brief: and one line of words, found nothing"),
        ("---\nsubject:\nbrief: b\n---\nx", "es/order.shipped.md: expected subject: and one line of words, found nothing"),
        ("---\nsubject: {{ carier }}\nbrief: b\n---\nx", "es/order.shipped.md:2: expected one of the values"),
        ("---\nsubject: a\n  b\nbrief: b\n---\nx", "es/order.shipped.md:3: expected subject: or brief:, each on one line"),
        (
            "---\nsubjct: a\nbrief: b\n---\nx",
            "es/order.shipped.md:2: expected subject: or brief:, each on one line, found another line (did",
        ),
        ("---\nsubject: a\nsubject: a\nbrief: b\n---\nx", "expected subject: once, found more"),
        ("Just words", "es/order.shipped.md:1: expected --- and below it"),
    ],
)
def test_a_mistake_in_a_text_is_found_when_it_is_loaded(tmp_path: Path, text: str, problem: str) -> None:
    """With its file, its line where it has one, and what was expected."""
    found = problems(tmp_path, {"es/order.shipped.md": text})

    assert 1 == sum(problem in each for each in found), found


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        (
            "es/order.shiped.md",
            TEXT,
            "es/order.shiped.md: expected words.toml, frame.customer.md or frame.staff.md, or STEP.md",
        ),
        ("es/notes.txt", "x", "es/notes.txt: expected words.toml"),
        ("es/survey.speed.md", TEXT, "es/survey.speed.md: expected words.toml"),
        ("español/order.placed.md", TEXT, "español: expected a language's folder such as es or es-AR, or page.html"),
        ("readme.md", "x", "readme.md: expected a language's folder"),
        ("es/frame.customer.md", "Hello", "es/frame.customer.md: expected {{ text }} on a line of its own"),
        ("es/frame.customer.md", "Say {{ text }} now", "{{ text }} on a line of its own"),
        ("es/frame.customer.md", "{{ text }}\n{{ order }}", "es/frame.customer.md:2: expected one of the values of the frame"),
        ("es/frame.customer.md", "{% if name %}\n{{ text }}\n{% endif %}", "expected {{ text }} where it always stands"),
        ("es/frame.customer.md", "{#\n{{ text }}\n#}", "expected {{ text }} where it always stands"),
        ("es/frame.customer.md", "[x]({{ name }})\n\n{{ text }}", "a frame that can be filled: it must lead to a link"),
        ("es/frame.customer.md", "{{ text }}\n{#", "es/frame.customer.md:2: expected a text that can be read"),
        ("es/frame.customer.md", "{{ text }}\n{{ text }}", "es/frame.customer.md: expected {{ text }} once"),
        ("es/frame.staff.md", "![x](y)\n\n{{ text }}", "es/frame.staff.md:1: expected words and links"),
        ("es/words.toml", "[", "es/words.toml: expected TOML"),
        ("es/words.toml", "[label]\n", "es/words.toml: expected tables of words, offers, labels"),
        ("es/words.toml", "[labels.type]\n", "labels.type: expected one of types"),
        ("es/words.toml", "[labels.types]\nlate = 1\n", "labels.types.late: expected words"),
        ("es/words.toml", '[offers]\ngift = "x"\n', "offers.gift: expected one of substitution"),
        (
            "es/words.toml",
            '[offers]\nrefund = "{{ product }}"\n',
            "offers.refund: expected one of the values of offers.refund (amount, date)",
        ),
        ("es/words.toml", '[words]\norder = """a\nb"""\n', "words.order: expected one line of words"),
        (
            "es/words.toml",
            '[dates]\nmonth_names = "x"\n',
            "dates.month_names: expected a name of how numbers and dates are written",
        ),
        ("es/words.toml", '[dates]\nmonths = "uno dos"\n', "dates.months: expected 12 words, found 2"),
        (
            "es/words.toml",
            '[dates.short]\nday = "$day $weekday"\n',
            "dates.short.day: expected the values of the language that ships",
        ),
        ("es/words.toml", "[numbers]\ndecimal = 1\n", "numbers.decimal: expected words, found another value"),
        ("page.html", "<html>{{ content }}", "page.html: expected {{ language }}, found nothing"),
        (
            "page.html",
            "{{ language }}\n{{ content }}\n{{ customer }}",
            "page.html:3: expected one of content, language, shop, subject",
        ),
        ("page.html", "{{ language }}{{ content }}{% if shop %}", "page.html:1: expected places alone"),
    ],
)
def test_a_mistake_in_the_folder_is_found_when_it_is_loaded(tmp_path: Path, name: str, text: str, problem: str) -> None:
    """A file that is for nothing, a frame, words or a page that can't be used."""
    found = problems(tmp_path, {"es/order.placed.md": TEXT, name: text})

    assert 1 == sum(problem in each for each in found), found


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    """Of every file, language and line."""
    found = problems(
        tmp_path,
        {
            "es/order.placed.md": HEAD + "{{ a }}\n{{ b }}",
            "en/order.placed.md": HEAD + "{{ c }}",
            "es/words.toml": "[labels.type]\n",
            "page.html": "",
        },
    )

    assert [
        "en/order.placed.md:5",
        "es/order.placed.md:5",
        "es/order.placed.md:6",
        "es/words.toml",
        "page.html",
        "page.html",
    ] == sorted(problem.partition(": ")[0] for problem in found)


def test_a_mistake_in_a_wider_language_is_named_once(tmp_path: Path) -> None:
    """A region whose texts fall back to it has none of its own."""
    files = {"es-AR/words.toml": '[offers]\nrefund = "{{ amount }}"\n', "es/order.placed.md": HEAD + "{% if date %}"}

    assert ["es/order.placed.md:5"] == [problem.partition(": ")[0] for problem in problems(tmp_path, files)]


def test_what_is_no_folder_or_no_text_is_named(tmp_path: Path) -> None:
    """A folder that is not there, and bytes that are no UTF-8."""
    (tmp_path / "es").mkdir()
    (tmp_path / "es" / "order.placed.md").write_bytes(b"\xff\xfe")

    assert ["es/order.placed.md: expected text in UTF-8, found other bytes"] == problems(tmp_path, {})
    with pytest.raises(ConfigurationError, match="a folder with a folder for each language"):
        load_catalogue(Shop(templates=str(tmp_path / "nothing")))


def test_files_of_windows_are_read_like_others(tmp_path: Path) -> None:
    """Line ends and the byte-order mark that its editors write change nothing."""
    (tmp_path / "es").mkdir()
    (tmp_path / "es" / "order.placed.md").write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    rendered = loaded(tmp_path, {}).render("order.placed", "es", {"order": "S-1"})

    assert ("Ours: pedido S-1", True) == (rendered.subject, "\r" not in rendered.text + rendered.html)


# --- Anything at all ---------------------------------------------------------------------------------------------

# fmt: off
PARTS = [
    "{{ ", "}}", "{% ", "%}", "{#", "#}", "- ", "1. ", "# ", "> ", "**", "`", "](", "\\", "<b>", "&", "%", ".",
    "(", ")", "[", "]", "'", '"', "~", "==", "    ", "\n", "---\n", "subject: ", "brief: ", "if ",
    "for o in offers", "endif", "endfor", "else", "not ", "order", "offers", "loop.index", " | ", "join",
    "upper", "status_url", "qz0zq",
]
# fmt: on
PIECES = st.lists(st.one_of(st.sampled_from([*PARTS, "9" * 30]), st.text(max_size=6)), max_size=30).map("".join)


LONG = settings(max_examples=30_000, derandomize=False, deadline=None, database=None, print_blob=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose one text is written anew each time."""
    return tmp_path_factory.mktemp("texts")


def fits(folder: Path, name: str, text: str) -> None:
    """A file is refused with every problem named, or the message is whole."""
    shutil.rmtree(folder)
    path = folder / name
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8", errors="surrogatepass", newline="")
    try:
        catalogue = load_catalogue(Shop(templates=str(folder)))
    except ConfigurationError as refused:
        problems = refused.problems
        assert problems
        return
    rendered = catalogue.render("incident.offered", "es", sample_values("incident.offered"), SAMPLE_LINKS)

    assert "\n" not in rendered.subject
    assert "qz" not in rendered.text + rendered.html


texts = st.one_of(PIECES, PIECES.map(lambda body: HEAD + body))
frames = PIECES.map(lambda body: "{{ text }}\n" + body)
lines = PIECES.map(lambda text: re.sub(r'[\n"\\]', " ", text))


@given(text=texts)
def test_any_text_is_refused_or_fits(folder: Path, text: str) -> None:
    """Whatever stands in the file of a text, loading it ends in a list of problems or in a text that works."""
    fits(folder, "es/incident.offered.md", text)


@given(text=frames)
def test_any_frame_is_refused_or_fits(folder: Path, text: str) -> None:
    """Whatever stands around texts."""
    fits(folder, "es/frame.customer.md", text)


@given(line=lines)
def test_any_words_are_refused_or_fit(folder: Path, line: str) -> None:
    """Whatever stands in the words, as a line or as the whole file."""
    fits(folder, "es/words.toml", f'[offers]\nrefund = "{line}"\n[words]\norder = "{line}"\n')
    fits(folder, "es/words.toml", line)


@pytest.mark.long
@LONG
@given(text=texts)
def test_any_text_is_refused_or_fits_for_long(folder: Path, text: str) -> None:
    """The same, for minutes."""
    fits(folder, "es/incident.offered.md", text)


@pytest.mark.long
@LONG
@given(text=frames, line=lines)
def test_any_frame_and_words_are_refused_or_fit_for_long(folder: Path, text: str, line: str) -> None:
    """The same, for minutes."""
    fits(folder, "es/frame.customer.md", text)
    fits(folder, "es/words.toml", f'[offers]\nrefund = "{line}"\n')
