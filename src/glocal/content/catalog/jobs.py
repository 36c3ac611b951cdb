from glocal.content.catalog import offers, pictures
from glocal.platform.jobs import periodic


@periodic("catalog.follow_sales", cron="*/5 * * * *")
def follow_sales() -> None:
    """Every five minutes the popular order takes over what was sold."""
    while offers.follow_sales() > 0:
        pass


@periodic("catalog.renew_pictures", cron="*/10 * * * *")
def renew_pictures() -> None:
    """Catch copies of pictures that were made between a rendition and its event."""
    pictures.renew_pictures()
