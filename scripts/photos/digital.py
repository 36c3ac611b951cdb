"""Digital: sound, power and the desk."""

from __future__ import annotations

import math

from materials import brushed, surface, wood
from mathutils import Vector
from shapes import (
    ball,
    disc,
    edge,
    group,
    lathe,
    lettering,
    loft,
    oval,
    put,
    ring,
    rrect,
    sheet,
    slab,
    soften,
    strap,
    sweep,
    thicken,
    towards,
    tube,
)
from studio import photo

BLACK = "#1E1D20"


def handset(w: float, h: float, thick: float, radius: float, material: object) -> object:
    """A phone's body standing on its short edge, its back towards +y."""
    return put(slab(w, h, thick, radius, material, thick * 0.35), (0, thick / 2, h / 2), (90, 0, 0))


def plug(metal: object, shell: object) -> object:
    """A USB-C plug pointing along +x."""
    return group(
        put(loft(rrect(0.13, 0.08, 0.03), edge(0.24, 0.015, 0.02), shell), turn=(0, 90, 0), at=(0, 0, 0)),
        put(loft(rrect(0.082, 0.026, 0.012), edge(0.1, 0.002, 0.006), metal), turn=(0, 90, 0), at=(0.24, 0, 0)),
    )


@photo("dig-001-1", "#C6D0E2", 1.75, 0.4, x=0.08, elev=18, azim=-14, light=0.85)
def earbuds() -> None:
    """Wireless earbuds beside their open case."""
    shell = surface("#F7F8FA", 0.14, coat=0.9)
    lining = surface("#E4E8EF", 0.4)
    base = loft(oval(0.96, 0.44, 2.9), [*edge(0.36, 0.16, 0.02)], shell)
    rim = put(loft(oval(0.9, 0.38, 2.9), edge(0.012, 0.004, 0.004), lining), (0, 0, 0.354))
    lid = group(
        loft(oval(0.96, 0.44, 2.9), edge(0.2, 0.015, 0.14), shell),
        put(loft(oval(0.88, 0.36, 2.9), edge(0.01, 0.002, 0.002), lining), (0, 0, -0.004)),
    )
    put(lid, (0, 0.165, 0.585), (-72, 0, 0))
    put(ball(0.02, surface("#58D68D", 0.4, glow=4)), (0, -0.222, 0.2))
    words = put(lettering("yunlark", 0.07, surface("#9AA4B5", 0.4)), (0, -0.226, 0.12))
    put(group(base, rim, lid, words), (-0.1, 0.2, 0), (0, 0, 10))

    def bud(side: int) -> object:
        tip = surface("#C9CFDA", 0.5)
        head = ball(0.135, shell, (0, 0, 0), (1, 0.86, 1.05))
        stem = loft(oval(0.1, 0.12, 2.4), edge(0.42, 0.04, 0.02), shell)
        put(stem, (0.03 * side, -0.05, -0.46))
        nozzle = lathe([(0, 0), (0.045, 0.06, 0.01), (0.07, 0.09, 0.03), (0.05, 0.16, 0.03), (0, 0.17)], tip)
        put(nozzle, (-0.09 * side, -0.03, 0.02))
        nozzle.rotation_euler = towards((-1.0 * side, -0.35, 0.2))
        grille = put(disc(0.035, 0.01, surface(BLACK, 0.6)), (0.1 * side, -0.1, 0.03))
        grille.rotation_euler = towards((0.7 * side, -0.7, 0.2))
        return group(head, stem, nozzle, grille)

    put(bud(-1), (0.06, -0.52, 0.46), (0, 0, 24))
    put(bud(1), (0.66, -0.36, 0.46), (0, 0, -10))


