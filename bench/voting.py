"""Many people who vote at once, through the site's own server: what they wait, what is lost.

    python -m bench.voting PEOPLE SECONDS [postgresql]

A participant is one who has JavaScript switched off: reads a page, votes after a while, is sent on
to the next page. How long people read was taken from four public Polis conversations (bg2050,
brexit-consensus, canadian-electoral-reform, vtaiwan): between two votes of one person 4.6 to 5.9 s
in the median, 3.0 to 3.8 s in the first quarter. It is drawn here from the log-normal law with a
median of 5.5 s and a first quarter of 3.5 s: about 7 s in the mean.
"""

from __future__ import annotations

import asyncio
import math
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from bench.figures import Figure, hand_over
from tools.postgres import NoServerError, free_port, server

PROPOSALS = 60
READING = (math.log(5.5), math.log(5.5 / 3.5) / 0.6745)
"""Mean and standard deviation of the logarithm of the seconds between two votes."""
BEGINNING_SECONDS = 30
"""Over which the participants begin, before anything is counted."""
TOKEN = re.compile(r'name="token" value="([^"]+)"')
FORGERY = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(slots=True)
class Seen:
    """What the participants saw while it was counted.

    Attributes:
        waits: seconds of each request; ``turns``, of each vote with the page that follows.
        told: tokens and values of the votes that the site acknowledged, from the very start.
        statuses: how often each status came; 0 stands for a connection that was cut.
    """

    waits: list[float] = field(default_factory=list)
    turns: list[float] = field(default_factory=list)
    told: list[tuple[str, int]] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)


class Cut(Exception):
    """The server ended the connection without an answer."""


class Browser:
    """A connection that keeps cookies: as little as voting needs, so that the site gets the CPU."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Return the status of the answer, where it sends on to, and its text.

        Raises:
            Cut: there was none.
        """
        try:
            if self.streams is None:
                self.streams = await asyncio.open_connection("127.0.0.1", self.port)
            reader, writer = self.streams
            writer.write(self._request(path, form))
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            names = [line.partition(": ") for line in head[1:] if line]
            headers = {name.lower(): value for name, _, value in names}
            for name, _, value in names:
                if name.lower() == "set-cookie":
                    key, _, rest = value.partition("=")
                    self.cookies[key] = rest.partition(";")[0]
            body = await reader.readexactly(int(headers.get("content-length", "0")))
        except (OSError, EOFError, asyncio.IncompleteReadError) as problem:
            self.leave()
            raise Cut from problem
        if headers.get("connection", "").lower() == "close":
            self.leave()
        return int(head[0].split()[1]), headers.get("location", ""), body.decode()

    def leave(self) -> None:
        """Close the connection, as a browser does that has nothing more to ask."""
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None

    def _request(self, path: str, form: dict[str, str] | None) -> bytes:
        sent = urlencode(form).encode() if form is not None else b""
        lines = [
            f"{'GET' if form is None else 'POST'} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            "Accept-Language: fr",
            "Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        ]
        if form is not None:
            lines += [
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(sent)}",
                f"Origin: http://127.0.0.1:{self.port}",
            ]
        return "\r\n".join([*lines, "", ""]).encode() + sent


async def timed(
    browser: Browser, seen: Seen, path: str, form: dict[str, str] | None = None
) -> tuple[int, str, str]:
    """Ask, and note how long it took and what came."""
    begin = time.perf_counter()
    try:
        answer = await browser.ask(path, form)
    except Cut:
        seen.statuses[0] += 1
        raise
    seen.waits.append(time.perf_counter() - begin)
    seen.statuses[answer[0]] += 1
    return answer


async def participant(port: int, path: str, number: int, seen: Seen, until: float) -> None:
    """Begin, then read and vote until it is over."""
    chance = random.Random(number)
    browser = Browser(port)
    await asyncio.sleep(chance.uniform(0, BEGINNING_SECONDS))
    try:
        text = (await timed(browser, seen, path))[2]
        form = {"csrfmiddlewaretoken": FORGERY.findall(text)[0]}
        text = (await timed(browser, seen, (await timed(browser, seen, path, form))[1]))[2]
    except Cut:
        return
    browser.leave()
    while found := TOKEN.search(text):
        await asyncio.sleep(chance.lognormvariate(*READING))
        if time.perf_counter() > until:
            break
        value = chance.choice((1, -1, 0))
        form = {
            "csrfmiddlewaretoken": FORGERY.findall(text)[0],
            "token": found[1],
            "value": str(value),
        }
        begin = time.perf_counter()
        try:
            status, there, _ = await timed(browser, seen, path, form)
            if status == 302:
                seen.told.append((found[1], value))
            text = (await timed(browser, seen, there or path))[2]
        except Cut:
            continue
        finally:
            browser.leave()
        seen.turns.append(time.perf_counter() - begin)


