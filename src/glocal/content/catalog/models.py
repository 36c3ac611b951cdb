from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from glocal.platform.kernel.ids import uuid7
from glocal.platform.markets import facade as markets

NO_SHELF = UUID(int=0)


class Category(models.Model):
    """A place in the tree; ``path`` (``beauty/skincare``) names it and its parents."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    path = models.CharField(max_length=200, unique=True)
    name = models.JSONField(default=dict, help_text="By language.")
    position = models.IntegerField(default=0)
    return_kind = models.CharField(
        max_length=13,
        blank=True,
        default="",
        db_default="",
        choices=[(kind, kind.replace("_", " ")) for kind in markets.KINDS],
        help_text="How its goods come back; empty: as those of the category above.",
    )

    class Meta:
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.path


class Brand(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class Attribute(models.Model):
    """A property of products or an option of their variants: one dictionary for both, so that both can be facets."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=60, unique=True)
    name = models.JSONField(default=dict, help_text="By language.")
    is_facet = models.BooleanField(default=True)
    position = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.code


class AttributeValue(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    attribute = models.ForeignKey(Attribute, models.CASCADE, related_name="values")
    code = models.CharField(max_length=60)
    name = models.JSONField(default=dict, help_text="By language.")
    hex = models.CharField(max_length=7, blank=True)
    position = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attribute", "code"], name="attribute_value_once")]

    def __str__(self) -> str:
        return self.code


class Product(models.Model):
    """What is described and shown; its row is the lock for every write to it, its variants, offers and listings."""

    class Status(models.TextChoices):
        ACTIVE = "active"
        ARCHIVED = "archived"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    external_source = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120)
    slug = models.CharField(max_length=120, unique=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.ACTIVE)
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True)
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True)
    title = models.JSONField(default=dict, help_text="By language, like the other texts.")
    summary = models.JSONField(default=dict, blank=True)
    description = models.JSONField(default=dict, blank=True)
    attributes = models.JSONField(
        default=dict, blank=True, help_text="Code to value codes, or to free text by language."
    )
    hs_code = models.CharField(max_length=10, blank=True)
    origin = models.CharField(max_length=2, blank=True)
    cover = models.JSONField(null=True, blank=True, help_text="Copy of the picture, renewed when its sizes are ready.")
    gallery = models.JSONField(default=list, blank=True)
    picture_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    pictures_ready = models.BooleanField(default=True)
    tokens = ArrayField(models.TextField(), default=list, blank=True, help_text="c=, brand= and facets.")
    search = SearchVectorField(null=True)
    search_version = models.SmallIntegerField(default=0, db_default=0, help_text="Of the rules that made the document.")
    head_in = ArrayField(
        models.TextField(),
        default=list,
        db_default=[],
        blank=True,
        help_text="Markets whose best sellers it is among (TH), or whose best thousand (TH1); set by a job.",
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["external_source", "external_id"], name="product_once_per_source"),
            models.CheckConstraint(condition=Q(hs_code__regex=r"^([0-9]{6,10})?$"), name="product_hs_code_is_digits"),
            models.CheckConstraint(condition=Q(origin__regex=r"^([A-Z]{2})?$"), name="product_origin_is_a_country"),
        ]
        indexes = [
            GinIndex(fields=["search"], name="product_search"),
            GinIndex(fields=["search", "head_in"], name="product_search_in_head", condition=~Q(head_in=[])),
            models.Index(fields=["id"], condition=Q(pictures_ready=False), name="product_pictures_unready"),
        ]

    def __str__(self) -> str:
        return self.slug


