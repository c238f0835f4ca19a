"""The sortition application."""

from __future__ import annotations

from django.apps import AppConfig


class SortitionConfig(AppConfig):
    """Panels drawn by lot."""

    name = "clairevoie.web.sortition"
    label = "sortition"
