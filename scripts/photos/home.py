"""Home: table, light, textiles and quiet decoration."""

from __future__ import annotations

import math

from materials import brushed, cloth, glass, surface, wood
from mathutils import Vector
from shapes import (
    ball,
    disc,
    edge,
    group,
    lathe,
    leaf,
    lettering,
    loft,
    petal_stem,
    put,
    ring,
    rrect,
    sheet,
    slab,
    soften,
    strap,
    sweep,
    thicken,
    tube,
    vessel,
)
from studio import photo

GOLD = "#DDB36E"
INK = "#3A332C"


def glaze(colour: str, speckle: str = "#8A7A66") -> object:
    """A satin stoneware glaze with iron specks."""
    return surface(colour, 0.32, coat=0.5, tint=("speckle", speckle, 34))


@photo("hom-001-1", "#E3C3A0", 1.85, 0.5, elev=14, azim=-8, light=0.72)
def candle() -> None:
    """A lit candle in a ribbed stoneware cup with a wooden lid."""
    clay = surface("#C7745A", 0.6, bump=("noise", 26, 0.1))

    def ribbed(u: float, v: float) -> tuple[float, float, float]:
        a = 2 * math.pi * u
        r = 0.42 + 0.014 * math.cos(36 * a) * min(v / 0.06, 1, (1 - v) / 0.06)
        return (r * math.cos(a), r * math.sin(a), 0.04 + 0.7 * v)

    sheet(ribbed, clay, 360, 12)
    lathe([(0, 0), (0.4, 0, 0.03), (0.42, 0.04)], clay)
    lathe([(0.42, 0.74), (0.42, 0.76, 0.01), (0.37, 0.76, 0.01), (0.37, 0.5)], clay)
    lathe([(0, 0.6), (0.22, 0.605, 0.1), (0.372, 0.63)], surface("#FFF1DC", 0.35, skin=0.6, glow=0.12))
    tube([(0, 0, 0.58), (0.005, 0, 0.66), (0.015, 0, 0.71)], 0.01, surface("#2C2320", 0.9))
    flame = [(0, 0.67), (0.035, 0.7, 0.03), (0.042, 0.77, 0.05), (0.012, 0.9, 0.06), (0, 0.94)]
    put(lathe(flame, surface("#FFB648", 0.5, glow=9)), (0.012, 0, 0))
    put(lettering("yunlark", 0.12, surface("#FBE9D8", 0.7), wrap=0.436, spacing=1.25), (0, 0, 0.38))
    deal = wood("#D3A672", "#A3764A", 1.6)
    put(disc(0.44, 0.07, deal, 0.015), (0.6, 0.36, 0.42), (0, 74, 30))
    matches = surface("#D9B98C", 0.7)
    for k in range(3):
        put(slab(0.5, 0.03, 0.03, 0.004, matches, 0.003), (-0.5 + 0.05 * k, -0.52 - 0.07 * k, 0), (0, 0, 16 - 9 * k))
        a = math.radians(16 - 9 * k)
        put(
            ball(0.028, surface("#A83A2E", 0.7)),
            (-0.5 + 0.05 * k - 0.25 * math.cos(a), -0.52 - 0.07 * k - 0.25 * math.sin(a), 0.02),
        )