@photo("dig-002-1", "#F2C59B", 2.1, 0.62, elev=12, azim=-18)
def speaker() -> None:
    """A rounded fabric speaker with a leather loop."""
    mesh = surface("#2F6F73", 0.9, sheen=0.3, bump=("weave", 70, 0.9), coords="UV")

    def body(u: float, v: float) -> tuple[float, float, float]:
        a = 2 * math.pi * u
        c, s = math.cos(a), math.sin(a)
        x = math.copysign(abs(c) ** 0.75, c) * 0.5
        y = math.copysign(abs(s) ** 0.75, s) * 0.4
        return (x, y, 0.1 + 0.86 * v)

    sheet(body, mesh, 160, 8)
    trim = surface("#24494C", 0.4, coat=0.2)
    loft(oval(1.03, 0.83, 2.67), edge(0.12, 0.05, 0.015), trim)
    put(loft(oval(1.03, 0.83, 2.67), edge(0.13, 0.015, 0.07), trim), (0, 0, 0.95))
    put(loft(oval(0.72, 0.54, 2.67), edge(0.02, 0.004, 0.01), surface("#2F6F73", 0.5)), (0, 0, 1.07))
    for x, w in ((-0.18, 0.1), (0.0, 0.1), (0.18, 0.1)):
        put(disc(w / 2, 0.015, surface("#E9F2EF", 0.4), 0.006), (x, 0, 1.088))
    tan = surface("#B9723F", 0.5)
    strap(
        [
            (0.44, 0.0, 1.02),
            (0.56, -0.02, 1.16),
            (0.68, -0.04, 0.98),
            (0.66, -0.04, 0.74),
            (0.55, -0.02, 0.66),
            (0.48, 0, 0.84),
        ],
        0.03,
        0.1,
        tan,
        up=(0, 1, 0),
    )
    put(slab(0.34, 0.1, 0.012, 0.02, brushed("#E7C99B", 0.25)), (0, -0.404, 0.26), (90, 0, 0))
    put(lettering("yunlark", 0.07, surface("#4A3520", 0.5)), (0, -0.42, 0.26))


@photo("dig-003-1", "#D9CFF0", 2.2, 0.5, x=0.1, elev=18, azim=16)
def power_banks() -> None:
    """Two slim power banks, one standing and one lying."""

    def bank(tint: str, other: str) -> object:
        shell = surface(tint, 0.35, coat=0.35, tint=("rise", other, 0.9), coords="Object")
        parts = [put(loft(rrect(0.66, 0.28, 0.12), edge(1.04, 0.05, 0.05), shell))]
        lit = surface("#FFFFFF", 0.4, glow=3)
        parts += [put(disc(0.014, 0.006, lit), (-0.12 + 0.08 * k, -0.139, 0.16), (90, 0, 0)) for k in range(4)]
        parts.append(put(lettering("yunlark", 0.1, surface("#FFFFFF", 0.4)), (0, -0.143, 0.8)))
        parts.append(put(lettering("10 000", 0.07, surface("#FFFFFF", 0.4)), (0, -0.143, 0.3)))
        parts += [put(slab(0.13, 0.05, 0.01, 0.02, surface(BLACK, 0.4), 0.003), (x, 0, 1.035)) for x in (-0.15, 0.1)]
        return group(*parts)

    put(bank("#8C6FD6", "#E59BC2"), (-0.26, 0.16, 0), (0, 0, -10))
    put(bank("#F3B46B", "#F27F7F"), (0.72, -0.42, 0.141), (-90, 0, 58))


@photo("dig-004-1", "#CADBD3", 2.2, 0.7, elev=12, azim=24)
def phone_stand() -> None:
    """A bent aluminium stand that holds a phone."""
    metal = brushed("#D9DCDE", 0.3)
    side = [
        (0, 0.62, 0.05),
        (0, 0.1, 0.03),
        (0, -0.42, 0.03),
        (0, -0.5, 0.06),
        (0, -0.5, 0.14),
        (0, -0.3, 0.4),
        (0, 0.05, 0.86),
    ]
    strap(side, 0.62, 0.05, metal, up=(1, 0, 0))
    lip = [(0, -0.3, 0.36), (0, -0.36, 0.32), (0, -0.5, 0.38), (0, -0.55, 0.46)]
    strap(lip, 0.5, 0.045, metal, up=(1, 0, 0))
    body = surface("#2E3440", 0.3, coat=0.5)
    display = surface("#F28C6A", 0.2, coat=0.7, glow=0.35, tint=("rise", "#6A5ACD", 0.7))
    phone = group(
        handset(0.72, 1.48, 0.085, 0.11, body),
        put(slab(0.66, 1.4, 0.004, 0.08, display, 0.001), (0, -0.044, 0.74), (90, 0, 0)),
        put(lettering("10:08", 0.2, surface("#FFFFFF", 0.5, glow=0.8)), (0, -0.05, 1.12)),
        put(slab(0.2, 0.045, 0.004, 0.022, surface(BLACK, 0.3), 0.001), (0, -0.049, 1.38), (90, 0, 0)),
    )
    put(phone, (0, -0.42, 0.4), (-34, 0, 0))
    put(slab(0.5, 0.36, 0.008, 0.05, surface("#4A4F57", 0.9), 0.002), (0, 0.16, 0.058))


