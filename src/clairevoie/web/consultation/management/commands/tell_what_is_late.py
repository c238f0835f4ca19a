"""``clairevoie manage tell_what_is_late``: the e-mails about what became late; run it every day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clairevoie.web.consultation.services.notices import ask_late_notices, may_send, send_waiting


class Command(BaseCommand):
    """Send the e-mails that wait, and those about due dates that have passed; once each."""

    help = "Tell by e-mail which recommendations became late. Run it every day: each is told once."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Do it, and say how many were told.

        Raises:
            CommandError: the site has no address to send from.
        """
        if not may_send():
            raise CommandError(
                "The site sends no e-mail: set CLAIREVOIE_MAIL_FROM and CLAIREVOIE_SMTP."
            )
        new = ask_late_notices(today=timezone.localdate())
        self.stdout.write(f"{new} newly late; {send_waiting()} messages sent.")
