"""Papers compared as pictures: Arabic joined and from the right, Thai marks on their letters, Chinese there at all."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import typst
from PIL import Image, ImageChops
from pypdf import PdfReader

from glocal.transaction.invoices import drawing
from glocal.transaction.invoices.models import Paper

FONTS = ("Noto Sans", "Noto Naskh Arabic", "Noto Sans Thai")
KNOWN = Path(__file__).parent / "known"
TITLES = {
    "en": "Linen shirt",
    "ar": "قميص كتان بأزرار",
    "th": "เสื้อเชิ้ตผ้าลินิน น้ำปู่ย่าที่กั้น",
    "zh-hans": "亚麻衬衫 龍馬",
}
BUYERS = {
    "en": ["Ada Shopper", "1 Market Street", "San Francisco, CA 94105"],
    "ar": ["فاطمة الزهراء", "شارع الشيخ زايد", "دبي"],
    "th": ["สมชาย ใจดี", "99/1 ถนนสุขุมวิท 21", "กรุงเทพมหานคร 10110"],
    "zh-hans": ["王小明", "乌节路1号", "新加坡 238801"],
}
PLACES = {"en": ("US", "USD"), "ar": ("AE", "AED"), "th": ("TH", "THB"), "zh-hans": ("SG", "SGD")}


def paper(language: str, title: str = "", kind: str = "invoice") -> Paper:
    market, currency = PLACES[language]
    rows = [
        {"title": title or TITLES[language], "options": "M", "sku": "SKU-1", "quantity": 2, "unit": 210, "amount": 420},
        {"what": "shipping", "amount": 500},
    ]
    content: dict[str, Any] = {
        "seller_name": "Glocal Example",
        "seller_lines": ["Example Street 1"],
        "registrations": [["TRN", "100000000000000"]],
        "buyer_lines": BUYERS[language],
        "order_number": "G7K3-92QF",
        "ordered_at": "2026-03-01T12:00:00Z",
        "rows": rows,
        "taxes": [{"name": "VAT", "rate": "0.05", "amount": 20, "included": True}],
        "total": 920,
        "estimate": True,
        "about": "GSG-2026-000016" if kind == "credit_note" else "",
    }
    return Paper(
        kind=kind,
        number="GSG-2026-000017",
        language=language,
        market=market,
        currency=currency,
        total_minor=920,
        content=content,
        issued_at=datetime(2026, 3, 1, 12, tzinfo=UTC),
    )


def picture(drawn: bytes, scale: float = 1.5) -> Image.Image:
    return pypdfium2.PdfDocument(drawn)[0].render(scale=scale).to_pil().convert("L")


def difference(one: Image.Image, known: Image.Image) -> float:
    """Pixels that clearly differ, by those that the known picture inks: smoothed edges may differ a little."""
    assert one.size == known.size
    apart = ImageChops.difference(one, known).point(lambda step: 255 if step > 96 else 0)
    return apart.histogram()[255] / sum(known.histogram()[:128])


@pytest.mark.parametrize("language", PLACES)
def test_a_paper_looks_like_the_one_that_was_looked_at(language: str) -> None:
    known = Image.open(KNOWN / f"{language}.png").convert("L")
    assert difference(picture(drawing.pdf(paper(language))), known) < 0.005


@pytest.mark.parametrize(
    ("language", "change"),
    [
        ("ar", lambda text: "\u200c".join(text)),  # letters that do not join
        ("ar", lambda text: text[::-1]),  # from the left
        ("th", lambda text: re.sub("([\u0e31-\u0e3a\u0e47-\u0e4e])", "\u00a0\\1", text)),  # marks that find no letter
        ("zh-hans", lambda text: "\ue123" * len(text)),  # boxes
    ],
)
def test_the_comparison_sees_text_that_is_not_shaped(language: str, change: Any) -> None:
    known = Image.open(KNOWN / f"{language}.png").convert("L")
    broken = paper(language, title=change(TITLES[language]))
    assert difference(picture(drawing.pdf(broken)), known) > 0.02


def test_arabic_letters_take_their_joined_forms() -> None:
    """Joined letters are narrower than the same letters standing alone."""
    assert width_of("قميص كتان") < 0.85 * width_of("\u200c".join("قميص كتان"))


def test_a_thai_mark_stands_on_its_letter_and_takes_no_room() -> None:
    assert width_of("ที่นี่") == width_of("ทน")


def test_an_arabic_paper_begins_at_the_right() -> None:
    """The number stands at the end of the line: at the left, where lines begin at the right."""
    for language, at_right in (("ar", False), ("en", True)):
        page = pypdfium2.PdfDocument(drawing.pdf(paper(language)))[0]
        text = page.get_textpage()
        first, _count = text.search("GSG").get_next()
        assert (text.get_charbox(first)[0] > page.get_width() / 2) == at_right, language


def width_of(text: str) -> int:
    """How wide the papers' fonts set a text, in pixels."""
    source = f"#set page(width: auto, height: auto, margin: 0pt)\n#set text(font: {tuple(FONTS)!r}, size: 40pt)\n{text}"
    source = source.replace("'", '"')
    drawn = typst.Compiler(source.encode(), font_paths=drawing._fonts()).compile(format="png")
    assert isinstance(drawn, bytes)
    return Image.open(io.BytesIO(drawn)).width


