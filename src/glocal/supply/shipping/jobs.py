"""Work with carriers that is not done while somebody waits."""

from uuid import UUID

from glocal.platform.jobs import OUTAGE, job, periodic
from glocal.supply.shipping import carriers


@job("shipping.hand_over", retry=OUTAGE)
def hand_over(shipment_id: str) -> None:
    """Hand a packed parcel to its carrier; running it again hands over nothing more."""
    carriers.hand_over(UUID(shipment_id))


@periodic("shipping.ask_for_news", cron="* * * * *")
def ask_for_news() -> None:
    """Ask about parcels whose carrier has been silent: a message may have been lost."""
    while carriers.ask_for_news(50) == 50:
        pass
