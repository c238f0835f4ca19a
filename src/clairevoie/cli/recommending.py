"""The demonstration's recommendations: real ones as documents report them, fictitious ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clairevoie.web.consultation.models import Recommendation
    from clairevoie.web.register.models import Source, Statement

FILE = "demonstration/recommendations.yaml"


def load_recommendations(*, today: date) -> int:
    """Record the demonstration's recommendations; return how many are new.

    One whose title is there already is left alone. The days of fictitious ones are counted from
    ``today``.
    """
    import yaml

    from clairevoie.web.consultation.models import Recommendation

    text = (resources.files("clairevoie.consultation") / FILE).read_text(encoding="utf-8")
    new = 0
    for item in yaml.safe_load(text):
        if Recommendation.objects.filter(title=item["title"]).exists():
            continue
        earlier = None
        if "replaces" in item:
            earlier = _record({**item, **item["replaces"]}, today, None)
        _record(item, today, earlier)
        new += 1
    return new


def _record(item: Mapping[str, Any], today: date, earlier: Recommendation | None) -> Recommendation:
    from clairevoie.web.accounts.permissions import COMMAND
    from clairevoie.web.consultation.services.answers import answer, report_progress
    from clairevoie.web.consultation.services.recommendations import Given, recommend
    from clairevoie.web.register.models import PublicBody, System
    from clairevoie.web.sortition.models import Draw

    fictitious = "recorded" in item
    system = item.get("system")
    given = Given(
        body=PublicBody.objects.get(slug=item["body"]),
        system=System.objects.get(slug=system) if system else None,
        title=item["title"],
        text=item["text"],
        origin=item["origin"],
        origin_name=item["origin_name"],
        origin_url=item.get("origin_url", ""),
        source=_source("exemple-fictif" if fictitious else item["source"]),
        locator=item.get("locator", ""),
        quote=item.get("quote", ""),
        author=item["author"],
        capacity=item["capacity"],
        asked_on=_day(item["recorded"], today).isoformat()
        if fictitious
        else item.get("asked_on", ""),
        due_on=_day(item["due"], today) if "due" in item else None,
        fictitious=fictitious,
        **_from_consultation(item),
        draw=Draw.objects.filter(title=item["origin_name"]).first(),
    )
    recorded = _moment(item["recorded"], today) if fictitious else None
    made = recommend(actor=COMMAND, given=given, supersedes=earlier, recorded_at=recorded)
    for each in item.get("answers", ()):
        promised = each.get("promised")
        answer(
            actor=COMMAND,
            recommendation=made,
            verdict=each["verdict"],
            reason=each["reason"],
            commitment=each.get("commitment", ""),
            promised_on=None if promised is None else _day(promised, today),
            at=_moment(each["day"], today),
        )
    for each in item.get("steps", ()):
        report_progress(
            actor=COMMAND,
            recommendation=made,
            text=each["text"],
            done=each.get("done", False),
            statement=_statement(item["system"], each.get("statement")),
            at=_moment(each["day"], today),
        )
    return made


def _from_consultation(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the proposal that a recommendation takes up, where its consultation is recorded."""
    from clairevoie.web.consultation.models import Proposal

    proposal = (
        Proposal.objects.select_related("consultation")
        .filter(consultation__title=item["origin_name"], text=item.get("proposal", ""))
        .first()
    )
    return {"consultation": proposal.consultation, "proposal": proposal} if proposal else {}


def _day(days: int, today: date) -> date:
    return today + timedelta(days=days)


def _moment(days: int, today: date) -> datetime:
    from django.utils import timezone

    return timezone.make_aware(datetime.combine(_day(days, today), time(10)))


def _source(name: str) -> Source:
    """Return a source of the shipped registers by the name that it has in their files."""
    import yaml

    from clairevoie.web.register.models import Source

    for folder in ("demonstration", "examples"):
        path = resources.files("clairevoie.register") / folder / "sources.yaml"
        for each in yaml.safe_load(path.read_text(encoding="utf-8")):
            if each["id"] == name:
                # As the import has it, on one line with plain spaces.
                title = " ".join(each["title"].split())
                return Source.objects.filter(title=title).earliest("pk")
    raise ValueError(f"{FILE} names the source '{name}', which the shipped registers lack.")


def _statement(system: str, field: str | None) -> Statement | None:
    from clairevoie.web.register.models import Statement

    if field is None:
        return None
    return Statement.objects.filter(system__slug=system, field=field).latest("pk")
