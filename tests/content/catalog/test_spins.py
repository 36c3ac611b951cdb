"""A turn of a product: pictures in order, shown once all have their sizes."""

import pytest

from glocal.content.catalog import facade as catalog
from glocal.content.media import facade as media
from glocal.platform.audit.models import AuditEntry
from glocal.platform.eventing.relay import drain
from glocal.platform.kernel.ids import uuid7
from tests.factories.catalog import make_product
from tests.factories.media import image_bytes

pytestmark = pytest.mark.django_db


def frames(count=8, start=0):
    shades = range(start, start + count)
    return media.store_images(images=[media.NewImage(image_bytes(300, 300, colour=(n, 90, 40))) for n in shades])


def shown(product):
    return catalog.product_page(market="US", language="en", slug=product.slug).spin


def test_a_turn_is_shown_once_every_frame_has_its_sizes_and_in_its_order():
    cup, pictures = make_product(), frames()
    catalog.set_spin(product_id=cup.id, frames=pictures)
    assert shown(cup) is None
    media.render([picture.id for picture in pictures[:-1]])
    drain()
    assert shown(cup) is None
    media.render([pictures[-1].id])
    drain()
    found = shown(cup)
    assert (found.count, found.first.id) == (8, pictures[0].id)
    assert [frame.id for frame in catalog.spin_frames("US", cup.slug)] == [picture.id for picture in pictures]


def test_the_frames_of_a_turn_take_one_statement(django_assert_num_queries):
    cup, pictures = make_product(), frames()
    media.render([picture.id for picture in pictures])
    catalog.set_spin(product_id=cup.id, frames=pictures)
    with django_assert_num_queries(1):
        assert len(catalog.spin_frames("US", cup.slug)) == 8


def test_what_is_not_on_sale_in_a_market_does_not_turn_there():
    cup, pictures = make_product(prices={"US": 900}), frames()
    media.render([picture.id for picture in pictures])
    catalog.set_spin(product_id=cup.id, frames=pictures)
    with pytest.raises(catalog.ProductNotFound):
        catalog.spin_frames("TH", cup.slug)
    with pytest.raises(catalog.ProductNotFound):
        catalog.spin_frames("US", make_product().slug)


def test_a_new_turn_takes_the_place_of_the_old_one_and_none_takes_it_away():
    cup = make_product()
    for start in (0, 100):
        pictures = frames(start=start)
        media.render([picture.id for picture in pictures])
        catalog.set_spin(product_id=cup.id, frames=pictures)
        catalog.set_spin(product_id=cup.id, frames=pictures)  # changes nothing
    assert shown(cup).first.id == pictures[0].id
    catalog.set_spin(product_id=cup.id, frames=())
    assert shown(cup) is None
    assert AuditEntry.objects.filter(action="catalog.set_spin").count() == 3


@pytest.mark.parametrize("count", [1, 7, 73])
def test_too_few_or_too_many_frames_are_no_turn(count):
    picture = frames(1)
    with pytest.raises(catalog.WrongFrameCount):
        catalog.set_spin(product_id=make_product().id, frames=picture * count)


def test_only_a_product_that_is_there_and_ones_own_turns():
    with pytest.raises(catalog.ProductNotFound):
        catalog.set_spin(product_id=uuid7(), frames=())
    with pytest.raises(catalog.ProductNotFound):
        catalog.set_spin(product_id=make_product().id, frames=(), source="api-sea")


def test_a_variant_names_a_picture_of_its_product_only():
    [mine, other] = frames(2)
    bag = make_product(skus={"BAG": {}}, pictures=[mine])
    given = catalog.ProductInput(
        external_id="other", title={"en": "x"}, pictures=[mine], variants=[catalog.VariantInput("Y", 1, {}, other.id)]
    )
    with pytest.raises(catalog.InvalidProduct) as refused:
        catalog.save_products([given])
    assert refused.value.field == "products[0].variants[0].picture_id"
    assert catalog.product_page(market="US", language="en", slug=bag.slug).variants[0].picture_id is None
