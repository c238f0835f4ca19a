"""The audit application."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Audits of journals."""

    name = "clairevoie.web.audit"
    label = "audit"
