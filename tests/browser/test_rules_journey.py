"""A parent tries the rules on their case, shares it, and has their decision explained."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.axe import assert_accessible, overflow
from tests.browser.conftest import Visits
from tests.browser.site import Site

HERE = Path(__file__).resolve().parent.parent / "web"
PREPARE = """
import json
from pathlib import Path
from django.conf import settings
from clairevoie.decisions.codes import code_of
from clairevoie.decisions.keys import new_key, write_key
from clairevoie.web.accounts.permissions import COMMAND
from clairevoie.web.decisions.services import journals
from clairevoie.web.rules.services.publishing import publish_rules
from datetime import date

given = json.loads(Path({given!r}).read_text(encoding="utf-8"))
publish_rules(actor=COMMAND, content=given["rules"].encode())
declared = journals.declare_journal(actor=COMMAND, declaration=given["journal"].encode())
folder = journals.folder_of(declared.journal)
folder.mkdir(parents=True)
(folder / "decisions.csv").write_text(given["rows"], encoding="utf-8")
key = new_key(journal="places-2025", purpose="codes", secret=b"b" * 32, created=date(2024, 1, 1))
write_key(Path(settings.KEYS_ROOT), key)
journals.open_to_explanation(actor=COMMAND, journal=declared.journal, is_open=True)
print(json.dumps([code_of(key, name) for name in ("CR-0001", "CR-0002")]))
"""
RULES = "/regles/places/"
SIMULATE = f"{RULES}simuler/"
ASK = "/expliquer/"
FRAGMENT = "#enfants=3&situation=seul&quotient=641%2C20&travaille=true&date-du-cas=2025-03-01"


@pytest.fixture(scope="module")
def codes(site: Site) -> dict[str, str]:
    """Rules and a journal on the site; the codes of two letters by reference."""
    from tests.web.explanation.samples import DECLARATION, HEADER, ROWS
    from tests.web.rules.samples import RULES as TEXT

    given = site.data / "given.json"
    rows = "\n".join((HEADER, *ROWS)) + "\n"
    given.write_text(
        json.dumps({"rules": TEXT, "journal": DECLARATION, "rows": rows}), encoding="utf-8"
    )
    printed = site.command(
        "manage", "shell", "--no-imports", "-c", PREPARE.format(given=str(given))
    )
    first, second = json.loads(printed.strip().splitlines()[-1])
    return {"CR-0001": first, "CR-0002": second}


def fill(page: Page) -> None:
    page.get_by_label("Combien d’enfants avez-vous à charge").fill("3")
    page.get_by_label("non, je suis seul").check()
    page.get_by_label("Quel est votre quotient familial").fill("641,20")
    page.get_by_role("group", name="Travaillez-vous").get_by_label("Oui").check()
    page.get_by_label("Date de la décision").fill("2025-03-01")


@pytest.mark.usefixtures("codes")
def test_trying_a_case_without_javascript_on_a_small_screen(new_page: Visits) -> None:
    page = new_page(javascript=False, viewport={"width": 375, "height": 700})
    page.goto(RULES)
    page.get_by_role("link", name="Simuler mon cas").first.click()
    expect(page.get_by_role("button", name="Copier le lien")).to_be_hidden()
    page.get_by_role("button", name="Voir le résultat").click()
    errors = page.get_by_role("alert")
    expect(errors).to_contain_text("Répondez à cette question")
    errors.get_by_role("link").first.click()
    fill(page)
    page.get_by_role("button", name="Voir le résultat").click()
    answer = page.locator("#resultat")
    expect(answer).to_contain_text("220 points")
    expect(answer).to_contain_text("Place attribuée")
    assert "641" not in page.url
    page.get_by_text("Chaque étape, en détail").first.click()
    expect(page.locator("details.detail")).to_contain_text("120 points")
    assert overflow(page, 320) is None


@pytest.mark.usefixtures("codes")
def test_a_case_is_shared_by_a_fragment_that_the_server_never_sees(new_page: Visits) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(SIMULATE)
    fill(page)
    page.get_by_role("button", name="Copier le lien vers ce cas").click()
    expect(page.get_by_role("status")).to_contain_text("Lien copié")
    link = page.evaluate("navigator.clipboard.readText()")
    assert "#" in link
    assert "enfants=3" in link.partition("#")[2]
    assert "csrf" not in link

    other = new_page()
    other.on("request", lambda request: asked.append(request.url))
    other.goto(link)
    expect(other.locator("#resultat")).to_contain_text("220 points")
    expect(other).to_have_url(re.compile("#.*enfants=3"))
    assert not [url for url in asked if "641" in url.partition("#")[0] or "?" in url]
    # The page that answers does not send itself again.
    other.wait_for_timeout(300)
    expect(other.locator("#resultat")).to_be_visible()


@pytest.mark.usefixtures("codes")
def test_a_fragment_that_is_not_a_case_sends_nothing(page: Page) -> None:
    posted: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            posted.append(request.url)

    page.on("request", note)
    for fragment in ("#content", "#autre=1", "#csrfmiddlewaretoken=x"):
        page.goto("about:blank")
        page.goto(SIMULATE + fragment)
        page.wait_for_timeout(200)
        assert page.locator("input[name=csrfmiddlewaretoken]").input_value() != "x"
    assert posted == []
    page.goto("about:blank")
    page.goto(f"{SIMULATE}#enfants=99")
    expect(page.get_by_role("alert")).to_contain_text("Donnez au plus 15 enfants")


def test_every_page_of_the_rules_is_accessible(axe_page: Page, codes: dict[str, str]) -> None:
    for path in (
        "/regles/",
        RULES,
        f"{RULES}?version=2024",
        f"{RULES}differences/",
        SIMULATE,
        f"{RULES}mention/",
        "/mention/places/",
        ASK,
        f"/en{RULES}",
    ):
        axe_page.goto(path)
        axe_page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert_accessible(axe_page)
        assert overflow(axe_page, 320) is None, path
    axe_page.goto("about:blank")
    axe_page.goto(SIMULATE + FRAGMENT)
    expect(axe_page.locator("#resultat")).to_be_visible()
    axe_page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert_accessible(axe_page)
    assert overflow(axe_page, 320) is None
    axe_page.goto("about:blank")
    axe_page.goto(f"{SIMULATE}#enfants=99")
    expect(axe_page.get_by_role("alert")).to_be_visible()
    assert_accessible(axe_page)


def ask(page: Page, reference: str, code: str) -> None:
    page.goto(ASK)
    page.get_by_label("Référence de la décision").fill(reference)
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_role("button", name="Expliquer ma décision").click()


def test_having_a_decision_explained(new_page: Visits, codes: dict[str, str]) -> None:
    page = new_page(bypass_csp=True)
    ask(page, "CR-0001", codes["CR-0002"])
    expect(page.get_by_role("alert")).to_contain_text("ne vont pas ensemble")
    assert_accessible(page)
    ask(page, "cr–0001", codes["CR-0001"].lower())
    expect(page.get_by_role("heading", level=1)).to_contain_text("Votre décision")
    expect(page.locator("#resultat")).to_contain_text("220 points")
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert_accessible(page)
    assert overflow(page, 320) is None
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Télécharger cette explication").click()
    path = waiting.value.path()
    assert path.read_bytes().startswith(b"%PDF-")


def test_a_recorded_result_that_differs_without_javascript(
    new_page: Visits, codes: dict[str, str]
) -> None:
    page = new_page(javascript=False)
    ask(page, "CR-0002", codes["CR-0002"])
    notice = page.locator(".notice.error")
    expect(notice).to_contain_text("Le résultat enregistré diffère")
    expect(notice).to_contain_text("90 points")
    assert codes["CR-0002"] not in page.url
