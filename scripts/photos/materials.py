"""Surfaces: one principled shader, with grain, weave, wood or speckle where asked."""

from __future__ import annotations

import bpy
from studio import linear

Socket = bpy.types.NodeSocket
Tree = bpy.types.ShaderNodeTree


def surface(
    colour: str,
    rough: float = 0.5,
    *,
    metal: float = 0.0,
    coat: float = 0.0,
    sheen: float = 0.0,
    skin: float = 0.0,
    glow: float = 0.0,
    specular: float = 0.5,
    bump: tuple[str, float, float] | None = None,
    tint: tuple[str, str, float] | None = None,
    coords: str = "Object",
) -> bpy.types.Material:
    """An opaque surface; `bump` is (kind, scale, strength), `tint` is (kind, second colour, scale)."""
    made = bpy.data.materials.new("surface")
    made.use_nodes = True
    tree = made.node_tree
    shader = tree.nodes["Principled BSDF"]
    values = {
        "Base Color": linear(colour),
        "Roughness": rough,
        "Metallic": metal,
        "Coat Weight": coat,
        "Coat Roughness": 0.08,
        "Sheen Weight": sheen,
        "Sheen Roughness": 0.4,
        "Subsurface Weight": skin,
        "Subsurface Scale": 0.12,
        "Specular IOR Level": specular,
        "Emission Color": linear(colour),
        "Emission Strength": glow,
    }
    for name, value in values.items():
        shader.inputs[name].default_value = value
    if skin:
        shader.inputs["Subsurface Radius"].default_value = (1.0, 0.7, 0.6)
    if tint:
        tree.links.new(_tint(tree, colour, *tint, coords), shader.inputs["Base Color"])
    if bump:
        kind, scale, strength = bump
        node = tree.nodes.new("ShaderNodeBump")
        node.inputs["Strength"].default_value = strength
        node.inputs["Distance"].default_value = 0.02
        tree.links.new(_height(tree, kind, scale, coords), node.inputs["Height"])
        tree.links.new(node.outputs["Normal"], shader.inputs["Normal"])
    return made


def glass(colour: str = "#FFFFFF", rough: float = 0.0, ior: float = 1.45, shade: float = 0.93) -> bpy.types.Material:
    """Glass, jelly or liquid; shadow rays pass it, since a studio glass never throws a black shadow."""
    made = bpy.data.materials.new("glass")
    made.use_nodes = True
    tree = made.node_tree
    shader = tree.nodes["Principled BSDF"]
    shader.inputs["Base Color"].default_value = linear(colour)
    shader.inputs["Roughness"].default_value = rough
    shader.inputs["IOR"].default_value = ior
    shader.inputs["Transmission Weight"].default_value = 1.0
    clear = tree.nodes.new("ShaderNodeBsdfTransparent")
    r, g, b, _ = linear(colour)
    clear.inputs["Color"].default_value = (shade * (0.4 + 0.6 * r), shade * (0.4 + 0.6 * g), shade * (0.4 + 0.6 * b), 1)
    path = tree.nodes.new("ShaderNodeLightPath")
    mix = tree.nodes.new("ShaderNodeMixShader")
    either = tree.nodes.new("ShaderNodeMath")
    either.operation = "MAXIMUM"
    # Light that leaves a label inside the glass passes too; tracing it as a caustic would only make noise.
    tree.links.new(path.outputs["Is Shadow Ray"], either.inputs[0])
    tree.links.new(path.outputs["Is Diffuse Ray"], either.inputs[1])
    tree.links.new(either.outputs[0], mix.inputs["Fac"])
    tree.links.new(shader.outputs["BSDF"], mix.inputs[1])
    tree.links.new(clear.outputs["BSDF"], mix.inputs[2])
    tree.links.new(mix.outputs["Shader"], tree.nodes["Material Output"].inputs["Surface"])
    return made


def wood(light: str = "#C9955F", dark: str = "#8E5B33", scale: float = 1.0) -> bpy.types.Material:
    """Oiled wood with the grain along x."""
    return surface(light, 0.42, tint=("wood", dark, scale), bump=("wood", scale, 0.15))


def brushed(colour: str, rough: float = 0.32) -> bpy.types.Material:
    """Brushed metal, the strokes along x."""
    return surface(colour, rough, metal=1.0, bump=("brushed", 1.0, 0.12))


def cloth(colour: str, scale: float = 60.0, strength: float = 0.5, coords: str = "UV") -> bpy.types.Material:
    """Plain-woven fabric."""
    return surface(colour, 0.85, sheen=0.25, specular=0.2, bump=("weave", scale, strength), coords=coords)


