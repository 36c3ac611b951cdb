"""How alike two products are, and in what: pure decisions, no database."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, log1p

LEAST = 0.25
WEIGHTS = {"shelf": 0.30, "traits": 0.25, "name": 0.25, "price": 0.12, "maker": 0.08}
_TELLING = {"shelf": 1.0, "traits": 0.5, "name": 0.4, "price": 0.75, "maker": 1.0}
"""From where on a likeness is worth naming as a reason."""
_FAR_PRICE = log(3)
"""Three times the price is no longer near."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What is compared: category from the root down, brand, choices of attributes, words of the title, and the lowest
    price by market in minor units.
    """

    path: tuple[str, ...]
    brand: str
    tokens: frozenset[str]
    words: frozenset[str]
    prices: Mapping[str, int]
    popularity: int = 0


def alike(one: Traits, other: Traits, market: str) -> dict[str, float]:
    """Each likeness, from 0 (none) to 1 (the same)."""
    depth = next(
        (at for at, pair in enumerate(zip(one.path, other.path, strict=False)) if pair[0] != pair[1]),
        min(len(one.path), len(other.path)),
    )
    prices = (one.prices.get(market), other.prices.get(market))
    near = 1 - abs(log(prices[0] / prices[1])) / _FAR_PRICE if prices[0] and prices[1] else 0
    return {
        "shelf": depth / max(len(one.path), len(other.path), 1),
        "traits": _shared(one.tokens, other.tokens, len(one.tokens | other.tokens)),
        "name": _shared(one.words, other.words, min(len(one.words), len(other.words))),
        "price": max(0.0, near),
        "maker": float(bool(one.brand) and one.brand == other.brand),
    }


def _shared(one: frozenset[str], other: frozenset[str], of: int) -> float:
    return len(one & other) / of if of else 0.0


def best(
    one: Traits, others: Mapping[str, Traits], market: str, most: int, told: int
) -> tuple[list[str], tuple[str, ...]]:
    """Keys of the most alike, best first; and what at least half of the first ``told`` have in common with ``one``."""
    found: list[tuple[float, str, dict[str, float]]] = []
    for key, other in others.items():
        likeness = alike(one, other, market)
        score = sum(weight * likeness[name] for name, weight in WEIGHTS.items())
        if score >= LEAST:
            found.append((-score * (1 + log1p(max(0, other.popularity)) / 24), key, likeness))
    found.sort(key=lambda row: row[:2])
    return [key for _, key, _ in found[:most]], _reasons([likeness for _, _, likeness in found[:told]])


def _reasons(likenesses: Sequence[Mapping[str, float]]) -> tuple[str, ...]:
    counted = Counter(name for likeness in likenesses for name, least in _TELLING.items() if likeness[name] >= least)
    return tuple(name for name in _TELLING if 2 * counted[name] >= len(likenesses) > 0)
