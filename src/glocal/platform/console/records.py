"""What the packages' console pages stand on: lists, record pages, and steps that a role allows.

A package's ``admin.py`` describes its tables as ``Records``; the console puts an ``Operator`` on each request and
mounts them. Nothing is written here: a step calls the package's services.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Literal, Protocol
from uuid import UUID

from django.contrib import messages
from django.contrib.admin import ShowFacets, SimpleListFilter
from django.contrib.admin.utils import label_for_field, lookup_field, unquote
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from unfold.admin import ModelAdmin

from glocal.platform.console.shown import list_url, moment, money, record_url, shown, state
from glocal.platform.http.problems import status_of, text_of
from glocal.platform.kernel.errors import DomainError

__all__ = [
    "MOST_COUNTED",
    "CappedPaginator",
    "MarketFilter",
    "Operator",
    "Panel",
    "Queue",
    "Records",
    "Step",
    "add_panel",
    "fill_scope",
    "ids_in_scope",
    "list_url",
    "moment",
    "money",
    "operator_of",
    "record_url",
    "state",
]

MOST_COUNTED = 2_000
STEP_UP = frozenset({"orders.refund", "people.edit", "tokens.edit"})
"""Permissions whose steps need a second factor shown in the last minutes: money goes out, or power is given."""
Reach = Literal["market", "reference", "business", "shared"]


@dataclass(frozen=True, slots=True)
class Operator:
    """Who works in the console: for each permission, the markets in which they hold it."""

    person_id: UUID
    granted: Mapping[str, frozenset[str]]
    all_markets: frozenset[str]

    def markets(self, permission: str) -> frozenset[str]:
        return self.granted.get(permission, frozenset())

    def anywhere(self, permission: str) -> bool:
        return bool(self.markets(permission))

    def everywhere(self, permission: str) -> bool:
        """Held in every market: what matters to all of them needs this."""
        return self.markets(permission) >= self.all_markets


class SecondFactor(Protocol):
    """What the console puts on a request as ``second_factor``."""

    def is_fresh(self) -> bool:
        """Whether one was shown in the last minutes."""

    def confirm(self, code: str) -> str | None:
        """Take a code; what is wrong with it, None when nothing is."""


def operator_of(request: HttpRequest) -> Operator:
    return request.operator  # type: ignore[attr-defined, no-any-return]


@dataclass(frozen=True, slots=True)
class Step:
    """Something an operator can do; ``Records.take_<name>`` does it with the form's cleaned data."""

    label: str
    permission: str
    form: type[Form] | None = None
    danger: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """Work that waits: rows of a list that match ``lookups``, which the list's filters must know."""

    title: str
    lookups: Mapping[str, str]
    hint: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a record page that another package, higher up, fills: ``context`` gets request and record id."""

    template: str
    context: Callable[[HttpRequest, Any], Mapping[str, Any] | None]


_panels: dict[str, list[Panel]] = {}
_scopes: dict[str, Callable[[Collection[str]], QuerySet[Any]]] = {}


def add_panel(model: str, panel: Panel) -> None:
    """Show ``panel`` on the record pages of ``model`` (``catalog.product``)."""
    _panels.setdefault(model, []).append(panel)


def fill_scope(name: str, ids_in: Callable[[Collection[str]], QuerySet[Any]]) -> None:
    """Say which ids of a kind of thing (``order``) belong to markets, for packages that keep only its id."""
    _scopes[name] = ids_in


def ids_in_scope(name: str, markets: Collection[str]) -> QuerySet[Any]:
    return _scopes[name](markets)


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than ``MOST_COUNTED``: older rows are found by filter and search, not by turning pages."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[:MOST_COUNTED].count())


class MarketFilter(SimpleListFilter):
    """The operator's markets."""

    title = "market"
    parameter_name = "market"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, code) for code in sorted(operator_of(request).markets(model_admin.permission))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(market=self.value()) if self.value() else queryset


