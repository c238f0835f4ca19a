"""The charts of an audit bear their own stylesheet, on the pages that show them."""

from pathlib import Path

import pytest
from django.test import Client

from clairevoie.charts.drawing import STYLE
from clairevoie.web.decisions.models import Journal
from tests.web.audit.samples import made_public

STATIC = Path(__file__).resolve().parents[3] / "src" / "clairevoie" / "web" / "static"


def test_the_stylesheet_is_that_of_the_charts() -> None:
    written = (STATIC / "clairevoie" / "charts.css").read_text(encoding="utf-8")
    assert written == STYLE, "write clairevoie.charts.drawing.STYLE into charts.css"


@pytest.mark.django_db
def test_pages_with_charts_load_it_and_nothing_else_does(journal: Journal, client: Client) -> None:
    made_public(journal)
    page = client.get("/audits/1/").content.decode()
    assert '<figure class="cv"' in page
    assert "clairevoie/charts.css" in page
    assert "<style" not in page
    assert " style=" not in page
    assert "clairevoie/charts.css" not in client.get("/audits/").content.decode()
