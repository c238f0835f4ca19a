"""What every page of the site knows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

import clairevoie


def site(request: HttpRequest) -> dict[str, str]:
    """Return the site's address and version, for links and the footer."""
    return {"site_url": settings.SITE_URL, "site_version": clairevoie.__version__}