@photo("hom-002-1", "#C8D6D2", 1.8, 0.42, x=0.1, elev=20, azim=10)
def mug(glaze: str = "#3E7F88") -> None:
    """A two-tone stoneware mug of coffee on a linen coaster."""
    body = surface("#F4EBDD", 0.3, coat=0.5, tint=("speckle", "#9C866B", 30))
    vessel([(0, 0.03), (0.34, 0.03, 0.05), (0.4, 0.2, 0.1), (0.4, 0.82, 0.02)], 0.045, 0.06, body)
    lathe([(0.395, 0.2), (0.4035, 0.2), (0.4035, 0.4, 0.01), (0.395, 0.42)], surface(glaze, 0.25, coat=0.7))
    lathe([(0, 0.031), (0.33, 0.031, 0.05), (0.398, 0.205, 0.1), (0.403, 0.22)], surface(glaze, 0.25, coat=0.7))
    path = [(0.36, 0, 0.68), (0.5, 0, 0.74), (0.66, 0, 0.64), (0.68, 0, 0.44), (0.58, 0, 0.28), (0.36, 0, 0.24)]
    put(strap(path, 0.055, 0.11, body, up=(0, 1, 0)), (0, 0, 0))
    put(disc(0.356, 0.01, surface("#5A3018", 0.08, coat=1), 0.002), (0, 0, 0.7))
    put(ring(0.33, 0.012, surface("#B98553", 0.3, coat=0.6)), (0, 0, 0.71))
    put(disc(0.56, 0.03, cloth("#E9E1D0", 50, 0.3, "Object"), 0.012), (0, 0, 0))
    biscuit = surface("#D7A15E", 0.8, bump=("noise", 18, 0.4))
    for k, (x, y, z) in enumerate(((-0.56, -0.42, 0.0), (-0.5, -0.36, 0.085))):
        put(disc(0.21, 0.085, biscuit, 0.03), (x, y, z))
        for i in range(7):
            a = 2.4 * i + k
            put(
                ball(0.026, surface("#4A2816", 0.5)),
                (x + 0.055 * math.sqrt(i + 0.3) * math.cos(a), y + 0.055 * math.sqrt(i + 0.3) * math.sin(a), z + 0.083),
            )


@photo("hom-003-1", "#DCC9B6", 2.9, 1.12, elev=8, azim=6)
def vase() -> None:
    """A fluted vase with dried grasses."""

    def fluted(u: float, v: float) -> tuple[float, float, float]:
        a = 2 * math.pi * u
        r = 0.2 + 0.28 * math.sin(math.pi * (0.12 + 0.8 * v)) ** 1.6 + 0.06 * max(v - 0.85, 0) * 4
        r += 0.016 * abs(math.cos(14 * a)) * min(1, v / 0.06, (1 - v) / 0.05)
        return (r * math.cos(a), r * math.sin(a), 1.1 * v)

    thicken(sheet(fluted, surface("#F7F1E8", 0.55, bump=("noise", 24, 0.06)), 336, 60), 0.03, -1)
    put(disc(0.27, 0.02, surface("#F7F1E8", 0.55)), (0, 0, 0))
    stem, plume = surface("#B89A6A", 0.7), surface("#E0C79C", 0.85, sheen=0.5)
    rust = surface("#C9805A", 0.85, sheen=0.5)
    for k, (lean, high, turn) in enumerate(
        ((0.32, 1.15, 20), (0.5, 1.0, 160), (0.18, 1.3, 250), (0.42, 0.92, -40), (0.55, 0.8, 205))
    ):
        put(petal_stem((0, 0, 0), high, stem, rust if k % 2 else plume, lean, k), (0, 0, 0.95), (0, 0, turn))


@photo("hom-004-1", "#D9DFC9", 2.5, 0.22, elev=32, azim=-16)
def tray() -> None:
    """A round oak tray with brass grips, a cup and two lemons."""
    oak = wood("#CFA26C", "#99693C", 0.8)
    put(lathe([(0, 0), (0.92, 0, 0.05), (0.95, 0.16, 0.02), (0.89, 0.16, 0.02), (0.87, 0.06, 0.03), (0, 0.055)], oak))
    brass = brushed(GOLD, 0.2)
    for s in (-1, 1):
        put(
            tube(
                [
                    (s * 0.92, -0.18, 0.1),
                    (s * 0.96, -0.18, 0.28),
                    (s * 0.98, 0, 0.31),
                    (s * 0.96, 0.18, 0.28),
                    (s * 0.92, 0.18, 0.1),
                ],
                0.024,
                brass,
            )
        )
    put(vessel([(0, 0), (0.2, 0, 0.06), (0.25, 0.34, 0.02)], 0.03, 0.04, glaze("#EFE6D6")), (-0.32, 0.2, 0.058))
    put(disc(0.215, 0.01, surface("#C98A3D", 0.08, coat=1), 0.002), (-0.32, 0.2, 0.33))
    peel = surface("#F4C430", 0.38, coat=0.2, bump=("leather", 40, 0.12))
    for x, y, turn in ((0.3, 0.12, 20), (0.12, -0.34, 110)):
        lemon = lathe(
            [(0, -0.29), (0.04, -0.27, 0.03), (0.19, -0.08, 0.14), (0.19, 0.08, 0.14), (0.05, 0.26, 0.03), (0, 0.28)],
            peel,
        )
        put(lemon, (x, y, 0.058 + 0.165), (90, 0, turn))
    green = surface("#5E8C4A", 0.4, coat=0.3)
    put(leaf(0.36, 0.15, green, 0.3), (0.42, 0.3, 0.2), (0, -12, 20))
    put(leaf(0.3, 0.13, green, 0.3), (0.44, 0.28, 0.18), (0, -8, -30))


