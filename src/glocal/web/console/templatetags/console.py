"""Tags of the console's templates."""

from typing import Any

from django import template
from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.utils import display_for_field, label_for_field, lookup_field
from django.db.models import Field

from glocal.platform.console import shown as console
from glocal.platform.kernel.money import Money

register = template.Library()

register.filter("state", console.state)
register.filter("moment", console.moment)


@register.filter
def money(amount: Money) -> str:
    return console.money(amount)


@register.simple_tag
def record_url(model: str, pk: Any) -> str:
    return console.record_url(model, pk)


@register.simple_tag
def list_url(model: str) -> str:
    return console.list_url(model)


@register.inclusion_tag("console/table.html")
def table(cl: Any) -> dict[str, Any]:
    """The rows of a change list, each with its address and cells."""
    admin = cl.model_admin
    headers: list[dict[str, Any]] = [dict(header) for header in result_headers(cl)]
    names = [name for name in cl.list_display if name != "action_checkbox"]
    found = list(cl.result_list)
    admin.prepare(found)
    rows = [
        {"address": admin.address_of(row.pk), "cells": [_cell(admin, cl, name, row) for name in names]} for row in found
    ]
    for header, name in zip(headers, names, strict=True):
        header["numeric"] = name in getattr(admin, "numeric", ())
        header["label"] = label_for_field(name, cl.model, admin)
    return {"headers": headers, "rows": rows, "cl": cl}


def _cell(admin: Any, cl: Any, name: str, row: Any) -> dict[str, Any]:
    found, _, value = lookup_field(name, row, admin)
    label = label_for_field(name, cl.model, admin)
    if isinstance(found, Field) and found.choices:
        shown: Any = console.state(value) if name in {"state", "status"} else display_for_field(value, found, "–")
    else:
        shown = console.shown(value)
    return {"value": shown, "label": label, "numeric": name in getattr(admin, "numeric", ())}


@register.simple_tag
def page_address(cl: Any, number: int) -> str:
    return str(cl.get_query_string({"p": number}))


@register.simple_tag
def filter_choices(cl: Any, spec: Any) -> list[dict[str, Any]]:
    return [dict(choice) for choice in spec.choices(cl)]
