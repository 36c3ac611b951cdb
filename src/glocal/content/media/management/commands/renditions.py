"""``manage renditions --all``: publish the sizes of every picture that has none, now and here."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandParser

from glocal.content.media import rendering, selectors


class Command(BaseCommand):
    help = "Make the published sizes of pictures without waiting for a worker."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--all", action="store_true", help="every picture that has no sizes yet, failed ones too")
        which.add_argument("--asset", type=UUID, action="append", help="only this picture; may be repeated")

    def handle(self, *args: Any, **options: Any) -> None:
        ids = selectors.unready_ids() if options["all"] else options["asset"]
        ready = rendering.render(ids)
        self.stdout.write(f"{ready} of {len(ids)} pictures became ready")
