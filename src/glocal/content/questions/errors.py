"""What questions refuse, and why."""

from django.utils.translation import gettext_noop

from glocal.platform.kernel.errors import Conflict, Invalid, NotFound, Unavailable


class QuestionNotFound(NotFound):
    code = "question_not_found"
    message = gettext_noop("We could not find that question.")


class QuestionTooShort(Invalid):
    code = "question_too_short"
    message = gettext_noop("Write your question in a few words.")


class TextTooLong(Invalid):
    code = "text_too_long"
    message = gettext_noop("This is too long. Use at most {max_length} characters.")


class AnswerMissing(Invalid):
    code = "answer_missing"
    message = gettext_noop("Write an answer.")


class UnknownReason(Invalid):
    code = "unknown_reason"
    message = gettext_noop("Choose one of {expected}.")


class TooManyQuestions(Unavailable):
    code = "too_many_questions"
    message = gettext_noop("You have asked a lot in a short time. Ask again later; we answer what you have asked.")


class QuestionCannotChange(Conflict):
    code = "question_cannot_change"
    message = gettext_noop("This question was dealt with in the meantime.")


class NotForThePage(Conflict):
    """The question or its answer says who somebody is."""

    code = "not_for_the_page"
    message = gettext_noop("It holds an e-mail address or a phone number. Answer it privately.")
