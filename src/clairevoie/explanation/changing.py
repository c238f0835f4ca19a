"""What would change the answer, in words, and in the order of reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from clairevoie.explanation.model import Alternative, Changes, Facts, Region
from clairevoie.explanation.operations import gap
from clairevoie.explanation.probing import HIGHER, LOWER, SAME
from clairevoie.explanation.regions import Found, Search, Spot, Stepped
from clairevoie.explanation.speaking import Speaker, number_of
from clairevoie.explanation.wording import number_text, published_interval
from clairevoie.rules.content import PointsScale
from clairevoie.rules.model import Number
from clairevoie.rules.trace import Trace

_DIRECTIONS: dict[int, Literal["lower", "higher", "tie"]] = {LOWER: "lower", HIGHER: "higher"}
_RANK = {True: 0, None: 1, False: 2}


def changes(speaker: Speaker, trace: Trace, search: Search, facts: Facts) -> Changes:
    """Tell what a search found."""
    alternatives = sorted(
        (_alternative(speaker, search, one) for one in search.found),
        key=lambda one: (_RANK[one.favourable], len(one.regions), one.means == "contest"),
    )
    return Changes(
        searched=search.aim is not None,
        alternatives=tuple(alternatives),
        omitted=search.omitted,
        complete=search.complete,
        text=" ".join(_summary(speaker, trace, search, tuple(alternatives), facts)),
    )


def _alternative(speaker: Speaker, search: Search, found: Found) -> Alternative:
    outcome: str | None = None
    favourable: bool | None = None
    direction: Literal["lower", "higher", "tie", ""] = ""
    if search.aim == "outcome":
        one = speaker.rules.outcomes[found.key] if found.key >= 0 else None
        outcome, favourable = (one.value, one.favourable) if one is not None else (None, None)
    elif search.aim == "cutoff":
        direction = "tie" if found.key == SAME else _DIRECTIONS[found.key]
        favourable = None if found.key == SAME else found.key == HIGHER
    else:
        direction = _DIRECTIONS[found.key]
        content = speaker.version.content
        if speaker.rules.better:
            favourable = direction == speaker.rules.better
        elif isinstance(content, PointsScale) and content.ranking is not None:
            favourable = found.key == HIGHER
    regions = tuple(_region(speaker, spot) for spot in found.spots)
    means: Literal["change", "contest"] = (
        "change" if all(spot.grid.item.change == "change" for spot in found.spots) else "contest"
    )
    numbers = (found.lowest, found.highest) if search.aim != "outcome" else (None, None)
    return Alternative(
        regions=regions,
        outcome=outcome,
        favourable=favourable,
        direction=direction,
        lowest=numbers[0],
        highest=numbers[1],
        means=means,
        text=_contested(speaker, found, _text(speaker, regions, outcome, direction, numbers)),
    )


def _contested(speaker: Speaker, found: Found, text: str) -> str:
    """Return a text that says so where a datum cannot be changed, only contested."""
    many = sum(spot.grid.item.change != "change" for spot in found.spots)
    if not many:
        return text
    key = "contest_one" if many == 1 else "contest_two"
    return speaker.sentence(speaker.say(key, text=text.rstrip(".")))


def _region(speaker: Speaker, spot: Spot) -> Region:
    item = spot.grid.item
    label = speaker.label(item)
    if not spot.grid.ordered:
        shown = speaker.listed([speaker.value(one, item) for one in spot.values], "or")
        return Region(item.name, label, shown, values=spot.values)
    interval = published_interval(spot.low, spot.high, item)
    shown = speaker.interval(interval, item)
    return Region(item.name, label, shown, low=spot.low, high=spot.high)


def condition_text(speaker: Speaker, regions: Sequence[Region]) -> str:
    """Return what must hold: « Quotient familial » de moins de 500 €, and the other input's."""
    return speaker.listed(
        [speaker.say("region", label=speaker.quoted(one.label), values=one.text) for one in regions]
    )


def _text(
    speaker: Speaker,
    regions: Sequence[Region],
    outcome: str | None,
    direction: str,
    numbers: tuple[Number | None, Number | None],
) -> str:
    condition = condition_text(speaker, regions)
    if not direction:
        shown = speaker.quoted(speaker.outcome(outcome)) if outcome else speaker.say("no_outcome")
        return speaker.sentence(speaker.say("leads_to", condition=condition, result=shown))
    lowest, highest = numbers
    if lowest is None or highest is None:
        return speaker.sentence(speaker.say(f"leads_{direction}_only", condition=condition))
    if lowest == highest:
        amount = speaker.amount(lowest)
    else:
        low, high = speaker.amount(lowest), speaker.amount(highest)
        amount = speaker.say("amount_range", low=low, high=high)
    return speaker.sentence(speaker.say(f"leads_{direction}", condition=condition, amount=amount))


