"""A reference and a code in, an explanation out: what is told, what is kept, what leaks."""

import logging
import re
from collections.abc import Sequence
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from clairevoie.decisions.codes import verify_code
from clairevoie.decisions.keys import Key
from clairevoie.web.accounts.models import RateCount
from clairevoie.web.accounts.services import limits
from clairevoie.web.accounts.services.limits import Limit
from clairevoie.web.decisions.models import Journal
from clairevoie.web.explanation.services import asking
from tests.letters.pdf import text_of as pdf_text
from tests.queries import summary
from tests.web.explanation.samples import make_journal, make_key, printed
from tests.web.rules.samples import published

pytestmark = pytest.mark.django_db
URL = "/expliquer/"
WRONG_CODE = "0000-0000-0000-0000-0"


@pytest.fixture
def folders(settings: Settings, tmp_path: Path) -> Path:
    settings.JOURNALS_ROOT = tmp_path / "data" / "journals"
    settings.KEYS_ROOT = tmp_path / "keys"
    return tmp_path / "keys"


@pytest.fixture
def key(folders: Path) -> Key:
    """A published rule set, its journal, open, and the key of its codes."""
    published()
    make_journal()
    return make_key(folders)


def text_of(html: str) -> str:
    inside = re.sub(r"<(head|script)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", inside)).split())


def page(client: Client, sent: dict[str, str]) -> str:
    response = client.post(URL, sent)
    assert response.status_code == 200
    return text_of(response.content.decode())


# --- what is told ---------------------------------------------------------------------------------


def test_a_right_code_explains_the_decision(client: Client, key: Key) -> None:
    said = page(client, printed(key, "CR-0001"))
    assert "Votre décision CR-0001" in said
    assert "place attribuée" in said
    assert "220 points" in said
    assert "120 points" in said
    assert "diffère" not in said
    assert "Règles inventées" in said


def test_a_reference_is_read_as_people_copy_it(client: Client, key: Key) -> None:
    typed = printed(key, "CR-0001") | {"reference": " cr–0001 "}
    typed["code"] = typed["code"].lower().replace("-", " ")
    assert "220 points" in page(client, typed)


def test_a_recorded_result_that_differs_is_said_with_what_to_do(client: Client, key: Key) -> None:
    said = page(client, printed(key, "CR-0002"))
    assert "Le résultat enregistré diffère de celui que donnent les règles publiées" in said
    assert "90 points" in said
    assert "120 points" in said
    assert "demandez-lui de vérifier votre décision" in said


def test_the_version_in_force_on_the_day_is_used(client: Client, key: Key) -> None:
    said = page(client, printed(key, "CR-0003"))
    assert "110 points" in said
    assert "la version « 2023 » des règles" in said.replace("\xa0", " ")
    assert "diffère" not in said


def test_no_version_in_force_is_said(client: Client, key: Key) -> None:
    assert "Aucune version publiée" in page(client, printed(key, "CR-0004"))


def test_a_right_code_of_a_decision_that_is_not_there(client: Client, key: Key) -> None:
    assert "ne contient pas cette décision" in page(client, printed(key, "CR-9999"))


def test_the_letter_is_a_pdf_that_nobody_keeps(client: Client, key: Key) -> None:
    response = client.post("/expliquer/lettre/", printed(key, "CR-0001"))
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    assert "no-store" in response["Cache-Control"]
    refused = client.post("/expliquer/lettre/", {"reference": "CR-0001", "code": WRONG_CODE})
    assert refused["Content-Type"].startswith("text/html")
    assert client.get("/expliquer/lettre/").status_code == 405


