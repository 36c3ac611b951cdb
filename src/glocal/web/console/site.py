"""The console: Django's admin on unfold, with roles instead of model permissions, and a look of its own."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_POST
from unfold.sites import UnfoldAdminSite

from glocal.platform.accounts import facade as accounts
from glocal.platform.audit import facade as audit
from glocal.platform.console.records import Operator, Records, list_url, operator_of
from glocal.platform.markets import facade as markets
from glocal.web.console import festivals, home, secondfactor
from glocal.web.console.forms import SignIn
from glocal.web.console.navigation import SECTIONS

# Addresses of Django's admin that the console has no use for.
_UNUSED = frozenset(
    {"logout", "password_change", "password_change_done", "jsi18n", "view_on_site", "app_list", "autocomplete"}
)
_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; " + (
    "img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def operator(person_id: Any) -> Operator:
    """What somebody may do; one statement."""
    everywhere = frozenset(row.code for row in markets.all_markets())
    return Operator(person_id, accounts.permissions_of(person_id), everywhere)


class Console(UnfoldAdminSite):  # type: ignore[misc]
    """Every page needs a session of an operator; what is out of their reach looks absent."""

    site_title = site_header = "glocal console"
    login_form = SignIn
    login_template = "console/login.html"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Ours only: what libraries bring for Django's admin (secrets of second factors, say) has no page here."""
        if admin_class is not None and issubclass(admin_class, Records):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        ours = [
            path("festivals/", self.admin_view(self.festivals), name="festivals"),
            path("find/", self.admin_view(self.find), name="find"),
            path("logout/", require_POST(self.leave), name="logout"),
            path("second-factor/", secondfactor.page, name="second-factor"),
            path("invitation/<str:token>/", secondfactor.invitation, name="invitation"),
        ]
        theirs = [url for url in super().get_urls() if getattr(url, "name", None) not in _UNUSED | {"search"}]
        return ours + theirs

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            request.operator = SimpleLazyObject(lambda: operator(request.user.pk))  # type: ignore[attr-defined]
            request.second_factor = secondfactor.OfSession(request)  # type: ignore[attr-defined]
            if self.has_permission(request) and not accounts.is_strong(request):
                return secondfactor.to_page(request)
            with translation.override("en"):  # the console speaks English so far
                try:
                    response = inner(request, *args, **kwargs)
                    return _finished(response)
                except (Http404, PermissionDenied):
                    if not self.has_permission(request):
                        raise
                    context = {**self.each_context(request), "title": "Not here"}
                    return _finished(TemplateResponse(request, "console/missing.html", context, status=404))

        return guarded

    def login(self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        with translation.override("en"):
            if request.method == "GET" and self.has_permission(request) and not accounts.is_strong(request):
                return secondfactor.to_page(request)
            response = _finished(super().login(request, extra_context))
            accounts.keep_device(request, response)
            return response

    def leave(self, request: HttpRequest) -> HttpResponse:
        """Sign out, who has not shown a second factor too."""
        accounts.sign_out(request)
        return HttpResponseRedirect(reverse("admin:login"))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        signed_in = self.has_permission(request)
        return {
            "site_title": self.site_title,
            "site_header": self.site_header,
            "has_permission": signed_in,
            "sections": self.sections(request) if signed_in else (),
            "is_popup": False,
        }

    def index(self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        context = {**self.each_context(request), "title": "Today", **home.today(request, self.tables(request))}
        return TemplateResponse(request, "console/home.html", context)

    def find(self, request: HttpRequest) -> HttpResponse:
        """Records whose number, article number or address begins with what was typed; a whole one opens at once."""
        text = request.GET.get("q", "").strip()[:80]
        found: list[tuple[str, str, str]] = []
        if len(text) > 1:
            for table in self.tables(request):
                if table.quick:
                    kind = str(table.model._meta.verbose_name)
                    found += [(kind, name, address) for name, address in table.quick_results(request, text)]
        whole = [address for _kind, name, address in found if name.casefold() == text.casefold()]
        if len(whole) == 1:
            return HttpResponseRedirect(whole[0])
        return TemplateResponse(request, "console/found.html", {"found": found, "text": text})

    def festivals(self, request: HttpRequest) -> HttpResponse:
        """The calendar of the coming twelve months."""
        return festivals.page(request, self.each_context(request))

    def tables(self, request: HttpRequest) -> list[Records]:
        """The tables that the operator may see."""
        records = (table for table in self._registry.values() if isinstance(table, Records))
        return [table for table in records if table.has_view_permission(request)]

    def sections(self, request: HttpRequest) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """The menu: (heading, (title, address, is it here))."""
        visible = {table.model._meta.label_lower for table in self.tables(request)}
        menu = []
        for heading, entries in SECTIONS:
            links = [(title, list_url(model)) for model, title in entries if model in visible]
            if heading == "Catalogue" and operator_of(request).anywhere(festivals.PERMISSION):
                links.append(("Festivals", reverse("admin:festivals")))
            if links:
                menu.append((heading, [(title, url, request.path.startswith(url)) for title, url in links]))
        return menu

    def trail_of(self, *things: tuple[str, Any]) -> Sequence[Mapping[str, Any]]:
        """What was done to things (type, id) and by whom, newest first; two statements."""
        entries = audit.trail_of_all(things, limit=50)
        names = self.names_of({entry.actor_id for entry in entries if entry.actor_id})
        return [{"entry": entry, "actor": names.get(entry.actor_id, "")} for entry in entries]

    def names_of(self, person_ids: Collection[Any]) -> dict[Any, str]:
        """What to call people; one statement, none for nobody."""
        found = accounts.people(person_ids) if person_ids else {}
        return {pk: info.name or info.email or str(pk) for pk, info in found.items()}

    def note(self, request: HttpRequest, action: str, object_type: str, object_id: Any, note: str = "") -> None:
        """Record an operator's act, for packages that stand below the audit trail."""
        audit.record(
            actor_id=operator_of(request).person_id,
            action=action,
            object_type=object_type,
            object_id=str(object_id),
            note=note,
        )


def _finished(response: HttpResponse) -> HttpResponse:
    if isinstance(response, TemplateResponse):
        response.render()  # while the language is the console's
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers.setdefault("Cache-Control", "private, no-store")
    return response
