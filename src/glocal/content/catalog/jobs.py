from glocal.content.catalog import finds, offers, pictures, resaving
from glocal.platform.jobs import job, periodic


@job("catalog.resave_products")
def resave_products(category_paths: list[str], attribute_codes: list[str]) -> None:
    """After a category or attribute was renamed: its products are found under the new name."""
    resaving.resave_products(category_paths=category_paths, attribute_codes=attribute_codes)


@periodic("catalog.follow_sales", cron="*/5 * * * *")
def follow_sales() -> None:
    """Every five minutes the popular order takes over what was sold."""
    while offers.follow_sales() > 0:
        pass


@periodic("catalog.choose_head", cron="20 * * * *")
def choose_head() -> None:
    """Every hour the index of what sells best takes over the popular orders."""
    finds.choose_head()


@periodic("catalog.renew_pictures", cron="*/10 * * * *")
def renew_pictures() -> None:
    """Catch copies of pictures that were made between a rendition and its event."""
    pictures.renew_pictures()
