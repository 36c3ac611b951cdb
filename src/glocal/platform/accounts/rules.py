"""Who may do what: roles as sets of permissions, and the scopes a token can carry. Data, no database."""

from types import MappingProxyType

EMAIL_LIMIT = 254
"""RFC 5321, 4.5.3.1.3; the table keeps no longer one."""

_VIEW = frozenset(
    f"{area}.view"
    for area in ("catalogue", "questions", "prices", "stock", "orders", "shipping", "payments", "tax", "imports")
)
_BY_ROLE = {
    "viewer": frozenset[str](),
    "catalogue": frozenset({"catalogue.edit", "questions.edit", "prices.edit", "imports.run"}),
    "orders": frozenset(
        {"orders.edit", "orders.cancel", "orders.refund", "questions.edit", "shipping.edit", "people.view"}
    ),
    "warehouse": frozenset({"stock.edit", "orders.pack", "shipping.edit"}),
    "finance": frozenset({"orders.refund", "payments.edit", "tax.edit", "audit.view", "people.view"}),
}
_MANAGERS_ONLY = frozenset({"people.edit", "tokens.edit", "system.edit"})

PERMISSIONS = _VIEW.union(_MANAGERS_ONLY, *_BY_ROLE.values())
"""Every permission there is, ``area.verb``."""

OF_ROLE = MappingProxyType({role: _VIEW | own for role, own in _BY_ROLE.items()} | {"manager": PERMISSIONS})
"""What each role may do in its markets; everybody with a role may look."""

SCOPES = frozenset(
    f"{area}:{verb}"
    for area in ("catalogue", "questions", "prices", "stock", "orders", "shipping", "people")
    for verb in ("read", "write")
)
"""What a token can be allowed."""


def roles_with(permission: str) -> frozenset[str]:
    """The roles that hold a permission.

    Raises ValueError for one that is not in ``PERMISSIONS``: a typing error must not read as a refusal.
    """
    if permission not in PERMISSIONS:
        raise ValueError(f"there is no permission {permission!r}; choose one of {', '.join(sorted(PERMISSIONS))}")
    return frozenset(role for role, held in OF_ROLE.items() if permission in held)
