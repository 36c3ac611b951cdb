from django.db import models
from django.utils import timezone

from glocal.platform.kernel.ids import uuid7


class ImportRun(models.Model):
    """One reading of a file: how far it came, and what it made."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=20)
    file = models.CharField(max_length=500)
    options = models.JSONField(default=dict)
    actor_id = models.UUIDField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    attempt = models.IntegerField(default=0, help_text="How often it was begun; an outdated reader stops.")
    rows_total = models.IntegerField(default=0)
    rows_done = models.IntegerField(default=0)
    products_new = models.IntegerField(default=0)
    people_new = models.IntegerField(default=0)
    orders_new = models.IntegerField(default=0)
    issues_count = models.IntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-created_at"], name="import_run_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.file}"


class ImportIssue(models.Model):
    """A row of the file that was left out: where, what, why."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="issues")
    line = models.IntegerField()
    field = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    value = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["run", "line"], name="import_issue_by_line")]

    def __str__(self) -> str:
        return f"line {self.line}: {self.code}"
