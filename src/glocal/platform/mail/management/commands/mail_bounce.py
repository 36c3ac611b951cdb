"""``glocal manage mail_bounce < report.eml``: for the mail server's pipe behind the address that letters come from."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from glocal.platform.mail.bounces import note_bounce


class Command(BaseCommand):
    help = "Take one delivery report from standard input and mark its letter as bounced."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("bounced" if note_bounce(sys.stdin.buffer.read()) else "about no letter of ours")
