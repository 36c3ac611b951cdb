"""Render the demo's product photos: `python render.py [--draft] [--size N] [--samples N] [--out FOLDER] [NAME ...]`."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import angles  # noqa: E402, F401
import beauty  # noqa: E402, F401
import colours  # noqa: E402, F401
import digital  # noqa: E402, F401
import fashion  # noqa: E402, F401
import home  # noqa: E402, F401
from studio import PHOTOS, shoot  # noqa: E402

PHOTO_FOLDER = HERE.parents[1] / "src/glocal/world/demo/photos"


def main() -> None:
    """Render the pictures named (a prefix will do), or those that are missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="picture names or prefixes; none means all that are missing")
    parser.add_argument("--draft", action="store_true", help="small and grainy, to judge shape and light")
    parser.add_argument("--size", type=int, default=800, help="pixels of each side")
    parser.add_argument(
        "--samples", type=int, default=24, help="light paths for each pixel; four will do with the denoiser"
    )
    parser.add_argument("--out", type=Path, default=PHOTO_FOLDER)
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    size, samples = (200, 2) if wanted.draft else (wanted.size, wanted.samples)
    for name, shot in PHOTOS.items():
        if wanted.names and not any(name.startswith(start) for start in wanted.names):
            continue
        if not wanted.names and (wanted.out / f"{name}.jpg").exists():
            continue
        start = time.monotonic()
        shoot(shot, wanted.out, size=size, samples=samples)
        print(f"{name}  {time.monotonic() - start:.1f} s", flush=True)


if __name__ == "__main__":
    main()
