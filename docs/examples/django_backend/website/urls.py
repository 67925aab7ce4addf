"""Where everything is."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from checkout import views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("checkout", views.checkout),
    path("orders/<str:number>", views.order),
    path("orders/<str:number>/problem", views.problem),
]
