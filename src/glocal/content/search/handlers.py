from collections.abc import Sequence

from glocal.content.search import learning
from glocal.events.catalog import OffersChanged
from glocal.platform.eventing import handles_batch


@handles_batch(OffersChanged)
def learn_words(events: Sequence[OffersChanged]) -> None:
    """New words of products can be mistyped from now on."""
    learning.learn(sorted({product_id for event in events for product_id in event.product_ids}))
