from django.db import models
from django.utils import timezone


class IdempotentAnswer(models.Model):
    """The kept answer to a request that its client may repeat."""

    id = models.BigAutoField(primary_key=True)
    scope = models.CharField(max_length=80)
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    status = models.SmallIntegerField(null=True)
    body = models.BinaryField(null=True)
    content_type = models.CharField(max_length=80, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="one_answer_per_key")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
