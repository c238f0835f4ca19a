"""The decisions application."""

from __future__ import annotations

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    """Decision journals."""

    name = "clairevoie.web.decisions"
    label = "decisions"
