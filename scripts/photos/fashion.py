"""Fashion: bags, shoes, hats and small things to wear."""

from __future__ import annotations

import itertools
import math

import bmesh
from materials import brushed, cloth, glass, surface
from mathutils import Vector
from shapes import (
    ball,
    disc,
    drawn,
    edge,
    group,
    lathe,
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
    strap,
    sweep,
    thicken,
    towards,
    tube,
)
from studio import photo

GOLD = "#DDB36E"


def stone(colour: str = "#EFE3D2") -> object:
    """Honed travertine for plinths."""
    return surface(colour, 0.65, tint=("marble", "#D9C6AC", 2.2), bump=("noise", 14, 0.12))


@photo("fas-001-1", "#F3C9A8", 2.6, 0.95, elev=9, azim=-16)
def tote() -> None:
    """A canvas tote with a printed sun."""
    canvas = cloth("#F5EBD8", 70, 0.35)

    def body(u: float, v: float) -> tuple[float, float, float]:
        a = 2 * math.pi * u
        w, d = 0.66 + 0.03 * v, 0.2 - 0.1 * v
        x = math.copysign(abs(math.cos(a)) ** 0.5, math.cos(a)) * w
        y = math.copysign(abs(math.sin(a)) ** 0.75, math.sin(a)) * d
        sag = 0.02 * math.sin(5 * x + 3 * v) * v + 0.018 * math.sin(9 * v + 2 * x) * (1 - v)
        return (x, y + sag, 1.28 * v)

    thicken(sheet(body, canvas, 160, 60), 0.025)
    loft(oval(1.3, 0.38, 3.0), edge(0.03, 0.01, 0.01), canvas)
    band = surface("#C4623A", 0.6, sheen=0.2)
    for y in (-0.115, 0.115):
        s = -1 if y < 0 else 1
        points = [
            (-0.3, y + s * 0.055, 0.82),
            (-0.3, y + s * 0.035, 1.0),
            (-0.31, y + s * 0.01, 1.27),
            (-0.25, y + s * 0.02, 1.62),
            (0, y + s * 0.03, 1.82),
            (0.25, y + s * 0.02, 1.62),
            (0.31, y + s * 0.01, 1.27),
            (0.3, y + s * 0.035, 1.0),
            (0.3, y + s * 0.055, 0.82),
        ]
        strap(points, 0.03, 0.1, band, up=(0, 1, 0))
    sun = surface("#E5784D", 0.8)
    put(disc(0.15, 0.006, sun, 0.002), (0, -0.195, 0.56), (85, 0, 0))
    for k in range(12):
        a = 2 * math.pi * k / 12
        ray = slab(0.024, 0.085, 0.02, 0.011, sun, 0.002)
        put(group(put(ray, (0, 0.235, 0))), (0, -0.19, 0.56), (85, 0, 0))
        ray.parent.rotation_euler = (math.radians(85), a, 0)
    put(lettering("yunlark", 0.13, surface("#8A4327", 0.8), depth=0.003), (0, -0.222, 0.2), (-4, 0, 0))


@photo("fas-002-1", "#BFD2C6", 2.45, 0.42, y=-0.15, elev=17, azim=24)
def cap(colour: str = "#2F6B55") -> None:
    """A washed cotton baseball cap."""
    cotton = cloth(colour, 80, 0.25)

    def crown(u: float, v: float) -> tuple[float, float, float]:
        a, z = 2 * math.pi * u, 0.82 * math.sin(math.pi / 2 * v)
        r = 0.86 * max(1 - (z / 0.82) ** 2.5, 0) ** (1 / 2.3)
        seam = 1 - 0.014 * math.exp(-((math.sin(3 * a) / 0.07) ** 2))
        return (r * seam * math.cos(a) * 0.94, r * seam * math.sin(a) * 1.06, z)

    thicken(sheet(crown, cotton, 240, 60), 0.025, -1)
    put(ball(0.05, cotton), (0, 0, 0.825), scale=(1, 1, 0.6))

    def brim(u: float, v: float) -> tuple[float, float, float]:
        a = math.radians(-158 + 136 * u)
        grow = 0.72 * v * math.sin(math.pi * (0.04 + 0.92 * u)) ** 0.55
        x, y = 0.84 * math.cos(a) * 0.94 * (1 + 0.22 * v * math.sin(math.pi * u)), 0.84 * math.sin(a) * 1.06 - grow
        return (x, y, 0.03 - 0.28 * x * x * (0.3 + 0.7 * v) - 0.05 * v)

    thicken(sheet(brim, cotton, 80, 24), 0.04)
    thread = surface("#F5EBD8", 0.7, sheen=0.3)
    put(lettering("yunlark", 0.2, thread, wrap=0.93, depth=0.012, spacing=1.1), (0, 0.0, 0.33), (3, 0, 0))
    for k in range(6):
        a = math.pi / 6 + k * math.pi / 3
        eye = put(ring(0.025, 0.009, thread), (0.6 * 0.94 * math.cos(a), 0.6 * 1.06 * math.sin(a), 0.68))
        eye.rotation_euler = towards((math.cos(a), math.sin(a), 0.9))


