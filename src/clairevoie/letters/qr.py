"""QR codes as SVG, with a title for who does not see them."""

from __future__ import annotations

from html import escape

from clairevoie.register.values import ValueProblem, clean_url

QUIET = 4
"""White modules around a code (ISO/IEC 18004)."""


def qr_svg(url: str, *, title: str = "", key: str = "qr") -> str:
    """Return a QR code of a web address as an SVG element, black on white.

    Args:
        url: an http or https address.
        title: what the code does; with it the drawing is an image named for a screen reader,
            without it nothing names it (a PDF gives its own alternative text).
        key: prefix of the identifier in the drawing (ASCII letters, digits, hyphens).

    Raises:
        ValueError: not a web address, or too long for a QR code.
    """
    import segno

    try:
        code = segno.make(clean_url(url), error="m", micro=False)
    except ValueProblem as problem:
        raise ValueError(f"The address of the code {problem}.") from None
    except segno.DataOverflowError:
        raise ValueError("The address of the code is too long; give a shorter one.") from None
    size = code.symbol_size(border=QUIET)[0]
    path = "".join(
        f"M{column} {line}h1v1h-1z"
        for line, modules in enumerate(code.matrix, QUIET)
        for column, dark in enumerate(modules, QUIET)
        if dark
    )
    named = f' role="img" aria-labelledby="{key}-title"' if title else ""
    label = f'<title id="{key}-title">{escape(title)}</title>' if title else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        f'shape-rendering="crispEdges"{named}>{label}'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{path}"/></svg>'
    )
