"""Beauty: skin care, make-up, bath and scent."""

from __future__ import annotations

import math

from materials import brushed, glass, surface, wood
from shapes import (
    ball,
    disc,
    edge,
    group,
    lathe,
    leaf,
    lettering,
    loft,
    oval,
    pebble,
    put,
    ring,
    rrect,
    sheet,
    slab,
    soften,
    tube,
    vessel,
)
from studio import photo

INK = "#2B2724"
GOLD = "#D9AE6B"


def label(line: str, name: str, z: float, wrap: float, size: float = 0.1, colour: str = INK) -> None:
    """The house mark, a rule and the product's name round a bottle."""
    ink = surface(colour, 0.5)
    put(lettering(line, size, ink, wrap=wrap, spacing=1.3), (0, 0, z))
    put(lettering(name, size * 0.52, ink, wrap=wrap, spacing=1.25), (0, 0, z - size * 1.25))


@photo("bea-001-1", "#F3CDBF", 2.35, 0.82, x=0.12, elev=10, azim=-6)
def serum() -> None:
    """A dropper bottle of apricot glass on a round plinth."""
    put(disc(0.95, 0.28, surface("#F7DDD2", 0.6), 0.04), (0.05, 0.1, 0))
    z = 0.28
    bottle = [(0, 0), (0.3, 0, 0.07), (0.3, 0.72, 0.1), (0.135, 0.78, 0.05), (0.135, 0.9)]
    put(vessel(bottle, 0.03, 0.05, glass("#F9D5BE", 0.04)), (0, 0, z))
    put(lathe([(0, 0.06), (0.262, 0.06, 0.05), (0.262, 0.56, 0.01), (0, 0.56)], glass("#F7BE96", 0.0, 1.35)), (0, 0, z))
    gold = brushed(GOLD, 0.22)
    put(lathe([(0, 0.84), (0.165, 0.84, 0.015), (0.165, 1.06, 0.015), (0, 1.06)], gold), (0, 0, z))
    rubber = surface("#FBF3EC", 0.45)
    put(
        lathe([(0, 1.05), (0.115, 1.05), (0.115, 1.13, 0.03), (0.1, 1.2, 0.1), (0.098, 1.38, 0.09), (0, 1.42)], rubber),
        (0, 0, z),
    )
    put(lathe([(0, 0.2), (0.03, 0.22, 0.01), (0.036, 0.3), (0.036, 0.9)], glass("#FFF4EC", 0.0, 1.12)), (0, 0, z))
    ink = surface("#FFF8F1", 0.5, glow=0.25)
    put(lettering("yunlark", 0.105, ink, wrap=0.305, spacing=1.25), (0, 0, z + 0.45))
    put(lettering("dew serum", 0.05, ink, wrap=0.305, spacing=1.25), (0, 0, z + 0.34))
    pebble(0.2, surface("#E9B8A6", 0.7), (0.62, -0.45, 0.28), 1.0)
    pebble(0.12, surface("#FBEDE6", 0.7), (0.36, -0.66, 0.28), 2.2)
    for x, y, r in ((-0.42, -0.5, 0.06), (-0.52, -0.36, 0.035), (-0.33, -0.62, 0.03)):
        ball(r, glass("#F7B58E", 0.0, 1.36), (x, y, 0.28 + r * 0.45), (1, 1, 0.55))


