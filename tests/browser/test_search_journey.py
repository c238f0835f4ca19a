"""A reader looks for a system, in French, with and without JavaScript."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits


def test_from_the_question_to_the_system(page: Page) -> None:
    page.goto("/")
    page.get_by_role("searchbox", name="Mots à chercher").fill("controles fiscaux")
    page.get_by_role("button", name="Rechercher").click()

    expect(page).to_have_url(re.compile(r"/systemes/\?q=controles"))
    expect(page.get_by_role("status")).to_contain_text(re.compile(r"\d+ systèmes? sur \d+"))
    page.get_by_role("listitem").get_by_role("link", name=re.compile("CFVR")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("CFVR")


def test_a_filter_changes_results_count_and_address(page: Page) -> None:
    page.goto("/systemes/")
    before = page.get_by_role("status").inner_text()
    box = page.get_by_role("checkbox", name=re.compile("^Expérimentation"))
    box.focus()
    page.keyboard.press("Space")

    expect(page).to_have_url(re.compile(r"/systemes/\?status=test$"))
    expect(page.get_by_role("status")).not_to_have_text(before)
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    expect(page.get_by_role("link", name="Retirer le filtre : Expérimentation")).to_be_visible()

    page.get_by_role("link", name="Retirer le filtre : Expérimentation").click()
    expect(page).to_have_url(re.compile(r"/systemes/$"))
    expect(box).not_to_be_checked()
    page.go_back()
    expect(box).to_be_checked()


def test_the_same_without_javascript(new_page: Visits) -> None:
    page = new_page(javascript=False, viewport={"width": 375, "height": 700})
    page.goto("/systemes/")
    page.locator("#facets > summary").click()
    page.get_by_role("checkbox", name=re.compile("^Expérimentation")).check()
    page.get_by_role("button", name="Afficher les résultats").click()

    expect(page).to_have_url(re.compile("status=test"))
    expect(page.get_by_role("status")).to_contain_text("sur")


def test_nothing_found_helps(page: Page) -> None:
    page.goto("/systemes/?q=licorne")
    expect(page.get_by_text("Rien dans le registre ne répond à cette recherche")).to_be_visible()
    page.get_by_role("link", name="Retirer le filtre : mots : licorne").click()
    expect(page.get_by_role("list").get_by_role("heading", level=2).first).to_be_visible()


def test_the_keyboard_goes_straight_to_the_content(page: Page) -> None:
    page.goto("/systemes/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_the_other_language_keeps_what_is_asked(page: Page) -> None:
    page.goto("/systemes/?status=test")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile(r"/en/systemes/\?status=test$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Systems")
