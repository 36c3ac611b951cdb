"""The history of prices: what every variant cost, costs and will cost, without gaps unseen or overlaps."""

from django.db import models
from django.utils import timezone

from glocal.platform.kernel.ids import uuid7


class PriceRow(models.Model):
    """A span in which a variant costs ``minor`` in a market; times half-open: [valid_from, valid_to).

    Triggers refuse overlaps and any change to a price that has begun, except for ending it. ``due_at`` is the next
    moment at which the catalogue must hear of this row (its start, then its end); None when there is none.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    variant_id = models.UUIDField()
    market = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    minor = models.BigIntegerField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    source = models.CharField(max_length=80, blank=True)
    actor_id = models.UUIDField(null=True)
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(minor__gt=0), name="price_positive"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gt=models.F("valid_from")), name="price_span"
            ),
            models.UniqueConstraint(fields=["variant_id", "market", "valid_from"], name="price_one_start"),
            models.UniqueConstraint(
                fields=["variant_id", "market"], condition=models.Q(valid_to=None), name="price_one_open_end"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=~models.Q(due_at=None), name="price_due")]

    def __str__(self) -> str:
        return f"{self.variant_id} {self.market} {self.minor} {self.currency} {self.valid_from:%Y-%m-%d}"
