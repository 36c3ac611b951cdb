from django.db import models
from django.utils import timezone


class OutboxEvent(models.Model):
    """An event written in its publisher's transaction, waiting for or past the relay."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=80)
    key = models.CharField(max_length=64)
    shard = models.SmallIntegerField()
    payload = models.JSONField()
    occurred_at = models.DateTimeField(default=timezone.now)
    relayed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["shard", "id"], condition=models.Q(relayed_at=None), name="outbox_waiting")]

    def __str__(self) -> str:
        return f"{self.name} {self.key}"


class Delivery(models.Model):
    """An event that a handler could not take yet. Success leaves no row: effect and ``relayed_at`` commit together."""

    class State(models.TextChoices):
        FAILED = "failed"  # tried, will be tried again at next_try_at
        WAITING = "waiting"  # behind a failed one of the same key
        STOPPED = "stopped"  # tried too often; a person decides
        DONE = "done"
        SKIPPED = "skipped"  # a person decided to let it go

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(OutboxEvent, models.PROTECT)
    handler = models.CharField(max_length=120)
    key = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State, default=State.FAILED)
    attempts = models.IntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    error = models.TextField(blank=True)

    OPEN = (State.FAILED, State.WAITING, State.STOPPED)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="delivery_once_per_handler")]
        indexes = [
            models.Index(
                fields=["handler", "key", "event"],
                condition=models.Q(state__in=["failed", "waiting", "stopped"]),
                name="delivery_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.handler} <- {self.event_id}"
