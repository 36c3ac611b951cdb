"""Work of checkout that nobody waits for."""

from datetime import timedelta
from uuid import UUID

from glocal.content.catalog import facade as catalog
from glocal.platform.jobs import job, periodic
from glocal.platform.kernel import clock
from glocal.transaction.checkout.models import Cart
from glocal.transaction.checkout.services.landed import refresh_landed

KEPT = timedelta(days=90)
BATCH = 200


@job("checkout.refresh_landed")
def refresh(product_ids: list[str]) -> None:
    """Bring the landed prices of some products up to date."""
    refresh_landed([UUID(product_id) for product_id in product_ids])


@periodic("checkout.refresh_all_landed", cron="40 2 * * *")
def refresh_all() -> None:
    """Every night: exchange rates, tax rules and tariffs may have changed their day."""
    for product_ids in catalog.product_ids_in_batches(BATCH):
        refresh_landed(product_ids)


@periodic("checkout.forget_carts", cron="23 4 * * *")
def forget_carts() -> None:
    """Drop visitors' carts that nobody touched for three months."""
    Cart.objects.filter(person_id=None, updated_at__lt=clock.now() - KEPT).delete()
