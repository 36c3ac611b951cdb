"""The cart. Quantities change by database arithmetic, so two taps at once are two units and no update is lost."""

from uuid import UUID

from django.db import connection

from glocal.content.catalog import facade as catalog
from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock
from glocal.platform.kernel.ids import uuid7
from glocal.platform.markets import facade as markets
from glocal.transaction.checkout.errors import BadQuantity, CartFull, NotForSale
from glocal.transaction.checkout.models import MOST_LINES, MOST_UNITS, Cart, CartLine
from glocal.transaction.checkout.types import Buyer

# Finds or makes the cart and adds to its line, in one statement.
_ADD = """
WITH cart AS (
  INSERT INTO checkout_cart (id, {owner}, updated_at) VALUES (%s, %s, %s)
  ON CONFLICT ({owner}) DO UPDATE SET updated_at = EXCLUDED.updated_at RETURNING id)
INSERT INTO checkout_cartline (cart_id, variant_id, quantity) SELECT id, %s, %s FROM cart
ON CONFLICT (cart_id, variant_id)
DO UPDATE SET quantity = LEAST(checkout_cartline.quantity + EXCLUDED.quantity, %s)
RETURNING quantity, (SELECT count(*) FROM checkout_cartline AS other WHERE other.cart_id = checkout_cartline.cart_id)
"""


def cart_of(buyer: Buyer) -> dict[str, UUID | None]:
    """The filter that finds the buyer's cart, and no one else's."""
    if buyer.person_id:
        return {"cart__person_id": buyer.person_id}
    return {"cart__visitor_id": buyer.visitor_id}


@transactional
def add(*, buyer: Buyer, market: markets.Market, variant_id: UUID, quantity: int) -> int:
    """Put units into the buyer's cart and return how many of the variant are in it now.

    Raises BadQuantity, NotForSale, CartFull.
    """
    if not 1 <= quantity <= MOST_UNITS:
        raise BadQuantity()
    if variant_id not in catalog.items_for_sale(market.code, [variant_id]):
        raise NotForSale(field="variant_id", variant_id=str(variant_id))
    owner, value = ("person_id", buyer.person_id) if buyer.person_id else ("visitor_id", buyer.visitor_id)
    with connection.cursor() as cursor:
        cursor.execute(_ADD.format(owner=owner), [uuid7(), value, clock.now(), variant_id, quantity, MOST_UNITS])
        now_in_cart, others = cursor.fetchone()
    if others > MOST_LINES:
        raise CartFull()
    return int(now_in_cart)


@transactional
def set_quantity(*, buyer: Buyer, variant_id: UUID, quantity: int) -> None:
    """Set how many of a variant are in the buyer's cart; a variant that is not in it stays out. Raises BadQuantity."""
    if not 1 <= quantity <= MOST_UNITS:
        raise BadQuantity()
    CartLine.objects.filter(**cart_of(buyer), variant_id=variant_id).update(quantity=quantity)


@transactional
def remove(*, buyer: Buyer, variant_id: UUID) -> None:
    CartLine.objects.filter(**cart_of(buyer), variant_id=variant_id).delete()


_MERGE = """
INSERT INTO checkout_cartline (cart_id, variant_id, quantity)
SELECT %s, variant_id, quantity FROM checkout_cartline WHERE cart_id = %s
ON CONFLICT (cart_id, variant_id)
DO UPDATE SET quantity = LEAST(GREATEST(checkout_cartline.quantity, EXCLUDED.quantity), %s)
"""


@transactional
def merge(*, visitor_id: UUID, person_id: UUID) -> None:
    """Bring what was put in before signing in into the person's cart; of a variant in both, the larger number stays."""
    mine = Cart.objects.select_for_update().filter(visitor_id=visitor_id).first()
    if mine is None:
        return
    theirs, _ = Cart.objects.get_or_create(person_id=person_id)
    with connection.cursor() as cursor:
        cursor.execute(_MERGE, [theirs.pk, mine.pk, MOST_UNITS])
    mine.delete()
