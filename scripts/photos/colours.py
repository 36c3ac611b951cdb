"""Pictures of the other colours: the same models from the same side."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from fashion import cap, crossbody
from home import mug
from studio import PHOTOS

COLOURS = (
    ("fas-002", cap, {"navy": "#2C3F5C", "sand": "#D2B98F"}),
    ("fas-011", crossbody, {"tan": "#B5793F", "black": "#2A2725"}),
    ("hom-002", mug, {"brick": "#A4493A", "navy": "#2C4162"}),
)

for code, build, colours in COLOURS:
    first = PHOTOS[f"{code}-1"]
    for colour, shade in colours.items():
        name = f"{code}-{colour}"
        PHOTOS[name] = replace(first, name=name, build=partial(build, shade))
