from django.db import models
from django.utils import timezone

from glocal.platform.kernel.ids import uuid7


class Return(models.Model):
    """Things of an order that come back, for money or for another variant."""

    class Status(models.TextChoices):
        REQUESTED = "requested"
        APPROVED = "approved"
        IN_TRANSIT = "in_transit"
        RECEIVED = "received"
        REFUNDED = "refunded"
        EXCHANGED = "exchanged"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    class Want(models.TextChoices):
        REFUND = "refund"
        EXCHANGE = "exchange"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=30, unique=True)
    key = models.CharField(max_length=130, unique=True)
    order_id = models.UUIDField(db_index=True)
    order_number = models.CharField(max_length=24)
    market = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=10, choices=Status, default=Status.REQUESTED)
    want = models.CharField(max_length=8, choices=Want)
    reason = models.CharField(max_length=16)
    note = models.CharField(max_length=1000, blank=True)
    answer = models.CharField(max_length=300, blank=True)
    photos = models.JSONField(default=list)
    warehouse_id = models.UUIDField()
    service_code = models.CharField(max_length=32)
    tracking_number = models.CharField(max_length=40, blank=True)
    tracking_url = models.URLField(blank=True)
    label = models.BinaryField(null=True, help_text="PDF. Kept here and not among public files: it names a person.")
    label_asked_at = models.DateTimeField(null=True, help_text="When the carrier was asked for a label; it may exist.")
    called_off_at = models.DateTimeField(null=True, help_text="When the label of a withdrawn return was called off.")
    labelled_at = models.DateTimeField(null=True, help_text="When the shopper was given the label.")
    asked_at = models.DateTimeField(null=True, help_text="When the carrier was last asked, for the label or for news.")
    requested_at = models.DateTimeField(default=timezone.now)
    received_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["market", "status", "requested_at"], name="return_desk"),
            models.Index(fields=["requested_at"], name="return_open", condition=models.Q(closed_at=None)),
            models.Index(fields=["asked_at"], name="return_to_ask_about", condition=models.Q(status="approved")),
            models.Index(
                fields=["requested_at"],
                name="return_label_to_call_off",
                condition=models.Q(status="withdrawn", label_asked_at__isnull=False, called_off_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ReturnLine(models.Model):
    """Units of one order line that come back; ``exchange`` is the variant that goes out for them."""

    id = models.BigAutoField(primary_key=True)
    returned = models.ForeignKey(Return, models.PROTECT, related_name="lines")
    line_id = models.BigIntegerField()
    variant_id = models.UUIDField()
    sku = models.CharField(max_length=64)
    title = models.JSONField()
    options = models.JSONField(default=dict)
    quantity = models.IntegerField()
    sellable_quantity = models.IntegerField(null=True, help_text="Of these, put back on the shelf.")
    exchange = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="return_line_has_units"),
            models.CheckConstraint(
                condition=models.Q(sellable_quantity=None)
                | models.Q(sellable_quantity__gte=0, sellable_quantity__lte=models.F("quantity")),
                name="return_line_sellable_within",
            ),
            models.UniqueConstraint(fields=["returned", "line_id"], name="return_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.sku}"


class LostParcel(models.Model):
    """A parcel that a shopper says never came, and what was done about it."""

    class Want(models.TextChoices):
        RESEND = "resend"
        REFUND = "refund"

    class Status(models.TextChoices):
        OPEN = "open"
        RESENT = "resent"
        REFUNDED = "refunded"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shipment_id = models.UUIDField(unique=True)
    order_id = models.UUIDField(db_index=True)
    parcel = models.CharField(max_length=24)
    market = models.CharField(max_length=2)
    want = models.CharField(max_length=6, choices=Want)
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    claimed_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "lost parcels"
        indexes = [models.Index(fields=["market", "status", "claimed_at"], name="lost_parcel_desk")]

    def __str__(self) -> str:
        return self.parcel
