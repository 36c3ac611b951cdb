"""Lighthouse's view of a phone on a slow line: the marks of the home page and of a product."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser import shopping
from tests.browser.conftest import FLAGS, Product, chromium

pytestmark = pytest.mark.browser

LIGHTHOUSE = Path(__file__).resolve().parents[2] / "node_modules/lighthouse/cli/index.js"
MARK = 0.95


@pytest.mark.parametrize("path", ["/", f"/p/{shopping.THING}"], ids=["home", "product"])
def test_lighthouse_finds_pages_accessible_and_sound(product: Product, path: str) -> None:
    """What does not depend on the machine; the mark for speed is a benchmark (`glocal bench lighthouse`)."""
    node = shutil.which("node")
    if node is None or not LIGHTHOUSE.exists():
        pytest.skip("Lighthouse is not here: it needs Node and `npm ci`")
    report = _look(node, f"{product.url}/en-US{path}")
    marks = {name: part["score"] for name, part in report["categories"].items()}
    lost = [name for name, audit in report["audits"].items() if audit["score"] == 0]
    assert min(marks["accessibility"], marks["best-practices"], marks["seo"]) >= MARK, (marks, lost)


def _look(node: str, url: str) -> dict:
    command = [node, str(LIGHTHOUSE), url, "--output=json", "--quiet", "--no-enable-error-reporting"]
    done = subprocess.run(
        [*command, f"--chrome-flags=--headless {' '.join(FLAGS)}"],
        check=True,
        capture_output=True,
        timeout=120,
        env={**os.environ, "CHROME_PATH": chromium()},
    )
    return json.loads(done.stdout)
