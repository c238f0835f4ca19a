"""Texts, addresses and dates that people type, as they are stored; each problem in a sentence."""

from __future__ import annotations

from clairevoie.register import values
from clairevoie.web.register.services.statements import problem_sentence

TEXT_LIMIT = 10_000


def cleaned_line(errors: dict[str, str], name: str, text: str, *, limit: int) -> str:
    """Return a text of one line; a problem goes to ``errors``."""
    return _cleaned(errors, name, text, limit, one_line=True)


def cleaned_text(errors: dict[str, str], name: str, text: str) -> str:
    """Return a text of several lines; a problem goes to ``errors``."""
    return _cleaned(errors, name, text, TEXT_LIMIT, one_line=False)


def cleaned_url(errors: dict[str, str], name: str, text: str) -> str:
    """Return a web address, or "" for none; a problem goes to ``errors``."""
    if not text.strip():
        return ""
    try:
        return values.clean_url(text)
    except values.ValueProblem as problem:
        errors[name] = problem_sentence(problem)
        return ""


def cleaned_date(errors: dict[str, str], name: str, text: str) -> str:
    """Return a year, a month or a day, or "" for none; a problem goes to ``errors``."""
    if not text.strip():
        return ""
    try:
        return values.clean_date(text)
    except values.ValueProblem as problem:
        errors[name] = problem_sentence(problem)
        return ""


def _cleaned(errors: dict[str, str], name: str, text: str, limit: int, *, one_line: bool) -> str:
    try:
        return values.clean_text(text, limit=limit, one_line=one_line)
    except values.ValueProblem as problem:
        errors[name] = problem_sentence(problem)
        return ""
