"""Which size chart a product has: what its sizes measure, and what other countries call them. No database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from glocal.content.catalog import rules
from glocal.content.catalog.types import ProductOption, SizeChart, SizeRow

SYSTEMS = ("EU", "US", "UK", "FR", "ASIA", "CN", "JP", "MX", "BR")
MEASURES = ("foot_length", "head", "neck", "chest", "waist", "hips", "inseam", "shoulder", "sleeve", "length")

# What people of a market know their size by, best first; the European one is printed nearly everywhere.
_KNOWN_BY: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("US", "CA"), ("US",)),
    **dict.fromkeys(("TH", "VN", "ID"), ("ASIA", "EU")),
    **dict.fromkeys(("SG", "MY"), ("ASIA", "UK", "EU")),
    **dict.fromkeys(("AE", "SA"), ("EU", "UK")),
    "PH": ("ASIA", "US"),
    "GB": ("UK", "EU"),
    "FR": ("FR", "EU"),
    "DE": ("EU",),
    "MX": ("MX", "US"),
    "BR": ("BR", "EU"),
}


def system_in(market: str, chart: SizeChart) -> str:
    """The chart's system that people of the market know best; empty when it has none of theirs."""
    return next((system for system in _KNOWN_BY.get(market, ("EU",)) if system in chart.systems), "")


@dataclass(frozen=True, slots=True)
class KeptChart:
    """A chart and what it is for; empty fits everything."""

    source: str
    category: str
    brand: str
    chart: SizeChart
    code: str = ""

    def fits(self, source: str, categories: Collection[str], brand: str) -> bool:
        return self.source in ("", source) and self.category in ("", *categories) and self.brand in ("", brand)

    @property
    def nearness(self) -> tuple[bool, int, bool]:
        """A source's own chart goes before one for all, the deepest category before others, then a brand's."""
        return bool(self.source), len(self.category), bool(self.brand)


def chart_for(
    charts: Sequence[KeptChart], source: str, category: str, brand: str, options: Sequence[ProductOption]
) -> SizeChart | None:
    """The nearest chart for a product, with those of its rows that are among the values of its ``options``.

    None: no chart knows any of its sizes.
    """
    offered = {option.code: {value.code for value in option.values} for option in options}
    above, slug = rules.ancestors(category), rules.code_of(brand) if brand else ""
    fitting = [kept for kept in charts if kept.chart.option in offered and kept.fits(source, above, slug)]
    for kept in sorted(fitting, key=lambda one: one.nearness, reverse=True):
        chart = kept.chart
        rows = tuple(row for row in chart.rows if row.size in offered[chart.option])
        if rows:
            return SizeChart(chart.option, chart.systems, chart.measures, rows)
    return None


def chart_of(option: str, rows: Sequence[Mapping[str, Any]]) -> SizeChart:
    """From the rows as they are stored."""
    return SizeChart(
        option,
        tuple(dict.fromkeys(system for row in rows for system in row["order"]["labels"])),
        tuple(dict.fromkeys(measure for row in rows for measure in row["order"]["mm"])),
        tuple(
            SizeRow(row["size"], row["labels"], {code: (least, most) for code, (least, most) in row["mm"].items()})
            for row in rows
        ),
    )
