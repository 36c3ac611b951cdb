"""Fill an empty shop with the demo."""

from typing import Any

from django.core.management.base import BaseCommand
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from glocal.world.demo import loading


class Command(BaseCommand):
    help = "Fill an empty shop with the demo: goods, prices, stock, people to sign in as. Repeating it changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if loading.is_loaded():
            return
        bar = Progress(TextColumn("{task.description:<14}"), BarColumn(), MofNCompleteColumn(), transient=False)
        tasks: dict[str, TaskID] = {}
        with bar:

            def step(what: str, done: int, of: int) -> None:
                if what not in tasks:
                    tasks[what] = bar.add_task(what, total=of)
                bar.update(tasks[what], completed=done, total=of)

            loading.load(step)
        loading.make_people()
