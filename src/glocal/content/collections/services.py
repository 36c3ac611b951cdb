"""Making, changing and withdrawing collections; every change is in the audit trail."""

import re
from uuid import UUID

from glocal.content.catalog import facade as catalog
from glocal.content.collections import selectors
from glocal.content.collections.errors import CollectionNotFound, InvalidCollection
from glocal.content.collections.models import Collection
from glocal.content.collections.types import CollectionInput
from glocal.platform.audit import facade as audit
from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock
from glocal.platform.markets import facade as markets

MOST_PRODUCTS, MOST_TITLE, MOST_TEXT = 400, 80, 600
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


@transactional
def save_collection(given: CollectionInput, *, actor_id: UUID | None) -> UUID:
    """Make it, or make it so; audited. Other processes follow within a minute. Returns its id.

    Raises UnknownMarket, InvalidCollection, CategoryNotFound.
    """
    market = markets.get(given.market).code
    if fault := _fault(given):
        raise InvalidCollection(field=fault[0], why=fault[1])
    catalog.cards(market=market, language="en", category=given.category, size=1)  # refuses a category there is not
    stored = Collection.objects.select_for_update().filter(market=market, slug=given.slug).first()
    row = stored or Collection(market=market, slug=given.slug)
    row.title = {language: text.strip() for language, text in given.title.items() if text.strip()}
    row.text = {language: text.strip() for language, text in given.text.items() if text.strip()}
    row.festival, row.starts_on, row.ends_on = given.festival, given.starts_on, given.ends_on
    row.product_ids, row.category = list(dict.fromkeys(given.product_ids)), given.category.strip("/")
    row.facets = {code: list(values) for code, values in given.facets.items()}
    row.position, row.active, row.updated_at = given.position, True, clock.now()
    row.save()
    _note(row, "collections.change" if stored else "collections.make", actor_id)
    return row.pk


def _fault(given: CollectionInput) -> tuple[str, str] | None:
    """Field and reason of the first thing that is wrong."""
    if not _SLUG.match(given.slug) or len(given.slug) > 60:
        return "slug", "its address takes small letters, digits and single hyphens, at most 60"
    if not any(text.strip() for text in given.title.values()):
        return "title", "it needs a title in one language at least"
    if any(len(text) > MOST_TITLE for text in given.title.values()):
        return "title", f"a title has at most {MOST_TITLE} characters"
    if any(len(text) > MOST_TEXT for text in given.text.values()):
        return "text", f"a text has at most {MOST_TEXT} characters"
    if given.starts_on and given.ends_on and given.ends_on < given.starts_on:
        return "ends_on", "it ends before it starts"
    if given.festival and not any(
        row.code == given.festival and given.market in row.markets for row in markets.festivals()
    ):
        return "festival", f"{given.market} keeps no festival {given.festival[:30]}"
    if len(given.product_ids) > MOST_PRODUCTS:
        return "product_ids", f"it holds at most {MOST_PRODUCTS} products"
    if not given.product_ids and not given.category and not given.facets:
        return "category", "name products, a category or a choice of facets"
    return None


@transactional
def withdraw_collection(*, market: str, slug: str, actor_id: UUID | None) -> None:
    """Show it no longer; saving it again brings it back. Raises CollectionNotFound."""
    row = Collection.objects.select_for_update().filter(market=market, slug=slug, active=True).first()
    if row is None:
        raise CollectionNotFound(field="slug", slug=slug[:60])
    row.active, row.updated_at = False, clock.now()
    row.save(update_fields=["active", "updated_at"])
    _note(row, "collections.withdraw", actor_id)


def _note(row: Collection, action: str, actor_id: UUID | None) -> None:
    selectors.kept.clear()
    audit.record(actor_id=actor_id, action=action, object_type="collection", object_id=row.pk, market=row.market)
