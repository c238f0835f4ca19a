"""The explanation application."""

from __future__ import annotations

from django.apps import AppConfig


class ExplanationConfig(AppConfig):
    """The explanation of one decision."""

    name = "clairevoie.web.explanation"
    label = "explanation"
