"""Shapes: turned, lofted, swept and stretched meshes. One unit is ten centimetres; z is up, -y faces the camera."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

import bmesh
import bpy
from mathutils import Euler, Vector

Point2 = tuple[float, float]
Point3 = Sequence[float]
Outline = Callable[[float], list[Point2]]
Thing = bpy.types.Object
Material = bpy.types.Material


def _stage(mesh: bpy.types.Mesh, material: Material) -> Thing:
    """Close the seams of a mesh, turn its faces outward and put it on the stage."""
    solid = bmesh.new()
    solid.from_mesh(mesh)
    bmesh.ops.remove_doubles(solid, verts=solid.verts, dist=1e-5)
    bmesh.ops.recalc_face_normals(solid, faces=solid.faces)
    solid.to_mesh(mesh)
    solid.free()
    mesh.shade_smooth()
    mesh.materials.append(material)
    thing = bpy.data.objects.new(mesh.name, mesh)
    bpy.context.collection.objects.link(thing)
    return thing


def _thing(name: str, verts: Sequence[Point3], faces: Sequence[Sequence[int]], material: Material) -> Thing:
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata([tuple(v) for v in verts], [], [tuple(f) for f in faces])
    return _stage(mesh, material)


def put(thing: Thing, at: Point3 = (0, 0, 0), turn: Point3 = (0, 0, 0), scale: float | Point3 = 1.0) -> Thing:
    """Move, turn (degrees, XYZ) and scale one thing or a group."""
    thing.location = at
    thing.rotation_euler = [math.radians(a) for a in turn]
    thing.scale = (scale,) * 3 if isinstance(scale, (int, float)) else scale
    return thing


def group(*things: Thing, at: Point3 = (0, 0, 0), turn: Point3 = (0, 0, 0), scale: float = 1.0) -> Thing:
    """Hang things on one handle."""
    handle = bpy.data.objects.new("group", None)
    bpy.context.collection.objects.link(handle)
    for thing in things:
        thing.parent = handle
    return put(handle, at, turn, scale)


def flat_normals(thing: Thing) -> Thing:
    """Keep large flats flat next to small rounded edges."""
    thing.modifiers.new("normals", "WEIGHTED_NORMAL").keep_sharp = True
    return thing


def soften(thing: Thing, levels: int = 2) -> Thing:
    """Subdivide smoothly at render time."""
    mod = thing.modifiers.new("soft", "SUBSURF")
    mod.levels = mod.render_levels = levels
    return thing


def thicken(thing: Thing, thickness: float, offset: float = 0.0) -> Thing:
    """Give a sheet some body."""
    mod = thing.modifiers.new("thick", "SOLIDIFY")
    mod.thickness, mod.offset = thickness, offset
    return thing


def fillet(points: Sequence[Sequence[float]], steps: int = 7) -> list[Point2]:
    """A polyline of (a, b, radius) with its corners rounded."""
    out: list[Point2] = []
    for i, point in enumerate(points):
        here = Vector(point[:2])
        radius = point[2] if len(point) > 2 else 0.0
        if not radius or i in (0, len(points) - 1):
            out.append((here.x, here.y))
            continue
        before, after = Vector(points[i - 1][:2]) - here, Vector(points[i + 1][:2]) - here
        cut = min(radius, before.length * 0.499, after.length * 0.499)
        a, b = here + before.normalized() * cut, here + after.normalized() * cut
        for k in range(steps + 1):
            t = k / steps
            spot = a * (1 - t) ** 2 + here * (2 * t * (1 - t)) + b * t**2
            out.append((spot.x, spot.y))
    return out


def lathe(points: Sequence[Sequence[float]], material: Material, seg: int = 96, steps: int = 7) -> Thing:
    """Turn a profile of (radius, z, fillet) about the z axis."""
    profile = fillet(points, steps)
    verts: list[Point3] = []
    rings: list[list[int]] = []
    for r, z in profile:
        start = len(verts)
        if r < 1e-6:
            verts.append((0, 0, z))
            rings.append([start] * seg)
            continue
        verts += [(r * math.cos(2 * math.pi * k / seg), r * math.sin(2 * math.pi * k / seg), z) for k in range(seg)]
        rings.append(list(range(start, start + seg)))
    faces = []
    for low, high in itertools.pairwise(rings):
        for k in range(seg):
            n = (k + 1) % seg
            face = list(dict.fromkeys([low[k], low[n], high[n], high[k]]))
            if len(face) > 2:
                faces.append(face)
    return flat_normals(_thing("lathe", verts, faces, material))


def vessel(outer: Sequence[Sequence[float]], wall: float, floor: float, material: Material, rim: float = 0.5) -> Thing:
    """A turned open vessel: the outer profile from the axis up to the rim, and a wall of even thickness."""
    inner = [(max(p[0] - wall, 0.0), max(p[1], outer[0][1] + floor), *p[2:]) for p in outer[1:]]
    top_out = (*outer[-1][:2], wall * rim)
    top_in = (*inner[-1][:2], wall * rim)
    return lathe([*outer[:-1], top_out, top_in, *reversed(inner[:-1]), (0, outer[0][1] + floor)], material)


def rrect(w: float, d: float, r: float, n: int = 9) -> Outline:
    """A rounded rectangle, as a function of how far it is drawn in."""

    def outline(inset: float) -> list[Point2]:
        hw, hd = w / 2 - inset, d / 2 - inset
        rr = max(min(r - inset, hw, hd), 0.001)
        out = []
        for cx, cy, start in (
            (hw - rr, hd - rr, 0),
            (-hw + rr, hd - rr, 90),
            (-hw + rr, -hd + rr, 180),
            (hw - rr, -hd + rr, 270),
        ):
            for k in range(n + 1):
                a = math.radians(start + 90 * k / n)
                out.append((cx + rr * math.cos(a), cy + rr * math.sin(a)))
        return out

    return outline


def oval(w: float, d: float, power: float = 2.0, n: int = 96) -> Outline:
    """A superellipse."""

    def outline(inset: float) -> list[Point2]:
        out = []
        for k in range(n):
            c, s = math.cos(2 * math.pi * k / n), math.sin(2 * math.pi * k / n)
            x = math.copysign(abs(c) ** (2 / power), c) * (w / 2 - inset)
            y = math.copysign(abs(s) ** (2 / power), s) * (d / 2 - inset)
            out.append((x, y))
        return out

    return outline


def edge(height: float, bottom: float = 0.02, top: float = 0.02, steps: int = 6) -> list[Point2]:
    """A loft profile of (inset, z) with rounded lower and upper edges."""
    low = [
        (bottom * (1 - math.sin(a)), bottom * (1 - math.cos(a)))
        for a in (math.pi / 2 * k / steps for k in range(steps + 1))
    ]
    high = [
        (top * (1 - math.cos(a)), height - top * (1 - math.sin(a)))
        for a in (math.pi / 2 * k / steps for k in range(steps + 1))
    ]
    return low + high


def loft(outline: Outline, profile: Sequence[Point2], material: Material) -> Thing:
    """Stack an outline along (inset, z) steps and close both ends."""
    verts: list[Point3] = []
    loops = []
    for inset, z in profile:
        ring = outline(inset)
        loops.append(range(len(verts), len(verts) + len(ring)))
        verts += [(x, y, z) for x, y in ring]
    faces: list[Sequence[int]] = []
    for low, high in itertools.pairwise(loops):
        n = len(low)
        faces += [(low[k], low[(k + 1) % n], high[(k + 1) % n], high[k]) for k in range(n)]
    faces += [list(reversed(loops[0])), list(loops[-1])]
    return flat_normals(_thing("loft", verts, faces, material))


def slab(w: float, d: float, h: float, r: float, material: Material, bevel: float = 0.02) -> Thing:
    """A rounded slab lying on z = 0."""
    return loft(rrect(w, d, r), edge(h, bevel, bevel), material)


def disc(radius: float, h: float, material: Material, bevel: float = 0.02, seg: int = 96) -> Thing:
    """A round slab standing on z = 0."""
    return lathe([(0, 0), (radius, 0, bevel), (radius, h, bevel), (0, h)], material, seg)


def ball(radius: float, material: Material, at: Point3 = (0, 0, 0), squash: Point3 = (1, 1, 1)) -> Thing:
    """A sphere or an ellipsoid."""
    n = 40
    profile = [(radius * math.sin(math.pi * k / n), -radius * math.cos(math.pi * k / n)) for k in range(n + 1)]
    profile[0], profile[-1] = (0.0, -radius), (0.0, radius)
    return put(lathe(profile, material, 64), at, scale=squash)


def ring(radius: float, thick: float, material: Material, squash: float = 1.0) -> Thing:
    """A torus lying flat; `squash` stretches its section along z."""
    n = 32
    profile = [
        (radius + thick * math.cos(2 * math.pi * k / n), squash * thick * math.sin(2 * math.pi * k / n))
        for k in range(n + 1)
    ]
    return lathe(profile, material, 128)


def curve(points: Sequence[Point3], steps: int = 12, closed: bool = False) -> list[Vector]:
    """A Catmull-Rom line through the points."""
    knots = [Vector(p) for p in points]
    n = len(knots)
    out = []
    for i in range(n if closed else n - 1):
        p0, p1, p2, p3 = ((knots[(i + k) % n] if closed else knots[min(max(i + k, 0), n - 1)]) for k in (-1, 0, 1, 2))
        for k in range(steps):
            t = k / steps
            out.append(
                0.5
                * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3)
            )
    if not closed:
        out.append(knots[-1])
    return out


def sweep(
    path: Sequence[Vector],
    section: Sequence[Point2],
    material: Material,
    *,
    closed: bool = False,
    up: Point3 | None = None,
    width: Callable[[float], float] | None = None,
) -> Thing:
    """Draw a closed section along a path; with `up` the section's second axis keeps to that direction."""
    n, m = len(path), len(section)
    verts: list[Point3] = []
    side: Vector | None = None
    for i, spot in enumerate(path):
        ahead = path[(i + 1) % n] if closed or i < n - 1 else spot
        behind = path[i - 1] if closed or i > 0 else spot
        tangent = (ahead - behind).normalized()
        if up is not None:
            side = tangent.cross(Vector(up)).normalized()
        elif side is None:
            side = tangent.orthogonal().normalized()
        else:
            side = (side - tangent * side.dot(tangent)).normalized()
        lift = side.cross(tangent)
        k = width(i / max(n - 1, 1)) if width else 1.0
        verts += [spot + side * (a * k) + lift * (b * k) for a, b in section]
    faces: list[Sequence[int]] = []
    for i in range(n if closed else n - 1):
        j = (i + 1) % n
        faces += [(i * m + k, i * m + (k + 1) % m, j * m + (k + 1) % m, j * m + k) for k in range(m)]
    if not closed:
        faces += [list(range(m - 1, -1, -1)), list(range((n - 1) * m, n * m))]
    return _thing("sweep", verts, faces, material)


