"""The way of an organiser: volunteers, quotas, chances, commitment, draw, panel."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clairevoie.web.accounts.acting import current_actor
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import Actor, InvalidInput, require
from clairevoie.web.consultation.views.answering import GET_AND_POST, done
from clairevoie.web.register.services.contributing import bodies_by_name
from clairevoie.web.register.templatetags.site import language
from clairevoie.web.sortition.forms import (
    AnnounceForm,
    CommitForm,
    EnterForm,
    EraseForm,
    LeaveForm,
    PoolForm,
)
from clairevoie.web.sortition.models import Draw
from clairevoie.web.sortition.quota_table import filled, quotas_in, table_of
from clairevoie.web.sortition.services import committing, computing, erasing, leaving, preparing
from clairevoie.web.sortition.services.announcing import Announced, announce, check_organiser
from clairevoie.web.sortition.services.checking import Check, check_quotas
from clairevoie.web.sortition.services.pages.draws import draw_page
from clairevoie.web.sortition.services.pages.organising import (
    chances_page,
    check_in_words,
    steps_of,
)
from clairevoie.web.sortition.services.reading import Course, course_of
from clairevoie.web.sortition.views.reading import draw_or_404


@login_required
@require_http_methods(GET_AND_POST)
def announce_one(request: HttpRequest) -> HttpResponse:
    """Announce a draw."""
    actor = current_actor(request)
    require(actor, Role.PUBLISHER)
    start = {
        "body": request.GET.get("administration", ""),
        "system": request.GET.get("systeme", ""),
    }
    form = AnnounceForm(request.POST or None, initial=start)

    def act() -> Draw:
        data = form.cleaned_data
        more = {name: data[name] for name in ("size", "erase_on", "body", "system")}
        announced = Announced(title=form.text("title"), text=form.text("text_given"), **more)
        return announce(actor=actor, announced=announced)

    if (made := done(request, form, act)) is not None:
        messages.success(request, _("The draw is announced. Now give its volunteers."))
        return redirect("sortition:pool", made.number)
    context = {"form": form, "bodies": bodies_by_name()}
    return render(request, "sortition/organising/announce.html", context)


def _mine(request: HttpRequest, number: int) -> tuple[Actor, Course]:
    """Return who acts and the draw that he organises.

    Raises:
        Refused: he does not.
    """
    actor = current_actor(request)
    found = draw_or_404(number)
    check_organiser(actor, found)
    return actor, course_of(found)


def _context(course: Course, here: str) -> dict[str, object]:
    return {
        "page": draw_page(course, language()),
        "course": course,
        "steps": steps_of(course, here),
        "here": here,
    }


@never_cache
@login_required
@require_http_methods(GET_AND_POST)
def pool(request: HttpRequest, number: int) -> HttpResponse:
    """Give the volunteers."""
    actor, course = _mine(request, number)
    form = PoolForm(request.POST or None, request.FILES or None)

    def act() -> object:
        return preparing.receive_pool(
            actor=actor,
            draw=course.draw,
            content=form.cleaned_data["file"],
            identifier=form.text("identifier"),
            household=form.text("household"),
        )

    if done(request, form, act) is not None:
        messages.success(request, _("The volunteers are kept, encrypted. Now set the quotas."))
        return redirect("sortition:pool", number)
    context = _context(course, "pool") | {"form": form}
    return render(request, "sortition/organising/pool.html", context)


@never_cache
@login_required
@require_http_methods(GET_AND_POST)
def quotas(request: HttpRequest, number: int) -> HttpResponse:
    """Type the quotas, see whether they can be met, record them."""
    actor, course = _mine(request, number)
    if course.pool is None:
        return redirect("sortition:pool", number)
    problems: tuple[str, ...] = ()
    volunteers = preparing.volunteers_of(course.draw)
    kept = preparing.read_edition(course.quotas)
    table = table_of(volunteers, kept, request.POST or None)
    asked = request.POST.get("act", "")
    if asked == "fill":
        tolerance = request.POST.get("tolerance", "")
        table, problems = filled(table, size=course.draw.size, tolerance=tolerance)
    typed, wrong = quotas_in(table, size=course.draw.size)
    if asked and request.POST.get("pool") != course.pool.digest:
        problems = (_("The volunteers were replaced in between: type the quotas again."),)
    elif asked in {"check", "record"} and wrong:
        problems = wrong
    elif asked == "record":
        try:
            preparing.set_quotas(
                actor=actor,
                draw=course.draw,
                quotas=typed,
                source=request.POST.get("source", ""),
            )
        except InvalidInput as error:
            problems = tuple(" ".join(error.errors.values()).splitlines())
        else:
            messages.success(request, _("The quotas are recorded."))
            return redirect("sortition:chances", number)
    checked = check_quotas(volunteers, typed, size=course.draw.size) if typed else None
    context = _context(course, "quotas") | {
        "table": table,
        "problems": problems,
        "check": check_in_words(checked, language()) if checked and not wrong else None,
        "tolerance": request.POST.get("tolerance", "0"),
        "source": request.POST.get("source", course.quotas.source if course.quotas else ""),
    }
    return render(request, "sortition/organising/quotas.html", context)


@never_cache
@login_required
@require_POST
def quotas_check(request: HttpRequest, number: int) -> HttpResponse:
    """Say, while quotas are being typed, whether they can be met; a part of the page."""
    _actor, course = _mine(request, number)
    volunteers = preparing.volunteers_of(course.draw)
    table = table_of(volunteers, (), request.POST)
    typed, wrong = quotas_in(table, size=course.draw.size)
    checked = (
        Check(problem="\n".join(wrong))
        if wrong
        else check_quotas(volunteers, typed, size=course.draw.size)
    )
    context = {"check": check_in_words(checked, language())}
    return render(request, "sortition/organising/check.html", context)


@never_cache
@login_required
@require_http_methods(GET_AND_POST)
def chances(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for the fairest chances, and see them."""
    actor, course = _mine(request, number)
    if request.method == "POST":
        if course.drawings:
            leaving.ask_again(actor=actor, draw=course.draw)
        else:
            computing.ask_computation(actor=actor, draw=course.draw)
        return redirect("sortition:chances", number)
    now = timezone.now()
    context = _context(course, "chances") | {"chances": chances_page(course, language(), now=now)}
    return render(request, "sortition/organising/chances.html", context)


