from django.db import models
from django.db.models import F, Q

from glocal.platform.kernel.ids import uuid7


class FxRate(models.Model):
    """One major unit of ``base`` is worth ``rate`` of ``quote`` on a date, says ``source``."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    base = models.CharField(max_length=3)
    quote = models.CharField(max_length=3)
    on = models.DateField()
    rate = models.DecimalField(max_digits=20, decimal_places=10)
    source = models.CharField(max_length=60)

    class Meta:
        verbose_name = "exchange rate"
        constraints = [
            models.UniqueConstraint(fields=["base", "quote", "on", "source"], name="fx_rate_once_per_source"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="fx_rate_above_zero"),
            models.CheckConstraint(condition=~Q(base=F("quote")), name="fx_rate_of_two_currencies"),
        ]

    def __str__(self) -> str:
        return f"{self.base}/{self.quote} {self.rate} ({self.on}, {self.source})"
