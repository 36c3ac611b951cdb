from django.db import models
from django.utils import timezone

from glocal.platform.kernel.ids import uuid7


class OutgoingMail(models.Model):
    """A message promised in some package's transaction; a job renders and sends it."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    to = models.EmailField()
    template = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    market = models.CharField(max_length=2)
    context = models.JSONField(default=dict)
    state = models.CharField(max_length=6, choices=State, default=State.QUEUED)
    attempts = models.SmallIntegerField(default=0)
    error = models.TextField(blank=True)
    queued_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["next_try_at"], condition=models.Q(state="queued"), name="mail_queued")]

    def __str__(self) -> str:
        return f"{self.template} to {self.to}"
