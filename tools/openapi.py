"""Write docs/reference/openapi.json from the code of the API.

    python -m tools.openapi

A test fails when the file is not what the code says.
"""

from __future__ import annotations

import os
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "reference" / "openapi.json"


def main() -> None:
    """Write the document."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from clairevoie.web.api.application import openapi_text

    DOCUMENT.parent.mkdir(parents=True, exist_ok=True)
    DOCUMENT.write_text(openapi_text(), encoding="utf-8")
    print(DOCUMENT)


if __name__ == "__main__":
    main()
