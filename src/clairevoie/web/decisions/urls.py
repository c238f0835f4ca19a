"""Addresses of journals and of their replays."""

from __future__ import annotations

from django.urls import path

from clairevoie.web.decisions.views import keeping, reading

app_name = "decisions"
urlpatterns = [
    path("contribuer/journaux/", keeping.journals, name="journals"),
    path("contribuer/journaux/<slug:slug>/", keeping.journal, name="journal"),
    path("contribuer/journaux/<slug:slug>/rejeux/<int:pk>/", keeping.replay, name="replay"),
    path("regles/<slug:slug>/rejeux/", reading.publications, name="publications"),
    path("regles/<slug:slug>/rejeux/<int:number>/", reading.publication, name="publication"),
    path("regles/<slug:slug>/rejeux/<int:number>.json", reading.content, name="content"),
]
