"""The models of the admin: permissions, and no tables."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models


def _model(name: str, plural: str, **options: Any) -> migrations.CreateModel:
    return migrations.CreateModel(
        name=name,
        fields=[("id", models.CharField(max_length=64, primary_key=True, serialize=False))],
        options={
            "verbose_name": name,
            "verbose_name_plural": plural,
            "abstract": False,
            "managed": False,
            "default_permissions": ("view",),
            **options,
        },
    )


class Migration(migrations.Migration):
    """As `models` has them."""

    initial = True
    dependencies: ClassVar[list[tuple[str, str]]] = []
    operations: ClassVar[list[Any]] = [
        _model("Incident", "Incidents"),
        _model("Message", "Messages"),
        _model("Order", "Orders", permissions=(("view_personal_data", "Can see names, addresses and words"),)),
    ]
