from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from glocal.platform.kernel.ids import uuid7
from glocal.platform.kernel.money import Money


class SavedMethod(models.Model):
    """A card or wallet that a person left with a provider; we keep what they need to recognise it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person_id = models.UUIDField(db_index=True)
    provider = models.CharField(max_length=20)
    reference = models.CharField(max_length=100)
    method = models.CharField(max_length=20)
    brand = models.CharField(max_length=20, blank=True)
    last4 = models.CharField(max_length=4, blank=True)
    label = models.CharField(max_length=80, blank=True)
    exp_month = models.SmallIntegerField(default=0)
    exp_year = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "reference"], name="saved_method_once")]

    def __str__(self) -> str:
        return f"{self.brand or self.method} {self.last4}".strip()


class Payment(models.Model):
    """One attempt to pay one order: the row on which browser, webhook and poller meet."""

    class State(models.TextChoices):
        CREATED = "created"  # ours only; the provider may not know of it yet
        ACTION = "action"  # the shopper has a step to take at action_url
        PENDING = "pending"  # the provider is at it, or has not said
        AUTHORISED = "authorised"
        CAPTURED = "captured"
        DECLINED = "declined"
        FAILED = "failed"  # our verdict: it never reached the provider
        VOIDED = "voided"
        REFUNDED = "refunded"  # all that was captured went back

    class Wish(models.TextChoices):
        NONE = ""
        CAPTURE = "capture"
        VOID = "void"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order_id = models.UUIDField(db_index=True)
    person_id = models.UUIDField(null=True)
    provider = models.CharField(max_length=20)
    method = models.CharField(max_length=20)
    capture_mode = models.CharField(max_length=9, default="automatic")
    key = models.CharField(max_length=120)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    captured_minor = models.BigIntegerField(default=0)
    promised_minor = models.BigIntegerField(default=0)  # refunded or on its way back
    refunded_minor = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.CREATED)
    wish = models.CharField(max_length=7, choices=Wish, default=Wish.NONE, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    decline_code = models.CharField(max_length=60, blank=True)
    action_url = models.CharField(max_length=500, blank=True)
    saved_method = models.ForeignKey(SavedMethod, models.SET_NULL, null=True, blank=True, db_index=False)
    brand = models.CharField(max_length=20, blank=True)
    last4 = models.CharField(max_length=4, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    ask_at = models.DateTimeField(default=timezone.now)  # when the poller asks next, while open or wished
    asks = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="payment_key_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(captured_minor__gte=0) & Q(captured_minor__lte=F("amount_minor")),
                name="payment_captured_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0)
                & Q(refunded_minor__lte=F("promised_minor"))
                & Q(promised_minor__lte=F("captured_minor")),
                name="payment_refunds_within_captured",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["captured", "refunded"], captured_minor__gt=0)
                | (~Q(state__in=["captured", "refunded"]) & Q(captured_minor=0)),
                name="payment_captured_means_money",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ask_at"],
                condition=Q(state__in=["created", "action", "pending"]) | ~Q(wish=""),
                name="payment_to_ask",
            ),
            models.Index(
                fields=["saved_method"], condition=Q(saved_method__isnull=False), name="payment_by_saved_method"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.amount.amount} {self.currency}: {self.state}"

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class Refund(models.Model):
    """Money promised back; a job tells the provider, and only its word makes it done."""

    class State(models.TextChoices):
        QUEUED = "queued"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    key = models.CharField(max_length=120, unique=True)
    amount_minor = models.BigIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=6, choices=State, default=State.QUEUED)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_amount_positive")]
        indexes = [models.Index(fields=["created_at"], condition=Q(state="queued"), name="refund_queued")]

    def __str__(self) -> str:
        return f"{self.amount_minor} of {self.payment_id}: {self.state}"


class ProviderWebhook(models.Model):
    """A webhook as it came, kept before anything is done with it. Only ``done`` makes a repeat superfluous."""

    class State(models.TextChoices):
        RECEIVED = "received"
        DONE = "done"
        FAILED = "failed"

    id = models.BigAutoField(primary_key=True)
    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=120)
    body = models.BinaryField()
    state = models.CharField(max_length=8, choices=State, default=State.RECEIVED)
    received_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)
    try_at = models.DateTimeField(null=True)  # when a failed one is tried again
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="webhook_once")]
        indexes = [models.Index(fields=["try_at"], condition=Q(state="failed"), name="webhook_to_retry")]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}: {self.state}"