@photo("hom-005-1", "#C9B8A8", 2.7, 0.85, elev=9, azim=-6, light=0.55)
def lamp() -> None:
    """A glowing mushroom lamp on a low stack of books."""
    for k, (w, d, tint, turn) in enumerate(((1.15, 0.85, "#8E3B32", 6), (1.0, 0.78, "#E6DAC6", -8))):
        z = 0.15 * k
        put(slab(w, d, 0.13, 0.02, surface(tint, 0.6), 0.012), (0.05, 0.05, z), (0, 0, turn))
        put(
            slab(w - 0.04, d - 0.05, 0.09, 0.01, surface("#F6F0E4", 0.8, bump=("ribz", 20, 0.4)), 0.004),
            (0.07, 0.0, z + 0.02),
            (0, 0, turn),
        )
    base = surface("#F0652F", 0.22, coat=0.8)
    z = 0.29
    put(
        lathe([(0, 0), (0.36, 0, 0.04), (0.34, 0.08, 0.06), (0.13, 0.16, 0.1), (0.115, 0.8), (0, 0.8)], base), (0, 0, z)
    )
    shade = lathe(
        [(0, 0.72), (0.3, 0.72), (0.62, 0.7, 0.03), (0.66, 0.8, 0.1), (0.5, 1.16, 0.25), (0.2, 1.3, 0.2), (0, 1.31)],
        surface("#FFD9A8", 0.35, coat=0.5, glow=1.7),
    )
    put(shade, (0, 0, z))
    put(lathe([(0, 1.3), (0.05, 1.3, 0.02), (0.05, 1.36, 0.02), (0, 1.365)], base), (0, 0, z))
    put(disc(0.05, 0.02, brushed(GOLD)), (0.0, -0.26, z + 0.07), (20, 0, 0))
    tube([(0.2, 0.25, z + 0.03), (0.7, 0.5, 0.03), (1.2, 0.35, 0.02), (1.9, 0.8, 0.02)], 0.018, surface("#F6EADB", 0.6))


def pillow(width: float, height: float, thick: float, material: object) -> object:
    """A filled square with pinched corners, standing in the xz plane."""

    def side(sign: float) -> object:
        def spot(u: float, v: float) -> tuple[float, float, float]:
            x, z = 2 * u - 1, 2 * v - 1
            puff = max((1 - x**4) * (1 - z**4), 0) ** 0.5
            pull = 1 - 0.06 * (1 - x * x) * (z * z) - 0.06 * (1 - z * z) * (x * x)
            crease = 0.012 * math.sin(9 * x * z + 2 * x) * puff
            return (width / 2 * x * pull, sign * thick * puff + crease, height / 2 * z * pull + height / 2)

        return soften(sheet(spot, material, 60, 60), 1)

    return group(side(1), side(-1))


