"""The product page in depth: pictures, swatches, sizes, deliveries, the evidence of a price, and what engines read."""

import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from glocal.content.catalog import facade as catalog
from glocal.content.media import facade as media
from glocal.platform.accounts import facade as accounts
from glocal.platform.kernel import clock
from glocal.platform.kernel.cache import clear_all
from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.pricing import facade as pricing
from tests.factories.catalog import MadeProduct, make_product
from tests.factories.media import image_bytes
from tests.factories.sale import SAN_FRANCISCO, open_shop, sell

pytestmark = pytest.mark.django_db
Cup = tuple[str, str]
SAND, NAVY = catalog.ValueInput("sand", {"en": "Sand"}, "#D9C3A0"), catalog.ValueInput("navy", {"en": "Navy"})
COLOURS = catalog.AttributeInput(
    "colour",
    {"en": "Colour"},
    [SAND, NAVY],
)
SIZES = catalog.AttributeInput("size", {"en": "Size"}, [catalog.ValueInput(c, {"en": c}) for c in ("37", "38")])
SOFT = {"en": "Soft <b>"}
SKUS = {f"{c}-{s}".upper(): {"colour": c, "size": s} for c in ("sand", "navy") for s in ("37", "38")}


def pictures(count: int) -> list[media.Picture]:
    made = media.store_images(
        images=[
            media.NewImage(image_bytes(500, 500, colour=(n * 20, 90, 40)), {"en": f"Side {n}"}) for n in range(count)
        ]
    )
    media.render([picture.id for picture in made])
    return made


@pytest.fixture
def shoe() -> MadeProduct:
    """In two colours, each with a picture, and two sizes with a chart; it turns."""
    catalog.save_attributes([COLOURS, SIZES])
    made = pictures(10)
    shown = dict(zip(("sand", "navy"), made, strict=False))
    given = [catalog.VariantInput(sku, 300, options, shown[options["colour"]].id) for sku, options in SKUS.items()]
    prices = {"US": 1999, "TH": 59900, "AE": 7900}
    product = make_product(
        title="Slipper", skus=SKUS, variants=given, pictures=made[:2], prices=prices, summary={"en": "Soft <b>"}
    )
    rows = [
        catalog.SizeRowInput("37", {"EU": "37", "US": "6.5", "ASIA": "235"}, {"foot_length": Decimal("23.5")}),
        catalog.SizeRowInput("38", {"EU": "38", "US": "7.5", "ASIA": "240"}, {"foot_length": Decimal("24.1")}),
    ]
    catalog.save_size_charts([catalog.SizeChartInput("shoes", rows)])
    catalog.set_spin(product_id=product.id, frames=made[2:])
    return product