SOLE = (
    (-0.42, -1.22),
    (0, -1.36),
    (0.34, -1.2),
    (0.46, -0.75),
    (0.4, -0.2),
    (0.3, 0.35),
    (0.36, 0.95),
    (0.22, 1.3),
    (0, 1.36),
    (-0.24, 1.28),
    (-0.38, 0.9),
    (-0.34, 0.3),
    (-0.44, -0.2),
    (-0.52, -0.75),
)


def half_width(y: float) -> float:
    """Half the width of the shoe at y, toe at -1.36, heel at 1.36."""
    t = min(abs(y) / 1.36, 1.0)
    base = 0.42 + 0.05 * math.cos((y + 0.8) * 2.2)
    return base * max(1 - t**5, 0.0) ** 0.5


@photo("fas-003-1", "#C9DCEF", 3.6, 0.5, elev=16, azim=34)
def sneakers() -> None:
    """A pair of low canvas sneakers with laces."""

    def shoe() -> object:
        canvas = cloth("#F4EFE4", 60, 0.3)
        rubber = surface("#FFFFFF", 0.4, coat=0.2)
        gum = surface("#C78E55", 0.55)
        coral = surface("#E5574B", 0.45)
        outline = drawn(
            [
                (half_width(y) * s, y)
                for s, ys in ((1, (-1.3, -1.0, -0.5, 0, 0.5, 1.0, 1.3)), (-1, (1.3, 1.0, 0.5, 0, -0.5, -1.0, -1.3)))
                for y in ys
            ],
            12,
        )
        parts = [
            loft(outline, edge(0.06, 0.02, 0.0), gum),
            put(
                loft(outline, [(-0.015, 0), (-0.03, 0.03), (-0.03, 0.24), (-0.015, 0.27), (0.04, 0.27)], rubber),
                (0, 0, 0.05),
            ),
            put(loft(outline, [(-0.034, 0), (-0.038, 0.008), (-0.038, 0.03), (-0.034, 0.038)], coral), (0, 0, 0.25)),
        ]

        def height(y: float) -> float:
            if y < -0.2:
                return 0.34 + 0.52 * ((y + 1.36) / 1.16) ** 1.15
            return 0.86 + 0.1 * (y + 0.2) / 1.5 - 0.1 * math.sin(math.pi * min((y + 0.2) / 1.3, 1))

        def upper(u: float, v: float) -> tuple[float, float, float]:
            y = -1.34 + 2.66 * u
            a = math.pi * v
            c, s = math.cos(a), math.sin(a)
            w = half_width(y) - 0.01
            top = height(y) * min(1.0, max((y + 1.34) / 0.3, 0.0)) ** 0.5
            lean = 1 - 0.22 * s
            x = math.copysign(abs(c) ** 0.62, c) * w * lean
            return (x, y + (0.03 * s if y > 1 else 0), 0.28 + top * abs(s) ** 0.75 * 0.92)

        skin = sheet(upper, canvas, 64, 48)
        mesh = bmesh.new()
        mesh.from_mesh(skin.data)
        gone = []
        for face in mesh.faces:
            c = face.calc_center_median()
            gap = 0.2 if c.y > 0.02 else 0.1
            if -0.42 < c.y < 1.06 and abs(c.x) < gap + 0.05 * min(max(c.y, 0), 0.4) and c.z > 0.6:
                gone.append(face)
        bmesh.ops.delete(mesh, geom=gone, context="FACES")
        mesh.to_mesh(skin.data)
        mesh.free()
        thicken(skin, 0.045, -1)
        parts.append(soften(skin, 1))

        def tongue(u: float, v: float) -> tuple[float, float, float]:
            x = (v - 0.5) * (0.3 + 0.1 * u) * (1 - 0.5 * u**8)
            return (x, -0.5 + 0.62 * u - 0.04 * u**3, 0.26 + 0.66 + 0.3 * u + 0.14 * u**3 - 1.6 * x * x)

        parts.append(soften(thicken(sheet(tongue, canvas, 16, 12), 0.05), 1))

        def toe(u: float, v: float) -> tuple[float, float, float]:
            x, y, z = upper(0.27 * u, v)
            return (x * 1.03, y - 0.02, z + 0.018)

        parts.append(thicken(sheet(toe, rubber, 24, 40), 0.02))
        lace = surface("#FFFFFF", 0.7, sheen=0.3)
        for k in range(5):
            y = -0.42 + 0.13 * k
            z = 0.28 + height(y) * 0.92 + 0.02
            parts += [
                tube(
                    [
                        (-0.19 * s, y, z - 0.05),
                        (-0.08 * s, y + 0.02, z + 0.03),
                        (0.08 * s, y + 0.07, z + 0.055),
                        (0.19 * s, y + 0.11, z + 0.0),
                    ],
                    0.026,
                    lace,
                )
                for s in (-1, 1)
            ]
        z = 0.28 + height(0.15) + 0.04
        for s in (-1, 1):
            parts.append(
                tube(
                    [
                        (0, 0.16, z),
                        (0.13 * s, 0.1, z + 0.12),
                        (0.26 * s, 0.0, z + 0.06),
                        (0.16 * s, -0.02, z - 0.0),
                        (0, 0.14, z),
                    ],
                    0.024,
                    lace,
                )
            )
            parts.append(
                tube(
                    [(0, 0.16, z), (0.1 * s, 0.0, z + 0.02), (0.24 * s, -0.12, z - 0.12), (0.3 * s, -0.16, z - 0.28)],
                    0.024,
                    lace,
                )
            )
        parts.append(put(slab(0.3, 0.26, 0.03, 0.05, coral, 0.01), (0, 1.33, 0.72), (82, 0, 180)))
        return group(*parts)

    put(shoe(), (-0.62, 0.1, 0), (0, 0, 6))
    put(shoe(), (0.62, -0.1, 0), (0, 0, -16))