@photo("hom-006-1", "#D6DCE6", 2.9, 0.85, elev=12, azim=-18)
def cushions() -> None:
    """A bouclé cushion in front of a striped one."""
    boucle = surface("#F3E7D3", 0.95, sheen=0.6, bump=("leather", 26, 0.9), coords="UV")
    striped = surface(
        "#2F5D73", 0.85, sheen=0.3, tint=("stripes", "#E9DCC6", 2.6), bump=("weave", 60, 0.3), coords="UV"
    )
    put(pillow(1.5, 1.5, 0.3, striped), (0.34, 0.52, 0.0), (-14, 0, -10))
    put(pillow(1.35, 0.95, 0.28, boucle), (-0.22, -0.22, 0.02), (-18, 0, 6))
    piping = surface("#C76B4A", 0.8, sheen=0.3)
    edge_ = []
    for k in range(120):
        t = 4 * k / 120
        i, f = int(t), t - int(t)
        x, z = ((2 * f - 1, -1), (1, 2 * f - 1), (1 - 2 * f, 1), (-1, 1 - 2 * f))[i]
        pull = 1 - 0.06 * (1 - x * x) * (z * z) - 0.06 * (1 - z * z) * (x * x)
        edge_.append((1.35 / 2 * x * pull, 0, 0.95 / 2 * z * pull + 0.95 / 2))
    put(tube(edge_, 0.022, piping, closed=True, steps=2), (-0.22, -0.22, 0.02), (-18, 0, 6))


@photo("hom-007-1", "#E8D5C8", 3.0, 0.62, elev=17, azim=28)
def throw() -> None:
    """A checked cotton throw, folded on a stool, fringe forward."""
    deal = wood("#C6986A", "#8E6239", 0.9)
    put(lathe([(0, 0.62), (0.92, 0.62, 0.04), (0.92, 0.74, 0.04), (0, 0.74)], deal))
    for k in range(4):
        a = math.radians(45 + 90 * k)
        put(
            tube(
                [(0.6 * math.cos(a), 0.6 * math.sin(a), 0.64), (0.72 * math.cos(a), 0.72 * math.sin(a), 0.0)],
                0.06,
                deal,
            )
        )
    wool = surface("#F1E6D2", 0.95, sheen=0.6, tint=("gingham", "#C9604A", 1.35), bump=("noise", 50, 0.35))
    layers = 4
    path = []
    for k in range(layers):
        z = 0.80 + 0.115 * k
        xs = (-0.56, 0.56) if k % 2 == 0 else (0.56, -0.56)
        path += [(0, xs[0] * 0.97, z), (0, xs[0] * 0.4, z + 0.008), (0, xs[1] * 0.4, z - 0.004), (0, xs[1] * 0.97, z)]
        if k < layers - 1:
            path.append((0, xs[1] * 1.06, z + 0.057))
    path = [(0, -1.02, 0.28), (0, -1.0, 0.5), (0, -0.93, 0.76), *path[0:]]
    line = [Vector((p.x, p.y, p.z)) for p in (Vector(q) for q in path)]
    smooth = []
    for i in range(len(line) - 1):
        smooth += [line[i].lerp(line[i + 1], t / 8) for t in range(8)]
    for _ in range(14):
        smooth = [
            smooth[0],
            *[(a + b * 2 + c) / 4 for a, b, c in zip(smooth, smooth[1:], smooth[2:], strict=False)],
            smooth[-1],
        ]
    put(sweep(smooth, rrect(0.085, 1.24, 0.04, 4)(0), wool, up=(1, 0, 0)))
    tassel = surface("#F1E6D2", 0.95, sheen=0.6)
    for k in range(30):
        x = -0.6 + 1.2 * k / 29
        put(
            tube(
                [(x, -1.02, 0.3), (x + 0.01 * math.sin(k), -1.03, 0.2), (x + 0.02 * math.sin(2.3 * k), -1.03, 0.06)],
                0.016,
                tassel,
                steps=4,
            )
        )