@photo("dig-005-1", "#F5D0CF", 3.6, 0.1, y=0.08, elev=47, azim=-26)
def keyboard() -> None:
    """A compact mechanical keyboard with round-edged two-tone keys and a knob."""
    put(slab(3.15, 1.2, 0.2, 0.1, surface("#FBF2EA", 0.4, coat=0.3), 0.05))
    put(slab(3.0, 1.06, 0.02, 0.06, surface("#F0DED4", 0.6), 0.01), (0, 0, 0.19))
    cream, coral, plum = surface("#FFFAF3", 0.5), surface("#EC7F6E", 0.5), surface("#7B4B6B", 0.5)
    rows = (
        [1] * 13 + [2],
        [1.5] + [1] * 12 + [1.5],
        [1.75] + [1] * 11 + [2.25],
        [2.25] + [1] * 10 + [1.75, 1],
        [1.25, 1.25, 1.25, 6.25, 1.25, 1.25, 1.25, 1.25],
    )
    unit = 0.193
    for r, row in enumerate(rows):
        x = -1.45
        for k, w in enumerate(row):
            tint = cream
            if w not in (1, 6.25):
                tint = plum
            if (r, k) in ((0, 0), (2, len(row) - 1)) or w == 6.25:
                tint = coral
            key = loft(
                rrect(w * unit - 0.016, unit - 0.016, 0.03, 4),
                [(0, 0), (0.012, 0.06), (0.024, 0.1), (0.034, 0.115), (0.05, 0.118)],
                tint,
            )
            put(key, (x + w * unit / 2, 0.415 - 0.2 * r, 0.215 - 0.004 * r))
            x += w * unit
    put(
        lathe([(0, 0), (0.085, 0, 0.01), (0.08, 0.15, 0.015), (0, 0.15)], brushed("#D9B27C", 0.25)), (1.395, 0.415, 0.2)
    )
    knit = surface("#7B4B6B", 0.7)
    tube(
        [
            (-1.1, 0.62, 0.1),
            (-1.1, 0.9, 0.05),
            (-0.8, 1.2, 0.04),
            (-0.2, 1.2, 0.04),
            (0.3, 1.6, 0.04),
            (0.4, 2.6, 0.04),
            (0.4, 4.5, 0.04),
        ],
        0.035,
        knit,
    )


