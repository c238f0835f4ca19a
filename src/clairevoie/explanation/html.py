"""An explanation as an HTML fragment: semantic, escaped, without style or script.

The headings start at a level that the page chooses; identifiers bear a prefix, so that the fragment
can stand twice on a page. Classes are those of ``docs/reference/design.md``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

from clairevoie.explanation.model import Explanation, Reference, Told, Weighting

_TITLES = {
    "short": {"fr": "En bref", "en": "In short"},
    "fictitious": {
        "fr": "Règles inventées pour une démonstration : elles ne s’appliquent à personne.",
        "en": "Rules invented for a demonstration: they apply to nobody.",
    },
    "participation": {
        "fr": "Le rôle du calcul dans la décision",
        "en": "The part of the computation in the decision",
    },
    "data": {"fr": "Les données utilisées", "en": "The data used"},
    "parameters": {"fr": "Les paramètres et leur poids", "en": "The parameters and their weight"},
    "operations": {"fr": "Les opérations, étape par étape", "en": "The operations, step by step"},
    "shares": {"fr": "Ce que chaque élément ajoute", "en": "What each element adds"},
    "not_applied": {"fr": "Ce qui ne s’applique pas", "en": "What does not apply"},
    "not_applied_points": {
        "fr": "Les points que vous n’avez pas eus",
        "en": "The points that you did not get",
    },
    "changes": {"fr": "Ce qui changerait le résultat", "en": "What would change the result"},
    "reasons": {"fr": "Les textes appliqués", "en": "The texts applied"},
    "datum": {"fr": "Donnée", "en": "Datum"},
    "value": {"fr": "Valeur", "en": "Value"},
    "source": {"fr": "Source", "en": "Source"},
    "parameter": {"fr": "Paramètre", "en": "Parameter"},
    "weight": {"fr": "Poids", "en": "Weight"},
    "basis": {"fr": "Texte", "en": "Text"},
    "applied": {"fr": "appliqué", "en": "applied"},
    "element": {"fr": "Élément", "en": "Element"},
    "adds": {"fr": "Ajoute", "en": "Adds"},
    "no_basis": {"fr": "sans base légale indiquée", "en": "no legal basis stated"},
}


@dataclass(frozen=True, slots=True)
class _Page:
    language: str
    level: int
    prefix: str
    left_out: frozenset[str] = frozenset()

    def title(self, key: str) -> str:
        return _TITLES[key][self.language]

    def section(self, key: str, body: str) -> str:
        if not body or key in self.left_out:
            return ""
        name = f"{self.prefix}-{key.replace('_', '-')}"
        heading = f'<h{self.level} id="{name}">{escape(self.title(key))}</h{self.level}>'
        return f'<section aria-labelledby="{name}">\n{heading}\n{body}\n</section>'

    def table(self, key: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
        """Return a table; cells are HTML already, the first of each row is its header."""
        lines = [
            f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'
            for first, *rest in rows
        ]
        if not lines:
            return ""
        columns = "".join(f'<th scope="col">{escape(self.title(head))}</th>' for head in heads)
        name = f"{self.prefix}-{key.replace('_', '-')}"
        return (
            f'<div class="scroll" tabindex="0" role="region" aria-labelledby="{name}"><table>\n'
            f"<thead><tr>{columns}</tr></thead>\n<tbody>\n" + "\n".join(lines) + "\n</tbody>\n"
            "</table></div>"
        )


def html_fragment(
    explanation: Explanation,
    *,
    level: int = 2,
    prefix: str = "explanation",
    short: bool = False,
    left_out: Collection[str] = (),
) -> str:
    """Return an explanation as an HTML fragment.

    Args:
        explanation: what to show.
        level: level of its headings, 1 to 6.
        prefix: start of the identifiers; letters, digits and hyphens.
        short: the short version only.
        left_out: parts that the page shows in its own way: ``short``, ``changes``, ``shares``…, or
            ``fictitious``, the notice.

    Raises:
        ValueError: a level that does not exist, a prefix that cannot be an identifier.
    """
    if not 1 <= level <= 6:
        raise ValueError(f"there is no heading of level {level}: choose 1 to 6")
    if not prefix.replace("-", "").isalnum() or not prefix.isascii():
        raise ValueError(f"'{prefix}' cannot start an identifier: use letters, digits and hyphens")
    page = _Page(explanation.language, level, prefix, frozenset(left_out))
    parts = [_notice(page, explanation), page.section("short", _short(explanation))]
    if not short:
        parts += [
            page.section("changes", _changes(explanation)),
            page.section("participation", _paragraph(explanation.participation.text)),
            page.section("data", _data(page, explanation)),
            page.section("parameters", _parameters(page, explanation.parameters)),
            page.section("operations", _told(explanation.operations, ordered=True)),
            page.section("shares", _shares(page, explanation)),
            _not_applied(page, explanation.not_applied),
            page.section("reasons", _reasons(explanation)),
        ]
    inside = "\n".join(part for part in parts if part)
    return f'<div lang="{explanation.language}">\n{inside}\n</div>\n'


def _notice(page: _Page, explanation: Explanation) -> str:
    if not explanation.fictitious or "fictitious" in page.left_out:
        return ""
    return f'<p class="notice">{escape(page.title("fictitious"))}</p>'


def _paragraph(text: str, kind: str = "") -> str:
    return f"<p{kind}>{escape(text)}</p>"


def _short(explanation: Explanation) -> str:
    return "\n".join(
        _paragraph(one.text, ' class="lead"' if index == 0 else "")
        for index, one in enumerate(explanation.short)
    )


def _changes(explanation: Explanation) -> str:
    changes = explanation.changes
    items = "".join(f"<li>{escape(one.text)}</li>\n" for one in changes.alternatives)
    text = _paragraph(changes.text) if changes.text else ""
    return f"{text}\n<ul>\n{items}</ul>" if items else text


def _data(page: _Page, explanation: Explanation) -> str:
    rows = []
    for one in explanation.data:
        status = (
            f' <small class="soft">({escape(one.status_text)})</small>' if one.status_text else ""
        )
        rows.append((escape(one.label), escape(one.text) + status, escape(one.source)))
    return page.table("data", ("datum", "value", "source"), rows)


def _parameters(page: _Page, items: Sequence[Weighting]) -> str:
    rows = []
    for one in items:
        sign = f' <span class="badge">{escape(page.title("applied"))}</span>' if one.applied else ""
        basis = reference_html(one.basis) or escape(page.title("no_basis"))
        rows.append((escape(one.label) + sign, escape(one.text), basis))
    return page.table("parameters", ("parameter", "weight", "basis"), rows)


def _told(items: Sequence[Told], *, ordered: bool) -> str:
    lines = []
    for one in items:
        named = one.text.casefold().startswith(one.label.casefold())
        label = "" if named else f"<strong>{escape(one.label)}</strong><br>"
        basis = reference_html(one.basis)
        source = f'<br><small class="soft">{basis}</small>' if basis else ""
        lines.append(f"<li>{label}{escape(one.text)}{source}</li>\n")
    if not lines:
        return ""
    tag = "ol" if ordered else "ul"
    return f"<{tag}>\n{''.join(lines)}</{tag}>"


def _not_applied(page: _Page, items: Sequence[Told]) -> str:
    """Criteria give points to some; a row or a threshold that does not apply is another thing."""
    criteria = [one for one in items if one.kind == "criterion"]
    others = [one for one in items if one.kind != "criterion"]
    return "\n".join(
        part
        for part in (
            page.section("not_applied_points", _told(criteria, ordered=False)),
            page.section("not_applied", _told(others, ordered=False)),
        )
        if part
    )


def _shares(page: _Page, explanation: Explanation) -> str:
    shares = explanation.shares
    if shares is None:
        return ""
    rows = [
        (escape(one.label), f'<span class="number">{escape(one.text)}</span>')
        for one in shares.items
    ]
    return _paragraph(shares.text) + "\n" + page.table("shares", ("element", "adds"), rows)


def _reasons(explanation: Explanation) -> str:
    lines = "".join(
        f"<li>{reference_html(one)}{f'<br>{escape(one.says)}' if one.says else ''}</li>\n"
        for one in explanation.reasons.law
    )
    return f"<ul>\n{lines}</ul>" if lines else ""


def reference_html(reference: Reference | None) -> str:
    """Return a legal reference: a link when its address is one of the web, else text."""
    if reference is None:
        return ""
    text = escape(reference.text)
    if urlsplit(reference.url).scheme not in {"http", "https"}:
        return text
    return f'<a href="{escape(reference.url)}">{text}</a>'
