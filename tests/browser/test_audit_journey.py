"""An administration lets a union audit its journal; the union publishes, it replies beside it.

Each page on the way is held to what holds for public ones: axe in light and dark, 320 px.
"""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from clairevoie.decisions.demonstration import plan_text
from tests.browser.conftest import Visits
from tests.browser.site import Site
from tests.browser.test_contribute_journey import checked, join

JOURNAL = "/contribuer/audits/journaux/exemple-score-controle/"
BODY = "caisse-d-exemple"
NOTE = "Nous demandons à la caisse de s’expliquer."
REPLY = "Nous avons retiré ce critère."


def joined(page: Page, site: Site, capacity: str, *more: str) -> str:
    """Make an organisation and join it; gives its name."""
    name = f"{capacity} de l’audit"
    site.command("accounts", "organisation", name, "--capacity", capacity, *more)
    invite = ("accounts", "invite", name, f"{capacity}-audit@exemple.fr", "--role", "publisher")
    join(page, site.command(*invite).strip())
    return name


def test_an_observer_audits_publishes_and_is_answered(new_page: Visits, site: Site) -> None:
    owner, union = new_page(bypass_csp=True), new_page(bypass_csp=True)
    joined(owner, site, "administration", "--body", BODY)
    name = joined(union, site, "union")
    assert union.request.get(f"{site.url}{JOURNAL}").status == 403

    owner.goto(f"{JOURNAL}acces/")
    owner.get_by_label("Organisation").select_option(label=name)
    owner.get_by_role("button", name="Donner accès").click()
    expect(owner.get_by_role("button", name=f"Retirer {name}")).to_be_visible()
    checked(owner)

    union.goto("/contribuer/")
    union.get_by_role("link", name="Auditer un journal").click()
    checked(union)
    union.get_by_role("link", name="exemple-score-controle").click()
    plan = plan_text("exemple-score-controle").decode()
    union.get_by_label("Ou le texte du plan").fill(plan.replace("compare: rest", "compare: autre"))
    union.get_by_role("button", name="Auditer le journal").click()
    expect(union.get_by_role("alert")).to_contain_text("compare")
    checked(union)
    union.get_by_label("Ou le texte du plan").fill(plan.replace("qui-est-controle", "de-l-union"))
    union.get_by_role("button", name="Auditer le journal").click()
    # The page follows the worker by itself.
    expect(union.get_by_role("heading", name="Publier cet audit")).to_be_visible(timeout=90_000)
    expect(union.get_by_text("Ci-dessous, les chiffres exacts")).to_be_visible()
    checked(union)
    union.get_by_role("link", name="Ce qui serait publié").click()
    expect(union.get_by_text("Voici ce que tout le monde lirait")).to_be_visible()
    checked(union)
    union.get_by_label("Ce que vous en dites").fill(NOTE)
    union.get_by_role("button", name="Publier").click()
    expect(union).to_have_url(re.compile(r"/audits/\d+/$"))
    expect(union.locator("main")).to_contain_text(NOTE)

    owner.goto(union.url)
    owner.get_by_role("link", name="Répondre").click()
    checked(owner)
    owner.get_by_label("Votre réponse").fill(REPLY)
    owner.get_by_role("button", name="Publier la réponse").click()
    visitor = new_page(bypass_csp=True, javascript=False)
    visitor.goto(union.url)
    expect(visitor.locator("main")).to_contain_text(REPLY)
    expect(visitor.get_by_role("link", name="Répondre")).to_have_count(0)
    with visitor.expect_download() as waiting:
        visitor.get_by_role("link", name="Rapport (PDF)").click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF-")


def test_an_audit_made_elsewhere_says_so(new_page: Visits, site: Site) -> None:
    press = new_page(bypass_csp=True)
    joined(press, site, "press")
    result = press.request.get(f"{site.url}/audits/1.json").body()
    press.goto("/systemes/exemple-score-controle/")
    press.get_by_role("link", name="Publier un audit fait ailleurs").click()
    checked(press)
    send = press.get_by_role("button", name="Vérifier et publier")
    file = press.get_by_label("Résultat de l’audit")
    for content in (b'{"form": "public"}', result):
        file.set_input_files(
            {"name": "result.json", "mimeType": "application/json", "buffer": content}
        )
        send.click()
        if content is not result:
            expect(press.get_by_role("alert")).to_be_visible()
            checked(press)
    expect(press.get_by_text("Cet audit a été calculé ailleurs.")).to_be_visible()
    checked(press)
