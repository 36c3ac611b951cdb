"""Work of checkout that nobody waits for."""

from datetime import timedelta
from uuid import UUID

from glocal.content.catalog import facade as catalog
from glocal.platform.eventing import transactional
from glocal.platform.jobs import job, periodic
from glocal.platform.kernel import clock
from glocal.platform.kernel.cache import clear_all
from glocal.transaction.checkout.models import Cart
from glocal.transaction.checkout.services.landed import refresh_landed

KEPT = timedelta(days=90)
BATCH = 200


@job("checkout.refresh_landed")
def refresh(product_ids: list[str], in_markets: list[str] | None = None, anew: bool = False) -> None:
    """Bring the landed prices of some products up to date, in all markets or some.

    ``anew``: tariffs, rules or rates have changed, and this process may still keep what held before.
    """
    if anew:
        clear_all()
    refresh_landed([UUID(product_id) for product_id in product_ids], in_markets)


@job("checkout.refresh_whole_range")
@transactional
def refresh_whole_range(in_markets: list[str] | None) -> None:
    """Queue the work for every product in batches, so that several workers share it."""
    for product_ids in catalog.product_ids_in_batches(BATCH):
        refresh.defer(product_ids=[str(product) for product in product_ids], in_markets=in_markets, anew=True)


@periodic("checkout.refresh_all_landed", cron="40 2 * * *")
def refresh_all() -> None:
    """Every night: what is valid by date may have begun or ended, and promised days move with holidays."""
    for product_ids in catalog.product_ids_in_batches(BATCH):
        refresh_landed(product_ids)


@periodic("checkout.forget_carts", cron="23 4 * * *")
def forget_carts() -> None:
    """Drop visitors' carts that nobody touched for three months."""
    Cart.objects.filter(person_id=None, updated_at__lt=clock.now() - KEPT).delete()
