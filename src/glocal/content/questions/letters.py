"""What an asker is written, in the language of the page they asked on; a person also gets a notice in the shop."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from glocal.content.catalog import facade as catalog
from glocal.content.questions import links, rules
from glocal.content.questions.models import Question
from glocal.platform.accounts import facade as accounts
from glocal.platform.mail import facade as mail
from glocal.platform.markets import facade as markets


def confirm(question: Question) -> None:
    """To a guest: only who can read the letter has the link. Not with the text: anybody may type another's address."""
    _write(question, "question_confirm")


def answered(question: Question) -> None:
    _write(question, "question_answered", question=question.text, answer=question.answer)


def declined(question: Question) -> None:
    with override(question.reads):
        _write(question, "question_declined", question=question.text, reason=_(rules.REASONS[question.reason]))


def _write(asked: Question, template: str, **context: str) -> None:
    to, person_id = asked.email, asked.person_id
    if person_id is not None and (person := accounts.people([person_id]).get(person_id)):
        to = person.email or ""
    elif not to:
        return
    product = catalog.names_of([asked.product_id]).get(asked.product_id)
    token = links.token_of(asked.pk)
    home = f"{settings.PUBLIC_URL}{markets.prefix_of(asked.reads, asked.market)}"
    context |= {
        "what": markets.pick(product.title, asked.reads) if product else "",
        "token": token,
        "link": f"{home}/questions/{token}",
    }
    mail.queue([mail.Message(to, template, asked.reads, asked.market, context, person_id)])


_SAMPLES = {
    "zh-hans": ("云朵面霜", "敏感肌可以用吗？", "可以。它不含香精，并已在敏感肌上测试过。"),
    "th": ("ครีมคลาวด์", "ผิวแพ้ง่ายใช้ได้ไหม", "ใช้ได้ ไม่มีน้ำหอม และทดสอบกับผิวแพ้ง่ายแล้ว"),
    "ar": ("كريم السحاب", "هل يناسب البشرة الحساسة؟", "نعم. لا عطر فيه، وقد جُرّب على البشرة الحساسة."),
    "vi": ("Kem Mây", "Da nhạy cảm dùng được không?", "Được. Kem không mùi và đã được thử trên da nhạy cảm."),
    "id": ("Krim Awan", "Cocok untuk kulit sensitif?", "Ya. Tanpa pewangi dan sudah dicoba pada kulit sensitif."),
    "ms": ("Krim Awan", "Sesuai untuk kulit sensitif?", "Ya. Tanpa pewangi dan sudah dicuba pada kulit sensitif."),
    "es": ("Crema Nube", "¿Va bien para piel sensible?", "Sí. No lleva perfume y se probó en piel sensible."),
    "pt": ("Creme Nuvem", "Serve para pele sensível?", "Sim. Não tem perfume e foi testado em pele sensível."),
}
_SAMPLE = ("Cloud cream", "Is it good for sensitive skin?", "Yes. It has no scent and was tried on sensitive skin.")


def _sample(language: str, market: str) -> Mapping[str, Any]:
    """A question that nobody asked, for previews."""
    what, question, answer = _SAMPLES.get(language, _SAMPLE)
    with override(language):
        reason = _(rules.REASONS["unclear"])
    return {
        "what": what,
        "question": question,
        "answer": answer,
        "reason": reason,
        "token": "example",
        "link": f"{settings.PUBLIC_URL}{markets.prefix_of(language, market)}/questions/example",
    }


_OPENS = ("link", "token")

mail.register(
    mail.Letter("question_confirm", "A guest’s question, to be confirmed", "service", _sample, secrets=_OPENS),
    *(
        mail.Letter(name, title, "service", _sample, page="/questions/{token}", told=("what", "token"), secrets=_OPENS)
        for name, title in (
            ("question_answered", "Question answered"),
            ("question_declined", "Question not answered, and why"),
        )
    ),
)
