"""Synonyms: groups of words of a language that mean the same to a shopper; operators edit them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

import yaml

from glocal.content.search.errors import InvalidSynonym
from glocal.content.search.models import Synonym
from glocal.platform.audit import facade as audit
from glocal.platform.eventing import transactional
from glocal.platform.kernel import clock
from glocal.platform.kernel.cache import ProcessCache
from glocal.platform.kernel.words import normal, simplified

DELIVERED = Path(__file__).with_name("synonyms.yaml")
MOST_PHRASES = 20
Groups = Mapping[str, tuple[str, ...]]

_kept: ProcessCache[str, Groups] = ProcessCache(seconds=60, size=64)


def groups(language: str) -> Groups:
    """For each phrase in its normal form the phrases that mean the same; kept for a minute.

    Of other languages only those count that are not in Latin letters: ``pan`` is bread in Spanish only.
    """
    return _kept.get(language, lambda: _load(language))


def _load(language: str) -> Groups:
    found: dict[str, tuple[str, ...]] = {}
    rows = Synonym.objects.filter(active=True).values_list("language", "phrases")
    for spoken, phrases in sorted(rows, key=lambda row: (row[0] != language, row[0] != "en", row[0], row[1])):
        phrases = [simplified(phrase) for phrase in phrases]  # as what is typed
        for phrase in phrases:
            key = normal(phrase)
            if key and (spoken in {language, "en"} or not key.isascii()):
                found[key] = tuple(
                    dict.fromkeys((*found.get(key, ()), *(other for other in phrases if other != phrase)))
                )
    return found


def texts() -> list[tuple[str, str]]:
    """(language, text) of all phrases that count."""
    rows = Synonym.objects.filter(active=True).values_list("language", "phrases")
    return [(language, phrase) for language, phrases in rows for phrase in phrases]


@transactional
def save_synonym(*, language: str, phrases: Sequence[str], actor_id: UUID | None, synonym_id: int | None = None) -> int:
    """Make or change a group; audited. Other processes follow within a minute.

    Raises InvalidSynonym: fewer than two phrases that differ, or too many.
    """
    clean = list({normal(phrase): " ".join(phrase.split())[:60] for phrase in phrases if normal(phrase)}.values())
    if not 2 <= len(clean) <= MOST_PHRASES:
        raise InvalidSynonym(field="phrases", most=MOST_PHRASES)
    stored = Synonym.objects.select_for_update().filter(pk=synonym_id or 0).first() or Synonym()
    before = list(stored.phrases or [])
    stored.language, stored.phrases, stored.active, stored.updated_at = language, clean, True, clock.now()
    stored.save()
    _note(stored, "search.save_synonym", before, clean, actor_id)
    return int(stored.pk)


@transactional
def remove_synonym(*, synonym_id: int, actor_id: UUID | None) -> None:
    """Let a group count no longer; saving it again brings it back."""
    for stored in Synonym.objects.select_for_update().filter(pk=synonym_id, active=True):
        stored.active, stored.updated_at = False, clock.now()
        stored.save(update_fields=["active", "updated_at"])
        _note(stored, "search.remove_synonym", list(stored.phrases), [], actor_id)


def _note(stored: Synonym, action: str, before: list[str], after: list[str], actor_id: UUID | None) -> None:
    audit.record(
        actor_id=actor_id,
        action=action,
        object_type="synonym",
        object_id=str(stored.pk),
        before={"phrases": before},
        after={"phrases": after},
        note=stored.language,
    )
    _kept.clear()


@transactional
def load_delivered() -> int:
    """Add the delivered groups that are not here yet; what operators changed or removed stays as it is."""
    rows = [
        Synonym(language=language, phrases=phrases, source=f"{language}:{normal(phrases[0])}"[:80])
        for language, listed in yaml.safe_load(DELIVERED.read_text(encoding="utf-8")).items()
        for phrases in listed
    ]
    known = set(Synonym.objects.exclude(source="").values_list("source", flat=True))
    fresh = [row for row in rows if row.source not in known]
    Synonym.objects.bulk_create(fresh, ignore_conflicts=True)
    _kept.clear()
    return len(fresh)
