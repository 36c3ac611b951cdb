"""What an import refuses as a whole; single rows are reported as issues instead."""

from django.utils.translation import gettext_noop

from glocal.platform.kernel.errors import Invalid


class FileUnreadable(Invalid):
    code = "file_unreadable"
    message = gettext_noop("{file} cannot be read as Parquet: {why}. Check the path and the file.")


class ColumnsMissing(Invalid):
    code = "columns_missing"
    message = gettext_noop("{file} lacks the columns {columns}. Add or rename them and import it again.")


class UnknownOption(Invalid):
    code = "unknown_option"
    message = gettext_noop("{value} is not a warehouse or market we know.")
