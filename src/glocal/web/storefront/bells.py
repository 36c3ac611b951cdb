"""The bell in the masthead: how many notices wait for who is signed in. One statement a page, none for guests.

Most pages read no session, so a signed cookie says whose bell it is, for this session only. It shows a number and
opens nothing: an ended session shows it at most until the next page that asks who is there.
"""

from hashlib import blake2b
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from glocal.platform.mail import facade as mail
from glocal.platform.privacy import facade as privacy
from glocal.web.storefront.requests import ShopRequest

BELL = privacy.cookie("bell", gettext_noop("Shows whether there is news for you."), settings.SESSION_COOKIE_AGE)
_signer = Signer(salt=__name__)


def bell(request: ShopRequest, icons: str) -> str:
    """The bell with its count; empty for a guest."""
    person_id = _person_of(request)
    if person_id is None:
        return ""
    return format_html(
        '<a class="tool" href="{}/account/notices"><svg aria-hidden="true"><use href="{}#bell"/></svg>'
        '<span class="hidden-visually">{}</span><span class="count">{}</span></a>',
        request.prefix,
        icons,
        _("Notices"),
        mail.unread(person_id) or "",
    )


def remember(request: ShopRequest, response: HttpResponse) -> HttpResponse:
    """Keep whose bell it is, where a page has asked who is there anyway."""
    if not _is_known(request):
        return response
    if not request.user.is_authenticated:
        BELL.drop(request, response)
        return response
    session_key = request.session.session_key or ""
    value = _signer.sign(f"{request.user.pk.hex}.{_digest(session_key)}")
    if session_key and request.COOKIES.get(BELL.name) != value:
        BELL.keep(request, response, value)
    return response


def _person_of(request: ShopRequest) -> UUID | None:
    if _is_known(request):
        return request.user.pk if request.user.is_authenticated else None
    session_key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not session_key or BELL.name not in request.COOKIES:
        return None
    try:
        person, _dot, session = _signer.unsign(request.COOKIES[BELL.name]).partition(".")
        return UUID(hex=person) if session == _digest(session_key) else None
    except (BadSignature, ValueError):
        return None


def _is_known(request: ShopRequest) -> bool:
    """Whether something has already asked who is there: asking costs two statements."""
    return hasattr(request, "_cached_user")


def _digest(session_key: str) -> str:
    return blake2b(session_key.encode(), digest_size=12).hexdigest()
