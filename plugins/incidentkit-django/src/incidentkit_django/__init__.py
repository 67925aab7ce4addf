"""incidentkit in a Django project: ``"incidentkit_django"`` in INSTALLED_APPS, and INCIDENTKIT in the settings."""

from __future__ import annotations

from incidentkit_django.desks import close_desks, desk
from incidentkit_django.joining import atomic
from incidentkit_django.signals import recorded

__all__ = ["atomic", "close_desks", "desk", "recorded"]
