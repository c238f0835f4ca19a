"""The demonstration's panel: fictitious and said to be so, drawn by the public path."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from clairevoie.cli.lots import SEATS, load_draw
from clairevoie.cli.recommending import load_recommendations
from clairevoie.cli.site import load_demonstration
from clairevoie.sortition.proof import proof_problems
from clairevoie.web.consultation.models import Recommendation
from clairevoie.web.sortition.models import Draw
from clairevoie.web.sortition.services.reading import course_of, draw_of

pytestmark = pytest.mark.django_db


def test_a_panel_of_forty_is_drawn_among_generated_volunteers(client: Client) -> None:
    for folder in ("demonstration", "examples"):
        load_demonstration(folder)
    today = datetime.now(UTC).date()
    assert load_draw(today=today) == 400
    assert load_draw(today=today) == 0
    draw = draw_of(Draw.objects.get().number)
    assert draw.fictitious
    course = course_of(draw)
    assert len(course.panel) == SEATS == 40
    assert proof_problems(course.drawings[0].proof, course.commitments[0].seals.encode()) == ()
    rows = {(each[0], each[1]): each[2:] for each in course.drawings[0].composition}
    pool, panel = rows["Genre", "femme"]
    assert 150 < pool < 250
    assert panel in {20, 21}
    assert rows["Âge", "75 ans et plus"][1] is None
    page = client.get(f"/tirages/{draw.number}/").content.decode()
    assert "Inventé pour la démonstration" in page
    load_recommendations(today=today)
    asked = Recommendation.objects.get(draw=draw)
    assert asked.fictitious
    page = client.get(f"/tirages/{draw.number}/").content.decode()
    assert f"/recommandations/{asked.number}/" in page
    for address in ("/systemes/clairbourg-creches/", "/administrations/clairbourg/"):
        assert f"/tirages/{draw.number}/" in client.get(address).content.decode()
