from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from glocal.platform.kernel.ids import uuid7
from glocal.platform.kernel.money import Money


class Zone(models.Model):
    """Where services go: ``areas`` as ``rules.Area`` reads them."""

    code = models.CharField(max_length=24, primary_key=True)
    areas = models.JSONField()

    def __str__(self) -> str:
        return self.code


class Service(models.Model):
    """A carrier's service from the warehouses of one country to a zone."""

    class Promise(models.TextChoices):
        ECONOMY = "economy"
        STANDARD = "standard"
        EXPRESS = "express"

    code = models.CharField(max_length=32, primary_key=True)
    name = models.JSONField(default=dict)
    carrier = models.CharField(max_length=16)
    carrier_service = models.CharField(max_length=24)
    ship_from = models.CharField(max_length=2)
    zone = models.ForeignKey(Zone, models.PROTECT)
    promise = models.CharField(max_length=8, choices=Promise)
    days_min = models.SmallIntegerField()
    days_max = models.SmallIntegerField()
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(days_min__gte=0, days_max__gte=F("days_min")), name="service_days_in_order"
            )
        ]

    def __str__(self) -> str:
        return self.code


class RateRow(models.Model):
    """The price of a parcel up to a weight (and, where limited, a value of its goods) while the row is valid."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service = models.ForeignKey(Service, models.CASCADE, related_name="rates")
    weight_to_g = models.IntegerField()
    value_to_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    price_minor = models.BigIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, help_text="First day on which it is no longer valid.")
    source = models.CharField(max_length=80)
    superseded_at = models.DateTimeField(
        null=True, blank=True, help_text="When another table took its place. Kept, since orders were charged by it."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "weight_to_g", "value_to_minor", "valid_from"],
                condition=Q(superseded_at=None),
                nulls_distinct=False,
                name="rate_once_per_step_and_day",
            ),
            models.CheckConstraint(condition=Q(weight_to_g__gt=0, price_minor__gte=0), name="rate_in_range"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="rate_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} to {self.weight_to_g} g: {self.price_minor} {self.currency}"


class Shipment(models.Model):
    """A parcel of an order, from its plan to the door."""

    class Status(models.TextChoices):
        PLANNED = "planned"
        PICKING = "picking"
        PACKED = "packed"
        SHIPPED = "shipped"
        DELIVERED = "delivered"
        EXCEPTION = "exception"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order_id = models.UUIDField(db_index=True)
    owner_id = models.UUIDField(null=True, help_text="Whose reservation its goods are of, where not the order's.")
    instead_of = models.UUIDField(null=True, help_text="The lost parcel that it goes out for.")
    in_exchange = models.BooleanField(default=False, help_text="It holds what goes out for goods that came back.")
    number = models.CharField(max_length=24, unique=True)
    market = models.CharField(max_length=2)
    warehouse_id = models.UUIDField()
    ship_from = models.CharField(max_length=2)
    service = models.ForeignKey(Service, models.PROTECT)
    status = models.CharField(max_length=9, choices=Status, default=Status.PLANNED)
    lines = models.JSONField()
    contents = models.JSONField()
    address = models.JSONField()
    weight_g = models.IntegerField()
    cost_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    promised_from = models.DateField()
    promised_to = models.DateField()
    tracking_number = models.CharField(max_length=40, blank=True)
    tracking_url = models.URLField(blank=True)
    label = models.BinaryField(null=True, help_text="PDF. Kept here and not among public files: it names a person.")
    problem = models.CharField(max_length=300, blank=True)
    shipper_id = models.UUIDField(null=True)
    planned_at = models.DateTimeField(default=timezone.now)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True, help_text="When the carrier was last asked for news.")
    offered_at = models.DateTimeField(null=True, help_text="When the carrier was asked to take it on; it may have.")
    called_off_at = models.DateTimeField(null=True, help_text="When the label of a cancelled parcel was called off.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "tracking_number"], condition=~Q(tracking_number=""), name="shipment_by_tracking"
            )
        ]
        indexes = [
            models.Index(fields=["warehouse_id", "status", "planned_at"], name="shipment_worklist"),
            models.Index(
                fields=["asked_at"], condition=Q(status__in=["shipped", "exception"]), name="shipment_under_way"
            ),
            models.Index(
                fields=["offered_at"],
                condition=Q(status="cancelled", called_off_at=None, offered_at__isnull=False),
                name="shipment_to_call_off",
            ),
            models.Index(
                fields=["asked_at"],
                condition=Q(status="packed", offered_at__isnull=False),
                name="shipment_to_hand_over",
            ),
            models.Index(fields=["tracking_number"], condition=~Q(tracking_number=""), name="shipment_tracking"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def cost(self) -> Money:
        return Money(self.cost_minor, self.currency)

    @property
    def goods_of(self) -> UUID:
        """The owner of the goods' reservation."""
        return self.owner_id or self.order_id


class EarlyNews(models.Model):
    """News of a parcel whose number we were not given yet; taken up when we are, forgotten when we never are."""

    id = models.BigAutoField(primary_key=True)
    carrier = models.CharField(max_length=16)
    tracking_number = models.CharField(max_length=40, db_index=True)
    steps = models.JSONField()
    heard_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "early news"

    def __str__(self) -> str:
        return f"{self.carrier} {self.tracking_number}"


class TrackingEvent(models.Model):
    """A step of a parcel as the carrier told it. Never changed, never deleted (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shipment = models.ForeignKey(Shipment, models.PROTECT, related_name="steps")
    carrier_event_id = models.CharField(max_length=80)
    code = models.CharField(max_length=24)
    at = models.DateTimeField()
    place = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=200, blank=True)
    heard_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shipment", "carrier_event_id"], name="tracking_event_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.at}"
