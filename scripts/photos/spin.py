"""Render one turn of a product: `python spin.py [--size N] [--samples N] [--frames N] [--out FOLDER] NAME ...`."""

from __future__ import annotations

import argparse
import math
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import bpy  # noqa: E402
import render  # noqa: E402, F401
from mathutils import Matrix, Vector  # noqa: E402
from studio import PHOTOS, Photo, prepare  # noqa: E402

SPIN_FOLDER = HERE.parents[1] / "src/glocal/world/demo/spins"
KEPT_STILL = {"backdrop", "camera", "area", "sun"}


def turn(shot: Photo, folder: Path, *, size: int, samples: int, frames: int) -> None:
    """The scene of `shot` on a turntable: the product turns, room and light stay."""
    prepare(shot, size=size, samples=samples)
    bpy.context.view_layer.update()
    things = [thing for thing in bpy.data.objects if thing.name.split(".")[0] not in KEPT_STILL and not thing.parent]
    corners = [
        thing.matrix_world @ Vector(corner)
        for thing in bpy.data.objects
        if thing.type == "MESH" and thing.name != "backdrop"
        for corner in thing.bound_box
    ]
    middle = Vector([(min(c[i] for c in corners) + max(c[i] for c in corners)) / 2 for i in (0, 1)] + [0])
    camera = bpy.context.scene.camera  # what stood beside the middle in the still picture turns round it here
    camera.location += Vector((middle.x - shot.target[0], middle.y - shot.target[1], 0))
    camera.data.lens *= 0.9
    placed = [(thing, thing.matrix_world.copy()) for thing in things]
    image = bpy.context.scene.render.image_settings
    image.file_format, image.quality = "WEBP", 76
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(frames):
        turned = Matrix.Rotation(2 * math.pi * number / frames, 4, "Z")
        for thing, at in placed:
            thing.matrix_world = Matrix.Translation(middle) @ turned @ Matrix.Translation(-middle) @ at
        bpy.context.scene.render.filepath = str(folder / f"{number + 1:02}.webp")
        bpy.ops.render.render(write_still=True)


def main() -> None:
    """Render the turns of the pictures named, such as `fas-003-1`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="+")
    parser.add_argument("--size", type=int, default=480, help="pixels of each side")
    parser.add_argument("--samples", type=int, default=4)
    parser.add_argument("--frames", type=int, default=24)
    parser.add_argument("--out", type=Path, default=SPIN_FOLDER)
    wanted = parser.parse_args()
    for name in wanted.names:
        start = time.monotonic()
        folder = wanted.out / name.rsplit("-", 1)[0]
        turn(PHOTOS[name], folder, size=wanted.size, samples=wanted.samples, frames=wanted.frames)
        print(f"{name}  {time.monotonic() - start:.1f} s", flush=True)


if __name__ == "__main__":
    main()
