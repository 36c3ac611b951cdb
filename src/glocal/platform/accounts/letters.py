"""The letters of accounts."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, override

from glocal.platform.accounts.services.warning import APP_ADDED
from glocal.platform.mail import facade as mail
from glocal.platform.markets import facade as markets


def _sample(language: str, market: str) -> Mapping[str, Any]:
    page = f"{settings.PUBLIC_URL}{markets.prefix_of(language, market)}/password/example"
    return {"name": mail.example_name(language), "link": page, "hours": settings.PASSWORD_RESET_TIMEOUT // 3600}


def _code(language: str, market: str) -> Mapping[str, Any]:
    shop = f"{settings.PUBLIC_URL}{markets.prefix_of(language, market)}"
    link = f"{shop}/sign-in/code/example?code=123456"
    return {
        "name": mail.example_name(language),
        "code": "123456",
        "link": link,
        "sign_in": f"{shop}/sign-in",
        "minutes": 10,
    }


def _device(language: str, market: str) -> Mapping[str, Any]:
    at = markets.format_moment(timezone.now(), language, markets.get(market))
    page = f"{settings.PUBLIC_URL}{markets.prefix_of(language, market)}/account/security"
    return {"name": mail.example_name(language), "device": "Firefox, Android", "at": at, "link": page}


def _factors(language: str, market: str) -> Mapping[str, Any]:
    with override(language):
        return {**_device(language, market), "what": gettext(APP_ADDED)}


def _invitation(language: str, market: str) -> Mapping[str, Any]:
    page = f"{settings.PUBLIC_URL}/console/invitation/example/"
    return {"inviter": "Mali Operator", "team": "Middle East", "role": "orders", "link": page, "days": 7}


_OPENS = ("code", "link")

mail.register(mail.Letter("sign_up_code", "Code that opens an account", "account", _code, secrets=_OPENS))
mail.register(mail.Letter("sign_in_code", "Code to sign in with", "account", _code, secrets=_OPENS))
mail.register(mail.Letter("email_code", "Code that confirms an address", "account", _code, secrets=_OPENS))
mail.register(mail.Letter("account_exists", "The address has an account", "account", _code, secrets=_OPENS))
mail.register(mail.Letter("email_changed", "The account has another address", "account", _device))
mail.register(mail.Letter("new_device", "A new device signed in", "account", _device))
mail.register(mail.Letter("factors_changed", "The ways to sign in have changed", "account", _factors))
mail.register(mail.Letter("invitation", "Invitation of an operator", "service", _invitation, secrets=("link",)))
mail.register(mail.Letter("new_password", "Choose a new password", "account", _sample, secrets=("link",)))
