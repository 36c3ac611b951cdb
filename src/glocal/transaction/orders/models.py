from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from glocal.platform.kernel.ids import uuid7
from glocal.platform.kernel.money import Money


class Order(models.Model):
    """A purchase a shopper has confirmed; its totals never change once placed."""

    class Status(models.TextChoices):
        PLACED = "placed"
        PAID = "paid"
        PACKING = "packing"
        SHIPPED = "shipped"
        DELIVERED = "delivered"
        CANCELLED = "cancelled"
        EXPIRED = "expired"

    class Kind(models.TextChoices):
        SALE = "sale"
        RETURN = "return"  # only in history from elsewhere: goods and money that came back

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=24)
    token = models.CharField(max_length=24)
    key = models.CharField(max_length=130)
    digest = models.CharField(max_length=64, default="")  # of what ``key`` asked for
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.SALE)
    status = models.CharField(max_length=10, choices=Status, default=Status.PLACED)
    source = models.CharField(max_length=40, default="shop")
    person_id = models.UUIDField(null=True, blank=True)
    visitor_id = models.UUIDField(null=True, blank=True)
    email = models.EmailField(blank=True)
    market = models.CharField(max_length=2)
    language = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    goods_minor = models.BigIntegerField()
    shipping_minor = models.BigIntegerField(default=0)
    tax_added_minor = models.BigIntegerField(default=0)
    tax_included_minor = models.BigIntegerField(default=0)
    duty_minor = models.BigIntegerField(default=0)
    fees_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField(default=0)
    estimate = models.BooleanField(default=False)
    address = models.JSONField(default=dict)
    delivery_code = models.CharField(max_length=20, blank=True)
    parcels = models.JSONField(default=list)
    earliest = models.DateField(null=True, blank=True)
    latest = models.DateField(null=True, blank=True)
    placed_at = models.DateTimeField(default=timezone.now)
    payment_id = models.UUIDField(null=True, blank=True)  # the one that paid it; money from any other goes back
    short_payment = models.BooleanField(null=True)  # a payment took less than the total; back it goes if another pays
    paid_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.CharField(max_length=40, blank=True)
    link_until = models.DateTimeField(null=True, blank=True)  # None while the order is under way
    link_mailed_at = models.DateTimeField(null=True, blank=True)  # when its link was last asked for and sent

    class Meta:
        # Each index is written with every order and every step of it: none that nobody searches by.
        constraints = [
            models.UniqueConstraint(fields=["number"], opclasses=["varchar_pattern_ops"], name="order_number_once"),
            models.UniqueConstraint(fields=["key"], name="order_key_once"),
            models.CheckConstraint(
                condition=models.Q(
                    total_minor=models.F("goods_minor")
                    + models.F("shipping_minor")
                    + models.F("tax_added_minor")
                    + models.F("duty_minor")
                    + models.F("fees_minor")
                ),
                name="order_total_is_its_parts",
            ),
            models.CheckConstraint(
                condition=models.Q(refunded_minor__gte=0, refunded_minor__lte=models.F("total_minor")),
                name="order_refunds_within_total",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person_id", "-placed_at", "-id"],
                name="order_by_person",
                condition=models.Q(person_id__isnull=False),
            ),
            models.Index(fields=["market", "-placed_at", "-id"], name="order_by_market"),
            models.Index(fields=["status", "-placed_at", "-id"], name="order_by_status"),
            models.Index(fields=["-placed_at", "-id"], name="order_by_time"),
            models.Index(Lower("email"), name="order_by_email", condition=~models.Q(email="")),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)

    @property
    def refunded(self) -> Money:
        return Money(self.refunded_minor, self.currency)


class OrderLine(models.Model):
    """One product of an order, as it was when it was bought."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    variant_id = models.UUIDField()
    product_id = models.UUIDField()
    sku = models.CharField(max_length=64)
    title = models.JSONField()
    options = models.JSONField(default=dict)
    quantity = models.IntegerField()
    refunded_quantity = models.IntegerField(default=0)
    returning_quantity = models.IntegerField(default=0, db_default=0)  # on their way back, not refunded yet
    unit_minor = models.BigIntegerField()
    line_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField(default=0)
    duty_minor = models.BigIntegerField(default=0)
    weight_g = models.IntegerField(default=0)
    hs_code = models.CharField(max_length=10, blank=True)
    origin = models.CharField(max_length=2, blank=True)
    cover = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="order_line_has_units"),
            models.CheckConstraint(
                condition=models.Q(line_minor=models.F("unit_minor") * models.F("quantity")), name="order_line_adds_up"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    refunded_quantity__gte=0,
                    returning_quantity__gte=0,
                    refunded_quantity__lte=models.F("quantity") - models.F("returning_quantity"),
                ),
                name="order_line_refunds_and_returns_within",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.sku}"


class DaySales(models.Model):
    """What was sold and given back in a market on a day (of the market's own time), kept up by events for reports."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    market = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    orders = models.IntegerField(default=0)
    units = models.IntegerField(default=0)
    gross_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "day sales"
        constraints = [models.UniqueConstraint(fields=["day", "market", "currency"], name="day_sales_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.market}"


class EndedLink(models.Model):
    """A secret that opened an order once and does not any more; kept as a digest, to tell it from a guess."""

    digest = models.CharField(max_length=64, primary_key=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="ended_links")
    ended_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.order_id)


class OrderRefund(models.Model):
    """Money promised back for a part of an order; the payment itself is payments' work."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="refunds")
    key = models.CharField(max_length=130, unique=True)
    failed = models.CharField(max_length=60, blank=True)  # the provider's code, when it would not give the money
    amount_minor = models.BigIntegerField()
    shipping_minor = models.BigIntegerField(default=0)
    lines = models.JSONField(default=list)
    reason = models.CharField(max_length=200)
    actor_id = models.UUIDField(null=True, blank=True)
    lost_shipment_id = models.UUIDField(null=True, help_text="The lost parcel whose goods it pays back.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="order_refund_is_positive")]

    def __str__(self) -> str:
        return f"{self.amount_minor} of {self.order_id}"
