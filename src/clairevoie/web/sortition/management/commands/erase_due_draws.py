"""``clairevoie manage erase_due_draws``: what was to be erased by today; run it every day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from clairevoie.web.sortition.services.erasing import erase_due


class Command(BaseCommand):
    """Erase the volunteers of the draws whose day has come."""

    help = "Erase the data of volunteers on the day that was announced. Run it every day."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Do it, and say of how many draws."""
        self.stdout.write(f"{erase_due(today=timezone.localdate())} draws erased.")
