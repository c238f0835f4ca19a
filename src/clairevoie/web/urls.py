"""Addresses of the site. French at the root, English under /en/; the API has no language."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = [
    *i18n_patterns(
        path("", include("clairevoie.web.accounts.urls")),
        path("", include("clairevoie.web.register.urls")),
        prefix_default_language=False,
    ),
]
