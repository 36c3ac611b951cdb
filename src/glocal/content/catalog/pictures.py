"""Keeping the copies of pictures in product rows as fresh as the pictures."""

import json
from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from glocal.content.catalog import caches, listings
from glocal.content.catalog.models import Product
from glocal.content.media import facade as media
from glocal.platform.eventing import transactional

_RENEW = """
UPDATE catalog_product AS product
SET cover = given.gallery -> 0, gallery = given.gallery, pictures_ready = given.ready
FROM jsonb_to_recordset(%s::jsonb) AS given(id uuid, gallery jsonb, ready boolean)
WHERE product.id = given.id
"""


@transactional
def renew_pictures(asset_ids: Iterable[UUID] | None = None, limit: int = 500) -> int:
    """Take over the published sizes of pictures that had none when products were saved; returns how many products.

    ``asset_ids`` None: whatever has become ready since, for copies made between a rendition and its event.
    """
    waiting = Product.objects.filter(pictures_ready=False)
    if asset_ids is not None:
        waiting = waiting.filter(picture_ids__overlap=list(asset_ids))
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:limit])
    if not ids:
        return 0
    listings.lock(ids)
    galleries = dict(Product.objects.filter(pk__in=ids, pictures_ready=False).values_list("pk", "gallery"))
    stored = media.pictures({UUID(picture["id"]) for gallery in galleries.values() for picture in gallery})
    rows = []
    for product_id, gallery in galleries.items():
        fresh = [
            stored[UUID(picture["id"])].as_dict() | {"alt": picture["alt"]}
            for picture in gallery
            if UUID(picture["id"]) in stored
        ]
        if fresh != gallery:
            ready = all(picture["widths"] for picture in fresh)
            rows.append({"id": str(product_id), "gallery": fresh, "ready": ready})
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_RENEW, [json.dumps(rows)])
        caches.forget_cards()
    return len(rows)
