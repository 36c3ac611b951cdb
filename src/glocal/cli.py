"""The command line: start, stop and look after an installation, and pass on to Django's commands."""

import errno
import json
import os
import runpy
import sys
from contextlib import ExitStack, suppress
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

import click

from glocal import __version__
from glocal.embedded.database import outside_url, running_database
from glocal.embedded.errors import StartError
from glocal.embedded.home import MARK, Home
from glocal.embedded.launch import Options, down, up
from glocal.embedded.postgres import Cluster
from glocal.embedded.report import examine, status
from glocal.platform.kernel.totp import totp

_COLOURS = {"glocal": "cyan", "web": "green", "relay": "magenta", "jobs": "blue", "sandbox": "yellow"}
_NOT_RUNNING = 3
_PASSED_ON = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}

_home = click.option(
    "--home", type=click.Path(path_type=Path), help="Folder of the installation [default: GLOCAL_HOME]."
)
_port = click.option("--port", type=click.IntRange(1, 65535), default=8000, envvar="GLOCAL_PORT", show_default=True)
_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """Glocal: a cross-border social-commerce business in one program."""


@cli.command("up")
@_home
@_port
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--no-demo", is_flag=True, help="Leave the shop empty at first start.")
@_json
def up_command(home: Path | None, port: int, host: str, no_demo: bool, as_json: bool) -> None:
    """Start everything and serve until Ctrl-C."""

    def say(name: str, line: str) -> None:
        shown = click.style(f"{name:<8} | ", fg=_COLOURS.get(name)) + line
        with suppress(OSError):  # whoever read our lines may be gone; the product serves on
            click.echo(json.dumps({"process": name, "line": line}) if as_json else shown)

    up(Home.chosen(home), Options(host=host, port=port, demo=not no_demo), say)


@cli.command("down")
@_home
@_json
def down_command(home: Path | None, as_json: bool) -> None:
    """Stop what runs on a folder, also what a crash left over."""
    text = down(Home.chosen(home))
    click.echo(json.dumps({"text": text}) if as_json else text)


@cli.command("code")
@_home
def code_command(home: Path | None) -> None:
    """Show the codes that the console asks the demo's operators for, each good once and for half a minute."""
    file = Home.chosen(home).signins
    rows = json.loads(file.read_text()) if file.exists() else []
    for row in rows:
        if "app" in row:
            click.echo(f"{row['email']}  {totp(row['app'])}")
    if not rows:
        click.echo("There is no demo here.")


@cli.command("status")
@_home
@_json
def status_command(home: Path | None, as_json: bool) -> None:
    """Show processes, up-time, memory and database; exits with 3 when nothing runs."""
    found = status(Home.chosen(home))
    if as_json:
        click.echo(json.dumps(found))
    elif not found["running"]:
        click.echo(f"Glocal does not run on {found['home']}.")
    elif found["stage"] != "serving":
        click.echo(f"Glocal is starting on {found['home']}: process {found['pid']}.")
    else:
        place = found["database"].get("place")
        click.echo(f"{found['url']}  since {found['uptime_s']} s  {found['memory_mb']} MB  database {place}")
        for row in found["processes"]:
            since = f"pid {row['pid']}  {row['uptime_s']} s" if row["pid"] else f"ended with {row['last_exit']}"
            click.echo(f"{row['name']:<8}  {since}  {row['memory_mb']} MB  {row['restarts']} restarts")
    if not found["running"]:
        sys.exit(_NOT_RUNNING)


@cli.command("doctor")
@_home
@_port
@_json
def doctor_command(home: Path | None, port: int, as_json: bool) -> None:
    """Check what commonly keeps Glocal from running; exits with 1 when something does."""
    findings = examine(Home.chosen(home), port)
    well = all(finding.ok for finding in findings)
    if as_json:
        click.echo(json.dumps({"ok": well, "findings": [asdict(finding) for finding in findings]}))
    else:
        for finding in findings:
            mark = click.style("ok  ", fg="green") if finding.ok else click.style("FAIL", fg="red")
            click.echo(f"{mark}  {finding.name:<12}  {finding.text}")
    if not well:
        sys.exit(1)


@cli.command("manage", context_settings=_PASSED_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage_command(arguments: tuple[str, ...]) -> None:
    """Run one of Django's management commands on this installation (GLOCAL_HOME)."""
    _manage(*arguments)


@cli.group("import")
def import_group() -> None:
    """Bring data in from files."""


@import_group.command("retail", context_settings=_PASSED_ON)
@click.argument("arguments", nargs=-1, required=True, type=click.UNPROCESSED, metavar="FILE")
def import_retail(arguments: tuple[str, ...]) -> None:
    """Load a retailer's order lines (Parquet): products, customers, orders as history."""
    _manage("import_retail", *arguments)


@cli.command("bench", context_settings=_PASSED_ON)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="NAME [--json]")
def bench_command(arguments: tuple[str, ...]) -> None:
    """Measure browse, product, checkout, flash or import on a scratch database of its own."""
    sys.argv = ["glocal bench", *arguments]
    runpy.run_module("glocal.bench", run_name="__main__")


def _manage(*arguments: str) -> None:
    """A process of the supervisor has all it needs in its environment; a person's command is given it here."""
    with ExitStack() as stack:
        if MARK not in os.environ:
            home = Home.chosen()
            home.make()
            running = home.state()
            if running is not None and running.get("stage") != "serving":
                raise StartError(
                    f"Glocal is starting on {home.path} and not ready yet. Wait until `glocal up` has printed the "
                    "shop's address (`glocal status` says how far it is), then give this command again."
                )
            if running and running.get("database", {}).get("embedded"):
                url = Cluster(home.postgres, port=running["database"]["port"]).url()
            elif running and not outside_url():
                raise StartError(
                    "This installation runs on an outside database: set GLOCAL_DATABASE_URL as `glocal up` has it."
                )
            else:
                url = stack.enter_context(running_database(home)).url
            served = {"GLOCAL_PUBLIC_URL": "url", "GLOCAL_SANDBOX_URL": "sandbox_url"}
            addresses = {name: running[key] for name, key in served.items() if running and key in running}
            os.environ.update(home.environment(GLOCAL_DATABASE_URL=url, **addresses))
            del os.environ[MARK]
        from django.core.management import execute_from_command_line

        execute_from_command_line(["glocal manage", *arguments])


def main() -> None:
    """Entry point; what a person can mend is said in one text, without a traceback."""
    try:
        cli()
    except StartError as error:
        _refuse(str(error))
    except OSError as error:
        place = error.filename or Home.chosen().path
        if error.errno == errno.ENOSPC:
            _refuse(f"The disk of {place} is full: make room, or choose another by --home.")
        if error.errno in (errno.EACCES, errno.EPERM):
            _refuse(f"No permission for {place}: run as the account that this installation belongs to.")
        raise


def _refuse(text: str) -> NoReturn:
    click.echo(f"glocal: {text}", err=True)
    sys.exit(1)
