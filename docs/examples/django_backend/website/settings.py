"""Settings: what Django wants, then what incidentkit wants."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("SHOP_DATA", BASE_DIR))

SECRET_KEY = os.environ.get("SHOP_SECRET_KEY", "only for trying it out on this machine")
DEBUG = "SHOP_SECRET_KEY" not in os.environ
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
ROOT_URLCONF = "website.urls"
USE_TZ = True

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "incidentkit_django",
    "checkout",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "static/"

_SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": DATA / "shop.sqlite3",
    "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 5},
    # Not in memory: the record is read by connections of its own.
    "TEST": {"NAME": DATA / "test.sqlite3"},
}
# Where PGDATABASE is set; what else there is to say stands in the environment too: PGHOST, PGUSER, PGPASSWORD, ...
_POSTGRESQL: dict[str, Any] = {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ.get("PGDATABASE", "")}

DATABASES = {"default": _POSTGRESQL if _POSTGRESQL["NAME"] else _SQLITE}

INCIDENTKIT = {
    "SHOP": BASE_DIR / "shop.toml",
    "FILES": DATA / "files",
}
TEST_RUNNER = "incidentkit_django.testing.Runner"
