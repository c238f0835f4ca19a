"""What the worker is doing, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _


def part_in_words(part: str) -> str:
    """Return what a part of an audit does; before the first one, that it computes."""
    return {
        "opening": _("opening the journal"),
        "identifiers": _("checking that no decision is there twice"),
        "counting": _("counting the decisions of each group"),
        "delays": _("measuring delays"),
        "scores": _("spreading scores"),
        "amounts": _("adding up amounts"),
        "flips": _("changing one datum of every case, and applying the rules again"),
        "decompositions": _("looking for the rules that carry differences"),
        "comparing": _("comparing groups"),
        "protecting": _("working out what may be published without exposing anyone"),
    }.get(part, _("computing"))
