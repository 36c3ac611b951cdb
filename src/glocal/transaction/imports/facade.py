"""What other packages may ask of imports."""

from glocal.transaction.imports.errors import (
    ColumnsMissing,
    FileUnreadable,
    OptionOutOfRange,
    RunNotFound,
    RunTaken,
    UnknownOption,
)
from glocal.transaction.imports.jobs import queue
from glocal.transaction.imports.reading import SOURCE
from glocal.transaction.imports.selectors import issues_of, run_of
from glocal.transaction.imports.services import DEFAULTS, begin, run
from glocal.transaction.imports.types import IssueView, RunView

__all__ = [
    "DEFAULTS",
    "SOURCE",
    "ColumnsMissing",
    "FileUnreadable",
    "IssueView",
    "OptionOutOfRange",
    "RunNotFound",
    "RunTaken",
    "RunView",
    "UnknownOption",
    "begin",
    "issues_of",
    "queue",
    "run",
    "run_of",
]
