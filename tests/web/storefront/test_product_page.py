"""The product page: the whole price, the kinds, and its budget."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from glocal.content.catalog import facade as catalog
from glocal.platform.kernel.cache import clear_all
from tests.factories.catalog import MadeProduct, make_product

pytestmark = pytest.mark.django_db

SIZES = catalog.AttributeInput(
    "size", {"en": "Size"}, [catalog.ValueInput("s", {"en": "Small"}), catalog.ValueInput("l", {"en": "Large"})]
)


@pytest.fixture
def shirt() -> MadeProduct:
    catalog.save_attributes([SIZES])
    return make_product(title="Linen shirt", skus={"SHIRT-S": {"size": "s"}, "SHIRT-L": {"size": "l"}})


def land(product: MadeProduct, *, estimate: bool = False) -> None:
    landed = {
        "goods": 1999, "shipping": 500, "tax": 160, "duty": 0, "fees": 0,
        "total": 2659, "currency": "USD", "estimate": estimate, "days_min": 3, "days_max": 5,
    }  # fmt: skip
    catalog.set_landed([catalog.LandedChange(variant, "US", landed) for variant in product.variants.values()])


def test_the_price_is_the_whole_price_and_opens_into_its_parts(shopper: Client, shirt: MadeProduct) -> None:
    land(shirt)
    page = shopper.get(f"/en-US/p/{shirt.slug}").content.decode()
    for amount in ("$26.59", "$19.99", "$5.00", "$1.60"):
        assert amount in page
    assert "all-in, estimate" not in page
    assert "Duty" not in page.split("allin__parts")[1].split("</dl>")[0]


def test_an_estimate_says_so(shopper: Client, shirt: MadeProduct) -> None:
    land(shirt, estimate=True)
    assert "all-in, estimate" in shopper.get(f"/en-US/p/{shirt.slug}").content.decode()


def test_without_a_landed_price_nothing_claims_to_be_all_in(shopper: Client, shirt: MadeProduct) -> None:
    page = shopper.get(f"/en-US/p/{shirt.slug}").content.decode()
    assert "before delivery" in page
    assert "chip--allin" not in page


def test_choosing_a_size_chooses_its_variant(shopper: Client, shirt: MadeProduct) -> None:
    large = shopper.get(f"/en-US/p/{shirt.slug}?size=l").content.decode()
    assert f'name="variant" value="{shirt.variants["SHIRT-L"]}"' in large
    assert f'name="variant" value="{shirt.variants["SHIRT-S"]}"' not in large


def test_an_address_with_a_sku_opens_with_that_variant(shopper: Client, shirt: MadeProduct) -> None:
    for sku, variant in shirt.variants.items():
        page = shopper.get(f"/en-US/p/{shirt.slug}?v={sku}").content.decode()
        assert f'name="variant" value="{variant}"' in page
        assert page.count(f'id="size-{sku[-1].lower()}"') == 1
        assert page.count('hx-swap="outerHTML" aria-current="true"') == 1
    assert shopper.get(f"/en-US/p/{shirt.slug}?v=NO-SUCH").status_code == 200


def test_choosing_puts_the_variant_into_the_address(htmx: Client, shirt: MadeProduct) -> None:
    chosen = htmx.get(f"/en-US/p/{shirt.slug}?size=l").headers["HX-Replace-Url"]
    assert chosen == f"/en-US/p/{shirt.slug}?v=SHIRT-L"
    assert f'name="variant" value="{shirt.variants["SHIRT-L"]}"' in Client().get(chosen).content.decode()


def test_htmx_gets_the_offer_only(htmx: Client, shirt: MadeProduct) -> None:
    part = htmx.get(f"/en-US/p/{shirt.slug}?size=l").content.decode().lstrip()
    assert part.startswith('<div class="stack" id="offer">')


def test_what_is_sold_out_cannot_be_bought(shopper: Client) -> None:
    gone = make_product(title="Gone", in_stock=False)
    page = shopper.get(f"/en-US/p/{gone.slug}").content.decode()
    assert "Sold out" in page
    assert "/en-US/buy" not in page


def test_what_is_not_sold_here_is_not_found(shopper: Client) -> None:
    thai = make_product(prices={"TH": 59_900})
    page = shopper.get(f"/en-US/p/{thai.slug}")
    assert page.status_code == 404
    assert b'data-theme="spare"' in page.content


def test_names_are_isolated_from_the_direction_of_the_page(shopper: Client, shirt: MadeProduct) -> None:
    catalog.list_in_markets([shirt.id], ["AE"])
    page = shopper.get(f"/en-US/p/{shirt.slug}").content.decode()
    assert "<h1><bdi>Linen shirt</bdi></h1>" in page


def test_a_product_costs_at_most_eight_statements(shopper: Client, shirt: MadeProduct) -> None:
    for _ in range(6):
        make_product()
    clear_all()
    with CaptureQueriesContext(connection) as caught:
        assert shopper.get(f"/en-US/p/{shirt.slug}").status_code == 200
    assert len(caught) <= 8


def test_no_size_is_given_by_chance(shopper: Client, shirt: MadeProduct) -> None:
    page = shopper.get(f"/en-US/p/{shirt.slug}").content.decode()
    assert '<a class="button button--buy" href="#option-size">Choose a size</a>' in page
    assert "aria-current" not in page.split('id="option-size"')[1].split("</div>")[0]
    assert "/en-US/buy" not in page
    assert 'name="variant"' not in page


def test_the_only_size_left_is_chosen_at_once(shopper: Client) -> None:
    catalog.save_attributes([SIZES])
    left = make_product(skus={"ONLY-S": {"size": "s"}})
    page = shopper.get(f"/en-US/p/{left.slug}").content.decode()
    assert "Choose a size" not in page
    assert f'name="variant" value="{left.variant_id}"' in page


def test_choosing_a_colour_leaves_the_size_open(htmx: Client) -> None:
    colours = [catalog.ValueInput(code, {"en": code.title()}, "#D9C3A0") for code in ("sand", "navy")]
    catalog.save_attributes([SIZES, catalog.AttributeInput("colour", {"en": "Colour"}, colours)])
    skus = {f"{c}-{s}".upper(): {"colour": c, "size": s} for c in ("sand", "navy") for s in ("s", "l")}
    shoe = make_product(title="Slipper", skus=skus)
    part = htmx.get(f"/en-US/p/{shoe.slug}?colour=navy")
    assert part.headers["HX-Replace-Url"] == f"/en-US/p/{shoe.slug}?colour=navy"
    assert "Choose a size" in part.content.decode()
    both = htmx.get(f"/en-US/p/{shoe.slug}?colour=navy&size=l")
    assert both.headers["HX-Replace-Url"] == f"/en-US/p/{shoe.slug}?v=NAVY-L"


@pytest.mark.parametrize(("place", "said"), [("en-US", "our own promise"), ("en-TH", "the law gives 7")])
def test_the_page_says_until_when_a_thing_may_be_sent_back_and_by_what_right(shopper, shirt, place, said):
    page = shopper.get(f"/{place}/p/{shirt.slug}").content.decode()
    assert "Sending it back" in page
    assert said in page


def test_a_text_that_falls_back_to_english_says_so_to_readers_and_screen_readers(shopper):
    english = make_product(title={"en": "Mug"}, description={"en": "Holds tea."}, prices={"AE": 5_000})
    page = shopper.get(f"/ar-AE/p/{english.slug}").content.decode()
    assert '<h1 lang="en"><bdi>Mug' in page
    assert '<div class="prose" lang="en" dir="auto"><p>Holds tea.' in page
    arabic = make_product(title={"en": "Cup", "ar": "كوب"}, description={"ar": "للشاي."}, prices={"AE": 5_000})
    page = shopper.get(f"/ar-AE/p/{arabic.slug}").content.decode()
    assert "<h1><bdi>كوب" in page
    assert 'lang="en" dir="auto"' not in page
