"""Templates hold no script and no style of their own, and each is used."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "clairevoie"
SUFFIXES = {".html", ".txt", ".xml", ".svg"}

# Django finds these by their name.
BY_NAME = re.compile(
    r"(?:400|403|403_csrf|404|429|500)\.html|django/forms/.*|registration/.*|admin/.*"
)

COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment\b.*?\{%\s*endcomment\s*%\}|<!--.*?-->", re.DOTALL)
TEMPLATE_SYNTAX = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TAG = re.compile(r"<([a-zA-Z][\w.:-]*)((?:\"[^\"]*\"|'[^']*'|[^>\"'])*)>")
ATTRIBUTE = re.compile(r"(?:^|[\s\"'])([\w:@.-]+)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)")
CODE_ATTRIBUTE = re.compile(r":?style$|on[a-z]|hx-on|hx-vars|@|x-")
CODE_VALUE = re.compile(r"\s*(?:javascript|js):", re.IGNORECASE)
# Data, which no browser runs.
DATA_TYPES = {"application/json", "application/ld+json"}

EXTENDS = re.compile(r"\{%\s*(?:extends|include)\s+[\"']([^\"']+)[\"']")
COTTON = re.compile(r"<c-([\w.-]+)")


def templates() -> list[Path]:
    return [
        path
        for path in sorted(SOURCE.rglob("*"))
        if path.is_file() and path.suffix in SUFFIXES and "templates" in path.parts
    ]


def name(path: Path) -> str:
    """A template's name, as Django knows it."""
    parts = path.relative_to(SOURCE).parts
    return "/".join(parts[parts.index("templates") + 1 :])


def inline_code(text: str) -> list[str]:
    """The scripts and styles that stand in a template instead of in a file of their own."""
    found = []
    text = TEMPLATE_SYNTAX.sub("x", COMMENT.sub("", text))
    for match in TAG.finditer(text):
        tag = match.group(1).lower()
        attributes = {
            key.lower(): value.strip("\"'") for key, value in ATTRIBUTE.findall(match.group(2))
        }
        if tag == "style":
            found.append("<style>")
        if tag == "script" and "src" not in attributes and attributes.get("type") not in DATA_TYPES:
            found.append("<script> without src")
        found += [
            f"{key}={value!r}"
            for key, value in attributes.items()
            if CODE_ATTRIBUTE.match(key) or CODE_VALUE.match(value)
        ]
    return found


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('<script src="{% static "a.js" %}" defer></script>', 0),
        ('<script type="application/ld+json">{}</script>', 0),
        ('<button type="submit" data-online="x">style= onclick=</button>{# <style> #}', 0),
        ('<p {% if a > b %}class="c"{% endif %}>on = off</p>', 0),
        ("<script>go()</script>", 1),
        ("<style>p{}</style>", 1),
        ('<p class="a" style="color:red">', 1),
        ('<rect\n  style="{{ x }}"/>', 1),
        ('<a href=" javascript:go()" onclick=go()>', 2),
        ('<c-button :style="x" hx-on:click="go()">', 2),
    ],
)
def test_inline_code_is_seen(text: str, count: int) -> None:
    assert len(inline_code(text)) == count


def test_no_inline_script_or_style() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): code
        for path in templates()
        if (code := inline_code(path.read_text(encoding="utf-8")))
    }
    assert found == {}


def python_names() -> list[re.Pattern[str]]:
    """The template names that Python code says; an f-string's holes stand for anything."""
    found = []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = re.escape(node.value)
            elif isinstance(node, ast.JoinedStr):
                text = "".join(
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w-]+"
                    for part in node.values
                )
            else:
                continue
            if text.endswith(tuple(re.escape(suffix) for suffix in SUFFIXES)) and len(text) < 200:
                found.append(re.compile(text))
    return found


def links(text: str) -> set[str]:
    """The templates that a template brings in."""
    text = COMMENT.sub("", text)
    cotton = {
        "cotton/" + part.replace(".", "/").replace("-", "_") + end
        for part in COTTON.findall(text)
        for end in (".html", "/index.html")
    }
    return set(EXTENDS.findall(text)) | cotton


def test_every_template_is_used() -> None:
    known = {name(path): path for path in templates()}
    said = python_names()
    used = {
        each for each in known if BY_NAME.fullmatch(each) or any(p.fullmatch(each) for p in said)
    }
    waiting = list(used)
    while waiting:
        text = known[waiting.pop()].read_text(encoding="utf-8")
        fresh = (links(text) & set(known)) - used
        used |= fresh
        waiting.extend(fresh)
    unused = sorted(known[each].relative_to(ROOT).as_posix() for each in set(known) - used)
    assert not unused, "nothing uses these templates:\n" + "\n".join(unused)
