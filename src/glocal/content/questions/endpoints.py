"""Questions for programs: read and ask as a shopper, answer as an operator."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema, Status

from glocal.content.catalog import facade as catalog
from glocal.content.questions import facade as questions
from glocal.content.questions.rules import ANSWERED, DECLINED, WAITING
from glocal.platform.http import rates
from glocal.platform.http.callers import VISITED, keys_of, require_scope, token_of, visitor_of
from glocal.platform.http.idempotency import KEYED, answer_schema_once, key_of
from glocal.platform.http.problems import REFUSALS
from glocal.platform.http.schemas import Input, Language, parameters
from glocal.platform.kernel.paging import Position
from glocal.platform.markets import facade as markets

router = Router(tags=["questions"])


class ShownOut(Schema):
    """``initial`` is the first letter of the asker's name if they wanted it shown, else empty."""

    text: str
    language: str
    initial: str
    asked_at: datetime
    answer: str
    answer_language: str
    answered_at: datetime


class ShownPageOut(Schema):
    items: list[ShownOut]
    page: int
    more: bool


class ShownIn(Input):
    market: str = Field("US", min_length=2, max_length=2)
    language: Language = "en"
    page: int = Field(1, ge=1, le=1000)


class AskIn(Input):
    """``email`` is needed unless the token is a person's. ``name``: only if its first letter may be shown."""

    market: str = Field("US", min_length=2, max_length=2)
    language: Language = "en"
    text: str = Field(..., max_length=5_000)
    email: str = Field("", max_length=254)
    name: str = Field("", max_length=120)


class AskedOut(Schema):
    """``unconfirmed``: the asker has to open the link that was mailed to them."""

    status: str


class ListIn(Input):
    market: str | None = Field(None, max_length=2)
    status: str = Field(WAITING, pattern=f"^({WAITING}|{ANSWERED}|{DECLINED})$")
    after: str | None = Field(None, max_length=64, description="The “next” of the page before.")
    size: int = Field(50, ge=1, le=200)


class WaitingOut(Schema):
    id: UUID
    product_id: UUID
    market: str
    language: str
    status: str
    text: str
    queued_at: datetime
    answer: str
    is_public: bool


class WaitingPageOut(Schema):
    """``next`` is the cursor of the following page; absent on the last."""

    items: list[WaitingOut]
    next: str | None


class AnswerIn(Input):
    text: str = Field(..., max_length=5_000)
    public: bool = Field(..., description="Whether it stands on the product's page; the asker gets it anyway.")
    language: Language | None = None


class DeclineIn(Input):
    reason: str = Field(..., max_length=16, description=f"One of {', '.join(questions.REASONS)}.")


@router.get(
    "/products/{slug}/questions", response={200: ShownPageOut, **REFUSALS}, summary="Answered questions of a product"
)
def list_product_questions(request: HttpRequest, slug: str, query: Query[ShownIn]) -> ShownPageOut:
    """What others asked in this market, in the reader's language first."""
    market = markets.get(query.market).code
    product = catalog.product_page(market=market, language=query.language, slug=slug)
    found = questions.shown(product_id=product.id, market=market, language=query.language, page=query.page)
    items = [
        ShownOut(
            text=one.text,
            language=one.language,
            initial=one.initial,
            asked_at=one.asked_at,
            answer=one.answer,
            answer_language=one.answer_language,
            answered_at=one.answered_at,
        )
        for one in found.items
    ]
    return ShownPageOut(items=items, page=query.page, more=found.more)


@router.post(
    "/products/{slug}/questions",
    response={202: AskedOut, **REFUSALS},
    summary="Ask about a product",
    openapi_extra=parameters(VISITED, KEYED),
)
def ask_about_product(request: HttpRequest, slug: str, body: AskIn) -> Status[AskedOut]:
    """For the token's person (scope questions:write), else for a guest, who confirms by a mailed link."""
    token = token_of(request)
    person_id = token.person_id if token and "questions:write" in token.scopes else None
    market = markets.get(body.market)
    product = catalog.product_page(market=market.code, language=body.language, slug=slug)
    whose = keys_of(token) if token else f"visitor:{visitor_of(request)}"
    asked = questions.ask(
        asker=questions.Asker(rates.address_of(request), person_id, body.email, body.name),
        product_id=product.id,
        market=market.code,
        reads=body.language if body.language in market.languages else market.language,
        text=body.text,
        key=f"{whose}:{key_of(request)}",
    )
    return Status(202, AskedOut(status=asked.status))


@router.get(
    "/operator/questions", response={200: WaitingPageOut, **REFUSALS}, summary="Questions to answer", tags=["operator"]
)
def list_questions(request: HttpRequest, query: Query[ListIn]) -> WaitingPageOut:
    """Those of your markets, the longest waiting first; who asked is not told. Scope questions:read."""
    token = require_scope(request, "questions:read")
    wanted = token.markets & {query.market} if query.market else token.markets
    after = Position.read(query.after, field="after") if query.after else None
    rows = questions.listed(markets=wanted, status=query.status, after=after, limit=query.size + 1)
    last = rows[query.size - 1] if len(rows) > query.size else None
    return WaitingPageOut(
        items=[_waiting(row) for row in rows[: query.size]],
        next=Position(last.queued_at, last.id).cursor() if last else None,
    )


@router.post(
    "/operator/questions/{question_id}/answer",
    response={204: None, **REFUSALS},
    summary="Answer a question",
    tags=["operator"],
    openapi_extra=parameters(KEYED),
)
def answer_question(request: HttpRequest, question_id: UUID, body: AnswerIn) -> HttpResponse:
    """Answer, or correct the answer; the asker is written to. Scope questions:write."""
    token = require_scope(request, "questions:write")

    def answer() -> None:
        questions.answer(
            question_id,
            text=body.text,
            public=body.public,
            language=body.language or "",
            actor_id=token.person_id,
            markets=token.markets,
        )

    return answer_schema_once(request, scope=keys_of(token), status=204, answer=answer)


@router.post(
    "/operator/questions/{question_id}/decline",
    response={204: None, **REFUSALS},
    summary="Do not answer a question",
    tags=["operator"],
    openapi_extra=parameters(KEYED),
)
def decline_question(request: HttpRequest, question_id: UUID, body: DeclineIn) -> HttpResponse:
    """The asker reads the reason. Scope questions:write."""
    token = require_scope(request, "questions:write")

    def decline() -> None:
        questions.decline(question_id, reason=body.reason, actor_id=token.person_id, markets=token.markets)

    return answer_schema_once(request, scope=keys_of(token), status=204, answer=decline)


def _waiting(row: questions.Waiting) -> WaitingOut:
    return WaitingOut(
        id=row.id,
        product_id=row.product_id,
        market=row.market,
        language=row.language,
        status=row.status,
        text=row.text,
        queued_at=row.queued_at,
        answer=row.answer,
        is_public=row.is_public,
    )
