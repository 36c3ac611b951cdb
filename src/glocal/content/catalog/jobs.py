from glocal.content.catalog import companions, finds, offers, pictures, resaving, rollups, spins
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


@periodic("catalog.count_shelves", cron="* * * * *")
def count_shelves() -> None:
    """Every minute the shelves that changed are counted."""
    rollups.count_shelves()


@periodic("catalog.count_all_shelves", cron="50 3 * * *")
def count_all_shelves() -> None:
    """At night all of them are."""
    rollups.count_shelves(all_of_them=True)


@periodic("catalog.renew_documents", cron="35 * * * *")
def renew_documents() -> None:
    """Every hour products whose words were taken down by older rules are taken down anew: found as others are."""
    resaving.renew_documents()


@periodic("catalog.choose_head", cron="*/20 * * * *")
def choose_head() -> None:
    """Every twenty minutes the index of what sells best takes over the popular orders."""
    finds.choose_head()


@periodic("catalog.find_alike", cron="*/10 * * * *")
def find_alike() -> None:
    """Every ten minutes some hundred products learn what is like them: changed ones first, then the stalest."""
    companions.find_alike()


@periodic("catalog.renew_pictures", cron="*/10 * * * *")
def renew_pictures() -> None:
    """Catch copies of pictures that were made between a rendition and its event."""
    pictures.renew_pictures()
    spins.renew_frames()
