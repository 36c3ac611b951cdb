"""Lighthouse's view of a phone: the marks of the pages between a search and a purchase."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import urllib3

from tests.browser import shopping
from tests.browser.conftest import FLAGS, Product, chromium

pytestmark = pytest.mark.browser

LIGHTHOUSE = Path(__file__).resolve().parents[2] / "node_modules/lighthouse/cli/index.js"
WITHOUT_SPEED = "--only-categories=accessibility,best-practices,seo"
THING = f"/p/{shopping.THING}"
PAGES = {"home": "/", "product": THING, "search": "/search?q=cream", "checkout": "/buy?variant={variant}"}
NOT_FOR_CRAWLERS = {"search", "checkout"}
"""Lists of finds and what one person is about to buy stay out of search engines on purpose; that they are kept out is
the one thing that Lighthouse's mark for SEO holds against them."""


@pytest.mark.parametrize("name", PAGES)
def test_lighthouse_finds_nothing_to_mend(product: Product, name: str) -> None:
    """What does not depend on the machine; the mark for speed is a benchmark (`glocal bench lighthouse`)."""
    node = shutil.which("node")
    if node is None or not LIGHTHOUSE.exists():
        pytest.skip("Lighthouse is not here: it needs Node and `npm ci`")
    address = PAGES[name].format(variant=_variant(product) if name == "checkout" else "")
    left_out = ["--skip-audits=is-crawlable"] if name in NOT_FOR_CRAWLERS else []
    report = _look(node, f"{product.url}/en-US{address}", *left_out)
    marks = {name: part["score"] for name, part in report["categories"].items()}
    lost = [name for name, audit in report["audits"].items() if audit["score"] == 0]
    assert set(marks.values()) == {1}, (marks, lost)


def _variant(product: Product) -> str:
    page = urllib3.request("GET", f"{product.url}/en-US{THING}").data.decode()
    found = re.search(r'name="variant" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def _look(node: str, url: str, *options: str) -> dict:
    command = [node, str(LIGHTHOUSE), url, "--output=json", "--quiet", "--no-enable-error-reporting", WITHOUT_SPEED]
    done = subprocess.run(
        [*command, *options, f"--chrome-flags=--headless {' '.join(FLAGS)}"],
        check=True,
        capture_output=True,
        timeout=120,
        env={**os.environ, "CHROME_PATH": chromium()},
    )
    return json.loads(done.stdout)
