"""Work with carriers that is not done while somebody waits."""

from datetime import timedelta
from uuid import UUID

from glocal.platform.jobs import OUTAGE, job, periodic
from glocal.platform.kernel import clock
from glocal.supply.shipping import carriers
from glocal.supply.shipping.models import EarlyNews

EARLY_KEPT = timedelta(days=14)


@job("shipping.hand_over", retry=OUTAGE)
def hand_over(shipment_id: str) -> None:
    """Hand a packed parcel to its carrier; running it again hands over nothing more."""
    carriers.hand_over(UUID(shipment_id))


@periodic("shipping.ask_for_news", cron="* * * * *")
def ask_for_news() -> None:
    """Ask about parcels whose carrier has been silent: a message may have been lost."""
    while carriers.ask_for_news(50) == 50:
        pass
    while carriers.call_off_labels(50) == 50:
        pass


@periodic("shipping.hand_over_late", cron="*/5 * * * *")
def hand_over_late() -> None:
    """Hand over the parcels whose own job has given up."""
    while carriers.hand_over_late(50) == 50:
        pass


@periodic("shipping.forget_early_news", cron="41 3 * * *")
def forget_early_news() -> None:
    """Drop news of parcels that are not ours: a number that we are given comes within minutes."""
    EarlyNews.objects.filter(heard_at__lt=clock.now() - EARLY_KEPT).delete()
