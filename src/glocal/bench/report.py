"""One JSON object a line."""

import json
import sys


def say(bench: str, metric: str, value: float, unit: str, limit: float | None = None) -> None:
    """Print one figure; ``limit`` is what it stands beside, from the same run, and gives the ratio."""
    line: dict[str, object] = {"bench": bench, "metric": metric, "value": round(value, 4), "unit": unit}
    if limit is not None:
        line["limit"] = round(limit, 4)
        line["ratio"] = round(value / limit, 4) if limit else None
    print(json.dumps(line), flush=True)


def note(text: str) -> None:
    """For a person who watches; not part of the result."""
    print(text, file=sys.stderr, flush=True)
