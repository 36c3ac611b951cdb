"""What other packages may ask of imports."""

from glocal.transaction.imports.errors import ColumnsMissing, FileUnreadable, UnknownOption
from glocal.transaction.imports.selectors import issues_of, run_of
from glocal.transaction.imports.services import DEFAULTS, SOURCE, begin, run
from glocal.transaction.imports.types import IssueView, RunView

__all__ = [
    "DEFAULTS",
    "SOURCE",
    "ColumnsMissing",
    "FileUnreadable",
    "IssueView",
    "RunView",
    "UnknownOption",
    "begin",
    "issues_of",
    "run",
    "run_of",
]