async def everybody(port: int, path: str, people: int, seconds: float, seen: Seen) -> None:
    """Let them all vote; only what comes once they have begun is timed."""
    start = time.perf_counter()
    until = start + BEGINNING_SECONDS + seconds
    tasks = [
        asyncio.create_task(participant(port, path, number, seen, until))
        for number in range(people)
    ]
    await asyncio.sleep(BEGINNING_SECONDS)
    seen.waits.clear()
    seen.turns.clear()
    await asyncio.gather(*tasks)


def prepare() -> str:
    """Open a consultation that all may join; return where one votes."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections
    from django.utils import timezone

    from clairevoie.web.accounts.permissions import COMMAND
    from clairevoie.web.consultation.services.opening import Asking, open_consultation
    from clairevoie.web.consultation.services.proposing import seed

    call_command("migrate", verbosity=0)
    today = timezone.localdate()
    asking = Asking(
        title="Mesure",
        question="Que faut-il changer ?",
        text="Une consultation de mesure.",
        policy="Rien d’illicite.",
        opens_on=today - timedelta(days=1),
        closes_on=today + timedelta(days=10),
    )
    made = open_consultation(actor=COMMAND, asking=asking)
    texts = [f"Publier la règle de calcul numéro {number}." for number in range(1, PROPOSALS + 1)]
    seed(actor=COMMAND, consultation=made, texts=texts)
    connections.close_all()
    return f"/consultations/{made.number}/participer/"


def lost(told: list[tuple[str, int]]) -> int:
    """Return how many acknowledged votes are not in the database."""
    from django.core import signing

    from clairevoie.web.consultation.models import Vote
    from clairevoie.web.consultation.services.taking_part import SALT

    there = set(Vote.objects.values_list("participation_id", "proposal_id", "value"))
    return sum((*signing.loads(token, salt=SALT)[:2], value) not in there for token, value in told)


def measured(people: int, seconds: float) -> list[Figure]:
    """Serve, let them vote, look."""
    path = prepare()
    port = free_port()
    environment = os.environ | {"CLAIREVOIE_URL": f"http://127.0.0.1:{port}"}
    command = [sys.executable, "-m", "clairevoie", "serve", "--port", str(port)]
    site = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    seen = Seen()
    try:
        asyncio.run(answers(port, path))
        asyncio.run(everybody(port, path, people, seconds, seen))
    finally:
        site.terminate()
        site.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = (used.ru_utime + used.ru_stime) / sum(seen.statuses.values()) * 1000
    gone = lost(seen.told)
    bad = sum(many for status, many in seen.statuses.items() if status >= 500 or status == 0)
    refused = sum(many for status, many in seen.statuses.items() if 400 <= status < 500)
    p50, p95 = (statistics.quantiles(seen.waits, n=100)[at] * 1000 for at in (49, 94))
    turn = statistics.quantiles(seen.turns, n=100)[94] * 1000
    kind = "PostgreSQL" if os.environ.get("DATABASE_URL") else "SQLite"
    return [
        Figure(
            f"{people} people who vote at once for {seconds:.0f} s, {kind}",
            f"{len(seen.told)} votes acknowledged, {gone} lost; {bad} errors, {refused} refused; "
            f"a request: {p50:.0f} ms median, {p95:.0f} ms p95; a vote with the page that follows: "
            f"{turn:.0f} ms p95; {len(seen.waits) / seconds:.0f} requests/s, "
            f"each {spent:.1f} ms of the site's CPU",
            "none lost, no error, p95 at most 500 ms",
            bool(seen.told) and not (gone or bad or refused) and p95 <= 500,
        )
    ]


async def answers(port: int, path: str) -> None:
    """Wait until the site answers.

    Raises:
        RuntimeError: it does not within a minute.
    """
    for _ in range(600):
        try:
            if (await Browser(port).ask(path))[0] == 200:
                return
        except Cut:
            await asyncio.sleep(0.1)
    raise RuntimeError("the site does not answer")


def main(people: int, seconds: float, *, postgresql: bool) -> None:
    """Measure and hand the figures over."""
    Path(os.environ["CLAIREVOIE_DATA"]).mkdir(parents=True, exist_ok=True)
    if not postgresql:
        hand_over(measured(people, seconds))
        return
    try:
        with server(hasty=False) as url:
            os.environ["DATABASE_URL"] = url
            hand_over(measured(people, seconds))
    except NoServerError as problem:
        what = f"{people} people who vote at once for {seconds:.0f} s, PostgreSQL"
        hand_over([Figure(what, f"not measured: {problem}")])


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), postgresql="postgresql" in sys.argv[3:])
