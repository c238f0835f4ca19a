"""The list: search and facets over the imported register, for a rare word and a common one."""

from __future__ import annotations

from functools import partial

import django

from bench.figures import Figure, hand_over, median_ms
from bench.importing import COMMON_WORD, RARE_WORD


def main() -> None:
    """Time the service call of the list page and count its queries."""
    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from clairevoie.web.register.services.search import SearchQuery, search

    chosen = {"status": ["deployed"], "domains": ["tax", "health"]}
    asked = {
        "no word": SearchQuery(),
        f"a rare word ({RARE_WORD})": SearchQuery(RARE_WORD),
        f"a common word ({COMMON_WORD})": SearchQuery(COMMON_WORD),
        "a common word and two facets": SearchQuery(COMMON_WORD, chosen),
    }
    bars = {"a rare word": 50, "a common word": 120}
    search(SearchQuery())
    figures, counts = [], set()
    for label, query in asked.items():
        with CaptureQueriesContext(connection) as captured:
            result = search(query)
        if query.text:
            counts.add(len(captured))
        spent = median_ms(partial(search, query))
        bar = next((ms for start, ms in bars.items() if label.startswith(start)), None)
        figures.append(
            Figure(
                f"search and facets over {result.register_total:,} systems, {label}",
                f"{spent:.1f} ms median, {result.total:,} found",
                f"at most {bar} ms" if bar else "",
                spent <= bar if bar else None,
            )
        )
    figures.append(
        Figure(
            "queries of a search with words",
            " or ".join(str(count) for count in sorted(counts)),
            "constant",
            len(counts) == 1,
        )
    )
    hand_over(figures)


if __name__ == "__main__":
    main()
