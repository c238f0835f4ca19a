"""The results of a consultation in Polis's columns, for the tools that read these."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clairevoie.consultation.exporting import COMMENTS, GROUPS, comment_groups_csv, comments_csv
from clairevoie.register.cells import protect
from clairevoie.web.consultation.models import Consultation
from clairevoie.web.consultation.services.outcomes import published_form
from clairevoie.web.consultation.services.tallying import proposals_of
from clairevoie.web.consultation.views.consultations import consultation_or_404


@require_safe
def comments(request: HttpRequest, number: int) -> HttpResponse:
    """Give how many agree and disagree with each proposal, as Polis's ``comments.csv``."""
    found = consultation_or_404(number)
    return _file(comments_csv(_published(found), proposals_of(found), cell=protect), COMMENTS)


@require_safe
def comment_groups(request: HttpRequest, number: int) -> HttpResponse:
    """Give the votes of each group that is told, as Polis's ``comment-groups.csv``."""
    found = consultation_or_404(number)
    return _file(comment_groups_csv(_published(found), cell=protect), GROUPS)


def _published(found: Consultation) -> dict[str, Any]:
    form = published_form(found, today=timezone.localdate())
    if form is None:
        raise Http404(_("The results are not shown yet."))
    return form


def _file(text: str, name: str) -> HttpResponse:
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
