"""The rules application."""

from __future__ import annotations

from django.apps import AppConfig


class RulesConfig(AppConfig):
    """Published rules that run."""

    name = "clairevoie.web.rules"
    label = "rules"
