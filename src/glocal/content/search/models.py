from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone


class Word(models.Model):
    """A word the catalogue's texts use, to mend what people mistype. ``keys`` are its trigrams and near forms."""

    id = models.BigAutoField(primary_key=True)
    language = models.CharField(max_length=16, blank=True, help_text="Empty: brands, in any language.")
    word = models.CharField(max_length=60, help_text="Folded: lower case, no accents.")
    shown = models.CharField(max_length=60, help_text="As it is written.")
    keys = ArrayField(models.TextField(), default=list)
    uses = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "language"], name="search_word_once")]
        indexes = [GinIndex(fields=["keys"], name="search_word_keys")]

    def __str__(self) -> str:
        return self.shown


class Synonym(models.Model):
    """Words and phrases that shoppers of a language use for the same thing; each finds what the others find."""

    id = models.BigAutoField(primary_key=True)
    language = models.CharField(max_length=16)
    phrases = ArrayField(models.CharField(max_length=60), help_text="Two or more, as people type them.")
    active = models.BooleanField(default=True)
    source = models.CharField(max_length=80, blank=True, help_text="Which delivered group it came from.")
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(phrases__len__gte=2), name="search_synonym_of_something"),
            models.UniqueConstraint(
                fields=["source"], condition=~models.Q(source=""), name="search_synonym_delivered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language}: {', '.join(self.phrases)}"


class Asked(models.Model):
    """A search just made, without who made it; summed up and removed within minutes."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    market = models.CharField(max_length=2)
    language = models.CharField(max_length=16)
    query = models.CharField(max_length=80)
    found = models.IntegerField()
    helped = models.BooleanField(help_text="Found only after mending or widening it.")

    def __str__(self) -> str:
        return self.query


class DaySearches(models.Model):
    """How often something was searched on a day (UTC) in a market and language, and what that gave."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    market = models.CharField(max_length=2)
    language = models.CharField(max_length=16)
    query = models.CharField(max_length=80)
    searches = models.IntegerField(default=0)
    without = models.IntegerField(default=0, help_text="Of them, those that found nothing as typed.")
    found = models.IntegerField(default=0, help_text="Products the last of them found.")

    class Meta:
        verbose_name_plural = "searches"
        constraints = [
            models.UniqueConstraint(fields=["day", "market", "language", "query"], name="search_day_once"),
            models.CheckConstraint(
                condition=models.Q(searches__gte=models.F("without"), without__gte=0), name="search_day_counts"
            ),
        ]
        indexes = [
            models.Index("market", models.F("day").desc(), models.F("searches").desc(), name="search_day_most"),
            models.Index(
                fields=["market", "language", "query"],
                name="search_day_query",
                opclasses=["varchar_ops", "varchar_ops", "varchar_pattern_ops"],
            ),
        ]

    def __str__(self) -> str:
        return self.query


class Missed(models.Model):
    """What was not found as typed in the last 90 days, its days added up; a view of ``DaySearches``."""

    id = models.BigIntegerField(primary_key=True)
    market = models.CharField(max_length=2)
    language = models.CharField(max_length=16)
    query = models.CharField(max_length=80)
    searches = models.IntegerField()
    without = models.IntegerField()
    last_missed = models.DateField()
    found = models.IntegerField()

    class Meta:
        managed = False
        db_table = "search_missed"
        verbose_name_plural = "searches not found"

    def __str__(self) -> str:
        return self.query