@photo("bea-002-1", "#C3D8E4", 1.9, 0.42, x=0.08, elev=27, azim=8, light=0.74)
def cloud_cream() -> None:
    """An open pot of whipped cream, its lid leaning on it."""
    pot = surface("#F7FAFB", 0.18, coat=0.6)
    vesselled = vessel([(0, 0), (0.5, 0, 0.09), (0.52, 0.46, 0.03)], 0.07, 0.08, pot)
    put(vesselled, (0, 0, 0))
    put(ring(0.5, 0.02, surface("#BFD3DE", 0.25, coat=1)), (0, 0, 0.4))

    def swirl(u: float, v: float) -> tuple[float, float, float]:
        a, r = 2 * math.pi * u, 0.445 * v
        ridge = 0.5 + 0.5 * math.cos(3 * a + 13 * r)
        peak = 0.22 * (1 - v) ** 2.2
        return (
            r * math.cos(a) + 0.03 * (1 - v),
            r * math.sin(a),
            0.35 + 0.13 * ridge**2 * math.sin(math.pi * v) ** 0.7 + peak,
        )

    sheet(swirl, surface("#FFFAF2", 0.34, coat=0.3), 160, 60)
    lid = lathe(
        [(0, 0), (0.56, 0, 0.04), (0.56, 0.22, 0.04), (0.5, 0.22), (0.5, 0.06), (0, 0.06)],
        surface("#BFD3DE", 0.22, coat=0.8),
    )
    put(lid, (0.6, 0.12, 0.43), (0, 114, 12))
    label("yunlark", "cloud cream", 0.25, 0.515, 0.12, "#47606E")
    pebble(0.13, surface("#FFFFFF", 0.6), (-0.72, -0.32, 0), 0.4)
    ball(0.07, glass("#CFE4F0", 0, 1.34), (-0.45, -0.62, 0.03), (1, 1, 0.55))
    ball(0.04, glass("#CFE4F0", 0, 1.34), (-0.32, -0.72, 0.016), (1, 1, 0.55))


@photo("bea-003-1", "#E7E2D3", 2.75, 1.0, x=0.05, elev=9, azim=5)
def rice_toner() -> None:
    """A tall milky bottle with a wooden cap, ears of rice beside it."""
    milk = surface("#FBF8EF", 0.22, coat=0.7, skin=0.1)
    lathe([(0, 0), (0.34, 0, 0.06), (0.34, 1.2, 0.2), (0.14, 1.34, 0.05), (0.14, 1.42)], milk)
    put(
        lathe([(0, 0), (0.2, 0, 0.03), (0.2, 0.42, 0.04), (0, 0.42)], wood("#D8AE7B", "#AB7A47", 2)),
        (0, 0, 1.42),
        (0, 0, 0),
    )
    label("yunlark", "rice water toner", 0.72, 0.345, 0.13, "#6A5A38")
    bowl = surface("#CFC6AE", 0.5)
    put(vessel([(0, 0), (0.16, 0, 0.03), (0.36, 0.2, 0.08), (0.4, 0.28)], 0.03, 0.03, bowl), (0.72, -0.25, 0))
    grain = surface("#FFFDF6", 0.35, skin=0.1)
    for k in range(150):
        a, r = 2.39996 * k, 0.029 * math.sqrt(k)
        put(
            ball(0.024, grain, squash=(1, 1, 1)),
            (0.72 + r * math.cos(a), -0.25 + r * math.sin(a), 0.235 + 0.07 * (1 - (r / 0.37) ** 2)),
            (40 * math.sin(k), 60, 47 * k),
            (0.8, 0.8, 1.9),
        )
    stalk, husk = surface("#C9B36A", 0.6), surface("#DCC57E", 0.55)
    for lean, turn in ((0.55, 0), (0.75, 25)):
        path = [(0, 0, 0), (-0.05, 0, 0.9), (-0.18 - 0.2 * lean, 0, 1.65), (-0.4 - 0.5 * lean, 0, 1.75)]
        parts = [tube(path, 0.014, stalk)]
        for k in range(28):
            t = k / 28
            x = -0.16 - 0.17 * lean - (0.28 + 0.36 * lean) * t
            z = 1.58 + 0.24 * t - 0.28 * t * t
            parts.append(
                put(
                    ball(0.03, husk),
                    (x, 0.05 * math.sin(2.4 * k), z + 0.05 * math.cos(2.4 * k)),
                    (0, 60 + 50 * t, 20 * math.sin(k)),
                    (0.75, 0.75, 1.9),
                )
            )
        group(*parts, at=(-0.42, 0.3, 0), turn=(0, 0, turn - 12))