@photo("hom-008-1", "#BFDAD0", 2.7, 1.0, elev=9, azim=14)
def tumbler() -> None:
    """An insulated tumbler with a handle and a straw."""
    shell = surface("#F08C6C", 0.38, coat=0.25)
    steel = brushed("#DADCDD", 0.22)
    lathe([(0, 0), (0.3, 0, 0.03), (0.31, 0.3, 0.1), (0.4, 0.62, 0.1), (0.43, 1.42, 0.01), (0, 1.42)], shell)
    put(lathe([(0, 1.41), (0.42, 1.41), (0.42, 1.46, 0.01), (0, 1.46)], steel))
    lid = surface("#FFF6EC", 0.25, coat=0.5)
    lathe([(0, 1.45), (0.435, 1.45, 0.02), (0.435, 1.56, 0.03), (0.39, 1.59, 0.02), (0.37, 1.55), (0, 1.55)], lid)
    put(disc(0.12, 0.05, lid, 0.015), (0, 0, 1.55))
    tube([(0, 0, 1.5), (0.03, 0, 1.8), (0.08, 0, 2.1)], 0.042, surface("#FBE3D6", 0.25, coat=0.4))
    grip = [(0.4, 0, 1.32), (0.62, 0, 1.34), (0.74, 0, 1.2), (0.74, 0, 0.92), (0.66, 0, 0.74), (0.36, 0, 0.7)]
    put(strap(grip, 0.07, 0.14, shell, up=(0, 1, 0)), (0, 0, 0), (0, 0, 0))
    put(lathe([(0.42, 1.28), (0.435, 1.28, 0.005), (0.433, 1.36, 0.005), (0.42, 1.36)], steel))
    put(lettering("yunlark", 0.17, surface("#FFF3EA", 0.5), wrap=0.424, spacing=1.2), (0, 0, 1.0))


@photo("hom-009-1", "#E6DAD2", 2.2, 0.4, elev=24, azim=-6)
def bowls() -> None:
    """Three nested bowls in three glazes, chopsticks across."""
    profile = [(0, 0), (0.26, 0, 0.02), (0.28, 0.06, 0.02), (0.5, 0.22, 0.16), (0.66, 0.44, 0.02)]
    for k, tint in enumerate(("#5E7F8C", "#E2A58A", "#F5EBDC")):
        bowl = vessel(profile, 0.035, 0.07, glaze(tint))
        put(bowl, (0.015 * k, 0, 0.135 * k), (0, 0, 30 * k), 1 - 0.02 * k)
    stick = wood("#7A4A2C", "#4E2C18", 3)
    for k in (0, 1):
        pin = lathe([(0, -1.0), (0.016, -1.0), (0.03, 1.0, 0.01), (0, 1.0)], stick)
        put(pin, (0.03 + 0.07 * k, -0.02, 0.735), (0, 90, 22 + 5 * k))
    put(
        lathe([(0, 0), (0.34, 0, 0.05), (0.38, 0.07, 0.02), (0.33, 0.07, 0.02), (0, 0.04)], glaze("#F5EBDC")),
        (-0.78, -0.42, 0),
    )
    for k in range(3):
        put(ball(0.09, surface("#D8473A", 0.2, coat=0.8)), (-0.84 + 0.13 * k, -0.46 + 0.1 * (k % 2), 0.125))


@photo("hom-010-1", "#E5C7BC", 2.8, 1.02, elev=9, azim=22)
def mirror() -> None:
    """An arched table mirror in an ash frame."""
    ash = wood("#DDB68A", "#B48555", 1.0)

    def arch(inset: float) -> list[tuple[float, float]]:
        w = 0.62 - inset
        out = [(w, -0.75 + inset)]
        out += [(w * math.cos(a), 0.42 + w * math.sin(a)) for a in (math.pi * k / 48 for k in range(49))]
        out.append((-w, -0.75 + inset))
        return out

    frame = loft(arch, edge(0.1, 0.025, 0.025), ash)
    pane = put(
        loft(lambda i: arch(i + 0.075), edge(0.02, 0.002, 0.002), surface("#F2F5F6", 0.02, metal=1)), (0, 0, 0.088)
    )
    put(group(frame, pane), (0, 0.2, 0.87), (90, 0, 0))
    put(slab(1.36, 0.5, 0.13, 0.06, ash, 0.03), (0, 0.16, 0))
    dish = lathe(
        [(0, 0), (0.2, 0, 0.03), (0.24, 0.07, 0.02), (0.2, 0.07, 0.02), (0, 0.035)], surface("#F7F0E6", 0.3, coat=0.6)
    )
    put(dish, (0.42, -0.42, 0))
    gold = surface("#E3B565", 0.15, metal=1)
    put(ring(0.07, 0.014, gold), (0.38, -0.44, 0.055), (12, 0, 0))
    put(ring(0.06, 0.012, gold), (0.48, -0.38, 0.06), (0, 18, 0))
    put(
        vessel(
            [(0, 0), (0.12, 0, 0.05), (0.17, 0.16, 0.1), (0.06, 0.36, 0.06), (0.075, 0.42)],
            0.02,
            0.02,
            surface("#D98C76", 0.4),
        ),
        (-0.46, -0.36, 0),
    )
    put(
        petal_stem((0, 0, 0), 0.72, surface("#A8895A", 0.7), surface("#F0D9B0", 0.85, sheen=0.5), 0.16),
        (-0.46, -0.36, 0.2),
        (0, 0, 150),
    )


