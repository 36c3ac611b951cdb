"""The web door: pages and API under WSGI."""

import os
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "glocal.settings.base")

Application = Callable[[dict[str, Any], Any], Any]


def behind(proxies: Sequence[str], inner: Application) -> Application:
    """``inner``, told by trusted proxies (networks) whose request it is (REMOTE_ADDR) and by which scheme it came.

    Of ``X-Forwarded-For`` the last address counts that is no proxy's; from anybody else the headers mean nothing.
    """
    if not proxies:
        return inner
    application: Application = wrap_wsgi_with_proxy_headers(inner, list(proxies))
    return application


_django = get_wsgi_application()
application = behind(settings.TRUSTED_PROXIES, _django)
