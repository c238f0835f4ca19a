"""Addresses of « Expliquer ma décision »."""

from __future__ import annotations

from django.urls import path

from clairevoie.web.explanation import views

app_name = "explanation"
urlpatterns = [
    path("expliquer/", views.ask, name="ask"),
    path("expliquer/lettre/", views.letter, name="letter"),
]