def _summary(
    speaker: Speaker,
    trace: Trace,
    search: Search,
    alternatives: Sequence[Alternative],
    facts: Facts,
) -> list[str]:
    if search.aim is None:
        return [speaker.say(_unsearched(trace, search))]
    found = []
    if search.aim == "cutoff":
        found.append(cutoff_text(speaker, trace, facts))
    if not alternatives:
        nothing = "nothing_paired" if search.paired else "nothing"
        found.append(speaker.say(nothing if search.complete else "nothing_found"))
    elif search.aim == "outcome" and not favoured(speaker, trace.outcome):
        outcomes = [one.favourable for one in speaker.rules.outcomes]
        if True in outcomes and not any(one.favourable for one in alternatives):
            found.append(speaker.say("nothing_better" if search.complete else "nothing_found"))
            return found
    if search.omitted:
        key = "omitted_one" if search.omitted == 1 else "omitted"
        count = number_text(search.omitted, speaker.language)
        found.append(speaker.say(key, count=count))
    if not search.complete and alternatives:
        found.append(speaker.say("incomplete"))
    if search.stepped:
        steps = [
            speaker.say(
                "step_of",
                step=_step(speaker, one),
                name=speaker.quoted(speaker.label(one.item)),
            )
            for one in search.stepped
        ]
        found.append(speaker.say("stepped", steps=speaker.listed(steps)))
    if alternatives and search.complete and search.aim != "cutoff":
        pairs = any(len(one.regions) > 1 for one in alternatives)
        found.insert(0, speaker.say("pairs_exist" if pairs else "singles_exist"))
    return found


def _unsearched(trace: Trace, search: Search) -> str:
    """Why nothing was compared: not asked for, no answer, nothing to change, only texts."""
    if search.skipped:
        return "not_searched"
    if trace.problem is not None:
        return "no_search"
    return "nothing_compared" if search.looked_at else "nothing_open"


def _step(speaker: Speaker, one: Stepped) -> str:
    if one.item.type == "date":
        return speaker.amount(one.step, {"fr": "jours", "en": "days"})
    return speaker.amount(one.step, one.item.unit)


def favoured(speaker: Speaker, outcome: str | None) -> bool:
    """Return whether an outcome is favourable to the person."""
    found = speaker.rules.outcome(outcome) if outcome else None
    return found is not None and found.favourable is True


def counted(trace: Trace, facts: Facts) -> Number | None:
    """Return the number that was counted for the person: the recorded one, else that of the rules.

    A recorded number within a billionth of that of the rules is the same: a journal keeps floating
    numbers as it can.
    """
    value, wrote = number_of(trace.value), facts.machine_value
    if wrote is None or value is None:
        return value
    apart = abs(float(wrote) - float(value)) > 1e-9 * max(1.0, abs(float(value)))
    return wrote if apart else value


def cutoff_text(speaker: Speaker, trace: Trace, facts: Facts) -> str:
    """Return how far the points counted for a person are from those of the last admitted.

    Where the published rules give other points, what these would have meant is said too.
    """
    points, value, cutoff = counted(trace, facts), number_of(trace.value), facts.cutoff
    if points is None or value is None or cutoff is None:
        return ""
    refused = _refused(speaker, facts)
    text = _beside_cutoff(
        speaker, points, cutoff, refused=refused, tried="" if facts.is_decision else "_tried"
    )
    if points == value or (points > cutoff and value > cutoff):
        return text
    if value > cutoff:
        key = "over_refused" if refused else "over"
    elif value == cutoff:
        key = "tie"
    else:
        key = "short_too" if points < cutoff else "short"
    return f"{text} {speaker.say(f'cutoff_rules_{key}', points=speaker.amount(value))}"


def _beside_cutoff(
    speaker: Speaker, points: Number, cutoff: Number, *, refused: bool, tried: str
) -> str:
    if points == cutoff:
        text = speaker.say(f"cutoff_tie{tried}", cutoff=speaker.amount(cutoff))
        content = speaker.version.content
        ranking = content.ranking if isinstance(content, PointsScale) else None
        names = [tie.name for tie in ranking.ties] if ranking is not None else []
        if not names:
            return text
        labels = [speaker.quoted(speaker.label(speaker.version.input(name))) for name in names]
        return f"{text} {speaker.say('cutoff_ties', ties=in_turn(speaker, labels))}"
    if points < cutoff:
        shown = number_text(cutoff, speaker.language)
        missing = speaker.amount(gap(cutoff, points))
        return speaker.say(f"cutoff_short{tried}", gap=missing, cutoff=shown)
    key = "cutoff_over_refused" if refused else f"cutoff_over{tried}"
    return speaker.say(key, gap=speaker.amount(gap(points, cutoff)))


def in_turn(speaker: Speaker, parts: Sequence[str]) -> str:
    """Return what is looked at in order: « l’attente, puis le quotient »."""
    *first, last = parts
    return speaker.say("then", first=", ".join(first), second=last) if first else last


def given_text(speaker: Speaker, value: Number) -> str:
    """Return what the published rules give, after what was recorded: « en donnent 191 »."""
    unit = speaker.unit()
    if not unit or unit.startswith(("€", "%")):
        return speaker.say("given", amount=speaker.amount(value))
    return speaker.say("given_of_them", amount=number_text(value, speaker.language))


def _refused(speaker: Speaker, facts: Facts) -> bool:
    found = speaker.rules.outcome(facts.decision) if facts.decision else None
    return found is not None and found.favourable is False
