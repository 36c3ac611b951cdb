"""Reading, checking and encoding of single pictures, by Pillow. No database, no storage."""

import io
import struct
from collections.abc import Iterator
from typing import Any

from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

from glocal.content.media.errors import AnimatedImage, BrokenImage, FileTooBig, ImageTooBig, NotAnImage

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 16_000
WIDTHS = (240, 480, 720, 1080)
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
MIME = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "AVIF": "image/avif"}

# AVIF at quality 60 and speed 6 was 35-68 % smaller than JPEG at like SSIM, for 0.45-0.73 s CPU; slower gains little.
AVIF_OPTIONS: dict[str, Any] = {"format": "AVIF", "quality": 60, "speed": 6, "subsampling": "4:2:0"}
JPEG_OPTIONS: dict[str, Any] = {"format": "JPEG", "quality": 78, "progressive": True, "optimize": True}
# Part of the address of every rendition: the files are cached for ever, so another recipe needs other names.
RECIPE = "avif60-6,jpeg78,240-480-720-1080"

_DECODING_FAILED = (OSError, SyntaxError, ValueError, EOFError, struct.error, IndexError, MemoryError)


def open_checked(data: bytes, field: str = "image") -> Image.Image:
    """The picture, its header read and judged, nothing decoded: a bomb is refused before it can go off.

    Raises FileTooBig, NotAnImage, ImageTooBig, AnimatedImage, BrokenImage, each with ``field``.
    """
    if len(data) > MAX_BYTES:
        raise FileTooBig(field=field, megabytes=MAX_BYTES // 1024 // 1024)
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        raise NotAnImage(field=field) from None
    except Image.DecompressionBombError:
        raise ImageTooBig(
            field=field, width="?", height="?", megapixels=MAX_PIXELS // 1_000_000, side=MAX_SIDE
        ) from None
    except _DECODING_FAILED:
        raise BrokenImage(field=field) from None
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise ImageTooBig(field=field, width=width, height=height, megapixels=MAX_PIXELS // 1_000_000, side=MAX_SIDE)
    # A phone's JPEG may carry a depth map as a second "frame" (MPO); that is not movement.
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise AnimatedImage(field=field)
    return image


def upright_size(image: Image.Image) -> tuple[int, int]:
    """Width and height as a person sees the picture: a camera held sideways notes it in the EXIF orientation."""
    try:
        turned = image.getexif().get(ExifTags.Base.Orientation, 1) >= 5
    except _DECODING_FAILED:
        turned = False
    width, height = image.size
    return (height, width) if turned else (width, height)


def decoded(image: Image.Image, longest: int, field: str = "image") -> Image.Image:
    """Upright, sRGB, on white, no metadata; at least ``longest`` points a side where the source has them.

    Raises BrokenImage when the data ends early or makes no sense.
    """
    try:
        image.draft("RGB", (longest, longest))
        image.load()
        profile = image.info.get("icc_profile")
        upright = ImageOps.exif_transpose(image)
        return _in_srgb(_flattened(upright), profile)
    except _DECODING_FAILED:
        raise BrokenImage(field=field) from None


def _flattened(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16") or image.mode == "I":
        image = image.point(lambda level: level / 256).convert("L")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(ground, layer).convert("RGB")
    return image if image.mode in ("RGB", "CMYK") else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            pass  # a profile that cannot be read, or is for another colour model, is as good as none
        else:
            if converted is not None:
                image = converted
    clean = image.convert("RGB")
    clean.info.clear()
    return clean


def average_colour(image: Image.Image) -> str:
    """As ``#rrggbb``."""
    return "#" + image.convert("RGB").resize((1, 1), Image.Resampling.BOX).tobytes().hex()


def widths_for(width: int) -> tuple[int, ...]:
    """The widths a picture is published in; never wider than it is."""
    largest = min(width, WIDTHS[-1])
    return (*(step for step in WIDTHS if step < largest), largest)


def renditions(data: bytes) -> Iterator[tuple[int, str, bytes]]:
    """(width, file ending, bytes) of every published size of a picture that was checked when it came in.

    Raises BrokenImage.
    """
    picture = decoded(open_checked(data), longest=2 * WIDTHS[-1])
    for width in reversed(widths_for(picture.width)):
        height = max(1, round(picture.height * width / picture.width))
        sized = (
            picture
            if width == picture.width
            else picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        )
        for ending, options in (("avif", AVIF_OPTIONS), ("jpg", JPEG_OPTIONS)):
            target = io.BytesIO()
            sized.save(target, **options)
            yield width, ending, target.getvalue()
