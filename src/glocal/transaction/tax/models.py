"""The rules in force and superseded, and the evidence of what was quoted for each order."""

from django.db import models
from django.utils import timezone

from glocal.platform.kernel.ids import uuid7


class TaxArea(models.Model):
    """A customs area: its members, time zone and layers, as in its rule file."""

    code = models.CharField(max_length=2, primary_key=True)
    body = models.JSONField()

    def __str__(self) -> str:
        return self.code


class TaxRule(models.Model):
    """One revision of one row. What a rule said is never overwritten: a correction is a new revision."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=60)
    revision = models.PositiveIntegerField()
    area = models.ForeignKey(TaxArea, on_delete=models.PROTECT)
    position = models.PositiveIntegerField()
    active = models.BooleanField(default=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    confidence = models.CharField(max_length=6)
    body = models.JSONField()
    loaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "revision"], name="tax_rule_revision"),
            models.UniqueConstraint(fields=["code"], condition=models.Q(active=True), name="tax_rule_one_active"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")), name="tax_rule_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.revision})"


class TaxRulesVersion(models.Model):
    """Written when a load changed something; the newest id is the version that processes compare."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    loaded_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.loaded_at:%Y-%m-%d %H:%M:%S}"


class TaxEvidence(models.Model):
    """What an order was quoted and on what ground. Append-only (a trigger refuses anything else)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order_id = models.UUIDField(db_index=True)
    currency = models.CharField(max_length=3)
    tax_minor = models.BigIntegerField()
    duty_minor = models.BigIntegerField()
    fees_minor = models.BigIntegerField()
    estimate = models.BooleanField()
    evidence = models.JSONField()
    recorded_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.order_id} {self.tax_minor} {self.duty_minor} {self.currency}"