@never_cache
@login_required
@require_http_methods(GET_AND_POST)
def commit(request: HttpRequest, number: int) -> HttpResponse:
    """Commit in public."""
    actor, course = _mine(request, number)
    form = CommitForm(request.POST or None, initial={"kind": "witnesses"})

    def act() -> object:
        data = form.cleaned_data
        return committing.commit(
            actor=actor,
            draw=course.draw,
            kind=data["kind"],
            at=data["at"],
            place=form.text("place"),
        )

    if done(request, form, act) is not None:
        messages.success(request, _("It is published: nothing the draw rests on can change now."))
        return redirect("sortition:draw", number)
    context = _context(course, "commit") | {"form": form}
    return render(request, "sortition/organising/commit.html", context)


@never_cache
@login_required
@require_http_methods(GET_AND_POST)
def enter(request: HttpRequest, number: int) -> HttpResponse:
    """Enter what was drawn."""
    actor, course = _mine(request, number)
    form = EnterForm(request.POST or None)

    def act() -> object:
        return committing.enter(actor=actor, draw=course.draw, given=form.text("given"))

    if done(request, form, act) is not None:
        messages.success(request, _("The panel is drawn, and its proof is published."))
        return redirect("sortition:panel", number)
    context = _context(course, "enter") | {"form": form, "due": course.due(timezone.now())}
    return render(request, "sortition/organising/enter.html", context)


@never_cache
@login_required
@require_http_methods(GET_AND_POST)
def panel(request: HttpRequest, number: int) -> HttpResponse:
    """See who was drawn, replace who leaves, erase the data."""
    actor, course = _mine(request, number)
    asked = request.POST.get("act", "")
    going = LeaveForm(request.POST if asked == "leave" else None)
    erasure = EraseForm(request.POST if asked == "erase" else None)
    if asked == "leave":

        def act() -> object:
            return leaving.leave(actor=actor, draw=course.draw, number=going.cleaned_data["number"])

        if done(request, going, act) is not None:
            messages.success(request, _("It is recorded, and published by number."))
            return redirect("sortition:panel", number)
    if asked == "erase":
        erased = done(request, erasure, lambda: erasing.erase(actor=actor, draw=course.draw))
        if erased is not None:
            messages.success(request, _("The data of the volunteers are erased."))
            return redirect("sortition:draw", number)
    members: tuple[leaving.Member, ...] = ()
    if course.drawings and course.pool is not None:
        members = leaving.members_of(course, preparing.volunteers_of(course.draw))
    context = _context(course, "panel") | {
        "members": members,
        "columns": tuple(members[0].features) if members else (),
        "again": [
            name
            for each in course.commitments[1:]
            for name in (
                f"result-{each.rank}.json",
                f"chosen-{each.rank}.txt",
                f"excluded-{each.rank}.txt",
            )
        ],
        "going": going,
        "erasure": erasure,
    }
    return render(request, "sortition/organising/panel.html", context)


@never_cache
@login_required
@require_safe
def private_file(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """Give the organiser a file from which the draw can be made again."""
    actor, course = _mine(request, number)
    content = committing.private_file(actor=actor, course=course, name=name)
    if content is None:
        raise Http404(_("This draw has no such file."))
    response = HttpResponse(content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
