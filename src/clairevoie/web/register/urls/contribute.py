"""Addresses of the contribution pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from clairevoie.web.register.views import contribute

urlpatterns: list[URLPattern | URLResolver] = [
    path("contribuer/", contribute.contribute, name="contribute"),
    path("contribuer/systeme/", contribute.open_record, name="contribute_system"),
    path("systemes/<slug:slug>/ajouter/", contribute.add, name="contribute_add"),
    path("enonces/<uuid:uid>/remplacer/", contribute.replace, name="replace"),
    path("enonces/<uuid:uid>/repondre/", contribute.answer, name="reply"),
    path("enonces/<uuid:uid>/moderer/", contribute.hide_or_show, name="moderate"),
]
