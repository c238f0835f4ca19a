"""Addresses of archived copies; the only ones of the files' own host, where there is one."""

from __future__ import annotations

from django.urls import path

from clairevoie.web.register.views import files

app_name = "files"
# On the files’ own host there is no page to show: not even a page that says so.
handler404 = "clairevoie.web.register.views.files.not_found"
urlpatterns = [path("fichiers/<slug:digest>", files.archived_copy, name="copy")]
