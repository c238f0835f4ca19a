"""An organiser announces a draw, gives volunteers, sees quotas judged as they are typed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.browser.axe import assert_accessible, overflow
from tests.browser.conftest import Visits
from tests.browser.site import Site

PASSWORD = "une phrase assez longue"


def checked(page: Page) -> None:
    """Hold the page, as it stands, to what holds for public ones."""
    size = page.viewport_size
    assert_accessible(page)
    assert overflow(page, 320) is None, page.url
    if size:
        page.set_viewport_size(size)


def organiser(page: Page, site: Site) -> None:
    """Sign in as a publisher of an organisation made for this test."""
    site.command("accounts", "organisation", "Ville du tirage", "--capacity", "association")
    link = site.command(
        "accounts", "invite", "Ville du tirage", "tirage@exemple.fr", "--role", "publisher"
    )
    page.goto(link.strip())
    page.get_by_label("Choisissez un mot de passe").fill(PASSWORD)
    page.get_by_label("Le même mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Ouvrir mon compte et rejoindre").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon compte")


def test_an_organiser_announces_prepares_and_commits(new_page: Visits, site: Site) -> None:
    page = new_page(bypass_csp=True)
    organiser(page, site)
    page.goto("/tirages/")
    page.get_by_role("link", name="Annoncer un tirage").click()
    checked(page)
    page.get_by_label("Nom du panel").fill("Panel du parc")
    page.get_by_label("À quoi il sert").fill("Six habitants disent ce que devient le parc.")
    page.get_by_label("Nombre de membres").fill("6")
    day = datetime.now(UTC) + timedelta(days=60)
    page.get_by_label("Jour où les données").fill(day.date().isoformat())
    page.get_by_role("button", name="Annoncer le tirage").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Volontaires")
    checked(page)
    lines = [
        f"{at};Nom {at};{'femme' if at % 3 else 'homme'};{'Nord' if at % 4 else 'Sud'}"
        for at in range(1, 61)
    ]
    content = "\n".join(["id;nom;genre;quartier", *lines, ""]).encode()
    page.get_by_label("Volontaires (CSV ou Parquet)").set_input_files(
        {"name": "volontaires.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Garder ces volontaires").click()
    expect(page.get_by_text("60 volontaires sont gardés")).to_be_visible()
    checked(page)
    page.get_by_role("link", name="Fixer les quotas").click()

    page.get_by_label("genre, femme\u00a0: au moins").fill("3")
    page.get_by_label("genre, femme\u00a0: au plus").fill("3")
    page.get_by_label("genre, homme\u00a0: au moins").fill("3")
    status = page.get_by_role("status")
    expect(status).to_contain_text("Ces quotas peuvent être respectés.")
    page.get_by_label("quartier, Sud\u00a0: au moins").fill("7")
    expect(status).to_contain_text("7")
    checked(page)
    page.get_by_label("quartier, Sud\u00a0: au moins").fill("3")
    expect(status).to_contain_text("Ces quotas peuvent être respectés.")
    checked(page)
    page.get_by_role("button", name="Enregistrer ces quotas").click()

    page.get_by_role("button", name="Calculer les chances").click()
    for _turn in range(60):
        if page.get_by_role("link", name="S’engager publiquement").is_visible():
            break
        page.wait_for_timeout(1000)
        page.reload()
    expect(page.get_by_text("C’est prouvé")).to_be_visible()
    checked(page)
    page.get_by_role("link", name="S’engager publiquement").click()
    checked(page)
    soon = datetime.now(UTC) + timedelta(days=1)
    page.get_by_label("Une source publique").check()
    page.get_by_label("Quand").fill(soon.strftime("%Y-%m-%dT18:30"))
    page.get_by_role("button", name="S’engager pour de bon").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Panel du parc")
    expect(page.get_by_text("Engagement pris")).to_be_visible()
    expect(page.get_by_text(re.compile("Tour [0-9]+ de la source publique"))).to_be_visible()
    checked(page)
    assert "Nom 1" not in page.content()
    page.get_by_role("link", name="Organiser").click()
    page.get_by_role("link", name="Tirage", exact=True).click()
    expect(page.get_by_text("à partir de ce moment")).to_be_visible()
    checked(page)


def test_quotas_can_be_set_without_javascript(new_page: Visits, site: Site) -> None:
    page = new_page(javascript=False)
    page.goto("/tirages/1/")
    expect(page.get_by_text("417")).to_be_visible()
    page.get_by_text("Les mêmes chiffres en tableau").click()
    expect(page.get_by_role("cell").first).to_be_visible()
