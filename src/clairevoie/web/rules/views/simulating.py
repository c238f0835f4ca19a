"""« Simuler mon cas »: the rules applied to answers that nobody keeps.

Answers come by POST, so that no access log has them; the fragment of an address, which browsers
never send, is what makes a case shareable (static/clairevoie/simulate.js).
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from clairevoie.web.register.templatetags.site import language
from clairevoie.web.rules.forms import DAY, CaseForm, typed_day
from clairevoie.web.rules.services.degree import declared_facts
from clairevoie.web.rules.services.pages.rule_set import head_of, shown_version
from clairevoie.web.rules.services.simulating import explained
from clairevoie.web.rules.services.versions import version_on
from clairevoie.web.rules.views.finding import rules_or_404


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def simulate(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask what the rules read, then answer with the explanation. Nothing is stored or logged."""
    edition, rules = rules_or_404(slug)
    spoken, today = language(), timezone.localdate()
    shown = shown_version(rules, request.GET.get("version", ""), today)
    if shown is None:
        raise Http404(_("These rules have no such version."))
    posted = request.POST if request.method == "POST" else None
    day = typed_day(posted.get(DAY, "")) if posted is not None else None
    version = (version_on(rules, day) if day else None) or shown
    usual = today if version_on(rules, today) is version else version.start
    form = CaseForm(
        rules,
        version,
        spoken,
        posted.dict() if posted is not None else None,
        initial={DAY: usual},
    )
    result = None
    if posted is not None and form.is_valid():
        result = explained(
            rules,
            form.case(),
            day=form.cleaned_data[DAY],
            language=spoken,
            version=version.id,
            facts=declared_facts(edition.rules.system),
        )
    context = {
        "head": head_of(edition, rules, spoken),
        "form": form,
        "version": version,
        "answered": posted is not None,
        "result": result,
    }
    return render(request, "rules/simulate.html", context)