@photo("hom-011-1", "#CBD5C0", 2.6, 0.95, elev=9, azim=-10)
def diffuser() -> None:
    """A reed diffuser in a square glass bottle."""
    put(slab(1.4, 0.95, 0.1, 0.02, surface("#F2ECE0", 0.55, tint=("marble", "#D8CCB6", 2.4)), 0.015), (0.1, 0.1, 0))
    z = 0.1
    put(loft(rrect(0.62, 0.62, 0.1), [*edge(0.72, 0.04, 0.12)], glass("#FFFFFF", 0.0)), (0, 0, z), (0, 0, 20))
    put(
        loft(rrect(0.52, 0.52, 0.08), edge(0.42, 0.03, 0.008), glass("#F0D9A0", 0.0, 1.33)),
        (0, 0, z + 0.06),
        (0, 0, 20),
    )
    put(
        lathe(
            [(0, 0), (0.15, 0, 0.01), (0.15, 0.17, 0.02), (0.07, 0.17), (0.07, 0.05), (0, 0.05)],
            brushed("#2F2B28", 0.3),
        ),
        (0, 0, z + 0.71),
    )
    reed = surface("#D9B98C", 0.75)
    for k in range(7):
        a = 2 * math.pi * k / 7 + 0.3
        lean = 0.3 + 0.1 * math.sin(3 * k)
        tube(
            [
                (-0.1 * math.cos(a) * lean, -0.1 * math.sin(a) * lean, z + 0.12),
                (lean * math.cos(a), lean * math.sin(a), z + 1.62),
            ],
            0.017,
            reed,
            steps=4,
        )
    turn = math.radians(20)
    face = Vector((math.sin(turn), -math.cos(turn), 0)) * 0.314
    put(slab(0.36, 0.3, 0.006, 0.01, surface("#FBF7EE", 0.8), 0.002), face + Vector((0, 0, z + 0.34)), (90, 0, 20))
    words = surface(INK, 0.6)
    spot = face * 1.03
    put(lettering("yunlark", 0.075, words), spot + Vector((0, 0, z + 0.38)), (0, 0, 20))
    put(lettering("white tea", 0.042, words), spot + Vector((0, 0, z + 0.28)), (0, 0, 20))
    green = surface("#6E9460", 0.45, coat=0.2)
    for k in range(5):
        put(leaf(0.4, 0.16, green, 0.3), (0.5 + 0.06 * k, -0.3 + 0.03 * k, 0.11), (0, -14 - 6 * k, 20 + 40 * k))


