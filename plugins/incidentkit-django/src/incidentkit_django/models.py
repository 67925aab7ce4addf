"""What the admin shows, as Django wants to hear of it: names and permissions. None has a table; the desk is asked instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from incidentkit_django.words import later

__all__ = ["SEE_PERSONAL", "Incident", "Message", "Order"]

SEE_PERSONAL = "incidentkit.view_personal_data"
"""The permission without which names, addresses and anybody's words are left out."""

if TYPE_CHECKING:
    _Manager = models.Manager["_Shown"]
else:
    _Manager = models.Manager


class _Nothing(_Manager):
    """There are no rows: whatever walks over all models, as ``dumpdata`` does, finds none and asks no database."""

    def get_queryset(self) -> models.QuerySet[_Shown]:
        return super().get_queryset().none()


class _Shown(models.Model):
    id: models.CharField[str, str] = models.CharField(primary_key=True, max_length=64)

    objects = _Nothing()

    class Meta:
        abstract = True
        managed = False
        default_permissions = ("view",)


class Order(_Shown):
    """`incidentkit.Order`."""

    class Meta(_Shown.Meta):
        abstract = False
        verbose_name = later("order")
        verbose_name_plural = later("orders")
        permissions = (("view_personal_data", "Can see names, addresses and words"),)


class Incident(_Shown):
    """`incidentkit.Incident`."""

    class Meta(_Shown.Meta):
        abstract = False
        verbose_name = later("incident")
        verbose_name_plural = later("incidents")


class Message(_Shown):
    """`incidentkit.Intent`: a message that is to be sent, or was."""

    class Meta(_Shown.Meta):
        abstract = False
        verbose_name = later("message")
        verbose_name_plural = later("messages")
