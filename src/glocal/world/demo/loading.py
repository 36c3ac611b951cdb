"""Filling an empty shop with the demo, through the packages' facades."""

import json
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from django.conf import settings

from glocal.content.catalog import facade as catalog
from glocal.content.collections import facade as collections
from glocal.content.media import facade as media
from glocal.platform.accounts import facade as accounts
from glocal.platform.kernel import clock
from glocal.platform.kernel.money import Money
from glocal.platform.kernel.totp import totp
from glocal.platform.markets import facade as markets
from glocal.supply.inventory import facade as inventory
from glocal.transaction.checkout import facade as checkout
from glocal.transaction.pricing import facade as pricing
from glocal.world.demo import asking
from glocal.world.demo.goods import (
    SOURCE,
    Good,
    attributes,
    categories,
    facts,
    gatherings,
    goods,
    size_charts,
    texts,
    variants,
)

# Units of each variant by warehouse; the home warehouse has everything, the overseas ones a part each, so that a
# visitor meets fast local delivery, direct mail and split parcels.
HOME_UNITS = 400
OVERSEAS_UNITS = {"TH-BKK": 60, "US-LAX": 40, "DE-LEJ": 25}

Step = Callable[[str, int, int], None]


def is_loaded() -> bool:
    return bool(catalog.variant_ids(list(next(iter(goods())).prices)))


def load(step: Step) -> None:
    """Fill the shop; ``step(what, done, of)`` hears of the progress. Repeating it changes nothing."""
    everything = list(goods())
    catalog.save_categories(categories())
    catalog.save_attributes(attributes())
    catalog.save_size_charts(size_charts(), source=SOURCE)
    pictures = []
    for number, good in enumerate(everything):
        pictures.append(_pictures(good))
        step("photos", number + 1, len(everything))
    ids = catalog.save_products([_product(good, shown) for good, shown in zip(everything, pictures, strict=True)])
    selling = [market.code for market in markets.all_markets()]
    catalog.list_in_markets(ids, selling)
    by_sku = {ref.sku: ref.id for refs in catalog.variant_refs(ids).values() for ref in refs}
    step("products", len(everything), len(everything))
    for gathering in gatherings():
        collections.save_collection(gathering, actor_id=None)
    _render(step)
    _spins(everything, ids, step)  # their many sizes are left to the workers
    _price(everything, by_sku, step)
    _stock(everything, by_sku, step)
    for start in range(0, len(ids), 20):
        checkout.refresh_landed(ids[start : start + 20])
        step("all-in prices", min(start + 20, len(ids)), len(ids))
    asking.ask_all()


def _pictures(good: Good) -> list[media.Picture]:
    return [media.store_image(data=photo.read_bytes(), alt=good.alt(photo), name=photo.name) for photo in good.photos]


def _spins(everything: Sequence[Good], ids: Sequence[UUID], step: Step) -> None:
    turning = [(good, product_id) for good, product_id in zip(everything, ids, strict=True) if good.frames]
    for number, (good, product_id) in enumerate(turning):
        frames = media.store_images(
            images=[media.NewImage(frame.read_bytes(), name=f"{good.code} {frame.name}") for frame in good.frames]
        )
        catalog.set_spin(product_id=product_id, frames=frames)
        step("turns", number + 1, len(turning))


def _render(step: Step) -> None:
    """Make the photos' sizes now, so that the first page a visitor opens has pictures."""
    waiting = media.unready_ids()
    for number, asset_id in enumerate(waiting):
        media.render([asset_id])
        step("picture sizes", number + 1, len(waiting))


def _product(good: Good, pictures: Sequence[media.Picture]) -> catalog.ProductInput:
    raw = good.raw
    return catalog.ProductInput(
        external_source=SOURCE,
        external_id=good.code,
        slug=raw["slug"],
        category=raw["category"],
        brand=raw["brand"],
        title=texts(raw["title"]),
        summary=texts(raw["summary"]),
        description=texts(raw["description"]),
        attributes=facts(good),
        hs_code=raw["hs_code"],
        origin=raw["origin"],
        pictures=pictures,
        variants=variants(good, {photo.name: picture.id for photo, picture in zip(good.photos, pictures, strict=True)}),
    )


def _price(everything: Sequence[Good], by_sku: dict[str, UUID], step: Step) -> None:
    today = clock.now().date()
    places = markets.all_markets()
    for number, market in enumerate(places):
        rows = [
            pricing.NewPrice(
                variant_id=by_sku[sku],
                market=market.code,
                money=pricing.from_base(Money.of(price, "USD"), market.code, today),
                source=SOURCE,
            )
            for good in everything
            for sku, price in good.prices.items()
        ]
        pricing.set_prices(rows)
        step("prices", number + 1, len(places))


def _stock(everything: Sequence[Good], by_sku: dict[str, UUID], step: Step) -> None:
    receipts = []
    for warehouse in inventory.warehouses():
        for number, good in enumerate(everything):
            units = HOME_UNITS if warehouse.kind == "home" else OVERSEAS_UNITS.get(warehouse.code, 0)
            if warehouse.kind != "home" and number % 3 == 2:
                continue  # a third of the goods comes by direct mail only
            receipts += [
                inventory.Receipt(by_sku[sku], warehouse.id, units, "demo", f"demo:{warehouse.code}:{sku}")
                for sku in good.prices
                if units
            ]
    inventory.receive_all(receipts, actor_id=None)
    step("stock", len(receipts), len(receipts))


def make_people() -> list[dict[str, str]]:
    """Operators and a shopper to sign in as, each with a password of this installation's own."""
    rows = []
    for name, email, role in (
        ("Mali Operator", "manager@demo.example", "manager"),
        ("Wen Warehouse", "warehouse@demo.example", "warehouse"),
    ):
        password = secrets.token_urlsafe(9)
        person = accounts.open_account(email=email, password=password, name=name, language="en", market="SG")
        for unit in sorted({market.business_unit for market in markets.all_markets()}):
            accounts.grant_role(person_id=person.id, business_unit=unit, role=role, actor_id=None)
        secret = accounts.new_secret()
        accounts.enrol(person_id=person.id, secret=secret, code=totp(secret, steps=-1))
        rows.append({"for": "console", "email": email, "password": password, "role": role, "app": secret})
    password = secrets.token_urlsafe(9)
    shopper = accounts.open_account(
        email="shopper@demo.example", password=password, name="Somchai Jaidee", language="th", market="TH"
    )
    address = markets.check_address(
        "TH",
        {
            "name": "Somchai Jaidee",
            "line1": "99/1 Sukhumvit 21 Road",
            "district": "Khlong Toei Nuea",
            "city": "Watthana",
            "region": "กรุงเทพมหานคร",
            "postcode": "10110",
            "phone": "081 234 5678",
        },
        "en",
    )
    accounts.save_address(person_id=shopper.id, address=address, make_default=True)
    row = {"for": "shop", "email": "shopper@demo.example", "password": password, "role": "shopper", "at": "/en-TH/"}
    rows.append(row)
    write_signins(rows)
    return rows


def write_signins(rows: list[dict[str, str]]) -> None:
    """Kept in the installation's folder, readable by its owner only; `glocal up` prints them."""
    file = Path(settings.HOME) / "demo-signins.json"
    file.touch(mode=0o600, exist_ok=True)
    file.write_text(json.dumps(rows, indent=1))