@photo("dig-006-1", "#C9B9DA", 3.0, 1.15, elev=8, azim=-16, light=0.6)
def ring_light() -> None:
    """A ring light on a small tripod with a phone clip."""
    white = surface("#F8F5FB", 0.35, coat=0.4)
    put(ring(0.62, 0.1, white, 0.75), (0, 0.05, 1.55), (90, 0, 0))
    glow = lathe([(0.53, 0), (0.53, 0.02, 0.01), (0.71, 0.02, 0.01), (0.71, 0)], surface("#FFF0DC", 0.5, glow=3.2))
    put(glow, (0, -0.015, 1.55), (90, 0, 0))
    tube([(0, 0.05, 0.87), (0, 0.05, 0.32)], 0.035, white)
    put(lathe([(0, 0), (0.07, 0, 0.015), (0.07, 0.14, 0.015), (0, 0.14)], surface("#5C4A78", 0.4)), (0, 0.05, 0.8))
    put(lathe([(0, 0), (0.06, 0, 0.015), (0.06, 0.18, 0.015), (0, 0.18)], surface("#5C4A78", 0.4)), (0, 0.05, 0.3))
    for k in range(3):
        a = math.radians(30 + 120 * k)
        tube(
            [
                (0.03 * math.cos(a), 0.05 + 0.03 * math.sin(a), 0.36),
                (0.5 * math.cos(a), 0.05 + 0.5 * math.sin(a), 0.03),
            ],
            0.03,
            white,
            steps=3,
        )
        put(ball(0.045, surface("#5C4A78", 0.6)), (0.5 * math.cos(a), 0.05 + 0.5 * math.sin(a), 0.04))
    display = surface("#F6B7A0", 0.2, coat=0.6, glow=0.3, tint=("rise", "#9C7BD0", 1.0))
    phone = group(
        handset(0.44, 0.88, 0.055, 0.07, surface("#2E2A38", 0.3, coat=0.5)),
        put(slab(0.4, 0.83, 0.004, 0.05, display, 0.001), (0, -0.029, 0.44), (90, 0, 0)),
    )
    put(phone, (0, 0.0, 1.12))
    put(slab(0.14, 0.1, 0.2, 0.02, surface("#5C4A78", 0.4)), (0, 0.06, 0.98))


@photo("dig-007-1", "#E2D2BE", 2.25, 0.36, x=0.2, elev=15, azim=-20)
def desk_clock() -> None:
    """An ash desk clock with digits that shine through the wood."""
    put(loft(rrect(1.36, 0.5, 0.12), edge(0.6, 0.05, 0.05), wood("#E3BE8F", "#BE915E", 0.8)))
    lit = surface("#FFFFFF", 0.5, glow=2.2)
    strokes = {"0": "abcdef", "1": "bc", "8": "abcdefg"}
    spots = {
        "a": (0, 0.2, 0),
        "g": (0, 0, 0),
        "d": (0, -0.2, 0),
        "b": (0.1, 0.1, 1),
        "c": (0.1, -0.1, 1),
        "e": (-0.1, -0.1, 1),
        "f": (-0.1, 0.1, 1),
    }
    for x, digit in ((-0.44, "1"), (-0.16, "0"), (0.16, "0"), (0.44, "8")):
        for stroke in strokes[digit]:
            dx, dz, upright = spots[stroke]
            w, h = (0.034, 0.155) if upright else (0.155, 0.034)
            put(slab(w, h, 0.006, 0.015, lit, 0.002), (x + dx, -0.247, 0.3 + dz), (90, 0, 0))
    for dz in (0.07, -0.07):
        put(disc(0.02, 0.006, lit, 0.002), (0, -0.247, 0.3 + dz), (90, 0, 0))
    green = surface("#6E9460", 0.45, coat=0.2)
    put(
        lathe(
            [(0, 0), (0.17, 0, 0.03), (0.21, 0.3, 0.02), (0.17, 0.3, 0.02), (0.15, 0.2), (0, 0.2)],
            surface("#F2E9DC", 0.5),
        ),
        (1.02, 0.3, 0),
    )
    for k in range(9):
        put(leaf_like(0.34, 0.1, green), (1.02, 0.3, 0.24), (0, -34 - 5 * (k % 3) * 3, 40 * k))


def leaf_like(length: float, width: float, material: object) -> object:
    """A fat succulent leaf along +x."""
    profile = [
        (0.0, 0.0),
        (width * 0.32, 0.03),
        (width * 0.5, length * 0.5, 0.1),
        (width * 0.12, length * 0.96, 0.02),
        (0, length),
    ]
    return group(put(lathe(profile, material, 32), turn=(0, 90, 0)))