@photo("bea-004-1", "#CFE5CA", 1.95, 0.36, elev=26, azim=-8)
def sleeping_jelly() -> None:
    """A clear pot of green jelly mask with a spatula and a spoonful beside it."""
    put(vessel([(0, 0), (0.5, 0, 0.1), (0.52, 0.46, 0.03)], 0.06, 0.1, glass("#F4FBF2", 0.0)), (0, 0, 0))

    def jelly(u: float, v: float) -> tuple[float, float, float]:
        a = 2 * math.pi * u
        r = 0.455 * v
        return (
            r * math.cos(a),
            r * math.sin(a),
            0.36 + 0.035 * math.sin(7 * v + 2 * math.sin(a)) * (1 - v**6) + 0.03 * math.cos(3 * a) * v * (1 - v),
        )

    green = glass("#BCE9B4", 0.03, 1.34)
    sheet(jelly, green, 96, 40)
    lathe([(0, 0.105), (0.44, 0.105, 0.06), (0.455, 0.36)], green)
    put(ring(0.505, 0.02, surface("#3E7B4B", 0.25, coat=1), 2.2), (0, 0, 0.06))
    spoon = surface("#FFFFFF", 0.2, coat=0.8)
    group(
        put(loft(oval(0.18, 0.3, 2.2), edge(0.03, 0.012, 0.012), spoon), (0, 0.35, 0)),
        put(slab(0.07, 0.75, 0.028, 0.03, spoon, 0.012), (0, -0.1, 0)),
        at=(0.3, -0.04, 0.445),
        turn=(0, -8, 60),
    )
    ball(0.17, glass("#BCE9B4", 0.02, 1.34), (-0.66, -0.4, 0.06), (1.15, 0.95, 0.55))
    ball(0.07, glass("#BCE9B4", 0.02, 1.34), (-0.42, -0.62, 0.025), (1.1, 1, 0.5))
    green_leaf = surface("#6FA865", 0.4, coat=0.3)
    put(leaf(0.9, 0.22, green_leaf, -0.25), (0.3, 0.62, 0.02), (0, -30, 25))
    put(leaf(0.75, 0.2, green_leaf, -0.2), (0.45, 0.5, 0.02), (0, -24, -8))


@photo("bea-005-1", "#EFC3B8", 1.85, 0.6, x=0.18, elev=11, azim=-6)
def lipstick() -> None:
    """A coral bullet out of its case, the cap and a swatch beside it."""
    gold, shell = brushed(GOLD, 0.18), surface("#7E2230", 0.25, coat=0.8)
    group(
        lathe([(0, 0), (0.19, 0, 0.02), (0.19, 0.5, 0.02), (0, 0.5)], shell),
        lathe([(0, 0.49), (0.165, 0.49), (0.165, 0.78, 0.012), (0.14, 0.78), (0.14, 0.6), (0, 0.6)], gold),
    )
    colour = surface("#D8443C", 0.32, coat=0.25, skin=0.05)
    bullet = lathe([(0, 0), (0.128, 0), (0.128, 0.45, 0.05), (0.115, 0.53, 0.1), (0, 0.56)], colour)
    put(bullet, (0, 0, 0.62))
    slant = slab(0.6, 0.6, 0.4, 0.05, colour, 0.01)
    put(slant, (0.02, -0.13, 1.13), (-52, 0, 0))
    slant.hide_render = True
    mod = bullet.modifiers.new("slant", "BOOLEAN")
    mod.object, mod.operation, mod.solver = slant, "DIFFERENCE", "EXACT"
    bullet.modifiers.move(len(bullet.modifiers) - 1, 0)
    bevel = bullet.modifiers.new("bevel", "BEVEL")
    bevel.width, bevel.segments, bevel.limit_method = 0.012, 3, "ANGLE"
    bullet.modifiers.move(len(bullet.modifiers) - 1, 1)
    cap = lathe([(0, 0), (0.195, 0, 0.02), (0.195, 0.72, 0.03), (0, 0.72)], shell)
    band = put(ring(0.194, 0.012, gold, 2), (0, 0, 0.06))
    group(cap, band, at=(0.28, 0.42, 0.195), turn=(0, 90, 38))
    put(lettering("yunlark", 0.09, brushed("#F0CE92", 0.2), wrap=0.192, spacing=1.25), (0, 0, 0.25))


