"""Providers to sign in by, from GLOCAL_LOGIN_* variables; one without its keys does not appear anywhere.

Each is told the return address ``{GLOCAL_PUBLIC_URL}/with/{provider}/login/callback/`` (OpenID Connect:
``/with/oidc/{id}/login/callback/``).
"""

import json
import os
from typing import Any

KINDS = ("openid_connect", "google", "apple", "facebook", "tiktok", "line")
_SCOPES: dict[str, dict[str, Any]] = {
    "google": {"SCOPE": ["profile", "email"], "OAUTH_PKCE_ENABLED": True},
    "facebook": {"SCOPE": ["email", "public_profile"]},
    "line": {"SCOPE": ["profile", "openid", "email"]},
}


def providers() -> dict[str, dict[str, Any]]:
    """Allauth's ``SOCIALACCOUNT_PROVIDERS``.

    ``GLOCAL_LOGIN_GOOGLE``, ``_FACEBOOK``, ``_TIKTOK`` and ``_LINE`` hold ``client id:secret``; ``GLOCAL_LOGIN_APPLE``
    holds JSON with ``client_id`` (service id), ``key_id``, ``team_id`` and ``private_key``; ``GLOCAL_LOGIN_OIDC`` a
    JSON list of ``{"id", "name", "client_id", "secret", "issuer"}``. Raises ValueError for what cannot be read.
    """
    found: dict[str, dict[str, Any]] = {}
    for name in ("google", "facebook", "tiktok", "line"):
        client_id, _, secret = os.environ.get(f"GLOCAL_LOGIN_{name.upper()}", "").partition(":")
        if client_id:
            found[name] = {**_SCOPES.get(name, {}), "APPS": [{"client_id": client_id, "secret": secret}]}
    if apple := os.environ.get("GLOCAL_LOGIN_APPLE"):
        given = json.loads(apple)
        app = {"client_id": given["client_id"], "secret": given["key_id"], "key": given["team_id"]}
        found["apple"] = {"APPS": [{**app, "settings": {"certificate_key": given["private_key"]}}]}
    if oidc := os.environ.get("GLOCAL_LOGIN_OIDC"):
        found["openid_connect"] = {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": given["id"],
                    "name": given["name"],
                    "client_id": given["client_id"],
                    "secret": given["secret"],
                    "settings": {"server_url": given["issuer"]},
                }
                for given in json.loads(oidc)
            ],
        }
    return found
