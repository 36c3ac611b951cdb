from django.db import models
from django.utils import timezone

from glocal.platform.kernel.ids import uuid7


class Asset(models.Model):
    """A picture as it came in (kept, private) and what is published of it; the same bytes are stored once."""

    class Status(models.TextChoices):
        STORED = "stored"
        READY = "ready"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200, blank=True)
    mime = models.CharField(max_length=40)
    size = models.PositiveIntegerField(help_text="Bytes of the original file.")
    width = models.PositiveIntegerField(help_text="Points, upright.")
    height = models.PositiveIntegerField()
    colour = models.CharField(max_length=7)
    alt = models.JSONField(default=dict, blank=True)
    base = models.CharField(max_length=80, help_text="File name of the published sizes, without width and ending.")
    widths = models.JSONField(default=list, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.STORED)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(width__gt=0, height__gt=0), name="asset_has_a_size"),
            models.CheckConstraint(
                condition=~models.Q(status="ready") | ~models.Q(widths=[]), name="asset_ready_has_renditions"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="asset_unready", condition=~models.Q(status="ready"))]

    def __str__(self) -> str:
        return self.name or self.sha256[:12]
