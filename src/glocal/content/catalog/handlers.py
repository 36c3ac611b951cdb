from collections.abc import Sequence

from glocal.content.catalog import companions, offers, pictures, spins
from glocal.events.catalog import OffersChanged
from glocal.events.inventory import StockCameBack, StockRanOut
from glocal.events.media import RenditionsReady
from glocal.platform.eventing import handles, handles_batch


@handles_batch(RenditionsReady)
def renew_pictures(events: Sequence[RenditionsReady]) -> None:
    """Products and turns that show the picture take over its published sizes."""
    assets = {event.asset_id for event in events}
    pictures.renew_pictures(assets, limit=100_000)
    spins.renew_frames(list(assets), limit=10_000)


# One by one: a batch of one kind would let a later event of the other kind overtake it.
@handles(StockRanOut)
def mark_sold_out(event: StockRanOut) -> None:
    """Cards and pages say that the variant is gone."""
    offers.set_in_stock({event.variant_id: False})


@handles(StockCameBack)
def mark_in_stock(event: StockCameBack) -> None:
    """Cards and pages offer the variant again."""
    offers.set_in_stock({event.variant_id: True})


@handles_batch(OffersChanged)
def note_changes(events: Sequence[OffersChanged]) -> None:
    """What stands beside changed products is to be worked out anew."""
    companions.note(sorted({product_id for event in events for product_id in event.product_ids}))
