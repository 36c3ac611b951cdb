"""`lighthouse`: a phone on a slow line looks at the pages up to a purchase; the limit is the mark we ask for."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import urllib3

from glocal.bench.report import say
from glocal.bench.stage import stage

PROGRAM = Path("node_modules/lighthouse/cli/index.js")
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
PRODUCT = "/en-US/p/cloud-cream"
PAGES = {
    "home": "/en-US/",
    "search": "/en-US/search?q=cream",
    "product": PRODUCT,
    "checkout": "/en-US/buy?variant={variant}",
}
MARKS = {"performance": 95}
WHOLE = 100
NOT_FOR_CRAWLERS = ("search", "checkout")
"""They are kept out of search engines on purpose, which Lighthouse would take off their mark for SEO."""


def look(runs: int) -> None:
    """The best of ``runs`` for each page: another program on the machine takes marks away, none gives any."""
    node, browser = shutil.which("node"), shutil.which("chromium")
    if node is None or browser is None or not PROGRAM.exists():
        raise SystemExit("Lighthouse is not here: it needs Node, Chromium and `npm ci`.")
    with stage(demo=True) as place:
        page = urllib3.request("GET", place.url + PRODUCT).data.decode()
        variant = page.partition('name="variant" value="')[2].partition('"')[0]
        for name, path in PAGES.items():
            left_out = ("--skip-audits=is-crawlable",) if name in NOT_FOR_CRAWLERS else ()
            url = place.url + path.format(variant=variant)
            reports = [_report(node, browser, url, *left_out) for _ in range(runs)]
            best = max(reports, key=lambda report: report["categories"]["performance"]["score"])
            for category, part in best["categories"].items():
                say("lighthouse", f"{name}_{category}", part["score"] * 100, "mark", MARKS.get(category, WHOLE))
            for audit in ("largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift"):
                unit = "1" if audit.startswith("cumulative") else "ms"
                say("lighthouse", f"{name}_{audit}", best["audits"][audit]["numericValue"], unit)


def _report(node: str, browser: str, url: str, *options: str) -> dict[str, dict[str, dict[str, float]]]:
    command = [node, str(PROGRAM), url, "--output=json", "--quiet", "--no-enable-error-reporting"]
    done = subprocess.run(
        [*command, *options, f"--chrome-flags={FLAGS}"],
        check=True,
        capture_output=True,
        timeout=180,
        env={**os.environ, "CHROME_PATH": browser},
    )
    report: dict[str, dict[str, dict[str, float]]] = json.loads(done.stdout)
    return report
