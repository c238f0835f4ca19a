"""Addresses of the register's pages."""

from __future__ import annotations

from clairevoie.web.register.urls import contribute, downloads, pages, records

app_name = "register"
urlpatterns = [
    *pages.urlpatterns,
    *downloads.urlpatterns,
    *contribute.urlpatterns,
    *records.urlpatterns,
]