@photo("fas-004-1", "#F6DE9C", 3.5, 0.22, elev=27, azim=26)
def slides() -> None:
    """A pair of soft one-piece slides."""
    foam = surface("#F29A6B", 0.55, coat=0.1)

    def slide() -> object:
        outline = drawn(
            [
                (half_width(y) * s * 1.08, y)
                for s, ys in ((1, (-1.3, -1.0, -0.5, 0, 0.5, 1.0, 1.3)), (-1, (1.3, 1.0, 0.5, 0, -0.5, -1.0, -1.3)))
                for y in ys
            ],
            12,
        )
        base = loft(
            outline,
            [
                (0.1, 0),
                (0.03, 0.02),
                (0, 0.08),
                (-0.02, 0.2),
                (0.0, 0.3),
                (0.03, 0.34),
                (0.07, 0.34),
                (0.11, 0.3),
                (0.2, 0.285),
            ],
            foam,
        )

        def band(u: float, v: float) -> tuple[float, float, float]:
            a = math.pi * u
            y = -0.95 + 0.95 * v
            w = half_width(y) * 1.08 + 0.02
            lift = 0.62 + 0.16 * v
            return (
                w * math.copysign(abs(math.cos(a)) ** 0.7, math.cos(a)),
                y + 0.1 * math.sin(a) * (v - 0.3),
                0.16 + lift * math.sin(a) ** 0.8,
            )

        over = soften(thicken(sheet(band, foam, 40, 16), 0.11), 1)
        bevel = over.modifiers.new("bevel", "BEVEL")
        bevel.width, bevel.segments, bevel.limit_method, bevel.angle_limit = 0.04, 4, "ANGLE", math.radians(50)
        over.modifiers.move(len(over.modifiers) - 1, 1)
        parts = [base, over]
        parts += [put(slab(0.5, 0.035, 0.02, 0.015, foam, 0.008), (0, 0.35 + 0.11 * k, 0.28)) for k in range(7)]
        return group(*parts)

    put(slide(), (-0.62, 0.12, 0), (0, 0, 8))
    put(slide(), (0.62, -0.12, 0), (0, 0, -14))