def test_the_pdf_of_the_site_is_not_a_letter_of_the_administration(
    client: Client, key: Key
) -> None:
    """It says what was recorded, then apart that the rules give something else (CR-0002)."""

    def squeezed(text: str) -> str:
        return re.sub(r"[\s\u200b\u2010-]", "", text)

    sent = printed(key, "CR-0002")
    said = squeezed(pdf_text(client.post("/expliquer/lettre/", sent).content))
    for expected in (
        "ce n’est pas une lettre de l’administration. Il n’est pas signé.",
        "à la demande de la personne qui a donné la référence et le code",
        "Le résultat enregistré (90 points) n’est pas celui que donnent les règles publiées",
        "à l’adresse indiquée sur la lettre de décision",
    ):
        assert squeezed(expected) in said, expected
    outcome = said[said.index("Cequiaétédécidé") : said.index("Lerésultatenregistré(")]
    assert "placerefusée" in outcome
    assert "120points" not in outcome
    for absent in ("Madame,Monsieur", "vouspried’agréer", "Affairesuiviepar"):
        assert absent not in said, absent
    other = squeezed(pdf_text(client.post("/expliquer/lettre/", printed(key, "CR-0003")).content))
    assert squeezed("c’est la version « 2023 » des règles qui a été appliquée") in other


def test_keys_rotate_and_expire(client: Client, folders: Path, key: Key) -> None:
    newer = make_key(folders, b"n" * 32)
    over = make_key(folders, b"o" * 32, expires=date(2025, 1, 1))
    assert "220 points" in page(client, printed(key, "CR-0001"))
    assert "220 points" in page(client, printed(newer, "CR-0001"))
    assert "ne vont pas ensemble" in page(client, printed(over, "CR-0001"))


def test_a_journal_that_is_not_open_explains_nothing(client: Client, folders: Path) -> None:
    published()
    make_journal(is_open=False)
    sent = printed(make_key(folders), "CR-0001")
    assert "ne vont pas ensemble" in page(client, sent)


# --- what leaks -----------------------------------------------------------------------------------