class Variant(models.Model):
    """What can be bought and has a price and stock."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(Product, models.CASCADE, related_name="variants")
    sku = models.CharField(max_length=64, unique=True)
    options = models.JSONField(default=dict, blank=True, help_text="Attribute code to value code.")
    weight_g = models.PositiveIntegerField(default=0)
    picture_id = models.UUIDField(null=True, blank=True, help_text="Of the gallery, the one that shows this variant.")
    position = models.IntegerField(default=0)
    active = models.BooleanField(default=True)
    in_stock = models.BooleanField(default=False, help_text="Somewhere, as inventory last told.")

    def __str__(self) -> str:
        return self.sku


class Offer(models.Model):
    """The price of a variant in a market, in that market's currency, as it is now."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    variant = models.ForeignKey(Variant, models.CASCADE, related_name="offers")
    market = models.CharField(max_length=2)
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    visible = models.BooleanField(default=True)
    landed = models.JSONField(null=True, blank=True, help_text="Whole price worked out for this price; minor units.")
    prior_minor = models.BigIntegerField(
        null=True, blank=True, help_text="Lowest of the 30 days before it was reduced; null unless the price is a cut."
    )
    reduced_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["variant", "market"], name="offer_once_per_market"),
            models.CheckConstraint(condition=Q(price_minor__gt=0), name="offer_price_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id} {self.market}"


class Spin(models.Model):
    """A product seen from all round: copies of pictures, like a gallery, in the order of one turn."""

    product = models.OneToOneField(Product, models.CASCADE, primary_key=True, related_name="spin")
    frames = models.JSONField(default=list)
    picture_ids = ArrayField(models.UUIDField(), default=list)
    ready = models.BooleanField(default=False, help_text="Every frame has its sizes.")

    class Meta:
        indexes = [models.Index(fields=["product"], condition=Q(ready=False), name="spin_unready")]

    def __str__(self) -> str:
        return f"{self.product_id}: {len(self.frames)} frames"


class SizeChart(models.Model):
    """What the sizes of a kind of product measure, and what other countries call them.

    It holds for the products of its ``source`` (all when empty) in its category and of its brand (all when null).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=80)
    category = models.ForeignKey(Category, models.CASCADE, null=True, blank=True)
    brand = models.ForeignKey(Brand, models.CASCADE, null=True, blank=True)
    option = models.CharField(max_length=60, default="size")
    rows = models.JSONField(default=list, help_text="Size, labels by system, and measures in millimetres (from, to).")
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "code"], name="size_chart_once_per_source"),
            models.UniqueConstraint(
                fields=["source", "category", "brand", "option"], name="size_chart_one_for_a_kind", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Listing(models.Model):
    """A product in a market: whether and when it is shown, and what a list needs to filter, sort and show it.

    Columns under "derived" are worked out from product, variants and offers by ``listings.refresh`` and nowhere else.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    product = models.ForeignKey(Product, models.CASCADE, related_name="listings")
    market = models.CharField(max_length=2)
    visible = models.BooleanField(default=True)
    visible_from = models.DateTimeField(null=True, blank=True)
    visible_to = models.DateTimeField(null=True, blank=True)
    position = models.IntegerField(default=0, help_text="Below zero comes before, above zero after the others.")
    sold_count = models.IntegerField(default=0)
    popularity = models.IntegerField(default=0, help_text="The popular order; follows sold_count by a job.")
    listed_at = models.DateTimeField(default=timezone.now)
    # derived
    live = models.BooleanField(default=False, help_text="Visible, active and priced; only the dates remain to check.")
    in_stock = models.BooleanField(default=False)
    from_minor = models.BigIntegerField(null=True)
    from_price = models.BooleanField(default=False)
    currency = models.CharField(max_length=3, blank=True)
    all_in_minor = models.BigIntegerField(null=True)
    all_in_estimate = models.BooleanField(default=False)
    tokens = ArrayField(models.TextField(), default=list, blank=True)
    shelf_id = models.UUIDField(
        default=NO_SHELF, db_default=NO_SHELF, help_text="The product's own category; nil without one."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "market"], name="listing_once_per_market"),
            models.CheckConstraint(
                condition=Q(visible_from=None) | Q(visible_to=None) | Q(visible_to__gt=models.F("visible_from")),
                name="listing_shown_from_before_to",
            ),
        ]
        # sold_count and in_stock change with sales and are in no index on purpose: their updates are heap-only.
        indexes = [
            GinIndex(fields=["tokens"], name="listing_tokens"),
            models.Index(
                "market",
                "position",
                models.F("popularity").desc(),
                "product",
                name="listing_popular",
                condition=Q(live=True),
            ),
            models.Index("market", models.F("listed_at").desc(), "product", name="listing_new", condition=Q(live=True)),
            models.Index("market", "from_minor", "product", name="listing_by_price", condition=Q(live=True)),
            models.Index("market", "product", name="listing_by_product", condition=Q(live=True)),  # for site maps
            # The order of a shelf is read from the index alone; the dates stand in it for that.
            models.Index(
                "market",
                "shelf_id",
                "position",
                models.F("popularity").desc(),
                "product",
                name="listing_on_shelf",
                condition=Q(live=True),
                include=["visible_from", "visible_to"],
            ),
            models.Index(
                fields=["market", "shelf_id"],
                name="listing_dated",
                condition=Q(visible_from__isnull=False) | Q(visible_to__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.market}"


class ShelfCount(models.Model):
    """How many products stand on a shelf (a category of a market; path empty: all of the market), by token.

    ``own`` counts what stands in the category itself, ``counts`` that and all below it: of each facet the values that
    most products have.
    """

    id = models.BigAutoField(primary_key=True)
    market = models.CharField(max_length=2)
    path = models.CharField(max_length=200, blank=True)
    own = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    total = models.IntegerField(default=0)
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["market", "path"], name="shelf_counted_once")]

    def __str__(self) -> str:
        return f"{self.market}/{self.path}"


class ShelfChange(models.Model):
    """Something came to a category of a market or left it since it was counted; rows are only added, and taken."""

    id = models.BigAutoField(primary_key=True)
    market = models.CharField(max_length=2)
    shelf_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["market", "shelf_id"], name="shelf_changed")]

    def __str__(self) -> str:
        return f"{self.market} {self.shelf_id}"


class Companion(models.Model):
    """The products most like one, best first, and what they have in common with it (codes of ``likeness.WEIGHTS``)."""

    product = models.OneToOneField(Product, models.CASCADE, primary_key=True)
    alike = ArrayField(models.UUIDField(), default=list)
    reasons = ArrayField(models.TextField(), default=list)
    made_at = models.DateTimeField(db_index=True, help_text="Long ago: to be worked out anew.")

    def __str__(self) -> str:
        return str(self.product_id)


class Together(models.Model):
    """Products that stood in the same orders more often than by chance."""

    id = models.BigAutoField(primary_key=True)
    product = models.ForeignKey(Product, models.CASCADE, db_index=False)
    other_id = models.UUIDField()
    orders = models.IntegerField()
    lift = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "other_id"], name="together_once")]

    def __str__(self) -> str:
        return f"{self.product_id} {self.other_id}"
