"""Reading pictures."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from glocal.content.media.models import Asset
from glocal.content.media.types import Picture
from glocal.platform.kernel import clock


def pictures(ids: Iterable[UUID]) -> dict[UUID, Picture]:
    """Pictures by id, in one statement; unknown ids drop out."""
    rows = Asset.objects.filter(pk__in=set(ids)).values_list("id", "width", "height", "colour", "alt", "base", "widths")
    return {row[0]: Picture(*row[:6], tuple(row[6])) for row in rows}


def unready_ids(limit: int = 10_000) -> list[UUID]:
    """Assets whose sizes are not published, the oldest first."""
    return list(
        Asset.objects.exclude(status=Asset.Status.READY).order_by("created_at").values_list("pk", flat=True)[:limit]
    )


def left_over_ids(older_than: timedelta, limit: int) -> list[UUID]:
    """Assets that came in that long ago and were neither published nor found faulty."""
    waiting = Asset.objects.filter(status=Asset.Status.STORED, created_at__lt=clock.now() - older_than)
    return list(waiting.order_by("created_at").values_list("pk", flat=True)[:limit])
