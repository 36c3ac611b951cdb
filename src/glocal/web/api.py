"""The open API, /api/v1: typed, documented by OpenAPI, errors as problem+json."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.throttling import BaseThrottle

from glocal import __version__
from glocal.content.catalog.endpoints import router as catalogue
from glocal.content.collections.endpoints import router as collections
from glocal.content.questions.endpoints import router as questions
from glocal.platform.accounts import facade as accounts
from glocal.platform.http import rates
from glocal.platform.http.middleware import database_away
from glocal.platform.http.problems import REFUSALS, fault_text, problem, problem_of
from glocal.platform.http.schemas import Language
from glocal.platform.kernel.errors import DomainError
from glocal.platform.markets import facade as markets
from glocal.supply.inventory.endpoints import router as stock
from glocal.supply.shipping.endpoints import router as shipping
from glocal.transaction.checkout.endpoints import router as checkout
from glocal.transaction.orders.endpoints import router as orders
from glocal.transaction.pricing.endpoints import router as prices


def identify(request: HttpRequest) -> bool:
    """Know the caller by token; a call without one is anonymous, one with a bad one is refused."""
    header = request.META.get("HTTP_AUTHORIZATION", "")
    kind, _space, secret = header.partition(" ")
    token = accounts.check_token(secret.strip()) if kind.lower() == "bearer" and secret else None
    request.token = token  # type: ignore[attr-defined]
    return token is not None or not header


class PerCaller(BaseThrottle):
    """So many calls a minute without a token (by address), so many with one; both are settings."""

    def allow_request(self, request: HttpRequest) -> bool:
        token = getattr(request, "token", None)
        if token:
            return rates.allow(settings.API_CALLS_WITH_TOKEN, "api", str(token.id))
        return rates.allow(settings.API_CALLS, "api", rates.address_of(request))

    def wait(self) -> float:
        return rates.seconds_left()


class Api(NinjaAPI):
    """Says in its description that errors are problem+json, where a token goes, and what each call is named."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The function's name: what a generated client calls its method. Unique over the API (test)."""
        return operation.view_func.__name__

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        schema["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        for path in schema["paths"].values():
            for operation in path.values():
                needed = "operator" in operation["tags"]
                operation["security"] = [{"token": []}] if needed else [{}, {"token": []}]
                for answer in operation["responses"].values():
                    content = answer.get("content", {})
                    if content.get("application/json", {}).get("schema", {}).get("$ref", "").endswith("ProblemOut"):
                        content["application/problem+json"] = content.pop("application/json")
        return schema


api = Api(
    title="Glocal",
    version=__version__,
    description="Amounts are minor units with an ISO 4217 currency; times are UTC; errors are problem+json (RFC 9457).",
    urls_namespace="api",
    auth=identify,
    throttle=[PerCaller()],
)
api.add_router("", checkout)  # Django tries addresses in this order, and purchases are the busiest
api.add_router("", catalogue)
api.add_router("", collections)
api.add_router("", orders)
api.add_router("", prices)
api.add_router("", stock)
api.add_router("", shipping)
api.add_router("", questions)


class MarketOut(Schema):
    """A market we sell in."""

    code: str
    name: str
    currency: str
    languages: list[str]
    language: str
    time_zone: str
    prices_include_tax: bool


class AddressFieldOut(Schema):
    name: str
    label: str
    required: bool
    autocomplete: str
    max_length: int
    choices: list[str]


places = Router(tags=["markets"])


@places.get("/markets", response={200: list[MarketOut], **REFUSALS}, summary="All markets")
def list_markets(request: HttpRequest) -> list[MarketOut]:
    return [
        MarketOut(
            code=market.code,
            name=market.name,
            currency=market.currency,
            languages=list(market.languages),
            language=market.language,
            time_zone=market.time_zone,
            prices_include_tax=market.prices_include_tax,
        )
        for market in markets.all_markets()
    ]


@places.get(
    "/markets/{code}/address-form",
    response={200: list[AddressFieldOut], **REFUSALS},
    summary="What an address needs there",
)
def get_address_form(request: HttpRequest, code: str, language: Language = "en") -> list[AddressFieldOut]:
    form = markets.address_form(markets.get(code).code, language)
    return [
        AddressFieldOut(
            name=field.name,
            label=field.label,
            required=field.required,
            autocomplete=field.autocomplete,
            max_length=field.max_length,
            choices=[choice.value for choice in field.choices],
        )
        for field in form.fields
    ]


api.add_router("", places)


@api.exception_handler(DomainError)
def _refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    return problem_of(error)


@api.exception_handler(AuthenticationError)
def _not_known(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    title = _("The token is not valid: it may have been mistyped, withdrawn or run out.")
    return problem(401, "bad_token", title, headers={"WWW-Authenticate": "Bearer"})


@api.exception_handler(ValidationError)
def _malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [
        {
            "field": _field(row["loc"]),
            "code": str(row["type"]),
            "text": fault_text(str(row["type"]), row.get("ctx", {})),
        }
        for row in error.errors
    ]
    return problem(422, "invalid", _("Some fields are not as they must be."), errors)


def _field(place: Sequence[str | int]) -> str:
    """``lines.0.quantity`` of a body, ``size`` of a query; without the name of our own parameter that holds them."""
    inner = place[2:] if len(place) > 2 and place[1] in {"body", "query"} else place[1:]
    return ".".join(str(part) for part in inner)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 429:
        return problem(429, "too_many_calls", _("Too many calls. Wait, then go on more slowly."))
    if error.status_code == 400:
        return problem(400, "malformed", _("The body is not JSON that can be read."))
    return problem(error.status_code, "refused", str(error))


@api.exception_handler(Exception)
def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    answer = database_away(request, error)
    if answer is None:
        raise error
    return answer
