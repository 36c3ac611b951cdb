"""Form inputs as templates show them: what was typed is kept, the one at fault is marked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from glocal.platform.http.problems import text_of
from glocal.platform.kernel.errors import DomainError
from glocal.platform.markets import facade as markets
from glocal.platform.markets.facade import Choice

SHORT = {"postcode", "region", "city", "district"}
TYPED = {
    "email": ("email", "email"),
    "phone": ("tel", "tel"),
    "password": ("password", ""),
    "code": ("text", "numeric"),
}
PLACES = {"region", "postcode", "city"}
"""Inputs that can change what delivery and tax cost."""


@dataclass(frozen=True, slots=True)
class Field:
    """One labelled input; ``dir`` is set where the text is never in the reader's script."""

    name: str
    label: str
    value: str = ""
    required: bool = True
    autocomplete: str = "off"
    choices: tuple[Choice, ...] = ()
    max_length: int = 100
    hint: str = ""
    error: str = ""
    requote: bool = False

    @property
    def id(self) -> str:
        return f"f-{self.name}"

    @property
    def type(self) -> str:
        return TYPED.get(self.name, ("text", ""))[0]

    @property
    def mode(self) -> str:
        return TYPED.get(self.name, ("", ""))[1]

    @property
    def dir(self) -> str:
        return "ltr" if self.name in TYPED or self.name == "postcode" else "auto" if not self.choices else ""

    @property
    def half(self) -> bool:
        return self.name in SHORT


def marked(fields: list[Field], *errors: DomainError | None) -> list[Field]:
    """The fields, each with the text of the first error that names it."""
    texts = {error.field: text_of(error) for error in reversed(errors) if error is not None and error.field}
    return [replace(field, error=texts[field.name]) if field.name in texts else field for field in fields]


def names(fields: list[Field], error: DomainError | None) -> bool:
    """Whether the error belongs to one of the fields, so that no further text is needed."""
    return error is not None and any(field.name == error.field for field in fields)


def address_fields(
    country: str, language: str, typed: Mapping[str, str], *, required: bool = True, requote: bool = False
) -> list[Field]:
    """The inputs of an address in ``country``, in its own order."""
    return [
        Field(
            field.name,
            field.label,
            typed.get(field.name, "")[: field.max_length],
            field.required and required,
            field.autocomplete,
            field.choices,
            field.max_length,
            hint=_("For example {example}").format(example=field.example) if field.example else "",
            requote=requote and field.name in PLACES,
        )
        for field in markets.address_form(country, language).fields
    ]


def email_field(typed: Mapping[str, str], autocomplete: str = "email") -> Field:
    return Field("email", _("E-mail address"), typed.get("email", "")[:254], autocomplete=autocomplete, max_length=254)


def code_field(typed: Mapping[str, str], label: str = "") -> Field:
    value = typed.get("code", "")[:20]
    return Field("code", label or _("Code"), value, autocomplete="one-time-code", max_length=20)


def password_field(*, new: bool) -> Field:
    hint = _("At least 8 characters, not only figures.") if new else ""
    return Field(
        "password",
        _("Password"),
        autocomplete="new-password" if new else "current-password",
        max_length=128,
        hint=hint,
    )
