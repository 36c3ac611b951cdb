"""Publishing the sizes of kept pictures."""

import logging
from collections.abc import Sequence
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, default_storage, storages

from glocal.content.media import imaging
from glocal.content.media.errors import InvalidImage
from glocal.content.media.models import Asset
from glocal.events.media import RenditionsReady
from glocal.platform.eventing import publish, transactional

log = logging.getLogger(__name__)


def render(asset_ids: Sequence[UUID]) -> int:
    """Make and publish the sizes of those assets that have none yet; returns how many became ready.

    An asset that fails is marked with the reason and does not stop the others. No transaction is open while encoding.
    """
    ready = 0
    for asset in Asset.objects.filter(pk__in=asset_ids).exclude(status=Asset.Status.READY).order_by("pk"):
        try:
            with storages["originals"].open(asset.sha256) as original:
                data = original.read()
            widths = set()
            for width, ending, content in imaging.renditions(data):
                save_once(default_storage, f"{asset.base}-{width}.{ending}", content)
                widths.add(width)
        except (InvalidImage, OSError) as error:
            log.warning("no renditions of asset %s: %s", asset.pk, error)
            Asset.objects.filter(pk=asset.pk).update(status=Asset.Status.FAILED, error=str(error)[:200])
        else:
            ready += _mark_ready(asset.pk, sorted(widths))
    return ready


@transactional
def _mark_ready(asset_id: UUID, widths: list[int]) -> int:
    changed = (
        Asset.objects.filter(pk=asset_id)
        .exclude(status=Asset.Status.READY)
        .update(status=Asset.Status.READY, widths=widths, error="")
    )
    if changed:  # another worker may have been quicker; the event is told once
        publish(RenditionsReady(asset_id=asset_id))
    return changed


def save_once(storage: Storage, name: str, content: bytes) -> None:
    """Store a file whose name comes from its contents."""
    if not storage.exists(name):
        storage.save(name, ContentFile(content))
