"""Addresses of files to take away and of the feed."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from clairevoie.web.register.views import downloads, feeds

urlpatterns: list[URLPattern | URLResolver] = [
    path("systemes/export.<slug:extension>", downloads.export_list, name="export"),
    path("systemes/flux.atom", feeds.SystemsFeed(), name="feed"),
    path(
        "systemes/<slug:slug>/export.<slug:extension>",
        downloads.export_system,
        name="system_export",
    ),
    path("catalogue.jsonld", downloads.dcat_catalogue, name="dcat"),
    path("telecharger/", downloads.formats, name="formats"),
]