def tube(
    points: Sequence[Point3], radius: float, material: Material, *, closed: bool = False, steps: int = 12
) -> Thing:
    """A round tube through points."""
    section = [(radius * math.cos(2 * math.pi * k / 20), radius * math.sin(2 * math.pi * k / 20)) for k in range(20)]
    return sweep(curve(points, steps, closed), section, material, closed=closed)


def strap(
    points: Sequence[Point3], w: float, t: float, material: Material, *, up: Point3, closed: bool = False
) -> Thing:
    """A flat band through points, `w` wide along `up`, with soft edges."""
    return sweep(curve(points, 14, closed), rrect(t, w, t * 0.48, 4)(0), material, closed=closed, up=up)


def sheet(at: Callable[[float, float], Point3], material: Material, nu: int = 48, nv: int = 48) -> Thing:
    """A surface over u, v in 0..1 with texture coordinates; edges that meet are joined."""
    verts = [tuple(at(i / nu, j / nv)) for i in range(nu + 1) for j in range(nv + 1)]
    faces, marks = [], []
    for i in range(nu):
        for j in range(nv):
            a = i * (nv + 1) + j
            faces.append((a, a + nv + 1, a + nv + 2, a + 1))
            marks += [(i / nu, j / nv), ((i + 1) / nu, j / nv), ((i + 1) / nu, (j + 1) / nv), (i / nu, (j + 1) / nv)]
    mesh = bpy.data.meshes.new("sheet")
    mesh.from_pydata(verts, [], faces)
    layer = mesh.uv_layers.new()
    for spot, mark in zip(layer.data, marks, strict=True):
        spot.uv = mark
    return _stage(mesh, material)


