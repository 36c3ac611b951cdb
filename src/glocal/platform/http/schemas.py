"""What every endpoint's answers are made of."""

import re
from decimal import Decimal
from typing import Annotated, Any, Self

from django.conf import settings
from django.http import HttpResponse
from ninja import Field, Schema
from pydantic import AfterValidator, AwareDatetime, BaseModel, field_validator
from pydantic_core import PydanticCustomError

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


def _readable(value: Any) -> Any:
    """Refuses text that PostgreSQL cannot keep: NUL, and halves of surrogate pairs."""
    if isinstance(value, str):
        if _UNREADABLE.search(value):
            raise PydanticCustomError("unreadable_text", "holds characters that cannot be stored")
    elif isinstance(value, dict):
        for key, item in value.items():
            _readable(key)
            _readable(item)
    elif isinstance(value, list):
        for item in value:
            _readable(item)
    return value


class Input(BaseModel):
    """Base of what a caller sends. Plain pydantic: ninja's Schema wraps each nested object for reading from the ORM."""

    @field_validator("*", mode="before")
    @classmethod
    def _text_can_be_kept(cls, value: Any) -> Any:
        return _readable(value)


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