@photo("dig-008-1", "#F3D7B0", 1.9, 0.12, elev=38, azim=-12)
def cable() -> None:
    """A coiled braided cable with two USB-C plugs."""
    braid = surface("#D9583F", 0.7, sheen=0.3, bump=("weave", 90, 0.6))
    metal, shell = brushed("#E1E3E5", 0.2), surface("#F6EFE6", 0.35, coat=0.4)
    path = []
    for k in range(150):
        a = 2 * math.pi * 3.6 * k / 149 + 0.5
        r = 0.5 + 0.05 * math.sin(1.7 * a)
        path.append(
            Vector(
                (
                    r * math.cos(a) * 1.1,
                    r * math.sin(a) * 0.85,
                    0.05 + 0.075 * (a / (2 * math.pi)) * (0.6 + 0.12 * math.sin(a * 2)),
                )
            )
        )
    head = [Vector((-0.1, -0.92, 0.05)), Vector((0.15, -0.78, 0.05))]
    start = path[0]
    line = [head[0], head[1], Vector((start.x * 0.9 + 0.1, start.y - 0.5, 0.05)), *path[3::4]]
    last, before = path[-1], path[-5]
    ahead = (last - before).normalized()
    line += [last + ahead * 0.12, last + ahead * 0.3 + Vector((0, 0, -0.03))]
    tube(line, 0.034, braid, steps=6)
    put(plug(metal, shell), head[0] + Vector((0.02, 0.01, 0.02)), (0, 0, 208))
    tip = line[-1]
    put(plug(metal, shell), tip - ahead * 0.02, (0, 6, math.degrees(math.atan2(ahead.y, ahead.x))))
    tie = surface("#2F3A44", 0.6)
    put(
        strap(
            [(0, -0.13, 0), (0, 0.13, 0), (0, 0.14, 0.33), (0, 0, 0.36), (0, -0.13, 0.33)],
            0.16,
            0.02,
            tie,
            up=(1, 0, 0),
            closed=True,
        ),
        (-0.52, 0.05, 0.02),
        (0, 0, 0),
    )


@photo("dig-009-1", "#BFD3D6", 2.5, 0.82, elev=10, azim=-28)
def headphones() -> None:
    """Over-ear headphones resting on a round stand."""
    shell = surface("#F3E6D6", 0.4, coat=0.25)
    pad = surface("#C77C5B", 0.6, bump=("noise", 40, 0.15))
    metal = brushed("#D9B27C", 0.22)
    parts = []
    arc = [
        Vector((0.68 * math.cos(a), 0, 0.82 + 0.74 * math.sin(a)))
        for a in (math.radians(-6 + 192 * k / 60) for k in range(61))
    ]
    parts.append(sweep(arc, rrect(0.06, 0.2, 0.028, 4)(0), shell, up=(0, 1, 0)))
    inner = [
        Vector((0.63 * math.cos(a), 0, 0.82 + 0.68 * math.sin(a)))
        for a in (math.radians(35 + 110 * k / 40) for k in range(41))
    ]
    parts.append(sweep(inner, rrect(0.07, 0.22, 0.034, 4)(0), pad, up=(0, 1, 0)))
    for s in (-1, 1):
        parts.append(put(slab(0.03, 0.1, 0.34, 0.012, metal, 0.008), (0.7 * s, 0, 0.5)))
        cup = group(
            put(loft(oval(0.74, 0.6, 2.3), edge(0.18, 0.02, 0.09), shell)),
            put(loft(oval(0.4, 0.32, 2.3), edge(0.02, 0.004, 0.012), metal), (0, 0, 0.172)),
            put(soften(loft(oval(0.76, 0.62, 2.3), edge(0.17, 0.08, 0.06, 8), pad), 1), (0, 0, -0.15)),
        )
        cup.rotation_euler = (0, math.radians(90 * s), 0)
        cup.location = (0.6 * s, 0, 0.44)
        parts.append(cup)
    group(*parts, at=(0, 0, 0.34), turn=(0, 0, 0))
    stand = surface("#7FA3A8", 0.5)
    put(disc(0.5, 0.08, stand, 0.03))
    put(disc(0.05, 1.66, stand, 0.02), (0, 0, 0.06))
    put(lathe([(0, 0), (0.3, 0.0, 0.05), (0.3, 0.06, 0.04), (0, 0.1)], stand), (0, 0, 1.7))