def lettering(
    words: str, size: float, material: Material, *, wrap: float = 0.0, depth: float = 0.0, spacing: float = 1.15
) -> Thing:
    """Centred letters that stand in the xz plane facing -y, or lie round a cylinder of radius `wrap`."""
    font = bpy.data.curves.new("words", "FONT")
    font.body, font.size, font.align_x, font.align_y = words, size, "CENTER", "CENTER"
    font.space_character, font.extrude = spacing, max(depth, 0.0)
    temp = bpy.data.objects.new("words", font)
    bpy.context.collection.objects.link(temp)
    view = bpy.context.evaluated_depsgraph_get()
    mesh = bpy.data.meshes.new_from_object(temp.evaluated_get(view))
    bpy.data.objects.remove(temp)
    if wrap:
        solid = bmesh.new()
        solid.from_mesh(mesh)
        bmesh.ops.subdivide_edges(solid, edges=[e for e in solid.edges if e.calc_length() > wrap * 0.15], cuts=3)
        bmesh.ops.triangulate(solid, faces=solid.faces)
        solid.to_mesh(mesh)
        solid.free()
    for vert in mesh.vertices:
        x, z, y = vert.co
        if wrap:
            a = x / wrap
            r = wrap + y + 0.002
            vert.co = (r * math.sin(a), -r * math.cos(a), z)
        else:
            vert.co = (x, -y, z)
    mesh.materials.clear()
    mesh.materials.append(material)
    thing = bpy.data.objects.new("words", mesh)
    bpy.context.collection.objects.link(thing)
    return thing


