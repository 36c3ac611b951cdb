"""Pure decisions about papers."""

from collections.abc import Sequence

from glocal.transaction.invoices.types import Row, Tax


def number_of(seller: str, kind: str, year: int, serial: int) -> str:
    """``GSG-2026-000017``, ``GSG-CN-2026-000003``."""
    letters = "" if kind == "invoice" else "CN-"
    return f"{seller}-{letters}{year}-{serial:06}"


def part(whole: int, before: int, amount: int, of: int) -> int:
    """The share of ``amount`` in ``whole`` when ``before`` of ``of`` was taken before; all parts sum to the whole."""
    return whole * (before + amount) // of - whole * before // of if of else 0


def credited(taxes: Sequence[Tax], before: int, amount: int, of: int) -> list[Tax]:
    """The taxes of an invoice of ``of``, as far as they are in a credit of ``amount`` that follows others."""
    shares = (Tax(tax.name, tax.rate, part(tax.amount, before, amount, of), included=True) for tax in taxes)
    return [tax for tax in shares if tax.amount]


def rest(rows: Sequence[Row], amount: int) -> list[Row]:
    """The rows, and one for what of ``amount`` they do not explain."""
    left = amount - sum(row.amount for row in rows)
    return [*rows, Row(what="rest", amount=left)] if left else list(rows)
