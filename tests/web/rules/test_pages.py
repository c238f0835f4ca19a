"""The list, a rule set, its differences, its files: what a mother reads and a judge uses."""

import re
from collections.abc import Callable
from html import unescape
from importlib import resources

import pytest
from django.test import Client

from clairevoie.web.accounts.models import Role
from clairevoie.web.rules.services import reading
from tests.builders import BODY, stored
from tests.conftest import QueriesSnapshot
from tests.people import member, organisation, signed_in
from tests.web.rules.samples import RULES, SLUG, published

pytestmark = pytest.mark.django_db
URL = f"/regles/{SLUG}/"
DEMONSTRATION = sorted(
    item.name
    for item in (resources.files("clairevoie.rules") / "demonstration").iterdir()
    if item.name.endswith(".yaml")
)


def text_of(html: str) -> str:
    inside = re.sub(r"<(head|script)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", inside)).split())


@pytest.fixture
def read(client: Client) -> Callable[..., str]:
    """The HTML of a page."""

    def page(path: str, status: int = 200) -> str:
        response = client.get(path)
        assert response.status_code == status, path
        return response.content.decode()

    return page


def part(html: str, anchor: str) -> str:
    """What the section of an anchor says."""
    found = re.search(rf'id="{anchor}".*?(?=<section|</section>)', html, re.DOTALL)
    assert found, anchor
    return text_of(f"<x {found.group()}")


# --- one rule set ---------------------------------------------------------------------------------


def test_each_element_has_its_anchor_its_law_and_its_past(read: Callable[..., str]) -> None:
    published()
    html = read(f"{URL}?version=2025")
    children = part(html, "critere-enfants")
    assert "40 points par enfant" in children
    assert "Au plus 120 points" in children
    assert "Délibération d’essai, art. 4" in children
    assert "en vigueur depuis le 1er janvier 2025" in children
    assert "Version 2024" in children
    assert "30 points par enfant" in children
    assert '<a href="https://ville.example/d" rel="nofollow noopener">' in html
    assert "sans base légale indiquée" in part(html, "critere-seul")
    quotient = part(html, "critere-quotient")
    assert "à vérifier" in quotient
    assert "de 500 € à moins de 942 €" in quotient
    assert "nouveau dans cette version" in quotient
    assert "À partir de 200 points" in part(html, "seuil-admis")
    assert "sans base légale" not in part(html, "seuil-refuse"), "nothing to found in law"


def test_data_say_where_they_come_from_and_what_one_can_do(read: Callable[..., str]) -> None:
    published()
    html = read(URL)
    children = part(html, "donnee-enfants")
    assert "Combien d’enfants avez-vous à charge" in children
    assert "Déclaration de la famille" in children
    assert "Vous pouvez la contester" in children
    assert "situation de famille" in children
    assert "Vous ne pouvez ni la changer" in part(html, "donnee-naissance")
    assert "ne disent pas d’où elle vient" in part(html, "donnee-situation")


def test_the_fictitious_are_labelled_on_every_page(read: Callable[..., str]) -> None:
    published()
    pages = ("", "differences/", "simuler/", "mention/")
    for path in (*(URL + each for each in pages), f"/mention/{SLUG}/"):
        assert "Règles inventées, pour la démonstration" in text_of(read(path)), path
    published(RULES.replace("fictitious: true", "fictitious: false"))
    assert "Règles inventées" not in text_of(read(URL))


def test_an_old_version_says_so(read: Callable[..., str]) -> None:
    published()
    html = read(f"{URL}?version=2024")
    assert "n’est pas en vigueur aujourd’hui" in text_of(html)
    assert "30 points par enfant" in part(html, "critere-enfants")
    assert 'id="critere-quotient"' not in html
    read(f"{URL}?version=1999", status=404)
    read("/regles/aucunes/", status=404)


def test_every_link_of_the_page_to_itself_leads_somewhere(read: Callable[..., str]) -> None:
    published()
    html = read(URL)
    anchors = set(re.findall(r'\sid="([^"]+)"', html))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= anchors
    assert len(anchors) == len(re.findall(r'\sid="([^"]+)"', html)), "an anchor comes twice"


def test_what_the_check_finds_is_shown(read: Callable[..., str]) -> None:
    published()
    html = read(URL)
    found = html.split('id="verification"')[1].split("</section>")[0]
    assert "Parent seul" in text_of(found)
    assert 'href="#critere-seul"' in found


def test_in_english(read: Callable[..., str]) -> None:
    published()
    html = read(f"/en/regles/{SLUG}/")
    assert "Nursery places" in text_of(html)
    assert "40 points per child" in part(html, "critere-enfants")
    assert "no legal basis indicated" in part(html, "critere-seul")


def test_markup_in_the_rules_is_text(read: Callable[..., str]) -> None:
    attack = "<script>alert(1)</script>"
    published(
        RULES.replace("fr: Enfants à charge", f'fr: "{attack}"').replace(
            "fr: Enfants,", f'fr: "{attack}",'
        )
    )
    for path in (URL, f"{URL}differences/", f"{URL}simuler/", "/regles/"):
        assert attack not in read(path)


def test_queries(
    client: Client, assert_queries_snapshot: QueriesSnapshot, read: Callable[..., str]
) -> None:
    stored("creches", name="Crèches")
    published()
    reading.PARSED.clear()
    with assert_queries_snapshot("cold"):
        read(URL)
    with assert_queries_snapshot("warm"):
        read(URL)
    with assert_queries_snapshot("differences"):
        read(f"{URL}differences/")
    with assert_queries_snapshot("received"):
        read(f"/mention/{SLUG}/")
    for number in range(5):
        published(RULES.replace("id: places", f"id: places-{number}"))
    reading.PARSED.clear()
    with assert_queries_snapshot("list"):
        read("/regles/")
    with assert_queries_snapshot("system"):
        read("/systemes/creches/")