@photo("dig-010-1", "#E8D9C6", 1.75, 0.2, elev=24, azim=34)
def mouse() -> None:
    """A low wireless mouse with a brass wheel."""
    shell = surface("#4F7F78", 0.42, coat=0.2)

    def half(side: int, gap: float) -> object:
        def spot(u: float, v: float) -> tuple[float, float, float]:
            y = -0.58 + 1.16 * u
            a = math.pi / 2 * v
            round_ = max(1 - abs(y / 0.585) ** 2.8, 0.0) ** 0.5
            w = (0.33 + 0.03 * math.cos((y - 0.1) * 3)) * round_
            h = (0.3 + 0.1 * math.cos((y - 0.12) * 2.3)) * max(1 - abs(y / 0.585) ** 3.2, 0.0) ** 0.45
            return (
                side * (gap * (1 - v * 0) + (w - gap) * math.sin(a) ** 0.85 if w > gap else w),
                y,
                0.03 + h * math.cos(a) ** 0.62,
            )

        return sheet(spot, shell, 80, 40)

    half(1, 0.006)
    half(-1, 0.006)
    loft(oval(0.68, 1.14, 2.6), edge(0.05, 0.02, 0.0), surface("#2E4A46", 0.5))
    put(ring(0.06, 0.034, brushed("#D9B27C", 0.2), 1.1), (0, -0.3, 0.325), (0, 90, 0))
    put(slab(0.07, 0.2, 0.02, 0.034, surface(BLACK, 0.5), 0.006), (0, -0.3, 0.345), (-14, 0, 0))
    pad = surface("#F6ECDD", 0.8, sheen=0.2, bump=("weave", 60, 0.2))
    put(loft(rrect(1.9, 1.9, 0.3), edge(0.02, 0.008, 0.008), pad), (0.1, 0.1, 0))


@photo("dig-011-1", "#B4C7D7", 2.4, 0.1, x=0.3, elev=32, azim=-20, light=0.88)
def charging_pad() -> None:
    """A fabric-topped charging disc with a phone resting on its edge."""
    rim = brushed("#D5D9DD", 0.25)
    felt = surface("#5F7A94", 0.95, sheen=0.4, bump=("noise", 70, 0.4))
    lathe([(0, 0), (0.5, 0, 0.02), (0.52, 0.06, 0.03), (0.5, 0.12, 0.02), (0.45, 0.12), (0, 0.12)], rim)
    put(disc(0.465, 0.02, felt, 0.008), (0, 0, 0.108))
    mark = surface("#E9EEF3", 0.7)
    put(ring(0.15, 0.008, mark, 0.4), (0, 0, 0.13))
    for turn in (0, 90):
        put(slab(0.1, 0.014, 0.006, 0.004, mark, 0.001), (0, 0, 0.127), (0, 0, turn))
    tube(
        [(0.0, 0.5, 0.06), (0.02, 0.75, 0.05), (0.35, 0.95, 0.03), (0.9, 0.8, 0.03), (1.4, 1.1, 0.03)],
        0.03,
        surface("#E9EEF3", 0.5),
    )
    shell = surface("#F3C9A8", 0.3, coat=0.5)
    back = group(
        slab(0.72, 1.46, 0.08, 0.13, shell, 0.035),
        put(slab(0.32, 0.32, 0.025, 0.09, surface("#EBBB96", 0.3, coat=0.5), 0.01), (-0.16, 0.5, 0.078)),
        *(
            put(disc(0.062, 0.025, surface(BLACK, 0.12, coat=1), 0.01), (-0.16 + x, 0.5 + y, 0.098))
            for x, y in ((-0.07, 0.07), (0.07, -0.07))
        ),
    )
    put(back, (0.58, -0.2, 0.13), (0, -9, -28))


