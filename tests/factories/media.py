"""Picture files made on the spot."""

import io
import struct
import zlib
from typing import Any

from PIL import Image


def image_bytes(
    width: int = 640,
    height: int = 480,
    *,
    colour: Any = (200, 120, 40),
    mode: str = "RGB",
    kind: str = "JPEG",
    **options: Any,
) -> bytes:
    """A picture of one colour."""
    target = io.BytesIO()
    Image.new(mode, (width, height), colour).save(target, kind, **options)
    return target.getvalue()


def photo_bytes(width: int = 900, height: int = 600, **options: Any) -> bytes:
    """A picture with detail in it, so that compression has something to do."""
    noise = Image.effect_noise((width, height), 60).convert("RGB")
    gradient = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    target = io.BytesIO()
    Image.blend(noise, gradient, 0.7).save(target, "JPEG", **{"quality": 90, **options})
    return target.getvalue()


def bomb_bytes(width: int, height: int) -> bytes:
    """A tiny PNG whose header says that it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 65_536))
        + chunk(b"IEND", b"")
    )
