"""The report of an audit, as the page of its own that the command writes."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from clairevoie.letters.audit_html import page
from tests.browser.axe import assert_accessible, overflow
from tests.letters.audit_forms import forms


def test_the_page_is_accessible_and_fits_a_telephone(tmp_path: Path, browser: Browser) -> None:
    path = tmp_path / "report.html"
    path.write_text(page(forms()[1]), encoding="utf-8")
    seen = browser.new_page(locale="fr-FR")
    seen.goto(path.as_uri())
    assert_accessible(seen)
    assert overflow(seen) is None
    seen.close()
