from datetime import timedelta
from uuid import UUID

from glocal.content.media import rendering, selectors
from glocal.platform.jobs import job, periodic


@job("media.make_renditions", queue="media")
def make_renditions(asset_ids: list[str]) -> None:
    """Publish the sizes of a batch of pictures; those that are ready already are left alone."""
    rendering.render([UUID(asset_id) for asset_id in asset_ids])


@periodic("media.render_left_over", cron="*/10 * * * *", queue="media")
def render_left_over() -> None:
    """Pictures whose job was lost with its worker get their sizes after all."""
    rendering.render(selectors.left_over_ids(older_than=timedelta(minutes=15), limit=40))