@photo("fas-005-1", "#EADBE0", 2.6, 1.0, elev=7, azim=-20)
def scarf() -> None:
    """A printed silk scarf over a brass rail."""
    gold = brushed(GOLD, 0.2)
    tube([(-0.95, 0, 1.9), (0.95, 0, 1.9)], 0.035, gold)
    for x in (-0.86, 0.86):
        tube([(x, 0, 0.03), (x, 0, 1.9)], 0.03, gold)
        put(disc(0.22, 0.05, gold), (x, 0, 0))

    def fall(u: float, v: float) -> tuple[float, float, float]:
        run = -1.55 + 2.75 * v  # front hem to back hem, nought at the rail
        far = min(abs(run) / 0.3, 1.0)
        fold = (0.03 + 0.055 * min(abs(run), 1.2)) * math.sin(2 * math.pi * (3.2 * u + 0.15 * run)) * far
        x = (u - 0.5) * (0.98 + 0.12 * abs(run)) + 0.02 * math.sin(6 * u + run)
        side = 0.09 * math.tanh(run * 8)
        return (x, side * (1 + 0.5 * abs(run)) + fold, 1.945 - math.sqrt(run * run + 0.0016) + 0.03 * math.sin(9 * u))

    silk = surface("#B23A48", 0.3, sheen=0.5, tint=("stripesy", "#F9E3D2", 1.15), coords="UV", coat=0.2)
    soften(sheet(fall, silk, 120, 160), 1)


@photo("fas-006-1", "#BFD6E2", 2.3, 0.28, x=0.12, y=0.3, elev=21, azim=26, sun=1.2)
def sunglasses() -> None:
    """Round acetate sunglasses with warm lenses."""
    acetate = surface("#5A2E1B", 0.12, coat=1, tint=("clouds", "#B5763A", 3.4))
    smoke = glass("#C98A55", 0.0, 1.1)
    gold = brushed(GOLD, 0.2)
    parts = []
    for s in (-1, 1):
        shape = [Vector((x + 0.36 * s, 0.02 * abs(s), y + 0.3)) for x, y in oval(0.6, 0.52, 2.35, 80)(0)]
        parts.append(sweep(shape, rrect(0.07, 0.1, 0.025, 4)(0), acetate, closed=True, up=(0, 1, 0)))
        parts.append(
            put(loft(oval(0.58, 0.5, 2.35), edge(0.02, 0.005, 0.005), smoke), (0.36 * s, 0.02, 0.3), (90, 0, 0))
        )
        arm = [
            (0.66 * s, 0.0, 0.42),
            (0.7 * s, 0.08, 0.42),
            (0.7 * s, 0.6, 0.41),
            (0.68 * s, 1.05, 0.36),
            (0.66 * s, 1.32, 0.2),
            (0.65 * s, 1.42, 0.05),
        ]
        parts.append(strap(arm, 0.045, 0.085, acetate, up=(0, 0.05, 1)))
        parts.append(put(ball(0.016, gold), (0.665 * s, -0.045, 0.425)))
        parts.append(put(ball(0.04, glass("#F3E3D3")), (0.1 * s, 0.07, 0.27), (0, 20 * s, 0), (0.5, 1, 1.5)))
    parts.append(tube([(-0.08, 0, 0.36), (0, -0.015, 0.4), (0.08, 0, 0.36)], 0.035, acetate))
    group(*parts, at=(0, 0, 0))


@photo("fas-007-1", "#E7D3C4", 1.55, 0.42, elev=13, azim=-14, sun=1.0)
def hoops() -> None:
    """Two twisted gold hoops, one standing and one resting on a block."""
    gold = surface("#E3B565", 0.14, metal=1.0)

    def rope(u: float, v: float) -> tuple[float, float, float]:
        a, b = 2 * math.pi * u, 2 * math.pi * v
        r = 0.055 * (1 + 0.24 * math.cos(2 * b + 22 * a))
        return ((0.3 + r * math.cos(b)) * math.cos(a), (0.3 + r * math.cos(b)) * math.sin(a), r * math.sin(b))

    put(slab(0.9, 0.6, 0.34, 0.02, stone(), 0.02), (0.16, 0.22, 0))
    put(lathe([(0, 0), (0.16, 0, 0.02), (0.16, 0.62, 0.02), (0, 0.62)], stone("#F5ECDF")), (-0.16, 0.42, 0.34))
    first = group(sheet(rope, gold, 480, 24), tube([(0.3, 0, 0.0), (0.3, 0.0, 0.0), (0.42, 0.03, 0.0)], 0.012, gold))
    put(first, (0.3, -0.0, 0.69), (90, 0, 24))
    second = group(sheet(rope, gold, 480, 24))
    put(second, (-0.42, -0.2, 0.32), (68, 0, -38))
    pebble(0.09, surface("#FFFFFF", 0.5), (0.45, -0.38, 0), 1.7)


