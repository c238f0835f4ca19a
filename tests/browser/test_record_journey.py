"""A reader opens a record, follows a statement to its source, and asks for what is missing."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible, overflow
from tests.browser.conftest import Visits

DIVERGENT = "/systemes/foncier-innovant/"


def test_from_a_divergence_to_a_source(page: Page) -> None:
    page.goto(DIVERGENT)
    expect(page.get_by_role("heading", level=1)).to_have_text("Foncier innovant")
    notice = page.locator("header .notice")
    expect(notice).to_contain_text("Les sources ne disent pas la même chose")
    notice.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("#"))

    sides = page.locator(".diverging").first
    expect(sides).to_be_in_viewport()
    assert sides.locator(".sides > div").count() >= 2
    sides.get_by_text("Passage cité").first.click()
    expect(sides.locator("blockquote").first).to_be_visible()
    sides.get_by_role("link", name="Cet énoncé seul").first.click()
    expect(page).to_have_url(re.compile(r"/enonces/[0-9a-f-]{36}/"))

    page.locator("dl").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/sources/[0-9a-f-]{36}/"))
    page.locator("main summary").filter(has_text="Foncier innovant").click()
    page.get_by_role("link", name="Ouvrir la fiche entière").locator("visible=true").click()
    expect(page).to_have_url(re.compile(DIVERGENT))


def test_asking_for_what_is_missing_without_javascript(new_page: Visits) -> None:
    page = new_page(javascript=False, viewport={"width": 375, "height": 700})
    page.goto(DIVERGENT)
    page.locator("aside summary").click()
    page.get_by_role("navigation", name="Sur cette page").get_by_role(
        "link", name="Comment fonctionne-t-il ?"
    ).click()
    page.get_by_role("link", name="Critères et poids").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Demander : Critères et poids")
    expect(page.locator("blockquote")).to_contain_text("critères et poids")


def test_what_changed_between_two_days(page: Page) -> None:
    page.goto(DIVERGENT)
    page.get_by_role("link", name="Historique de la fiche").click()
    expect(page.get_by_role("heading", level=2, name="Version 1")).to_be_visible()
    page.get_by_role("link", name="Comparer deux dates").click()
    expect(page.get_by_role("status")).to_contain_text("énoncés ajoutés")
    page.get_by_label(re.compile("^Du")).fill("2001-01-01")
    page.get_by_label(re.compile("^Au")).fill("2001-02-01")
    page.get_by_role("button", name="Comparer").click()
    expect(page.get_by_role("status")).to_contain_text("Rien n’a changé")


def test_a_figure_opens_on_the_systems_behind_it(page: Page) -> None:
    page.goto("/indicateurs/")
    row = page.get_by_role("row").filter(has_text="Budget connu").first
    count = re.search(r"(\d+) sur", row.inner_text())
    assert count
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Budget connu")
    expect(page.locator(".lines-list > li")).to_have_count(int(count.group(1)))


def test_open_passages_and_charts_are_accessible(axe_page: Page) -> None:
    for path in (DIVERGENT, "/indicateurs/"):
        axe_page.goto(path)
        axe_page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert_accessible(axe_page)
        assert overflow(axe_page, 320) is None
