from django.db import models
from django.db.models import Q
from django.utils import timezone

from glocal.content.questions.rules import MOST
from glocal.platform.kernel.ids import uuid7


class Question(models.Model):
    """What somebody wants to know about a product before buying it, and what the shop said."""

    class Status(models.TextChoices):
        UNCONFIRMED = "unconfirmed"
        WAITING = "waiting"
        ANSWERED = "answered"
        DECLINED = "declined"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=130, unique=True)
    product_id = models.UUIDField()
    market = models.CharField(max_length=2)
    language = models.CharField(max_length=10, help_text="Of the text.")
    reads = models.CharField(max_length=10, help_text="Language of the page it was asked on, and of the letters.")
    status = models.CharField(max_length=11, choices=Status)
    text = models.CharField(max_length=MOST)
    person_id = models.UUIDField(null=True)
    email = models.EmailField(blank=True, help_text="Of a guest; forgotten three months after the answer.")
    place = models.CharField(max_length=45, blank=True, help_text="IP address, for the limits; forgotten in a day.")
    initial = models.CharField(max_length=2, blank=True, help_text="Shown with the question, as the asker allowed.")
    asked_at = models.DateTimeField(default=timezone.now)
    queued_at = models.DateTimeField(null=True, help_text="Since when it waits: asked, or confirmed by a guest.")
    closed_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    answer_language = models.CharField(max_length=10, blank=True)
    is_public = models.BooleanField("on the page", default=False)
    reason = models.CharField(max_length=16, blank=True, help_text="Why it was declined.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(status="answered") & ~Q(answer="")) | (~Q(status="answered") & Q(answer="")),
                name="question_answered_has_answer",
            ),
            models.CheckConstraint(
                condition=Q(is_public=False) | Q(status="answered"), name="question_public_when_answered"
            ),
            models.CheckConstraint(
                condition=Q(status__in=("answered", "declined"), closed_at__isnull=False)
                | Q(status__in=("unconfirmed", "waiting"), closed_at__isnull=True),
                name="question_closed_has_time",
            ),
        ]
        indexes = [
            models.Index("product_id", "market", models.F("closed_at").desc(), "id", name="question_on_page",
                         condition=Q(is_public=True)),
            models.Index(fields=["market", "status", "queued_at"], name="question_desk"),
            models.Index(fields=["person_id", "asked_at"], name="question_by_person"),
            models.Index(fields=["email", "asked_at"], name="question_by_address", condition=~Q(email="")),
            models.Index(fields=["place", "asked_at"], name="question_by_place", condition=~Q(place="")),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.text if len(self.text) <= 60 else self.text[:59] + "…"