@photo("fas-008-1", "#CFC4D6", 2.1, 0.85, elev=9, azim=-10)
def pearls() -> None:
    """A strand of pearls on a linen bust."""
    profile = [
        (0.0, 0.0),
        (0.46, 0.0),
        (0.56, 0.2),
        (0.74, 0.5),
        (0.72, 0.66),
        (0.44, 0.84),
        (0.23, 0.98),
        (0.2, 1.25),
        (0.21, 1.45),
        (0.0, 1.49),
    ]
    linen = surface("#F4EDE4", 0.9, sheen=0.3, bump=("weave", 45, 0.2))
    bust = lathe([(r, z, 0.16) for r, z in profile], linen)
    bust.scale = (1, 0.55, 1)

    def radius(z: float) -> float:
        for (r0, z0), (r1, z1) in itertools.pairwise(profile):
            if z0 <= z <= z1:
                return r0 + (r1 - r0) * (z - z0) / (z1 - z0)
        return 0.23

    pearl = surface("#FBF1EA", 0.18, coat=1, sheen=0.2, skin=0.15)
    angles = [math.radians(-90 + 360 * k / 900) for k in range(900)]
    path = []
    for a in angles:
        front = 0.5 - 0.5 * math.sin(a)
        z = 1.2 - 0.66 * front**1.5
        r = radius(z) + 0.045
        path.append(Vector((r * math.cos(a), r * 0.55 * math.sin(a) - 0.02, z)))
    total = sum((b - a).length for a, b in zip(path, path[1:] + path[:1], strict=True))
    count, run, placed = 44, 0.0, 0
    for before, spot in zip(path, path[1:] + path[:1], strict=True):
        if run >= total * placed / count:
            ball(total / count / 2, pearl, before)
            placed += 1
        run += (spot - before).length


@photo("fas-009-1", "#B9C4CE", 1.45, 0.5, elev=14, azim=-24)
def watch() -> None:
    """A slim watch with a cream dial and a tan strap."""
    tan = surface("#A5653A", 0.5, coat=0.1, bump=("leather", 60, 0.15))
    steel = brushed("#D9DBDD", 0.2)
    loop = []
    for k in range(72):
        a = math.radians(-90 + 14 + (360 - 28) * k / 71)
        y, z = math.sin(a), math.cos(a)
        loop.append(Vector((0, 0.345 * math.copysign(abs(y) ** 0.62, y), 0.46 * math.copysign(abs(z) ** 0.62, z))))
    band = sweep(loop, rrect(0.035, 0.24, 0.016, 4)(0), tan, up=(1, 0, 0), width=None)
    face = [
        lathe(
            [
                (0, 0),
                (0.26, 0, 0.03),
                (0.275, 0.05, 0.02),
                (0.275, 0.09, 0.02),
                (0.245, 0.115, 0.01),
                (0.235, 0.095),
                (0, 0.095),
            ],
            steel,
        ),
        put(disc(0.236, 0.004, surface("#F8F1E3", 0.45), 0.001), (0, 0, 0.095)),
        put(slab(0.055, 0.055, 0.05, 0.02, steel, 0.008), (0.3, 0, 0.03), (0, 90, 0)),
    ]
    ink, coral = surface("#3A2B22", 0.3), surface("#D9513F", 0.3)
    for k in range(12):
        mark = slab(0.012, 0.045 if k % 3 else 0.07, 0.006, 0.004, ink, 0.001)
        a = math.radians(30 * k)
        face.append(put(mark, (0.195 * math.sin(a), 0.195 * math.cos(a), 0.099), (0, 0, -30 * k)))
    for length, turn, w, tint in ((0.12, -52, 0.018, ink), (0.175, 50, 0.013, ink), (0.2, 168, 0.005, coral)):
        hand = slab(w, length + 0.03, 0.005, w * 0.45, tint, 0.001)
        a = math.radians(turn)
        face.append(put(hand, (0.5 * length * math.sin(a), 0.5 * length * math.cos(a), 0.108), (0, 0, -turn)))
    face.append(put(disc(0.014, 0.012, ink), (0, 0, 0.106)))
    face.append(put(lettering("yunlark", 0.036, ink), (0, 0.09, 0.1), (-90, 0, 0)))
    for s in (-1, 1):
        lugs = [
            put(slab(0.04, 0.12, 0.06, 0.018, steel, 0.01), (x, 0.27 * s, 0), (-8 * s, 0, 0)) for x in (-0.125, 0.125)
        ]
        face += lugs
    case = group(*face, at=(0, -0.31, 0), turn=(90, 0, 0))
    pillow = loft(
        oval(0.62, 0.76, 2.4), edge(0.36, 0.12, 0.12), surface("#EDE6DB", 0.9, sheen=0.4, bump=("weave", 40, 0.2))
    )
    put(pillow, (-0.18, 0, 0), (0, 90, 0))
    group(band, case, pillow, at=(0, 0, 0.53), turn=(-24, 0, 0))
    put(slab(1.0, 0.85, 0.06, 0.02, surface("#F2EEE8", 0.5), 0.015), (0, 0.08, 0))


