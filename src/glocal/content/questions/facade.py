"""Questions to the shop about a product: asked by shoppers, answered at the desk, shown on the product's page."""

from glocal.content.questions.errors import (
    AnswerMissing,
    NotForThePage,
    QuestionCannotChange,
    QuestionNotFound,
    QuestionTooShort,
    TextTooLong,
    TooManyQuestions,
    UnknownReason,
)
from glocal.content.questions.rules import MOST, MOST_ANSWER, REASONS
from glocal.content.questions.selectors import listed, question_of, questions_of, shown
from glocal.content.questions.services import answer, ask, confirm, decline, set_public, take_back
from glocal.content.questions.types import Asker, QuestionView, Shown, ShownPage, Waiting

__all__ = [
    "MOST",
    "MOST_ANSWER",
    "REASONS",
    "AnswerMissing",
    "Asker",
    "NotForThePage",
    "QuestionCannotChange",
    "QuestionNotFound",
    "QuestionTooShort",
    "QuestionView",
    "Shown",
    "ShownPage",
    "TextTooLong",
    "TooManyQuestions",
    "UnknownReason",
    "Waiting",
    "answer",
    "ask",
    "confirm",
    "decline",
    "listed",
    "question_of",
    "questions_of",
    "set_public",
    "shown",
    "take_back",
]
