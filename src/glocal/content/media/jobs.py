from uuid import UUID

from glocal.content.media import rendering
from glocal.platform.jobs import job


@job("media.make_renditions", queue="media")
def make_renditions(asset_ids: list[str]) -> None:
    """Publish the sizes of a batch of pictures; those that are ready already are left alone."""
    rendering.render([UUID(asset_id) for asset_id in asset_ids])
