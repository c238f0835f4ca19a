"""Somebody votes with the keyboard and without JavaScript, leaves, and comes back."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.axe import assert_accessible, overflow
from tests.browser.conftest import Visits

TITLE = "Places en crèche à Clairbourg (exemple fictif)"


def test_one_votes_without_javascript_and_comes_back(new_page: Visits) -> None:
    page = new_page(javascript=False)
    page.goto("/consultations/")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("link", name="Participer").click()
    page.get_by_role("button", name="Commencer").click()
    page.get_by_role("button", name="D’accord", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("répondu à 1 proposition sur 12")
    page.get_by_role("button", name="Pas d’accord").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("status")).to_contain_text("répondu à 2 propositions sur 12")
    page.get_by_role("link", name="Mes votes").click()
    link = page.locator("code").inner_text()
    page.get_by_role("button", name="Pas d’accord").first.click()
    expect(page.locator("button[aria-pressed=true]").first).to_have_text("Pas d’accord")
    page.get_by_role("button", name="Quitter ce navigateur").click()
    page.get_by_role("link", name="Participer").click()
    expect(page.get_by_role("button", name="Commencer")).to_be_visible()
    page.goto("/consultations/" + link.partition("/consultations/")[2])
    expect(page.get_by_role("status")).to_contain_text("répondu à 2 propositions sur 12")
    assert "lien" not in page.url
    page.get_by_role("link", name="Faire une proposition").click()
    page.get_by_label("Votre proposition").fill("Un agent doit relire chaque refus")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Rien n’est envoyé")).to_be_visible()
    page.get_by_role("button", name="L’envoyer quand même").click()
    expect(page.get_by_text("Pas encore lue")).to_be_visible()


def test_the_pages_of_voting_are_accessible_and_narrow(new_page: Visits) -> None:
    page = new_page(bypass_csp=True)
    page.goto("/consultations/1/participer/")
    page.get_by_role("button", name="Commencer").click()
    for address in ("", "votes/", "proposer/"):
        page.goto(f"/consultations/1/participer/{address}")
        assert_accessible(page)
        assert overflow(page, 320) is None
        page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/consultations/1/participer/")
    page.get_by_role("button", name="Je passe").click()
    page.goto("/consultations/1/participer/votes/")
    assert_accessible(page)
