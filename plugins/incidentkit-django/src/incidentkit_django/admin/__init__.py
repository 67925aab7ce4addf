"""Orders, incidents and messages in Django's admin, to look at only: the record is changed by the desk's commands."""

from __future__ import annotations

from django.contrib import admin

from incidentkit_django.admin.incidents import IncidentAdmin
from incidentkit_django.admin.messages import MessageAdmin
from incidentkit_django.admin.orders import OrderAdmin
from incidentkit_django.models import Incident, Message, Order

__all__ = ["IncidentAdmin", "MessageAdmin", "OrderAdmin"]

admin.site.register(Order, OrderAdmin)
admin.site.register(Incident, IncidentAdmin)
admin.site.register(Message, MessageAdmin)
