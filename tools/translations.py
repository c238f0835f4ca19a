"""The French translations, without the GNU gettext programs.

    python tools/translations.py update    collect the strings of every app into its django.po
    python tools/translations.py check     say what is missing, fuzzy, obsolete or badly set
    python tools/translations.py compile   write the .mo files that Django reads

An app is a folder of src/clairevoie/web with models or templates; its strings are kept in its own
locale/. What belongs to no app (settings, base templates) is kept in src/clairevoie/web/locale.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "fr"
DOMAIN = "django"
NOT_APPS = {"locale", "static", "templates"}
TEMPLATE_SUFFIXES = {".html", ".txt", ".xml"}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = """\
# French translations of Clairevoie. Kept by `make translations`; edit the msgstr lines only.
msgid ""
msgstr ""
"Language: fr\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

"""

# A message's identity: its context and its source string (the singular one).
Key = tuple[str | None, str]


# --- where things are -----------------------------------------------------------------------------


def web_root(root: Path = ROOT) -> Path:
    """The folder of the Django site."""
    return root / "src" / "clairevoie" / "web"


def apps(root: Path = ROOT) -> list[Path]:
    """The folders that keep a locale of their own: the apps, then the site itself."""
    web = web_root(root)
    if not web.is_dir():
        return []
    found = [
        folder
        for folder in sorted(web.iterdir())
        if folder.is_dir()
        and folder.name not in NOT_APPS
        and any((folder / name).exists() for name in ("models.py", "models", "templates"))
    ]
    return [*found, web]


def catalogue_path(app: Path) -> Path:
    """The .po file of an app."""
    return app / "locale" / LOCALE / "LC_MESSAGES" / f"{DOMAIN}.po"


def sources(app: Path, root: Path = ROOT) -> Iterator[Path]:
    """The Python and template files of an app, without those of another app inside it."""
    inner = [other for other in apps(root) if other != app and app in other.parents]
    for path in sorted(app.rglob("*")):
        if not path.is_file() or any(other in path.parents for other in inner):
            continue
        if path.suffix == ".py" or (
            path.suffix in TEMPLATE_SUFFIXES and "templates" in path.relative_to(app).parts
        ):
            yield path


# --- extraction -----------------------------------------------------------------------------------


def python_source(path: Path) -> str:
    """A file as Python source in which its translatable strings are calls to gettext."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    from django.conf import settings

    if not settings.configured:
        settings.configure()
    from django.utils.translation.template import templatize

    # What is not translatable is blanked out by letters; its indentation would not be Python's.
    return "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())


def extract_app(app: Path, root: Path = ROOT) -> Catalog:
    """Every translatable string of an app, untranslated."""
    catalogue = Catalog(locale=LOCALE, domain=DOMAIN)
    for path in sources(app, root):
        code = io.BytesIO(python_source(path).encode())
        location = path.relative_to(root).as_posix()
        for _line, message, comments, context in extract(
            "python",
            code,
            keywords=KEYWORDS,
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        ):
            if message and message != ("", ""):
                catalogue.add(
                    message,
                    locations=[(location, 0)],
                    auto_comments=comments,
                    context=context or None,
                )
    for entry in catalogue:
        entry.locations = sorted(set(entry.locations))
    return catalogue


def key(message: Message) -> Key:
    """What identifies a message within a catalogue."""
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def entries(catalogue: Catalog) -> dict[Key, Message]:
    """The messages of a catalogue by their identity, without its header."""
    return {key(message): message for message in catalogue if message.id}


def read_catalogue(path: Path) -> Catalog:
    """An existing .po file, or an empty catalogue."""
    if not path.exists():
        return Catalog(locale=LOCALE, domain=DOMAIN)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE, domain=DOMAIN)