def test_what_an_openfisca_calculation_leaves_out_is_told(read: Callable[..., str]) -> None:
    folder = resources.files("clairevoie.rules") / "demonstration"
    edition = published((folder / "activity_benefit.yaml").read_text("utf-8"))
    told = part(read(f"/regles/{edition.rules.slug}/"), "nombres-supposes")
    assert "biactivite 0" in told


@pytest.mark.parametrize("name", DEMONSTRATION)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_demonstration_reads(read: Callable[..., str], name: str, prefix: str) -> None:
    text = (resources.files("clairevoie.rules") / "demonstration" / name).read_text("utf-8")
    edition = published(text)
    slug = edition.rules.slug
    for path in ("", "differences/", "simuler/"):
        html = read(f"{prefix}/regles/{slug}/{path}")
        anchors = re.findall(r'\sid="([^"]+)"', html)
        assert len(set(anchors)) == len(anchors)
        assert set(re.findall(r'href="#([^"]+)"', html)) <= set(anchors)
        said = text_of(html)
        assert ("Règles inventées" in said or "Invented rules" in said) == edition.summary[
            "fictitious"
        ]


# --- differences, list, files ---------------------------------------------------------------------


def test_what_changed_between_two_versions(read: Callable[..., str]) -> None:
    published()
    html = read(f"{URL}differences/?de=2024&a=2025")
    said = text_of(html)
    assert "Ce qui change de la version 2024 à la version 2025" in said
    assert re.search(r"<del>30\s+points par enfant", html)
    assert re.search(r"<ins>40\s+points par enfant", html)
    assert "ajouté" in said
    assert "Quotient" in said
    assert text_of(read(f"{URL}differences/")) == said
    same = text_of(read(f"{URL}differences/?de=2025&a=2025"))
    assert "0 différence" in same
    read(f"{URL}differences/?de=1999&a=2025", status=404)


def test_a_change_that_no_sentence_tells_is_told_from_the_file(read: Callable[..., str]) -> None:
    changed = RULES.replace(
        '  - id: "2025"\n    from: 2025-01-01\n',
        '  - id: "2025"\n    from: 2025-01-01\n    inputs:\n'
        "      - {name: enfants, type: integer, label: Enfants, domain: {min: 0, max: 9}}\n",
    )
    published(changed)
    html = read(f"{URL}differences/")
    assert "<code>domain.max</code>" in html
    assert "<del>15</del>" in html


def test_the_list(read: Callable[..., str]) -> None:
    assert "Aucune règle n’est encore publiée ici" in text_of(read("/regles/"))
    published()
    said = text_of(read("/regles/"))
    assert "Places en crèche" in said
    assert "Barème de points" in said
    assert "fictif" in said
    assert "2 versions" in said


def test_the_files_are_given_as_they_were_published(client: Client) -> None:
    published()
    newer = RULES.replace("per: 40", "per: 45")
    published(newer)
    current = client.get(f"{URL}regles.yaml")
    assert current.content == newer.encode()
    assert current["Content-Type"].startswith("application/yaml")
    assert "attachment" in current["Content-Disposition"]
    assert client.get(f"{URL}editions/1.yaml").content == RULES.encode()
    assert client.get(f"{URL}editions/3.yaml").status_code == 404


def test_the_record_of_the_system_leads_to_its_rules(read: Callable[..., str]) -> None:
    stored("creches", name="Crèches")
    published()
    html = read("/systemes/creches/")
    assert f'href="{URL}"' in html
    assert f'href="{URL}simuler/"' in html
    assert "Crèches" in text_of(read(URL))


def test_who_may_publish_is_told_where(client: Client) -> None:
    stored("creches")
    edition = published()
    of = organisation("DGFiP", "administration", body=edition.rules.body)
    assert edition.rules.body is not None
    assert edition.rules.body.slug == BODY.id
    assert "/contribuer/regles/" not in client.get(URL).content.decode()
    publisher = signed_in(member(Role.PUBLISHER, of).user)
    assert "/contribuer/regles/" in publisher.get(URL).content.decode()


# --- the letter's page ----------------------------------------------------------------------------


def test_who_received_a_letter_learns_what_they_may_ask(read: Callable[..., str]) -> None:
    published()
    said = text_of(read(f"/mention/{SLUG}/"))
    assert "Vous avez reçu une décision prise à l’aide d’un algorithme" in said
    assert "Classer les demandes de place." in said
    assert "CRPA, art. R. 311-3-1-2" in said
    assert "CADA" in said
    assert "Ville d’essai" in said


def test_the_mention_has_its_four_elements(read: Callable[..., str]) -> None:
    stored("creches", contact="creches@ville.example")
    published()
    html = read(f"{URL}mention/")
    copied = text_of(html.split('class="copy"')[1].split("</div>")[0]).replace("\xa0", " ")
    assert "prise sur le fondement d’un traitement algorithmique : « Places en crèche »" in copied
    assert "Classer les demandes de place." in copied
    assert "Vous avez le droit d’obtenir les règles" in copied
    assert "creches@ville.example" in copied
    assert "www.cada.fr" in copied
    assert f"http://testserver/mention/{SLUG}/" in copied
    assert "<svg" in html
    source = unescape(html.split("<textarea")[1].split("</textarea>")[0]).partition(">")[2]
    assert f'<a href="http://testserver/mention/{SLUG}/">' in source
    assert "à compléter" not in copied


def test_a_mention_without_contact_says_that_it_lacks_one(read: Callable[..., str]) -> None:
    published()
    said = text_of(read(f"{URL}mention/"))
    assert "aucun contact" in said
    assert "[adresse postale ou électronique du service à compléter]" in said
