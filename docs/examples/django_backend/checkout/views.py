"""Three doors of the backend: buy, see how it stands, say that something is wrong."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

import incidentkit as ik
from checkout.models import Purchase
from incidentkit_django import atomic, desk


class Declined(Exception):
    """The card was declined."""


@csrf_exempt  # called by the shop's own front end, with a token that is not shown here
@require_POST
def checkout(request: HttpRequest) -> JsonResponse:
    """The purchase and its order are written together, or neither is."""
    try:
        purchase = _buy(json.loads(request.body))
    except Declined:
        return JsonResponse({"error": "declined"}, status=402)
    except ik.RuleViolation as refused:  # no error holds a name, an address or anybody's words
        return JsonResponse({"error": refused.code, "text": str(refused)}, status=422)
    return JsonResponse({"order": purchase.order_id}, status=201)


def _buy(given: Any) -> Purchase:
    price, units = Decimal(given["price"]), given["quantity"]
    with atomic() as record:
        order = record.orders.place(
            lines=[ik.Line(given["product"], units, str(price))],
            customer=ik.Customer(given["email"], email=given["email"]),
            number=given["number"],
            by="checkout",
        )
        purchase = Purchase.objects.create(number=order.number, total=price * units, order_id=order.id)
        if purchase.total > Decimal(given["limit"]):
            raise Declined
    return purchase


@require_GET
def order(request: HttpRequest, number: str) -> JsonResponse:
    """How it stands."""
    purchase = get_object_or_404(Purchase, number=number)
    found = desk().orders.get(purchase.order_id)
    return JsonResponse({"number": number, "status": found.status, "in_incident": found.in_incident})


@csrf_exempt
@require_POST
def problem(request: HttpRequest, number: str) -> JsonResponse:
    """A case, with an owner from this moment on."""
    given, purchase = json.loads(request.body), get_object_or_404(Purchase, number=number)
    incident = desk().incidents.report(
        order=purchase.order_id, type=given["type"], description=given["words"], reported_by="customer", by="customer"
    )
    return JsonResponse({"incident": incident.id, "owner": incident.owner.label}, status=201)