@photo("bea-006-1", "#F2C6CF", 1.95, 0.62, elev=10, azim=6)
def lip_glaze() -> None:
    """Three tubes of lip glaze, one lying open with its wand."""
    z = 0.0
    for x, tint in ((-0.36, "#E77C8B"), (0.02, "#C94F5C")):
        put(loft(rrect(0.24, 0.24, 0.06), edge(0.66, 0.03, 0.03), glass("#FFF4F4", 0.0)), (x, 0, z), (0, 0, 12))
        put(
            loft(rrect(0.17, 0.17, 0.05), edge(0.54, 0.03, 0.02), surface(tint, 0.15, coat=0.6, skin=0.05)),
            (x, 0, z + 0.06),
            (0, 0, 12),
        )
        put(
            loft(rrect(0.22, 0.22, 0.05), edge(0.52, 0.012, 0.03), surface("#FBE9EA", 0.3, coat=0.5)),
            (x, 0, z + 0.665),
            (0, 0, 12),
        )
        put(disc(0.1, 0.02, brushed("#E8B9A2", 0.2)), (x, 0, z + 0.655))
    wand = group(
        loft(rrect(0.22, 0.22, 0.05), edge(0.52, 0.03, 0.012), surface("#FBE9EA", 0.3, coat=0.5)),
        put(disc(0.022, 0.42, surface("#FFFFFF", 0.3)), (0, 0, 0.52)),
        put(
            ball(0.045, surface("#DB5E6C", 0.12, coat=1), squash=(0.8, 1, 2.4)),
            (0, 0, 0.98),
            (0, 0, 0),
            (0.8, 0.8, 2.4),
        ),
    )
    put(wand, (0.86, -0.1, 0.12), (0, -66, -16))

    def smear(u: float, v: float) -> tuple[float, float, float]:
        a = 2 * math.pi * u
        r = v * (0.24 + 0.05 * math.sin(3 * a) + 0.03 * math.cos(2 * a))
        return (1.55 * r * math.cos(a), r * math.sin(a), 0.045 * (1 - v**3))

    put(sheet(smear, surface("#DB5E6C", 0.06, coat=1, skin=0.05), 72, 20), (0.1, -0.62, 0.002), (0, 0, 10))


@photo("bea-007-1", "#F3D6C4", 2.05, 0.42, x=0.12, elev=30, azim=-14, y=0.05, light=0.88)
def blush() -> None:
    """An open compact: a petal-pressed blush below, a mirror above."""
    shell = surface("#F3E3D8", 0.25, coat=0.8)
    lathe([(0, 0), (0.56, 0, 0.06), (0.56, 0.13, 0.03), (0.47, 0.13, 0.01), (0.47, 0.09), (0, 0.09)], shell)
    put(ring(0.472, 0.012, brushed(GOLD, 0.2)), (0, 0, 0.13))
    petals = surface("#EE8F83", 0.85, sheen=0.3)

    def pressed(u: float, v: float) -> tuple[float, float, float]:
        a, r = 2 * math.pi * u, 0.46 * v
        bloom = 0.02 * abs(math.sin(4 * a)) ** 0.5 * math.sin(math.pi * min(v * 1.15, 1)) if v < 0.87 else 0.0
        return (r * math.cos(a), r * math.sin(a), 0.1 + bloom + 0.012 * math.cos(v * 1.5))

    sheet(pressed, petals, 192, 40)
    group(
        lathe([(0, 0), (0.56, 0, 0.05), (0.56, 0.1, 0.03), (0.49, 0.1), (0.49, 0.07), (0, 0.07)], shell),
        put(disc(0.488, 0.004, surface("#EEF2F4", 0.03, metal=1), 0.001), (0, 0, 0.071)),
        at=(0, 0.43, 0.66),
        turn=(106, 0, 0),
    )
    put(disc(0.03, 0.3, brushed(GOLD, 0.2)), (-0.15, 0.56, 0.13), (0, 90, 0))
    puff = lathe(
        [(0, 0), (0.27, 0, 0.05), (0.29, 0.09, 0.05), (0.2, 0.15, 0.1), (0, 0.16)],
        surface("#FFF7F2", 0.95, sheen=0.8, bump=("noise", 60, 0.3)),
    )
    put(puff, (0.72, -0.28, 0.0), (0, 0, 0))
    put(slab(0.44, 0.1, 0.012, 0.01, surface("#E7A99B", 0.5)), (0.72, -0.28, 0.16), (0, 0, 24))


