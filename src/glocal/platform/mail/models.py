from django.db import models
from django.utils import timezone

from glocal.platform.kernel.ids import uuid7


class OutgoingMail(models.Model):
    """A message promised in some package's transaction; a job renders and sends it."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        FAILED = "failed"  # no server took it
        REFUSED = "refused"  # a server said that it never will
        WITHHELD = "withheld"  # the address does not want letters of this purpose
        BOUNCED = "bounced"  # taken, and then reported as undeliverable

    STUCK = (State.FAILED, State.REFUSED, State.BOUNCED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    to = models.EmailField()
    template = models.CharField(max_length=60)
    purpose = models.CharField(max_length=12, default="service")
    language = models.CharField(max_length=10)
    market = models.CharField(max_length=2)
    context = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    attempts = models.SmallIntegerField(default=0)
    error = models.TextField(blank=True)
    queued_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["next_try_at"], condition=models.Q(state="queued"), name="mail_queued")]

    def __str__(self) -> str:
        return f"{self.template} to {self.to}"


class LetterKind(OutgoingMail):
    """Stands for the registered letters in the console; it has no rows of its own."""

    class Meta:
        proxy = True
        verbose_name = "letter"


class Choice(models.Model):
    """What an address said to letters that are only sent on request; no row means no."""

    address = models.EmailField()  # lower case
    purpose = models.CharField(max_length=12)
    wanted = models.BooleanField()
    source = models.CharField(max_length=12)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address", "purpose"], name="mail_one_choice")]

    def __str__(self) -> str:
        return f"{self.purpose}: {'yes' if self.wanted else 'no'}"


class Notice(models.Model):
    """Something told to a person inside the shop, as a letter's subject that leads to a page."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person_id = models.UUIDField()
    template = models.CharField(max_length=60)
    context = models.JSONField(default=dict)
    page = models.CharField(max_length=200)
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "-id"], name="notice_of_person"),
            models.Index(fields=["person_id"], condition=models.Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.template
