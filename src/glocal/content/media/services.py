"""Keeping uploads."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.core.files.storage import storages

from glocal.content.media import imaging
from glocal.content.media.jobs import make_renditions
from glocal.content.media.models import Asset
from glocal.content.media.rendering import save_once
from glocal.content.media.types import NewImage, Picture
from glocal.platform.eventing import transactional

JOB_BATCH = 8


def store_image(*, data: bytes, alt: Mapping[str, str], name: str = "") -> Picture:
    """Keep an upload and have its sizes made; the same bytes give the same picture.

    Raises InvalidImage (FileTooBig, NotAnImage, ImageTooBig, AnimatedImage, BrokenImage) with ``field`` "image".
    """
    return store_images(images=[NewImage(data, alt, name)])[0]


def store_images(*, images: Sequence[NewImage]) -> list[Picture]:
    """Keep many uploads, in the order given; one job renders up to eight of them.

    Nothing is kept in the database unless all are good. Raises as ``store_image``; with several images ``field`` is
    ``images[2]``.
    """
    judged = [
        _judge(image, "image" if len(images) == 1 else f"images[{position}]") for position, image in enumerate(images)
    ]
    # Files first and outside the transaction: they are named after their contents, so one without a row does no harm.
    for image, asset in zip(images, judged, strict=True):
        save_once(storages["originals"], asset.sha256, image.data)
    stored = _insert(judged)
    return [
        replace(picture_of(stored[asset.sha256]), alt=dict(image.alt) or stored[asset.sha256].alt)
        for image, asset in zip(images, judged, strict=True)
    ]


def _judge(image: NewImage, field: str) -> Asset:
    header = imaging.open_checked(image.data, field)
    upright = imaging.upright_size(header)
    digest = hashlib.sha256(image.data).hexdigest()
    base = hashlib.sha256(f"{digest} {imaging.RECIPE}".encode()).hexdigest()
    return Asset(
        sha256=digest,
        name=image.name.replace("\0", "")[:200],
        mime=imaging.MIME[header.format or ""],
        size=len(image.data),
        width=upright[0],
        height=upright[1],
        colour=imaging.average_colour(imaging.decoded(header, longest=64, field=field)),
        alt=dict(image.alt),
        base=f"{base[:2]}/{base[2:22]}",
    )


@transactional
def _insert(assets: Sequence[Asset]) -> dict[str, Asset]:
    digests = sorted({asset.sha256 for asset in assets})
    in_key_order = {asset.sha256: asset for asset in sorted(assets, key=lambda asset: asset.sha256)}
    Asset.objects.bulk_create(in_key_order.values(), ignore_conflicts=True)
    stored = {asset.sha256: asset for asset in Asset.objects.filter(sha256__in=digests)}
    unready = [str(asset.id) for asset in stored.values() if asset.status == Asset.Status.STORED]
    for start in range(0, len(unready), JOB_BATCH):
        make_renditions.defer(asset_ids=unready[start : start + JOB_BATCH])
    return stored


def picture_of(asset: Asset) -> Picture:
    return Picture(asset.id, asset.width, asset.height, asset.colour, asset.alt, asset.base, tuple(asset.widths or ()))
