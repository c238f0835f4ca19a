"""Addresses of panels drawn by lot."""

from __future__ import annotations

from django.urls import path

from clairevoie.web.sortition.views import organising, reading

app_name = "sortition"
urlpatterns = [
    path("contribuer/tirages/", organising.announce_one, name="announce"),
    path("tirages/", reading.listing, name="draws"),
    path("tirages/<int:number>/", reading.draw, name="draw"),
    path(
        "tirages/<int:number>/engagement-<int:rank>.json",
        reading.commitment_file,
        name="commitment_file",
    ),
    path("tirages/<int:number>/sceaux-<int:rank>.csv", reading.seals_file, name="seals_file"),
    path("tirages/<int:number>/preuve-<int:rank>.json", reading.proof_file, name="proof_file"),
    path("tirages/<int:number>/quotas-<int:rank>.csv", reading.quotas_file, name="quotas_file"),
    path("tirages/<int:number>/organiser/volontaires/", organising.pool, name="pool"),
    path("tirages/<int:number>/organiser/quotas/", organising.quotas, name="quotas"),
    path(
        "tirages/<int:number>/organiser/quotas/verifier/",
        organising.quotas_check,
        name="quotas_check",
    ),
    path("tirages/<int:number>/organiser/chances/", organising.chances, name="chances"),
    path("tirages/<int:number>/organiser/engagement/", organising.commit, name="commit"),
    path("tirages/<int:number>/organiser/tirage/", organising.enter, name="enter"),
    path("tirages/<int:number>/organiser/panel/", organising.panel, name="panel"),
    path(
        "tirages/<int:number>/organiser/fichiers/<str:name>",
        organising.private_file,
        name="private_file",
    ),
]
