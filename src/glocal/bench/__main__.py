"""``glocal bench browse|product|search|checkout|flash|import``."""

from pathlib import Path

import click

from glocal.bench import buying, finding, importing, lighthouse, pages, quality
from glocal.bench import flash as flashing

_json = click.option("--json", "as_json", is_flag=True, help="One JSON object a line (it is always so).")
_clients = click.option("--clients", type=click.IntRange(1, 400), default=16, show_default=True)
_seconds = click.option("--seconds", type=click.IntRange(1, 600), default=15, show_default=True)


@click.group()
def bench() -> None:
    """Measure on a scratch installation; each figure beside its limit from the same run."""


@bench.command()
@_seconds
@_clients
@_json
def browse(seconds: int, clients: int, as_json: bool) -> None:
    """Category pages."""
    pages.browse(seconds, clients)


@bench.command()
@_seconds
@_clients
@_json
def product(seconds: int, clients: int, as_json: bool) -> None:
    """Product pages."""
    pages.product(seconds, clients)


@bench.command()
@click.option("--offers", type=click.IntRange(1_000, 10_000_000), default=1_000_000, show_default=True)
@click.option(
    "--judged",
    type=click.Path(exists=True, path_type=Path),
    default="tests/content/search/data/judged.yaml",
    show_default=True,
    help="Judged queries over the demo's goods.",
)
@click.option("--only", type=click.Choice(["quality", "speed"]), help="One half of it.")
@_json
def search(offers: int, judged: Path, only: str | None, as_json: bool) -> None:
    """What people type: how well it is answered beside plain full text, and how fast over many offers."""
    if only != "speed":
        quality.compare(judged)
    if only != "quality":
        finding.speed(offers)


@bench.command()
@click.option("--orders", type=click.IntRange(100, 1_000_000), default=2000, show_default=True)
@_clients
@_json
def checkout(orders: int, clients: int, as_json: bool) -> None:
    """Whole paid orders beside pgbench with the same statements."""
    buying.checkout(orders, clients)


@bench.command()
@click.option("--clients", type=click.IntRange(1, 400), multiple=True, default=(16, 64, 200), show_default=True)
@_json
def flash(clients: tuple[int, ...], as_json: bool) -> None:
    """200 buyers, 50 units; quiet, provider failing, processes killed."""
    flashing.flash(clients)


@bench.command("lighthouse")
@click.option("--runs", type=click.IntRange(1, 9), default=3, show_default=True)
@_json
def lighthouse_(runs: int, as_json: bool) -> None:
    """A phone's first look at the demo's home and a product."""
    lighthouse.look(runs)


@bench.command("import")
@click.argument(
    "file", type=click.Path(exists=True, path_type=Path), default="../shared/data/online_retail_2010-12_2011-06.parquet"
)
@_json
def import_(file: Path, as_json: bool) -> None:
    """A real retailer's orders."""
    importing.retail(file)


if __name__ == "__main__":
    bench(prog_name="glocal bench")