def seen(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content[:300]
    return answer.content.decode()


def chart_of(page: str) -> str:
    return re.sub(r"(<[^>]+>|\s)+", " ", page.split('id="size-table"')[1].split("</table>")[0])


class TestPictures:
    def test_the_chosen_variants_picture_comes_first(self, shopper: Client, shoe: MadeProduct) -> None:
        page = seen(shopper, f"/en-US/p/{shoe.slug}?v=NAVY-37")
        assert page.index("Side 1") < page.index("Side 0")
        page = seen(shopper, f"/en-US/p/{shoe.slug}?v=SAND-37")
        assert page.index("Side 0") < page.index("Side 1")

    def test_each_leads_to_its_largest_size_without_script(self, shopper: Client, shoe: MadeProduct) -> None:
        page = seen(shopper, f"/en-US/p/{shoe.slug}")
        assert re.findall(r'class="slide" id="picture-\d" href="[^"]+-500\.jpg"', page)
        assert page.count('href="#picture-') == 2

    def test_htmx_gets_the_pictures_only_when_another_comes_first(self, shoe: MadeProduct) -> None:
        here = {"hx-request": "true", "hx-current-url": f"http://testserver/en-US/p/{shoe.slug}?v=SAND-37"}
        same = Client(headers=here).get(f"/en-US/p/{shoe.slug}?v=SAND-38").content.decode()
        other = Client(headers=here).get(f"/en-US/p/{shoe.slug}?v=NAVY-37").content.decode()
        assert 'id="gallery"' not in same
        assert 'id="gallery" data-island="gallery" hx-swap-oob="true"' in other

    def test_a_turn_shows_its_first_frame_and_loads_others_when_asked(self, shopper: Client, shoe: MadeProduct) -> None:
        page = seen(shopper, f"/en-US/p/{shoe.slug}")
        assert f'data-spin="/en-US/p/{shoe.slug}/turn"' in page
        frames = shopper.get(f"/en-US/p/{shoe.slug}/turn")
        assert len(frames.json()["avif"]) == len(frames.json()["jpeg"]) == 8
        assert all(address not in page for address in frames.json()["avif"][1:])
        assert "Save-Data" in frames.headers["Vary"]

    def test_who_saves_data_turns_half_of_it_and_small(self, shoe: MadeProduct) -> None:
        saving = Client(headers={"save-data": "on"}).get(f"/en-US/p/{shoe.slug}/turn").json()
        assert len(saving["avif"]) == 4
        assert all(address.endswith("-240.avif") for address in saving["avif"])

    def test_what_does_not_turn_has_no_frames(self, shopper: Client) -> None:
        assert shopper.get(f"/en-US/p/{make_product().slug}/turn").status_code == 404


class TestSwatches:
    def test_they_are_links_that_name_their_variant(self, shopper: Client, shoe: MadeProduct) -> None:
        page = seen(shopper, f"/en-US/p/{shoe.slug}?v=SAND-37")
        assert f'href="/en-US/p/{shoe.slug}?v=NAVY-37"' in page
        assert f'href="/en-US/p/{shoe.slug}?v=SAND-38"' in page
        assert "background:#D9C3A0" in page

    def test_a_value_without_a_colour_shows_its_picture(self, shopper: Client, shoe: MadeProduct) -> None:
        chip = seen(shopper, f"/en-US/p/{shoe.slug}").split('id="colour-navy"')[1].split("</a>")[0]
        assert "<img" in chip

    def test_what_is_sold_out_says_so_in_words_and_can_be_looked_at(self, shopper: Client, shoe: MadeProduct) -> None:
        catalog.set_in_stock({shoe.variants["NAVY-38"]: False})
        page = seen(shopper, f"/en-US/p/{shoe.slug}?v=NAVY-37")
        chip = page.split('id="size-38"')[1].split("</a>")[0]
        assert "<small>Sold out</small>" in chip
        assert "In stock" in page
        gone = seen(shopper, f"/en-US/p/{shoe.slug}?v=NAVY-38")
        assert 'stock--out">Sold out' in gone
        assert "/en-US/buy" not in gone

    def test_an_address_of_former_days_still_names_its_variant(self, shopper: Client, shoe: MadeProduct) -> None:
        assert f'value="{shoe.variants["NAVY-38"]}"' in seen(shopper, f"/en-US/p/{shoe.slug}?sku=NAVY-38")


class TestSizeChart:
    def test_it_is_in_inches_and_us_sizes_there(self, shopper: Client, shoe: MadeProduct) -> None:
        chart = chart_of(seen(shopper, f"/en-US/p/{shoe.slug}"))
        assert "Foot length, in" in chart
        assert "9.25" in chart and "9.5" in chart and "6.5" in chart  # noqa: PT018
        assert "23.5" not in chart

    def test_it_is_in_centimetres_and_asian_sizes_in_thailand(self, shopper: Client, shoe: MadeProduct) -> None:
        chart = chart_of(seen(shopper, f"/en-TH/p/{shoe.slug}"))
        assert "Foot length, cm" in chart
        assert "23.5" in chart and "235" in chart and "Asia" in chart  # noqa: PT018
        assert " US " not in chart

    def test_the_chosen_size_is_marked_and_follows_the_choice(
        self, shopper: Client, htmx: Client, shoe: MadeProduct
    ) -> None:
        assert "your size" not in seen(shopper, f"/en-US/p/{shoe.slug}")
        assert re.search("38 your size", chart_of(seen(shopper, f"/en-US/p/{shoe.slug}?v=SAND-38")))
        part = seen(htmx, f"/en-US/p/{shoe.slug}?v=SAND-37")
        assert re.search("37 your size", chart_of(part))
        assert 'hx-swap-oob="true"' in part

    def test_a_chip_says_what_the_size_is_called_here(self, shopper: Client, shoe: MadeProduct) -> None:
        chip = seen(shopper, f"/en-US/p/{shoe.slug}").split('id="size-37"')[1].split("</a>")[0]
        assert "6.5" in chip


class TestEngines:
    def data(self, page: str) -> dict:
        return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])

    def test_they_read_a_group_with_its_variants(self, shopper: Client, shoe: MadeProduct) -> None:
        catalog.set_in_stock({shoe.variants["NAVY-38"]: False})
        found = self.data(seen(shopper, f"/en-US/p/{shoe.slug}"))
        assert found["@type"] == "ProductGroup"
        assert found["variesBy"] == ["https://schema.org/color", "https://schema.org/size"]
        assert found["description"] == "Soft <b>"
        offers = {variant["sku"]: variant["offers"] for variant in found["hasVariant"]}
        assert offers["NAVY-38"]["availability"] == "https://schema.org/OutOfStock"
        assert offers["SAND-37"]["price"] == "19.99"
        assert offers["SAND-37"]["url"] == f"http://testserver/en-US/p/{shoe.slug}?v=SAND-37"

    def test_one_variant_is_a_product_with_the_price_that_is_shown(self, shopper: Client) -> None:
        cup = make_product(title="Cup")
        landed = {"goods": 1999, "shipping": 500, "tax": 160, "duty": 0, "fees": 0, "total": 2659, "currency": "USD"}
        times = {"estimate": False, "days_min": 3, "days_max": 5}
        catalog.set_landed([catalog.LandedChange(cup.variant_id, "US", landed | times)])
        found = self.data(seen(shopper, f"/en-US/p/{cup.slug}"))
        assert (found["@type"], found["offers"]["price"], found["offers"]["priceCurrency"]) == (
            "Product",
            "26.59",
            "USD",
        )

    def test_a_text_cannot_end_the_script(self, shopper: Client) -> None:
        nasty = make_product(title="</script><script>alert(1)</script>")
        page = seen(shopper, f"/en-US/p/{nasty.slug}")
        assert "<script>alert" not in page
        assert self.data(page)["name"] == "</script><script>alert(1)</script>"


