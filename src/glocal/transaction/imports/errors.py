"""What an import refuses as a whole; single rows are reported as issues instead."""

from django.utils.translation import gettext_noop

from glocal.platform.kernel.errors import Conflict, Invalid, NotFound


class FileUnreadable(Invalid):
    code = "file_unreadable"
    message = gettext_noop("{file} cannot be read as Parquet: {why}. Check the path and the file.")


class ColumnsMissing(Invalid):
    code = "columns_missing"
    message = gettext_noop("{file} lacks the columns {columns}. Add or rename them and import it again.")


class UnknownOption(Invalid):
    code = "unknown_option"
    message = gettext_noop("{value} is not a warehouse or market we know.")


class OptionOutOfRange(Invalid):
    code = "option_out_of_range"
    message = gettext_noop("{value} is not possible here. Choose a number from {least} to {most}.")


class RunNotFound(NotFound):
    code = "import_not_found"
    message = gettext_noop("There is no such import.")


class RunTaken(Conflict):
    code = "import_taken"
    message = gettext_noop("This import was begun again elsewhere and goes on there.")
