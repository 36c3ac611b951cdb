"""How console pages write things: addresses, amounts, times, states. Free of the admin, which loads template tags."""

from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from glocal.platform.kernel import clock
from glocal.platform.kernel.currencies import minor_digits
from glocal.platform.kernel.money import Money


def record_url(model: str, pk: Any) -> str:
    """Where the console shows a record of ``model`` (``orders.order``)."""
    return reverse(f"admin:{model.replace('.', '_')}_change", args=[pk])


def list_url(model: str) -> str:
    return reverse(f"admin:{model.replace('.', '_')}_changelist")


def shown(value: Any) -> Any:
    """A value as a person reads it."""
    if value is None or value == "" or value == [] or value == {}:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return date_format(value, "j M Y")
    if isinstance(value, Money):
        return money(value)
    return value


def money(amount: Money) -> SafeString:
    """``1,234.00 THB`` in tabular figures."""
    digits = minor_digits(amount.currency)
    text = f"{amount.amount:,.{digits}f}"
    return format_html('<span class="money">{} <small>{}</small></span>', text, amount.currency)


def moment(at: datetime | None) -> SafeString | str:
    """A time in UTC, without the year when it is this one."""
    if at is None:
        return "–"
    pattern = "j M H:i" if at.year == clock.now().year else "j M Y"
    text, whole = date_format(at, pattern), at.isoformat(timespec="seconds")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', whole, date_format(at, "j M Y H:i:s \\U\\T\\C"), text
    )


_SHAPES = {"wait": "○", "todo": "◆", "busy": "◐", "done": "●", "bad": "▲", "over": "–"}
_WORDS = {
    word: shape
    for shape, words in {
        "wait": "placed created action pending queued received waiting planned held later",
        "todo": "paid authorised",
        "busy": "packing picking packed running started",
        "done": "answered shipped delivered captured done sent active visible now committed certain high",
        "bad": "failed stopped exception declined refused bounced",
        "over": "withheld cancelled expired voided refunded skipped archived hidden released past low",
    }.items()
    for word in words.split()
}


def state(word: str) -> SafeString:
    """A status by word and shape, not by colour alone."""
    shape = _WORDS.get(word, "wait")
    return format_html('<span class="state is-{}"><i aria-hidden="true">{}</i>{}</span>', shape, _SHAPES[shape], word)
