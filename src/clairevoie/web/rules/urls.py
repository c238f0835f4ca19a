"""Addresses of published rules."""

from __future__ import annotations

from django.urls import path

from clairevoie.web.rules.views import mention, publishing, reading, simulating

app_name = "rules"
urlpatterns = [
    path("regles/", reading.rules_list, name="list"),
    path("contribuer/regles/", publishing.publish, name="publish"),
    path("regles/<slug:slug>/", reading.rule_set, name="rule_set"),
    path("regles/<slug:slug>/differences/", reading.differences, name="differences"),
    path("regles/<slug:slug>/simuler/", simulating.simulate, name="simulate"),
    path("regles/<slug:slug>/mention/", mention.to_copy, name="mention"),
    path("regles/<slug:slug>/regles.yaml", reading.content, name="content"),
    path("regles/<slug:slug>/editions/<int:number>.yaml", reading.edition, name="edition"),
    path("mention/<slug:slug>/", mention.received, name="received"),
]
