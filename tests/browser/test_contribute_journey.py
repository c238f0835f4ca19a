"""An invited person joins, says something, is answered by the administration, and is moderated.

Each page on the way is checked as the public ones are: axe in light and dark, 320 px.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible, overflow
from tests.browser.conftest import Visits
from tests.browser.site import Site

PASSWORD = "une phrase assez longue"
RECORD = "/systemes/foncier-innovant/"
PASSAGE = "Le passage recopié tel quel."
Invite = Callable[..., str]


@pytest.fixture
def invite(site: Site, request: pytest.FixtureRequest) -> Invite:
    """Make an organisation of this test's own and give the link of an invitation to it."""
    test = re.sub(r"\W+", "-", request.node.name)

    def make(capacity: str, role: str, body: str = "") -> str:
        name, more = f"{capacity} {test}", ("--body", body) if body else ()
        site.command("accounts", "organisation", name, "--capacity", capacity, *more)
        email = f"{capacity}-{test}@exemple.fr"
        return site.command("accounts", "invite", name, email, "--role", role).strip()

    return make


def checked(page: Page) -> None:
    """Hold the page, as it stands, to what holds for public ones."""
    size = page.viewport_size
    assert_accessible(page)
    assert overflow(page, 320) is None, page.url
    if size:
        page.set_viewport_size(size)


def join(page: Page, link: str) -> None:
    page.goto(link)
    expect(page).to_have_url(re.compile(r"/invitation/$"))
    page.get_by_label("Choisissez un mot de passe").fill(PASSWORD)
    page.get_by_label("Le même mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Ouvrir mon compte et rejoindre").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon compte")


def cite(page: Page, value: str) -> None:
    """Fill in the form of a text field, citing a document."""
    page.get_by_label("Finalité").fill(value)
    page.get_by_label("D’un document que l’on peut citer").check()
    page.get_by_label("Nature du document").select_option("report")
    page.get_by_label("Titre du document").fill("Un rapport")
    page.get_by_label("Passage").fill(PASSAGE)


def test_from_an_invitation_to_a_moderated_statement(
    new_page: Visits, invite: Invite, site: Site
) -> None:
    said = "Repérer les piscines, d’après ce test."
    union = new_page(bypass_csp=True)
    link = invite("union", "publisher")
    union.goto(link)
    checked(union)
    join(union, link)
    checked(union)
    expect(union.get_by_text("Vous agissez en son nom")).to_be_visible()
    new_page(bypass_csp=True).goto(link)

    union.goto("/contribuer/")
    checked(union)
    union.get_by_label("Système à chercher").fill("foncier innovant")
    union.locator("main").get_by_role("button", name="Rechercher").click()
    union.locator("main").get_by_role("link", name="Foncier innovant").first.click()
    union.goto(f"{RECORD}ajouter/")
    checked(union)
    union.get_by_role("link", name="Finalité").click()
    checked(union)
    cite(union, said)
    union.get_by_label("Date du document").fill("hier")
    union.get_by_label("Copie du document").set_input_files(
        {"name": "rapport.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 essai"}
    )
    union.get_by_role("button", name="Publier").click()

    expect(union.get_by_role("alert")).to_contain_text("Date du document")
    checked(union)
    union.get_by_role("alert").get_by_role("link", name="Date du document").click()
    expect(union.get_by_label("Date du document")).to_be_focused()
    expect(union.get_by_label("Passage")).to_have_value(PASSAGE)
    expect(union.get_by_text("Nous avons une copie")).to_contain_text("rapport.pdf")
    union.get_by_label("Date du document").fill("2024")
    union.get_by_role("button", name="Publier").click()
    expect(union).to_have_url(re.compile(f"{RECORD}#purpose"))
    expect(union.get_by_role("status").filter(has_text="Votre énoncé est publié")).to_be_visible()
    expect(union.locator("main")).to_contain_text(said)
    statement = union.locator("li, article, div, section").filter(has_text=said).last
    address = statement.locator("a[href*='/enonces/']").first.get_attribute("href")
    assert address

    administration = new_page(bypass_csp=True)
    join(administration, invite("administration", "publisher", "dgfip"))
    administration.goto(f"{address}remplacer/", wait_until="commit")
    expect(administration.get_by_role("heading", level=1)).to_contain_text("Vous ne pouvez pas")
    checked(administration)
    administration.goto(f"{address}repondre/")
    checked(administration)
    administration.get_by_label("Votre réponse").fill("Ce n’est pas exact.")
    administration.get_by_role("button", name="Publier la réponse").click()
    expect(administration.locator("main")).to_contain_text("Ce n’est pas exact.")
    expect(administration.locator("main")).to_contain_text(said)

    union.goto(f"{address}remplacer/")
    checked(union)
    expect(union.get_by_label("Finalité")).to_have_value(said)

    site.command(
        *("accounts", "operator", "moderation@exemple.fr", "--name", "Le site"),
        *("--password", PASSWORD),
    )
    moderator = new_page(bypass_csp=True)
    moderator.goto("/connexion/")
    checked(moderator)
    moderator.get_by_label("Adresse électronique").fill("moderation@exemple.fr")
    moderator.get_by_label("Mot de passe").fill(PASSWORD)
    moderator.locator("main").get_by_role("button", name="Se connecter").click()
    moderator.goto(f"{address}moderer/")
    checked(moderator)
    moderator.get_by_label("Motif").fill("Article 29 de la loi de 1881.")
    moderator.get_by_role("button", name="Le masquer").click()
    stranger = new_page()
    stranger.goto(RECORD)
    expect(stranger.locator("main")).not_to_contain_text(said)
    stranger.goto(address)
    expect(stranger.locator("main")).to_contain_text("Article 29 de la loi de 1881.")
    moderator.goto("/compte/organisations/")
    checked(moderator)