@photo("fas-010-1", "#BFE0DC", 3.0, 0.95, elev=13, azim=0)
def umbrella() -> None:
    """An open eight-rib umbrella resting on its rim and handle."""
    panels = 8

    def canopy(u: float, v: float) -> tuple[float, float, float]:
        a = 2 * math.pi * u
        between = abs(math.sin(panels / 2 * a))
        r = 1.15 * v * (1 - 0.075 * between * v**2)
        z = 0.52 * (1 - v**2.1) - 0.06 * between * math.sin(math.pi * v) + 0.03 * between * v**3
        return (r * math.cos(a), r * math.sin(a), z)

    cloth_ = surface("#F5B02E", 0.5, sheen=0.2, coat=0.05)
    parts = [thicken(sheet(canopy, cloth_, 256, 40), 0.008)]
    steel = surface("#F3F3F0", 0.3, metal=0.8)
    for k in range(panels):
        a = 2 * math.pi * k / panels
        rib = [
            (1.15 * v * math.cos(a), 1.15 * v * math.sin(a), 0.52 * (1 - v**2.1) - 0.018)
            for v in (0, 0.25, 0.5, 0.75, 1)
        ]
        parts.append(tube(rib, 0.009, steel))
        parts.append(put(ball(0.022, surface("#8A5A2E", 0.4)), rib[-1]))
        parts.append(tube([(0.03 * math.cos(a), 0.03 * math.sin(a), 0.1), rib[2]], 0.007, steel))
    deal = surface("#9A6234", 0.35, coat=0.4, tint=("wood", "#6E4321", 2.0))
    parts.append(tube([(0, 0, -0.85), (0, 0, 0.6)], 0.018, steel))
    parts.append(
        tube(
            [(0, 0, -0.72), (0, 0, -1.0), (0.04, 0, -1.13), (0.14, 0, -1.18), (0.24, 0, -1.12), (0.27, 0, -1.0)],
            0.035,
            deal,
        )
    )
    parts.append(put(lathe([(0, 0), (0.03, 0), (0.014, 0.14, 0.02), (0, 0.15)], deal), (0, 0, 0.5)))
    tilt = 46
    inner = group(*parts, turn=(tilt, 0, 0))
    put(group(inner), (0.1, 0.1, 1.15 * math.sin(math.radians(tilt)) + 0.01), (0, 0, -66))


@photo("fas-011-1", "#E3C9B4", 2.55, 0.85, elev=10, azim=-22)
def crossbody(colour: str = "#8C3B2A") -> None:
    """A saddle bag in grained leather with a brass turn-lock."""
    hide = surface(colour, 0.45, coat=0.12, bump=("leather", 34, 0.25))
    brass = brushed(GOLD, 0.18)
    shape = [(-0.62, 0.1), (-0.5, -0.42), (0, -0.5), (0.5, -0.42), (0.62, 0.1), (0.56, 0.42), (0, 0.47), (-0.56, 0.42)]
    put(loft(drawn(shape, 14), edge(0.36, 0.07, 0.07), hide), (0, 0.18, 0.52), (90, 0, 0))
    cover = [(-0.6, 0.12), (-0.42, -0.18), (0, -0.26), (0.42, -0.18), (0.6, 0.12), (0.6, 0.42), (0, 0.5), (-0.6, 0.42)]
    put(loft(drawn(cover, 14), edge(0.045, 0.02, 0.02), hide), (0, -0.175, 0.53), (90, 0, 0))
    top = [(-0.57, -0.2, 0.93), (-0.57, 0.0, 0.985), (-0.57, 0.19, 0.93)]
    sweep([Vector(p) for p in top], rrect(0.04, 0.02, 0.009, 3)(0), hide, up=(1, 0, 0))
    thread = surface("#E9C9A0", 0.6)
    line = drawn(cover, 14)(0.045)
    for k in range(0, len(line), 2):
        (x0, z0), (x1, z1) = line[k], line[(k + 1) % len(line)]
        if z0 < 0.3:
            tube([(x0, -0.223, z0 + 0.53), (x1, -0.223, z1 + 0.53)], 0.0075, thread, steps=2)
    put(disc(0.085, 0.03, brass, 0.012), (0, -0.215, 0.36), (90, 0, 0))
    put(slab(0.04, 0.11, 0.04, 0.018, brass, 0.01), (0, -0.245, 0.36), (90, 0, 0))
    for x in (-0.6, 0.6):
        put(ring(0.07, 0.014, brass), (x, 0, 0.98), (90, 0, 0))
    arc = [
        (-0.6, 0, 1.04),
        (-0.58, 0, 1.3),
        (-0.36, 0.0, 1.68),
        (0, 0, 1.82),
        (0.36, 0, 1.68),
        (0.58, 0, 1.3),
        (0.6, 0, 1.04),
    ]
    strap(arc, 0.03, 0.09, hide, up=(0, 1, 0))