@photo("dig-012-1", "#F7D9DD", 2.4, 0.72, elev=11, azim=-12)
def phone_cases() -> None:
    """Three phone cases in a fan."""
    tints = (("#9CCFC4", "#6FAFA3"), ("#F6D27A", "#E8BC52"), ("#EE8B7B", "#DB6F60"))
    for k, (tint, dark) in enumerate(tints):
        silk = surface(tint, 0.45, coat=0.15)
        case = [
            handset(0.76, 1.5, 0.1, 0.13, silk),
            put(slab(0.36, 0.36, 0.03, 0.1, surface(dark, 0.45), 0.012), (0.15, -0.048, 1.24), (90, 0, 0)),
        ]
        for x, z in ((-0.075, 0.075), (0.075, 0.075), (-0.075, -0.075)):
            case.append(
                put(disc(0.058, 0.02, surface(BLACK, 0.12, coat=1), 0.008), (0.15 + x, -0.075, 1.24 + z), (90, 0, 0))
            )
            case.append(put(ring(0.06, 0.008, surface(dark, 0.35)), (0.15 + x, -0.09, 1.24 + z), (90, 0, 0)))
        case.append(put(ball(0.022, surface("#FFF6E0", 0.4, glow=0.6)), (0.225, -0.076, 1.165)))
        case.append(put(lettering("yunlark", 0.085, surface("#FFFFFF", 0.5)), (0, -0.056, 0.2)))
        put(group(*case), (-0.46 + 0.44 * k, 0.34 - 0.24 * k, 0.0), (-6, -9 + 8 * k, 6))


@photo("dig-013-1", "#D3CBE0", 1.6, 0.44, elev=15, azim=-30)
def fitness_band() -> None:
    """A fitness band standing in a loop, its display lit."""
    rubber = surface("#6B5B95", 0.6)
    loop = []
    for k in range(90):
        a = math.radians(-90 + 360 * k / 90)
        y, z = math.sin(a), math.cos(a)
        loop.append(Vector((0, 0.36 * math.copysign(abs(y) ** 0.8, y), 0.42 + 0.42 * math.copysign(abs(z) ** 0.8, z))))
    sweep(loop, rrect(0.045, 0.24, 0.02, 4)(0), rubber, closed=True, up=(1, 0, 0))
    for k in range(6):
        put(
            disc(0.02, 0.02, surface("#3D3358", 0.7), 0.004),
            (0, 0.375 - 0.012 * abs(k - 2.5), 0.18 + 0.085 * k),
            (-90, 0, 0),
        )
    group(
        put(slab(0.27, 0.56, 0.11, 0.12, surface("#26222E", 0.2, coat=0.8), 0.05)),
        put(slab(0.21, 0.5, 0.004, 0.095, surface("#15131B", 0.08, coat=1), 0.001), (0, 0, 0.108)),
        at=(0, -0.32, 0.42),
        turn=(90, 0, 0),
    )
    y = -0.436
    white, mint, coral = (
        surface("#FFFFFF", 0.5, glow=2.0),
        surface("#5CE0B1", 0.5, glow=2.0),
        surface("#FF7A66", 0.5, glow=2.0),
    )
    put(lettering("10", 0.15, white), (0, y, 0.56))
    put(lettering("08", 0.15, white), (0, y, 0.43))
    for r, tint, share in ((0.075, mint, 0.8), (0.05, coral, 0.6)):
        path = [(r * math.sin(a), y, 0.28 + r * math.cos(a)) for a in (2 * math.pi * share * i / 24 for i in range(25))]
        tube(path, 0.009, tint, steps=2)
    put(lathe([(0, 0), (0.62, 0, 0.03), (0.62, 0.06, 0.03), (0, 0.06)], surface("#EFEAF6", 0.5)), (0.0, 0.06, -0.058))


