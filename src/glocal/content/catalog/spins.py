"""A product seen from all round: a turn of pictures in order."""

import json
from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from glocal.content.catalog import listings
from glocal.content.catalog.errors import ProductNotFound, WrongFrameCount
from glocal.content.catalog.models import Product, Spin
from glocal.content.media import facade as media
from glocal.platform.audit import facade as audit
from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock

FEWEST, MOST = 8, 72

_FRAMES = """
SELECT spin.frames::text
FROM catalog_spin AS spin
JOIN catalog_product AS product ON product.id = spin.product_id
JOIN catalog_listing AS listing ON listing.product_id = product.id AND listing.market = %(market)s
WHERE product.slug = %(slug)s AND spin.ready AND listing.live
  AND (listing.visible_from IS NULL OR listing.visible_from <= %(now)s)
  AND (listing.visible_to IS NULL OR listing.visible_to > %(now)s)
"""


@transactional
def set_spin(
    *, product_id: UUID, frames: Sequence[media.Picture], actor_id: UUID | None = None, source: str | None = None
) -> None:
    """Give a product its turn: pictures in order, each a like step further round; none take it away. Audited.

    It is shown once all of them have their sizes. With ``source`` only a product of that source is found.

    Raises ProductNotFound, WrongFrameCount.
    """
    listings.lock([product_id])
    require_frames(product_id=product_id, count=len(frames), source=source)
    stored = media.pictures({frame.id for frame in frames})
    copies = [stored[frame.id].as_dict() for frame in frames if frame.id in stored]
    before = list(Spin.objects.filter(product_id=product_id).values_list("picture_ids", flat=True))
    ids = [frame.id for frame in frames]
    if before == ([ids] if ids else []):
        return
    Spin.objects.filter(product_id=product_id).delete()
    if copies:
        ready = all(copy["widths"] for copy in copies)
        Spin.objects.create(product_id=product_id, frames=copies, picture_ids=ids, ready=ready)
    audit.record(
        actor_id=actor_id,
        action="catalog.set_spin",
        object_type="product",
        object_id=product_id,
        before={"frames": len(before[0]) if before else 0},
        after={"frames": len(ids)},
    )


def require_frames(*, product_id: UUID, count: int, source: str | None = None) -> None:
    """What ``set_spin`` asks of a turn, to be asked before its pictures are stored.

    Raises ProductNotFound, WrongFrameCount.
    """
    products = Product.objects.filter(pk=product_id, **({} if source is None else {"external_source": source}))
    if not products.exists():
        raise ProductNotFound(product=product_id)
    if count and not FEWEST <= count <= MOST:
        raise WrongFrameCount(field="frames", least=FEWEST, most=MOST, count=count)


def spin_frames(market: str, slug: str) -> tuple[media.Picture, ...]:
    """The frames of a product on sale, in order, in one statement. Raises ProductNotFound, also where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_FRAMES, {"market": market, "slug": slug.replace("\0", "")[:120], "now": clock.now()})
        row = cursor.fetchone()
    if row is None:
        raise ProductNotFound(slug=slug[:120])
    return tuple(map(media.picture_from_dict, json.loads(row[0])))


@transactional
def renew_frames(asset_ids: Sequence[UUID] | None = None, limit: int = 100) -> int:
    """Take over the published sizes of frames that had none; returns how many spins became ready.

    ``asset_ids`` None: whatever has become ready since.
    """
    waiting = Spin.objects.filter(ready=False)
    if asset_ids is not None:
        waiting = waiting.filter(picture_ids__overlap=list(asset_ids))
    spins = list(waiting.select_for_update().order_by("pk")[:limit])
    stored = media.pictures({picture_id for spin in spins for picture_id in spin.picture_ids})
    ready = 0
    for spin in spins:
        spin.frames = [stored[key].as_dict() for key in spin.picture_ids if key in stored]
        spin.ready = all(frame["widths"] for frame in spin.frames)
        ready += spin.ready
        spin.save(update_fields=["frames", "ready"])
    return ready
