"""Small multiples: the same dots and intervals, several times on one axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clairevoie.charts.dots import DotChart
from clairevoie.charts.scales import check_key


@dataclass(frozen=True, slots=True)
class Multiples:
    """Charts of dots side by side, all on the same axis; each one's title says what it is of."""

    key: str
    title: str
    description: str
    panels: tuple[DotChart, ...]
    panel_heading: str


def multiples(
    key: str,
    title: str,
    panels: Sequence[DotChart],
    *,
    description: str,
    panel_heading: str = "",
) -> Multiples:
    """Return charts to be read side by side.

    Args:
        key: identifies the whole on its page (ASCII letters, digits, hyphens).
        title: what is compared.
        panels: at least one chart, made on one axis.
        description: what the whole shows, in one sentence, for who does not see it.
        panel_heading: heads the panels' titles in the data table («Département»).

    Raises:
        ValueError: there is no panel, or two are not on the same axis.
    """
    check_key(key)
    if not panels:
        raise ValueError("small multiples have at least one panel")
    if any(panel.axis != panels[0].axis for panel in panels):
        raise ValueError("small multiples are all on the same axis, or they cannot be compared")
    return Multiples(key, title, description, tuple(panels), panel_heading)
