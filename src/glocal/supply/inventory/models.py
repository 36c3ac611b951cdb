from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from glocal.platform.kernel.ids import uuid7
from glocal.supply.inventory.types import MOST_ON_HAND


class Warehouse(models.Model):
    """A place that keeps and ships goods."""

    class Kind(models.TextChoices):
        HOME = "home"  # ships abroad by direct mail
        OVERSEAS = "overseas"  # stands in or near the market it serves

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=80)
    country = models.CharField(max_length=2)
    kind = models.CharField(max_length=8, choices=Kind)
    time_zone = models.CharField(max_length=40)
    cutoff = models.TimeField(default=time(14), help_text="Local time until which orders leave the same working day.")
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.code


class Balance(models.Model):
    """How many units of a variant a warehouse holds, and how many of them are promised.

    A flash allocation is a row of its own (``pool``), so that a hot deal neither slows nor empties the rest.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    variant_id = models.UUIDField()
    warehouse = models.ForeignKey(Warehouse, models.PROTECT)
    pool = models.UUIDField(null=True, blank=True, editable=False)
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(on_hand__gte=0, on_hand__lte=MOST_ON_HAND), name="balance_on_hand_in_range"
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, reserved__lte=F("on_hand")), name="balance_reserved_within_on_hand"
            ),
            models.UniqueConstraint(
                fields=["variant_id", "warehouse", "pool"], nulls_distinct=False, name="balance_once_per_place"
            ),
        ]
        indexes = [models.Index(fields=["pool"], condition=Q(pool__isnull=False), name="balance_by_pool")]

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.on_hand} ({self.reserved} promised)"


class Movement(models.Model):
    """The journal of a stock row; ``on_hand`` is the sum of its quantities. Never changed, never deleted (trigger)."""

    class Kind(models.TextChoices):
        RECEIVE = "receive"
        ADJUST = "adjust"
        COUNT = "count"
        SHIP = "ship"
        ALLOCATE = "allocate"  # between a row and its flash allocation
        RETURN = "return"  # the rest of a flash allocation goes back

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    balance = models.ForeignKey(Balance, models.PROTECT)
    kind = models.CharField(max_length=8, choices=Kind)
    quantity = models.IntegerField()
    reason = models.CharField(max_length=200, blank=True)
    actor_id = models.UUIDField(null=True)
    reference = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["balance", "kind", "reference"],
                condition=Q(kind__in=["receive", "adjust", "count"]) & ~Q(reference=""),
                name="movement_once_per_reference",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity:+}"


class Reservation(models.Model):
    """Units of a stock row promised to ``owner`` (an order), until ``expires_at`` or, once committed, until shipped."""

    class State(models.TextChoices):
        HELD = "held"
        COMMITTED = "committed"
        SHIPPED = "shipped"
        RELEASED = "released"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.UUIDField(db_index=True)
    # No constraint in the database: rows of Balance are never deleted, and the check would lock the hottest row again.
    balance = models.ForeignKey(Balance, models.PROTECT, db_constraint=False, db_index=False)
    quantity = models.IntegerField()
    state = models.CharField(max_length=9, choices=State)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(quantity__gt=0), name="reservation_quantity_positive")]
        # Few rows are held and fewer of them expired, so one small index serves the sweep, the take-over and the reads.
        indexes = [models.Index(fields=["expires_at"], condition=Q(state="held"), name="reservation_expiring")]

    def __str__(self) -> str:
        return f"{self.quantity} for {self.owner} ({self.state})"


class Availability(models.Model):
    """Whether the variant was last told to be in stock; what makes ``StockRanOut`` and ``StockCameBack`` come once."""

    variant_id = models.UUIDField(primary_key=True)
    in_stock = models.BooleanField()

    class Meta:
        verbose_name_plural = "availability"

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.in_stock}"
