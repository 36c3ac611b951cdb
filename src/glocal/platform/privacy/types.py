"""What the privacy package hands out: frozen, plain, safe to keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import msgspec


class Mode(StrEnum):
    """What a market's law makes of silence: a no (``opt_in``) or a yes until somebody objects (``opt_out``)."""

    OPT_IN = "opt_in"
    OPT_OUT = "opt_out"


class Law(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the law of a market says about personal data, as data with its source; for a lawyer to confirm.

    ``rights`` are codes of ``RIGHTS``; ``answer_days`` is None where the law names no term in days;
    ``names_bases`` says whether the law knows legal bases that a notice has to name.
    """

    market: str
    law: str
    mode: Mode
    mode_basis: str
    rights: list[str]
    authority: str
    source: str
    checked: date
    answer_days: int | None = None
    names_bases: bool = True
    confidence: str = "medium"


@dataclass(frozen=True, slots=True)
class Purpose:
    """Something we would like to do beside what a visit needs. Texts are English sentences for gettext."""

    code: str
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Use:
    """A row of the notice: what data serves what, on which legal basis (a key of ``BASES``), how long."""

    what_for: str
    what: str
    basis: str
    how_long: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a browser's cookie holds: for each purpose that was asked about, yes or no."""

    browser_id: str
    answers: Mapping[str, bool]
