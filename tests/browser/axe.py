"""Accessibility checks that can be made by program: axe-core, and nothing wider than the screen."""

from importlib.resources import files
from typing import Any, Literal

from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "RGAAv4"]
Scheme = Literal["light", "dark"]


def violations(page: Page, scheme: Scheme = "light") -> list[str]:
    """What axe finds on the page as it stands, one line for each place.

    The page belongs to a context made with `bypass_csp=True` (fixture `axe_page`), since the site
    refuses scripts that are not its own.
    """
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    if page.evaluate("typeof window.axe") == "undefined":
        page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})",
        TAGS,
    )
    return [
        f"{scheme}: {rule['id']}: {rule['help']}: {' '.join(map(str, node['target']))}: "
        + "; ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]])
        + f" — {node['html'][:160]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def assert_accessible(page: Page) -> None:
    """No violation, in light and in dark."""
    found = violations(page, "light") + violations(page, "dark")
    assert not found, "\n" + "\n".join(found)


def overflow(page: Page, width: int = 320) -> str | None:
    """What makes the page wider than a screen of that width, in words; None when nothing does."""
    page.set_viewport_size({"width": width, "height": 800})
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    if wide <= width:
        return None
    culprits: list[str] = page.evaluate(
        """width => [...document.querySelectorAll('body *')]
            .filter(e => e.getBoundingClientRect().right > width + 0.5)
            .slice(-5)
            .map(e => e.outerHTML.slice(0, 120))""",
        width,
    )
    return f"{wide} px wide on a screen of {width} px: " + " | ".join(culprits)
