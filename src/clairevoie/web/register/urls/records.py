"""Addresses of records, public bodies, sources, indicators and changes."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from clairevoie.web.register.views import bodies, changes, indicators, records

urlpatterns: list[URLPattern | URLResolver] = [
    path("systemes/<slug:slug>/", records.system, name="system"),
    path("systemes/<slug:slug>/v<int:version>/", records.version, name="version"),
    path("systemes/<slug:slug>/imprimer/", records.print_view, name="print"),
    path("systemes/<slug:slug>/demander/", records.ask, name="ask"),
    path("systemes/<slug:slug>/historique/", changes.history, name="history"),
    path("systemes/<slug:slug>/comparer/", changes.compare, name="compare"),
    path("enonces/<uuid:uid>/", records.statement, name="statement"),
    path("administrations/", bodies.body_list, name="body_list"),
    path("administrations/<slug:slug>/", bodies.body, name="body"),
    path("sources/", bodies.source_list, name="source_list"),
    path("sources/<uuid:uid>/", bodies.source, name="source"),
    path("indicateurs/", indicators.overview, name="indicators"),
    path("indicateurs/<slug:key>/", indicators.indicator, name="indicator"),
    path("changements/", changes.changes, name="changes"),
]
