from django.utils.translation import gettext_noop

from glocal.platform.kernel.errors import Invalid


class InvalidSynonym(Invalid):
    code = "invalid_synonym"
    message = gettext_noop("A group needs two to {most} different words or phrases.")
