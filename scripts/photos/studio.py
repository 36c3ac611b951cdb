"""The studio: an empty scene, a seamless backdrop, soft light and a long lens. One unit is ten centimetres."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import bpy
from mathutils import Vector

PHOTOS: dict[str, Photo] = {}


@dataclass(frozen=True)
class Photo:
    """One picture: what is built, on which ground, and where the camera stands."""

    name: str
    build: Callable[[], None]
    ground: str
    height: float  # units of the scene the frame shows at the target
    target: tuple[float, float, float]
    elev: float = 12.0
    azim: float = 0.0
    lens: float = 85.0
    fstop: float = 1.3
    light: float = 1.0
    sun: float = 0.0
    settings: dict[str, float] = field(default_factory=dict)


def photo(
    name: str,
    ground: str,
    height: float,
    z: float,
    *,
    x: float = 0.0,
    y: float = 0.0,
    **camera: float,
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a scene; `height` is the framed height, (x, y, z) the point looked at."""

    def register(build: Callable[[], None]) -> Callable[[], None]:
        PHOTOS[name] = Photo(name, build, ground, height, (x, y, z), **camera)
        return build

    return register


def linear(colour: str) -> tuple[float, float, float, float]:
    """A #RRGGBB colour as the linear RGBA that the renderer wants."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return (*(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels), 1.0)


def prepare(shot: Photo, *, size: int, samples: int) -> None:
    """Build one scene from nothing."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    _settings(size, samples)
    _backdrop(shot.ground)
    shot.build()
    _lights(shot)
    _camera(shot)


def shoot(shot: Photo, folder: Path, *, size: int, samples: int) -> Path:
    """Build one scene and render it into `folder` as JPEG."""
    prepare(shot, size=size, samples=samples)
    out = folder / f"{shot.name}.jpg"
    bpy.context.scene.render.filepath = str(out)
    bpy.ops.render.render(write_still=True)
    return out


def _settings(size: int, samples: int) -> None:
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.render.resolution_x = scene.render.resolution_y = size
    scene.render.image_settings.file_format = "JPEG"
    scene.render.image_settings.quality = 87
    cycles = scene.cycles
    cycles.device = "CPU"
    cycles.samples = samples
    cycles.use_adaptive_sampling = True
    cycles.adaptive_threshold = 0.08
    cycles.adaptive_min_samples = 6
    cycles.use_denoising = True
    cycles.denoiser = "OPENIMAGEDENOISE"
    cycles.denoising_prefilter = "FAST"
    cycles.denoising_quality = "BALANCED"
    cycles.max_bounces = 12
    cycles.transmission_bounces = 12
    cycles.diffuse_bounces = 2
    cycles.glossy_bounces = 3
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.sample_clamp_indirect = 6
    # Khronos' neutral curve keeps the hue of a product, which filmic curves bleach.
    scene.view_settings.view_transform = "Khronos PBR Neutral"
    world = bpy.data.worlds.new("room")
    world.use_nodes = True
    world.node_tree.nodes["Background"].inputs["Color"].default_value = (0.93, 0.95, 1.0, 1)
    world.node_tree.nodes["Background"].inputs["Strength"].default_value = 0.42
    world.cycles.sampling_method = "NONE"  # an even sky needs no search for bright spots
    scene.world = world


def _backdrop(colour: str) -> None:
    """A floor that bends up into a wall, so that no horizon shows."""
    bend, back, top = 4.0, 5.0, 18.0
    profile = [(-16.0, 0.0), (back, 0.0)]
    profile += [
        (back + bend * math.sin(a), bend - bend * math.cos(a)) for a in (math.pi / 2 * i / 24 for i in range(1, 25))
    ]
    profile.append((back + bend, top))
    verts = [(x, y, z) for y, z in profile for x in (-26.0, 26.0)]
    faces = [(2 * i, 2 * i + 1, 2 * i + 3, 2 * i + 2) for i in range(len(profile) - 1)]
    mesh = bpy.data.meshes.new("backdrop")
    mesh.from_pydata(verts, [], faces)
    mesh.shade_smooth()
    drop = bpy.data.objects.new("backdrop", mesh)
    bpy.context.collection.objects.link(drop)
    paper = bpy.data.materials.new("paper")
    paper.use_nodes = True
    shader = paper.node_tree.nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = linear(colour)
    shader.inputs["Roughness"].default_value = 0.9
    shader.inputs["Specular IOR Level"].default_value = 0.15
    mesh.materials.append(paper)


def _area(at: tuple[float, float, float], target: Vector, size: float, watts: float, colour: str = "#FFFFFF") -> None:
    lamp = bpy.data.lights.new("area", "AREA")
    lamp.shape = "DISK" if size < 3 else "SQUARE"
    lamp.size = size
    lamp.energy = watts
    lamp.color = linear(colour)[:3]
    thing = bpy.data.objects.new("area", lamp)
    thing.location = at
    thing.rotation_euler = (target - Vector(at)).to_track_quat("-Z", "Y").to_euler()
    thing.visible_camera = False
    bpy.context.collection.objects.link(thing)


def _lights(shot: Photo) -> None:
    target = Vector(shot.target)
    k = shot.light * (shot.height / 2.4) ** 2
    s = shot.height / 2.4
    _area((-4.2 * s, -2.6 * s, 5.2 * s), target, 3.2 * s, 420 * k, "#FFF6EC")
    _area((4.8 * s, -3.2 * s, 2.6 * s), target, 4.0 * s, 95 * k, "#F2F6FF")
    _area((2.6 * s, 3.4 * s, 4.2 * s), target, 2.2 * s, 170 * k)
    _area((-0.5 * s, 0.5 * s, 6.4 * s), target, 4.0 * s, 120 * k)
    _area((0, -1.0 * s, 9 * s), Vector((0, 8.5, 5)), 7.0 * s, 260 * k)
    if shot.sun:
        lamp = bpy.data.lights.new("sun", "SUN")
        lamp.energy = shot.sun
        lamp.angle = math.radians(3)
        lamp.color = linear("#FFE9CF")[:3]
        thing = bpy.data.objects.new("sun", lamp)
        thing.rotation_euler = (math.radians(48), 0, math.radians(-52))
        bpy.context.collection.objects.link(thing)


def _camera(shot: Photo) -> None:
    lens = bpy.data.cameras.new("camera")
    lens.lens, lens.sensor_width = shot.lens, 36.0
    away = shot.height * shot.lens / 36.0
    elev, azim = math.radians(shot.elev), math.radians(shot.azim)
    target = Vector(shot.target)
    offset = Vector((math.sin(azim) * math.cos(elev), -math.cos(azim) * math.cos(elev), math.sin(elev))) * away
    thing = bpy.data.objects.new("camera", lens)
    thing.location = target + offset
    thing.rotation_euler = (-offset).to_track_quat("-Z", "Y").to_euler()
    lens.dof.use_dof = True
    lens.dof.focus_distance = away - 0.12 * shot.height
    lens.dof.aperture_fstop = shot.fstop / (shot.height / 2.4)
    lens.clip_end = 200
    bpy.context.collection.objects.link(thing)
    bpy.context.scene.camera = thing