class TestDeliveries:
    @pytest.fixture
    def cup(self) -> Cup:
        open_shop()
        variant = sell(3, prices={"US": 1999, "AE": 7900})
        item = catalog.items_for_sale("US", [variant])[variant]
        checkout.refresh_landed([item.product_id])
        return item.slug, item.sku

    def test_each_has_its_days_and_its_whole_price_or_why_it_is_missing(self, shopper: Client, cup: Cup) -> None:
        page = seen(shopper, f"/en-US/p/{cup[0]}/delivery?v={cup[1]}")
        assert page.count('class="way"') >= 1
        assert page.count('class="way"') + page.split("ways__missing")[1].split("</ul>")[0].count("<li>") == 3
        assert "3 left" in page

    def test_my_place_is_asked_for_once_and_kept(self, shopper: Client, cup: Cup) -> None:
        page = seen(shopper, f"/en-US/p/{cup[0]}/delivery?postcode=94110")
        assert "94110, California, United States" in page
        assert "94110, California" in seen(shopper, f"/en-US/p/{cup[0]}/delivery")
        assert "94110" not in seen(shopper, f"/en-AE/p/{cup[0]}/delivery")

    def test_a_known_persons_address_is_their_place(self, cup: Cup) -> None:
        person = accounts.open_account(
            email="a@example.com", password="a long secret", name="A", language="en", market="US"
        )
        accounts.save_address(person_id=person.id, address=markets.check_address("US", SAN_FRANCISCO, "en"))
        client = Client()
        client.post("/en-US/sign-in", {"email": "a@example.com", "password": "a long secret"})
        assert f"{SAN_FRANCISCO['postcode']}, California" in seen(client, f"/en-US/p/{cup[0]}/delivery")

    @pytest.mark.parametrize("postcode", ["1", "not a postcode at all", "9" * 90, "<b>"])
    def test_a_postcode_that_is_none_is_refused_at_its_field(self, shopper: Client, cup: Cup, postcode: str) -> None:
        answer = shopper.get(f"/en-US/p/{cup[0]}/delivery", {"postcode": postcode})
        assert 'id="place-problem" role="alert"' in answer.content.decode()
        assert "place" not in answer.cookies

    def test_a_country_without_postcodes_asks_for_the_region(self, shopper: Client, cup: Cup) -> None:
        page = seen(shopper, f"/en-AE/p/{cup[0]}/delivery")
        assert '<select class="input" id="place-region"' in page

    def test_it_costs_two_statements_warm(self, shopper: Client, cup: Cup) -> None:
        seen(shopper, f"/en-US/p/{cup[0]}/delivery")
        with CaptureQueriesContext(connection) as caught:
            seen(shopper, f"/en-US/p/{cup[0]}/delivery")
        assert len(caught) <= 2

    def test_htmx_gets_the_part_alone(self, htmx: Client, cup: Cup) -> None:
        assert seen(htmx, f"/en-US/p/{cup[0]}/delivery").lstrip().startswith('<div class="ways" id="ways"')


