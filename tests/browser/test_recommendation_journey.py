"""A union asks something of an administration, which answers and proves that it is done."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.site import Site
from tests.browser.test_contribute_journey import checked, join

BODY = "caisse-d-exemple"
SYSTEM = "/systemes/exemple-prime-activite/"
TITLE = "Dire à chaque foyer d’où viennent ses montants"


def joined(page: Page, site: Site, capacity: str, *more: str) -> None:
    """Make an organisation and join it."""
    name = f"{capacity} de la recommandation"
    site.command("accounts", "organisation", name, "--capacity", capacity, *more)
    address = f"{capacity}-recommandation@exemple.fr"
    invite = ("accounts", "invite", name, address, "--role", "publisher")
    join(page, site.command(*invite).strip())


def test_what_is_asked_is_answered_then_done(new_page: Visits, site: Site) -> None:
    owner, union = new_page(bypass_csp=True), new_page(bypass_csp=True)
    joined(owner, site, "administration", "--body", BODY)
    joined(union, site, "union")

    union.goto(SYSTEM)
    union.get_by_role("link", name="Faire une recommandation").click()
    checked(union)
    union.get_by_label("Ce qui est demandé, en une phrase").fill(TITLE)
    union.get_by_role("button", name="Publier la recommandation").click()
    expect(union.get_by_role("alert")).to_be_visible()
    checked(union)
    union.get_by_label("Ce qui est demandé, et pourquoi").fill("Les montants changent sans un mot.")
    union.get_by_label("une instance du personnel").check()
    union.get_by_label("Laquelle, lequel").fill("Avis du comité")
    union.get_by_role("button", name="Publier la recommandation").click()
    expect(union).to_have_url(re.compile(r"/recommandations/\d+/$"))
    expect(union.locator("main")).to_contain_text("Aucune réponse n’est enregistrée ici.")
    expect(union.get_by_role("link", name="Répondre")).to_have_count(0)

    owner.goto(union.url)
    owner.get_by_role("link", name="Répondre").click()
    checked(owner)
    owner.get_by_label("Acceptée", exact=True).check()
    owner.get_by_label("Pourquoi").fill("C’est utile.")
    owner.get_by_label("Ce que vous ferez").fill("Une page par foyer.")
    owner.get_by_label("Pour quand").fill((timezone.localdate() + timedelta(days=30)).isoformat())
    owner.get_by_role("button", name="Publier la réponse").click()
    owner.get_by_role("link", name="Dire où elle en est").click()
    checked(owner)
    owner.get_by_label("Ce qui est fait, ce qui reste à faire").fill("La page est en ligne.")
    owner.get_by_label("C’est réalisé").check()
    owner.get_by_label("Adresse de la preuve").fill("https://exemple.fr/montants")
    owner.get_by_role("button", name="Publier").click()

    visitor = new_page(bypass_csp=True, javascript=False)
    visitor.goto(SYSTEM)
    visitor.get_by_role("link", name=TITLE).click()
    expect(visitor.locator("main")).to_contain_text("Réalisée, selon l’administration")
    expect(visitor.get_by_role("link", name="exemple.fr")).to_have_count(1)
    union.reload()
    checked(union)