@photo("hom-012-1", "#D3DDE3", 2.5, 0.5, x=0.05, elev=19, azim=-8)
def teapot() -> None:
    """A small teapot and two cups in celadon."""
    celadon = surface("#A9C9B8", 0.16, coat=0.9, tint=("clouds", "#BFD9CA", 2.0))
    body = lathe(
        [
            (0, 0),
            (0.3, 0, 0.03),
            (0.34, 0.05, 0.03),
            (0.56, 0.36, 0.3),
            (0.44, 0.68, 0.2),
            (0.24, 0.74, 0.02),
            (0.22, 0.72),
            (0, 0.72),
        ],
        celadon,
    )
    lid = lathe(
        [
            (0, 0.72),
            (0.23, 0.73, 0.01),
            (0.2, 0.8, 0.06),
            (0.05, 0.84, 0.02),
            (0.045, 0.88, 0.02),
            (0.08, 0.94, 0.05),
            (0, 0.98),
        ],
        celadon,
    )
    section = [(0.1 * math.cos(a), 0.12 * math.sin(a)) for a in (2 * math.pi * k / 24 for k in range(24))]
    spout = sweep(
        [Vector(p) for p in ((-0.4, 0, 0.28), (-0.55, 0, 0.36), (-0.67, 0, 0.47), (-0.75, 0, 0.58), (-0.82, 0, 0.68))],
        section,
        celadon,
        width=lambda t: 1.0 - 0.62 * t,
        up=(0, 1, 0),
    )
    grip = strap(
        [(0.42, 0, 0.62), (0.6, 0, 0.72), (0.79, 0, 0.62), (0.79, 0, 0.42), (0.66, 0, 0.27), (0.47, 0, 0.24)],
        0.05,
        0.08,
        celadon,
        up=(0, 1, 0),
    )
    put(group(body, lid, soften(spout, 1), grip), (0.12, 0.32, 0), (0, 0, 14), 1.08)
    for x, y in ((-0.5, -0.36), (0.12, -0.62)):
        put(
            vessel(
                [(0, 0), (0.13, 0, 0.02), (0.14, 0.04, 0.01), (0.23, 0.16, 0.1), (0.25, 0.28, 0.01)],
                0.02,
                0.05,
                celadon,
            ),
            (x, y, 0),
        )
        put(disc(0.222, 0.01, surface("#C9943F", 0.06, coat=1), 0.002), (x, y, 0.215))


@photo("hom-013-1", "#E9D9BD", 2.5, 0.6, elev=20, azim=-14)
def basket() -> None:
    """A woven basket with leather grips and balls of yarn."""
    reed = surface("#C99A5E", 0.6, tint=("wood", "#9E6E3A", 3.0))
    stakes, rows = 26, 15
    for k in range(rows):
        radius = 0.62 + 0.17 * math.sin(math.pi * (0.2 + 0.55 * k / rows))
        path = []
        for i in range(stakes * 4):
            a = 2 * math.pi * i / (stakes * 4)
            r = radius + 0.032 * math.cos(stakes / 2 * a + math.pi * k)
            path.append((r * math.cos(a), r * math.sin(a), 0.05 + 0.058 * k))
        tube(path, 0.034, reed, closed=True, steps=2)
    for i in range(stakes):
        a = 2 * math.pi * i / stakes
        path = [
            (
                (0.62 + 0.17 * math.sin(math.pi * (0.2 + 0.55 * t))) * math.cos(a),
                (0.62 + 0.17 * math.sin(math.pi * (0.2 + 0.55 * t))) * math.sin(a),
                0.02 + 0.88 * t,
            )
            for t in (0, 0.25, 0.5, 0.75, 1)
        ]
        tube(path, 0.026, reed, steps=4)
    put(ring(0.74, 0.05, reed), (0, 0, 0.93))
    put(disc(0.66, 0.04, reed), (0, 0, 0.02))
    hide = surface("#8A4B2A", 0.5)
    for s in (-1, 1):
        strap(
            [
                (s * 0.8, -0.2, 0.78),
                (s * 0.85, -0.19, 1.0),
                (s * 0.87, 0, 1.12),
                (s * 0.85, 0.19, 1.0),
                (s * 0.8, 0.2, 0.78),
            ],
            0.03,
            0.09,
            hide,
            up=(1, 0, 0.2),
        )
    for x, y, z, r, tint in (
        (-0.28, -0.12, 0.86, 0.33, "#E98B6D"),
        (0.32, -0.16, 0.84, 0.3, "#F3E4CB"),
        (0.04, 0.3, 0.92, 0.34, "#7FA6A0"),
    ):
        wool = surface(tint, 0.95, sheen=0.6)
        ball(r * 0.95, wool, (x, y, z))
        for k in range(26):
            put(ring(r * 0.955, 0.03, wool), (x, y, z), (47 * k, 83 * k + 20 * math.sin(k), 0))


