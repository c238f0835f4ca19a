"""Addresses of audits."""

from __future__ import annotations

from django.urls import path

from clairevoie.web.audit.views import keeping, reading, speaking

app_name = "audit"
urlpatterns = [
    path("contribuer/audits/", keeping.journals, name="journals"),
    path("contribuer/audits/journaux/<slug:slug>/", keeping.journal, name="journal"),
    path("contribuer/audits/journaux/<slug:slug>/acces/", keeping.access, name="access"),
    path("contribuer/audits/journaux/<slug:slug>/<int:pk>/", keeping.run, name="run"),
    path("contribuer/audits/systemes/<slug:slug>/", speaking.receive, name="receive"),
    path("audits/", reading.audits, name="list"),
    path("audits/<int:number>/", reading.audit, name="audit"),
    path("audits/<int:number>.json", reading.content, name="content"),
    path("audits/<int:number>.csv", reading.cells, name="cells"),
    path("audits/<int:number>.pdf", reading.document, name="document"),
    path("audits/<int:number>.yaml", reading.plan, name="plan"),
    path("audits/<int:number>/reponse/", speaking.reply, name="reply"),
    path("audits/<int:number>/moderation/", speaking.moderate, name="moderate"),
]
