"""Light or dark: as the device has it until a person chooses; a cookie keeps the choice."""

from functools import cache

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from glocal.platform.markets import facade as markets
from glocal.platform.privacy import facade as privacy

SCHEME = privacy.cookie("scheme", gettext_noop("Remembers light or dark."), privacy.YEAR, script=True)
DEVICE, LIGHT, DARK = "device", "light", "dark"
CHOICES = {DEVICE: gettext_noop("As my device"), LIGHT: gettext_noop("Light"), DARK: gettext_noop("Dark")}
GROUNDS = {"spare": ("#fbfaf7", "#141412"), "dense": ("#fff", "#1a1110"), "elegant": ("#16120c", "#16120c")}
"""The masthead of each theme, light and dark: a browser paints its own bar with it."""


def chosen(request: HttpRequest) -> str:
    """What this browser's cookie says; anything else is no choice."""
    found = request.COOKIES.get(SCHEME.name, "")
    return found if found in {LIGHT, DARK} else DEVICE


def head(request: HttpRequest) -> SafeString:
    """What the head of a page says about it."""
    market: markets.Market | None = getattr(request, "market", None)
    return _head(market.theme if market else "spare", chosen(request))


@cache
def _head(theme: str, choice: str) -> SafeString:
    media = {
        of: f"(prefers-color-scheme: {of})" if choice == DEVICE else "all" if choice == of else "not all"
        for of in (LIGHT, DARK)
    }
    light, dark = GROUNDS[theme]
    both = "light dark" if choice == DEVICE else choice
    values = {"both": both, "light": light, "dark": dark, "media": media, "sheet": static("storefront/css/dark.css")}
    return render_to_string("storefront/shell/scheme_head.html", values)


@cache
def choice_of(language: str, choice: str) -> SafeString:
    """The three ways to have it, as links: they work without script, which only spares the way to the server."""
    with translation.override(language):
        names = [(code, translation.gettext(name)) for code, name in CHOICES.items()]
        return render_to_string("storefront/shell/scheme_choice.html", {"names": names, "choice": choice})


@require_safe
def choose(request: HttpRequest, choice: str) -> HttpResponse:
    """Keep the choice, and back to the page it was made on."""
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(came_from if is_ours else "/")
    if choice in {LIGHT, DARK}:
        SCHEME.keep(request, response, choice)
    else:
        SCHEME.drop(request, response)
    return response