@pytest.mark.parametrize("language", PLACES)
def test_no_letter_is_missing_from_the_fonts(language: str) -> None:
    """What no font has is drawn as the box of glyph 0, whose text a reader cannot find."""
    text = PdfReader(io.BytesIO(drawing.pdf(paper(language)))).pages[0].extract_text()
    for letter in {*TITLES[language]} - set("\u0e48\u0e49\u0e34\u0e35\u0e31\u0e4d\u0e33\u0e39 "):
        assert letter in text or language == "ar"


@pytest.mark.parametrize(
    ("language", "market", "currency", "title", "word"),
    [
        ("vi", "VN", "VND", "Giày Vải Bến Cảng, Nước Hoa Trưa Hổ Phách, ữ ằ ặ ỗ đ", "Hóa đơn"),
        ("id", "ID", "IDR", "Kalung Mutiara Air Tawar", "Invoice"),
        ("ms", "MY", "MYR", "Rantai Mutiara Air Tawar", "Invois"),
        ("es", "MX", "MXN", "Sérum Rocío de Chabacano, ¿año?", "Factura"),
        ("pt", "BR", "BRL", "Fones Seixo, Pôr do Sol, maçã, ações", "Fatura"),
    ],
)
def test_a_paper_in_latin_letters_has_all_its_marks(
    language: str, market: str, currency: str, title: str, word: str
) -> None:
    drawn = paper("en", title=title)
    drawn.language, drawn.market, drawn.currency = language, market, currency
    text = " ".join(PdfReader(io.BytesIO(drawing.pdf(drawn))).pages[0].extract_text().split())
    assert word in text
    assert set(title) - set(text) - {" "} == set()


def test_a_credit_note_names_its_invoice_and_a_long_order_goes_over_pages() -> None:
    note = paper("en", kind="credit_note")
    note.content["rows"] = note.content["rows"] * 60
    pages = PdfReader(io.BytesIO(drawing.pdf(note))).pages
    assert len(pages) > 2
    assert "GSG-2026-000016" in pages[0].extract_text()
    assert "Quantity" in pages[1].extract_text()


def test_markup_in_a_title_is_only_text() -> None:
    text = PdfReader(io.BytesIO(drawing.pdf(paper("en", title='#panic("x") *bold* $x$ \\ "')))).pages[0].extract_text()
    assert '#panic("x") *bold* $x$' in text


def test_the_same_paper_is_the_same_file() -> None:
    assert drawing.pdf(paper("th")) == drawing.pdf(paper("th"))