class Records(ModelAdmin):  # type: ignore[misc]
    """The console pages of one table, for those who hold ``permission``.

    ``reach``: ``market`` shows the rows whose market is theirs; ``reference`` shows all rows to whoever holds it
    anywhere; ``shared`` does so too, and a change, which all markets feel, needs the right in every market;
    ``business`` shows all rows, only to whoever holds it in every market. What is out of reach looks absent.
    """

    permission: ClassVar[str]
    reach: ClassVar[Reach] = "market"
    market_field: ClassVar[str] = "market"
    facts: ClassVar[Sequence[str]] = ()
    steps: ClassVar[Mapping[str, Step]] = {}
    list_steps: ClassVar[Mapping[str, Step]] = {}
    queues: ClassVar[Sequence[Queue]] = ()
    trail_type: ClassVar[str] = ""
    record_template: ClassVar[str] = "console/record.html"
    quick: ClassVar[bool] = False
    numeric: ClassVar[Sequence[str]] = ()
    heading: ClassVar[str] = ""
    intro: ClassVar[str] = ""

    actions = None
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    paginator = CappedPaginator
    empty_value_display = "–"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        operator = operator_of(request)
        if self.reach == "business":
            return operator.everywhere(self.permission)
        return operator.anywhere(self.permission)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return self.within(rows, operator_of(request)) if self.reach == "market" else rows

    def within(self, rows: QuerySet[Any], operator: Operator) -> QuerySet[Any]:
        """The rows of the operator's markets."""
        return rows.filter(**{f"{self.market_field}__in": operator.markets(self.permission)})

    def may(self, request: HttpRequest, permission: str, record: Any) -> bool:
        """Whether the operator may take a step that needs ``permission`` with this record."""
        operator = operator_of(request)
        if self.reach in {"business", "shared"}:
            return operator.everywhere(permission)
        if self.reach == "reference":
            return operator.anywhere(permission)
        return getattr(record, self.market_field) in operator.markets(permission)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what filters and queues ask by.

        Django allows any field of the table: a list could be asked for a password's or a link's letters one by one.
        """
        if any(lookup in queue.lookups for queue in self.queues):
            return True
        offered = [one[0] if isinstance(one, tuple) else one for one in self.get_list_filter(request)]
        if lookup in {getattr(one, "parameter_name", None) for one in offered}:
            return True
        return any(isinstance(name, str) and f"{lookup}__".startswith(f"{name}__") for name in offered)

    # Pages

    def changelist_view(self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise Http404
        bound: dict[str, Form] = {}
        if request.method == "POST":
            answer = self._take(request, self.list_steps, None, bound)
            if answer is not None:
                return answer
            # The list is shown again around the form that was refused.
            request.method = "GET"
        context = {
            **(extra_context or {}),
            "list_steps": self._offered(request, self.list_steps, None, bound),
            "most_counted": MOST_COUNTED,
            "intro": self.intro,
        }
        response: TemplateResponse = super().changelist_view(request, context)
        if bound:
            response.status_code = 422
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Mapping[str, Any] | None = None
    ) -> HttpResponseBase:
        record = self.find(request, object_id)
        bound: dict[str, Form] = {}
        status = 200
        if request.method == "POST":
            answer = self._take(request, self.steps, record, bound)
            if answer is not None:
                return answer
            status, record = 422, self.find(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "heading": self.heading or str(self.model._meta.verbose_name_plural).capitalize(),
            "title": str(record),
            "record": record,
            "facts": [self._fact(name, record) for name in self.facts],
            "steps": self._offered(request, self.steps, record, bound),
            "panels": self._panels(request, record),
            **self.more(request, record),
            **(extra_context or {}),
        }
        if things := self.trail_things(record, context):
            context["trail_shown"] = True
            context["trail"] = self.admin_site.trail_of(*things)
        return TemplateResponse(request, self.record_template, context, status=status)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        raise Http404

    def find(self, request: HttpRequest, object_id: str) -> Any:
        """The record, if the operator may see it; else Http404."""
        record = self.get_object(request, unquote(object_id)) if self.has_view_permission(request) else None
        if record is None:
            raise Http404
        self.prepare([record])
        return record

    def prepare(self, rows: Sequence[Any]) -> None:
        """Give rows that are about to be shown what their columns need from other packages, in bulk."""

    def more(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        """What ``record_template`` needs beyond the facts."""
        return {}

    def trail_things(self, record: Any, context: Mapping[str, Any]) -> Sequence[tuple[str, Any]]:
        """Whose audit entries (type, id) the record page shows; ``context`` is what the page knows so far."""
        return [(self.trail_type, record.pk)] if self.trail_type else []

    def initial(self, request: HttpRequest, name: str, record: Any) -> Mapping[str, Any]:
        """What a step's form starts with."""
        return {}

    def choices(self, request: HttpRequest, name: str, record: Any) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Choices of a step's fields that depend on the operator or the record."""
        return {}

    def offers(self, name: str, record: Any) -> bool:
        """Whether a step makes sense for the record as it is."""
        return True

    # Steps

    def _form(self, request: HttpRequest, name: str, step: Step, record: Any, *, bind: bool) -> Form | None:
        if step.form is None:
            return None
        initial = dict(self.initial(request, name, record))
        form = step.form(request.POST, request.FILES) if bind else step.form(initial=initial, auto_id=f"{name}_%s")
        for field_name, options in self.choices(request, name, record).items():
            if field_name in form.fields:
                form.fields[field_name].choices = options  # type: ignore[attr-defined]
        return form

    def _offered(
        self, request: HttpRequest, steps: Mapping[str, Step], record: Any, bound: Mapping[str, Form]
    ) -> dict[str, Mapping[str, Any]]:
        return {
            name: {
                "name": name,
                "step": step,
                "open": name in bound,
                "form": bound[name] if name in bound else self._form(request, name, step, record, bind=False),
            }
            for name, step in steps.items()
            if self._allowed(request, step, record) and (record is None or self.offers(name, record))
        }

    def _allowed(self, request: HttpRequest, step: Step, record: Any) -> bool:
        if record is None and self.reach != "shared":
            return operator_of(request).anywhere(step.permission)
        return self.may(request, step.permission, record)

    def _take(
        self, request: HttpRequest, steps: Mapping[str, Step], record: Any, bound: dict[str, Form]
    ) -> HttpResponse | None:
        """Take the step that was sent; None when the page must be shown again with what is wrong."""
        name = request.POST.get("step", "")
        step = steps.get(name)
        if step is None or not self._allowed(request, step, record):
            raise Http404
        if step.permission in STEP_UP and (page := self._step_up(request, step)):
            return page
        form = self._form(request, name, step, record, bind=True)
        if form is None or form.is_valid():
            try:
                said = getattr(self, f"take_{name}")(request, record, form.cleaned_data if form else {})
            except DomainError as error:
                if status_of(error) == 404:
                    raise Http404 from error
                if form is not None:
                    form.add_error(error.field if error.field in form.fields else None, text_of(error))
                else:
                    messages.error(request, text_of(error))
            else:
                if isinstance(said, HttpResponse):
                    return said
                messages.success(request, said)
                return HttpResponseRedirect(_back(request))
        if form is not None:
            bound[name] = form
        return None

    def _step_up(self, request: HttpRequest, step: Step) -> HttpResponse | None:
        """None once a second factor is fresh; else a page that asks for its code and keeps what was typed."""
        factor: SecondFactor = request.second_factor  # type: ignore[attr-defined]
        if factor.is_fresh():
            return None
        fault = factor.confirm(request.POST["factor_code"]) if "factor_code" in request.POST else ""
        if fault is None:
            return None
        left_out = {"csrfmiddlewaretoken", "factor_code"}
        kept = [(name, value) for name, values in request.POST.lists() if name not in left_out for value in values]
        context = {**self.admin_site.each_context(request), "title": step.label, "kept": kept, "fault": fault}
        return TemplateResponse(request, "console/step_up.html", context, status=422 if fault else 200)

    # Pieces

    def _fact(self, name: str, record: Any) -> tuple[str, Any]:
        _, _, value = lookup_field(name, record, self)
        label = str(label_for_field(name, self.model, self))
        return label[:1].upper() + label[1:], shown(value)

    def _panels(self, request: HttpRequest, record: Model) -> list[tuple[str, Mapping[str, Any]]]:
        filled = [(panel, panel.context(request, record.pk)) for panel in _panels.get(record._meta.label_lower, ())]
        return [(panel.template, context) for panel, context in filled if context is not None]

    def address_of(self, pk: Any) -> str:
        return record_url(self.model._meta.label_lower, pk)

    def quick_results(self, request: HttpRequest, text: str) -> list[tuple[str, str]]:
        """What the search of the whole console shows of this table: (text, address)."""
        rows, _ = self.get_search_results(request, self.get_queryset(request), text)
        return [(str(row), self.address_of(row.pk)) for row in rows[:5]]


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return request.get_full_path()
