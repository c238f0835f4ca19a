"""Addresses of the site. French at the root, English under /en/; the rest has no language."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = [
    path("api/", include("clairevoie.web.api.urls")),
    path("", include("clairevoie.web.accounts.oidc.urls")),
    path("", include("clairevoie.web.register.urls.files")),
    *i18n_patterns(
        path("", include("clairevoie.web.accounts.urls")),
        path("", include("clairevoie.web.rules.urls")),
        path("", include("clairevoie.web.decisions.urls")),
        path("", include("clairevoie.web.audit.urls")),
        path("", include("clairevoie.web.consultation.urls")),
        path("", include("clairevoie.web.sortition.urls")),
        path("", include("clairevoie.web.explanation.urls")),
        path("", include("clairevoie.web.register.urls")),
        prefix_default_language=False,
    ),
]
