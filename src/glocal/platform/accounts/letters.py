"""The letters of accounts."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from glocal.platform.mail import facade as mail
from glocal.platform.markets import facade as markets


def _sample(language: str, market: str) -> Mapping[str, Any]:
    page = f"{settings.PUBLIC_URL}{markets.prefix_of(language, market)}/account/password/example"
    return {"name": "Noor Aziz", "link": page, "hours": settings.PASSWORD_RESET_TIMEOUT // 3600}


mail.register(mail.Letter("new_password", "Choose a new password", "account", _sample))
