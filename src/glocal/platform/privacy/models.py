from django.db import models

from glocal.platform.kernel.ids import uuid7


class Consent(models.Model):
    """One answer to one question, never changed: the newest of a browser or person counts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    browser_id = models.CharField(max_length=32)
    """Made for this alone and kept in the choice's own cookie: it says nothing about the visitor."""
    person_id = models.UUIDField(null=True, blank=True)
    purpose = models.CharField(max_length=20)
    granted = models.BooleanField()
    version = models.CharField(max_length=20)
    market = models.CharField(max_length=2)
    language = models.CharField(max_length=10)
    source = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "answer about privacy"
        verbose_name_plural = "answers about privacy"
        indexes = [
            models.Index(fields=["-at"], name="consent_by_time"),
            models.Index(fields=["person_id", "purpose", "-at"], name="consent_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}: {'yes' if self.granted else 'no'}"
