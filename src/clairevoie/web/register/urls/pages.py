"""Home, list and the pages that explain the register."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from clairevoie.web.register.views import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("systemes/", pages.system_list, name="list"),
    path("rubriques/", pages.fields, name="fields"),
    path("aide/", pages.help_page, name="help"),
    path("a-propos/", pages.about, name="about"),
    path("accessibilite/", pages.accessibility, name="accessibility"),
    path("donnees-personnelles/", pages.privacy, name="privacy"),
]
