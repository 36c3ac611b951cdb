"""What other packages see of a picture."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, Self
from uuid import UUID

from django.conf import settings

Format = Literal["avif", "jpeg"]
_ENDINGS: dict[str, str] = {"avif": "avif", "jpeg": "jpg"}


@lru_cache(maxsize=8192)
def _sources(prefix: str, base: str, widths: tuple[int, ...], ending: str) -> tuple[tuple[int, str], ...]:
    return tuple((width, f"{prefix}{base}-{width}.{ending}") for width in widths)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and the sizes it is published in.

    ``width`` and ``height`` are the upright picture's own; ``colour`` (``#rrggbb``) is its average, to paint the box
    with before it arrives; ``alt`` is its text by language. ``widths`` is empty until the renditions are made:
    there is nothing to load yet, only the box and its colour.
    """

    id: UUID
    width: int
    height: int
    colour: str
    alt: Mapping[str, str] = field(default_factory=dict)
    base: str = ""
    widths: tuple[int, ...] = ()

    def sources(self, image_format: Format) -> tuple[tuple[int, str], ...]:
        """(width in pixels, address), the smallest first."""
        return _sources(settings.MEDIA_URL, self.base, self.widths, _ENDINGS[image_format])

    @property
    def avif(self) -> tuple[tuple[int, str], ...]:
        return self.sources("avif")

    @property
    def jpeg(self) -> tuple[tuple[int, str], ...]:
        return self.sources("jpeg")

    def srcset(self, image_format: Format) -> str:
        """For the attribute of that name; empty while the renditions are not made."""
        return ", ".join(f"{url} {width}w" for width, url in self.sources(image_format))

    def src(self, at_least: int = 480, image_format: Format = "jpeg") -> str:
        """The smallest size that is ``at_least`` that wide, else the largest; empty while there is none."""
        sources = self.sources(image_format)
        return next((url for width, url in sources if width >= at_least), sources[-1][1] if sources else "")

    @property
    def original_url(self) -> str:
        """The largest picture we publish. The upload itself stays private: its metadata may tell where it was taken."""
        return self.jpeg[-1][1] if self.widths else ""

    @property
    def is_ready(self) -> bool:
        return bool(self.widths)

    def as_dict(self) -> dict[str, Any]:
        """Plain and short, for a copy inside another package's row; addresses are made when it is read."""
        return {
            "id": str(self.id),
            "w": self.width,
            "h": self.height,
            "colour": self.colour,
            "alt": dict(self.alt),
            "base": self.base,
            "widths": list(self.widths),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            UUID(stored["id"]),
            stored["w"],
            stored["h"],
            stored["colour"],
            stored["alt"],
            stored["base"],
            tuple(stored["widths"]),
        )


@dataclass(frozen=True, slots=True)
class NewImage:
    """An upload: the file's bytes, its text by language, and its name for the console."""

    data: bytes
    alt: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
