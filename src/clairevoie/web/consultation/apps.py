"""The consultation application."""

from __future__ import annotations

from django.apps import AppConfig


class ConsultationConfig(AppConfig):
    """Recommendations and what public bodies answer."""

    name = "clairevoie.web.consultation"
    label = "consultation"
