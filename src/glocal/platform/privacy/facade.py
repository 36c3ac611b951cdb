"""Privacy as other packages see it: what is kept in browsers, what the law of a market asks, who allows what.

``granted(request, purpose)`` and ``granted_by(person_id, purpose)`` are the questions to ask before anything optional.
"""

from glocal.platform.privacy.consent import allowed, decide, granted, granted_by, must_ask, refuses_all, said_by
from glocal.platform.privacy.cookies import CHOICE, DAY, NECESSARY, YEAR, Cookie, cookie, cookies
from glocal.platform.privacy.laws import BASES, RIGHTS, USES, law_of
from glocal.platform.privacy.purposes import PURPOSES, VERSION, in_use
from glocal.platform.privacy.types import Law, Mode, Purpose, Said, Use

__all__ = [
    "BASES",
    "CHOICE",
    "DAY",
    "NECESSARY",
    "PURPOSES",
    "RIGHTS",
    "USES",
    "VERSION",
    "YEAR",
    "Cookie",
    "Law",
    "Mode",
    "Purpose",
    "Said",
    "Use",
    "allowed",
    "cookie",
    "cookies",
    "decide",
    "granted",
    "granted_by",
    "in_use",
    "law_of",
    "must_ask",
    "refuses_all",
    "said_by",
]
