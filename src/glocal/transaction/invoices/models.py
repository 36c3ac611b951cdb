from django.db import models
from django.utils import timezone

from glocal.platform.kernel.ids import uuid7


class Kind(models.TextChoices):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class Series(models.Model):
    """The last number given by a seller in a year; its row is the lock that makes numbers gapless."""

    id = models.BigAutoField(primary_key=True)
    seller = models.CharField(max_length=8)
    kind = models.CharField(max_length=11, choices=Kind)
    year = models.SmallIntegerField()
    last = models.IntegerField(default=0)

    class Meta:
        verbose_name_plural = "series"
        constraints = [models.UniqueConstraint(fields=["seller", "kind", "year"], name="series_once")]

    def __str__(self) -> str:
        return f"{self.seller} {self.kind} {self.year}: {self.last}"


class Paper(models.Model):
    """An invoice or credit note as it was issued. Never changed, never deleted (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=11, choices=Kind)
    seller = models.CharField(max_length=8)
    year = models.SmallIntegerField()
    serial = models.IntegerField()
    number = models.CharField(max_length=32, unique=True)
    order_id = models.UUIDField(db_index=True)
    source = models.CharField(max_length=60, unique=True, help_text="The order or refund that it is the paper of.")
    market = models.CharField(max_length=2)
    language = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    content = models.JSONField()
    issued_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "kind", "year", "serial"], name="paper_serial_once"),
            models.CheckConstraint(condition=models.Q(serial__gte=1), name="paper_serial_from_one"),
        ]

    def __str__(self) -> str:
        return self.number