def write_catalogue(path: Path, catalogue: Catalog) -> None:
    """Write a .po file the same way every time: sorted, no date, no line number."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100, omit_header=True, sort_output=True, include_lineno=False)
    text = HEADER + buffer.getvalue().decode().strip() + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def translated(message: Message) -> bool:
    """Whether every form of a message has a translation."""
    return all(forms(message.string))


def update(root: Path = ROOT) -> list[str]:
    """Bring every .po file up to date with the sources; existing translations are kept.

    A string that moved from an app to another takes its translation along; nothing is guessed.
    """
    known: dict[Key, Message] = {}
    for app in apps(root):
        for identity, message in entries(read_catalogue(catalogue_path(app))).items():
            if translated(message) and not message.fuzzy:
                known.setdefault(identity, message)
    report = []
    for app in apps(root):
        path = catalogue_path(app)
        old = entries(read_catalogue(path))
        fresh = extract_app(app, root)
        for identity, message in entries(fresh).items():
            before = old.get(identity)
            if before is None or not translated(before):
                before = known.get(identity)
            if before is not None and isinstance(before.id, str) == isinstance(message.id, str):
                message.string = before.string
                message.flags |= before.flags & {"fuzzy"}
                message.user_comments = before.user_comments
        if not entries(fresh) and not path.exists():
            continue
        write_catalogue(path, fresh)
        missing = sum(not translated(message) for message in entries(fresh).values())
        report.append(
            f"{path.relative_to(root)}: {len(entries(fresh))} strings, {missing} to translate"
        )
    return report


# --- French typography ----------------------------------------------------------------------------

TAG = re.compile(r"<[^<>]*>")
ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|\w+);")
PLACEHOLDER = re.compile(
    r"%\(\w+\)[#0\- +]*[\d.]*[a-zA-Z]|%[sdrif]|\{[\w.]*(?:![rsa])?(?::[^{}]*)?\}"
)
TYPOGRAPHY: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r" [:;?!»]"), "an ordinary space before {found!r}: use a no-break space"),
    (re.compile(r"« "), "an ordinary space after {found!r}: use a no-break space"),
    (re.compile(r"\w[?!»](?=\s|$)|\w[:;](?=\s)"), "no space in {found!r}: use a no-break space"),
    (re.compile(r"«\w"), "no space in {found!r}: use a no-break space"),
    (re.compile(r"'"), "a straight apostrophe: use ’"),
    (re.compile(r"\.\.\."), "three dots: use …"),
)


def typography(text: str) -> list[str]:
    """What is not set as French typography asks, in plain words; nothing when all is well."""
    plain = PLACEHOLDER.sub("x", ENTITY.sub("\u00a0", TAG.sub("", text)))
    return [
        saying.format(found=found.group().strip())
        for pattern, saying in TYPOGRAPHY
        for found in [pattern.search(plain)]
        if found
    ]


# --- check ----------------------------------------------------------------------------------------


def forms(value: str | Iterable[str] | None) -> list[str]:
    """The singular, and the plural where there is one."""
    return [value or ""] if value is None or isinstance(value, str) else list(value)


def placeholders(text: str) -> list[str]:
    """The places where a value is put into a text."""
    return sorted(PLACEHOLDER.findall(text.replace("%%", "")))


def tags(text: str) -> list[str]:
    """The names of the HTML tags of a text."""
    return sorted(re.findall(r"</?\w+", text))


def message_problems(message: Message) -> Iterator[str]:
    """What is wrong with one translated message."""
    source, target = forms(message.id), forms(message.string)
    for rank, text in enumerate(target):
        original = source[min(rank, len(source) - 1)]
        wanted, given = placeholders(original), placeholders(text)
        # “One answer” may leave the number out, and French has one plural form.
        allowed = {tuple(placeholders(form)) for form in source} if len(source) > 1 else set()
        if given != wanted and tuple(given) not in allowed:
            yield f"placeholders {given} where the source has {wanted}"
        if tags(text) != tags(original):
            yield f"HTML tags {tags(text)} where the source has {tags(original)}"
        yield from typography(text)


def app_problems(app: Path, root: Path) -> Iterator[str]:
    """What is wrong with the catalogue of one app."""
    path = catalogue_path(app)
    place = path.relative_to(root).as_posix()
    fresh, kept = entries(extract_app(app, root)), read_catalogue(path)
    there = entries(kept)
    for identity, message in fresh.items():
        files = ", ".join(sorted({location for location, _line in message.locations}))
        current = there.get(identity)
        if current is None or isinstance(current.id, str) != isinstance(message.id, str):
            yield f"{place}: missing {identity[1]!r} ({files}); run `make translations`"
        elif not translated(current):
            yield f"{place}: not translated: {identity[1]!r} ({files})"
    for identity, message in there.items():
        if identity not in fresh:
            yield f"{place}: obsolete: {identity[1]!r}; run `make translations`"
            continue
        if message.fuzzy:
            yield f"{place}: fuzzy: {identity[1]!r}; read it again and remove the flag"
        if translated(message):
            for problem in message_problems(message):
                yield f"{place}: {identity[1]!r}: {problem}"
    for gone in kept.obsolete:
        yield f"{place}: obsolete: {gone!r}; run `make translations`"


def check(root: Path = ROOT) -> list[str]:
    """Every problem of every catalogue, one plain line each."""
    return [problem for app in apps(root) for problem in app_problems(app, root)]


# --- compile --------------------------------------------------------------------------------------


def compile_catalogues(root: Path = ROOT, *, only_stale: bool = False) -> list[str]:
    """Write the .mo file beside each .po file, the same bytes for the same translations."""
    report = []
    for path in sorted((root / "src").rglob(f"locale/*/LC_MESSAGES/{DOMAIN}.po")):
        target = path.with_suffix(".mo")
        if only_stale and target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.parts[-3], domain=DOMAIN)
        catalogue.creation_date = catalogue.revision_date = datetime(2000, 1, 1, tzinfo=UTC)
        buffer = io.BytesIO()
        write_mo(buffer, catalogue)
        # Written beside, then renamed: two processes may do it at once.
        fresh = target.with_name(f".{target.name}.{id(buffer)}")
        fresh.write_bytes(buffer.getvalue())
        fresh.replace(target)
        report.append(f"{target.relative_to(root)}: written")
    return report


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Keep the French translations.")
    commands: dict[str, Callable[[], list[str]]] = {
        "update": update,
        "check": check,
        "compile": compile_catalogues,
    }
    parser.add_argument("command", choices=commands)
    command = parser.parse_args(arguments).command
    lines = commands[command]()
    for line in lines:
        print(line)
    if command == "check":
        print(
            f"{len(lines)} problem(s) in the French translations" if lines else "French: complete"
        )
    return 1 if command == "check" and lines else 0


if __name__ == "__main__":
    sys.exit(main())