def test_contributing_without_javascript_on_a_small_screen(
    new_page: Visits, invite: Invite
) -> None:
    page = new_page(javascript=False, viewport={"width": 375, "height": 700})
    join(page, invite("association", "publisher"))
    page.goto(f"{RECORD}ajouter/?rubrique=purpose")
    cite(page, "Contribuer sans script, d’après ce test.")
    page.get_by_role("button", name="Publier").click()
    expect(page.locator("main")).to_contain_text("Contribuer sans script, d’après ce test.")

    page.goto("/contribuer/systeme/")
    page.get_by_label("Nom du système").fill("Tri des demandes de jardin")
    page.get_by_label("Administration responsable").fill("Ville de Nulle-Part")
    page.get_by_role("button", name="Ouvrir la fiche").click()
    page.get_by_text("L’administration n’est pas encore au registre").click()
    page.get_by_label("l’ajouter").check()
    page.get_by_label("De quel type d’organisme").select_option("local")
    page.get_by_role("button", name="Ouvrir la fiche").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tri des demandes de jardin")


def test_the_account_pages(new_page: Visits, invite: Invite) -> None:
    page = new_page(bypass_csp=True)
    join(page, invite("press", "publisher"))
    page.get_by_label("À quoi servira cette clé").fill("Publication de nuit")
    page.get_by_role("button", name="Créer la clé").click()
    expect(page.get_by_label("Publication de nuit")).to_have_value(re.compile("^cv_"))
    checked(page)
    page.get_by_role("link", name="Je l’ai copiée").click()
    page.get_by_role("button", name="Révoquer").click()
    expect(page.get_by_role("cell", name="Révoquée")).to_be_visible()
    checked(page)
    page.get_by_role("link", name="Membres et invitations").click()
    page.get_by_label("Adresse électronique de la personne").fill("collegue@exemple.fr")
    page.get_by_role("button", name="Créer l’invitation").click()
    expect(page.get_by_label("Lien d’invitation")).to_have_value(re.compile("/invitation/"))
    checked(page)
    page.get_by_role("link", name="Quitter cette organisation").click()
    checked(page)
    page.goto("/compte/mot-de-passe/")
    page.get_by_label("Votre mot de passe actuel").fill("faux")
    page.get_by_label("Nouveau mot de passe", exact=True).fill("court")
    page.get_by_label("Le nouveau mot de passe").fill("autre")
    page.get_by_role("button", name="Changer le mot de passe").click()
    expect(page.get_by_role("alert")).to_be_visible()
    checked(page)
    page.goto("/compte/")
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_text("Votre session est fermée")).to_be_visible()