@photo("fas-012-1", "#EBDCBD", 3.5, 0.0, elev=62, azim=0, light=0.9)
def socks() -> None:
    """Three socks laid out in a fan."""
    knots = [
        (-0.26, 1.1),
        (-0.27, 0.5),
        (-0.28, 0.0),
        (-0.36, -0.34),
        (-0.2, -0.62),
        (0.1, -0.64),
        (0.5, -0.6),
        (0.88, -0.62),
        (1.06, -0.44),
        (1.0, -0.22),
        (0.7, -0.14),
        (0.38, -0.02),
        (0.28, 0.24),
        (0.27, 0.6),
        (0.26, 1.1),
        (0, 1.12),
    ]
    for k, (main, other) in enumerate((("#E5674F", "#F8E3CF"), ("#F3B53C", "#FFF4DA"), ("#3F7F74", "#DDEFE5"))):
        knit = surface(main, 0.9, sheen=0.4, bump=("rib", 16, 0.35))
        plain = surface(other, 0.9, sheen=0.4, bump=("rib", 16, 0.5))
        body = loft(drawn(knots, 12), edge(0.13, 0.06, 0.06, 8), knit)
        cuff = put(slab(0.58, 0.34, 0.15, 0.05, plain, 0.05), (0, 1.02, -0.01))
        toe_shape = [(0.74, -0.63), (0.9, -0.64), (1.085, -0.45), (1.03, -0.2), (0.74, -0.13), (0.66, -0.38)]
        toe = put(loft(drawn(toe_shape, 12), edge(0.15, 0.06, 0.06, 8), plain), (0, 0, -0.008))
        heel = put(loft(oval(0.46, 0.56, 2.2), edge(0.15, 0.06, 0.06, 8), plain), (-0.145, -0.38, -0.006), (0, 0, 24))
        stripes = [put(slab(0.57, 0.06, 0.148, 0.03, plain, 0.05), (0, 0.7 - 0.13 * i, -0.008)) for i in range(2)]
        group(
            body,
            cuff,
            toe,
            heel,
            *stripes,
            at=(-1.22 + 0.86 * k, -0.2 - 0.05 * k, 0.005 + 0.05 * k),
            turn=(0, 0, 8 - 8 * k),
        )


@photo("fas-013-1", "#D7CDBC", 2.0, 0.26, x=-0.12, elev=27, azim=-18)
def belt() -> None:
    """A coiled leather belt with a brass buckle."""
    hide = surface("#6B4028", 0.45, coat=0.15, bump=("leather", 50, 0.15))
    brass = brushed(GOLD, 0.18)
    path = []
    for k in range(260):
        a = 2 * math.pi * 3.3 * k / 259
        r = 0.2 + 0.095 * a / (2 * math.pi) * 1.15
        path.append(Vector((r * math.cos(a), r * math.sin(a), 0.18)))
    end = path[-1]
    ahead = (path[-1] - path[-2]).normalized()
    path += [end + ahead * 0.03 * k for k in range(1, 9)]
    sweep(path, rrect(0.045, 0.34, 0.02, 4)(0), hide, up=(0, 0, 1))
    put(
        slab(0.075, 0.1, 0.37, 0.02, hide, 0.01),
        end + ahead * 0.08 + Vector((0, 0, -0.18)),
        (0, 0, math.degrees(math.atan2(ahead.y, ahead.x)) + 90),
    )
    tip = path[-1] + ahead * 0.16
    frame = [Vector((x, 0, z)) for x, z in rrect(0.36, 0.46, 0.08, 8)(0)]
    buckle = sweep(
        frame,
        [(0.028 * math.cos(a), 0.028 * math.sin(a)) for a in (2 * math.pi * k / 16 for k in range(16))],
        brass,
        closed=True,
    )
    prong = tube([(-0.18, 0, 0), (0, -0.02, 0), (0.19, -0.035, 0)], 0.017, brass)
    put(group(buckle, prong), (tip.x, tip.y, 0.235), (0, 0, math.degrees(math.atan2(ahead.y, ahead.x))))


