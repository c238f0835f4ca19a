"""The register application."""

from __future__ import annotations

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """The register of public algorithms."""

    name = "clairevoie.web.register"
    label = "register"
