"""The pages and webhooks of one desk as a Starlette application."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from incidentkit.desk.desk import Desk
from incidentkit.errors import ConflictError, InvalidInput, StoreError
from incidentkit.ports import WebhookAdapter, WebhookRequest
from incidentkit.web.asked import form_fields
from incidentkit.web.board_site import BoardSite
from incidentkit.web.guard import Guard, TooLarge, read_body
from incidentkit.web.guesses import Guesses
from incidentkit.web.site import Asked, Shown, Site

__all__ = ["application", "board_application"]

_log = logging.getLogger("incidentkit.web")

_LONGEST_FORM = 65_536
_LONGEST_EVENT = 1_048_576
_AGAIN_IN = {"Retry-After": "5"}
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
# Of a vendor's request, what is for whoever carried it here and not for us.
_NOT_KEPT = frozenset({"authorization", "cookie", "proxy-authorization"})

Endpoint = Callable[[Request], Awaitable[Response]]


def application(desk: Desk, webhooks: Sequence[WebhookAdapter], *, scoreboard: bool) -> Starlette:
    """See `incidentkit.web.app`."""
    site, adapters = Site(desk, Guesses()), _by_name(webhooks)
    read = {"status": site.status}
    answered = {
        "answer": site.answer,
        "survey": site.survey,
        "preferences": site.preferences,
        "unsubscribe": site.unsubscribe,
    }
    routes = [Route(f"/{name}/{{token}}", _page(site, page), methods=["GET"]) for name, page in (read | answered).items()]
    routes += [Route(f"/{name}/{{token}}", _form(site, page), methods=["POST"]) for name, page in answered.items()]
    routes.append(Route("/webhooks/{name}", _webhook(desk, adapters), methods=["POST"]))
    if scoreboard:
        routes.append(Route("/scoreboard", _page(site, site.scoreboard), methods=["GET"]))
    made = Starlette(routes=routes, middleware=[Middleware(Guard)], exception_handlers={HTTPException: _nothing(site)})
    # A redirect would write the token into a header that logs may keep.
    made.router.redirect_slashes = False
    return made


def board_application(desk: Desk) -> Starlette:
    """See `incidentkit.web.board_app`."""
    site = Site(desk, Guesses())
    board = BoardSite(desk, site)
    routes = [
        Route("/", _page(site, board.scoreboard), methods=["GET"]),
        Route("/figures/{token}", _page(site, board.figure), methods=["GET"]),
    ]
    made = Starlette(routes=routes, middleware=[Middleware(Guard)], exception_handlers={HTTPException: _nothing(site)})
    made.router.redirect_slashes = False
    return made


def _by_name(webhooks: Sequence[WebhookAdapter]) -> Mapping[str, WebhookAdapter]:
    names = [adapter.name for adapter in webhooks]
    for name in names:
        if not _NAME.fullmatch(name) or names.count(name) > 1:
            rule = "has a name of its own: small letters, digits, - and _"
            raise InvalidInput("A webhook's adapter", rule, got=repr(name)[:80])
    return dict(zip(names, webhooks, strict=True))


# --- Pages -------------------------------------------------------------------------------------------------------


def _page(site: Site, page: Callable[[Asked], Shown]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await _answered(site, page, _asked(request))

    return endpoint


def _form(site: Site, page: Callable[[Asked], Shown]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        try:
            body = await read_body(request, _LONGEST_FORM)
        except TooLarge:
            return _response(site.plain(_asked(request), "wrong", 413))
        return await _answered(site, page, _asked(request, body))

    return endpoint


def _asked(request: Request, body: bytes | None = None) -> Asked:
    return Asked(
        token=request.path_params.get("token", ""),
        posted=body is not None,
        form=None if body is None else form_fields(request.headers.get("content-type", ""), body),
        languages=request.headers.get("accept-language", ""),
        sender=request.client.host if request.client else "",
        query=dict(request.query_params),
    )


async def _answered(site: Site, page: Callable[[Asked], Shown], asked: Asked) -> Response:
    try:
        return _response(await run_in_threadpool(page, asked))
    except Exception as error:  # noqa: BLE001 - whatever it was, the reader gets a page, and no log gets their address
        _failed(error)
        response = _response(site.plain(asked, "failed", 503 if _passes(error) else 500))
        response.headers.update(_AGAIN_IN if _passes(error) else {})
        return response


def _response(shown: Shown) -> Response:
    headers = {"Content-Security-Policy": shown.policy} | ({"Location": shown.see} if shown.see else {})
    return Response(shown.page, shown.status, headers, "text/html; charset=utf-8")


def _nothing(site: Site) -> Callable[[Request, Exception], Awaitable[Response]]:
    """What is at no address here, or takes no such method."""

    async def handler(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        response = _response(site.plain(_asked(request), "closed" if status == 404 else "wrong", status))
        response.headers.update(getattr(error, "headers", None) or {})
        return response

    return handler


def _passes(error: Exception) -> bool:
    """Whether the same may work in a while."""
    return isinstance(error, ConflictError | StoreError)


def _failed(error: Exception) -> None:
    # Its text may hold what was sent.
    _log.error("a request failed: %s", type(error).__name__)


# --- Webhooks ----------------------------------------------------------------------------------------------------


def _webhook(desk: Desk, adapters: Mapping[str, WebhookAdapter]) -> Endpoint:
    """Keeps the raw bytes of an event. 2xx is said once they are committed, and for what is there already."""

    async def endpoint(request: Request) -> Response:
        adapter = adapters.get(request.path_params["name"])
        if adapter is None:
            raise HTTPException(404)
        try:
            received = _received(desk, adapter.name, request, await read_body(request, _LONGEST_EVENT))
            kept = await run_in_threadpool(_keep, desk, adapter, received)
        except TooLarge:
            return PlainTextResponse("Too large.\n", 413)
        except InvalidInput:
            return PlainTextResponse("Not an event that can be kept.\n", 400)
        except Exception as error:  # noqa: BLE001 - the vendor is to send it again
            _failed(error)
            return PlainTextResponse("Not kept.\n", 503, _AGAIN_IN)
        return PlainTextResponse("Kept.\n") if kept else PlainTextResponse("Refused.\n", 401)

    return endpoint


def _received(desk: Desk, name: str, request: Request, body: bytes) -> WebhookRequest:
    """The request as its sender made it; where the settings say what this place is called outside, under that address."""
    outside = desk.shop.pages_url.rstrip("/")
    query = f"?{request.url.query}" if request.url.query else ""
    url = f"{outside}/webhooks/{name}{query}" if outside else str(request.url)
    return WebhookRequest(request.method, url, tuple(request.headers.items()), body)


def _keep(desk: Desk, adapter: WebhookAdapter, received: WebhookRequest) -> bool:
    event = adapter.event_id(received, desk.clock())
    if not event:
        return False
    headers = tuple((name, value) for name, value in received.headers if name.lower() not in _NOT_KEPT)
    desk.inbox.put(adapter.name, event, received.body, headers=headers)
    return True
