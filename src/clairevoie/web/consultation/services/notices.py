"""E-mails about recommendations: to those who ask when an answer comes, to both when it is late.

Each is sent once, in plain text, to members of the organisation that recorded the recommendation
and, when something is late, of the administration. Nothing in it tells whether it was read. Without
an address to send from (``MAIL_FROM``), nothing is sent and nothing waits.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from clairevoie.consultation.recommendations import Duty, Lapse, lapses
from clairevoie.web.accounts.models import Membership, Role
from clairevoie.web.consultation.models import (
    Notice,
    Recommendation,
    RecommendationAnswer,
    RecommendationStep,
)
from clairevoie.web.consultation.services.reading import (
    asked_of,
    hiding_of,
    shown_recommendations,
)
from clairevoie.web.register.services.pages.wording import date_in_words

CONTRIBUTING = (Role.CONTRIBUTOR, Role.PUBLISHER, Role.MODERATOR)
PUBLISHING = (Role.PUBLISHER, Role.MODERATOR)


def may_send() -> bool:
    """Tell whether the site has an address to send e-mails from."""
    return bool(settings.MAIL_FROM)


def ask_notice(recommendation: Recommendation, key: str) -> bool:
    """Let an e-mail wait for the worker, once; tell whether the site sends any."""
    if not may_send():
        return False
    Notice.objects.get_or_create(
        recommendation=recommendation, key=key, defaults={"asked_at": timezone.now()}
    )
    return True


def ask_late_notices(*, today: date) -> int:
    """Let an e-mail wait for each due date that has passed unmet; return how many are new.

    Called every day; what was told of once is not told of again.
    """
    if not may_send():
        return 0
    told = set(Notice.objects.values_list("recommendation_id", "key"))
    wanted = [
        (pk, late_key(each))
        for pk, asked in asked_of(shown_recommendations()).items()
        for each in lapses(asked, today=today)
        if each.ended is None
    ]
    new = [pair for pair in wanted if pair not in told]
    for recommendation in Recommendation.objects.filter(pk__in={pk for pk, _key in new}):
        for pk, key in new:
            if pk == recommendation.pk:
                ask_notice(recommendation, key)
    return len(new)


def late_key(lapse: Lapse) -> str:
    """Return the lasting name of a lapse of a recommendation."""
    return f"late-{lapse.duty}-{lapse.due.isoformat()}"


def send_waiting() -> int:
    """Send the e-mails that wait; return to how many people.

    Each is claimed before it is sent, so that two workers do not send it twice; one that the
    mail server refuses waits again, and the error is raised.
    """
    sent = 0
    for notice in Notice.objects.filter(sent_at=None).order_by("pk"):
        claimed = Notice.objects.filter(pk=notice.pk, sent_at=None).update(sent_at=timezone.now())
        if not claimed:
            continue
        try:
            count = _send(notice)
        except Exception:
            Notice.objects.filter(pk=notice.pk).update(sent_at=None)
            raise
        Notice.objects.filter(pk=notice.pk).update(recipients=count)
        sent += count
    return sent


def _send(notice: Notice) -> int:
    recommendation = Recommendation.objects.select_related("body").get(pk=notice.recommendation_id)
    with translation.override(settings.LANGUAGE_CODE):
        words = _words(notice, recommendation)
    if words is None or hiding_of(recommendation) is not None:
        return 0
    subject, text = words
    late = notice.key.startswith("late-")
    messages = [
        EmailMessage(
            subject=subject,
            body=text,
            from_email=settings.MAIL_FROM,
            to=[address],
            headers={"Auto-Submitted": "auto-generated"},
        )
        for address in _addresses(recommendation, late=late)
    ]
    if messages:
        get_connection().send_messages(messages)
    return len(messages)


def _addresses(recommendation: Recommendation, *, late: bool) -> list[str]:
    """Return whom to tell, each apart: nobody sees the address of another."""
    people = Q(organisation=recommendation.organisation_id, role__in=CONTRIBUTING)
    if late:
        people |= Q(organisation__body=recommendation.body_id, role__in=PUBLISHING)
    rows = Membership.objects.filter(people, user__is_active=True)
    return sorted(set(rows.values_list("user__email", flat=True)))


def _words(notice: Notice, recommendation: Recommendation) -> tuple[str, str] | None:
    """Return the subject and the text; ``None`` when there is nothing to tell any more."""
    kind, _dash, rest = notice.key.partition("-")
    if kind == "answer":
        answer = RecommendationAnswer.objects.get(pk=int(rest))
        subject = _("Answer to recommendation %(number)s: %(verdict)s") % {
            "number": recommendation.number,
            "verdict": answer.get_verdict_display(),
        }
        said = "\n\n".join(filter(None, (answer.reason, answer.commitment)))
    elif kind == "done":
        subject = _("Recommendation %(number)s: done, says the administration") % {
            "number": recommendation.number
        }
        said = RecommendationStep.objects.get(pk=int(rest)).text
    else:
        lapse = _lapse_of(notice, recommendation)
        if lapse is None:
            return None
        subject = _("Recommendation %(number)s: late") % {"number": recommendation.number}
        said = _late_sentence(lapse)
    return subject, _letter(recommendation, said)


def _lapse_of(notice: Notice, recommendation: Recommendation) -> Lapse | None:
    rows = Recommendation.objects.filter(pk=recommendation.pk)
    found = lapses(asked_of(rows)[recommendation.pk], today=timezone.localdate())
    return next((each for each in found if late_key(each) == notice.key and not each.ended), None)


def _late_sentence(lapse: Lapse) -> str:
    due = date_in_words(lapse.due.isoformat(), settings.LANGUAGE_CODE)
    if lapse.duty is Duty.ANSWER:
        return _("An answer was asked for by %(day)s; none is recorded on this site.") % {
            "day": due
        }
    return _("The commitment was to be kept by %(day)s; nothing on this site says that it was.") % {
        "day": due
    }


def _letter(recommendation: Recommendation, said: str) -> str:
    path = reverse("consultation:recommendation", args=[recommendation.number])
    why = _(
        "You receive this message because you have an account in the organisation that recorded "
        "this recommendation, or in the administration to which it is addressed."
    )
    asked = _("“%(title)s”, asked of: %(body)s") % {
        "title": recommendation.title,
        "body": recommendation.body.name,
    }
    return "\n\n".join((asked, said, f"{settings.SITE_URL}{path}", why)) + "\n"
