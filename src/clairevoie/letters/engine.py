"""From a template and plain data to a tagged PDF, always the same bytes for the same data.

Data reaches the template as JSON in ``sys.inputs``, and is only ever shown as text: nothing that a
person typed is read as typst markup.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clairevoie.letters.printable import has_square, printable_tree

if TYPE_CHECKING:
    import typst

TEMPLATES = Path(__file__).parent / "templates"
LIMIT = 1_000_000
"""Characters of JSON: a letter of several hundred pages."""


class LetterProblem(ValueError):
    """A letter that cannot be made; the message is one plain sentence."""


def render(
    template_name: str, data: Mapping[str, Any], *, images: Mapping[str, str] | None = None
) -> bytes:
    """Return a PDF/UA-1 document, with its title, author, language and date.

    Args:
        template_name: a file of `TEMPLATES` without ``.typ``.
        data: what the template shows, made of texts, numbers, booleans, lists and mappings. Four
            keys are for every template: ``language`` (``fr`` or ``en``), ``title``, ``author`` and
            ``date`` (``YYYY-MM-DD``). ``unprintable`` is the note shown when a character could not
            be printed, if the template has one.
        images: SVG drawings made by this program, by name; never a person's text.

    Raises:
        LetterProblem: unknown template, missing or empty key, data too large.
    """
    import typst

    path = TEMPLATES / f"{template_name}.typ"
    if template_name not in templates():
        raise LetterProblem(
            f"There is no template '{template_name}'; use one of {', '.join(templates())}."
        )
    for key in ("language", "title", "author", "date"):
        if not data.get(key):
            raise LetterProblem(f"The letter has no {key}; give '{key}'.")
    shown = printable_tree(data, language=str(data["language"]))
    if not has_square({key: item for key, item in shown.items() if key != "unprintable"}):
        shown["unprintable"] = ""
    document = json.dumps(shown, ensure_ascii=True)
    if len(document) > LIMIT:
        raise LetterProblem(
            f"The letter holds {len(document)} characters, more than {LIMIT}; shorten it."
        )
    try:
        made = typst.compile(
            path,
            root=TEMPLATES,
            ignore_system_fonts=True,
            font_paths=_fonts(),
            sys_inputs={"data": document, "images": json.dumps(dict(images or {}))},
            format="pdf",
            pdf_standards="ua-1",
            timestamp=_timestamp(str(data["date"])),
        )
    except typst.TypstError as error:
        raise LetterProblem(
            f"The letter '{template_name}' could not be set: {error.message}."
        ) from error
    return bytes(made)


@cache
def templates() -> tuple[str, ...]:
    """Return the names of the templates that make a document."""
    return tuple(
        sorted(path.stem for path in TEMPLATES.glob("*.typ") if not path.stem.startswith("_"))
    )


@cache
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=False)


def _timestamp(day: str) -> datetime:
    try:
        found = date.fromisoformat(day)
    except ValueError:
        raise LetterProblem(f"'{day}' is not a date; write YYYY-MM-DD.") from None
    return datetime(found.year, found.month, found.day, tzinfo=UTC)
