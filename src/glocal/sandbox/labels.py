"""Parcel labels: a 4 x 6 inch PDF with barcode, addresses and customs lines."""

import io
import unicodedata
from typing import TYPE_CHECKING, Any

from glocal.sandbox.carrier import Address, Shipment

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_CHINESE = "STSong-Light"
_LINES_SHOWN = 6


def label(shipment: Shipment) -> bytes:
    """The label as PDF bytes.

    A label printer has Latin and Chinese letters; an address in another script is in the QR code in full, and what
    of it is Latin (postcode, numbers, country) is printed.
    """
    from reportlab.lib.units import inch
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfgen.canvas import Canvas

    registerFont(UnicodeCIDFont(_CHINESE))
    asked, out = shipment.request, io.BytesIO()
    canvas = Canvas(out, pagesize=(4 * inch, 6 * inch))
    canvas.setTitle(f"Label {shipment.tracking_number}")
    _write(canvas, 14, 410, "SANDBOX CARRIER", 12, bold=True)
    _write(canvas, 14, 396, f"{asked.service.upper()}   {asked.weight_g / 1000:.3f} kg   Ref {asked.reference}"[:56], 8)
    canvas.line(10, 390, 278, 390)
    _address(canvas, 376, "From", asked.from_, 7)
    canvas.line(10, 316, 278, 316)
    _address(canvas, 298, "To", asked.to, 10)
    _qr(canvas, 206, 226, "\n".join(asked.to.text()))
    canvas.line(10, 214, 278, 214)
    _barcode(canvas, 148, shipment.tracking_number)
    canvas.line(10, 140, 278, 140)
    _customs(canvas, 128, shipment)
    _write(canvas, 14, 12, "Sandbox: not valid for carriage.", 7)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _address(canvas: "Canvas", top: float, title: str, address: Address, size: float) -> None:
    _write(canvas, 14, top, title, 7)
    for row, text in enumerate(address.text()):
        _write(canvas, 44, top - row * (size + 2), text[:40], size, bold=row == 0)


def _customs(canvas: "Canvas", top: float, shipment: Shipment) -> None:
    asked = shipment.request
    _write(canvas, 14, top, "CUSTOMS DECLARATION CN22", 8, bold=True)
    for x, head in ((14, "Qty"), (36, "Description"), (168, "HS"), (208, "Origin"), (238, f"Value {asked.currency}")):
        _write(canvas, x, top - 12, head, 6)
    for row, item in enumerate(asked.items[:_LINES_SHOWN]):
        y = top - 22 - row * 10
        for x, text in ((14, str(item.qty)), (36, item.description[:30]), (168, item.hs_code), (208, item.origin)):
            _write(canvas, x, y, text, 7)
        canvas.drawRightString(276, y, item.value)
    hidden = len(asked.items) - _LINES_SHOWN
    if hidden > 0:
        _write(canvas, 14, top - 22 - _LINES_SHOWN * 10, f"and {hidden} more lines in the electronic declaration", 7)


def _barcode(canvas: "Canvas", y: float, number: str) -> None:
    from reportlab.graphics.barcode.code128 import Code128

    code: Any = Code128(number, barHeight=44, barWidth=1.25, humanReadable=False)
    code.drawOn(canvas, (288 - code.width) / 2, y + 16)
    canvas.setFont("Courier-Bold", 11)
    canvas.drawCentredString(144, y + 3, number)


def _qr(canvas: "Canvas", x: float, y: float, text: str) -> None:
    from reportlab.graphics import renderPDF
    from reportlab.graphics.barcode.qr import QrCodeWidget
    from reportlab.graphics.shapes import Drawing

    size = 72
    widget = QrCodeWidget(text, barLevel="M", barWidth=size, barHeight=size, barBorder=1)
    drawing = Drawing(size, size)
    drawing.add(widget)
    renderPDF.draw(drawing, canvas, x, y)


def _write(canvas: "Canvas", x: float, y: float, text: str, size: float, *, bold: bool = False) -> None:
    font, shown = _printable(text, bold=bold)
    canvas.setFont(font, size)
    canvas.drawString(x, y, shown)


def _printable(text: str, *, bold: bool) -> tuple[str, str]:
    """A font that has the letters, and the text with what no font here has left out."""
    latin = "Helvetica-Bold" if bold else "Helvetica"
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        if all(ord(sign) < 0x250 or unicodedata.name(sign, "").startswith(("CJK", "FULLWIDTH")) for sign in text):
            return _CHINESE, text
        plain = unicodedata.normalize("NFKD", text).replace("đ", "d").replace("Đ", "D")
        return latin, " ".join(plain.encode("ascii", "ignore").decode().split()) or "(see code)"
    return latin, text
