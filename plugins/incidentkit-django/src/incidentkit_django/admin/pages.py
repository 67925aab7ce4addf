"""Pages of the admin over the desk: a list, page by page, and one page for each thing. Nothing in them can write."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import frozen
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from incidentkit.errors import IncidentkitError, InvalidInput, SetupError, UnknownIdError
from incidentkit_django.admin.showing import Cell, Section, Shower
from incidentkit_django.desks import desk
from incidentkit_django.models import SEE_PERSONAL
from incidentkit_django.words import say

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin

__all__ = ["DeskAdmin", "Field", "Found"]

_WORDS = ("any", "ask", "first", "next", "nothing")


@frozen
class Field:
    """Something that a list can be asked by.

    Args:
        name: of the query's parameter, and of its words.
        choices: those that it takes; without any, text.
        personal: asked by only by those who may see what is about a person.
    """

    name: str
    choices: Sequence[str] = ()
    personal: bool = False

    def taken(self, said: str) -> str:
        """What was said, as far as it can be asked for."""
        return said.strip() if not self.choices or said in self.choices else ""


@frozen
class Found:
    """One page of a list: its rows, and where the next page begins."""

    rows: Sequence[Sequence[Cell]]
    next: str | None = None


class DeskAdmin(_ModelAdmin):
    """Looks at one kind of thing; subclasses say at which.

    Attributes:
        columns: of the list, by the names of their words.
        asked_by: what the list can be asked by.
    """

    columns: ClassVar[Sequence[str]]
    asked_by: ClassVar[Sequence[Field]] = ()

    @abstractmethod
    def found(self, shower: Shower, asked: Mapping[str, str], after: str | None) -> Found:
        """A page of the list."""

    @abstractmethod
    def shown(self, shower: Shower, thing: str) -> tuple[str, Sequence[Section]]:
        """What one thing is called, and its page.

        Raises:
            UnknownIdError: there is none of that id.
        """

    # --- What Django asks ----------------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Never."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """A list and a page; there is nowhere to add, delete, or look at what an admin changed."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name=f"{name}_changelist"),
            path("<path:object_id>/change/", view(self.change_view), name=f"{name}_change"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list. What it is asked by may come by POST, for an address in a URL would stand in every log on the way."""
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(("GET", "HEAD", "POST"))
        return self._looked(request, lambda shower: self._list(request, shower, extra_context or {}))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One thing's page."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(("GET", "HEAD"))
        return self._looked(request, lambda shower: self._page(request, shower, unquote(object_id), extra_context or {}))

    # --- Within --------------------------------------------------------------------------------------------------

    def _looked(self, request: HttpRequest, view: Callable[[Shower], HttpResponse]) -> HttpResponse:
        """With a desk to look at it by; what is refused is said, and is no fault of the server."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            user: Any = request.user  # whatever the project takes for one
            return view(Shower(desk(), user.has_perm(SEE_PERSONAL), self.admin_site.name))
        except UnknownIdError as error:
            raise Http404(str(error)) from error
        except (IncidentkitError, SetupError) as error:
            messages.error(request, str(error))
            # Whatever was asked for is not asked for again.
            asked = isinstance(error, InvalidInput) and bool(request.GET or request.POST)
            return redirect(request.path if asked else reverse(f"{self.admin_site.name}:index"))

    def _list(self, request: HttpRequest, shower: Shower, extra: dict[str, Any]) -> HttpResponse:
        given = request.POST if request.method == "POST" else request.GET
        fields = [field for field in self.asked_by if shower.personal or not field.personal]
        asked = {field.name: said for field in fields if (said := field.taken(given.get(field.name, "")))}
        after = given.get("after") or None
        found = self.found(shower, asked, after)
        context = {
            "title": str(self.opts.verbose_name_plural),
            "table": Section("", found.rows, [say(name) for name in self.columns]),
            "fields": [_asked(field, asked.get(field.name, "")) for field in fields],
            "next": found.next,
            "later": after is not None,
        }
        return self._response(request, "list.html", {**context, **extra})

    def _page(self, request: HttpRequest, shower: Shower, thing: str, extra: dict[str, Any]) -> HttpResponse:
        title, sections = self.shown(shower, thing)
        return self._response(request, "page.html", {"title": title, "sections": sections, **extra})

    def _response(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        request.current_app = self.admin_site.name
        own = {"opts": self.opts, "say": {name: say(name) for name in _WORDS}}
        whole = {**self.admin_site.each_context(request), **own, **context}
        return TemplateResponse(request, f"admin/incidentkit/{template}", whole)


def _asked(field: Field, value: str) -> dict[str, Any]:
    choices = [(str(choice), say(choice) if choice in ("yes", "no") else str(choice)) for choice in field.choices]
    return {"name": field.name, "label": say(field.name), "choices": choices, "value": value}