@photo("hom-014-1", "#CFE0E6", 2.6, 0.42, x=0.22, y=-0.1, elev=17, azim=-14)
def towels() -> None:
    """Three folded bath towels and a roll."""

    def terry(tint: str) -> object:
        return surface(tint, 0.98, sheen=0.9, bump=("noise", 46, 0.9))

    for k, tint in enumerate(("#E8957A", "#F6E9D8", "#6FA3A8")):
        pile = terry(tint)
        z = 0.02 + 0.31 * k
        for i in range(2):
            body = slab(1.25 - 0.03 * i, 0.95, 0.145, 0.07, pile, 0.07)
            put(soften(body, 1), (0, 0.02, z + 0.15 * i))
        front = [
            Vector((0, -0.42, z + 0.06)),
            Vector((0, -0.475, z + 0.07)),
            Vector((0, -0.5, z + 0.145)),
            Vector((0, -0.475, z + 0.22)),
            Vector((0, -0.42, z + 0.23)),
        ]
        put(sweep(front, rrect(0.08, 1.22, 0.035, 4)(0), pile, up=(1, 0, 0)))
    put(slab(0.05, 0.97, 0.012, 0.005, surface("#FFFFFF", 0.7, sheen=0.3), 0.004), (0.42, 0.02, 0.932))
    spiral = []
    for i in range(180):
        a = 2 * math.pi * 3.2 * i / 179
        r = 0.04 + 0.062 * a / (2 * math.pi)
        spiral.append(Vector((r * math.cos(a), r * math.sin(a), 0)))
    roll = sweep(spiral, rrect(0.058, 0.95, 0.026, 4)(0), terry("#F3C6A5"), up=(0, 0, 1))
    put(roll, (0.86, -0.12, 0.245), (90, 0, -16))


@photo("hom-015-1", "#E7DDC6", 2.9, 1.08, elev=10, azim=-8)
def planter() -> None:
    """A footed planter with a rubber plant."""
    clay = surface("#D9785A", 0.55, bump=("noise", 30, 0.08))
    vessel([(0, 0.12), (0.36, 0.12, 0.06), (0.5, 0.7, 0.04), (0.52, 0.78, 0.02)], 0.05, 0.06, clay)
    lathe([(0, 0), (0.46, 0, 0.03), (0.5, 0.12, 0.03), (0.46, 0.12, 0.02), (0, 0.06)], surface("#F3E7D6", 0.5))
    put(lathe([(0, 0.69), (0.3, 0.7, 0.1), (0.46, 0.68)], surface("#4A3527", 0.95, bump=("noise", 20, 1.0))))
    stem = surface("#6B5A3A", 0.6)
    tube([(0, 0, 0.66), (0.03, 0, 1.1), (-0.02, 0, 1.55), (0.02, 0, 1.9)], 0.03, stem)
    tube([(0.02, 0.02, 0.66), (0.12, 0.05, 1.0), (0.2, 0.1, 1.35)], 0.024, stem)
    deep = surface("#2F6B45", 0.25, coat=0.6)
    fresh = surface("#5FA05A", 0.28, coat=0.5)
    for k in range(13):
        t = k / 12
        turn = 137.5 * k
        size = 0.68 - 0.22 * t
        base = (0.02 * math.sin(5 * t), 0, 0.98 + 0.92 * t)
        put(leaf(size, size * 0.62, fresh if k > 9 else deep, 0.42), base, (0, -22 - 42 * t, turn))
    for k in range(4):
        put(leaf(0.5, 0.3, deep, 0.4), (0.2, 0.1, 1.15 + 0.07 * k), (0, -25 - 12 * k, 40 + 100 * k))