def pebble(radius: float, material: Material, at: Point3, seed: float = 0.0, flat: float = 0.45) -> Thing:
    """A smooth stone."""

    def spot(u: float, v: float) -> Point3:
        a, b = 2 * math.pi * u, math.pi * v
        wobble = 1 + 0.09 * math.sin(2 * a + seed) + 0.06 * math.cos(3 * a - 2 * seed)
        r = radius * math.sin(b) * wobble
        return (r * math.cos(a) * 1.2, r * math.sin(a), radius * flat * (1 - math.cos(b)))

    return put(sheet(spot, material, 48, 24), at, (0, 0, seed * 57))


def leaf(length: float, width: float, material: Material, bend: float = 0.3) -> Thing:
    """A leaf that rises from the origin along +x and bows down at its tip."""

    def spot(u: float, v: float) -> Point3:
        half = width * math.sin(math.pi * min(u * 0.98 + 0.02, 1)) ** 0.8 * (1 - 0.35 * u)
        y = (v - 0.5) * half
        return (length * u, y, -bend * length * u * u + abs(y) * 0.35)

    return thicken(sheet(spot, material, 24, 8), 0.012)


def petal_stem(at: Point3, height: float, material: Material, head: Material, lean: float, seed: int = 0) -> Thing:
    """A dry stem with a plume of small grains."""
    parts = [tube([(0, 0, 0), (lean * 0.3, 0, height * 0.5), (lean, 0.02, height)], 0.012, material)]
    for k in range(26):
        t = k / 26
        a = 2.4 * k + seed
        r = 0.07 * math.sin(math.pi * (0.15 + 0.8 * t)) + 0.01
        x = lean * (0.62 + 0.45 * t) ** 1.6
        grain = ball(0.032, head, (x + r * math.cos(a), r * math.sin(a), height * (0.68 + 0.36 * t)), (0.8, 0.8, 1.7))
        parts.append(grain)
    return group(*parts, at=at)


def towards(direction: Point3) -> Euler:
    """The turn that lays +z along a direction."""
    return Vector(direction).to_track_quat("Z", "Y").to_euler()


def drawn(knots: Sequence[Point2], steps: int = 10) -> Outline:
    """A smooth closed outline through points given anticlockwise; inset moves it along its inward normal."""
    line = [(p.x, p.y) for p in curve([(x, y, 0) for x, y in knots], steps, closed=True)]

    def outline(inset: float) -> list[Point2]:
        n = len(line)
        out = []
        for i, (x, y) in enumerate(line):
            (ax, ay), (bx, by) = line[i - 1], line[(i + 1) % n]
            dx, dy = bx - ax, by - ay
            size = math.hypot(dx, dy) or 1.0
            out.append((x - dy / size * inset, y + dx / size * inset))
        return out

    return outline
