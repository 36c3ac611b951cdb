"""People and their roles in the console."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from glocal.platform.accounts.models import BusinessUnit, Person, Role
from glocal.platform.accounts.services.invitations import invite
from glocal.platform.accounts.services.roles import grant_role, withdraw_role
from glocal.platform.console.records import MarketFilter, Operator, Records, Step, moment, operator_of


class GrantForm(forms.Form):
    business_unit = forms.ChoiceField(label="Business unit")
    role = forms.ChoiceField(label="Role", choices=Role.Kind.choices)
    market = forms.ChoiceField(label="Market", required=False)


class InviteForm(GrantForm):
    email = forms.EmailField(label="E-mail address", max_length=254)
    field_order = ("email", "business_unit", "role", "market")


class WithdrawForm(forms.Form):
    role = forms.UUIDField(widget=forms.HiddenInput)


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