def bare(html: bytes, *typed: str) -> str:
    """A page without its token and without what was typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html.decode())
    for word in typed:
        text = text.replace(word, "…")
    return text


def test_a_wrong_reference_and_a_wrong_code_are_the_same(
    client: Client, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    monkeypatch.setattr(asking, "find_row", lambda *given, **more: looked.append("row"))
    right = printed(key, "CR-0001")
    attempts = {
        "wrong code": {"reference": "CR-0001", "code": printed(key, "CR-0002")["code"]},
        "wrong reference": {"reference": "CR-7777", "code": right["code"]},
        "both": {"reference": "CR-8888", "code": WRONG_CODE},
    }
    answers, queries = {}, {}
    for name, sent in attempts.items():
        with CaptureQueriesContext(connection) as captured:
            response = client.post(URL, sent)
        assert response.status_code == 200
        answers[name] = bare(response.content, sent["reference"], sent["code"])
        # Counting, once, differs from the first time on only by the row that it adds.
        queries[name] = {line.split()[0] for line in summary_lines(captured)}
        assert not response.cookies.keys() - {"csrf"}
    assert len(set(answers.values())) == 1
    assert len(set(map(frozenset, queries.values()))) == 1
    assert looked == [], "no journal is opened before the code is right"


def summary_lines(captured: CaptureQueriesContext) -> list[str]:
    return summary([query["sql"] for query in captured.captured_queries]).splitlines()[1:]


def test_the_same_work_whatever_the_reference(
    client: Client, key: Key, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_key(folders, b"n" * 32)
    tried: list[int] = []

    def counted(keys: Sequence[Key], reference: str, code: str, *, day: date) -> bool:
        tried.append(len(keys))
        return verify_code(keys, reference, code, day=day)

    monkeypatch.setattr(asking, "verify_code", counted)
    for sent in (printed(key, "CR-0001"), {"reference": "CR-0001", "code": WRONG_CODE}):
        client.post(URL, sent)
    assert tried == [2, 2], "each journal once, with all its keys"


def test_a_mistyped_code_is_said_without_looking_at_the_reference(client: Client, key: Key) -> None:
    code = printed(key, "CR-0001")["code"]
    mistyped = code[:-1] + ("0" if code[-1] != "0" else "1")
    pages = {
        bare(client.post(URL, {"reference": name, "code": mistyped}).content, name)
        for name in ("CR-0001", "CR-7777")
    }
    assert len(pages) == 1
    assert "faute de frappe" in pages.pop()
    assert not RateCount.objects.exists()


# --- attempts -------------------------------------------------------------------------------------


def test_wrong_codes_are_counted_and_never_keep_a_person_out(
    client: Client, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.LIMITS, "code", Limit(2, 600))
    wrong = {"reference": "cr 0001", "code": WRONG_CODE}
    statuses = [client.post(URL, wrong).status_code for _attempt in range(3)]
    assert statuses == [200, 200, 429]
    refused = client.post(URL, wrong | {"reference": "CR0001"})
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert "vous n’avez pas à attendre" in text_of(refused.content.decode())
    assert client.post(URL, wrong | {"reference": "CR-0002"}).status_code == 200
    sent = printed(key, "CR0001")
    assert "ne contient pas" in page(client, sent)
    assert "220 points" in page(client, printed(key, "CR-0001"))


def test_the_whole_site_has_a_budget_of_wrong_codes(
    client: Client, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.LIMITS, "codes", Limit(2, 600))
    for number in range(2):
        assert client.post(URL, {"reference": f"A{number}", "code": WRONG_CODE}).status_code == 200
    assert client.post(URL, {"reference": "A3", "code": WRONG_CODE}).status_code == 429
    assert "220 points" in page(client, printed(key, "CR-0001"))


def test_what_is_counted_names_nobody(client: Client, key: Key) -> None:
    client.post(URL, {"reference": "CR-0001", "code": WRONG_CODE}, REMOTE_ADDR="192.0.2.7")
    client.post(URL, printed(key, "CR-0001"), REMOTE_ADDR="192.0.2.7")
    kept = str(list(RateCount.objects.values()))
    assert "0001" not in re.sub(r"'(key|window|id)': [^,]*", "", kept)
    assert "192.0.2.7" not in kept


# --- what is kept ---------------------------------------------------------------------------------


def dump() -> str:
    from io import StringIO

    out = StringIO()
    call_command("dumpdata", exclude=["accounts.ratecount"], stdout=out)
    return out.getvalue()


def test_nothing_is_stored_nothing_is_logged(
    client: Client, key: Key, caplog: pytest.LogCaptureFixture
) -> None:
    before = dump()
    with caplog.at_level(logging.DEBUG):
        response = client.post(URL, printed(key, "CR-0001"))
        client.post(URL, {"reference": "CR-0001", "code": WRONG_CODE})
        client.post("/expliquer/lettre/", printed(key, "CR-0001"))
    assert dump() == before
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies.keys() - {"csrf"}
    said = " ".join(record.getMessage() for record in caplog.records)
    said = " ".join(line for line in said.splitlines() if "rules_" not in line)
    assert "CR-0001" not in said
    assert printed(key, "CR-0001")["code"] not in said


def test_a_journal_that_cannot_be_read_is_our_fault(
    client: Client, key: Key, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    folder = Path(settings.JOURNALS_ROOT) / Journal.objects.get().directory
    (folder / "decisions.csv").unlink()
    response = client.post(URL, printed(key, "CR-0001"))
    assert response.status_code == 503
    assert "Le problème vient du site, pas de vous" in text_of(response.content.decode())
    assert "CR-0001" not in caplog.text


def test_the_form_is_readable_without_a_journal(client: Client) -> None:
    response = client.get(URL)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "ne vont pas ensemble" in page(client, {"reference": "X", "code": WRONG_CODE})
    empty = client.post(URL, {"reference": "", "code": ""})
    assert "Remplissez ce champ" in text_of(empty.content.decode()) or empty.status_code == 200