@photo("fas-014-1", "#C8D3B5", 2.95, 0.62, elev=13, azim=14)
def bucket_hat() -> None:
    """A corduroy bucket hat resting on a round block."""
    put(lathe([(0, 0), (0.7, 0, 0.04), (0.7, 0.36, 0.04), (0, 0.36)], stone("#F3EADC")), (0, 0, 0))

    def hat(u: float, v: float) -> tuple[float, float, float]:
        a = 2 * math.pi * u
        points = [
            (0.0, 0.78),
            (0.4, 0.78),
            (0.66, 0.765),
            (0.72, 0.7),
            (0.77, 0.4),
            (0.84, 0.12),
            (0.97, -0.02),
            (1.13, -0.16),
            (1.24, -0.27),
        ]
        t = v * (len(points) - 1)
        i = min(int(t), len(points) - 2)
        f = t - i
        r = points[i][0] * (1 - f) + points[i + 1][0] * f
        z = points[i][1] * (1 - f) + points[i + 1][1] * f
        wave = 0.05 * max(v - 0.6, 0) * 2.5 * math.cos(2 * a + 0.6)
        return (r * math.cos(a), r * math.sin(a), z + wave)

    cord = surface("#8A9A5B", 0.9, sheen=0.5, bump=("rib", 26, 0.8), coords="UV")
    skin = thicken(soften(sheet(hat, cord, 128, 32), 2), 0.03)
    parts = [skin]
    parts.append(put(slab(0.3, 0.16, 0.012, 0.02, surface("#F4EBD8", 0.8)), (0, -0.79, 0.36), (82, 0, 0)))
    parts.append(put(lettering("yunlark", 0.06, surface("#4A5730", 0.7)), (0, -0.809, 0.36), (-8, 0, 0)))
    group(*parts, at=(0, 0, 0.36), turn=(-4, 5, 0))


@photo("fas-015-1", "#E9C9CF", 1.75, 0.28, elev=22, azim=-20)
def hair_claws() -> None:
    """Two acetate hair claws, tortoise and cream."""

    def claw(material: object) -> object:
        parts = []
        steel = brushed(GOLD, 0.2)
        for s in (-1, 1):

            def plate(u: float, v: float, side: int = s) -> tuple[float, float, float]:
                x = (u - 0.5) * 1.0
                a = math.radians(8 + 62 * v)
                r = 0.36 - 0.09 * (2 * u - 1) ** 2
                return (x, side * r * math.sin(a), r * math.cos(a) + 0.12)

            parts.append(soften(thicken(sheet(plate, material, 30, 12), 0.05), 1))
            for k in range(7):
                u = (k + 0.5) / 7
                x = (u - 0.5) * 1.0
                r = 0.36 - 0.09 * (2 * u - 1) ** 2
                arc = [
                    (
                        x * (1 - 0.08 * i),
                        s * r * math.sin(math.radians(66 + 14 * i)),
                        r * math.cos(math.radians(66 + 14 * i)) + 0.12,
                    )
                    for i in range(6)
                ]
                section = [(0.03 * math.cos(b), 0.045 * math.sin(b)) for b in (2 * math.pi * j / 16 for j in range(16))]
                parts.append(
                    sweep([Vector(p) for p in arc], section, material, width=lambda t: 1 - 0.6 * t, up=(1, 0, 0))
                )

            def wing(u: float, v: float, side: int = s) -> tuple[float, float, float]:
                w = 0.2 * (1 - 0.25 * v)
                return ((u - 0.5) * 2 * w, side * (0.06 + 0.16 * v), 0.46 + 0.2 * v)

            parts.append(soften(thicken(sheet(wing, material, 12, 8), 0.045), 2))
        parts.append(put(disc(0.035, 0.34, steel), (-0.17, 0, 0.46), (0, 90, 0)))
        parts += [put(ring(0.04, 0.009, steel), (-0.1 + 0.025 * k, 0, 0.46), (0, 90, 0)) for k in range(9)]
        return group(*parts)

    tortoise = surface("#4A2413", 0.1, coat=1, tint=("clouds", "#C58743", 4.0))
    cream = surface("#F6E8D2", 0.12, coat=1, skin=0.2, tint=("clouds", "#E6CDA8", 3.0))
    put(claw(tortoise), (-0.2, -0.12, 0.0), (0, 0, 14))
    put(claw(cream), (0.34, 0.52, 0.0), (0, 0, -28), 0.86)
