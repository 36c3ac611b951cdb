"""Fill an empty shop with the demo."""

from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from glocal.world.demo import loading


def drawn(bar: Progress) -> loading.Step:
    """Progress as bars, one for each kind of work."""
    tasks: dict[str, TaskID] = {}

    def step(what: str, done: int, of: int) -> None:
        if what not in tasks:
            tasks[what] = bar.add_task(what, total=of)
        bar.update(tasks[what], completed=done, total=of)

    return step


def written(write: Callable[[str], object]) -> loading.Step:
    """The same as plain lines, for a log or a pipe: the beginning of each work, and every further quarter of it."""
    told: dict[str, int] = {}

    def step(what: str, done: int, of: int) -> None:
        quarter = 4 * done // max(of, 1)
        if quarter > told.get(what, -1):
            told[what] = quarter
            write(f"{what}: {done} of {of}")

    return step


class Command(BaseCommand):
    help = "Fill an empty shop with the demo: goods, prices, stock, people to sign in as. Repeating it changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        if loading.is_loaded():
            return
        bar = Progress(TextColumn("{task.description:<14}"), BarColumn(), MofNCompleteColumn(), transient=False)
        with bar:
            loading.load(drawn(bar) if bar.console.is_terminal else written(self.stdout.write))
        loading.make_people()
