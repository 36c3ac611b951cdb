"""A size chart as a table of text, the way people keep them in spreadsheets: one row a size, one column a fact."""

import csv
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy, gettext_noop

from glocal.content.catalog.errors import InvalidSizeChart
from glocal.content.catalog.sizing import MEASURES, SYSTEMS
from glocal.content.catalog.types import SizeChart, SizeRowInput

HEAD = "size"


def rows_of(text: str, code: str) -> list[SizeRowInput]:
    """The rows of a table with a head such as ``size, EU, US, foot_length``; columns parted by tabs or commas.

    Measures are centimetres with a point: ``23.5``, or the least and the most: ``84-88``.
    Raises InvalidSizeChart with ``field`` table.
    """
    lines = [line for line in text.strip().splitlines() if line.strip()]
    table = list(csv.reader(lines, delimiter="\t" if lines and "\t" in lines[0] else ","))
    head = [cell.strip() for cell in table[0]] if table else []
    if not head or head[0].lower() != HEAD or not all(_is_known(name) for name in head[1:]):
        raise _fault(code, gettext_noop("begin with a head: size, then systems such as EU, measures such as chest."))
    return [_row(head, [cell.strip() for cell in cells], code) for cells in table[1:]]


def text_of(chart: SizeChart) -> str:
    """The table that ``rows_of`` reads back."""
    lines = ["\t".join([HEAD, *chart.systems, *chart.measures])]
    for row in chart.rows:
        labels = [row.labels.get(system, "") for system in chart.systems]
        lines.append("\t".join([row.size, *labels, *(_cell(row.millimetres.get(name)) for name in chart.measures)]))
    return "\n".join(lines)


def _is_known(name: str) -> bool:
    return name.upper() in SYSTEMS or name.lower() in MEASURES


def _row(head: Sequence[str], cells: Sequence[str], code: str) -> SizeRowInput:
    named = {name: cell for name, cell in zip(head, cells, strict=False) if cell}
    labels = {name.upper(): cell for name, cell in named.items() if name.upper() in SYSTEMS}
    measures = {name.lower(): cell for name, cell in named.items() if name.lower() in MEASURES}
    return SizeRowInput(cells[0].lower(), labels, {name: _figures(cell, code) for name, cell in measures.items()})


def _figures(cell: str, code: str) -> Decimal | tuple[Decimal, Decimal]:
    try:
        figures = [Decimal(part.strip()) for part in cell.replace("–", "-").split("-")]
    except InvalidOperation:
        figures = []
    if len(figures) not in (1, 2) or not all(figure.is_finite() for figure in figures):
        raise _fault(code, gettext_noop("write centimetres like 23.5, or the least and the most like 84-88."))
    return figures[0] if len(figures) == 1 else (figures[0], figures[1])


def _cell(millimetres: tuple[int, int] | None) -> str:
    return "-".join(dict.fromkeys(f"{Decimal(value) / 10:f}" for value in millimetres or ()))


def _fault(code: str, mend: str) -> InvalidSizeChart:
    return InvalidSizeChart(field="table", size_chart=code, mend=gettext_lazy(mend))
