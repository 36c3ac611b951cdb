"""What every endpoint's answers are made of."""

from decimal import Decimal
from typing import Self

from ninja import Field, Schema

from glocal.platform.kernel.money import Money


class MoneyOut(Schema):
    """An amount: ``minor`` whole smallest units of ``currency`` (ISO 4217), and the same in major units as text."""

    minor: int
    currency: str
    amount: Decimal

    @classmethod
    def of(cls, money: Money) -> Self:
        return cls(minor=money.minor, currency=money.currency, amount=money.amount)


class PageIn(Schema):
    """Which page of a list."""

    page: int = Field(1, ge=1, le=10_000)
    size: int = Field(24, ge=1, le=100)
