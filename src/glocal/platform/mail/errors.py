"""What mail refuses."""

from django.utils.translation import gettext_noop

from glocal.platform.kernel.errors import Invalid, NotFound


class UnknownLetterLink(NotFound):
    code = "unknown_letter_link"
    message = gettext_noop("This link does not work. Open the newest letter from us and try the one in it.")


class NoAddress(Invalid):
    code = "no_address"
    message = gettext_noop("Your account has no e-mail address to write to.")
