"""The accounts application."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts, organisations, roles."""

    name = "clairevoie.web.accounts"
    label = "accounts"
