"""Papers as PDF, drawn by Typst: it joins Arabic, places Thai marks and sets Chinese, from the fonts in ``fonts/``."""

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import typst
from django.utils.translation import get_language_info, gettext, gettext_noop, override

from glocal.platform.kernel.money import Money
from glocal.platform.markets import facade as markets
from glocal.transaction.invoices.models import Kind, Paper
from glocal.transaction.invoices.types import Content, Row, Tax

_HERE = Path(__file__).parent
_FAMILIES = {"ar": "Noto Naskh Arabic", "th": "Noto Sans Thai", "zh-hans": "Noto Sans SC"}
_LETTER_SIZE = frozenset({"US", "CA", "MX", "PH"})
_OTHER_ROWS = {
    "shipping": gettext_noop("Delivery"),
    "rest": gettext_noop("Refund without goods"),
}
_TAX_NAMES = {"VAT", "Customs duty", "Import duty", "Parcel fee", "Sales tax"}


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_HERE / "fonts"])


def pdf(paper: Paper) -> bytes:
    """The paper as PDF, A4 or letter as its market writes; the same every time."""
    with override(paper.language):
        said = _said(paper, msgspec.convert(paper.content, Content))
    # The compiler keeps what it has read only as long as it lives, and it is cheap beside the drawing.
    compiler = typst.Compiler(_HERE / "paper.typ", font_paths=_fonts())
    drawn = compiler.compile(
        format="pdf",
        sys_inputs={"paper": msgspec.json.encode(said).decode()},
        timestamp=int(paper.issued_at.timestamp()),
    )
    if not isinstance(drawn, bytes):
        raise TypeError("a paper is one file")
    return drawn


def _said(paper: Paper, content: Content) -> dict[str, Any]:
    """Every word and figure of the paper as text, in its language."""
    credit = paper.kind == Kind.CREDIT_NOTE
    right_to_left = bool(get_language_info(paper.language)["bidi"])
    return {
        "language": paper.language.split("-")[0],
        "script": "Hans" if paper.language == "zh-hans" else "",
        "direction": "rtl" if right_to_left else "ltr",
        "font": _FAMILIES.get(paper.language, "Noto Sans"),
        "sheet": "us-letter" if paper.market in _LETTER_SIZE else "a4",
        "title": gettext("Credit note") if credit else gettext("Invoice"),
        "number": paper.number,
        "facts": _facts(paper, content),
        "seller": [gettext("From"), content.seller_name, *content.seller_lines],
        "registrations": content.registrations,
        "buyer": [gettext("To"), *content.buyer_lines],
        "heads": [gettext("Item"), gettext("Quantity"), gettext("Price"), gettext("Amount")],
        "rows": [_row(paper, row) for row in content.rows],
        "sums": [[_label(paper, one), _money(paper, one.amount)] for one in content.taxes if not one.included],
        "total": [gettext("Refunded") if credit else gettext("Total"), _money(paper, content.total)],
        "included": [
            gettext("Contains {tax}: {amount}").format(tax=_label(paper, one), amount=_money(paper, one.amount))
            for one in content.taxes
            if one.included
        ],
        "note": gettext("Tax and duty were worked out when the order was placed and do not change afterwards.")
        if content.estimate and not credit
        else "",
        "page": gettext("Page"),
    }


def _facts(paper: Paper, content: Content) -> list[tuple[str, str]]:
    def day(moment: Any) -> str:
        return markets.format_date(moment, paper.language, paper.market)

    facts = [(gettext("Number"), paper.number), (gettext("Date"), day(paper.issued_at))]
    if content.about:
        facts.append((gettext("For invoice"), content.about))
    return [*facts, (gettext("Order"), content.order_number), (gettext("Ordered on"), day(content.ordered_at))]


def _row(paper: Paper, row: Row) -> dict[str, str]:
    if row.what:
        return {"title": gettext(_OTHER_ROWS[row.what]), "small": "", "quantity": "", "unit": ""} | {
            "amount": _money(paper, row.amount)
        }
    small = " · ".join(text for text in (row.options, row.sku) if text)
    return {
        "title": row.title,
        "small": small,
        "quantity": markets.format_number(row.quantity, paper.language, paper.market),
        "unit": _money(paper, row.unit),
        "amount": _money(paper, row.amount),
    }


def _label(paper: Paper, one: Tax) -> str:
    """A tax as its law calls it, with its rate."""
    name = gettext(one.name)
    if not one.rate:
        return name
    return f"{name} {markets.format_percent(Decimal(one.rate), paper.language, paper.market)}"


def _money(paper: Paper, minor: int) -> str:
    return markets.format_money(Money(minor, paper.currency), paper.language, paper.market)
