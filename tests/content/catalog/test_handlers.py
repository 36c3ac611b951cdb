"""What the catalogue does when others tell it something; each told twice."""

import pytest

from glocal.content.catalog import facade as catalog
from glocal.content.catalog import handlers, jobs
from glocal.content.catalog.models import Product
from glocal.content.media import facade as media
from glocal.events.inventory import StockCameBack, StockRanOut
from glocal.events.media import RenditionsReady
from glocal.platform.eventing import publish
from glocal.platform.eventing.relay import relay_once
from tests.factories.catalog import make_product
from tests.factories.media import image_bytes

pytestmark = pytest.mark.django_db


def card():
    return catalog.cards(market="TH", language="en").cards[0]


def test_stock_events_reach_the_card_in_their_order_through_the_relay():
    product = make_product(in_stock=False)
    for told, expected in (
        ([StockCameBack, StockCameBack], True),
        ([StockRanOut, StockCameBack, StockRanOut], False),
        ([StockCameBack, StockRanOut, StockCameBack], True),
    ):
        for event in told:
            publish(event(variant_id=product.variant_id))
        while relay_once():
            pass
        assert card().in_stock is expected


def test_published_sizes_reach_every_product_that_shows_the_picture():
    picture = media.store_image(data=image_bytes(300, 200), alt={"en": "Lamp"})
    other = media.store_image(data=image_bytes(310, 200), alt={"en": "Detail"})
    make_product(pictures=[picture, other])
    make_product(pictures=[picture])
    assert not card().cover.is_ready
    media.render([picture.id])
    for _ in range(2):
        handlers.renew_pictures([RenditionsReady(asset_id=picture.id)])
    page = catalog.cards(market="TH", language="en")
    assert [card.cover.widths for card in page.cards] == [(240, 300), (240, 300)]
    assert page.cards[0].cover.alt == {"en": "Lamp"}
    assert Product.objects.filter(pictures_ready=True).count() == 1
    media.render([other.id])
    handlers.renew_pictures([RenditionsReady(asset_id=other.id)])
    assert Product.objects.filter(pictures_ready=True).count() == 2


def test_a_picture_that_was_ready_before_the_product_was_saved_is_ready_on_the_card():
    stale = media.store_image(data=image_bytes(300, 200), alt={"en": "Lamp"})
    media.render([stale.id])
    make_product(pictures=[stale])
    assert card().cover.is_ready


def test_the_job_catches_a_copy_that_missed_its_event():
    picture = media.store_image(data=image_bytes(300, 200), alt={})
    make_product(pictures=[picture])
    media.render([picture.id])
    jobs.renew_pictures.func(timestamp=0)
    assert card().cover.is_ready
