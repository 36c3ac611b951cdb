"""The signed link to a question's own page: only we can make it, and it says nothing of who asked."""

from uuid import UUID

from django.core.signing import BadSignature, Signer

from glocal.content.questions.errors import QuestionNotFound

_signer = Signer(salt="glocal.content.questions")


def token_of(question_id: UUID) -> str:
    return _signer.sign(question_id.hex).replace(":", ".")


def id_in(token: str) -> UUID:
    """Raises QuestionNotFound for a token that is not ours."""
    try:
        return UUID(hex=_signer.unsign(token.replace(".", ":")))
    except (BadSignature, ValueError) as error:
        raise QuestionNotFound from error
