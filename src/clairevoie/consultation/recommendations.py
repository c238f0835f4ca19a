"""Where a recommendation stands: what is owed, since when, and how late it is.

A recommendation is owed an answer; an accepted one is owed what was promised. Nothing of this is
stored: it is computed from the acts and from the day, which the caller gives. A due date is a day
within which to act: one is late from the day after. A recommendation without a due date is never
late for its answer, because nobody said when it was due.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Verdict(StrEnum):
    """What the administration answers."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    REFUSED = "refused"
    STUDY = "study"

    @property
    def promises(self) -> bool:
        """Whether it comes with a commitment."""
        return self in {Verdict.ACCEPTED, Verdict.PARTLY}


class Status(StrEnum):
    """Where a recommendation stands; whether it is late is said beside it."""

    OWED = "owed"
    STUDY = "study"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    REFUSED = "refused"
    DONE = "done"
    REPLACED = "replaced"


class Duty(StrEnum):
    """What an administration may be late with."""

    ANSWER = "answer"
    COMMITMENT = "commitment"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer; ``promised`` is the date of its commitment."""

    day: date
    verdict: Verdict
    promised: date | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What was promised is done, with its proof."""

    day: date


Act = Answered | Done


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, and what came of it.

    Attributes:
        recorded: the day from which the register holds it; nobody is told before.
        due: the date by which an answer is asked; ``None`` when nobody gave one.
        acts: in the order in which they were recorded, which alone says which is the newest.
        replaced: the day from which another version holds.
    """

    recorded: date
    due: date | None = None
    acts: Sequence[Act] = ()
    replaced: date | None = None


@dataclass(frozen=True, slots=True)
class Lapse:
    """A due date that passed before what was due came.

    Attributes:
        day: from when it is late here: the day after ``due``, or the day of recording if later.
        ended: the day on which it came, or on which another duty took its place.
    """

    duty: Duty
    due: date
    day: date
    ended: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a recommendation stands on a day.

    Attributes:
        duty: what is owed now; ``None`` when nothing is.
        due: by when; ``None`` without a date.
        late_days: how many days have passed since ``due``; 0 when nothing is late.
    """

    status: Status
    duty: Duty | None
    due: date | None
    late_days: int

    @property
    def late(self) -> bool:
        """Whether a due date has passed."""
        return self.late_days > 0


def standing(asked: Asked, *, today: date) -> Standing:
    """Return where a recommendation stands on a day; acts of later days count for nothing yet."""
    acts = [each for each in asked.acts if each.day <= today]
    replaced = asked.replaced is not None and asked.replaced <= today
    status = Status.REPLACED if replaced else _status(acts)
    duty, due = (None, None) if replaced else _owed(asked, acts)
    late = (today - due).days if due is not None else 0
    return Standing(status=status, duty=duty, due=due, late_days=max(0, late))


def _status(acts: Sequence[Act]) -> Status:
    if not acts:
        return Status.OWED
    newest = acts[-1]
    return Status.DONE if isinstance(newest, Done) else Status(newest.verdict)


def _owed(asked: Asked, acts: Sequence[Act]) -> tuple[Duty | None, date | None]:
    """Return what is owed after these acts, and by when.

    To study is not to answer: the date asked for holds until a verdict comes.
    """
    newest = acts[-1] if acts else None
    if isinstance(newest, Answered) and newest.verdict.promises:
        return Duty.COMMITMENT, newest.promised
    if any(settles(each) for each in acts):
        # A study that is opened again after a verdict has no date: nobody gave one.
        studied = isinstance(newest, Answered) and newest.verdict is Verdict.STUDY
        return (Duty.ANSWER if studied else None), None
    return Duty.ANSWER, asked.due


def settles(act: Act) -> bool:
    """Tell whether an act is a verdict, by which the answer that was owed has come."""
    return isinstance(act, Done) or act.verdict is not Verdict.STUDY


def lapses(asked: Asked, *, today: date) -> tuple[Lapse, ...]:
    """Return every due date that has passed unmet, in the order in which they did.

    What is found on a day is found on every later one, whatever is recorded meanwhile: only
    ``ended`` is filled in. So (duty, due) may be a lasting name.
    """
    found: dict[tuple[Duty, date], Lapse] = {}
    for each in sorted(_lapses(asked, today), key=lambda each: (each.day, each.due, each.duty)):
        found.setdefault((each.duty, each.due), each)
    return tuple(found.values())


def _lapses(asked: Asked, today: date) -> Iterator[Lapse]:
    acts = [each for each in asked.acts if each.day <= today]
    over = asked.replaced if asked.replaced is not None and asked.replaced <= today else None
    if asked.due is not None:
        came = next((each.day for each in acts if settles(each)), None)
        yield from _lapse(Duty.ANSWER, asked.due, asked.recorded, _first(came, over), today)
    for place, each in enumerate(acts):
        if isinstance(each, Answered) and each.verdict.promises and each.promised is not None:
            after = acts[place + 1].day if place + 1 < len(acts) else None
            ended = _first(after, over)
            yield from _lapse(Duty.COMMITMENT, each.promised, each.day, ended, today)


def _lapse(duty: Duty, due: date, since: date, ended: date | None, today: date) -> Iterator[Lapse]:
    day = max(due + timedelta(days=1), since)
    if day <= today and (ended is None or ended > due):
        yield Lapse(duty, due, day, ended)


def _first(*days: date | None) -> date | None:
    return min((each for each in days if each is not None), default=None)
