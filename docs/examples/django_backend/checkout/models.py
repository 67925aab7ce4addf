"""What the shop keeps itself."""

from __future__ import annotations

from django.db import models


class Purchase(models.Model):
    """One purchase; what becomes of it is in the record, under the same number."""

    number = models.CharField(max_length=40, unique=True)
    total = models.DecimalField(max_digits=10, decimal_places=2)
    order_id = models.CharField(max_length=40)
