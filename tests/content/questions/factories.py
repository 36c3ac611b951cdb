"""Questions, asked through the package's own door."""

from itertools import count
from typing import Any
from uuid import UUID

from glocal.content.questions import facade as questions
from glocal.platform.kernel.ids import uuid7
from tests.platform.accounts.factories import make_person

_numbers = count(1)
PLACE = "203.0.113.7"


def asked(product_id: UUID | None = None, *, person_id: UUID | None = None, **changes: Any) -> questions.QuestionView:
    """A question that waits for its answer, of a person who is made if none is given."""
    given: dict[str, Any] = {
        "asker": questions.Asker(PLACE, person_id or make_person().pk),
        "product_id": product_id or uuid7(),
        "market": "US",
        "reads": "en",
        "text": "Is it good for sensitive skin?",
        "key": f"test-{next(_numbers)}",
    }
    return questions.ask(**given | changes)


def guest(email: str = "ada@example.com", name: str = "") -> questions.Asker:
    return questions.Asker(PLACE, email=email, name=name)