@photo("bea-008-1", "#D8CBBE", 1.85, 0.32, elev=38, azim=12)
def eye_palette() -> None:
    """A palette of six eye colours, open."""
    shell = surface("#4A3A34", 0.3, coat=0.7)
    slab(1.3, 0.86, 0.11, 0.1, shell, 0.03)
    colours = ("#E9C9AE", "#C98B66", "#8A4B37", "#E3A7A0", "#B06A74", "#5A3A44")
    for k, tint in enumerate(colours):
        x, y = -0.4 + 0.4 * (k % 3), 0.19 - 0.38 * (k // 3)
        put(slab(0.36, 0.34, 0.03, 0.05, brushed("#D9C3A6", 0.3), 0.008), (x, y, 0.098))
        shine = 0.35 if k in (0, 3) else 0.0
        pan = slab(
            0.32, 0.3, 0.02, 0.04, surface(tint, 0.75 - shine, sheen=0.2, metal=shine, bump=("noise", 70, 0.15)), 0.008
        )
        put(pan, (x, y, 0.122))
    group(
        slab(1.3, 0.86, 0.07, 0.1, shell, 0.03),
        put(slab(1.16, 0.72, 0.006, 0.05, surface("#EEF2F4", 0.03, metal=1), 0.002), (0, 0, 0.07)),
        at=(0, 0.29, 0.52),
        turn=(112, 0, 0),
    )
    stick = group(
        put(disc(0.03, 0.8, wood("#5B4034", "#3E2A22", 3)), (0, 0, 0)),
        put(disc(0.033, 0.16, brushed(GOLD, 0.2)), (0, 0, 0.74)),
        lathe(
            [(0, 0.89), (0.03, 0.89), (0.055, 0.98, 0.05), (0.04, 1.08, 0.05), (0, 1.13)],
            surface("#EFE1D2", 0.9, sheen=0.5, bump=("noise", 90, 0.5)),
        ),
    )
    put(stick, (0.6, -0.62, 0.035), (0, -90, -8))


@photo("bea-009-1", "#E4D5EA", 1.75, 0.45, elev=14, azim=4)
def nail_colour() -> None:
    """Three bottles of nail colour in a row."""
    for x, y, tint in ((-0.52, 0.12, "#C9A6D9"), (0.0, -0.12, "#7A4E9B"), (0.52, 0.12, "#F0A8B8")):
        put(loft(oval(0.46, 0.46, 3.2), edge(0.44, 0.07, 0.12), glass("#FFFFFF", 0.0)), (x, y, 0))
        put(loft(oval(0.38, 0.38, 3.2), edge(0.34, 0.06, 0.08), surface(tint, 0.12, coat=1)), (x, y, 0.05))
        put(lathe([(0, 0), (0.1, 0), (0.1, 0.08), (0, 0.08)], glass("#FFFFFF")), (x, y, 0.42))
        put(
            lathe([(0, 0), (0.125, 0, 0.012), (0.105, 0.55, 0.03), (0, 0.55)], surface("#FBF7FC", 0.3, coat=0.5)),
            (x, y, 0.47),
        )
    put(lettering("yunlark", 0.085, surface("#FFFFFF", 0.5)), (0.0, -0.355, 0.2))

    def drop(u: float, v: float) -> tuple[float, float, float]:
        a = 2 * math.pi * u
        r = v * (0.15 + 0.02 * math.sin(3 * a))
        return (1.4 * r * math.cos(a), r * math.sin(a), 0.035 * (1 - v**4))

    put(sheet(drop, surface("#7A4E9B", 0.06, coat=1), 60, 20), (0.42, -0.58, 0.002))
    put(sheet(drop, surface("#C9A6D9", 0.06, coat=1), 60, 20), (-0.42, -0.55, 0.002), (0, 0, 70), 0.7)


@photo("bea-010-1", "#EADFCB", 1.85, 0.36, x=0.04, elev=22, azim=-12)
def soap() -> None:
    """Two stamped soap bars on a slatted dish with foam."""
    deal = wood("#C99E6B", "#9B6B3E", 1.4)
    for k in range(5):
        put(slab(1.36, 0.13, 0.07, 0.03, deal, 0.02), (0, -0.34 + 0.17 * k, 0.1))
    for x in (-0.45, 0.45):
        put(slab(0.1, 0.84, 0.1, 0.02, deal, 0.02), (x, 0, 0))
    oat = surface("#E9CFA2", 0.42, coat=0.15, skin=0.2, tint=("speckle", "#B98B52", 22))
    bar = soften(loft(rrect(0.92, 0.58, 0.16), edge(0.24, 0.09, 0.09), oat), 1)
    put(bar, (-0.08, -0.02, 0.17), (0, 0, 6))
    put(lettering("yunlark", 0.14, surface("#8A6534", 0.6), depth=0.004), (-0.08, -0.03, 0.416), (-90, 0, 6))
    rose = surface("#E8A9A0", 0.42, coat=0.15, skin=0.2)
    second = soften(loft(rrect(0.92, 0.58, 0.16), edge(0.24, 0.09, 0.09), rose), 1)
    put(second, (0.18, 0.34, 0.42), (58, 0, -6))


@photo("bea-011-1", "#CFDCC8", 2.3, 0.78, x=0.05, elev=10, azim=-8)
def hand_cream() -> None:
    """A matt tube standing on its cap, another lying with a bead of cream."""

    def body(u: float, v: float) -> tuple[float, float, float]:
        a = 2 * math.pi * u
        flat = max(v - 0.06, 0) ** 1.3
        w, d = 0.3 + 0.06 * v, 0.3 * (1 - flat) + 0.018
        return (w * math.cos(a), d * math.sin(a), 0.3 + 1.05 * v)

    def make(tint: str, words: str) -> object:
        paint = surface(tint, 0.42, coat=0.1)
        parts = [sheet(body, paint, 96, 60), lathe([(0, 0.27), (0.29, 0.27, 0.03), (0.3, 0.3)], paint)]
        parts.append(put(slab(0.72, 0.035, 0.09, 0.01, paint, 0.006), (0, 0, 1.34)))
        parts.append(
            lathe([(0, 0), (0.26, 0, 0.03), (0.26, 0.27, 0.02), (0, 0.27)], surface("#FBF8F1", 0.35, coat=0.4))
        )
        ink = surface("#33422F", 0.5)
        parts.append(put(lettering("yunlark", 0.13, ink, spacing=1.2), (0, -0.215, 0.9), (-13.5, 0, 0)))
        parts.append(put(lettering(words, 0.065, ink, spacing=1.2), (0, -0.245, 0.77), (-13.5, 0, 0)))
        return group(*parts)

    put(make("#7FA27A", "tea hand cream"), (-0.3, 0.1, 0), (0, 0, 8))
    put(make("#F2EAD9", "fig hand cream"), (0.42, 0.24, 0), (0, 0, -10), 0.86)
    green = surface("#5F8F58", 0.4, coat=0.3)
    for k in range(4):
        put(leaf(0.62, 0.2, green, 0.2), (0.1 + 0.14 * k, -0.42 - 0.05 * k, 0.02), (0, -16 - 5 * k, 40 - 55 * k))


@photo("bea-012-1", "#D9DCEB", 2.0, 0.55, elev=16, azim=8)
def bath_salts() -> None:
    """A corked jar of lilac bath salts with a wooden scoop."""
    put(
        vessel(
            [(0, 0), (0.42, 0, 0.07), (0.42, 0.78, 0.12), (0.33, 0.88, 0.04), (0.34, 0.96)],
            0.035,
            0.06,
            glass("#FFFFFF"),
        ),
        (-0.12, 0.1, 0),
    )
    put(
        disc(0.31, 0.26, surface("#C9A273", 0.85, tint=("speckle", "#8F6A3F", 18), bump=("noise", 30, 0.4)), 0.03),
        (-0.12, 0.1, 0.86),
    )
    tints = [surface(c, 0.25, skin=0.1, coat=0.3) for c in ("#BFA6DA", "#D9CBEA", "#F4EFFA", "#A98CCB")]
    for k in range(520):
        layer, a = k // 40, 2.4 * k
        r = 0.335 * math.sqrt((k % 40 + 0.5) / 40)
        grain = slab(0.075, 0.065, 0.06, 0.015, tints[k % 4], 0.014)
        put(
            grain,
            (-0.12 + r * math.cos(a), 0.1 + r * math.sin(a), 0.075 + 0.043 * layer),
            (40 * math.sin(k), 37 * k % 90, 53 * k),
        )
    deal = wood("#D2A878", "#A57947", 2)
    group(
        put(vessel([(0, 0), (0.14, 0.01, 0.06), (0.2, 0.12)], 0.025, 0.03, deal), (0, 0, 0)),
        put(slab(0.5, 0.07, 0.045, 0.03, deal, 0.02), (0.4, 0, 0.075)),
        at=(0.4, -0.45, 0),
        turn=(0, 0, 28),
    )
    for k in range(36):
        a, r = 2.4 * k, 0.028 * math.sqrt(k)
        put(
            slab(0.06, 0.05, 0.05, 0.012, tints[k % 4], 0.012),
            (0.4 + r * math.cos(a), -0.45 + r * math.sin(a), 0.08 + 0.04 * (1 - r / 0.17)),
            (37 * k, 20 * k, 53 * k),
        )
    for k, (x, y) in enumerate(((0.1, -0.6), (0.2, -0.7), (0.72, -0.62), (0.05, -0.75))):
        put(slab(0.06, 0.05, 0.05, 0.012, tints[k], 0.012), (x, y, 0.0), (0, 0, 40 * k))
    put(lettering("yunlark", 0.13, surface("#54467A", 0.5), wrap=0.425, spacing=1.25), (-0.12, 0.1, 0.5))


@photo("bea-013-1", "#EBC79B", 2.05, 0.62, elev=9, azim=-14, sun=1.6)
def perfume() -> None:
    """A heavy cube of glass with amber scent and a ball stopper."""
    put(slab(1.5, 1.1, 0.14, 0.02, surface("#F5E3C8", 0.5, tint=("marble", "#E4C79B", 2.0)), 0.02), (0.1, 0.1, 0))
    z = 0.14
    put(loft(rrect(0.72, 0.42, 0.1), edge(0.78, 0.05, 0.1), glass("#FFF8EE", 0.0, 1.5)), (0, 0, z))
    put(loft(rrect(0.58, 0.29, 0.07), edge(0.56, 0.04, 0.01), glass("#E9A24A", 0.0, 1.36)), (0, 0, z + 0.1))
    gold = brushed(GOLD, 0.15)
    put(lathe([(0, 0), (0.14, 0, 0.01), (0.14, 0.12, 0.02), (0, 0.12)], gold), (0, 0, z + 0.78))
    ball(0.19, surface("#6B3A1E", 0.15, coat=1, tint=("marble", "#3A1D10", 3.0)), (0, 0, z + 1.07))
    put(disc(0.011, 0.62, surface("#FFFFFF", 0.4)), (0.02, 0, z + 0.14))
    put(slab(0.34, 0.2, 0.006, 0.01, surface("#FBF3E6", 0.7), 0.002), (0, -0.213, z + 0.38), (90, 0, 0))
    put(lettering("yunlark", 0.07, surface(INK, 0.5), spacing=1.3), (0, -0.222, z + 0.4))
    put(lettering("amber noon", 0.038, surface(INK, 0.5), spacing=1.3), (0, -0.222, z + 0.335))
    pebble(0.15, surface("#C98F52", 0.6), (0.62, -0.2, 0.14), 0.8)


@photo("bea-014-1", "#F0D5D0", 2.3, 0.85, elev=9, azim=0)
def brushes() -> None:
    """Five make-up brushes in a stoneware cup."""
    cup = surface("#FBF6F1", 0.5, tint=("speckle", "#C9AFA3", 26))
    vessel([(0, 0), (0.33, 0, 0.06), (0.34, 0.66, 0.03)], 0.045, 0.05, cup)
    handle, ferrule = surface("#B2545B", 0.22, coat=0.9), brushed("#E7BFA8", 0.2)
    for lean, turn, length, head in (
        (17, 90, 1.05, 0.19),
        (13, 20, 1.0, 0.12),
        (15, 160, 0.98, 0.15),
        (19, 270, 0.86, 0.1),
        (6, 240, 1.2, 0.13),
    ):
        z = length
        bristle = surface(
            "#F6E7DC", 0.9, sheen=0.6, bump=("noise", 120, 0.5), tint=("rise", "#9C4E4A", 1.0 / (head * 2.9))
        )
        tip = lathe(
            [
                (0, 0),
                (head * 0.42, 0),
                (head * 0.95, head * 1.2, head),
                (head * 0.85, head * 2.3, head),
                (0, head * 2.75),
            ],
            bristle,
        )
        stick = group(
            lathe([(0, 0), (0.02, 0, 0.02), (0.042, z * 0.6, 0.3), (0.03, z)], handle),
            put(lathe([(0, 0), (0.04, 0, 0.01), (head * 0.44, 0.22, 0.01), (0, 0.22)], ferrule), (0, 0, z - 0.02)),
            put(tip, (0, 0, z + 0.19)),
        )
        a = math.radians(turn)
        put(stick, (-0.16 * math.cos(a), -0.16 * math.sin(a), 0.07), (0, lean, turn))
    put(lettering("yunlark", 0.12, surface("#8C4A44", 0.5), wrap=0.342, spacing=1.25), (0, 0, 0.33))


@photo("bea-015-1", "#D8CDBB", 2.1, 0.1, x=0.06, y=-0.06, elev=38, azim=-10, light=0.74)
def stone_roller() -> None:
    """A rose quartz roller and gua sha on a folded linen."""
    quartz = surface("#F1B8BE", 0.14, coat=1, skin=0.35, tint=("clouds", "#FBE3E4", 2.4))
    gold = brushed("#E2B98B", 0.18)
    linen = surface("#FBF8F2", 0.9, sheen=0.3, bump=("weave", 40, 0.25))
    put(slab(1.9, 1.2, 0.03, 0.03, linen, 0.015), (0.1, 0.1, 0), (0, 0, -14))
    arm = [(0.0, 0, 0.0), (0.0, 0, 0.12), (0.22, 0, 0.16), (0.23, 0, 0.3), (0.23, 0, 0.42)]
    big = group(
        put(
            lathe([(0, -0.2), (0.09, -0.2, 0.05), (0.13, 0, 0.2), (0.09, 0.2, 0.05), (0, 0.2)], quartz),
            (0, 0, 0.42),
            (0, 90, 0),
        ),
        tube(arm, 0.016, gold),
        tube([(-p[0], p[1], p[2]) for p in arm], 0.016, gold),
        lathe([(0, -0.98), (0.05, -0.98, 0.03), (0.085, -0.5, 0.4), (0.05, 0.0, 0.02), (0, 0.0)], quartz),
        put(disc(0.055, 0.06, gold), (0, 0, -0.03)),
        put(disc(0.055, 0.05, gold), (0, 0, -1.0)),
        put(
            lathe([(0, -0.1), (0.055, -0.1, 0.03), (0.075, 0, 0.1), (0.055, 0.1, 0.03), (0, 0.1)], quartz),
            (0, 0, -1.22),
            (0, 90, 0),
        ),
        tube([(0, 0, -1.0), (0.12, 0, -1.06), (0.12, 0, -1.22)], 0.012, gold),
        tube([(0, 0, -1.0), (-0.12, 0, -1.06), (-0.12, 0, -1.22)], 0.012, gold),
    )
    put(big, (-0.42, 0.1, 0.17), (-90, 0, 52))

    def heart(inset: float) -> list[tuple[float, float]]:
        out = []
        for k in range(120):
            a = 2 * math.pi * k / 120
            r = (0.36 - inset) * (1 + 0.28 * math.cos(a) - 0.16 * math.cos(2 * a - 0.5) + 0.05 * math.cos(3 * a))
            out.append((r * math.cos(a) * 1.15, r * math.sin(a) * 0.8))
        return out

    put(loft(heart, edge(0.07, 0.035, 0.035), quartz), (0.42, 0.4, 0.03), (0, 0, 70))
