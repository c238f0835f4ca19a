"""Writing records in an exchange format while they are read: a stream of bytes, bounded in memory.

A format's writer pushes bytes to a file; an answer over HTTP is pulled. The writer therefore runs
in a thread of its own, without a database connection: it is handed the records of one batch and
waits when nobody has taken what it wrote.
"""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from threading import Condition, Thread
from typing import Any, BinaryIO, Final, cast

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clairevoie.register.exchange import FORMATS, Writer
from clairevoie.register.formats import dcat
from clairevoie.register.reports import Report
from clairevoie.register.statements import SystemRecord
from clairevoie.web.register.services.overview import operator_name
from clairevoie.web.register.services.records import record_batches, system_records

WAITING_LIMIT = 1 << 20
"""Bytes written and not yet taken beyond which the writer waits."""

PIECE = 1 << 16
"""Size from which pieces are sent, so that an answer is not made of thousands of small ones."""

_END: Final[list[SystemRecord]] = []


class _Abandoned(Exception):
    """The reader has gone: there is no use in writing."""


class _Pipe(io.RawIOBase):
    """The file that the writer writes to, and the hand-over of batches, under one lock."""

    def __init__(self) -> None:
        self.changed = Condition()
        self.batch: list[SystemRecord] | None = None
        self.written: deque[bytes] = deque()
        self.waiting = 0
        self.finished = False
        self.abandoned = False
        self.failure: BaseException | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        with self.changed:
            self.changed.wait_for(lambda: self.waiting < WAITING_LIMIT or self.abandoned)
            if self.abandoned:
                raise _Abandoned
            self.written.append(piece)
            self.waiting += len(piece)
            self.changed.notify_all()
        return len(piece)

    def records(self) -> Iterator[SystemRecord]:
        """Yield the records handed over, in the writer's thread."""
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.batch is not None or self.abandoned)
                if self.abandoned:
                    raise _Abandoned
                batch, self.batch = self.batch, None
                self.changed.notify_all()
            if batch is _END or batch is None:
                return
            yield from batch

    def run(self, write: Writer, language: str) -> None:
        """Write everything, in the writer's thread."""
        try:
            write(self.records(), cast(BinaryIO, self), Report(), language=language)
        except _Abandoned:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again in the reader's thread
            self.failure = error
        with self.changed:
            self.finished = True
            self.changed.notify_all()

    def hand_over(self, batch: list[SystemRecord]) -> Iterator[bytes]:
        """Give a batch to the writer, and yield what it has written until it takes it."""
        with self.changed:
            self.batch = batch
            self.changed.notify_all()
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self._taken() or self.waiting >= PIECE)
                taken = self._taken()
                data = self._take()
            if data:
                yield data
            if taken:
                return

    def _taken(self) -> bool:
        return self.batch is None or self.finished

    def rest(self) -> Iterator[bytes]:
        """Yield what the writer still writes once it has every record."""
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.waiting > 0 or self.finished)
                over = self.finished
                data = self._take()
            if data:
                yield data
            if over and not self.written:
                return

    def _take(self) -> bytes:
        data = b"".join(self.written)
        self.written.clear()
        self.waiting = 0
        self.changed.notify_all()
        return data


def written(
    write: Writer, batches: Iterable[list[SystemRecord]], *, language: str
) -> Iterator[bytes]:
    """Yield the bytes that ``write`` makes of the records of ``batches``, as they come."""
    pipe = _Pipe()
    thread = Thread(target=pipe.run, args=(write, language), name="export", daemon=True)
    thread.start()
    try:
        for batch in batches:
            yield from pipe.hand_over(batch)
            if pipe.finished:
                break
        yield from pipe.hand_over(_END)
        yield from pipe.rest()
        if pipe.failure is not None:
            raise pipe.failure
    finally:
        with pipe.changed:
            pipe.abandoned = True
            pipe.changed.notify_all()
        thread.join()


def writer_of(key: str) -> Writer:
    """Return the writer of a format, told what only the site knows.

    Raises:
        KeyError: no format has that key, or it cannot be written.
    """
    write = FORMATS[key].write
    if write is None:
        raise KeyError(key)
    if key == "dcat":
        return partial(dcat.write, catalogue=_catalogue())
    return write


def _catalogue() -> dcat.Catalogue:
    # What names a record in the catalogue does not depend on the reader's language.
    with translation.override(settings.LANGUAGE_CODE):
        base_url = f"{settings.SITE_URL}{reverse('register:list')}"
    return dcat.Catalogue(
        title=_("Register of public algorithms"),
        description=_("What is said of the algorithms that public bodies use, and by whom."),
        publisher=operator_name() or "Clairevoie",
        language=get_language() or settings.LANGUAGE_CODE,
        base_url=base_url,
    )


def export(key: str, system_ids: Sequence[int], *, language: str) -> Iterator[bytes]:
    """Yield the file of these systems in a format."""
    return written(writer_of(key), record_batches(system_ids), language=language)


class _Nowhere(io.RawIOBase):
    """A file that forgets what it is told."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return len(data)


def losses(key: str, system_ids: Sequence[int], *, language: str) -> Report:
    """Return what a format does not carry of these systems, by writing them nowhere."""
    report = Report()
    writer_of(key)(
        system_records(system_ids), cast(BinaryIO, _Nowhere()), report, language=language
    )
    return report
