"""Three doors of the backend: buy, see how it stands, say that something is wrong."""

from __future__ import annotations

import json
from decimal import Decimal

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

import incidentkit as ik
from checkout.models import Purchase
from incidentkit_django import atomic, desk


@csrf_exempt  # called by the shop's own front end, by a token that is not shown here
@require_POST
def checkout(request: HttpRequest) -> JsonResponse:
    """The purchase and its order are written together, or neither is."""
    given = json.loads(request.body)
    number, price = given["number"], Decimal(given["price"])
    with atomic() as record:
        order = record.orders.place(
            lines=[ik.Line(given["product"], given["quantity"], str(price))],
            customer=ik.Customer(given["email"], email=given["email"]),
            number=number,
            by="checkout",
        )
        purchase = Purchase.objects.create(number=number, total=price * given["quantity"], order_id=order.id)
        if purchase.total > Decimal(given["limit"]):
            raise ik.InvalidInput("The payment", "must be within the card's limit")
    return JsonResponse({"order": order.id}, status=201)


@require_GET
def order(request: HttpRequest, number: str) -> JsonResponse:
    """How it stands."""
    purchase = Purchase.objects.get(number=number)
    found = desk().orders.get(purchase.order_id)
    return JsonResponse({"number": number, "status": found.status, "in_incident": found.in_incident})


@csrf_exempt
@require_POST
def problem(request: HttpRequest, number: str) -> JsonResponse:
    """A case, owned from this moment on."""
    given = json.loads(request.body)
    purchase = Purchase.objects.get(number=number)
    with atomic() as record:
        incident = record.incidents.report(
            order=purchase.order_id, type=given["type"], description=given["words"], reported_by="customer", by="customer"
        )
    return JsonResponse({"incident": incident.id, "owner": incident.owner.label}, status=201)
