from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from glocal.platform.kernel.ids import uuid7


class Collection(models.Model):
    """Products of a market that belong together for a time: a list, or a rule that finds them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    market = models.CharField(max_length=2)
    slug = models.SlugField(max_length=60)
    title = models.JSONField(default=dict, help_text="By language.")
    text = models.JSONField(default=dict, help_text="By language.")
    festival = models.CharField(max_length=30, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    product_ids = ArrayField(models.UUIDField(), default=list, blank=True)
    category = models.CharField(max_length=200, blank=True)
    facets = models.JSONField(default=dict, blank=True)
    position = models.IntegerField(default=0)
    active = models.BooleanField(default=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "slug"], name="collection_once_a_market"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="collection_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.market} · {self.slug}"
