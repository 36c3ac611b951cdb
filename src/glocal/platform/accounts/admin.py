"""People and their roles in the console."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from glocal.platform.accounts.models import ApiToken, BusinessUnit, Person, Role
from glocal.platform.accounts.rules import SCOPES
from glocal.platform.accounts.services.invitations import invite
from glocal.platform.accounts.services.roles import grant_role, withdraw_role
from glocal.platform.accounts.services.tokens import issue_token, revoke_token
from glocal.platform.console.records import MarketFilter, Operator, Records, Step, list_url, moment, operator_of
from glocal.platform.kernel import clock


class GrantForm(forms.Form):
    business_unit = forms.ChoiceField(label="Business unit")
    role = forms.ChoiceField(label="Role", choices=Role.Kind.choices)
    market = forms.ChoiceField(label="Market", required=False)


class InviteForm(GrantForm):
    email = forms.EmailField(label="E-mail address", max_length=254)
    field_order = ("email", "business_unit", "role", "market")


class WithdrawForm(forms.Form):
    role = forms.UUIDField(widget=forms.HiddenInput)


class TokenForm(forms.Form):
    name = forms.CharField(label="What uses it", max_length=80)
    business_unit = forms.ChoiceField(label="Business unit")
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        choices=[(scope, scope) for scope in sorted(SCOPES)],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.ChoiceField(
        label="Ends after", choices=[("30", "30 days"), ("90", "90 days"), ("365", "a year")], initial="90"
    )


@admin.register(ApiToken)
class TokenAdmin(Records):
    """A token reaches every market of its unit, so only who manages all of them sees it."""

    permission = "tokens.edit"
    trail_type = "token"
    heading = "API tokens"
    intro = "What programs come in with. A secret is shown once, when its token is made; we keep its digest only."
    list_display = ("name", "unit", "starts_with", "may_do", "made", "ends", "used")
    search_fields = ("name__icontains",)
    search_help_text = "Name"
    ordering = ("-id",)
    list_select_related = ("business_unit", "person")
    facts = ("name", "unit", "starts_with", "may_do", "made_by", "made", "ends", "used")
    steps: ClassVar[Mapping[str, Step]] = {
        "revoke": Step(
            "End it now", "tokens.edit", forms.Form, danger=True, hint="Programs that use it are shut out at once."
        ),
    }
    list_steps: ClassVar[Mapping[str, Step]] = {
        "issue": Step("Make a token", "tokens.edit", TokenForm, hint="It acts in every market of its business unit.")
    }

    def within(self, rows: QuerySet[Any], operator: Operator) -> QuerySet[Any]:
        return rows.filter(business_unit__markets__contained_by=sorted(operator.markets(self.permission)))

    def may(self, request: HttpRequest, permission: str, record: ApiToken) -> bool:
        return set(record.business_unit.markets) <= operator_of(request).markets(permission)

    @admin.display(description="business unit", ordering="business_unit")
    def unit(self, token: ApiToken) -> str:
        return token.business_unit.name

    @admin.display(description="secret begins")
    def starts_with(self, token: ApiToken) -> str:
        return f"glocal_{token.prefix}…"

    @admin.display(description="may do")
    def may_do(self, token: ApiToken) -> str:
        return ", ".join(token.scopes)

    @admin.display(description="made by")
    def made_by(self, token: ApiToken) -> str:
        return str(token.person) if token.person else ""

    @admin.display(description="made", ordering="created_at")
    def made(self, token: ApiToken) -> str:
        return moment(token.created_at)

    @admin.display(description="ends", ordering="expires_at")
    def ends(self, token: ApiToken) -> str:
        return moment(token.expires_at) if token.expires_at else "never"

    @admin.display(description="last used", ordering="last_used_at")
    def used(self, token: ApiToken) -> str:
        return moment(token.last_used_at) if token.last_used_at else "not yet"

    def choices(self, request: HttpRequest, name: str, record: Any) -> Mapping[str, Sequence[tuple[str, str]]]:
        if name != "issue":
            return {}
        codes = operator_of(request).markets("tokens.edit")
        units = [unit for unit in BusinessUnit.objects.order_by("name") if set(unit.markets) <= codes]
        return {"business_unit": [(unit.code, unit.name) for unit in units]}

    def take_issue(self, request: HttpRequest, record: None, given: Mapping[str, Any]) -> HttpResponse:
        operator = operator_of(request)
        info, secret = issue_token(
            name=given["name"],
            business_unit=given["business_unit"],
            scopes=given["scopes"],
            actor_id=operator.person_id,
            person_id=operator.person_id,
            expires_at=clock.now() + timedelta(days=int(given["days"])),
        )
        context = {
            **self.admin_site.each_context(request),
            "title": "Copy this secret now",
            "token": info,
            "secret": secret,
            "there": self.address_of(info.id),
        }
        headers = {"Cache-Control": "no-store"}
        return TemplateResponse(request, "console/token_made.html", context, headers=headers)

    def take_revoke(self, request: HttpRequest, token: ApiToken, given: Mapping[str, Any]) -> HttpResponse:
        revoke_token(token_id=token.pk, actor_id=operator_of(request).person_id)
        messages.success(request, f"{token.name} has ended.")
        return HttpResponseRedirect(list_url("accounts.apitoken"))


@admin.register(Person)
class PersonAdmin(Records):
    permission = "people.view"
    trail_type = "person"
    record_template = "console/person.html"
    quick = True
    list_display = ("who", "email", "market", "language", "operator", "is_active", "since")
    list_filter = ("is_staff", MarketFilter, "is_active")
    search_fields = ("email__startswith",)
    search_help_text = "First letters of the e-mail address"
    ordering = ("-id",)
    facts = ("email", "market", "language", "operator", "is_active", "since", "external_source", "external_id")
    steps: ClassVar[Mapping[str, Step]] = {
        "grant": Step("Give a role", "people.edit", GrantForm),
        "withdraw": Step("Take the role away", "people.edit", WithdrawForm, danger=True),
    }

    list_steps: ClassVar[Mapping[str, Step]] = {
        "invite": Step(
            "Invite an operator", "people.edit", InviteForm, hint="We mail a link that works once, for seven days."
        )
    }

    def within(self, rows: QuerySet[Any], operator: Operator) -> QuerySet[Any]:
        """Those who live in the operator's markets, and those who work there."""
        codes = sorted(operator.markets(self.permission))
        working = Role.objects.filter(
            Q(market="") | Q(market__in=codes), person=OuterRef("pk"), business_unit__markets__overlap=codes
        )
        return rows.filter(Q(market__in=codes) | Q(Exists(working)))

    def may(self, request: HttpRequest, permission: str, record: Person) -> bool:
        # Which roles somebody may give is the service's to say: it asks for every market concerned.
        return operator_of(request).anywhere(permission)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Person], search_term: str
    ) -> tuple[QuerySet[Person], bool]:
        found: tuple[QuerySet[Person], bool] = super().get_search_results(request, queryset, search_term.lower())
        return found

    @admin.display(description="name", ordering="name")
    def who(self, person: Person) -> str:
        return str(person)

    @admin.display(description="operator", boolean=True)
    def operator(self, person: Person) -> bool:
        return person.is_staff

    @admin.display(description="since", ordering="created_at")
    def since(self, person: Person) -> str:
        return moment(person.created_at)

    def more(self, request: HttpRequest, record: Person) -> Mapping[str, Any]:
        return {
            "roles": record.roles.select_related("business_unit").order_by("business_unit", "market", "role"),
            "is_self": record.pk == operator_of(request).person_id,
        }

    def choices(self, request: HttpRequest, name: str, record: Person) -> Mapping[str, Sequence[tuple[str, str]]]:
        if name not in {"grant", "invite"}:
            return {}
        codes = operator_of(request).markets("people.edit")
        units = [unit for unit in BusinessUnit.objects.order_by("name") if codes & set(unit.markets)]
        markets = sorted(code for unit in units for code in unit.markets if code in codes)
        return {
            "business_unit": [(unit.code, unit.name) for unit in units],
            "market": [("", "All of the unit"), *((code, code) for code in markets)],
        }

    def take_invite(self, request: HttpRequest, record: None, given: Mapping[str, Any]) -> str:
        invite(
            email=given["email"],
            business_unit=given["business_unit"],
            role=given["role"],
            market=given["market"] or None,
            actor_id=operator_of(request).person_id,
        )
        return f"The invitation to {given['email']} is on its way."

    def take_grant(self, request: HttpRequest, person: Person, given: Mapping[str, Any]) -> str:
        grant_role(
            person_id=person.pk,
            business_unit=given["business_unit"],
            role=given["role"],
            market=given["market"] or None,
            actor_id=operator_of(request).person_id,
        )
        return f"{person} has the role {given['role']} now."

    def take_withdraw(self, request: HttpRequest, person: Person, given: Mapping[str, Any]) -> str:
        role = person.roles.filter(pk=given["role"]).first()
        if role is None:
            return "The role was taken away already."
        withdraw_role(
            person_id=person.pk,
            business_unit=role.business_unit_id,
            role=role.role,
            market=role.market or None,
            actor_id=operator_of(request).person_id,
        )
        return f"{person} no longer has the role {role.role}. Giving it again takes this back."
