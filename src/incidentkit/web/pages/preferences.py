"""What a person wants to be sent, and the page that ends one kind of messages."""

from __future__ import annotations

from incidentkit.desk.page_views import ASKED_ABOUT, PreferencesPage
from incidentkit.web.markup import el
from incidentkit.web.pages.forms import choices, form, note
from incidentkit.web.pages.frame import Speech, framed

__all__ = ["WANTED", "preferences_page", "unsubscribe_page"]

WANTED = "wanted"
"""The field that names a purpose that is wanted."""


def preferences_page(speech: Speech, page: PreferencesPage, *, saved: bool = False) -> str:
    """Every kind of messages, with a box for each."""
    options = [(purpose, speech.say(f"preferences.{purpose}")) for purpose in ASKED_ABOUT]
    return framed(
        speech,
        speech.say("preferences.title"),
        note(speech.say("preferences.saved")) if saved else None,
        form(
            choices(WANTED, speech.say("preferences.legend"), options, kind="checkbox", ticked=page.wanted),
            el("p", speech.say("preferences.note"), class_="quiet"),
            send=speech.say("preferences.save"),
        ),
    )


def unsubscribe_page(speech: Speech, page: PreferencesPage) -> str:
    """One kind of messages: a button that ends it, or the word that it is ended."""
    kind = el("p", speech.say(f"preferences.{page.about}"), class_="lead")
    if page.about not in page.wanted:
        return framed(speech, speech.say("unsubscribe.title"), note(speech.say("unsubscribe.done")), kind)
    ask = el("p", speech.say("unsubscribe.ask"))
    return framed(speech, speech.say("unsubscribe.title"), form(ask, kind, send=speech.say("unsubscribe.send")))
