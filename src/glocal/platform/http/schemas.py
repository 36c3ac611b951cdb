"""What every endpoint's answers are made of."""

import re
from decimal import Decimal
from typing import Annotated, Any, Self

from django.conf import settings
from django.http import HttpResponse
from ninja import Field, Schema
from pydantic import AfterValidator, AwareDatetime, BaseModel, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from glocal.platform.kernel.money import Money


class MoneyOut(Schema):
    """An amount: ``minor`` whole smallest units of ``currency`` (ISO 4217), and the same in major units as text."""

    minor: int
    currency: str
    amount: Decimal

    @classmethod
    def of(cls, money: Money) -> Self:
        return cls(minor=money.minor, currency=money.currency, amount=money.amount)


_UNREADABLE = re.compile("[\0\ud800-\udfff]")


def _is_readable(given: Any) -> bool:
    """Whether every text in it can be kept by PostgreSQL: no NUL, no half of a surrogate pair."""
    waiting = [given]
    while waiting:
        value = waiting.pop()
        kind = type(value)
        if kind is str:
            if _UNREADABLE.search(value):
                return False
        elif kind is dict:
            waiting += value
            waiting += value.values()
        elif kind is list:
            waiting += value
    return True


def _unreadable(given: dict[str, Any]) -> list[InitErrorDetails]:
    """A fault for each field whose name or text cannot be kept."""
    fault = PydanticCustomError("unreadable_text", "holds characters that cannot be stored")
    found: list[InitErrorDetails] = []
    waiting: list[tuple[tuple[int | str, ...], Any]] = [((), given)]
    while waiting:
        way, value = waiting.pop()
        if not _is_readable(list(way)) or (isinstance(value, str) and not _is_readable(value)):
            found.append(InitErrorDetails(type=fault, loc=way, input=value))
        elif isinstance(value, dict):
            waiting += [((*way, name), item) for name, item in value.items()]
        elif isinstance(value, list):
            waiting += [((*way, place), item) for place, item in enumerate(value)]
    return found


class Input(BaseModel):
    """Base of what a caller sends. Plain pydantic: ninja's Schema wraps each nested object for reading from the ORM."""

    @model_validator(mode="before")
    @classmethod
    def _text_can_be_kept(cls, given: Any) -> Any:
        if isinstance(given, dict) and not _is_readable(given):
            raise ValidationError.from_exception_data(cls.__name__, _unreadable(given))
        return given


def _spoken(code: str) -> str:
    known = [language for language, _ in settings.LANGUAGES]
    if code.lower() not in known:
        raise PydanticCustomError("unknown_language", "not one of {known}", {"known": ", ".join(known)})
    return code.lower()


Language = Annotated[str, Field(max_length=10, examples=["en", "th"]), AfterValidator(_spoken)]
"""A language the product speaks, in any case: ``zh-Hans`` is ``zh-hans``."""

LAST_YEAR = 2200


def _within_reach(moment: AwareDatetime) -> AwareDatetime:
    if not 2000 <= moment.year <= LAST_YEAR:
        raise PydanticCustomError("datetime_out_of_reach", "not between 2000 and 2200")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_within_reach)]
"""A time with its zone, in years that every store can hold."""


def answered(status: int, body: BaseModel) -> HttpResponse:
    """The answer of a hot endpoint. Returned to ninja as it is, a schema would be validated a second time."""
    return HttpResponse(body.model_dump_json(), status=status, content_type="application/json; charset=utf-8")


def parameters(*described: dict[str, Any]) -> dict[str, Any]:
    """For ``openapi_extra``: headers that an endpoint reads by itself."""
    return {"parameters": list(described)}


class PageIn(Input):
    """Which page of a list."""

    page: int = Field(1, ge=1, le=10_000)
    size: int = Field(24, ge=1, le=100)