def _vector(tree: Tree, coords: str, scale: tuple[float, float, float]) -> Socket:
    source = tree.nodes.new("ShaderNodeTexCoord")
    mapping = tree.nodes.new("ShaderNodeMapping")
    mapping.inputs["Scale"].default_value = scale
    tree.links.new(source.outputs[coords], mapping.inputs["Vector"])
    return mapping.outputs["Vector"]


def _noise(tree: Tree, vector: Socket, scale: float, detail: float = 4.0) -> Socket:
    node = tree.nodes.new("ShaderNodeTexNoise")
    node.inputs["Scale"].default_value = scale
    node.inputs["Detail"].default_value = detail
    tree.links.new(vector, node.inputs["Vector"])
    return node.outputs["Fac"]


def _wave(tree: Tree, vector: Socket, direction: str, scale: float) -> Socket:
    node = tree.nodes.new("ShaderNodeTexWave")
    node.bands_direction = direction
    node.inputs["Scale"].default_value = scale
    tree.links.new(vector, node.inputs["Vector"])
    return node.outputs["Fac"]


def _height(tree: Tree, kind: str, scale: float, coords: str) -> Socket:
    if kind == "weave":
        vector = _vector(tree, coords, (1, 1, 1))
        both = tree.nodes.new("ShaderNodeMath")
        both.operation = "ADD"
        tree.links.new(_wave(tree, vector, "X", scale), both.inputs[0])
        tree.links.new(_wave(tree, vector, "Y", scale), both.inputs[1])
        return both.outputs[0]
    if kind == "rib":
        return _wave(tree, _vector(tree, coords, (1, 1, 1)), "X", scale)
    if kind == "ribz":
        return _wave(tree, _vector(tree, coords, (1, 1, 1)), "Z", scale)
    if kind == "brushed":
        return _noise(tree, _vector(tree, coords, (2 * scale, 90 * scale, 90 * scale)), 6.0)
    if kind == "wood":
        return _noise(tree, _vector(tree, coords, (0.6 * scale, 9 * scale, 9 * scale)), 3.0, 8.0)
    if kind == "leather":
        node = tree.nodes.new("ShaderNodeTexVoronoi")
        node.feature = "SMOOTH_F1"
        node.inputs["Scale"].default_value = scale
        tree.links.new(_vector(tree, coords, (1, 1, 1)), node.inputs["Vector"])
        return node.outputs["Distance"]
    return _noise(tree, _vector(tree, coords, (1, 1, 1)), scale)


def _tint(tree: Tree, colour: str, kind: str, second: str, scale: float, coords: str) -> Socket:
    ramp = tree.nodes.new("ShaderNodeValToRGB")
    ramp.color_ramp.elements[0].color = linear(colour)
    ramp.color_ramp.elements[1].color = linear(second)
    low, high = ramp.color_ramp.elements
    if kind == "wood":
        factor = _noise(tree, _vector(tree, coords, (0.45 * scale, 6 * scale, 6 * scale)), 2.2, 8.0)
        low.position, high.position = 0.38, 0.68
    elif kind == "speckle":
        factor = _noise(tree, _vector(tree, coords, (1, 1, 1)), scale, 2.0)
        low.position, high.position = 0.64, 0.67
    elif kind in ("stripes", "stripesy", "stripesz", "gingham"):
        vector = _vector(tree, coords, (1, 1, 1))
        axis = {"stripesy": "Y", "stripesz": "Z"}.get(kind, "X")
        factor = _wave(tree, vector, axis, scale)
        low.position, high.position = 0.48, 0.52
        if kind == "gingham":
            both = tree.nodes.new("ShaderNodeMath")
            both.operation = "ADD"
            half = tree.nodes.new("ShaderNodeMath")
            half.operation = "MULTIPLY"
            half.inputs[1].default_value = 0.5
            tree.links.new(factor, both.inputs[0])
            tree.links.new(_wave(tree, vector, "Y", scale), both.inputs[1])
            tree.links.new(both.outputs[0], half.inputs[0])
            factor = half.outputs[0]
            low.position, high.position = 0.3, 0.7
            ramp.color_ramp.interpolation = "B_SPLINE"
    elif kind in ("rise", "risex"):
        separate = tree.nodes.new("ShaderNodeSeparateXYZ")
        tree.links.new(_vector(tree, coords, (scale, scale, scale)), separate.inputs[0])
        factor = separate.outputs["X" if kind == "risex" else "Z"]
        low.position, high.position = 0.0, 1.0
    else:  # veins and clouds
        factor = _noise(tree, _vector(tree, coords, (1, 1, 1)), scale, 7.0)
        low.position, high.position = 0.42, 0.62
    tree.links.new(factor, ramp.inputs["Fac"])
    return ramp.outputs["Color"]