@photo("dig-014-1", "#BFE3E6", 2.3, 0.85, elev=9, azim=-20)
def hand_fan() -> None:
    """A handheld fan on its little base."""
    shell = surface("#FFFFFF", 0.25, coat=0.5)
    mint = surface("#77C3B4", 0.35, coat=0.3)
    z = 1.22
    hub = [put(ring(0.47, 0.04, mint, 2.2), turn=(90, 0, 0))]
    for k in range(30):
        a = 2 * math.pi * k / 30
        hub += [
            tube(
                [
                    (0.1 * math.cos(a), y * 1.3, 0.1 * math.sin(a)),
                    (0.3 * math.cos(a + 0.22), y * 1.25, 0.3 * math.sin(a + 0.22)),
                    (0.46 * math.cos(a + 0.36), y * 0.7, 0.46 * math.sin(a + 0.36)),
                ],
                0.008,
                shell,
                steps=4,
            )
            for y in (-0.085, 0.085)
        ]
    hub += [put(disc(0.12, 0.03, mint, 0.012), (0, y + 0.015, 0), (90, 0, 0)) for y in (-0.1, 0.1)]

    for k in range(5):

        def blade(u: float, v: float, turn: float = 2 * math.pi * k / 5) -> tuple[float, float, float]:
            r = 0.08 + 0.34 * u
            a = turn + (v - 0.5) * (0.75 + 0.35 * math.sin(math.pi * u))
            return (r * math.cos(a), 0.09 * (v - 0.5) * (1 - 0.4 * u), r * math.sin(a))

        hub.append(thicken(sheet(blade, surface("#F2A48C", 0.4, coat=0.3), 14, 10), 0.01))
    put(group(*hub), (0, 0, z), (6, 0, 0))
    handle = loft(oval(0.22, 0.2, 2.3), [(0.03, 0), (0, 0.05), (0.012, 0.4), (0.0, 0.68), (0.03, 0.74)], shell)
    put(handle, (0, 0.01, 0.06))
    put(disc(0.045, 0.02, mint, 0.008), (0, -0.085, 0.5), (90, 0, 0))
    for k in range(3):
        put(ball(0.011, surface("#77E0C0", 0.4, glow=3)), (-0.035 + 0.035 * k, -0.094, 0.4))
    put(lathe([(0, 0), (0.36, 0, 0.03), (0.34, 0.07, 0.03), (0, 0.09)], mint))


@photo("dig-015-1", "#D9C3B4", 2.4, 0.9, elev=9, azim=-22)
def microphone() -> None:
    """A desk microphone in a ring mount."""
    metal, body = brushed("#D9B27C", 0.22), surface("#2F4858", 0.35, coat=0.4)
    mesh = surface("#C9CDD0", 0.3, metal=1.0, bump=("weave", 34, 1.0))
    parts = [
        lathe([(0, 0.0), (0.2, 0.0, 0.05), (0.25, 0.06, 0.05), (0.25, 0.42, 0.02), (0, 0.42)], body),
        put(lathe([(0, 0.41), (0.262, 0.41, 0.01), (0.262, 0.47, 0.01), (0, 0.47)], metal)),
        lathe([(0, 0.46), (0.25, 0.46), (0.25, 0.72, 0.2), (0.12, 0.92, 0.15), (0, 0.93)], mesh),
        put(ring(0.25, 0.018, metal), (0, 0, 0.68)),
        put(lathe([(0, 0), (0.07, 0, 0.01), (0.07, 0.06, 0.012), (0, 0.06)], metal), (0, -0.24, 0.22), (90, 0, 0)),
        put(ball(0.014, surface("#FF6B57", 0.4, glow=4)), (0, -0.252, 0.36)),
    ]
    put(group(*parts), (0, 0, 0.82), (10, 0, 0))
    yoke = [
        (-0.34, 0, 1.1),
        (-0.36, 0, 0.9),
        (-0.26, 0, 0.7),
        (0, 0, 0.62),
        (0.26, 0, 0.7),
        (0.36, 0, 0.9),
        (0.34, 0, 1.1),
    ]
    strap(yoke, 0.1, 0.035, body, up=(0, 1, 0))
    for s in (-1, 1):
        put(lathe([(0, 0), (0.07, 0, 0.01), (0.07, 0.12, 0.02), (0, 0.12)], metal), (0.25 * s, 0, 1.08), (0, 90 * s, 0))
    put(disc(0.035, 0.6, metal, 0.005), (0, 0, 0.05))
    put(lathe([(0, 0), (0.42, 0, 0.03), (0.42, 0.07, 0.04), (0.1, 0.1, 0.05), (0, 0.1)], body))
    tube([(0, 0.38, 0.04), (0.2, 0.7, 0.03), (0.8, 0.7, 0.03), (1.5, 1.2, 0.03)], 0.028, surface("#3B2F2A", 0.6))
