"""What the packages call a job is known to the process that runs jobs."""

import re
import subprocess
import sys
from pathlib import Path

import glocal

SOURCE = Path(glocal.__file__).parent
_NAMED = re.compile(r'^@(?:job|periodic)\("([^"]+)"', re.MULTILINE)
_ASK = """
import django
django.setup()
from procrastinate.contrib.django import app
print(*app.tasks, *(f"periodic:{each.task.name}" for each in app.periodic_registry.periodic_tasks.values()))
"""


def test_a_worker_that_starts_by_itself_knows_every_job_of_every_package():
    """Asked in a process of its own: in this one the tests have imported the jobs' modules already."""
    written = {file: file.read_text() for file in SOURCE.rglob("jobs.py")}
    names = {name for text in written.values() for name in _NAMED.findall(text)}
    recurring = {f"periodic:{name}" for text in written.values() for name in re.findall(r'@periodic\("([^"]+)"', text)}
    assert {"inventory.sweep_expired", "payments.ask_hanging"} < names
    asked = subprocess.run(
        [sys.executable, "-c", _ASK],
        env={"DJANGO_SETTINGS_MODULE": "glocal.settings.test", "PYTHONPATH": str(SOURCE.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert names | recurring <= set(asked.stdout.split())
