"""The app, as Django finds it."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register
from django.core.signals import setting_changed
from django.db.models.signals import post_migrate

__all__ = ["IncidentkitConfig"]


class IncidentkitConfig(AppConfig):
    """Its label is ``incidentkit``: permissions are called ``incidentkit.view_order`` and the like."""

    name = "incidentkit_django"
    label = "incidentkit"
    verbose_name = "incidentkit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what Django does; no database is touched, and no desk opened."""
        from incidentkit_django.checks import check_settings
        from incidentkit_django.desks import forget_settings
        from incidentkit_django.migrating import migrate_record

        register(check_settings)
        post_migrate.connect(migrate_record, sender=self)
        setting_changed.connect(forget_settings)