class TestPriceEvidence:
    def priced(self, *minors: int, market: str = "DE") -> MadeProduct:
        """A product whose price changed every five days up to today."""
        currency = markets.get(market).currency
        product = make_product(prices={})
        start = clock.now() - timedelta(days=5 * (len(minors) - 1))
        for number, minor in enumerate(minors):
            with clock.at(start + timedelta(days=5 * number)):
                pricing.set_prices([pricing.NewPrice(product.variant_id, market, Money(minor, currency), source="t")])
        catalog.list_in_markets([product.id], [market])
        return product

    @pytest.mark.parametrize(("place", "law"), [("en-DE", "PAngV"), ("en-FR", "L112-1-1"), ("en-TH", "own promise")])
    def test_a_cut_names_the_lowest_price_of_thirty_days_and_its_ground(
        self, shopper: Client, place: str, law: str
    ) -> None:
        product = self.priced(5000, 4500, 4800, 3600, market=place[-2:])
        page = seen(shopper, f"/{place}/p/{product.slug}")
        assert "−20 %" in page  # of 45.00, not of 50.00 or 48.00
        proof = seen(shopper, f"/{place}/p/{product.slug}/prices")
        assert law in proof
        assert proof.count('<th scope="row">') == 4

    def test_a_price_that_rose_or_never_changed_announces_nothing(self, shopper: Client) -> None:
        for minors in ((4500,), (4000, 4500), (4500, 3000, 4000)):
            product = self.priced(*minors)
            assert 'class="cut"' not in seen(shopper, f"/en-DE/p/{product.slug}")

    def test_a_cut_is_news_for_thirty_days(self, shopper: Client) -> None:
        product = self.priced(4500, 3600)
        assert 'class="cut"' in seen(shopper, f"/en-DE/p/{product.slug}")
        with clock.at(clock.now() + timedelta(days=31)):
            clear_all()
            assert 'class="cut"' not in seen(shopper, f"/en-DE/p/{product.slug}")

    def test_what_is_planned_stays_untold(self, shopper: Client) -> None:
        product = self.priced(4500)
        soon = clock.now() + timedelta(days=3)
        pricing.set_prices([pricing.NewPrice(product.variant_id, "DE", Money(1234, "EUR"), soon)])
        assert "12.34" not in seen(shopper, f"/en-DE/p/{product.slug}/prices").replace(",", ".")

    def test_the_page_still_takes_one_statement_warm(self, shopper: Client, shoe: MadeProduct) -> None:
        seen(shopper, f"/en-US/p/{shoe.slug}")
        with CaptureQueriesContext(connection) as caught:
            seen(shopper, f"/en-US/p/{shoe.slug}")
        assert len(caught) == 1


@pytest.mark.parametrize("part", ["turn", "delivery", "prices"])
def test_what_is_not_sold_here_has_no_parts(shopper: Client, part: str) -> None:
    thai = make_product(prices={"TH": 59_900})
    assert shopper.get(f"/en-US/p/{thai.slug}/{part}").status_code == 404
    assert shopper.get(f"/en-US/p/no-such/{part}").status_code == 404
