"""`lighthouse`: a phone on a slow line looks at home and a product; the limit is the mark we ask for."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from glocal.bench.report import say
from glocal.bench.stage import stage

PROGRAM = Path("node_modules/lighthouse/cli/index.js")
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
PAGES = {"home": "/en-US/", "product": "/en-US/p/cloud-cream"}
MARK = 95


def look(runs: int) -> None:
    """The best of ``runs`` for each page: another program on the machine takes marks away, none gives any."""
    node, browser = shutil.which("node"), shutil.which("chromium")
    if node is None or browser is None or not PROGRAM.exists():
        raise SystemExit("Lighthouse is not here: it needs Node, Chromium and `npm ci`.")
    with stage(demo=True) as place:
        for name, path in PAGES.items():
            reports = [_report(node, browser, place.url + path) for _ in range(runs)]
            best = max(reports, key=lambda report: report["categories"]["performance"]["score"])
            for category, part in best["categories"].items():
                say("lighthouse", f"{name}_{category}", part["score"] * 100, "mark", MARK)
            for audit in ("largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift"):
                unit = "1" if audit.startswith("cumulative") else "ms"
                say("lighthouse", f"{name}_{audit}", best["audits"][audit]["numericValue"], unit)


def _report(node: str, browser: str, url: str) -> dict[str, dict[str, dict[str, float]]]:
    command = [node, str(PROGRAM), url, "--output=json", "--quiet", "--no-enable-error-reporting"]
    done = subprocess.run(
        [*command, f"--chrome-flags={FLAGS}"],
        check=True,
        capture_output=True,
        timeout=180,
        env={**os.environ, "CHROME_PATH": browser},
    )
    report: dict[str, dict[str, dict[str, float]]] = json.loads(done.stdout)
    return report
