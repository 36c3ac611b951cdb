"""Second pictures: the same models, nearer or from another side."""

from __future__ import annotations

from dataclasses import replace

import beauty  # noqa: F401
import digital  # noqa: F401
import fashion  # noqa: F401
import home  # noqa: F401
from studio import PHOTOS

# Product, framed height, point looked at, elevation and azimuth in degrees.
ANGLES = (
    ("bea-001", 1.35, (0.02, 0.0, 1.0), 22, 26),
    ("bea-002", 1.15, (0.0, -0.05, 0.45), 44, -24),
    ("bea-007", 1.35, (0.1, 0.0, 0.12), 52, 18),
    ("bea-008", 1.2, (0.0, 0.0, 0.12), 58, -14),
    ("bea-013", 1.3, (0.0, 0.0, 0.9), 20, 24),
    ("bea-015", 1.2, (-0.3, 0.1, 0.15), 30, 24),
    ("fas-001", 1.5, (0.0, 0.0, 1.15), 24, 24),
    ("fas-006", 1.9, (0.0, 0.35, 0.25), 34, -40),
    ("fas-007", 0.95, (0.3, 0.0, 0.7), 16, 22),
    ("fas-009", 0.85, (0.0, -0.3, 0.6), 26, -8),
    ("fas-011", 1.35, (0.0, 0.0, 0.6), 16, 30),
    ("fas-015", 1.05, (-0.2, -0.1, 0.25), 40, 12),
    ("hom-001", 1.15, (0.0, 0.0, 0.65), 34, 22),
    ("hom-002", 1.25, (0.05, 0.0, 0.5), 40, -26),
    ("hom-005", 1.9, (0.0, 0.0, 1.1), 4, 30),
    ("hom-009", 1.6, (0.0, 0.0, 0.55), 42, 26),
    ("hom-012", 1.7, (0.0, 0.1, 0.45), 36, 28),
    ("hom-013", 1.9, (0.0, 0.0, 0.75), 42, 24),
    ("dig-002", 1.2, (0.05, 0.0, 0.9), 30, 22),
    ("dig-005", 1.9, (-0.6, 0.0, 0.15), 30, 30),
    ("dig-009", 1.5, (-0.45, 0.0, 0.9), 12, -58),
    ("dig-015", 1.25, (0.0, 0.0, 1.3), 16, 26),
)

for code, height, target, elev, azim in ANGLES:
    first = PHOTOS[f"{code}-1"]
    name = f"{code}-2"
    PHOTOS[name] = replace(first, name=name, height=height, target=target, elev=elev, azim=azim)
