"""Money: a whole number of minor units and a currency. Never a float."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Self

from glocal.platform.kernel.currencies import minor_digits


class CurrencyMismatch(TypeError):
    """Two currencies met in one sum; a programming error, never a shopper's."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """``minor`` smallest units of ``currency`` (ISO 4217): ``Money(1999, "EUR")`` is 19.99 euro."""

    minor: int
    currency: str

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(0, currency)

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str) -> Self:
        """From an amount in major units, rounded half up to the currency's minor unit."""
        shifted = Decimal(amount).scaleb(minor_digits(currency))
        return cls(int(shifted.quantize(Decimal(1), ROUND_HALF_UP)), currency)

    @property
    def amount(self) -> Decimal:
        """In major units, exact."""
        return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    def _same(self, other: "Money") -> int:
        if not isinstance(other, Money):
            raise TypeError(f"money and {type(other).__name__} do not mix")
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not mix; exchange one first")
        return other.minor

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __mul__(self, times: int) -> "Money":
        if type(times) is not int:
            raise TypeError("money is multiplied by whole numbers only; use share() for rates")
        return Money(self.minor * times, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def share(self, rate: Decimal) -> "Money":
        """``rate`` of this (0.07 for 7 %), rounded half away from zero to the minor unit."""
        return Money(int((Decimal(self.minor) * rate).quantize(Decimal(1), ROUND_HALF_UP)), self.currency)

    def exchange(self, rate: Decimal, currency: str) -> "Money":
        """In ``currency``, where one major unit of ours is worth ``rate`` of its; rounded half away from zero."""
        return Money.of(self.amount * rate, currency)

    def split(self, weights: Sequence[int | Decimal]) -> list["Money"]:
        """In parts proportional to ``weights`` that sum to the whole exactly (largest remainder).

        Weights must not be negative; if all are zero the split is even. Ties go to the earlier part.
        Raises ValueError for no weights or a negative one.
        """
        if not weights or any(weight < 0 for weight in weights):
            raise ValueError("split needs at least one weight, none negative")
        exact = [Fraction(weight) for weight in weights]
        total = sum(exact) or Fraction(len(exact))
        if not any(exact):
            exact = [Fraction(1)] * len(exact)
        sign, whole = (-1, -self.minor) if self.minor < 0 else (1, self.minor)
        shares = [whole * weight / total for weight in exact]
        parts = [int(share) for share in shares]
        by_remainder = sorted(range(len(parts)), key=lambda index: (parts[index] - shares[index], index))
        for index in by_remainder[: whole - sum(parts)]:
            parts[index] += 1
        return [Money(sign * part, self.currency) for part in parts]


def total(parts: Iterable[Money], currency: str) -> Money:
    """The sum of ``parts``; zero of ``currency`` when there are none.

    Raises CurrencyMismatch when a part is of another currency.
    """
    result = Money.zero(currency)
    for part in parts:
        result += part
    return result
